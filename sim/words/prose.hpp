// A sentence that knows where it names a task or an owner. Who writes it says so there; reports put a symbol
// before a name and colour it without looking for it, so a task may be called `a`, `is` or `reply`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace interleak::words {

class Prose {
 public:
  /// A stretch of the text; `task`: index of the task that it names, -1: it is no name.
  struct Piece {
    std::string_view text;   ///< points into the prose
    int task = -1;
    friend bool operator==(const Piece&, const Piece&) = default;
  };

  Prose() = default;
  /// A text without names.
  explicit Prose(std::string text) : text_(std::move(text)) {}
  /// A name of the task with this index, or of its owner.
  static Prose name(int task, std::string name);

  Prose& operator+=(std::string_view plain);
  Prose& operator+=(const Prose& more);

  /// All of it, names as plain words.
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  /// In order, none of them empty; together they are the text. Names are pieces of their own.
  std::vector<Piece> pieces() const;

  /// The same words, and the same of them are names of the same tasks.
  friend bool operator==(const Prose&, const Prose&) = default;

 private:
  struct Name {
    std::size_t at = 0, length = 0;   ///< in bytes
    int task = 0;
    friend bool operator==(const Name&, const Name&) = default;
  };
  std::string text_;
  std::vector<Name> names_;   ///< ascending, apart from each other
};

inline Prose operator+(Prose left, const Prose& right) { return std::move(left += right); }
inline Prose operator+(Prose left, std::string_view right) { return std::move(left += right); }
inline Prose operator+(std::string_view left, const Prose& right) { return Prose(std::string(left)) + right; }

/// One after the other, with this between.
Prose joined(const std::vector<Prose>& all, std::string_view between);

}  // namespace interleak::words

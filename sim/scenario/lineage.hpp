// Who inherits what: for each design of a library, all that it is put together from, in order, or why
// that cannot be said. Found out for all designs at once, in one pass from the parents to the children,
// so that no chain, fan or circle of files takes more than its size.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/reader.hpp"

namespace interleak::scenario {

/// The design that comes before all others.
inline constexpr std::string_view kPreludeId = "prelude";

/// Of a protocol: behind that one, before all others that speak it. "prelude/postgres"
inline std::string prelude_of(std::string_view protocol) {
  return std::string(kPreludeId) + "/" + std::string(protocol);
}

/// A design is put together from so many others at most, parents of parents included.
inline constexpr std::size_t kMaxAncestors = 64;

class Lineages {
 public:
  /// What is wrong with a design, or with one that it inherits from.
  struct Wrong {
    Diagnostic error;
    std::string missing;   ///< id of a parent that does not exist; empty: something else is wrong
  };

  explicit Lineages(const std::map<std::string, WrittenDesign>& designs);

  // Of each design that there is:

  /// Why it cannot be put together; null: it can. Designs that inherit one mistake have the same.
  const Wrong* wrong(std::string_view id) const;
  /// Ids of all that it inherits, parents before children, from left to right, each once, and its own; the
  /// prelude, if there is one, before all, and behind it that of the protocol that the design comes to name. Empty if
  /// something is wrong.
  std::vector<std::string> order(std::string_view id) const;
  /// It or something that it inherits has a procedure `execute`.
  bool has_execute(std::string_view id) const;

 private:
  friend class LineageFinder;
  using Index = std::size_t;  // of a design, in the order of ids
  static constexpr Index kNone = static_cast<Index>(-1);

  /// Without what comes by the prelude.
  struct Line {
    std::vector<Index> order;  // empty if something is wrong
    Index wrong = kNone;  // index into wrongs_
    bool has_execute = false;
  };

  const Line& line(std::string_view id) const { return lines_[index_.find(id)->second]; }
  /// That of the protocol that a design comes to name, which it, or the last of those that it inherits, says; kNone: it
  /// names none, or there is none for it.
  Index second_prelude(std::string_view id) const;

  std::vector<std::string> ids_;
  std::map<std::string, Index, std::less<>> index_;
  std::vector<std::string> protocols_;  // that a design names itself; empty: none
  std::vector<Line> lines_;
  std::vector<Wrong> wrongs_;
  Index prelude_ = kNone;
};

}  // namespace interleak::scenario

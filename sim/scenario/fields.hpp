// Typed access to the fields of an object, of JSON or of the text form. Every access that fails adds an error that says
// where, what was expected and, for a name, which one was probably meant; reading then goes on, so
// that one run shows all errors of a file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/document.hpp"

namespace interleak::scenario {

/// What a text must look like.
struct TextRule {
  std::string_view expected;  ///< for the message, "a name of letters and digits"
  std::size_t least = 1, most = 64;  ///< bytes
  bool (*allows)(std::uint32_t character);
};

extern const TextRule kName;  ///< tasks, types, variants: letters, digits, `_`, `.`, `-`
extern const TextRule kPathName;  ///< ids of scenarios and designs: the same and `/`
extern const TextRule kGlob;  ///< the same and `*`, `?`
extern const TextRule kVariable;  ///< names of the language: a letter, then letters, digits, `_`
extern const TextRule kLabel;  ///< owners, keys: short, printable
extern const TextRule kLine;  ///< titles, reasons: one printable line, may be empty
extern const TextRule kProse;  ///< the same with line ends

/// More errors than these of one file are dropped.
inline constexpr std::size_t kMaxErrors = kMaxErrorsOfFile;

/// The names of all: what a message offers, or a choice() is out of.
template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& all) {
  std::vector<std::string> names;
  for (const Named& each : all) names.push_back(each.name);
  return names;
}

/// Where reading is and where its errors go.
class Context {
 public:
  Context(const Document& document, Diagnostics& errors) : document_(document), errors_(errors) {}

  /// Adds an error; what it returns can be completed until the next one.
  Diagnostic& error(std::string code, std::string message, Span at);
  /// "did you mean" for a name that is none of `allowed`.
  /// Null if there are too many errors; else it can be completed as that of error().
  Diagnostic* unknown(std::string code, std::string_view noun, const std::string& name, Span at,
                      const std::vector<std::string>& allowed);
  Form form() const { return document_.form; }
  /// A field as the file calls it: in the text form some have another name than in JSON.
  std::string_view name(std::string_view field) const;
  Position position(Span span) const { return document_.position(span.offset); }
  /// Where the text of a string begins: in JSON behind its quote.
  Position text_position(const Value& value) const;
  std::uint32_t length_on_line(Span span) const { return document_.length_on_line(span); }

  bool is(const Value& value, Value::Kind kind);
  std::optional<int> integer(const Value& value, int least, int most);
  std::optional<bool> boolean(const Value& value);
  std::optional<std::string> text(const Value& value, const TextRule& rule);
  /// The same check for a key.
  bool key(const Member& member, const TextRule& rule);
  /// The index of the text in `names`.
  std::optional<int> choice(const Value& value, std::string_view noun, std::span<const std::string_view> names);
  /// The items of an array of `least` to `most`; none on an error.
  std::span<const Value> items(const Value& value, std::size_t least, std::size_t most);
  /// An array of texts, no two alike unless `repeats`.
  std::vector<std::string> texts(const Value& value, const TextRule& rule, std::size_t least, std::size_t most,
                                 bool repeats = false);
  /// The members of an object of at most `most`; none on an error.
  std::span<const Member> members(const Value& value, std::size_t most);

 private:
  bool check(std::string_view text, const TextRule& rule, Span at);

  const Document& document_;
  Diagnostics& errors_;
  Diagnostic dropped_;  // beyond kMaxErrors
};

/// An object with a closed list of fields. All others are errors.
class Fields {
 public:
  Fields(Context& context, const Value& object, const std::vector<std::string>& allowed);
  explicit operator bool() const { return object_ != nullptr; }

  /// Null if it is not there.
  const Value* find(std::string_view name) const;
  /// The same, and an error.
  const Value* require(std::string_view name, std::string_view expected) const;

  /// Set `target` if the field is there and right.
  void read(std::string_view name, std::string& target, const TextRule& rule) const;
  void read(std::string_view name, int& target, int least, int most) const;
  void read(std::string_view name, bool& target) const;
  template <typename Enum>
  void read(std::string_view name, Enum& target, std::span<const std::string_view> names) const {
    const Value* value = find(name);
    if (value == nullptr) return;
    if (const auto index = context_.choice(*value, name, names)) target = static_cast<Enum>(*index);
  }

 private:
  Context& context_;
  const Value* object_ = nullptr;
};

/// Reports the `interleak` field of a file unless it is there and 1.
void check_format(Context& context, const Fields& file);

/// True if reading can go on: the text has a tree that is whole.
bool is_readable(const Document& document, const Diagnostics& errors);

/// Puts the errors of one file into file order, drops repetitions, names the file, appends them.
void report(Diagnostics found, const std::string& file, Diagnostics& errors);

}  // namespace interleak::scenario

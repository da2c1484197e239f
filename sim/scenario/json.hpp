// JSON text -> a tree of values that know where they stand. The text is read through nlohmann's SAX
// interface, which keeps no positions and no duplicate keys; a cursor that follows the events
// through the text gives every value and key its exact place. Limits (size, nesting, UTF-8) are
// checked before or while parsing, so no input can make the reader crash or crawl.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/diagnostic.hpp"

namespace interleak::scenario {

/// A run of bytes of the text.
struct Span {
  std::size_t offset = 0;
  std::size_t length = 0;
};

struct Member;

/// One JSON value. Containers span from bracket to bracket, strings include their quotes.
struct Value {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool boolean = false;
  Span span;
  std::optional<std::int64_t> integer;  ///< a number without fraction or exponent that fits
  std::string text;                     ///< a string, decoded
  std::vector<Value> items;             ///< of an array
  std::vector<Member> members;          ///< of an object, in file order; keys are unique

  /// The value of a member; null if this is no object or has no such member.
  const Value* find(std::string_view key) const;
};

struct Member {
  std::string key;
  Span key_span;
  Value value;
};

/// "an object", "a string", ... for messages.
std::string_view kind_name(Value::Kind kind);

/// A text and the tree that was read from it. `text` must outlive it.
struct Document {
  std::string_view text;
  std::vector<std::size_t> line_starts;
  std::optional<Value> root;  ///< what could be read, also if there were errors

  Position position(std::size_t offset) const;
  /// How many bytes of the span stand on its first line; at least 1.
  std::uint32_t length_on_line(Span span) const;
  /// JSON path of the innermost value or key that holds the place, "$.tasks[0].id".
  std::string path(std::size_t offset) const;
};

/// Reads the text. Errors (ILK0001 to ILK0007, ILK0018) are appended; after one of syntax the root
/// holds what stood before it.
Document read_json(std::string_view text, Diagnostics& errors);

/// The keys of the outermost object that have a value, as far as the text can be read. What kind of file
/// it is can be told from these; it costs much less than the tree.
std::set<std::string> root_keys(std::string_view text);

/// JSON text of a string of printable characters, as the reader lets them through.
std::string json_text(std::string_view text);

/// The text between double quotes, control characters escaped, cut if long. For messages.
std::string quote(std::string_view text);

}  // namespace interleak::scenario

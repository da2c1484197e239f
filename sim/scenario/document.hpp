// A tree of values that know where they stand in the text. Both forms of a file fill it, JSON (json.hpp) and the text
// form of designs (pool_text.hpp), and one reader checks what is in it. Limits that do not depend on the form (size,
// UTF-8) are checked here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// One value, as JSON has them. Of JSON, containers span from bracket to bracket, and strings include their quotes; of
/// the text form, see pool_text.hpp.
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

/// How a file is written: as JSON, or as a design in the text form (`.pool`).
enum class Form : std::uint8_t { json, text };

/// A text and the tree that was read from it. `text` must outlive it.
struct Document {
  std::string_view text;
  std::vector<std::size_t> line_starts;
  std::optional<Value> root;  ///< what could be read, also if there were errors
  Form form = Form::json;

  Position position(std::size_t offset) const;
  /// How many bytes of the span stand on its first line; at least 1.
  std::uint32_t length_on_line(Span span) const;
  /// JSON path of the innermost value or key that holds the place, "$.tasks[0].id"; of the text form none.
  std::string path(std::size_t offset) const;
};

/// The text with its lines found, and no root; or, if it cannot be read at all (ILK0002 to ILK0004), an error too.
/// `wanted`: what an empty file should hold.
Document begin_document(std::string_view text, Form form, std::string_view wanted, Diagnostics& errors);

/// Where the text stops being UTF-8; npos if it does not.
std::size_t first_bad_byte(std::string_view text);

/// "3:14".
std::string place_text(Position at);

/// The text between double quotes, control characters escaped, cut if long. For messages.
std::string quote(std::string_view text);

}  // namespace interleak::scenario

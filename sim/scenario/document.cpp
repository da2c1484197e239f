// See document.hpp.
#include "sim/scenario/document.hpp"

#include <algorithm>

#include "sim/scenario/reader.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::scenario {
namespace {

constexpr std::size_t kQuoteBytes = 60;  // of a user's text in a message

/// What keeps a text from being parsed at all.
std::optional<Diagnostic> refusal(const Document& document, std::string_view wanted) {
  const std::string_view text = document.text;
  Diagnostic d;
  if (text.size() > kMaxFileBytes) {
    d.code = "ILK0002";
    d.message = "the file is too large: " + std::to_string(text.size()) + " bytes";
    d.expected = "at most " + std::to_string(kMaxFileBytes) + " bytes";
    return d;
  }
  if (const std::size_t bad = first_bad_byte(text); bad != std::string_view::npos) {
    d.code = "ILK0003";
    d.message = "the file is not UTF-8";
    d.at = document.position(bad);
    d.path = document.path(bad);
    d.help = "save it as UTF-8";
    return d;
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    d.code = "ILK0004";
    d.message = "the file is empty";
    d.expected = wanted;
    return d;
  }
  return std::nullopt;
}

bool holds(Span span, std::size_t offset) { return offset >= span.offset && offset - span.offset < span.length; }

std::string path_step(const std::string& key) {
  const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return c == '_' || c == '-' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
  });
  return plain && key.size() <= kQuoteBytes ? "." + key : "[" + quote(key) + "]";
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string_view kind_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return "true or false";
    case Value::Kind::number: return "a number";
    case Value::Kind::string: return "a string";
    case Value::Kind::array: return "an array";
    case Value::Kind::object: return "an object";
  }
  return "";
}

Position Document::position(std::size_t offset) const {
  const auto next = std::upper_bound(line_starts.begin(), line_starts.end(), offset);
  const auto line = static_cast<std::uint32_t>(next - line_starts.begin());
  return {line, static_cast<std::uint32_t>(offset - line_starts[line - 1] + 1)};
}

std::uint32_t Document::length_on_line(Span span) const {
  const std::string_view part = text.substr(std::min(span.offset, text.size()), span.length);
  const std::size_t length = std::min(part.find_first_of("\r\n"), part.size());
  return static_cast<std::uint32_t>(std::max<std::size_t>(length, 1));
}

std::string Document::path(std::size_t offset) const {
  if (form == Form::text) return {};
  std::string path = "$";
  const Value* value = root ? &*root : nullptr;
  while (value != nullptr) {
    const Value* inner = nullptr;
    for (std::size_t i = 0; i < value->items.size() && inner == nullptr; ++i) {
      if (!holds(value->items[i].span, offset)) continue;
      inner = &value->items[i];
      path += "[" + std::to_string(i) + "]";
    }
    for (const Member& member : value->members) {
      const std::size_t begin = member.key_span.offset;
      const Span whole{begin, member.value.span.offset + member.value.span.length - begin};
      if (!holds(whole, offset)) continue;
      inner = &member.value;
      path += path_step(member.key);
      break;
    }
    value = inner;
  }
  return path;
}

Document begin_document(std::string_view text, Form form, std::string_view wanted, Diagnostics& errors) {
  Document document;
  document.text = text;
  document.form = form;
  document.line_starts.push_back(0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') document.line_starts.push_back(i + 1);
  }
  if (std::optional<Diagnostic> why = refusal(document, wanted)) errors.push_back(std::move(*why));
  return document;
}

std::size_t first_bad_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = first_character(text.substr(i)).length;
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

std::string place_text(Position at) { return std::to_string(at.line) + ":" + std::to_string(at.column); }

std::string quote(std::string_view text) {
  if (text.size() <= kQuoteBytes) return "\"" + escaped(text) + "\"";
  std::size_t end = kQuoteBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return "\"" + escaped(text.substr(0, end)) + "...\"";
}

}  // namespace interleak::scenario

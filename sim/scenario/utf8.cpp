// See utf8.hpp. The decoder follows table 3-7 of the Unicode standard.
#include "sim/scenario/utf8.hpp"

namespace interleak::scenario {
namespace {

std::string hex(std::uint32_t number, int least_digits) {
  std::string digits;
  for (; number != 0 || least_digits > 0; number /= 16, --least_digits) {
    digits.insert(digits.begin(), "0123456789abcdef"[number % 16]);
  }
  return digits;
}

std::string escape(std::uint32_t code) {
  switch (code) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return "\\u{" + hex(code, 1) + "}";
  }
}

std::string escape_unless(std::string_view text, bool (*allowed)(std::uint32_t)) {
  std::string result;
  while (!text.empty()) {
    const Character next = first_character(text);
    const std::size_t length = next.length == 0 ? 1 : next.length;
    if (next.length == 0) {
      result += "\\x" + hex(static_cast<unsigned char>(text[0]), 2);
    } else if (allowed(next.code)) {
      result += text.substr(0, length);
    } else {
      result += escape(next.code);
    }
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {};
  std::uint32_t code = lead & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fu);
  }
  const std::uint32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  if (code < least || code > 0x10ffff || surrogate) return {};
  return {code, length};
}

bool is_printable(std::uint32_t code) {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  if (code == 0x61c || code == 0x200e || code == 0x200f || code == 0xfeff) return false;
  const bool noncharacter = (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
  if (noncharacter) return false;   // XML takes only some of them
  return !(code >= 0x2028 && code <= 0x202e) && !(code >= 0x2066 && code <= 0x2069);
}

std::string escaped(std::string_view text) { return escape_unless(text, is_printable); }

std::string ascii_only(std::string_view text) {
  return escape_unless(text, [](std::uint32_t code) { return code < 0x7f && is_printable(code); });
}

}  // namespace interleak::scenario

// Terminal text: see style.hpp. Every character of our own output is one column wide.
#include "reports/style.hpp"

#include <array>

#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

/// Length in bytes of the valid UTF-8 character at the start of `text`; 0 if it is not valid.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 && first <= 0xf4  ? 4
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xc2 && first < 0xe0 ? 2
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool beyond = first == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

/// Length of an escape sequence of paint() at the start of `text`; 0: there is none.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1b') return 0;
  const std::size_t end = text.find('m');
  return end == std::string_view::npos ? 0 : end + 1;
}

/// The bytes of `text` that take at most `columns`.
std::size_t prefix_of(std::string_view text, int columns) {
  std::size_t i = 0;
  while (i < text.size() && columns > 0) {
    if (const std::size_t escape = escape_length(text.substr(i))) {
      i += escape;
      continue;
    }
    const std::size_t length = character_length(text.substr(i));
    i += length == 0 ? 1 : length;
    --columns;
  }
  return i;
}

}  // namespace

std::string paint(const Style& style, Tone tone, std::string_view text) {
  static constexpr std::array<std::string_view, 6> kCodes = {"", "32", "1;31", "33", "2", "1"};
  if (!style.colour || tone == Tone::plain || text.empty()) return std::string(text);
  std::string out = "\x1b[";
  out.append(kCodes[static_cast<std::size_t>(tone)]).append("m").append(text).append("\x1b[0m");
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const scenario::Character next = scenario::first_character(text);
    if (next.length == 0) {
      out += "\xef\xbf\xbd";
    } else if (!scenario::is_printable(next.code)) {
      out += '?';
    } else {
      out.append(text.substr(0, next.length));
    }
    text.remove_prefix(next.length == 0 ? 1 : next.length);
  }
  return out;
}

std::string quoted(std::string_view name) { return "\"" + scenario::escaped(name) + "\""; }

int display_width(std::string_view text) {
  int columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t escape = escape_length(text.substr(i))) {
      i += escape;
      continue;
    }
    const std::size_t length = character_length(text.substr(i));
    i += length == 0 ? 1 : length;
    ++columns;
  }
  return columns;
}

std::string padded(std::string text, int columns) {
  const int missing = columns - display_width(text);
  if (missing > 0) text.append(static_cast<std::size_t>(missing), ' ');
  return text;
}

std::string right_aligned(const std::string& text, int columns) {
  const int missing = columns - display_width(text);
  return std::string(missing > 0 ? static_cast<std::size_t>(missing) : 0, ' ') + text;
}

std::string clipped(std::string_view text, int columns, bool ascii) {
  if (display_width(text) <= columns) return std::string(text);
  const std::string_view ellipsis = ascii ? "..." : "…";
  const int kept = columns - display_width(ellipsis);
  if (kept <= 0) return std::string(text.substr(0, prefix_of(text, columns)));
  return std::string(text.substr(0, prefix_of(text, kept))).append(ellipsis);
}

std::vector<std::string> wrapped(std::string_view text, int columns) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (!line.empty() && display_width(line) + 1 + display_width(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    while (display_width(word) > columns && columns > 0) {
      const std::size_t cut = prefix_of(word, columns);
      lines.emplace_back(word.substr(0, cut));
      word.remove_prefix(cut);
    }
    if (!line.empty()) line += ' ';
    line.append(word);
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string paragraph(std::string_view text, int indent, int width) {
  std::string out;
  for (const std::string& line : wrapped(text, width - indent > 20 ? width - indent : 20)) {
    if (!out.empty()) out.append("\n").append(static_cast<std::size_t>(indent), ' ');
    out += line;
  }
  return out;
}

std::string trim_lines(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      while (!out.empty() && out.back() == ' ') out.pop_back();
    }
    out += c;
  }
  return out;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string plural(const std::string& number, std::string_view noun) {
  return number + " " + std::string(noun) + (number == "1" ? "" : "s");
}

std::string grouped(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string_view symbol(int task, bool ascii) {
  static constexpr std::array<std::string_view, 8> kSymbols = {"●", "▲", "■", "◆", "★", "✚", "▼", "◉"};
  static constexpr std::array<std::string_view, 8> kLetters = {"A", "B", "C", "D", "E", "F", "G", "H"};
  if (task < 0 || task >= 8) return ascii ? "-" : "○";
  return ascii ? kLetters[static_cast<std::size_t>(task)] : kSymbols[static_cast<std::size_t>(task)];
}

std::string tag(int task, std::string_view name, bool ascii) {
  return std::string(symbol(task, ascii)).append(ascii ? ":" : "").append(name);
}

}  // namespace interleak::reports

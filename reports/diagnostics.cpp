// Diagnostics in the style of rustc: see diagnostics.hpp.
#include "reports/diagnostics.hpp"

#include <algorithm>
#include <set>

namespace interleak::reports {
namespace {

constexpr std::size_t kMaxLine = 160;  // of a shown line, in bytes: files may be one long line

/// Line `number` (from 1) of a text; empty if there is none.
std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (; number > 1; --number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  std::string_view line = text.substr(0, text.find('\n'));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

/// A byte column of a long line as a window of it: what to show, and where the column is in there.
struct Window {
  std::string text;
  int column = 0;   ///< columns before the place
  int length = 1;   ///< columns to underline
};

Window window_of(std::string_view line, Position at, std::uint32_t length) {
  std::size_t place = std::min<std::size_t>(at.column > 0 ? at.column - 1 : 0, line.size());
  std::size_t first = 0;
  if (line.size() > kMaxLine && place > kMaxLine / 2) {
    first = place - kMaxLine / 2;
    while (first < place && (static_cast<unsigned char>(line[first]) & 0xc0) == 0x80) ++first;
  }
  const std::string_view shown = line.substr(first, kMaxLine);
  place -= first;
  Window window;
  window.text = printable(shown);
  window.column = display_width(printable(shown.substr(0, place)));
  window.length = std::max(1, display_width(printable(shown.substr(
                                  std::min(place, shown.size()), std::max(1u, length)))));
  return window;
}

void show_place(std::string& out, const Diagnostic& error, Position at, std::uint32_t length,
                const std::string& note, int gutter, char mark, const Sources& sources,
                const Style& style) {
  const auto source = sources.find(error.file);
  if (source == sources.end() || at.line == 0) return;
  const Window window = window_of(line_of(source->second, at.line), at, length);
  const auto spaces = [](int n) { return std::string(static_cast<std::size_t>(n), ' '); };
  out += paint(style, Tone::dim, right_aligned(std::to_string(at.line), gutter) + " | ");
  out += window.text + "\n" + paint(style, Tone::dim, spaces(gutter) + " | ");
  const std::string marks(static_cast<std::size_t>(window.length), mark);
  out += spaces(window.column) + paint(style, mark == '^' ? Tone::bad : Tone::dim, marks);
  if (!note.empty()) out += " " + printable(note);
  out += "\n";
}

void show(std::string& out, const Diagnostic& error, const Sources& sources, const Style& style) {
  out += paint(style, Tone::bad, "error[" + error.code + "]");
  out += paint(style, Tone::strong, ": " + printable(error.message)) + "\n";
  std::uint32_t last = error.at.line;
  for (const RelatedPlace& place : error.related) last = std::max(last, place.at.line);
  const int gutter = static_cast<int>(std::to_string(last).size());
  const std::string margin(static_cast<std::size_t>(gutter), ' ');
  if (!error.file.empty()) {
    out += margin + "--> " + printable(error.file);
    if (error.at.line > 0) {
      out += ":" + std::to_string(error.at.line) + ":" + std::to_string(error.at.column);
    }
    if (!error.path.empty()) out += "   at " + printable(error.path);
    out += "\n";
  }
  show_place(out, error, error.at, error.length, "", gutter, '^', sources, style);
  for (const RelatedPlace& place : error.related) {
    show_place(out, error, place.at, 1, place.message, gutter, '-', sources, style);
  }
  if (!error.expected.empty()) out += margin + " = expected: " + printable(error.expected) + "\n";
  if (!error.help.empty()) out += margin + " = help: " + printable(error.help) + "\n";
  out += "\n";
}

}  // namespace

std::string diagnostics_text(const Diagnostics& errors, const Sources& sources,
                             const Style& style) {
  std::string out;
  std::set<std::string> files, shown;
  std::size_t count = 0;
  for (const Diagnostic& error : errors) {
    std::string text;
    show(text, error, sources, style);
    if (!shown.insert(text).second) continue;
    ++count;
    if (!error.file.empty()) files.insert(error.file);
    out += text;
  }
  out += plural(std::to_string(count), "error");
  if (!files.empty()) out += " in " + plural(std::to_string(files.size()), "file");
  return out + ". Nothing was run.\n";
}

}  // namespace interleak::reports

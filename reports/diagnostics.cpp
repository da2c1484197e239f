// See diagnostics.hpp. A source line becomes a row of cells, one per character, each with the text
// that shows it and its width; marks are placed under cells, so that escapes and wide characters
// cannot shift them. Of a long line only a window around the marked place is shown.
#include "reports/diagnostics.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

using scenario::Character;
using scenario::first_character;

constexpr std::size_t kBytesBefore = 240;  // of a source line, around the marked place
constexpr std::size_t kBytesBehind = 480;
constexpr int kColumns = 96;               // of a source line on the screen
constexpr int kColumnsBefore = 40;

constexpr std::string_view kRed = "\x1b[1;31m", kBlue = "\x1b[1;34m", kBold = "\x1b[1m", kPlain = "\x1b[0m";

/// Columns that a terminal gives to a character.
int width_of(std::uint32_t c) {
  struct Range {
    std::uint32_t first, last;
  };
  static constexpr std::array<Range, 4> kNone = {
      {{0x300, 0x36f}, {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}}};
  static constexpr std::array<Range, 8> kWide = {{{0x1100, 0x115f},
                                                  {0x2e80, 0xa4cf},
                                                  {0xac00, 0xd7a3},
                                                  {0xf900, 0xfaff},
                                                  {0xfe30, 0xfe6f},
                                                  {0xff00, 0xff60},
                                                  {0x1f300, 0x1faff},
                                                  {0x20000, 0x3fffd}}};
  const auto holds = [c](const Range& range) { return c >= range.first && c <= range.last; };
  if (std::any_of(kNone.begin(), kNone.end(), holds)) return 0;
  return std::any_of(kWide.begin(), kWide.end(), holds) ? 2 : 1;
}

struct Glyph {
  std::size_t offset = 0;  // in the line
  std::string shown;
  int width = 1;
};

class Renderer {
 public:
  Renderer(const SourceLookup& source, bool colour, bool ascii) : source_(source), colour_(colour), ascii_(ascii) {}

  std::string render(const Diagnostics& errors) {
    for (const Diagnostic& error : errors) {
      if (!out_.empty()) out_ += '\n';
      render(error);
    }
    return std::move(out_);
  }

 private:
  void render(const Diagnostic& d) {
    std::uint32_t last_line = d.at.line;
    for (const RelatedPlace& place : d.related) last_line = std::max(last_line, place.at.line);
    gutter_ = std::to_string(last_line).size();

    out_ += paint(kRed, "error[" + clean(d.code) + "]") + paint(kBold, ": " + clean(d.message));
    out_ += '\n';
    render_place(d);
    const auto text = d.file.empty() || d.at.line == 0 ? std::nullopt : source_(d.file);
    if (text) render_source(d, *text);
    const bool facts = !d.expected.empty() || !d.help.empty();
    if (text && facts) row("", "");
    if (d.expected.starts_with("one of: ")) {
      fact("expected " + d.expected);
    } else if (!d.expected.empty()) {
      fact("expected: " + d.expected);
    }
    if (!d.help.empty()) fact("help: " + d.help);
  }

  void render_place(const Diagnostic& d) {
    if (d.file.empty() && d.path.empty()) return;
    out_ += std::string(gutter_ + 1, ' ') + paint(kBlue, "-->") + " " + clean(d.file);
    if (d.at.line != 0) {
      out_ += ":" + std::to_string(d.at.line) + ":" + std::to_string(d.at.column);
    }
    if (!d.path.empty()) out_ += "        at " + clean(d.path);
    out_ += '\n';
  }

  void render_source(const Diagnostic& d, std::string_view text) {
    row("", "");
    window_around(line_of(text, d.at.line), d.at.column);
    row(std::to_string(d.at.line), line());
    mark(d.at.column, d.length, '^', "");
    std::vector<const RelatedPlace*> elsewhere;
    for (const RelatedPlace& place : d.related) {
      if (place.at.line == d.at.line && shows(place.at.column)) {
        mark(place.at.column, 1, '-', place.message);
      } else {
        elsewhere.push_back(&place);
      }
    }
    for (const RelatedPlace* place : elsewhere) {
      if (place->at.line == 0) continue;
      row("", "");
      window_around(line_of(text, place->at.line), place->at.column);
      row(std::to_string(place->at.line), line());
      mark(place->at.column, 1, '-', place->message);
    }
  }

  static std::string_view line_of(std::string_view text, std::uint32_t line) {
    for (; line > 1; --line) {
      const std::size_t end = text.find('\n');
      if (end == std::string_view::npos) return {};
      text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
  }

  /// Fills cells_ with the part of the line that is shown.
  void window_around(std::string_view line, std::uint32_t column) {
    const std::size_t place = std::min<std::size_t>(column == 0 ? 0 : column - 1, line.size());
    std::size_t begin = place > kBytesBefore ? place - kBytesBefore : 0;
    const auto inside_character = [&](std::size_t i) {
      return i < line.size() && (static_cast<unsigned char>(line[i]) & 0xc0) == 0x80;
    };
    while (begin < place && inside_character(begin)) ++begin;
    std::size_t end = std::min(line.size(), place + kBytesBehind);
    while (inside_character(end)) ++end;

    cells_.clear();
    for (std::size_t i = begin; i < end;) {
      cells_.push_back(cell(line.substr(i, end - i), i));
      i += std::max<std::size_t>(first_character(line.substr(i, end - i)).length, 1);
    }
    cut_begin_ = begin > 0;
    cut_end_ = end < line.size();
    shrink(place);
  }

  /// Drops cells until the rest fits on the screen, with the place in it.
  void shrink(std::size_t place) {
    const auto is_before = [&](const Glyph& c) { return c.offset < place; };
    const auto at = std::find_if_not(cells_.begin(), cells_.end(), is_before);
    int total = 0;
    for (const Glyph& c : cells_) total += c.width;
    if (total <= kColumns && !cut_begin_ && !cut_end_) return;
    int before = 0;
    for (auto c = cells_.begin(); c != at; ++c) before += c->width;
    auto first = cells_.begin();
    for (; before > kColumnsBefore && first != at; ++first) before -= first->width;
    cut_begin_ = cut_begin_ || first != cells_.begin();
    cells_.erase(cells_.begin(), first);
    int width = 0;
    auto last = cells_.begin();
    for (; last != cells_.end() && width + last->width <= kColumns; ++last) width += last->width;
    cut_end_ = cut_end_ || last != cells_.end();
    cells_.erase(last, cells_.end());
  }

  Glyph cell(std::string_view text, std::size_t offset) const {
    if (text[0] == '\t') return {offset, "    ", 4};
    const Character next = first_character(text);
    const std::string_view bytes = text.substr(0, std::max<std::size_t>(next.length, 1));
    std::string shown = clean(bytes);
    const bool as_is = shown == bytes;
    const int width = as_is ? width_of(next.code) : static_cast<int>(shown.size());
    return {offset, std::move(shown), width};
  }

  bool shows(std::uint32_t column) const {
    const std::size_t offset = column == 0 ? 0 : column - 1;
    return std::any_of(cells_.begin(), cells_.end(), [&](const Glyph& c) { return c.offset == offset; });
  }

  std::string line() const {
    const std::string_view dots = ascii_ ? "..." : "\u2026";
    std::string text(cut_begin_ ? dots : "");
    for (const Glyph& c : cells_) text += c.shown;
    if (cut_end_) text += dots;
    return text;
  }

  void mark(std::uint32_t column, std::uint32_t length, char sign, const std::string& label) {
    const std::size_t begin = column == 0 ? 0 : column - 1;
    int indent = cut_begin_ ? (ascii_ ? 3 : 1) : 0, marked = 0;
    for (const Glyph& c : cells_) {
      if (c.offset < begin) indent += c.width;
      if (c.offset >= begin && c.offset - begin < length) marked += c.width;
    }
    std::string signs(static_cast<std::size_t>(std::max(marked, 1)), sign);
    if (!label.empty()) signs += " " + clean(label);
    row("", std::string(static_cast<std::size_t>(indent), ' ') + paint(sign == '^' ? kRed : kBlue, signs));
  }

  void row(const std::string& number, const std::string& text) {
    const std::string padding(gutter_ + 1 - number.size(), ' ');
    out_ += paint(kBlue, padding + number + " |");
    if (!text.empty()) out_ += " " + text;
    out_ += '\n';
  }

  void fact(const std::string& text) {
    out_ += std::string(gutter_ + 2, ' ') + paint(kBlue, "=") + " " + clean(text) + "\n";
  }

  std::string paint(std::string_view colour, const std::string& text) const {
    return colour_ ? std::string(colour) + text + std::string(kPlain) : text;
  }

  std::string clean(std::string_view text) const {
    return ascii_ ? scenario::ascii_only(text) : scenario::escaped(text);
  }

  const SourceLookup& source_;
  const bool colour_, ascii_;
  std::string out_;
  std::size_t gutter_ = 1;    // digits of the largest line number of the error
  std::vector<Glyph> cells_;   // of the line that is shown
  bool cut_begin_ = false, cut_end_ = false;
};

}  // namespace

std::string render(const Diagnostics& errors, const SourceLookup& source, bool colour, bool ascii) {
  return Renderer(source, colour, ascii).render(errors);
}

}  // namespace interleak::reports

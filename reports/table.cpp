#include "reports/table.hpp"

#include <algorithm>
#include <string_view>

namespace interleak::reports {
namespace {

constexpr int kColumnGap = 2;

/// The lines of a cell, painted.
class CellFlow {
 public:
  CellFlow(int width, const Style& style) : width_(width), style_(style) {}

  std::vector<std::string> run(const TableCell& cell) {
    for (const Piece& piece : cell) {
      if (piece.new_line) end_line();
      if (piece.whole) put(piece.text, piece.tone);
      else put_words(piece.text, piece.tone);
    }
    end_line();
    return std::move(lines_);
  }

 private:
  void put_words(std::string_view text, Tone tone) {
    while (!text.empty()) {
      const std::size_t space = text.find(' ');
      if (space != 0) put(text.substr(0, space), tone);
      if (space == std::string_view::npos) return;
      text.remove_prefix(space + 1);
    }
  }

  void put(std::string_view text, Tone tone) {
    if (used_ > 0 && used_ + 1 + display_width(text) > width_) end_line();
    if (display_width(text) > width_) {
      for (const std::string& part : wrapped(text, width_)) {
        if (used_ > 0) end_line();
        append(part, tone);
      }
      return;
    }
    append(text, tone);
  }

  /// Words of one tone on one line are painted together.
  void append(std::string_view text, Tone tone) {
    if (used_ > 0 && tone != tone_) paint_run();
    if (used_ > 0) run_ += ' ';
    run_ += text;
    tone_ = tone;
    used_ += display_width(text) + (used_ > 0 ? 1 : 0);
  }

  void paint_run() {
    line_ += paint(style_, tone_, run_);
    run_.clear();
  }

  void end_line() {
    if (used_ == 0) return;
    paint_run();
    lines_.push_back(std::move(line_));
    line_.clear();
    used_ = 0;
  }

  const int width_;
  const Style& style_;
  std::vector<std::string> lines_;
  std::string line_, run_;
  Tone tone_ = Tone::plain;
  int used_ = 0;
};

}  // namespace

int natural_width(const TableCell& cell) {
  int widest = 0, width = 0;
  for (const Piece& piece : cell) {
    if (piece.new_line) width = 0;
    width += display_width(piece.text) + (width > 0 ? 1 : 0);
    widest = std::max(widest, width);
  }
  return widest;
}

int least_width(const TableCell& cell) {
  int widest = 0;
  for (const Piece& piece : cell) {
    if (piece.whole) widest = std::max(widest, display_width(piece.text));
  }
  return widest;
}

std::string table_row(const std::vector<TableCell>& cells, const std::vector<int>& widths, int indent,
                      const Style& style) {
  std::vector<std::vector<std::string>> columns;
  std::size_t height = 1;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    columns.push_back(CellFlow(widths[i], style).run(cells[i]));
    height = std::max(height, columns.back().size());
  }
  std::string out;
  for (std::size_t y = 0; y < height; ++y) {
    out.append(static_cast<std::size_t>(indent), ' ');
    for (std::size_t i = 0; i < columns.size(); ++i) {
      out += padded(y < columns[i].size() ? columns[i][y] : "", widths[i] + kColumnGap);
    }
    out += '\n';
  }
  return trim_lines(out);
}

std::vector<ColumnBlock> column_blocks(const std::vector<int>& least, const std::vector<int>& natural, int room) {
  std::vector<ColumnBlock> blocks;
  for (std::size_t i = 0; i < least.size();) {
    ColumnBlock block{i, i, {}};
    int used = 0;
    while (block.to < least.size() && (block.to == i || used + least[block.to] + kColumnGap <= room)) {
      block.widths.push_back(std::max(std::min(least[block.to], room - kColumnGap), 1));
      used += block.widths.back() + kColumnGap;
      ++block.to;
    }
    for (bool grew = true; grew && used < room;) {
      grew = false;
      for (std::size_t c = i; c < block.to && used < room; ++c) {
        if (block.widths[c - i] >= natural[c]) continue;
        ++block.widths[c - i];
        ++used;
        grew = true;
      }
    }
    i = block.to;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace interleak::reports

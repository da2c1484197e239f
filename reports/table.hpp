// Tables whose cells wrap and hold pieces of different colours: the layout of reports that put
// designs side by side.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/style.hpp"

namespace interleak::reports {

/// A piece of a cell. Pieces follow each other with one space between, and wrap at spaces.
struct Piece {
  std::string text;
  Tone tone = Tone::plain;
  bool whole = false;     ///< not broken, unless it is wider than the column
  bool new_line = false;  ///< begins a line of its own
};
using TableCell = std::vector<Piece>;

/// Columns that the cell takes if nothing wraps, and the fewest that break no `whole` piece.
int natural_width(const TableCell& cell);
int least_width(const TableCell& cell);

/// One row, as high as its highest cell; two spaces between columns. No spaces at line ends.
std::string table_row(const std::vector<TableCell>& cells, const std::vector<int>& widths, int indent,
                      const Style& style);

/// Columns `from` to `to` - 1, which stand side by side, each with its width.
struct ColumnBlock {
  std::size_t from = 0, to = 0;
  std::vector<int> widths;
};
/// Puts columns into as few blocks as fit into `room` columns: each is at least `least` wide, and
/// at most `natural` where there is room for that.
std::vector<ColumnBlock> column_blocks(const std::vector<int>& least, const std::vector<int>& natural, int room);

}  // namespace interleak::reports

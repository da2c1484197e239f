// The cancellation matrix for people: see matrix.hpp.
#include <algorithm>

#include "reports/matrix.hpp"
#include "reports/table.hpp"
#include "reports/text.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

using check::CancelPlace;
using check::MatrixCell;
using check::MatrixColumn;

constexpr int kMatrixIndent = 2, kMatrixGap = 2, kMostLabel = 30;

/// "redis-py-4.5.1/" and, on the next line if it must be, "pool".
TableCell heading(const std::string& design, int width) {
  const std::size_t slash = design.rfind('/');
  if (display_width(design) <= width || slash == std::string::npos) {
    return {{printable(design), Tone::strong, true, false}};
  }
  return {{printable(design.substr(0, slash + 1)), Tone::strong, true, false},
          {printable(design.substr(slash + 1)), Tone::strong, true, true}};
}

int least_heading(const std::string& design) { return least_width(heading(design, 0)); }

/// "30.6 % leak, 48.1 % error".
TableCell chances_of(const MatrixCell& cell) {
  TableCell out;
  for (int i = world::kOutcomes - 1; i >= 0; --i) {
    const auto name = std::string(world::kOutcomeNames[static_cast<std::size_t>(i)]);
    const auto found = cell.chance_of.find(name);
    if (found == cell.chance_of.end()) continue;
    if (!out.empty()) out.back().text += ",";
    out.push_back({check::percent(found->second) + " " + name, tone_of(static_cast<world::Outcome>(i)), true, false});
  }
  return out;
}

/// "30 leak, 18 error", then in brackets the findings, on lines of their own.
TableCell cell_of(const MatrixCell& cell, bool chances) {
  if (chances) return chances_of(cell);
  TableCell out;
  for (int i = world::kOutcomes - 1; i >= 0; --i) {
    const auto name = std::string(world::kOutcomeNames[static_cast<std::size_t>(i)]);
    const auto found = cell.by_outcome.find(name);
    if (found == cell.by_outcome.end()) continue;
    if (!out.empty()) out.back().text += ",";
    out.push_back({grouped(found->second.str()) + " " + name, tone_of(static_cast<world::Outcome>(i)), true, false});
  }
  const std::size_t outcomes = out.size();
  for (const auto& finding : world::kPoolFindings) {
    const auto found = cell.by_finding.find(std::string(finding.name));
    if (found == cell.by_finding.end()) continue;
    const bool first = out.size() == outcomes;
    if (!first) out.back().text += ",";
    out.push_back({(first ? "(" : "") + grouped(found->second.str()) + " " + std::string(finding.name), Tone::warning,
                   true, first});
  }
  if (out.size() > outcomes) out.back().text += ")";
  return out;
}

class Matrix {
 public:
  Matrix(const MatrixReport& report, const Style& style)
      : report_(report), style_(style), places_(check::places_of(report.columns)) {}

  std::string draw() const {
    std::vector<int> least, natural;
    int labels = display_width(corner());
    for (const CancelPlace& place : places_) labels = std::max(labels, natural_width(label(place)));
    labels = std::min(labels, kMostLabel);
    for (std::size_t c = 0; c < report_.columns.size(); ++c) {
      const std::string& design = report_.worlds[c]->design().id;
      int narrow = least_heading(design), wide = display_width(design);
      for (const TableCell& cell : column(c)) {
        narrow = std::max(narrow, least_width(cell));
        wide = std::max(wide, natural_width(cell));
      }
      least.push_back(narrow);
      natural.push_back(wide);
    }
    std::string out;
    for (const ColumnBlock& block : column_blocks(least, natural, style_.width - kMatrixIndent - labels - kMatrixGap)) {
      if (!out.empty()) out += "\n";
      out += draw(block, labels);
    }
    return out;
  }

 private:
  std::string corner() const { return style_.ascii ? "cancel lands on..." : "cancel lands on…"; }

  TableCell label(const CancelPlace& place) const {
    std::string await = place.await;
    if (place.can_wait) await += place.ready ? ", ready" : ", waiting";
    TableCell cell;
    if (place.line) cell.push_back({reports::place(*place.line), Tone::plain, true, false});
    cell.push_back({printable(await), Tone::plain, false, false});
    return cell;
  }

  /// Cells of a design from the first row to the last.
  std::vector<TableCell> column(std::size_t c) const {
    const MatrixColumn& from = report_.columns[c];
    if (!from.exact || (report_.chances && !from.chances)) {
      return std::vector<TableCell>(places_.size() + 2, {{"unknown", Tone::warning, true, false}});
    }
    std::vector<TableCell> cells = {cell_of(from.no_cancel, report_.chances)};
    for (const CancelPlace& place : places_) {
      const auto found = from.cells.find(place);
      if (found == from.cells.end()) {
        cells.push_back({{"-", Tone::dim, true, false}});
      } else {
        cells.push_back(cell_of(found->second, report_.chances));
      }
    }
    cells.push_back(cell_of(from.all, report_.chances));
    return cells;
  }

  std::string draw(const ColumnBlock& block, int labels) const {
    std::vector<TableCell> first = {{{corner(), Tone::strong, true, false}}};
    first.push_back({{"(no cancel)", Tone::plain, true, false}});
    for (const CancelPlace& place : places_) first.push_back(label(place));
    first.push_back({{"all schedules", Tone::strong, true, false}});
    std::vector<std::vector<TableCell>> rows;
    for (TableCell& cell : first) rows.push_back({std::move(cell)});
    std::vector<int> widths = {labels};
    for (std::size_t c = block.from; c < block.to; ++c) {
      widths.push_back(block.widths[c - block.from]);
      rows[0].push_back(heading(report_.worlds[c]->design().id, widths.back()));
      std::size_t y = 1;
      for (TableCell& cell : column(c)) rows[y++].push_back(std::move(cell));
    }
    std::string out;
    for (const auto& row : rows) out += table_row(row, widths, kMatrixIndent, style_);
    return out;
  }

  const MatrixReport& report_;
  const Style& style_;
  const std::vector<CancelPlace> places_;
};

std::string notes(const MatrixReport& report, const Style& style) {
  std::string out;
  const auto add = [&](const std::string& text) { out += "  " + paragraph(text, 2, style.width) + "\n"; };
  if (report.chances) {
    add("How likely it is, if every choice is equally likely, that a cancel lands there and the worst outcome of "
        "the schedule is that. ready: what the task awaited had already happened. -: no cancel lands there.");
    return out;
  }
  add("Exact numbers of maximal schedules by their worst outcome; in brackets, how many of them "
      "show a "
      "finding about the pool. ready: what the task awaited had already happened. -: no cancel "
      "lands "
      "there under that design.");
  const int cancels = report.worlds.front()->scenario().cancel.max;
  if (cancels > 1) {
    add("A schedule with several cancels stands in each row where one of them landed: the rows "
        "overlap, "
        "and may add up to more than all schedules.");
  } else {
    add("Each schedule stands in one row: the rows add up to all schedules.");
  }
  for (std::size_t c = 0; c < report.columns.size(); ++c) {
    const std::string why = why_inexact(report.columns[c], report.stopped_by[c]);
    if (!why.empty()) add(printable(report.worlds[c]->design().id) + ": no numbers; " + why + ".");
  }
  return out;
}

}  // namespace

std::string why_inexact(const MatrixColumn& column, const std::string& stopped_by) {
  if (column.exact) return {};
  if (!column.diverges_schedule.empty()) return divergence_text("the design", column.bound);
  return stopped_by.empty() ? std::string(check::stop_name(column.stop)) : stopped_by;
}

std::string matrix_text(const MatrixReport& report, const Style& style, bool quiet) {
  const bool lines = report.rows == check::MatrixRows::lines;
  std::string about = lines ? "cancels by line" : "cancels by await";
  std::string out;
  if (!quiet) out = header_line(*report.worlds.front(), about, report.worlds.size() == 1, style) + "\n";
  out += Matrix(report, style).draw();
  if (!quiet) out += "\n" + notes(report, style);
  return trim_lines(out);
}

}  // namespace interleak::reports

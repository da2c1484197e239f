// Two versions of a design for people: see versions.hpp. Settings first, then each listing that differs, like
// `diff -u` with the line numbers of both sides, then what they come to.
#include <algorithm>

#include "reports/versions.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

std::string numbered(const design::DiffLine& line, const Style& style) {
  const auto number = [](int n) { return right_aligned(n == 0 ? "" : std::to_string(n), 5); };
  const bool removed = line.right == 0, added = line.left == 0;
  const Tone tone = removed ? Tone::bad : added ? Tone::good : Tone::plain;
  return paint(style, Tone::dim, number(line.left) + number(line.right) + (style.ascii ? " | " : " │ ")) +
         paint(style, tone,
               (removed ? "- "
                : added ? "+ "
                        : "  ") +
                   printable(line.text)) +
         "\n";
}

std::string procedure_text(const design::ProcedureDiff& procedure, const Style& style, const std::string& before,
                           const std::string& after) {
  const std::string note = procedure_note(procedure, before, after);
  std::string out = "\n  " + paint(style, Tone::strong, procedure.name) +
                    (note.empty() ? "" : paint(style, Tone::dim, "   " + note)) + "\n";
  const std::vector<bool> visible = shown_lines(procedure.lines);
  for (std::size_t i = 0; i < procedure.lines.size(); ++i) {
    if (visible[i]) out += numbered(procedure.lines[i], style);
    const bool gap_begins = !visible[i] && (i == 0 || visible[i - 1]);
    if (gap_begins) out += paint(style, Tone::dim, style.ascii ? "    ..." : "    ⋯") + "\n";
  }
  return out;
}

std::string listing_text(const VersionsReport& report, const Style& style, const std::string& before,
                         const std::string& after) {
  const design::DesignDiff& diff = report.diff;
  if (diff.same()) return before + " and " + after + ": the same listing\n";
  std::string out = paint(style, Tone::bad, "--- " + before) + "\n" + paint(style, Tone::good, "+++ " + after) + "\n";
  if (!diff.fields.empty()) out += "\n";
  int width = 0;
  for (const auto& field : diff.fields) width = std::max(width, display_width(field.name));
  for (const auto& field : diff.fields) {
    out += "  " + padded(field.name, width) + "   " + paint(style, Tone::bad, "- " + printable(field.left)) + "   " +
           paint(style, Tone::good, "+ " + printable(field.right)) + "\n";
  }
  for (const auto& procedure : diff.procedures) out += procedure_text(procedure, style, before, after);
  return out;
}

Tone tone_of(check::Turn turn) {
  return turn == check::Turn::broken ? Tone::bad : turn == check::Turn::mended ? Tone::good : Tone::warning;
}

class Table {
 public:
  Table(const VersionsReport& report, const Style& style, bool all) : style_(style) {
    for (const VersionsCase& each : report.cases) rows_.push_back(rows_of(each, all));
    for (const auto& rows : rows_) {
      for (const VersionsRow& row : rows) {
        name_ = std::max(name_, display_width(row.name));
        before_ = std::max(before_, display_width(row.before));
        after_ = std::max(after_, display_width(row.after));
      }
    }
  }

  std::string text(const VersionsReport& report) const {
    std::string out;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::string name = paint(style_, Tone::strong, printable(scenario_name(report.cases[i].before.scenario())));
      out += "\n  " + name + (rows_[i].empty() ? "   nothing changes" : "") + "\n";
      if (rows_[i].empty()) continue;
      out += line({"", "before", "after", "", false, {}});
      for (const VersionsRow& row : rows_[i]) out += line(row);
    }
    return out;
  }

 private:
  /// Beside each other where there is room, else below.
  std::string line(const VersionsRow& row) const {
    constexpr int kIndent = 4, kGap = 2;
    const bool wide = kIndent + name_ + before_ + after_ + 3 * kGap + 18 <= style_.width;
    const std::string gap(kGap, ' ');
    std::string out = std::string(kIndent, ' ') + padded(row.name, name_) + gap;
    const std::string became = row.became.empty() ? "" : paint(style_, tone_of(row.turn), row.became);
    out += padded(row.before, before_) + gap;
    if (wide || became.empty()) return trim_lines(out + padded(row.after, after_) + gap + became + "\n");
    return trim_lines(out + row.after + "\n" + std::string(static_cast<std::size_t>(kIndent + name_ + kGap), ' ') +
                      became + "\n");
  }

  const Style& style_;
  std::vector<std::vector<VersionsRow>> rows_;
  int name_ = 0, before_ = 6, after_ = 5;
};

}  // namespace

std::string versions_text(const VersionsReport& report, const Style& style, bool all, bool quiet) {
  const std::string before = printable(version_label(report.before, report.after));
  const std::string after = printable(version_label(report.after, report.before));
  std::string out;
  if (!quiet || report.cases.empty()) out = listing_text(report, style, before, after);
  if (report.cases.empty()) return out;
  out += (out.empty() ? "" : "\n") +
         paragraph("Verdicts before (" + before + ") and after (" + after +
                       "), and schedules by worst outcome "
                       "and by finding" +
                       (all ? "." : ": what changes."),
                   0, style.width) +
         "\n";
  return out + Table(report, style, all).text(report) + "\n" +
         paragraph("interleak: " + turns_line(report), 0, style.width) + "\n";
}

}  // namespace interleak::reports

// Two versions of a design in Markdown, as GitHub and GitLab draw it below a pull request: see versions.hpp.
#include "reports/markdown.hpp"
#include "reports/versions.hpp"

namespace interleak::reports {
namespace {

using check::Turn;

std::string_view mark_of(Turn turn) {
  return turn == Turn::broken ? "❌ " : turn == Turn::mended ? "✅ " : turn == Turn::same ? "" : "⚠️ ";
}

/// All rows of a scenario, whose name stands in the first.
std::string table_rows(const VersionsCase& each, bool all) {
  std::string out, scenario = markdown_text(scenario_name(each.before.scenario()));
  for (const VersionsRow& row : rows_of(each, all)) {
    out += "| " + scenario + " | " + (row.is_verdict ? markdown_code(row.name) : markdown_text(row.name)) + " | " +
           markdown_text(row.before) + " | " + markdown_text(row.after) + " | " + std::string(mark_of(row.turn)) +
           markdown_text(row.became) + " |\n";
    scenario.clear();
  }
  return out;
}

std::string listing(const VersionsReport& report, const std::string& before, const std::string& after) {
  std::string diff = "--- " + before + "\n+++ " + after + "\n";
  for (const auto& field : report.diff.fields) {
    diff += "-" + field.name + ": " + field.left + "\n+" + field.name + ": " + field.right + "\n";
  }
  for (const auto& procedure : report.diff.procedures) {
    const std::string note = procedure_note(procedure, before, after);
    diff += "@@ " + procedure.name + (note.empty() ? "" : ", " + note) + " @@\n";
    const std::vector<bool> visible = shown_lines(procedure.lines);
    for (std::size_t i = 0; i < procedure.lines.size(); ++i) {
      const auto& line = procedure.lines[i];
      if (visible[i]) diff += (line.right == 0 ? "-" : line.left == 0 ? "+" : " ") + line.text + "\n";
      if (!visible[i] && (i == 0 || visible[i - 1])) diff += " ...\n";
    }
  }
  return "\n<details><summary>What differs in the listings</summary>\n\n" + fenced("diff", markdown_lines(diff)) +
         "\n</details>\n";
}

}  // namespace

std::string versions_markdown(const VersionsReport& report, bool all) {
  const std::string before = version_label(report.before, report.after);
  const std::string after = version_label(report.after, report.before);
  MarkdownPage page;
  page.add("## interleak: " + markdown_text(before) + " → " + markdown_text(after) + "\n\n");
  if (!report.cases.empty()) page.add(turns_line(report) + ".\n\n");
  std::string unchanged;
  bool head = false;
  for (const VersionsCase& each : report.cases) {
    const std::string rows = table_rows(each, all);
    if (rows.empty()) {
      unchanged += (unchanged.empty() ? "" : ", ") + markdown_text(scenario_name(each.before.scenario()));
      continue;
    }
    if (!head) page.add("| scenario | | before | after | |\n|---|---|---|---|---|\n");
    head = true;
    page.add(rows);
  }
  if (!unchanged.empty()) page.add("\nNothing changes in " + unchanged + ".\n");
  page.add(report.diff.same() ? "\nThe listings are the same.\n" : listing(report, before, after));
  return page.text();
}

}  // namespace interleak::reports

// What sets two designs apart, side by side in one column: lines that go, lines that come, each with its
// number in its own listing. See html_parts.hpp.
#include "reports/html_parts.hpp"
#include "reports/html_text.hpp"
#include "sim/design/diff.hpp"

namespace interleak::reports {
namespace {

constexpr std::size_t kNear = 3;   // equal lines that are shown around each change

bool is_change(const design::DiffLine& line) { return line.left == 0 || line.right == 0; }

bool near_change(const std::vector<design::DiffLine>& lines, std::size_t at) {
  const std::size_t first = at < kNear ? 0 : at - kNear;
  for (std::size_t i = first; i < lines.size() && i <= at + kNear; ++i) {
    if (is_change(lines[i])) return true;
  }
  return false;
}

std::string number(int line) { return "<td>" + (line == 0 ? std::string() : std::to_string(line)) + "</td>"; }

std::string row(const design::DiffLine& line) {
  const bool gone = line.right == 0, come = line.left == 0;
  return std::string("<tr") +
         (gone   ? " class=\"gone\""
          : come ? " class=\"come\""
                 : "") +
         ">" + number(line.left) + number(line.right) + "<td>" +
         (gone   ? "−"
          : come ? "+"
                 : "") +
         "</td><td><code>" + html_text(line.text) + "</code></td></tr>\n";
}

std::string procedure_table(const design::ProcedureDiff& procedure) {
  std::string out =
      "<table class=\"changes\"><caption><code>" + html_text(procedure.name) + "</code></caption><tbody>\n";
  bool gap = false;
  for (std::size_t i = 0; i < procedure.lines.size(); ++i) {
    const bool shown = near_change(procedure.lines, i);
    if (shown) out += row(procedure.lines[i]);
    else if (!gap) out += "<tr><td></td><td></td><td></td><td>⋯</td></tr>\n";
    gap = !shown;
  }
  return out + "</tbody></table>\n";
}

}  // namespace

std::string html_difference(const PageSubject& page) {
  const auto mended = mended_designs(page);
  if (mended.empty()) return {};
  const HtmlDesign* other = &page.report.designs[mended.front()];
  const auto diff = design::diff(page.design().result.design(), other->result.design());
  std::string tables, settings;
  for (const design::FieldDiff& field : diff.fields) {
    settings += "<li><code>" + html_text(field.name) + "</code>: <del>" + html_text(field.left) + "</del> <ins>" +
                html_text(field.right) + "</ins></li>\n";
  }
  for (const design::ProcedureDiff& procedure : diff.procedures) {
    if (!procedure.comments_only) tables += procedure_table(procedure);
  }
  if (tables.empty() && settings.empty()) return {};
  return "<p>From <code>" + html_text(page.design().result.design().id) + "</code> (−) to <code>" +
         html_text(other->result.design().id) + "</code> (+), which holds.</p>\n" +
         (settings.empty() ? "" : "<ul>\n" + settings + "</ul>\n") + tables;
}

}  // namespace interleak::reports

// Verdicts of a design, all designs in one table, and the cancellation matrix.
#include <array>

#include "reports/html_parts.hpp"
#include "reports/html_text.hpp"
#include "reports/style.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

using check::Verdict;

std::string verdict_tag(Verdict verdict) {
  static constexpr std::array<std::string_view, 3> kMarks = {"✓ holds", "✗ violated", "? unknown"};
  static constexpr std::array<std::string_view, 3> kClasses = {"good", "bad", "warn"};
  const auto index = static_cast<std::size_t>(verdict);
  return "<b class=\"verdict " + std::string(kClasses[index]) + "\">" + std::string(kMarks[index]) + "</b>";
}

std::string number(const check::BigInt& n) {
  const std::string shown = short_count(n);
  return shown[0] == '~' ? "<abbr title=\"" + n.str() + "\">" + shown + "</abbr>" : grouped(shown);
}

std::string outcome_list(const check::MatrixCell& cell) {
  std::string out;
  for (int i = world::kOutcomes - 1; i >= 0; --i) {
    const auto found = cell.by_outcome.find(std::string(world::kOutcomeNames[static_cast<std::size_t>(i)]));
    if (found == cell.by_outcome.end()) continue;
    const Tone tone = tone_of(static_cast<world::Outcome>(i));
    const std::string kind = tone == Tone::bad ? "bad" : tone == Tone::warning ? "warn" : "plain";
    out += "<span class=\"" + kind + "\">" + number(found->second) + " " + found->first + "</span> ";
  }
  for (const auto& [name, count] : cell.by_finding) {
    out += "<span class=\"small\">" + number(count) + " " + name + "</span> ";
  }
  return out;
}

std::string matrix_row(const MatrixReport& matrix, const check::CancelPlace& place) {
  std::string out = "<tr><th scope=\"row\">" + html_text(place.await);
  if (place.can_wait) out += place.ready ? ", ready" : ", waiting";
  out += "</th>";
  for (const check::MatrixColumn& column : matrix.columns) {
    const auto found = column.cells.find(place);
    out += "<td>" + (found == column.cells.end() ? "–" : outcome_list(found->second)) + "</td>";
  }
  return out + "</tr>\n";
}

std::string whole_row(const MatrixReport& matrix, std::string_view head,
                      check::MatrixCell check::MatrixColumn::*which) {
  std::string out = "<tr><th scope=\"row\">" + std::string(head) + "</th>";
  for (const check::MatrixColumn& column : matrix.columns) {
    out += "<td>" + (column.exact ? outcome_list(column.*which) : "unknown") + "</td>";
  }
  return out + "</tr>\n";
}

}  // namespace

const check::Judgement& judgement_on(const PageSubject& page, const HtmlDesign& design) {
  for (const check::Judgement& each : design.result.analysis.judgements) {
    if (each.invariant.name == page.invariant.name) return each;
  }
  return design.result.analysis.judgements.front();
}

std::string html_verdicts(const Result& result) {
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Verdicts\"><table "
      "class=\"verdicts\"><thead><tr><th "
      "scope=\"col\">verdict</th><th scope=\"col\">invariant</th><th scope=\"col\">what was "
      "found</th><th scope=\"col\">shortest</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < result.analysis.judgements.size(); ++i) {
    const check::Judgement& each = result.analysis.judgements[i];
    std::string found = html_text(each.invariant.meaning);
    if (result.traces[i]) {
      found = html_names(what_happened(*result.world, each.invariant, *result.traces[i]));
    } else if (!each.vacuous.empty()) {
      found += ", but: " + html_text(each.vacuous);
    } else if (each.verdict == Verdict::unknown) {
      found = "not seen to the end: " + html_text(why_unknown(result));
    }
    out += "<tr><td>" + verdict_tag(each.verdict) + "</td><td><code>" + html_text(each.invariant.name) +
           "</code></td><td>" + found + "</td><td>" +
           (each.verdict == Verdict::violated ? plural(std::to_string(each.witness.size()), "step") : "–") +
           "</td></tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string html_designs(const PageSubject& page) {
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Designs\"><table "
      "class=\"designs\"><thead><tr><th scope=\"col\">design"
      "</th><th scope=\"col\"><code>" +
      html_text(page.invariant.name) +
      "</code></th><th scope=\"col\">shortest</th><th scope=\"col\">schedules</th><th "
      "scope=\"col\">of them leak</th><th scope=\"col\">also violated</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < page.report.designs.size(); ++i) {
    const HtmlDesign& design = page.report.designs[i];
    const check::Analysis& analysis = design.result.analysis;
    const check::Judgement& judged = judgement_on(page, design);
    std::string also;
    for (const check::Judgement& each : analysis.judgements) {
      if (each.verdict != Verdict::violated || each.invariant.name == judged.invariant.name) continue;
      also += (also.empty() ? "" : ", ") + std::string(each.invariant.name);
    }
    out += "<tr><th scope=\"row\"><a href=\"#design-" + std::to_string(i) + "\">" +
           html_text(design.result.design().id) + "</a></th><td>" + verdict_tag(judged.verdict) + "</td><td>" +
           (judged.verdict == Verdict::violated ? std::to_string(judged.witness.size()) : "–") + "</td><td>" +
           (analysis.counts ? number(analysis.counts->schedules) : "unknown") + "</td><td>" +
           (analysis.counts ? number(analysis.counts->by_outcome.at("leak")) : "unknown") + "</td><td>" +
           (also.empty() ? "–" : html_text(also)) + "</td></tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string html_matrix(const PageSubject& page) {
  if (!page.report.matrix) return {};
  const MatrixReport& matrix = *page.report.matrix;
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Cancellation "
      "matrix\"><table class=\"matrix\"><thead><tr><th "
      "scope=\"col\">a cancel lands on…</th>";
  for (const auto& world : matrix.worlds) out += "<th scope=\"col\">" + html_text(world->design().id) + "</th>";
  out += "</tr></thead><tbody>\n" + whole_row(matrix, "(no cancel)", &check::MatrixColumn::no_cancel);
  for (const check::CancelPlace& place : check::places_of(matrix.columns)) out += matrix_row(matrix, place);
  out += whole_row(matrix, "all schedules", &check::MatrixColumn::all);
  out +=
      "</tbody></table></div>\n<p class=\"legend\">Exact numbers of complete schedules by their "
      "worst outcome. "
      "Ready: what the task awaited had already happened.";
  if (page.world().scenario().cancel.max > 1) {
    out += " More than one cancel is allowed, so a schedule may stand in several rows.";
  }
  return out + "</p>\n";
}

}  // namespace interleak::reports

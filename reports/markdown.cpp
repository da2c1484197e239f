// See markdown.hpp.
#include "reports/markdown.hpp"

#include <algorithm>

#include "reports/chart.hpp"
#include "reports/mermaid.hpp"
#include "reports/style.hpp"
#include "reports/words.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

constexpr std::size_t kDiagrams = 3;          // the first counterexamples are shown open
constexpr std::size_t kMostDiagram = 50'000;  // beyond that Mermaid refuses
constexpr int kChartWidth = 100;

std::string status_words(const Case& each) {
  switch (each.status) {
    case Case::Status::passed: return "✅ passed";
    case Case::Status::expected: return "✅ as expected";
    case Case::Status::failed: return only_inconclusive(each.failures) ? "⚠️ inconclusive" : "❌ failed";
    default: return "skipped";
  }
}

std::string observed_worst(const Observed& observed) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  for (const ObservedJudgement& judgement : observed.judgements) {
    if (!judgement.seen || judgement.verdict == check::Verdict::holds) continue;
    const bool violated = judgement.verdict == check::Verdict::violated;
    add(judgement.invariant +
        (violated ? " violated in " + plural(std::to_string(judgement.steps.size()), "step") : " unknown"));
  }
  if (!observed.differences.empty()) add("differs from " + observed.model);
  return out.empty() ? "all that can be seen hold" : out;
}

std::string worst_words(const Case& each) {
  if (each.observed) return markdown_text(observed_worst(*each.observed));
  if (!each.result) return markdown_text(each.skipped_because);
  std::string out;
  for (const check::Judgement& judgement : each.result->analysis.judgements) {
    if (judgement.verdict == check::Verdict::holds) continue;
    out += (out.empty() ? "" : ", ") + std::string(judgement.invariant.name);
    if (judgement.verdict == check::Verdict::unknown) {
      out += " unknown";
    } else {
      out += " violated in " + plural(std::to_string(judgement.witness.size()), "step");
    }
  }
  return out.empty() ? "all hold" : out;
}

std::string count_cell(const Case& each, const std::string& outcome) {
  if (each.observed) {
    const auto& counts = each.observed->by_outcome;
    if (outcome.empty()) return grouped(each.observed->schedules);
    const auto found = counts.find(outcome);
    return found == counts.end() ? "" : grouped(found->second);
  }
  if (!each.result || !each.result->analysis.counts) return "";
  const check::Counts& counts = *each.result->analysis.counts;
  if (outcome.empty()) return grouped(counts.schedules.str());
  const auto found = counts.by_outcome.find(outcome);
  return found == counts.by_outcome.end() ? "" : grouped(found->second.str());
}

std::string row(const Case& each) {
  return "| " + status_words(each) + " | " + markdown_text(scenario_name(each.scenario())) + " | " +
         markdown_text(each.subject()) + " | " + worst_words(each) + " | " + count_cell(each, "") + " | " +
         count_cell(each, "leak") + " | " + count_cell(each, "type-error") + " | " + count_cell(each, "starved") +
         " |\n";
}

std::string place_words(const Case& each, const Finding& finding) {
  const auto place = main_place(each, finding);
  if (!place) return {};
  std::string out = "At " + markdown_code(place->file + ":" + std::to_string(place->line));
  if (!place->text.empty()) out += ", " + markdown_code(place->text) + ": the cancel lands here";
  return out + "\n\n";
}

std::string section(const Case& each, const Finding& finding, bool open) {
  const std::string title = markdown_text(finding.name) + ": " + markdown_text(headline(each, finding, false)) + " (" +
                            markdown_text(subject_words(each)) + ")";
  std::string body;
  if (headline(each, finding, false) != finding.message) {
    body += markdown_text(finding.message) + "\n\n";
  }
  body += place_words(each, finding);
  if (const words::Trace* trace = trace_of(each, finding)) {
    const std::string diagram = mermaid(*each.world, *trace);
    if (open && diagram.size() <= kMostDiagram) {
      body += fenced("mermaid", diagram);
    } else {
      const Style style{.colour = false, .ascii = false, .width = kChartWidth};
      body += fenced("text", markdown_lines(chart(*each.world, *trace, style, false)));
    }
  }
  if (const auto* steps = observed_steps(each, finding)) {
    body += fenced("text", markdown_lines(steps_table(*steps)));
  }
  const std::string replay = replay_of(each, finding);
  if (!replay.empty()) body += "\n" + fenced("sh", scenario::escaped(replay)) + "\n";
  if (open) return "\n### " + title + "\n\n" + body;
  return "\n<details><summary>" + title + "</summary>\n\n" + body + "</details>\n";
}

std::string error_line(const Diagnostic& error) {
  const std::string place = error.file + ":" + std::to_string(error.at.line);
  return "- " + markdown_text(error.code) + " at " + markdown_code(place) + ": " + markdown_text(error_words(error)) +
         "\n";
}

}  // namespace

std::string summary_markdown(const Cases& cases) {
  MarkdownPage page;
  if (!cases.errors.empty()) {
    page.add("## interleak: " + plural(std::to_string(cases.errors.size()), "error") +
             " in files, nothing was run\n\n");
    for (const Diagnostic& error : cases.errors) page.add(error_line(error));
    return page.text();
  }
  page.add("## interleak: " + std::to_string(cases.passed) + " passed, " + std::to_string(cases.failed) + " failed, " +
           std::to_string(cases.skipped) + " skipped\n\n");
  page.add(
      "| | scenario | design | outcome | schedules | leak | type error | starved |\n"
      "|---|---|---|---|--:|--:|--:|--:|\n");
  for (const Case& each : cases.all) {
    if (each.status == Case::Status::failed) page.add(row(each));
  }
  for (const Case& each : cases.all) {
    if (each.status != Case::Status::failed) page.add(row(each));
  }
  std::size_t shown = 0;
  for (const Case& each : cases.all) {
    for (const Finding& finding : findings_of(each, false)) {
      page.add(section(each, finding, shown++ < kDiagrams));
    }
  }
  return page.text();
}

void MarkdownPage::add(const std::string& section) {
  constexpr std::size_t kReserve = 200;
  if (left_out_ == 0 && text_.size() + section.size() <= kMostSummaryBytes - kReserve) {
    text_ += section;
  } else {
    ++left_out_;
  }
}

std::string MarkdownPage::text() const {
  if (left_out_ == 0) return text_;
  return text_ + "\nThe summary is full: " + plural(std::to_string(left_out_), "part") + " left out.\n";
}

std::string fenced(std::string_view language, const std::string& text) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + std::string(language) + "\n" + text + (text.ends_with('\n') ? "" : "\n") + fence + "\n";
}

std::string markdown_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += scenario::escaped(text.substr(0, end)) + "\n";
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kMeaning = "\\`*_{}[]<>()#~|&@$!\"'";
  std::string out;
  const std::string safe = scenario::escaped(text);
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const char c = safe[i];
    const bool address = c == ':' && safe.compare(i, 3, "://") == 0;
    if (address || kMeaning.find(c) != std::string_view::npos) {
      out += "&#" + std::to_string(static_cast<int>(c)) + ";";
    } else {
      out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) { return "<code>" + markdown_text(text) + "</code>"; }

}  // namespace interleak::reports

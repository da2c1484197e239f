// What `interleak live` prints.
#include <algorithm>

#include "reports/result.hpp"
#include "reports/text.hpp"
#include "tools/live_report.hpp"

namespace interleak::tools {
namespace {

using live::Seen;
using reports::Style;
using reports::Tone;
using world::Outcome;

std::string verdict_line(const live::Judgement& each, const scenario::Scenario& scenario, bool interrupted,
                         const Style& style) {
  reports::VerdictRow row{"holds", Tone::good, each.invariant->name, each.invariant->meaning};
  std::string text;
  switch (each.verdict) {
    case Seen::holds:
      if (each.vacuous.empty()) break;
      text = "(vacuous: " + each.vacuous + ")";
      row = {"holds", Tone::warning, each.invariant->name, text};
      break;
    case Seen::violated:
      text = live_headline(each, scenario) + " [" + std::string(each.invariant->code) + "]";
      row = {"VIOLATED", Tone::bad, each.invariant->name, text};
      break;
    case Seen::unknown:
      row = {"unknown", Tone::warning, each.invariant->name,
             interrupted ? "interrupted before the end" : "a budget ended the search"};
      break;
    case Seen::invisible: row = {"not seen", Tone::dim, each.invariant->name, "it is inside of the client"}; break;
  }
  return reports::verdict_row(row, style);
}

std::string witness_text(const live::Judgement& each, const Words& replay, const Style& style) {
  const live::Played& witness = *each.witness;
  return "\n  Shortest violation of " + std::string(each.invariant->name) + ": " +
         reports::plural(std::to_string(witness.steps.size()), "step") + "\n\n" + live_steps(witness, style) +
         (witness.complete ? "\n  At the end " + witness.end_note + ".\n" : "") + "\n  Replay    " +
         reports::command_line(replay) + " -s " + reports::shell_quoted(witness.schedule) + "\n";
}

/// A schedule, and what is to be said of it.
std::string about_schedule(const std::string& schedule, const std::string& what, const Style& style) {
  return "    " + reports::paragraph("'" + schedule + "': " + reports::printable(what), 6, style.width) + "\n";
}

std::string agreement_text(const live::Agreement& agreement, const Style& style) {
  std::string sum = "Against the model of " + agreement.design + ": " + std::to_string(agreement.agreed) + " of " +
                    std::to_string(agreement.compared) + " schedules agree";
  if (agreement.model_schedules != 0) {
    sum += "; by the model the outside can force " + std::to_string(agreement.model_schedules) + ", of which " +
           std::to_string(agreement.only_model) + " cannot be played";
  }
  std::string out = "\n  " + reports::paragraph(sum + ".", 2, style.width) + "\n";
  for (const live::Difference& each : agreement.differences) out += about_schedule(each.schedule, each.what, style);
  return out;
}

}  // namespace

std::string live_head(const scenario::Scenario& scenario, const std::string& client, const Style& style) {
  return reports::header_line(scenario, reports::Places{scenario.pool_max}, "live: " + client, style);
}

std::string live_headline(const live::Judgement& violated, const scenario::Scenario& scenario) {
  const live::Played& witness = *violated.witness;
  if (!witness.steps.empty()) {
    const live::Step& last = witness.steps.back();
    if ((violated.invariant->violated_by & world::fact::outcome(last.worst)) != 0) return last.shows;
  }
  if ((violated.invariant->violated_by & world::fact::kLostSlot) != 0) return witness.end_note;
  std::string waiting;
  for (std::size_t t = 0; t < witness.results.size(); ++t) {
    const auto& results = witness.results[t];
    if (results.empty() || results.back().outcome != Outcome::starved) continue;
    waiting += (waiting.empty() ? "" : ", ") + scenario.tasks[t].id;
  }
  return waiting + (waiting.find(',') == std::string::npos ? " never ends" : " never end");
}

std::string live_steps(const live::Played& played, const Style& style) {
  std::size_t wide = 0;
  for (const live::Step& step : played.steps) wide = std::max(wide, step.event.size());
  std::string out;
  std::size_t number = 0;
  for (const live::Step& step : played.steps) {
    const bool bad = step.worst >= Outcome::type_error;
    const std::string summary = reports::printable(step.summary);
    const std::string mark = bad ? "  " + outcome_name(step.worst) : "";
    out += "    " + reports::right_aligned(std::to_string(++number), 2) + "  " +
           reports::padded(step.event, static_cast<int>(wide)) + "  " +
           reports::paragraph(summary, 10 + static_cast<int>(wide), style.width - reports::display_width(mark)) +
           reports::paint(style, Tone::bad, mark) + "\n";
  }
  return reports::trim_lines(out);
}

std::string exploration_text(const live::Exploration& found, const scenario::Scenario& scenario, const Words& replay,
                             const LiveTextOptions& options) {
  const Style& style = options.style;
  std::string out;
  for (const live::Judgement& each : found.judgements) {
    out += verdict_line(each, scenario, options.interrupted, style);
  }
  if (options.brief) return out;
  for (const live::Judgement& each : found.judgements) {
    if (!each.witness) continue;
    out += witness_text(each, replay, style);
    if (!options.verbose) break;  // the gravest
  }
  out += "\n  " +
         std::string(found.finished        ? "Played all that the outside can force: "
                     : options.interrupted ? "Interrupted behind "
                                           : "A budget ended the search behind ") +
         reports::plural(std::to_string(found.schedules), "schedule") + ", none twice.\n";
  std::string counts;
  for (auto each = found.by_outcome.rbegin(); each != found.by_outcome.rend(); ++each) {
    counts += (counts.empty() ? "" : ", ") + std::to_string(each->second) + " " + outcome_name(each->first);
  }
  out += "  Schedules by worst outcome: " + (counts.empty() ? "none" : counts) + "\n";
  if (found.mixed_without_cancel > 0) {
    out += "  Schedules that mix up replies without any cancel: " + std::to_string(found.mixed_without_cancel) + "\n";
  }
  if (found.lost_slots > 0) {
    out += "  Schedules with a lost slot: " + std::to_string(found.lost_slots) + "\n";
  }
  return found.agreement ? out + agreement_text(*found.agreement, style) : out;
}

std::string forceable_text(const live::Forceable& forceable, bool examples, const Style& style) {
  const std::string sum = "Of " + std::string(forceable.all ? "all " : "the first ") +
                          std::to_string(forceable.schedules) +
                          " schedules of the model, its ready tasks in any order, the outside can force " +
                          std::to_string(forceable.forceable) + ", one event at a time.";
  std::string out = "  " + reports::paragraph(sum, 2, style.width) + "\n";
  if (forceable.not_forceable.empty() || !examples) return out;
  out += "  Not forceable, for example:\n";
  for (const auto& each : forceable.not_forceable) out += about_schedule(each.schedule, each.why, style);
  return out;
}

}  // namespace interleak::tools

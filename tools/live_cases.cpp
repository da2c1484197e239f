// A live run as a case of the result files (reports/cases.hpp).
#include <algorithm>

#include "tools/live_report.hpp"

namespace interleak::tools {
namespace {

using live::Seen;

std::vector<reports::ObservedStep> steps_of(const live::Played& played) {
  std::vector<reports::ObservedStep> out;
  for (const live::Step& step : played.steps) {
    const bool wrong = step.worst >= world::Outcome::type_error;
    out.push_back({step.event, step.summary, wrong ? outcome_name(step.worst) : "", step.task, step.cancel});
  }
  return out;
}

reports::ObservedJudgement judgement_of(const live::Judgement& each, const scenario::Scenario& scenario) {
  reports::ObservedJudgement out;
  out.invariant = each.invariant->name;
  out.seen = each.verdict != Seen::invisible;
  out.verdict = each.verdict == Seen::violated ? check::Verdict::violated
                : each.verdict == Seen::holds  ? check::Verdict::holds
                                               : check::Verdict::unknown;
  if (each.witness) {
    out.headline = live_headline(each, scenario);
    out.schedule = each.witness->schedule;
    out.steps = steps_of(*each.witness);
  }
  return out;
}

}  // namespace

reports::Observed observed_of(const live::Exploration& found, const scenario::Scenario& scenario,
                              const std::string& client, const Words& replay) {
  reports::Observed out;
  out.scenario = std::make_shared<const scenario::Scenario>(scenario);
  out.client = client;
  for (const live::Judgement& each : found.judgements) {
    out.judgements.push_back(judgement_of(each, scenario));
  }
  out.schedules = std::to_string(found.schedules);
  out.stopped_by = found.failed;
  for (const auto& [outcome, count] : found.by_outcome) out.by_outcome[outcome_name(outcome)] = std::to_string(count);
  if (found.agreement) {
    out.model = found.agreement->design;
    out.compared = std::to_string(found.agreement->compared);
    out.agreed = std::to_string(found.agreement->agreed);
    for (const live::Difference& each : found.agreement->differences) {
      out.differences.push_back({each.schedule, each.what});
    }
  }
  out.replay_words = replay;
  return out;
}

}  // namespace interleak::tools

// What `interleak live --json` writes; docs/output.md has its fields.
#include "tools/live_report.hpp"

namespace interleak::tools {
namespace {

using reports::Json;

Json agreement_json(const live::Agreement& agreement) {
  Json out = {{"design", agreement.design},
              {"compared", std::to_string(agreement.compared)},
              {"agreed", std::to_string(agreement.agreed)},
              {"model_schedules", std::to_string(agreement.model_schedules)},
              {"only_model", std::to_string(agreement.only_model)},
              {"differences", Json::array()}};
  for (const live::Difference& each : agreement.differences) {
    out["differences"].push_back({{"schedule", each.schedule}, {"what", each.what}});
  }
  return out;
}

}  // namespace

std::string outcome_name(world::Outcome outcome) {
  return std::string(world::kOutcomeNames[static_cast<std::size_t>(outcome)]);
}

Json played_json(const live::Played& played, const scenario::Scenario& scenario) {
  Json out = {{"schedule", played.schedule}, {"complete", played.complete}};
  out["steps"] = Json::array();
  for (const live::Step& step : played.steps) {
    out["steps"].push_back({{"event", step.event}, {"summary", step.summary}});
  }
  out["outcomes"] = Json::array();
  for (std::size_t t = 0; t < played.results.size(); ++t) {
    for (std::size_t i = 0; i < played.results[t].size(); ++i) {
      const live::Result& result = played.results[t][i];
      Json entry = {{"task", scenario.tasks[t].id},
                    {"operation", i},
                    {"outcome", outcome_name(result.outcome)},
                    {"text", result.text}};
      if (result.from_task >= 0) {
        entry["from"] = scenario.tasks[static_cast<std::size_t>(result.from_task)].id;
      }
      out["outcomes"].push_back(std::move(entry));
    }
  }
  out["end"] = played.end_note;
  return out;
}

Json exploration_json(const live::Exploration& found, const scenario::Scenario& scenario) {
  static constexpr const char* kVerdicts[] = {"holds", "violated", "unknown", "not-seen"};
  Json out = {{"invariants", Json::array()}};
  for (const live::Judgement& each : found.judgements) {
    Json entry = {{"invariant", each.invariant->name},
                  {"code", each.invariant->code},
                  {"verdict", kVerdicts[static_cast<int>(each.verdict)]}};
    if (!each.vacuous.empty()) entry["vacuous"] = each.vacuous;
    if (each.witness) entry["witness"] = played_json(*each.witness, scenario);
    out["invariants"].push_back(std::move(entry));
  }
  out["schedules"] = std::to_string(found.schedules);
  out["finished"] = found.finished;
  if (!found.failed.empty()) out["failed"] = found.failed;
  Json counts = Json::object();
  for (const auto& [outcome, count] : found.by_outcome) counts[outcome_name(outcome)] = std::to_string(count);
  counts["lost-slot"] = std::to_string(found.lost_slots);
  counts["mixed-without-cancel"] = std::to_string(found.mixed_without_cancel);
  out["counts"] = std::move(counts);
  if (found.agreement) out["agreement"] = agreement_json(*found.agreement);
  return out;
}

}  // namespace interleak::tools

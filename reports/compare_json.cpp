// Designs in lock-step for programs: see compare.hpp and docs/output.md.
#include "reports/compare.hpp"
#include "reports/numbers_json.hpp"

namespace interleak::reports {
namespace {

std::string_view class_of(world::Outcome outcome) { return world::kOutcomeNames[static_cast<std::size_t>(outcome)]; }

Json lane_json(const ComparisonReport& report, std::size_t i) {
  const check::Lane& lane = report.lanes->lanes[i];
  const auto& part = report.lanes->parts[i];
  Json out = {{"design", report.results[i].design().id},
              {"trace", trace_json(*report.results[i].world, lane.trace)},
              {"enabled", lane.enabled},
              {"worst", class_of(lane.worst)}};
  out["divergence"] = lane.stopped ? divergence_json(*lane.stopped) : Json(nullptr);
  out["parts"] = Json(nullptr);
  if (part) out["parts"] = {{"step", part->step}, {"what", check::difference_name(part->what)}};
  return out;
}

Json design_json(const Result& result) {
  const check::Analysis& analysis = result.analysis;
  const std::string why = why_unknown(result);
  Json out = {{"design", subject_json(*result.world)["design"]},
              {"verdict", check::verdict_name(verdict_of(analysis))},
              {"explored",
               {{"complete", why.empty()},
                {"stopped_by", why},
                {"states", analysis.states},
                {"transitions", analysis.transitions},
                {"depth", analysis.depth}}},
              {"counts", analysis.counts ? counts_json(*analysis.counts) : Json(nullptr)}};
  if (analysis.numbers) out["numbers"] = numbers_json(*result.world, *analysis.numbers);
  return out;
}

Json parting_json(const std::optional<check::PartingWays>& ways) {
  if (!ways) return nullptr;
  return {{"schedule", ways->schedule}, {"events", ways->events}, {"why", ways->why}};
}

Json shared_json(const check::PairResult& pair) {
  Json cells = Json::array(), findings = Json::array();
  for (const auto& cell : pair.cells) {
    Json entry = {
        {"first", class_of(cell.first)}, {"second", class_of(cell.second)}, {"schedules", cell.schedules.str()}};
    if (cell.first != cell.second) entry["example"] = cell.example;
    cells.push_back(std::move(entry));
  }
  for (const auto& finding : pair.findings) {
    findings.push_back({{"finding", finding.name},
                        {"only_first", finding.only_first.str()},
                        {"only_second", finding.only_second.str()},
                        {"both", finding.both.str()}});
  }
  return {{"schedules", pair.shared.str()}, {"by_outcomes", std::move(cells)}, {"by_finding", std::move(findings)}};
}

/// How many schedules of a design are not those of the other; null: the design has no counts.
Json parted(const Result& result, const check::PairResult& pair) {
  const auto& counts = result.analysis.counts;
  if (!counts) return nullptr;
  return check::BigInt(counts->schedules - pair.shared).str();
}

Json pair_json(const ComparisonReport& report, const PairReport& pair) {
  const Result& first = report.results[0];
  const Result& second = report.results[pair.second];
  Json out = {{"first", first.design().id},
              {"second", second.design().id},
              {"explored",
               {{"complete", pair.result.exact},
                {"stopped_by", why_inexact(pair)},
                {"states", pair.result.states},
                {"transitions", pair.result.transitions},
                {"depth", pair.result.depth}}}};
  if (!pair.result.diverges_schedule.empty()) out["diverges"] = pair.result.diverges_schedule;
  add_bound(out, pair.result.bound);
  out["shared"] = pair.result.exact ? shared_json(pair.result) : Json(nullptr);
  if (!pair.result.exact) return out;
  out["only_first"] = parted(first, pair.result);
  out["only_second"] = parted(second, pair.result);
  out["first_parts"] = parting_json(pair.result.first_parts);
  out["second_parts"] = parting_json(pair.result.second_parts);
  if (report.wish) {
    out["find"] = {{"first", report.wish->first.name}, {"second", report.wish->second.name}};
    out["find"]["schedule"] = pair.result.found ? Json(pair.result.found_schedule) : Json(nullptr);
  }
  return out;
}

}  // namespace

Json compare_json(const ComparisonReport& report) {
  Json out;
  out["lockstep"] = nullptr;
  if (report.lanes) {
    Json lanes = Json::array();
    for (std::size_t i = 0; i < report.lanes->lanes.size(); ++i) lanes.push_back(lane_json(report, i));
    out["lockstep"] = {{"schedule", report.schedule}, {"origin", report.origin}, {"lanes", std::move(lanes)}};
  }
  out["designs"] = Json::array();
  for (const Result& result : report.results) out["designs"].push_back(design_json(result));
  out["pairs"] = Json::array();
  for (const PairReport& pair : report.pairs) out["pairs"].push_back(pair_json(report, pair));
  return out;
}

}  // namespace interleak::reports

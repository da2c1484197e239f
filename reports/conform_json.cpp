#include "reports/conform.hpp"
#include "sim/words/trace.hpp"

namespace interleak::reports {
namespace {

Json hits_json(const conform::Hits& hits) { return {{"rows", hits.rows}, {"predicted", hits.hits}}; }

Json prediction_json(const conform::Prediction& p) {
  return {{"codes", p.codes},
          {"delivered", p.delivered},
          {"of_suspensions", p.suspensions},
          {"cancel_phase", p.phase},
          {"requests_sent_by_A", p.requests_sent},
          {"replies_still_owed_on_open_conns", p.replies_owed}};
}

Json row_json(const conform::Checked& each) {
  const conform::Row& row = each.row;
  return {{"line", row.line},
          {"design", row.design},
          {"version", row.version},
          {"client", row.client},
          {"cold", row.trial.cold},
          {"op", row.operation},
          {"cancel_point", row.trial.cancel_point},
          {"cancel_mode", row.mode},
          {"schedule", row.left_over},
          {"victim_op", row.victim},
          {"in_scope", each.in_scope()},
          {"possible", each.prediction.possible},
          {"predicted", prediction_json(each.prediction)},
          {"measured_codes", row.measured.codes},
          {"as_measured", each.predicted()}};
}

}  // namespace

Json conform_json(const conform::Conformity& conformity, const WorldOfRow& world_of) {
  Json groups = Json::array(), rows = Json::array(), fields = Json::object();
  for (const conform::Group& group : conformity.groups) {
    Json entry = {{"version", group.version}, {"client", group.client}, {"op", group.operation}};
    entry.update(hits_json(group.hits));
    groups.push_back(std::move(entry));
  }
  for (std::size_t i = 0; i < conform::kFieldNames.size(); ++i) {
    fields[std::string(conform::kFieldNames[i])] = hits_json(conformity.fields[i]);
  }
  for (const conform::Checked& each : conformity.rows) {
    Json entry = row_json(each);
    const auto world = each.in_scope() && !each.predicted() ? world_of(each.row) : nullptr;
    if (world) {
      Json steps = Json::array();
      for (const auto& step : words::trace(*world, each.prediction.events).steps) {
        steps.push_back({{"event", step.text}, {"summary", step.summary.text()}});
      }
      entry["steps"] = std::move(steps);
    }
    rows.push_back(std::move(entry));
  }
  return {{"in_scope", hits_json(conformity.in_scope)},
          {"out_of_scope", hits_json(conformity.out_of_scope)},
          {"fields", std::move(fields)},
          {"groups", std::move(groups)},
          {"rows", std::move(rows)}};
}

}  // namespace interleak::reports

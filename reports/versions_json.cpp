// Two versions of a design for programs: see versions.hpp and docs/output.md.
#include "reports/versions.hpp"

namespace interleak::reports {
namespace {

Json or_null(bool there, Json value) { return there ? std::move(value) : Json(nullptr); }

std::string_view turn_name(check::Turn turn) {
  constexpr std::string_view kNames[] = {"same", "mended", "broken", "longer", "shorter", "unclear"};
  return kNames[static_cast<std::size_t>(turn)];
}

Json procedure_json(const design::ProcedureDiff& procedure) {
  Json lines = Json::array();
  for (const auto& line : procedure.lines) {
    lines.push_back({{"left", or_null(line.left != 0, line.left)},
                     {"right", or_null(line.right != 0, line.right)},
                     {"text", line.text}});
  }
  return {{"name", procedure.name},
          {"left_origin", or_null(!procedure.left_origin.empty(), procedure.left_origin)},
          {"right_origin", or_null(!procedure.right_origin.empty(), procedure.right_origin)},
          {"same_statements", procedure.comments_only},
          {"lines", std::move(lines)}};
}

Json case_json(const VersionsCase& each) {
  Json turns = Json::object();
  for (const auto& change : each.changes.verdicts) turns[change.invariant] = turn_name(change.turn);
  return {{"changed", each.changes.any()},
          {"turns", std::move(turns)},
          {"left", result_json(each.before, {})},
          {"right", result_json(each.after, {})}};
}

}  // namespace

Json versions_json(const VersionsReport& report) {
  Json fields = Json::array(), procedures = Json::array(), cases = Json::array();
  for (const auto& field : report.diff.fields) {
    fields.push_back({{"name", field.name}, {"left", field.left}, {"right", field.right}});
  }
  for (const auto& procedure : report.diff.procedures) procedures.push_back(procedure_json(procedure));
  Json out = {{"left", report.before.id},
              {"right", report.after.id},
              {"same", report.diff.same()},
              {"fields", std::move(fields)},
              {"procedures", std::move(procedures)}};
  if (report.cases.empty()) return out;
  for (const VersionsCase& each : report.cases) cases.push_back(case_json(each));
  out["cases"] = std::move(cases);
  return out;
}

}  // namespace interleak::reports

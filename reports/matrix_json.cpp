// The cancellation matrix for programs: see matrix.hpp and docs/output.md.
#include "reports/matrix.hpp"

namespace interleak::reports {
namespace {

Json cell_json(const check::MatrixCell& cell, bool chances) {
  Json out = {{"schedules", cell.schedules.str()},
              {"by_outcome", numbers_json(cell.by_outcome)},
              {"by_finding", numbers_json(cell.by_finding)}};
  if (!chances) return out;
  Json by_outcome = Json::object();
  for (const auto& [name, chance] : cell.chance_of) by_outcome[name] = chance.str();
  out["uniform"] = {{"lands", cell.chance.str()}, {"by_outcome", std::move(by_outcome)}};
  return out;
}

Json place_json(const check::CancelPlace& place) {
  Json out = {{"await", place.await}, {"ready", place.ready}};
  if (place.line) out["line"] = line_json(*place.line);
  return out;
}

}  // namespace

Json matrix_json(const MatrixReport& report) {
  const auto places = check::places_of(report.columns);
  Json rows = Json::array(), columns = Json::array();
  for (const auto& place : places) rows.push_back(place_json(place));
  for (std::size_t c = 0; c < report.columns.size(); ++c) {
    const check::MatrixColumn& column = report.columns[c];
    Json entry = {{"design", subject_json(*report.worlds[c])["design"]},
                  {"explored",
                   {{"complete", column.exact},
                    {"stopped_by", why_inexact(column, report.stopped_by[c])},
                    {"states", column.states},
                    {"transitions", column.transitions},
                    {"depth", column.depth}}}};
    if (!column.diverges_schedule.empty()) entry["diverges"] = column.diverges_schedule;
    add_bound(entry, column.bound);
    entry["all"] = column.exact ? cell_json(column.all, column.chances) : Json(nullptr);
    entry["no_cancel"] = column.exact ? cell_json(column.no_cancel, column.chances) : Json(nullptr);
    Json cells = Json::array();
    for (const auto& place : places) {
      const auto found = column.cells.find(place);
      cells.push_back(found == column.cells.end() ? Json(nullptr) : cell_json(found->second, column.chances));
    }
    entry["cells"] = column.exact ? std::move(cells) : Json(nullptr);
    columns.push_back(std::move(entry));
  }
  return {{"by", report.rows == check::MatrixRows::lines ? "line" : "await"},
          {"overlap", report.worlds.front()->scenario().cancel.max > 1},
          {"rows", std::move(rows)},
          {"columns", std::move(columns)}};
}

}  // namespace interleak::reports

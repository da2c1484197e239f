#include "sim/conform/conformity.hpp"

#include <algorithm>

namespace interleak::conform {
namespace {

void count(Hits& hits, bool hit) {
  ++hits.rows;
  hits.hits += hit ? 1 : 0;
}

Group& group_of(std::vector<Group>& groups, const Row& row) {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& each) {
    return each.version == row.version && each.client == row.client && each.operation == row.operation;
  });
  if (found != groups.end()) return *found;
  return groups.emplace_back(Group{row.version, row.client, row.operation, {}});
}

}  // namespace

bool Checked::predicted() const {
  const auto fine = [&](Field field) {
    const auto i = static_cast<std::size_t>(field);
    return !measured[i] || agrees[i];
  };
  return prediction.possible && fine(Field::codes) && fine(Field::delivered);
}

Checked compare(Row row, Prediction prediction) {
  Checked result;
  const Measured& m = row.measured;
  const auto set = [&](Field field, bool measured, bool agrees) {
    result.measured[static_cast<std::size_t>(field)] = measured;
    result.agrees[static_cast<std::size_t>(field)] = measured && agrees;
  };
  set(Field::codes, !m.codes.empty(), m.codes == prediction.codes);
  set(Field::delivered, m.delivered.has_value(), m.delivered == prediction.delivered);
  set(Field::suspensions, m.suspensions.has_value(), m.suspensions == prediction.suspensions);
  set(Field::phase, !m.phase.empty(), m.phase == prediction.phase);
  set(Field::requests, m.requests_sent.has_value(), m.requests_sent == prediction.requests_sent);
  set(Field::owed, m.replies_owed.has_value(), m.replies_owed == prediction.replies_owed);
  result.row = std::move(row);
  result.prediction = std::move(prediction);
  return result;
}

Conformity sum_up(std::vector<Checked> rows) {
  Conformity result;
  for (const Checked& each : rows) {
    if (!each.in_scope()) {
      count(result.out_of_scope, each.predicted());
      continue;
    }
    count(result.in_scope, each.predicted());
    count(group_of(result.groups, each.row).hits, each.predicted());
    for (std::size_t i = 0; i < kFieldNames.size(); ++i) {
      if (each.measured[i]) count(result.fields[i], each.agrees[i]);
    }
  }
  result.rows = std::move(rows);
  return result;
}

}  // namespace interleak::conform

// Predictions beside measurements: which rows of a table the designs predict, and which not.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "sim/conform/rows.hpp"

namespace interleak::conform {

/// What is predicted of a row. The first two decide; the others have hit rates of their own.
enum class Field : std::uint8_t { codes, delivered, suspensions, phase, requests, owed };
inline constexpr std::array<std::string_view, 6> kFieldNames = {
    "codes", "delivered", "of_suspensions", "cancel_phase", "requests_sent_by_A", "replies_still_owed_on_open_conns"};

struct Checked {
  Row row;
  Prediction prediction;
  std::array<bool, kFieldNames.size()> measured{};   ///< the table says something about it
  std::array<bool, kFieldNames.size()> agrees{};     ///< and that is what was predicted

  /// All repeats of the trial were alike: only then there is something to predict.
  bool in_scope() const { return row.measured.stable; }
  /// The codes and the delivery of the cancel are as measured, as far as they were.
  bool predicted() const;
};

/// Compares the prediction for a row with what was measured.
Checked compare(Row row, Prediction prediction);

struct Hits {
  int rows = 0, hits = 0;
};

/// Rows of one release, client and operation; only those in scope.
struct Group {
  std::string version, client, operation;
  Hits hits;
};

struct Conformity {
  std::vector<Checked> rows;         ///< in file order
  std::vector<Group> groups;         ///< in the order of their first rows
  Hits in_scope, out_of_scope;
  std::array<Hits, kFieldNames.size()> fields;   ///< of the rows in scope that say something
};

/// Sums up rows that have been compared.
Conformity sum_up(std::vector<Checked> rows);

}  // namespace interleak::conform

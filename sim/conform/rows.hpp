// Measured trials: the rows of a table -> trials and what was measured, or what is wrong with a row.
// The columns are described in docs/conform.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/conform/trial.hpp"
#include "sim/kernel/diagnostic.hpp"

namespace interleak::conform {

/// What a row says was measured; empty or nothing where the table has no such column.
struct Measured {
  std::string codes;
  std::optional<bool> delivered;
  std::optional<int> suspensions;
  std::string phase;
  std::optional<int> requests_sent;
  std::optional<int> replies_owed;
  bool stable = true;           ///< all repeats of the trial were alike
};

struct Row {
  std::uint32_t line = 0;       ///< of the file
  std::string version, client;  ///< as written
  std::string operation, victim, mode, left_over;   ///< as written
  std::string design;           ///< id of the design: "redis-py-4.5.1/pool"
  Trial trial;
  Measured measured;
};

/// The rows that can be understood, in file order. What is wrong with the others is appended, one
/// error each, at most kMaxErrorsOfFile, and does not stop the reading.
std::vector<Row> read_rows(std::string_view text, const std::string& file, Diagnostics& errors);

}  // namespace interleak::conform

// Designs in lock-step, as text and as JSON: one schedule side by side, and all schedules in
// numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/json.hpp"
#include "reports/result.hpp"
#include "reports/style.hpp"
#include "sim/check/lockstep.hpp"

namespace interleak::reports {

/// The first design against another one, on all schedules.
struct PairReport {
  std::size_t second = 0;  ///< index of the other design among the results
  check::PairResult result;
  std::string stopped_by;  ///< "--max-time", "SIGINT"; empty: see the result
};

struct ComparisonReport {
  std::vector<Result> results;             ///< one for each design, in the order asked
  std::string schedule;                    ///< that is told side by side
  std::string origin;                      ///< where it comes from, in words; empty: it was given
  std::optional<check::SideBySide> lanes;  ///< nothing: no schedule was given and none is wrong
  std::vector<PairReport> pairs;           ///< of the designs 2, 3, ... with the first
  std::optional<check::WishPair> wish;     ///< what --find asked for
};

/// Why there are no numbers of a pair; empty: there are.
std::string why_inexact(const PairReport& pair);

/// `quiet`: the tables only.
std::string compare_text(const ComparisonReport& report, const Style& style, bool quiet);

/// What stands under "compare" in the document.
Json compare_json(const ComparisonReport& report);

}  // namespace interleak::reports

// One scenario under two versions of a design: which verdicts, shortest witnesses and shares of schedules are others.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/check/numbers.hpp"

namespace interleak::check {

/// What became of an invariant. `longer`, `shorter`: violated before and after, by a shortest witness of so many steps
/// more or less. `unclear`: it is unknown before, after, or both times.
enum class Turn : std::uint8_t { same, mended, broken, longer, shorter, unclear };

struct VerdictSide {
  Verdict verdict = Verdict::unknown;
  std::size_t steps = 0;           ///< of the shortest witness; 0: not violated
};

struct VerdictChange {
  std::string invariant;
  VerdictSide before, after;
  Turn turn = Turn::same;
};

/// So many of all schedules; exact.
struct ShareSide {
  BigInt schedules;
  Rational share;
};

struct ShareChange {
  std::string name;                        ///< an outcome, which is the worst of its schedules; or a finding
  std::optional<ShareSide> before, after;  ///< nothing: schedules were not counted there

  /// True as well if it was counted on one side only.
  bool changed() const;
};

struct Changes {
  std::vector<VerdictChange> verdicts;     ///< in the order of the judgements
  std::optional<BigInt> schedules_before, schedules_after;
  std::vector<ShareChange> shares;         ///< the gravest outcome first, then findings

  /// Something is another, or may be: a verdict is unknown, schedules were not counted.
  bool any() const;
};

/// Precondition: both judge the same invariants in one order.
Changes changes_between(const Analysis& before, const Analysis& after);

}  // namespace interleak::check

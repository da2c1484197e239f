// The cancellation matrix: where cancels landed, and what became of the schedules. Each number is
// an exact number of maximal schedules, from the graph of all states.
//
// A *place* is the kind of await at which a cancel landed, as the listings write it, and whether
// what the task awaited had already happened; or, by line, that of one line of a listing. A
// schedule belongs to each place at which one of its cancels landed. With at most one cancel, the
// places and the schedules without a cancel add up to all schedules; with more the places overlap.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/words/names.hpp"
#include "sim/world/world.hpp"

namespace interleak::check {

/// Where a cancel landed.
struct CancelPlace {
  int rank = 0;                         ///< orders the kinds of await as an operation meets them
  std::string await;                    ///< "receive", "send request", "turn pool.waiters"
  std::optional<words::LineView> line;  ///< only by line
  bool can_wait = false;  ///< false: this kind of await is ready as soon as it suspends
  bool ready = false;     ///< what was awaited had already happened
};
/// By line and await, waiting before ready.
bool operator<(const CancelPlace& a, const CancelPlace& b);
bool operator==(const CancelPlace& a, const CancelPlace& b);

/// Maximal schedules of one kind.
struct MatrixCell {
  BigInt schedules;
  std::map<std::string, BigInt> by_outcome;  ///< by worst outcome; only those that occur
  std::map<std::string, BigInt> by_finding;  ///< by finding about the pool; only those that occur
  Rational chance = 0;                            ///< of such a schedule, under the uniform scheduler
  std::map<std::string, Rational> chance_of;      ///< the same by worst outcome; only those that occur
};

/// One design.
struct MatrixColumn {
  std::uint64_t states = 0, transitions = 0;
  int depth = 0;
  Stop stop = Stop::finished;
  std::string diverges_schedule;  ///< empty: every schedule comes to its end
  world::Bound bound = world::Bound::none;   ///< that it runs into there; none: it goes in a circle
  bool exact = false;             ///< all was seen: the following are there
  bool chances = false;           ///< with probabilities
  MatrixCell all, no_cancel;
  std::map<CancelPlace, MatrixCell> cells;  ///< only places where some cancel landed
};

enum class MatrixRows : std::uint8_t { awaits, lines };

/// Explores a world and counts. The result does not depend on `workers` or the executor. Where the allowance
/// ends, the column is not exact, and `stop` says what ended.
MatrixColumn cancellation_matrix(const world::World& world, MatrixRows rows, const Options& options);

/// The places of all columns, in order.
std::vector<CancelPlace> places_of(std::span<const MatrixColumn> columns);

}  // namespace interleak::check

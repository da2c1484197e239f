// What is wrong with a pool or an end, as values, each with its words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/system.hpp"
#include "sim/words/prose.hpp"
#include "sim/world/world.hpp"

namespace interleak::words {

/// One thing that is wrong, and what it is about.
struct FindingView {
  Facts fact = 0;            ///< that it tells of; where somebody starves, a hostage, too
  int connection = 0;        ///< number of the connection that it is about; 0: of none
  int frame = -1;            ///< of whom it tells; -1: of nobody
  Prose text;                ///< "c1 never comes back to the pool"

  /// "lost-slot": as reports and `explain` call it.
  std::string_view kind() const;
  /// "lost-slot: c1 never comes back to the pool".
  Prose told() const;
  friend bool operator==(const FindingView&, const FindingView&) = default;
};

/// About the pool, what is wrong in a state.
std::vector<FindingView> findings_in(const world::World& world, const world::State& state);
/// What holds if a schedule ends in this state: lost slots, then who starves.
std::vector<FindingView> end_findings_in(const world::World& world, const world::State& state);

/// The server executes a write of an operation that is over. `before`: the state before that event.
FindingView late_write(const world::World& world, const world::State& before, world::EventParts event);
/// An event ran into a bound.
FindingView divergence(world::Bound bound);

/// What each of them tells.
std::vector<std::string> texts_of(const std::vector<FindingView>& findings);
/// The first that tells of one of the facts; null: none does.
const FindingView* finding_of(const std::vector<FindingView>& findings, Facts facts);

}  // namespace interleak::words

// Which steps of a schedule matter where they stand? Found by replaying it with one step moved or
// left out. Definition: docs/output.md, "Why".
#pragma once

#include <vector>

#include "sim/kernel/system.hpp"
#include "sim/world/world.hpp"

namespace interleak::explain {

/// Of one step: the places, from 1, at which it may stand alone, all others keeping their order, with
/// the schedule legal and its finding the same: all places from `earliest` to `latest`.
struct Freedom {
  int earliest = 0, latest = 0;
  bool droppable = false;   ///< the schedule without the step is legal and shows the same finding
};

/// Longest schedule that is looked at: the work grows with the cube.
inline constexpr std::size_t kMostRelevanceSteps = 40;

/// One for each event. The finding is what `mask` holds of the schedule on its last event, in its last
/// state, at its end. Precondition: legal, at most kMostRelevanceSteps events.
std::vector<Freedom> relevance(const world::World& world, const Events& events, Facts mask);

}  // namespace interleak::explain

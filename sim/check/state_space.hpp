// The states themselves, for who wants to walk in them: an exploration with what may still happen
// from each state. Verdicts and counts alone do not keep it (analysis.hpp).
#pragma once

#include <optional>

#include "sim/check/exploration.hpp"
#include "sim/explore/futures.hpp"
#include "sim/world/world.hpp"

namespace interleak::check {

struct StateSpace {
  Exploration seen;
  Facts harm = 0;  ///< what `onward` counts
  std::optional<explore::Futures>
      futures;                            ///< only if everything was seen, and every schedule ends
  std::optional<explore::Onward> onward;  ///< likewise
};

/// Explores a world. The result does not depend on `workers` or the executor.
inline StateSpace state_space(const world::World& world, Facts harm, const Options& options) {
  StateSpace space;
  space.seen = explore_all(world, options);
  space.harm = harm;
  if (!space.seen.closed()) return space;
  space.futures = explore::futures(space.seen.graph, space.seen.order);
  space.onward = explore::onward(space.seen.graph, space.seen.order, harm);
  return space;
}

}  // namespace interleak::check

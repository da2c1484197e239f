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
  std::optional<explore::Futures> futures;  ///< only if everything was seen, and every schedule ends
  std::optional<explore::Onward> onward;  ///< likewise
};

/// Explores a world. The result does not depend on `workers` or the executor. Where the allowance ends, there
/// is no more than an exploration that was not finished.
inline StateSpace state_space(const world::World& world, Facts harm, const Options& options) {
  StateSpace space;
  space.seen = explore_all(world, options);
  space.harm = harm;
  if (!space.seen.closed()) return space;
  const Allowance allowance = options.allowance();
  try {
    space.futures = explore::futures(space.seen.graph, space.seen.order, allowance);
    space.onward = explore::onward(space.seen.graph, space.seen.order, harm, allowance);
  } catch (const Cut&) {
    space.futures.reset();
    space.seen.stop = options.ended_by();
  }
  return space;
}

}  // namespace interleak::check

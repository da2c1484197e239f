// A random walk in which faults come at a rate: where one is possible, one happens with probability p, each of
// the possible ones as likely as the other; else one of the other events, or the end where it is a choice, each
// as likely as the other. What rate.hpp computes, drawn.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/explore/generator.hpp"
#include "sim/explore/walk.hpp"

namespace interleak::explore {

/// Walks until the schedule ends or a limit breaks it off. Precondition: 0 <= p <= 1.
template <Replayable R>
Walked rate_walk(R& system, Generator& generator, const boost::multiprecision::cpp_rational& p,
                 const WalkLimits& limits) {
  return walk_by(system, limits, [&](const Player<R>& player) {
    const Events& enabled = player.enabled();
    std::uint64_t faults = 0;
    for (const Event event : enabled) faults += system.is_fault(event) ? 1 : 0;
    const std::uint64_t others = enabled.size() - faults + (player.complete() ? 1 : 0);
    const bool fault = faults > 0 && generator.happens(p);
    std::uint64_t left = generator.below(fault ? faults : others);
    for (std::size_t i = 0; i < enabled.size(); ++i) {
      if (system.is_fault(enabled[i]) == fault && left-- == 0) return i;
    }
    return enabled.size();
  });
}

}  // namespace interleak::explore

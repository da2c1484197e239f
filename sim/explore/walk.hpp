// A random walk: one schedule, each choice uniform over the enabled events and, where a schedule
// may end, the end. The generator counts, so a seed gives the same schedule on every machine.
#pragma once

#include <cstdint>

#include "sim/explore/generator.hpp"
#include "sim/explore/run.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// Where a walk is broken off.
struct WalkLimits {
  std::size_t max_length = 0;   ///< after so many events
  Facts fatal = 0;              ///< after an event with one of these facts
};

/// A walk, and whether it came to its end: else a limit broke it off.
struct Walked {
  Run run;
  bool ended = false;
};

/// Walks as `choose(const Player<R>&)` says: the place of an event among the enabled ones, or how many of them
/// there are, which is the end. It may say so only where ending is a choice.
template <Replayable R, class Choose>
Walked walk_by(R& system, const WalkLimits& limits, Choose&& choose) {
  Player<R> player(system);
  for (std::size_t i = 0; i < limits.max_length; ++i) {
    const std::size_t choice = choose(static_cast<const Player<R>&>(player));
    if (choice == player.enabled().size()) return {player.run(), true};
    player.step(player.enabled()[choice]);
    if ((player.facts() & limits.fatal) != 0) return {player.run(), false};
  }
  const bool over = player.enabled().empty();
  return {player.run(), over};
}

/// Chooses uniformly among all that a state lets happen.
template <Replayable R>
std::size_t choose_uniformly(const Player<R>& player, Generator& generator) {
  return generator.below(std::uint64_t{player.enabled().size()} + (player.complete() ? 1u : 0u));
}

/// Walks with a generator until the schedule ends or a limit breaks it off.
template <Replayable R>
Walked walk(R& system, Generator& generator, const WalkLimits& limits) {
  return walk_by(system, limits, [&](const Player<R>& player) { return choose_uniformly(player, generator); });
}

/// Walks until the schedule ends or has `max_length` events.
template <Replayable R>
Run walk(R& system, std::uint64_t seed, std::size_t max_length) {
  Generator generator(seed);
  return walk(system, generator, WalkLimits{max_length, 0}).run;
}

}  // namespace interleak::explore

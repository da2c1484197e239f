// A random walk: one schedule, each choice uniform over the enabled events and, where a schedule
// may end, the end. The generator counts: number i of a seed is a pure function of both, so a seed
// gives the same schedule on every machine.
#pragma once

#include <cstdint>

#include "sim/explore/run.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// SplitMix64 (Steele, Lea, Flood 2014) as a function of seed and counter.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t next() {
    std::uint64_t x = seed_ + ++count_ * 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }
  /// Uniform from 0 to n - 1, without bias. Precondition: n > 0.
  std::uint64_t below(std::uint64_t n) {
    const std::uint64_t uneven = -n % n;  // so many of 2^64 values are too many
    std::uint64_t x = next();
    while (x < uneven) x = next();
    return x % n;
  }

 private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
};

/// Walks until the schedule ends or has `max_length` events.
template <Replayable R>
Run walk(R& system, std::uint64_t seed, std::size_t max_length) {
  Generator generator(seed);
  Player<R> player(system);
  for (std::size_t i = 0; i < max_length; ++i) {
    const std::size_t events = player.enabled().size();
    const std::size_t choices = events + (player.complete() ? 1 : 0);
    const std::size_t choice = generator.below(choices);
    if (choice == events) break;
    player.step(player.enabled()[choice]);
  }
  return player.run();
}

}  // namespace interleak::explore

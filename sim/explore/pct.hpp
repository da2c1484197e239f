// Probabilistic concurrency testing: schedules by random priorities, with few changes of them
// (S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte: A randomized scheduler with probabilistic
// guarantees of finding bugs, ASPLOS 2010).
//
// An *actor* is what can do one thing at a time: each event code is one, and the end is one, which can act where
// ending is a choice. Actors get a random order; the first of those that can act does. At d - 1 random steps
// the actor whose turn it is goes behind all others instead; of several that did, the one of the later change
// is before the one of the earlier. What shows itself as soon as d ordering constraints between steps are met is
// found by a schedule with probability 1 / (n k^(d-1)) at least, if there are at most n actors and k steps, the
// end counted as one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "sim/explore/generator.hpp"
#include "sim/explore/walk.hpp"

namespace interleak::explore {

/// The priorities of one schedule.
class Priorities {
 public:
  /// `depth`: d of the guarantee, at least 1; `steps`: k, at least 1.
  Priorities(Generator& generator, std::uint64_t depth, std::uint64_t steps) : generator_(generator) {
    for (std::uint64_t i = 1; i < depth; ++i) changes_.push_back(generator_.below(steps) + 1);
  }

  /// Which of those that can act does. Precondition: there is one.
  std::uint32_t choose(const std::vector<std::uint32_t>& able) {
    for (const std::uint32_t actor : able) meet(actor);
    ++step_;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      if (changes_[i] == step_) behind_[first_of(able)] = i;
    }
    return first_of(able);
  }

 private:
  /// A newcomer goes to a random place among those who have been met. So the order of all is uniform, whenever
  /// they are met.
  void meet(std::uint32_t actor) {
    if (std::find(order_.begin(), order_.end(), actor) != order_.end()) return;
    const auto place = static_cast<std::ptrdiff_t>(generator_.below(std::uint64_t{order_.size()} + 1));
    order_.insert(order_.begin() + place, actor);
  }

  std::uint32_t first_of(const std::vector<std::uint32_t>& able) const {
    const auto can = [&](std::uint32_t actor) { return std::find(able.begin(), able.end(), actor) != able.end(); };
    for (const std::uint32_t actor : order_) {
      if (can(actor) && behind_.count(actor) == 0) return actor;
    }
    return *std::max_element(able.begin(), able.end(),
                             [&](std::uint32_t a, std::uint32_t b) { return behind_.at(a) < behind_.at(b); });
  }

  Generator& generator_;
  std::vector<std::uint64_t> changes_;               // steps
  std::vector<std::uint32_t> order_;                 // of all who have been met, also of those behind
  std::map<std::uint32_t, std::size_t> behind_;      // who has gone behind the others, by which change
  std::uint64_t step_ = 0;
};

/// The end as an actor: it is no event code.
inline constexpr std::uint32_t kEndActor = 0x10000;

/// Walks until the schedule ends or a limit breaks it off, and adds to `actors` all that could act.
template <Replayable R>
Walked pct_walk(R& system, Generator& generator, std::uint64_t depth, std::uint64_t steps, const WalkLimits& limits,
                std::set<std::uint32_t>& actors) {
  Priorities priorities(generator, depth, steps);
  std::vector<std::uint32_t> able;
  return walk_by(system, limits, [&](const Player<R>& player) {
    able.clear();
    for (const Event event : player.enabled()) able.push_back(event.code);
    if (player.complete()) able.push_back(kEndActor);
    actors.insert(able.begin(), able.end());
    const auto chosen = std::find(able.begin(), able.end(), priorities.choose(able));
    return static_cast<std::size_t>(chosen - able.begin());
  });
}

}  // namespace interleak::explore

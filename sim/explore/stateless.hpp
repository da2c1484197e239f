// Stateless search: every maximal schedule of a Replayable system, one after another.
//
// Depth first. The system cannot be copied or set back, so after each schedule it is reset and the
// common beginning is played again. Slow, and needs nothing: the other drivers are tested by it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/explore/run.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// Budgets; 0 = none.
struct StatelessLimits {
  std::uint64_t max_schedules = 0;
  std::size_t max_length = 0;        ///< schedules are cut here, and then count as not complete
};

struct StatelessResult {
  std::uint64_t schedules = 0;       ///< visited
  bool finished = false;             ///< all were visited, none was cut
};

/// Calls `visit(const Run&)` for each maximal schedule, in event order; where ending is a choice it
/// comes first. Schedules that `max_length` cuts are visited too; their run is not complete, or
/// goes on with a fault.
template <Replayable R, class Visit>
StatelessResult every_schedule(R& system, const StatelessLimits& limits, Visit&& visit) {
  struct Choice {
    Events events;
    std::size_t next = 0;
  };
  Player<R> player(system);
  StatelessResult result{0, true};
  std::vector<Choice> path;  // of each state on the way, what may happen and what is to be tried
  const auto arrive = [&] {  // false: the budget of schedules is used up
    const bool cut = limits.max_length != 0 && path.size() >= limits.max_length;
    const bool more = !player.enabled().empty();
    if (player.complete() || cut) {
      if (limits.max_schedules != 0 && result.schedules == limits.max_schedules) return false;
      ++result.schedules;
      visit(std::as_const(player).run());
    }
    result.finished = result.finished && !(cut && more);
    path.push_back({cut ? Events{} : player.enabled(), 0});
    return true;
  };
  bool going_on = arrive();
  while (going_on && !path.empty()) {
    Choice& choice = path.back();
    if (choice.next == choice.events.size()) {
      path.pop_back();
      continue;
    }
    ++choice.next;
    if (player.run().events.size() + 1 != path.size() || choice.next > 1) {
      player.reset();
      for (std::size_t i = 0; i + 1 < path.size(); ++i) {
        player.step(path[i].events[path[i].next - 1]);
      }
    }
    player.step(choice.events[choice.next - 1]);
    going_on = arrive();
  }
  result.finished = result.finished && going_on;
  return result;
}

}  // namespace interleak::explore

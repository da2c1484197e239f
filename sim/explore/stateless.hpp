// Stateless search: every maximal schedule of a Replayable system, one after another.
//
// Depth first. The system cannot be copied or set back, so after each schedule it is reset and the
// common beginning is played again. Slow, and needs nothing: the other drivers are tested by it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/explore/run.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// Budgets; 0 = none.
struct StatelessLimits {
  std::uint64_t max_schedules = 0;
  std::size_t max_length = 0;        ///< longer schedules are cut here
};

struct StatelessResult {
  std::uint64_t schedules = 0;       ///< visited
  bool finished = false;             ///< all were visited, none was cut
};

namespace detail {

template <Replayable R, class Visit>
class StatelessSearch {
 public:
  StatelessSearch(R& system, const StatelessLimits& limits, Visit& visit)
      : player_(system), limits_(limits), visit_(visit) {}

  StatelessResult run() {
    bool going_on = arrive();
    while (going_on && !path_.empty()) {
      if (path_.back().next == path_.back().events.size()) {
        path_.pop_back();
      } else {
        take_next();
        going_on = arrive();
      }
    }
    result_.finished = going_on && !cut_;
    return result_;
  }

 private:
  // What may happen in a state on the way, and which of it is to be tried next.
  struct Choice {
    Events events;
    std::size_t next = 0;
  };

  // In a new state: visits the schedule if it can end here. False: the budget is used up.
  bool arrive() {
    const bool at_limit = limits_.max_length != 0 && player_.length() >= limits_.max_length;
    if (player_.complete() || at_limit) {
      if (limits_.max_schedules != 0 && result_.schedules == limits_.max_schedules) return false;
      ++result_.schedules;
      visit_(std::as_const(player_).run());
    }
    cut_ = cut_ || (at_limit && !player_.enabled().empty());
    path_.push_back({at_limit ? Events{} : player_.enabled(), 0});
    return true;
  }

  void take_next() {
    if (player_.length() + 1 != path_.size()) go_back();
    Choice& choice = path_.back();
    player_.step(choice.events[choice.next++]);
  }

  void go_back() {
    player_.reset();
    for (std::size_t i = 0; i + 1 < path_.size(); ++i) {
      player_.step(path_[i].events[path_[i].next - 1]);
    }
  }

  Player<R> player_;
  StatelessLimits limits_;
  Visit& visit_;
  StatelessResult result_;
  std::vector<Choice> path_;
  bool cut_ = false;
};

}  // namespace detail

/// Calls `visit(const Run&)` for each maximal schedule, in event order; where ending is a choice it
/// comes before the faults. Schedules that `max_length` cuts are visited too.
template <Replayable R, class Visit>
StatelessResult every_schedule(R& system, const StatelessLimits& limits, Visit&& visit) {
  return detail::StatelessSearch<R, std::remove_reference_t<Visit>>(system, limits, visit).run();
}

}  // namespace interleak::explore

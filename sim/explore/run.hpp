// A schedule being played on a Replayable system, and what has been seen on the way: the common
// part of replay, stateless search and random walks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// A schedule and what happened in it.
struct Run {
  Events events;
  Facts facts = 0;            ///< on an event, in a state (also the first), if complete at the end
  std::uint8_t worst = 0;     ///< class of the worst thing that happened
  std::uint32_t faults = 0;   ///< how many events are faults
  bool complete = false;      ///< no event that has to happen is enabled where it ends
};

/// Plays events on `system`, which it borrows. Never copies it.
template <Replayable R>
class Player {
 public:
  explicit Player(R& system) : system_(&system) { reset(); }

  void reset() {
    system_->reset();
    run_ = {};
    look();
  }
  /// Precondition: `event` is among `enabled()`.
  void step(Event event) {
    run_.faults += system_->is_fault(event) ? 1 : 0;
    run_.events.push_back(event);
    const StepLabel label = system_->step(event);
    run_.facts |= label.facts;
    run_.worst = std::max(run_.worst, label.worst);
    look();
  }
  /// How many events have been played.
  std::size_t length() const { return run_.events.size(); }
  /// In event order.
  const Events& enabled() const { return enabled_; }
  bool is_enabled(Event event) const { return std::ranges::count(enabled_, event) != 0; }
  /// All that has held so far, on an event or in a state.
  Facts facts() const { return run_.facts; }
  /// Is ending a choice here?
  bool complete() const { return run_.complete; }
  /// What has happened so far, as if the schedule ended here.
  Run run() const {
    Run result = run_;
    if (!result.complete) return result;
    const EndLabel label = system_->end();
    result.facts |= label.facts;
    result.worst = std::max(result.worst, label.worst);
    return result;
  }

 private:
  void look() {
    enabled_.clear();
    system_->enabled(enabled_);
    run_.facts |= system_->facts();
    run_.complete = std::ranges::all_of(enabled_, [this](Event e) { return system_->is_optional(e); });
  }

  R* system_;
  Run run_;
  Events enabled_;
};

}  // namespace interleak::explore

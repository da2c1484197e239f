// A sweep: what a test finds that cancels one process at one place, and then lets the next one run.
//
// One process goes alone, until it waits for the environment; there is one fault, at some point of its way; the
// others follow, each as far as it comes. The environment (servers, networks) acts either as soon as it can, or
// only when nobody else can go on. So many schedules as there are points to fault, twice, for each process
// that comes first: milliseconds, where all schedules may be billions. What a sweep does not find is not
// excluded by it: it never yields `holds`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "sim/explore/run.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// When the environment acts.
enum class Environment : std::uint8_t { eager, lazy };

namespace detail {

/// `groups` groups of processes; `group_of(int process)` says to which one a process belongs, from 0.
template <Stateful S, class GroupOf, class Visit>
class Sweep {
 public:
  Sweep(const S& system, int groups, const GroupOf& group_of, Visit& visit)
      : system_(system), groups_(groups), group_of_(group_of), visit_(visit), stepper_(system), player_(stepper_) {}

  std::uint64_t run() {
    for (first_ = 0; first_ < groups_; ++first_) {
      for (const Environment environment : {Environment::eager, Environment::lazy}) {
        environment_ = environment;
        play(kNoFault);
        const std::size_t length = player_.length();
        for (std::size_t at = 0; at < length; ++at) play(at);
      }
    }
    return runs_;
  }

 private:
  static constexpr std::size_t kNoFault = static_cast<std::size_t>(-1);
  static constexpr std::size_t kMostSteps = 10'000;   // a design that goes in a circle ends no schedule

  /// One schedule, with a fault of the first group behind `fault_at` events, if one is possible there.
  void play(std::size_t fault_at) {
    player_.reset();
    now_ = first_;
    while (player_.length() < kMostSteps) {
      if (player_.length() == fault_at) {
        if (!inject()) return;
        fault_at = kNoFault;
        continue;
      }
      const Event* next = choose();
      if (next == nullptr) break;
      const int process = system_.process(*next);
      if (process != kNoProcess) now_ = group_of_(process);
      player_.step(*next);
    }
    ++runs_;
    visit_(player_.run());
  }

  bool inject() {
    for (const Event event : player_.enabled()) {
      if (!system_.is_fault(event) || group_of_(system_.process(event)) != first_) continue;
      player_.step(event);
      return true;
    }
    return false;
  }

  /// The least in the order of who comes first, and then in event order; null: nothing but faults is left.
  const Event* choose() const {
    const Event* best = nullptr;
    for (const Event& event : player_.enabled()) {
      if (system_.is_fault(event)) continue;
      if (best == nullptr || rank(event) < rank(*best)) best = &event;
    }
    return best;
  }

  /// Who goes first: the group that goes now, then the environment, if it is eager, then the others in a row that
  /// begins with the first one.
  int rank(Event event) const {
    const int process = system_.process(event);
    if (process == kNoProcess) return environment_ == Environment::eager ? 1 : groups_ + 2;
    const int group = group_of_(process);
    return group == now_ ? 0 : 2 + (group - first_ + groups_) % groups_;
  }

  const S& system_;
  const int groups_;
  const GroupOf& group_of_;
  Visit& visit_;
  Stepper<S> stepper_;
  Player<Stepper<S>> player_;
  Environment environment_ = Environment::eager;
  int first_ = 0, now_ = 0;
  std::uint64_t runs_ = 0;
};

}  // namespace detail

/// Calls `visit(const Run&)` for each schedule of the sweep; returns how many there were. `group_of(int process)`:
/// from 0 to `groups` - 1.
template <Stateful S, class GroupOf, class Visit>
std::uint64_t sweep(const S& system, int groups, const GroupOf& group_of, Visit&& visit) {
  return detail::Sweep<S, GroupOf, std::remove_reference_t<Visit>>(system, groups, group_of, visit).run();
}

}  // namespace interleak::explore

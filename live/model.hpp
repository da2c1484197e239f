// The model as the outside sees it: the same events as of a live client (live/system.hpp), each of
// them followed by all ready frames in the order of an asyncio loop, until none is ready.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/results.hpp"
#include "sim/world/world.hpp"

namespace interleak::live {

class ModelSystem {
 public:
  /// `world`: of the scenario with `ready: fifo`.
  explicit ModelSystem(std::shared_ptr<const world::World> world);

  /// The events of LiveSystem that are tried on demand: `passing` as it has learnt them.
  void offer(const std::vector<std::vector<int>>& passing, bool same_turn);

  void reset();
  void enabled(Events& out) const;
  StepLabel step(Event event);
  Facts facts() const { return world_->facts(state_); }
  EndLabel end() const { return world_->end(state_); }
  bool is_fault(Event event) const;
  bool is_optional(Event event) const { return is_fault(event); }  ///< no client is pushed anything
  std::string text(Event event) const;
  /// As LiveSystem says it.
  bool every_cancel_landed() const;

  /// Does the outside force this event? The others are ready frames, which the loop runs by itself.
  bool is_outside(Event event) const;
  /// How each operation ended, those that did not included as starved.
  Results results() const;
  const world::World& world() const { return *world_; }

 private:
  class Ends;
  /// `alice!2` (suspension 2), `net.1+bob` (connection 1) or `alice+bob` (bob is the other one).
  struct Pair {
    int task = 0, suspension = 0, connection = 0, other = -1;
  };
  static constexpr int kFirstPair = 0xf000;   // no event of a world has so high a code
  const Pair* pair_of(Event event) const;
  Event start_of(int task) const;
  bool unstarted(int task, const Events& possible) const;
  std::optional<Event> enabled_as(const std::string& text) const;
  void apply(Event event, Ends& ends, StepLabel& label);
  void count_suspension(Event event, Ends& ends, StepLabel& label);

  std::vector<Pair> pairs_;                   ///< offered, in the order of the tasks
  std::vector<int> suspensions_, cancel_at_;  ///< by task; 0: no cancel waits for it
  int cancels_ = 0;                           ///< that have landed
  std::shared_ptr<const world::World> world_;
  world::State state_;
  Results results_;
};

/// How many maximal schedules of the model the outside can force, and some that it cannot.
struct Forceable {
  std::uint64_t schedules = 0;      ///< of the model, as far as they were enumerated
  std::uint64_t forceable = 0;
  bool all = false;                 ///< every schedule was looked at
  struct Example {
    std::string schedule, why;
  };
  std::vector<Example> not_forceable;  ///< the first few
};
Forceable forceable(const scenario::Scenario& scenario, const design::Design& design, const design::Program& program,
                    std::uint64_t max_schedules);

/// A schedule of the model as the outside forces it: without the resumes that the loop does by itself.
/// Nothing, and why, if it cannot be forced.
std::optional<std::vector<std::string>> outside_of(ModelSystem& model, const std::vector<std::string>& schedule,
                                                   std::string& why);

}  // namespace interleak::live

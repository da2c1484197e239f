// Designs in lock-step: they run the same events, one schedule or all of them.
//
// Two worlds of one scenario make one system. A state of it is a pair of states; an event is
// enabled if both worlds enable it; so its schedules are those that both share from start to end.
// The generic drivers explore and count it like any other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/kernel/schedule.hpp"
#include "sim/words/schedule_text.hpp"
#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::check {

/// The pair as a Stateful system. Both worlds have the same scenario; their events with equal codes
/// are the same events, with the same text.
class Lockstep {
 public:
  struct State {
    world::State first, second;
  };

  /// Facts of the pair, beside those of either side (see `side`).
  static constexpr Facts kFirstParts = 1u << 28;  ///< state: the first can do what the second cannot
  static constexpr Facts kSecondParts = 1u << 29;  ///< state: the reverse
  static constexpr Facts kEndsApart = 1u << 30;  ///< end: no common one, one side must still go on
  static constexpr Facts kDiverges = 1u << 31;   ///< event: an engine limit was hit on a side

  /// Facts of a world as facts of the pair: `second` says on which side.
  static Facts side(Facts facts, bool second);

  /// Borrows both worlds.
  Lockstep(const world::World& first, const world::World& second) : first_(&first), second_(&second) {}

  State initial() const { return {first_->initial(), second_->initial()}; }
  void enabled(const State& state, Events& out) const;
  StepLabel apply(State& state, Event event) const;
  Facts facts(const State& state) const;
  EndLabel end(const State& state) const;
  void encode(const State& state, std::vector<std::uint8_t>& out) const;
  State decode(const std::uint8_t* bytes, std::size_t size) const;
  bool is_fault(Event event) const { return first_->is_fault(event); }
  bool is_optional(Event event) const { return first_->is_optional(event); }
  int process(Event event) const { return first_->process(event); }
  std::string text(Event event) const { return first_->text(event); }

 private:
  const world::World* first_;
  const world::World* second_;
};

/// What a schedule is to be under one design: its worst outcome, or a finding about the pool that
/// it shows at some time, or anything.
struct Wish {
  std::string name;  ///< "leak", "lost-slot", "any"
  std::optional<world::Outcome> worst;
  Facts finding = 0;
};
/// Nothing if there is no outcome or finding of that name, and it is not "any".
std::optional<Wish> wish_of(std::string_view name);
/// The names that wish_of knows.
std::vector<std::string> wish_names();

/// How two designs part: after a schedule that both can run, one can do what the other cannot.
struct PartingWays {
  std::vector<Event> after;
  std::string schedule;  ///< the same as text; may be empty
  std::vector<std::string> events;       ///< what only the one can do there; empty: only it may end there
  std::string why;  ///< why the other cannot do the first of them
};

/// Shared schedules by the worst outcome on either side.
struct SharedCell {
  world::Outcome first = world::Outcome::ok, second = world::Outcome::ok;
  BigInt schedules;
  std::string example;  ///< the least of them, where the outcomes differ
};

/// Shared schedules with a finding about the pool.
struct SharedFinding {
  std::string name;
  BigInt only_first, only_second, both;
};

/// Two designs on all schedules.
struct PairResult {
  std::uint64_t states = 0, transitions = 0;
  int depth = 0;
  Stop stop = Stop::finished;
  std::string diverges_schedule;        ///< empty: neither diverges on a common schedule
  world::Bound bound = world::Bound::none;   ///< that one of them runs into there; none: they go in a circle
  bool exact = false;                   ///< all was seen: the following are there
  BigInt shared;                        ///< maximal schedules of both
  std::vector<SharedCell> cells;        ///< those that are not zero, the worst first
  std::vector<SharedFinding> findings;  ///< those that occur on a side
  std::optional<PartingWays> first_parts, second_parts;
  std::optional<std::vector<Event>> found;  ///< the least shared schedule that was wished for
  std::string found_schedule;               ///< the same as text
};

/// What is wished for under the first and under the second design.
using WishPair = std::pair<Wish, Wish>;

/// Explores a pair and counts. The result does not depend on `workers` or the executor. Where the allowance
/// ends, it is not exact, and `stop` says what ended.
PairResult lockstep(const world::World& first, const world::World& second, const std::optional<WishPair>& wish,
                    const Options& options);

// --- one schedule --------------------------------------------------------------------------------

/// One design on the schedule.
struct Lane {
  words::Trace trace;                             ///< as far as the schedule is legal here
  std::vector<std::vector<std::string>> enabled;  ///< before the first step, then after each
  std::optional<words::Refusal> stopped;          ///< the event that is not enabled here, and why
  world::Outcome worst = world::Outcome::ok;      ///< of the operations that have ended
};

/// In what two lanes differ; the first that applies is told.
enum class Difference : std::uint8_t {
  stopped,   ///< the event is not enabled in one of them
  deed,      ///< what happened
  outcomes,  ///< how operations ended
  findings,  ///< findings about the pool that begin to hold
  enabled,   ///< what may happen next
  end        ///< what holds at the end
};
/// "stopped", "deed", ...
std::string_view difference_name(Difference difference);

/// Where a lane first differs from the first lane.
struct LanesPart {
  std::size_t step = 0;  ///< from 1; 0: at the start; one more than the steps: at the end
  Difference what = Difference::deed;
};

struct SideBySide {
  std::vector<std::string> events;              ///< the schedule, word by word
  std::vector<Lane> lanes;                      ///< one for each world
  std::vector<std::optional<LanesPart>> parts;  ///< of each lane from the first; nothing: never
};

/// Runs a schedule under each of the worlds. An error only if the text is malformed.
std::variant<SideBySide, ScheduleError> side_by_side(const std::vector<std::shared_ptr<const world::World>>& worlds,
                                                     std::string_view schedule);

}  // namespace interleak::check

// Both engines side by side: the fast one of sim/world and the literal one, event by event along a
// schedule, and the whole analysis of the fast one against the naive enumeration. Whatever they say
// differently is told in words.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/world/world.hpp"
#include "tests/oracle/case.hpp"
#include "tests/oracle/coverage.hpp"
#include "tests/oracle/interpreter.hpp"

namespace interleak::oracle {

using Texts = std::vector<std::string>;
/// How two engines disagree; nothing if they agree.
using Difference = std::optional<std::string>;

/// The texts with spaces between.
std::string joined(const Texts& texts);
/// The kind of an event: what its text begins with, which piece, and whether a send suspends by choice.
std::string kind_of(Event event);
/// The same of all events of a kind: "resume", "!", "srv@old", "srv!".
std::string name_of(terms::EventKind kind);
/// All that can stand in a tally: each kind, and those of frames with a choice ("resume~", the second and further
/// ones "resume~2").
std::vector<std::string> event_kinds();

/// What was seen along schedules.
struct Tally {
  std::map<std::string, std::uint64_t> events;    ///< by kind_of
  std::map<std::string, std::uint64_t> outcomes, findings, bounds;
  std::uint64_t steps = 0, schedules = 0, states = 0;
  void add(const Tally& other);
  /// Each event, outcome, finding and bound that was seen there once, however often that was.
  void add_once(const Tally& other);
};

/// What a long run must have seen: kinds of events, outcomes, findings, each with how often it was.
std::vector<std::pair<std::string, std::uint64_t>> happened(const Tally& tally);

/// How a schedule ended that both engines have run.
struct Walk {
  Texts schedule;              ///< with the event that shows the difference, if one does
  Difference difference;
};

/// How a schedule is chosen.
struct Chooser {
  std::uint64_t seed = 0;
  int longest = 200;           ///< events
};

/// One random schedule, compared before and after each event. Each schedule has its own likings: kinds of
/// events and tasks that it takes often or seldom, so that some see servers that are slow, cancels that come
/// late, a task that runs ahead. The states of every other schedule go through the codec after each event.
Walk walk(const world::World& world, const Oracle& oracle, Chooser chooser, Tally& tally);

/// The same for the events of a schedule. An event that is not enabled in the fast engine ends it.
Walk follow(const world::World& world, const Oracle& oracle, const Texts& schedule);

/// Both engines in as many different states as the fast one comes to within so many events: each state once,
/// each event of it, those that were met last as often as any. Far more states than schedules of the same
/// length would meet.
Walk sweep(const world::World& world, const Oracle& oracle, std::uint64_t seed, int events, Tally& tally);

/// How operations fail without faults: the literal engine in each of the states that the fast one comes to in the world
/// of without_faults(). Null: these are more, or a bound is passed. Throws std::logic_error where they do not agree.
std::shared_ptr<const Failures> excused_in(const world::World& faultless, std::size_t max_states);

/// What is enough of an enumeration.
struct Enough {
  std::uint64_t schedules = 20'000, events = 300'000;
};

/// The whole analysis against the enumeration. `compared`: it was small enough.
Difference compare_analyses(const world::World& world, const Oracle& oracle, Enough enough, bool& compared);

}  // namespace interleak::oracle

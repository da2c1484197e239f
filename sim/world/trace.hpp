// A schedule, told step by step in values: what the reports print. Computed by running the events
// once more with a listener; nothing of it is part of a state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/kernel/schedule.hpp"
#include "sim/kernel/system.hpp"
#include "sim/terms/names.hpp"
#include "sim/world/disclosure.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/world.hpp"

namespace interleak::world {

/// A request or reply in a queue: whose it is, and what.
struct ItemView {
  int task = -1;             ///< index of the task whose data or request it is; -1: nobody's
  int operation = -1;        ///< index in that task's script
  std::string text;          ///< "GET history", "value of history", "OK", "AUTH"
};

struct ConnectionView {
  int number = 0;            ///< from 1
  bool created = false, connected = false, idle = false;
  std::vector<ItemView> requests, wire, kernel, stream;   ///< oldest first
};

/// A line of a listing.
struct LineView {
  std::string procedure;
  std::string origin;        ///< id of the design in which it was written
  int line = 0;              ///< from 1
  std::string text;          ///< without its indentation
  std::vector<LineView> callers = {};   ///< the lines that called this procedure, the innermost first
};

/// One thing that happened inside an event, in order.
struct ActionView {
  std::string text;          ///< "takes c1", "sends GET history on c1", "waits for a reply"
  LineView line;
  Listener::Act act = Listener::Act::waits;
  int connection = 0;        ///< 0: none
  ItemView item;             ///< sends: the request; receives, discards: the reply
};

struct OutcomeView {
  int task = 0, operation = 0;
  Outcome outcome = Outcome::ok;
  int from_task = -1;        ///< leak, type-error: whose data it was
  int connection = 0;        ///< on which connection the worst reply was read; 0: none
  std::string text;          ///< "bob is shown alice's titles (sidebar)"
  std::vector<Disclosure> disclosures;  ///< leak: one for each reply that was another owner's
};

struct StepView {
  int number = 0;            ///< from 1
  Event event;
  std::string text;          ///< as in a schedule
  int task = -1;             ///< acting task; -1: server or network
  bool child = false;        ///< a child of that task acts
  bool cancel = false;
  std::string summary;       ///< one short phrase: "takes c1, sends GET, waits for a reply"
  std::optional<LineView> line;      ///< cancel: the await it landed on; else where the frame stops now
  std::string await;         ///< cancel: kind of await ("receive")
  bool was_ready = false;    ///< cancel: what was awaited had already happened
  std::vector<ActionView> actions;
  std::vector<OutcomeView> outcomes;
  std::vector<std::string> findings;  ///< pool findings that begin to hold here: "dirty-idle: c1 ..."
  std::vector<ConnectionView> connections;  ///< after the event; all slots in order
  std::vector<int> free;                    ///< connection numbers, next to be taken first (per node in order)
};

struct Trace {
  std::vector<ConnectionView> start;
  std::vector<StepView> steps;
  bool complete = false;                 ///< no event but cancels is enabled at the end
  std::vector<std::string> end_findings; ///< if complete: "lost-slot: c1 ...", "starved: bob ..."
  Bound bound = Bound::none;             ///< that the last step runs into
  bool possible_under_fifo = true;       ///< asyncio's own order of ready tasks allows it
};

/// Where a task's own frame, or a child, stands between two events.
struct FrameView {
  int task = 0;
  std::string name;          ///< "alice", "alice'"
  std::string posture;       ///< "waits for a reply on c1", "has ended"
  std::optional<LineView> line;   ///< the await at which it is suspended
};
/// Every task's own frame, and the children that exist, in order.
std::vector<FrameView> frames_in(const World& world, const State& state);

/// One event, told; `state` is moved on. Its number is 0. Precondition: the event is enabled.
StepView tell(const World& world, State& state, Event event);
/// All slots of a state, in order.
std::vector<ConnectionView> connections_in(const World& world, const State& state);
/// What holds if a schedule ends in this state: "lost-slot: c1 ...", "starved: bob ...".
std::vector<std::string> end_findings_in(const World& world, const State& state);

/// Precondition: each event is enabled in turn (parse_schedule has checked it).
Trace trace(const World& world, const std::vector<Event>& events);

/// asyncio's own order of ready tasks allows it.
bool possible_under_fifo(const World& world, const std::vector<Event>& events);
/// The same scenario and design, where that order holds.
World under_fifo(const World& world);

/// Text -> events. On the first event that is not enabled: which one (from 1), and why ("bob is not
/// enabled: bob waits for a reply on c1").
std::optional<ScheduleError> parse_schedule(const World& world, std::string_view text,
                                            std::vector<Event>& events);

}  // namespace interleak::world

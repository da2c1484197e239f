// A schedule, told step by step in values: what the reports print. Computed by running the events
// once more with a listener; nothing of it is part of a state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/kernel/system.hpp"
#include "sim/words/disclosure.hpp"
#include "sim/words/finding.hpp"
#include "sim/words/names.hpp"
#include "sim/words/prose.hpp"
#include "sim/words/queues.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/world.hpp"

namespace interleak::words {

/// One thing that happened inside an event, in order.
struct ActionView {
  Prose text;                ///< "takes c1", "sends GET history", "waits for a reply on c1"
  LineView line;
  world::Listener::Act act = world::Listener::Act::waits;
  int connection = 0;        ///< 0: none
  ItemView item;             ///< sends: the request; receives, discards: the reply
};

struct OutcomeView {
  int task = 0, operation = 0;
  world::Outcome outcome = world::Outcome::ok;
  int from_task = -1;        ///< leak, type-error: whose data it was
  int connection = 0;        ///< on which connection the worst reply was read; 0: none
  bool has_reply = false;    ///< the text says what was received; else only how it ended: "bob: error"
  Prose text;                ///< "bob is shown alice's titles (sidebar)"
  std::vector<Disclosure> disclosures;  ///< leak: one for each reply that was another owner's
};

struct StepView {
  int number = 0;            ///< from 1
  Event event;
  std::string text;          ///< as in a schedule
  int task = -1;             ///< acting task; -1: server or network
  bool child = false;        ///< a child of that task acts
  bool cancel = false;
  Prose summary;             ///< one short phrase: "takes c1, sends GET, waits for a reply"
  std::optional<LineView> line;      ///< cancel: the await it landed on; else where the frame stops now
  std::string await;         ///< cancel: kind of await ("receive")
  bool was_ready = false;    ///< cancel: what was awaited had already happened
  std::vector<ActionView> actions;
  std::vector<OutcomeView> outcomes;
  std::vector<FindingView> findings;  ///< that begin to hold here
  std::vector<ConnectionView> connections;  ///< after the event; all slots in order
  std::vector<int> free;                    ///< connection numbers, next to be taken first (per node in order)
};

struct Trace {
  std::vector<ConnectionView> start;
  std::vector<StepView> steps;
  bool complete = false;                 ///< no event but cancels is enabled at the end
  std::vector<FindingView> end_findings; ///< if complete
  world::Bound bound = world::Bound::none;            ///< that the last step runs into
  bool possible_under_fifo = true;       ///< asyncio's own order of ready tasks allows it
};

/// One event, told; `state` is moved on. Its number is 0. Precondition: the event is enabled.
StepView tell(const world::World& world, world::State& state, Event event);

/// Precondition: each event is enabled in turn (parse_schedule has checked it).
Trace trace(const world::World& world, const Events& events);

}  // namespace interleak::words

// Runs a schedule once more with a listener and puts what it hears into words.
#include "sim/words/trace.hpp"

#include <algorithm>

#include "sim/words/findings.hpp"
#include "sim/words/frames.hpp"
#include "sim/world/schedules.hpp"

namespace interleak::words {
namespace {

using world::ConnId;
using world::EventParts;
using world::Frame;
using world::FrameId;
using world::Label;
using world::Listener;
using world::Outcome;
using world::State;
using world::Status;
using world::World;
namespace fact = world::fact;

/// What a frame did at an instruction, where nobody is named.
std::string plain_deed(const World& world, design::Pc pc, Listener::Act act, ConnId on, Label label) {
  using Act = Listener::Act;
  const design::Instruction& i = world.program().code[pc];
  switch (act) {
    case Act::takes: return "takes " + connection(on);
    case Act::makes: return "makes " + connection(on);
    case Act::shares: return "shares " + connection(on);
    case Act::puts: return "returns " + connection(on);
    case Act::closes: return "closes " + connection(on);
    case Act::connects: return "connected " + connection(on);
    case Act::sends: return "sends " + request(world, label);
    case Act::waits: return waiting_for(world, pc, on);
    case Act::wakes: return "wakes " + queue_name(world, i);
    case Act::hands: return "hands over to " + queue_name(world, i);
    case Act::spawns: return "starts a child";
    case Act::raises: return "raises " + std::string(i.a == 3 ? "rejected" : "error");
    case Act::catches: return "catches";
    case Act::broken: return "finds its socket closed";
    case Act::lacks: return "finds no free connection";
    case Act::polls: return "looks whether something is there";
    case Act::renews: return "sets the node up anew";
    case Act::times_out: return "times out";
    case Act::swallows: return "does not notice: the runtime takes the cancel for a timeout of its own";
    case Act::cancelled_again: {
      const auto kind = static_cast<std::size_t>(world::await_kind(i.op));
      return "is cancelled again at " + std::string(world::kAwaitNames[kind]);
    }
    case Act::refutes: return "finds that it is not so: " + world.program().assertions[i.other];
    case Act::crowds: return "finds another reader on " + connection(on);
    default: return {};
  }
}

/// What a frame did at an instruction.
Prose deed_at(const World& world, design::Pc pc, Listener::Act act, ConnId on, Label label) {
  using Act = Listener::Act;
  switch (act) {
    case Act::receives: return "receives " + reply(world, label);
    case Act::discards: return "throws away " + reply(world, label);
    case Act::follows: return "follows " + reply(world, label);
    case Act::keeps: return "keeps " + reply(world, label) + " in " + store_name(world, world.program().code[pc]);
    case Act::serves: return "takes " + reply(world, label) + " out of " + store_name(world, world.program().code[pc]);
    case Act::drops: return "drops " + reply(world, label) + " from " + store_name(world, world.program().code[pc]);
    default: return Prose(plain_deed(world, pc, act, on, label));
  }
}

class Teller final : public Listener {
 public:
  Teller(const World& world, StepView& step) : world_(world), step_(step) {}

  void ran(FrameId, design::Pc) override {}

  void landed(FrameId, design::Pc pc, bool ready) override {
    step_.line = line_with_callers(world_, pc);
    step_.await = terms::info_of(world::await_kind(world_.program().code[pc].op)).name;
    step_.was_ready = ready;
  }

  void ended(const world::OperationEnd& end) override {
    const world::OperationInfo& info = world_.operations()[end.op];
    OutcomeView view;
    view.task = info.task;
    view.operation = info.script;
    view.outcome = end.outcome;
    if (end.has_reply && end.reply.op != world::kHandshakeOp) {
      view.from_task = world_.operations()[end.reply.op].task;
    }
    view.has_reply = end.has_reply;
    view.connection = end.has_reply ? last_conn_ : 0;
    if (end.outcome == Outcome::leak) view.disclosures = disclosures_of(world_, end.op, *end.value);
    view.text = words_of(end, view.disclosures);
    step_.outcomes.push_back(std::move(view));
    if (end.failure != 0) failed_ = end;
  }

  /// How the last operation that has failed did.
  const world::OperationEnd& failed() const { return failed_; }

  void act(FrameId frame, design::Pc pc, Act act, ConnId conn, Label label) override {
    if (act == Act::receives) last_conn_ = conn;
    ActionView view{deed_at(world_, pc, act, conn, label), line_with_callers(world_, pc), act, conn, {}};
    const bool reads = act == Act::receives || act == Act::discards;
    if (reads || act == Act::sends) view.item = item(world_, label, reads);
    if (!step_.summary.empty()) step_.summary += ", ";
    step_.summary += view.text;
    step_.actions.push_back(std::move(view));
    if (act == Act::refutes) step_.findings.push_back(assertion(world_, frame, pc));
  }

 private:
  Prose words_of(const world::OperationEnd& end, const std::vector<Disclosure>& disclosures) const {
    if (end.outcome == Outcome::leak) return told(world_, disclosures);
    const Prose who = owner_of(world_, end.op);
    if (end.outcome == Outcome::wrong_value && !end.has_reply) {
      return who + " ended with " + taken(world_, end.op, {end.value->begin(), end.value->end()});
    }
    if (!end.has_reply) {
      const Prose text = who + ": " + world::kOutcomeNames[static_cast<std::size_t>(end.outcome)];
      const bool named = world_.tracks_failures() && end.failure != 0;
      return named ? text + " (" + world::failure_text(world_, end.failure) + ")" : text;
    }
    Prose text = who + " received " + reply(world_, end.reply);
    if (end.reply.mark() == world::Mark::stale) text += ", although the client knew that it had changed";
    if (end.outcome == Outcome::rejected) text += ": rejected, it is not " + who + "'s";
    return text;
  }

  const World& world_;
  StepView& step_;
  ConnId last_conn_ = 0;
  world::OperationEnd failed_;  // the last that has failed
};

/// The messages of a row from the `from`-th to the `end`-th: "a head and the rest".
Prose replies(const World& world, const world::Queue& row, std::size_t from, std::size_t end) {
  Prose out;
  for (std::size_t i = from; i < end; ++i) out += (i == from ? Prose() : Prose(" and ")) + reply(world, row[i]);
  return out;
}

/// What an event has put on the wire of a connection: pushes, or all else.
world::Queue put_on_wire(const World& world, const State& before, const State& after, ConnId conn, bool pushes) {
  world::Queue row;
  const world::Queue& wire = after.socket(conn).wire;
  for (std::size_t i = before.socket(conn).wire.size(); i < wire.size(); ++i) {
    if (world.message(wire[i]).push == pushes) row.push_back(wire[i]);
  }
  return row;
}

/// What a server pushes because it has executed a command, behind what else it does.
Prose caused(const World& world, const State& before, const State& after) {
  Prose out;
  for (int c = 1; after.stuck == world::Bound::none && c <= world.connections(); ++c) {
    const auto conn = static_cast<ConnId>(c);
    const world::Queue row = put_on_wire(world, before, after, conn, true);
    if (!row.empty()) out += ", pushes " + replies(world, row, 0, row.size()) + " on " + connection(conn);
  }
  return out;
}

/// The error among messages with which a server answers a request; null: there is none.
const Label* error_in(const World& world, const world::Queue& row) {
  const auto error = std::ranges::find_if(
      row, [&](Label each) { return each.mark() != world::Mark::moved && world.message(each).error; });
  return error == row.end() ? nullptr : &*error;
}

/// What a server skips because it has refused the request before.
Prose skipped(const World& world, const world::Socket& before, const world::Socket& after) {
  const std::size_t answered = 1 + after.requests.size();
  Prose out;
  for (std::size_t i = 1; i + answered <= before.requests.size(); ++i) {
    out += std::string(i == 1 ? ", skips " : " and ") + request(world, before.requests[i]);
  }
  return out;
}

/// A server answers a request; or, where that takes several groups, sends one; or keeps the answer for later.
Prose served(const World& world, const State& before, const State& after, ConnId conn) {
  const world::Socket& socket = before.socket(conn);
  const Prose asked(request(world, socket.requests.front()));
  if (after.stuck != world::Bound::none) return "answers " + asked;
  const world::Socket& then = after.socket(conn);
  const world::Queue row = put_on_wire(world, before, after, conn, false);
  const Label* error = error_in(world, row);
  if (error != nullptr) return "answers " + asked + " with " + reply(world, *error) + skipped(world, socket, then);
  if (then.held.size() > socket.held.size()) return "executes " + asked + ", whose answer waits";
  const bool whole = socket.made == 0 && then.requests.size() < socket.requests.size();
  if (whole) return "answers " + asked + (socket.held.empty() ? "" : ", and sends what has waited");
  return "sends " + replies(world, row, 0, row.size());
}

/// Behind a bound there is no state in which it would lie.
Prose pushed_words(const World& world, const State& before, const State& after, EventParts event) {
  const world::Socket& socket = (after.stuck == world::Bound::none ? after : before).socket(event.conn);
  if (after.stuck == world::Bound::none) return reply(world, socket.wire.back());
  return reply(world, world.pushed(socket, event.choice));
}

/// What a server or the network does in an event that leads from one state to the other.
Prose event_words(const World& world, const State& before, const State& after, EventParts event) {
  using Kind = EventParts::Kind;
  const world::Connection& c = before.conn(event.conn);
  const std::string name = connection(event.conn);
  switch (event.kind) {
    case Kind::serve: return served(world, before, after, event.conn) + " on " + name + caused(world, before, after);
    case Kind::fail: return "fails: " + served(world, before, after, event.conn) + " on " + name;
    case Kind::deliver_header: return "delivers the header of " + reply(world, c.socket.wire.front()) + " on " + name;
    case Kind::deliver_part: return "delivers the beginning of " + reply(world, c.socket.wire.front()) + " on " + name;
    case Kind::deliver: {
      const std::size_t group = c.socket.wire.size() - after.conn(event.conn).socket.wire.size();
      return "delivers " + replies(world, c.socket.wire, 0, group) + " on " + name;
    }
    case Kind::flush: return Prose("writes the rest of the requests on " + name);
    case Kind::linger:
      return Prose("executes " + request(world, c.lingering.front()) + ", which was on its way when " + name +
                   " was closed") +
             caused(world, before, after);
    case Kind::silence: return Prose("answers nothing more on " + name);
    case Kind::push: return "pushes " + pushed_words(world, before, after, event) + " on " + name;
    case Kind::drain: return Prose("reads the socket of " + name);
    default: return {};
  }
}

/// Where the frame that acted stands now.
void tell_place(const World& world, const State& state, FrameId frame, StepView& step) {
  const Frame& now = state.frame(frame);
  if (world::is_suspended(now)) step.line = line_with_callers(world, now.pc);
  const bool ends = now.status == Status::absent && state.stuck == world::Bound::none;
  if (step.summary.empty()) step.summary = Prose(ends ? "ends" : "goes on");
}

/// What is wrong now and was not before.
void tell_findings(const World& world, const State& before, const State& state, StepView& step) {
  const auto old = findings_in(world, before);
  for (FindingView& finding : findings_in(world, state)) {
    if (std::find(old.begin(), old.end(), finding) == old.end()) step.findings.push_back(std::move(finding));
  }
  if (state.stuck != world::Bound::none) step.findings.push_back(divergence(state.stuck));
}

void tell_pool(const World& world, const State& state, StepView& step) {
  step.connections = connections_in(world, state);
  for (int n = 0; n < world.nodes(); ++n) {
    for (const ConnId each : state.pool(n).free) step.free.push_back(each);
  }
}

bool only_optional(const World& world, const Events& events) {
  return std::all_of(events.begin(), events.end(), [&](Event e) { return world.is_optional(e); });
}

}  // namespace

StepView tell(const World& world, State& state, Event event) {
  const State before = state;
  const EventParts parts = world::parts_of(event);
  StepView step;
  step.event = event;
  step.text = world.text(event);
  if (terms::is_run(parts.kind)) {
    step.task = world::task_of(parts.frame);
    step.child = !world::is_own(parts.frame);
    step.cancel = parts.kind == EventParts::Kind::cancel;
  }
  Teller teller(world, step);
  const StepLabel label = world.apply(state, event, &teller);
  if (!terms::is_run(parts.kind)) step.summary = event_words(world, before, state, parts);
  if ((label.facts & fact::kLateWrite) != 0) step.findings.push_back(late_write(world, before, parts));
  if ((label.facts & fact::kDoubleEffect) != 0) step.findings.push_back(double_effect(world, before, parts));
  if ((label.facts & fact::kForeignSession) != 0) step.findings.push_back(foreign_session(world, before, parts));
  const Facts failure = label.facts & (fact::kLastingFailure | fact::kCollateralFailure);
  if (failure != 0) step.findings.push_back(lasting_failure(world, teller.failed(), failure));
  if (step.task >= 0 && !step.cancel) tell_place(world, state, parts.frame, step);
  tell_findings(world, before, state, step);
  tell_pool(world, state.stuck == world::Bound::none ? state : before, step);   // there is no state behind a bound
  return step;
}

Trace trace(const World& world, const Events& events) {
  Trace result;
  State state = world.initial();
  result.start = connections_in(world, state);
  for (const Event event : events) {
    StepView step = tell(world, state, event);
    step.number = static_cast<int>(result.steps.size()) + 1;
    result.steps.push_back(std::move(step));
  }
  Events enabled;
  world.enabled(state, enabled);
  result.bound = state.stuck;
  result.complete = state.stuck == world::Bound::none && only_optional(world, enabled);
  if (result.complete) result.end_findings = end_findings_in(world, state);
  result.possible_under_fifo = world::possible_under_fifo(world, events);
  return result;
}

}  // namespace interleak::words

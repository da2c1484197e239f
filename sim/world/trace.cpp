// Runs a schedule once more with a listener and puts what it hears into words.
#include "sim/world/trace.hpp"

#include <algorithm>

#include "sim/world/findings.hpp"
#include "sim/world/slot.hpp"
#include "sim/world/wire.hpp"

namespace interleak::world {
namespace {

std::string count_of(std::size_t n, const std::string& one) {
  return std::to_string(n) + " " + (n != 1 && one.back() == 'y' ? one.substr(0, one.size() - 1) + "ies"
                                    : n == 1 ? one : one + "s");
}

/// Words for the things of one world.
class Words {
 public:
  explicit Words(const World& world) : world_(world) {}

  static std::string conn(ConnId conn) { return "c" + std::to_string(conn); }

  LineView line(design::Pc pc) const {
    const design::Program& program = world_.program();
    LineView view = line_of(program.lines[program.code[pc].line]);
    for (auto site = program.code[pc].site; site != 0; site = program.sites[site].outer) {
      view.callers.push_back(line_of(program.sites[site].line));
    }
    return view;
  }

  static LineView line_of(const design::SourceLine& source) {
    return {source.procedure, source.origin, source.line + 1, source.text, {}};
  }

  const scenario::Operation& operation(OpId op) const {
    const OperationInfo& info = world_.operations()[op];
    return world_.scenario().tasks[info.task].operations[info.script];
  }

  const std::string& owner(OpId op) const {
    return world_.scenario().tasks[world_.operations()[op].task].owner;
  }

  const std::string& request(Label label) const { return world_.command(label).request; }

  /// "alice's history", "OK for alice's SET history", "the reply to AUTH".
  std::string reply(Label label) const {
    const CommandInfo& command = world_.command(label);
    if (label.mark() == Mark::moved) return "MOVED for " + owner(label.op) + "'s " + command.request;
    if (label.mark() == Mark::stray) return whole_reply(label, command) + " of a session that was not set up";
    return whole_reply(label, command);
  }

  std::string whole_reply(Label label, const CommandInfo& command) const {
    if (label.op == kHandshakeOp) return command.reply;
    if (command.nobodys) return command.reply + " for " + owner(label.op) + "'s " + command.request;
    return owner(label.op) + "'s " + command.reply;
  }

  ItemView item(Label label, bool answered) const {
    ItemView view;
    if (label.op != kHandshakeOp) {
      view.task = world_.operations()[label.op].task;
      view.operation = world_.operations()[label.op].script;
    }
    view.text = answered ? reply(label) : request(label);
    return view;
  }

  std::vector<ConnectionView> connections(const State& state) const {
    std::vector<ConnectionView> views;
    for (int n = 1; n <= world_.connections(); ++n) {
      const Connection& c = state.conns[n - 1];
      ConnectionView view;
      view.number = n;
      view.created = c.created;
      view.connected = c.socket.connected;
      view.idle = times_free(world_, state, static_cast<ConnId>(n)) > 0;
      for (const Label& each : c.socket.requests) view.requests.push_back(item(each, false));
      for (const Label& each : c.socket.wire) view.wire.push_back(item(each, true));
      for (const Label& each : c.socket.kernel) view.kernel.push_back(item(each, true));
      for (const Label& each : c.socket.stream) view.stream.push_back(item(each, true));
      views.push_back(std::move(view));
    }
    return views;
  }

  /// Pool findings that hold in a state, each with the connection it is about.
  std::vector<std::string> findings(const State& state) const {
    std::vector<std::string> found;
    for (int n = 1; n <= world_.connections(); ++n) {
      const ConnId id = static_cast<ConnId>(n);
      const Connection& c = state.conns[n - 1];
      if (!c.created) continue;
      if (is_in_two_hands(world_, state, id)) found.push_back("double-owner: " + conn(id) + " is in two hands");
      if (is_dirty_idle(world_, state, id) && !owes_replies(c.socket)) {
        found.push_back("dirty-idle: " + conn(id) + " is idle, and its session at the server is " +
                        (c.socket.watched ? "one that watches a key" : "not set up"));
      }
      if (times_free(world_, state, id) > 0 && owes_replies(c.socket)) {
        const std::size_t owed = in_queues(c.socket);
        found.push_back("dirty-idle: " + conn(id) + " is idle and owes " + count_of(owed, "reply"));
      }
    }
    if ((world_.facts(state) & fact::kZombie) != 0) found.push_back(zombies(state));
    return found;
  }

  /// Of a serve or a lingering request.
  std::string late_write(const State& before, EventParts parts) const {
    const Connection& c = before.conns[parts.conn - 1];
    const Label request = parts.kind == EventParts::Kind::linger ? c.lingering.front() : c.socket.requests.front();
    return "late-write: the server executes " + owner(request.op) + "'s " + this->request(request) +
           ", and the operation that sent it is over";
  }

  std::vector<std::string> end_findings(const State& state) const {
    std::vector<std::string> found;
    for (int n = 1; n <= world_.connections(); ++n) {
      if (is_lost(world_, state, static_cast<ConnId>(n))) {
        found.push_back("lost-slot: " + conn(static_cast<ConnId>(n)) + " never comes back to the pool");
      }
    }
    for (int t = 0; t < world_.tasks(); ++t) {
      const FrameId frame = static_cast<FrameId>(t * kFramesPerTask);
      if (state.frames[frame].status == Status::absent) continue;
      found.push_back("starved: " + world_.frame_name(frame) + " " + posture(state, frame));
    }
    return found;
  }

  /// What a frame is doing: "waits for a reply on c1", "is ready to run", "has ended".
  std::string posture(const State& state, FrameId frame) const {
    const Frame& f = state.frames[frame];
    switch (f.status) {
      case Status::absent: case Status::finished: return "has ended";
      case Status::unstarted: return "has not started";
      case Status::ready: return "is ready to run";
      default: return waiting_for(f.pc, f.conn);
    }
  }

  std::string waiting_for(design::Pc pc, ConnId on) const {
    const design::Instruction& i = world_.program().code[pc];
    switch (world::await_kind(i.op)) {
      case AwaitKind::receive: return "waits for a reply on " + conn(on);
      case AwaitKind::discard: return "waits for a reply on " + conn(on) + ", to throw it away";
      case AwaitKind::turn: return "waits for its turn in " + queue_name(i);
      case AwaitKind::child: return "waits for its child";
      case AwaitKind::connect: return "opens " + conn(on);
      case AwaitKind::resolve: return "resolves the address";
      case AwaitKind::send: return "waits until its requests are written on " + conn(on);
      case AwaitKind::task: return "waits for its child";
      default: return "pauses";
    }
  }

  std::string queue_name(const design::Instruction& i) const {
    const bool pool = static_cast<design::Scope>(i.b) == design::Scope::pool;
    return pool ? "pool." + world_.program().pool_queues[i.a] : "conn." + world_.program().conn_queues[i.a];
  }

  std::string act(design::Pc pc, Listener::Act act, ConnId on, Label label) const {
    using Act = Listener::Act;
    const design::Instruction& i = world_.program().code[pc];
    switch (act) {
      case Act::takes: return "takes " + conn(on);
      case Act::makes: return "makes " + conn(on);
      case Act::shares: return "shares " + conn(on);
      case Act::puts: return "returns " + conn(on);
      case Act::closes: return "closes " + conn(on);
      case Act::connects: return "connected " + conn(on);
      case Act::sends: return "sends " + request(label);
      case Act::receives: return "receives " + reply(label);
      case Act::discards: return "throws away " + reply(label);
      case Act::waits: return waiting_for(pc, on);
      case Act::wakes: return "wakes " + queue_name(i);
      case Act::hands: return "hands over to " + queue_name(i);
      case Act::spawns: return "starts a child";
      case Act::raises: return "raises " + std::string(i.a == 3 ? "rejected" : "error");
      case Act::catches: return "catches";
      case Act::broken: return "finds its socket closed";
      case Act::lacks: return "finds no free connection";
      case Act::polls: return "looks whether something is there";
      case Act::renews: return "sets the node up anew";
      case Act::follows: return "follows " + reply(label);
      case Act::times_out: return "times out";
      case Act::swallows: return "does not notice: the runtime takes the cancel for a timeout of its own";
      case Act::cancelled_again: {
        const auto kind = static_cast<std::size_t>(world::await_kind(i.op));
        return "is cancelled again at " + std::string(kAwaitNames[kind]);
      }
      case Act::crowds: return "finds another reader on " + conn(on);
    }
    return "";
  }

 private:
  std::string zombies(const State& state) const {
    for (int f = 0; f < world_.frames(); ++f) {
      const Frame& frame = state.frames[f];
      const FrameId id = static_cast<FrameId>(f);
      if (f % kFramesPerTask == 0 || frame.status == Status::absent || frame.status == Status::finished ||
          frame.detached || frame.conn == 0 || runs(world_, state, world_.operation_of(state, id))) {
        continue;
      }
      return "zombie: " + world_.frame_name(id) + " still holds " + conn(frame.conn);
    }
    return "zombie";
  }

  const World& world_;
};

class Teller final : public Listener {
 public:
  Teller(const World& world, StepView& step) : world_(world), words_(world), step_(step) {}

  void ran(FrameId, design::Pc) override {}

  void landed(FrameId, design::Pc pc, bool ready) override {
    step_.line = words_.line(pc);
    step_.await = kAwaitNames[static_cast<int>(world::await_kind(world_.program().code[pc].op))];
    step_.was_ready = ready;
  }

  void ended(const OperationEnd& end) override {
    const OperationInfo& info = world_.operations()[end.op];
    OutcomeView view;
    view.task = info.task;
    view.operation = info.script;
    view.outcome = end.outcome;
    const std::string& who = world_.scenario().tasks[info.task].owner;
    if (end.has_reply && end.reply.op != kHandshakeOp) {
      view.from_task = world_.operations()[end.reply.op].task;
    }
    view.connection = end.has_reply ? last_conn_ : 0;
    view.text = who + ": " + std::string(kOutcomeNames[static_cast<int>(end.outcome)]);
    if (end.has_reply) view.text = who + " received " + words_.reply(end.reply);
    if (end.outcome == Outcome::leak) {
      view.disclosures = disclosures_of(world_, end.op, *end.value);
      view.text = text_of(view.disclosures);
    } else if (end.outcome == Outcome::rejected && end.has_reply) {
      view.text += ": rejected, it is not " + who + "'s";
    }
    step_.outcomes.push_back(std::move(view));
  }

  void act(FrameId, design::Pc pc, Act act, ConnId conn, Label label) override {
    if (act == Act::receives) last_conn_ = conn;
    ActionView view{words_.act(pc, act, conn, label), words_.line(pc), act, conn, {}};
    const bool reads = act == Act::receives || act == Act::discards;
    if (reads || act == Act::sends) view.item = words_.item(label, reads);
    step_.summary += (step_.summary.empty() ? "" : ", ") + view.text;
    step_.actions.push_back(std::move(view));
  }

 private:
  const World& world_;
  Words words_;
  StepView& step_;
  ConnId last_conn_ = 0;
};

StepView describe(const World& world, const State& before, State& state, Event event) {
  const Words words(world);
  StepView step;
  step.event = event;
  step.text = world.text(event);
  const EventParts parts = parts_of(event);
  using Kind = EventParts::Kind;
  if (parts.kind == Kind::serve) {
    step.summary = "answers " + words.request(state.conns[parts.conn - 1].socket.requests.front()) + " on c" +
                   std::to_string(parts.conn);
  } else if (parts.kind == Kind::deliver_header || parts.kind == Kind::deliver_part) {
    step.summary = std::string("delivers ") +
                   (parts.kind == Kind::deliver_header ? "the header of " : "the beginning of ") +
                   words.reply(state.conns[parts.conn - 1].socket.wire.front()) + " on c" +
                   std::to_string(parts.conn);
  } else if (parts.kind == Kind::flush) {
    step.summary = "writes the rest of the requests on c" + std::to_string(parts.conn);
  } else if (parts.kind == Kind::linger) {
    step.summary = "executes " + words.request(state.conns[parts.conn - 1].lingering.front()) +
                   ", which was on its way when c" + std::to_string(parts.conn) + " was closed";
  } else if (parts.kind == Kind::silence) {
    step.summary = "answers nothing more on c" + std::to_string(parts.conn);
  } else if (parts.kind == Kind::drain) {
    step.summary = "reads the socket of c" + std::to_string(parts.conn);
  } else if (parts.kind == Kind::deliver) {
    step.summary = "delivers " + words.reply(state.conns[parts.conn - 1].socket.wire.front()) + " on c" +
                   std::to_string(parts.conn);
  } else {
    step.task = parts.frame / kFramesPerTask;
    step.child = parts.frame % kFramesPerTask != 0;
    step.cancel = parts.kind == Kind::cancel;
  }
  Teller teller(world, step);
  const StepLabel label = world.apply(state, event, &teller);
  if ((label.facts & fact::kLateWrite) != 0) step.findings.push_back(words.late_write(before, parts));
  if (step.task >= 0 && !step.cancel) {
    const Frame& frame = state.frames[parts.frame];
    if (frame.status == Status::ready || frame.status == Status::waiting) step.line = words.line(frame.pc);
    const bool ends = frame.status == Status::absent && state.stuck == Bound::none;
    if (step.summary.empty()) step.summary = ends ? "ends" : "goes on";
  }
  const auto old = words.findings(before);
  for (std::string& finding : words.findings(state)) {
    if (std::find(old.begin(), old.end(), finding) == old.end()) step.findings.push_back(std::move(finding));
  }
  if (state.stuck != Bound::none) step.findings.push_back("diverges: " + text_of(state.stuck));
  const State& seen = state.stuck == Bound::none ? state : before;   // there is no state behind a bound
  step.connections = words.connections(seen);
  for (int n = 0; n < world.nodes(); ++n) {
    for (const ConnId each : seen.pools[n].free) step.free.push_back(each);
  }
  return step;
}

bool only_faults(const World& world, const Events& events) {
  return std::all_of(events.begin(), events.end(), [&](Event e) { return world.is_fault(e); });
}

// --- schedules -----------------------------------------------------------------------------------

/// Why an event of this text is not enabled in this state.
std::string why_not(const World& world, const State& state, const std::string& text) {
  const Words words(world);
  const bool cancel = !text.empty() && text[0] == '!';
  std::string name = cancel ? text.substr(1) : text;
  name = name.substr(0, name.find('~'));
  for (int f = 0; f < world.frames(); ++f) {
    const FrameId id = static_cast<FrameId>(f);
    if (world.frame_name(id) != name) continue;
    const std::string now = name + " " + words.posture(state, id);
    if (!cancel) {
      const bool behind = world.fifo() && state.frames[f].status == Status::ready;
      return text + " is not enabled: " + now + (behind ? ", but another task is before it" : "");
    }
    if (f % kFramesPerTask != 0) return text + " is not enabled: a child cannot be cancelled";
    if (state.budget == 0) return text + " is not enabled: no cancels are left";
    return text + " is not enabled: " + now;
  }
  if (text.rfind("tmo.", 0) == 0) return text + " is not enabled: nothing there may time out now";
  for (int c = 1; c <= world.connections(); ++c) {
    const std::string number = std::to_string(c);
    if (text == "srv." + number || text == "sil." + number) {
      const bool silent = state.conns[c - 1].socket.silent;
      return text + " is not enabled: " + (silent ? "the server is silent on c" + number
                                                  : "c" + number + " has no unanswered request");
    }
    if (text == "flu." + number) return text + " is not enabled: c" + number + " has nothing left to write";
    if (text == "srv." + number + "@old") {
      return text + " is not enabled: no closed socket of c" + number + " has left a write";
    }
    if (text == "krn." + number) return text + " is not enabled: c" + number + " has nothing in the kernel's buffer";
    if (text.rfind("net." + number + ":", 0) == 0) {
      return text + " is not enabled: c" + number + " has no reply on the wire of which less has come, or " +
             "replies come whole (physics: fragments)";
    }
    if (text == "net." + number) return text + " is not enabled: c" + number + " has no reply on the wire";
  }
  return "there is no event \"" + text + "\"";
}

/// Plays the words of a schedule; stops at the first event that is not enabled.
std::optional<ScheduleError> play(const World& world, const std::vector<ScheduleWord>& words,
                                  std::vector<Event>& events) {
  State state = world.initial();
  Events enabled;
  for (const ScheduleWord& word : words) {
    for (std::uint32_t i = 0; i < word.count; ++i) {
      enabled.clear();
      world.enabled(state, enabled);
      const auto found = std::find_if(enabled.begin(), enabled.end(), [&](Event event) {
        return world.text(event) == word.text;
      });
      if (found == enabled.end()) {
        ScheduleError error;
        error.number = events.size() + 1;
        error.offset = word.offset;
        error.message = why_not(world, state, std::string(word.text));
        for (const Event event : enabled) error.enabled.push_back(world.text(event));
        return error;
      }
      events.push_back(*found);
      world.apply(state, events.back());
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<FrameView> frames_in(const World& world, const State& state) {
  const Words words(world);
  std::vector<FrameView> views;
  for (int f = 0; f < world.frames(); ++f) {
    const Frame& frame = state.frames[f];
    const bool child = f % kFramesPerTask != 0;
    if (child && (frame.status == Status::absent || frame.status == Status::finished)) continue;
    const FrameId id = static_cast<FrameId>(f);
    FrameView view{f / kFramesPerTask, world.frame_name(id), words.posture(state, id), {}};
    if (frame.status == Status::ready || frame.status == Status::waiting) view.line = words.line(frame.pc);
    views.push_back(std::move(view));
  }
  return views;
}

StepView tell(const World& world, State& state, Event event) {
  const State before = state;
  return describe(world, before, state, event);
}

std::vector<ConnectionView> connections_in(const World& world, const State& state) {
  return Words(world).connections(state);
}

std::vector<std::string> end_findings_in(const World& world, const State& state) {
  return Words(world).end_findings(state);
}

World under_fifo(const World& world) {
  scenario::Scenario ordered = world.scenario();
  ordered.ready = scenario::Ready::fifo;
  return World(ordered, world.design(), world.program(), world.track_prompt());
}

bool possible_under_fifo(const World& world, const std::vector<Event>& events) {
  const World fifo = under_fifo(world);
  State state = fifo.initial();
  Events enabled;
  for (const Event event : events) {
    enabled.clear();
    fifo.enabled(state, enabled);
    if (std::find(enabled.begin(), enabled.end(), event) == enabled.end()) return false;
    fifo.apply(state, event);
  }
  return true;
}

Trace trace(const World& world, const std::vector<Event>& events) {
  const Words words(world);
  Trace result;
  State state = world.initial();
  result.start = words.connections(state);
  for (const Event event : events) {
    const State before = state;
    StepView step = describe(world, before, state, event);
    step.number = static_cast<int>(result.steps.size()) + 1;
    result.steps.push_back(std::move(step));
  }
  Events enabled;
  world.enabled(state, enabled);
  result.bound = state.stuck;
  result.complete = state.stuck == Bound::none && only_faults(world, enabled);
  if (result.complete) result.end_findings = words.end_findings(state);
  result.possible_under_fifo = possible_under_fifo(world, events);
  return result;
}

std::optional<ScheduleError> parse_schedule(const World& world, std::string_view text,
                                            std::vector<Event>& events) {
  events.clear();
  const auto split = split_schedule(text);
  if (const auto* error = std::get_if<ScheduleError>(&split)) return *error;
  return play(world, std::get<std::vector<ScheduleWord>>(split), events);
}

}  // namespace interleak::world

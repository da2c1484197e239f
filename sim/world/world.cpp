#include "sim/world/world.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "sim/terms/runtime.hpp"
#include "sim/world/machine.hpp"
#include "sim/world/slot.hpp"

namespace interleak::world {
namespace {

// Codes are laid out so that their order is the event order of docs/semantics.md: resumes by frame
// and choice, then cancels, then timeouts likewise, then serves, delivers (whole, header, part),
// drains, flushes, lingering requests and silences by connection.
constexpr int kChoices = 512;
constexpr int kFirstCancel = kMaxFrames * kChoices;
constexpr int kFirstTimeout = 2 * kFirstCancel;
constexpr int kFirstServe = kFirstTimeout + kFirstCancel;
constexpr int kNumbers = kMaxConnections + 1;
constexpr int kPieces = 3;   // of a deliver
constexpr int kFirstDeliver = kFirstServe + kNumbers;
constexpr int kFirstDrain = kFirstDeliver + kPieces * kNumbers;
constexpr int kFirstFlush = kFirstDrain + kNumbers;
constexpr int kFirstLinger = kFirstFlush + kNumbers;
constexpr int kFirstSilence = kFirstLinger + kNumbers;
static_assert(kFirstSilence + kNumbers <= 0xffff, "the code of an event has 16 bits");
// A send queues a request at least, and a connection that is closed is opened by an await that suspends.
static_assert(kChoices > kMaxConnections * kMaxQueued, "each send of an event can be the one that suspends");

bool suspended(const Frame& frame) {
  return frame.status == Status::ready || frame.status == Status::waiting;
}

/// The event never came to an await, so nothing of what it did is a state of the model.
State stuck_in(Bound bound) {
  State state;
  state.stuck = bound;
  return state;
}

}  // namespace

Event make_event(EventParts parts) {
  using Kind = EventParts::Kind;
  const int run = parts.frame * kChoices + parts.choice;
  int code = 0;
  switch (parts.kind) {
    case Kind::resume: code = run; break;
    case Kind::cancel: code = kFirstCancel + run; break;
    case Kind::timeout: code = kFirstTimeout + run; break;
    case Kind::serve: code = kFirstServe + parts.conn; break;
    case Kind::deliver: code = kFirstDeliver + kPieces * parts.conn; break;
    case Kind::deliver_header: code = kFirstDeliver + kPieces * parts.conn + 1; break;
    case Kind::deliver_part: code = kFirstDeliver + kPieces * parts.conn + 2; break;
    case Kind::drain: code = kFirstDrain + parts.conn; break;
    case Kind::flush: code = kFirstFlush + parts.conn; break;
    case Kind::linger: code = kFirstLinger + parts.conn; break;
    case Kind::silence: code = kFirstSilence + parts.conn; break;
  }
  return Event{static_cast<std::uint16_t>(code)};
}

EventParts parts_of(Event event) {
  using Kind = EventParts::Kind;
  constexpr std::array<Kind, kPieces> kDelivers = {Kind::deliver, Kind::deliver_header,
                                                   Kind::deliver_part};
  EventParts parts;
  const auto numbered = [&](Kind kind, int number) {
    parts.kind = kind;
    parts.conn = static_cast<ConnId>(number);
  };
  if (event.code >= kFirstSilence) {
    numbered(Kind::silence, event.code - kFirstSilence);
  } else if (event.code >= kFirstLinger) {
    numbered(Kind::linger, event.code - kFirstLinger);
  } else if (event.code >= kFirstFlush) {
    numbered(Kind::flush, event.code - kFirstFlush);
  } else if (event.code >= kFirstDrain) {
    numbered(Kind::drain, event.code - kFirstDrain);
  } else if (event.code >= kFirstDeliver) {
    const int at = event.code - kFirstDeliver;
    numbered(kDelivers[static_cast<std::size_t>(at % kPieces)], at / kPieces);
  } else if (event.code >= kFirstServe) {
    numbered(Kind::serve, event.code - kFirstServe);
  } else {
    constexpr std::array<Kind, 3> kRuns = {Kind::resume, Kind::cancel, Kind::timeout};
    const int run = event.code % kFirstCancel;
    parts.kind = kRuns[static_cast<std::size_t>(event.code / kFirstCancel)];
    parts.frame = static_cast<FrameId>(run / kChoices);
    parts.choice = static_cast<std::uint16_t>(run % kChoices);
  }
  return parts;
}

/// Makes operations of the engine of those of the scenario; owners and types become numbers.
class Operations {
 public:
  explicit Operations(const World& world) : world_(world) {}

  OperationInfo operation(const scenario::Task& task, const scenario::Operation& from) {
    OperationInfo info;
    info.owner = number_of(owners_, task.owner);
    info.entry = world_.program().operation_entries[entry_of(from.kind)];
    info.node = static_cast<std::uint8_t>(
        from.node ? (*from.node - 1) % world_.nodes()
                  : node_of_key(from.keys.front() + ":" + task.owner, world_.nodes()));
    info.home = info.node;
    if (from.moved_to) move(info, (*from.moved_to - 1) % world_.nodes(), from.keys.front() + ":" + task.owner);
    info.large = from.large;
    add_commands(info, from);
    info.accepts = types_of(from.accepts);
    if (from.accepts.empty()) info.accepts = bit(info.commands.back().type);
    info.mangles = types_of(from.mangles);
    info.strict = from.strict;
    return info;
  }

 /// Keys that have moved, so far.
  std::size_t moved_keys() const { return moved_.size(); }

 private:
  void move(OperationInfo& info, int to, const std::string& key) {
    info.home = static_cast<std::uint8_t>(to);
    if (info.home != info.node) info.moved_key = number_of(moved_, key);
  }

  static std::size_t entry_of(scenario::OperationKind kind) {
    using Kind = scenario::OperationKind;
    switch (kind) {
      case Kind::pipeline: return 1;
      case Kind::transaction: return 2;
      case Kind::watch: return 3;
      default: return 0;
    }
  }

  static std::uint8_t number_of(std::map<std::string, int>& numbers, const std::string& name) {
    ensure(numbers.size() < 256, "more names than a byte can count");
    return static_cast<std::uint8_t>(numbers.emplace(name, static_cast<int>(numbers.size())).first->second);
  }
  static std::uint64_t bit(std::uint8_t type) {
    ensure(type < 64, "more types than a set has room for");   // scenario::kMaxTypes
    return 1ull << type;
  }
  std::uint64_t types_of(const std::vector<std::string>& names) {
    std::uint64_t set = 0;
    for (const std::string& name : names) set |= bit(number_of(types_, name));
    return set;
  }

  CommandInfo plain(const std::string& request, const std::string& reply, const char* type,
                    bool ignored) {
    CommandInfo info;
    info.request = request;
    info.reply = reply;
    info.nobodys = true;
    info.ignored = ignored;
    info.type = number_of(types_, type);
    return info;
  }

  void add_commands(OperationInfo& info, const scenario::Operation& from) {
    using Kind = scenario::OperationKind;
    auto& commands = info.commands;
    const auto step = [&] { info.steps.push_back(static_cast<std::uint8_t>(commands.size())); };
    if (from.kind == Kind::set) {
      commands.push_back(plain("SET " + from.keys[0], "OK", "ok", false));
      commands.back().writes = true;
    }
    if (from.kind == Kind::get || from.kind == Kind::pipeline) add_gets(commands, from);
    if (from.kind == Kind::transaction) add_transaction(commands, from);
    if (from.kind == Kind::watch) {
      commands.push_back(plain("WATCH " + from.keys[0], "OK", "ok", true));
      commands.back().watch = CommandInfo::Watch::begins;
      step();
      add_gets(commands, from);
      step();
      add_transaction(commands, from);
    }
    step();
  }

  void add_gets(std::vector<CommandInfo>& commands, const scenario::Operation& from) {
    const std::uint8_t type = number_of(types_, from.type);
    for (std::size_t i = 0; i < from.keys.size(); ++i) {
      CommandInfo get;
      get.request = "GET " + from.keys[i];
      get.reply = from.keys[i];
      get.key = static_cast<int>(i);
      get.type = type;
      commands.push_back(std::move(get));
    }
  }

  void add_transaction(std::vector<CommandInfo>& commands, const scenario::Operation& from) {
    commands.push_back(plain("MULTI", "OK", "ok", true));
    for (const std::string& key : from.keys) {
      commands.push_back(plain("GET " + key, "QUEUED", "queued", true));
    }
    std::string all;
    for (const std::string& key : from.keys) all += (all.empty() ? "" : " and ") + key;
    CommandInfo exec;
    exec.request = "EXEC";
    exec.reply = all + " (EXEC)";
    exec.type = number_of(types_, from.type);
    exec.watch = CommandInfo::Watch::ends;
    commands.push_back(std::move(exec));
  }

  const World& world_;
  std::map<std::string, int> owners_, types_, moved_;
};

World::World(const scenario::Scenario& scenario, std::shared_ptr<const design::Design> design,
             std::shared_ptr<const design::Program> program, bool track_prompt)
    : scenario_(scenario), kept_design_(std::move(design)), kept_program_(std::move(program)),
      design_(*kept_design_), program_(*kept_program_), track_prompt_(track_prompt) {
  ensure(!scenario.tasks.empty() && scenario.tasks.size() <= kMaxTasks, "no tasks, or too many");
  nodes_ = design_.cluster ? scenario.nodes : 1;
  ensure(nodes_ * scenario.pool_max <= kMaxConnections, "too many connections");
  send_suspends_ = scenario.send_suspends.value_or(design_.send_suspends);
  for (const auto& names : {design_.handshake, program_.commands}) {
    for (const std::string& name : names) {
      CommandInfo info;
      info.request = name;
      info.reply = "the reply to " + name;
      info.nobodys = true;
      if (name == "UNWATCH") info.watch = CommandInfo::Watch::ends;
      named_.push_back(std::move(info));
    }
  }
  Operations build(*this);
  for (std::size_t t = 0; t < scenario.tasks.size(); ++t) {
    const scenario::Task& task = scenario.tasks[t];
    first_operation_.push_back(static_cast<OpId>(operations_.size()));
    for (std::size_t i = 0; i < task.operations.size(); ++i) {
      operations_.push_back(build.operation(task, task.operations[i]));
      operations_.back().task = static_cast<std::uint8_t>(t);
      operations_.back().script = static_cast<std::uint8_t>(i);
      stepped_ = stepped_ || operations_.back().steps.size() > 1;
    }
    ensure(operations_.size() <= 64, "more operations than a set has room for");
    const auto& who = scenario.cancel.who;
    may_cancel_.push_back(who.empty() || std::find(who.begin(), who.end(), task.id) != who.end());
  }
  moved_keys_ = build.moved_keys();
}

State World::initial() const {
  State state;
  state.budget = static_cast<std::uint8_t>(scenario_.cancel.max);
  const int warm = scenario_.pool_warm < 0 ? scenario_.pool_max : scenario_.pool_warm;
  for (int n = 0; n < nodes_; ++n) {
    Pool& pool = state.pools[n];
    std::copy(program_.pool_initial.begin(), program_.pool_initial.end(), pool.vars.begin());
    for (int i = 0; i < warm; ++i) {
      const ConnId conn = static_cast<ConnId>(n * scenario_.pool_max + i + 1);
      make_slot(*this, state, n);
      if (i < design_.keeps) state.conns[conn - 1].shared = true; else pool.free.push_back(conn);
      state.conns[conn - 1].connected = true;
      state.conns[conn - 1].handshakes = static_cast<std::uint8_t>(design_.handshake.size());
      if (physics().session) state.conns[conn - 1].session = state.conns[conn - 1].handshakes;
    }
  }
  for (int t = 0; t < tasks(); ++t) begin_operation(*this, state, static_cast<FrameId>(t * kFramesPerTask), 0);
  return state;
}

Bound bound_reached(const World& world, const Events& schedule) {
  State state = world.initial();
  for (const Event event : schedule) world.apply(state, event);
  return state.stuck;
}

void make_ready(const World& world, State& state, FrameId frame) {
  state.frames[frame].status = Status::ready;
  if (world.fifo()) state.ready.push_back(frame);
}

int World::may_sends(const State& state, EventParts parts) const {
  State copy = state;
  Machine machine(*this, copy, parts.frame, 0, nullptr);
  machine.run_event(parts.kind);
  ensure(machine.may_sends() < kChoices, "more sends that may suspend than an event has room for");
  return machine.may_sends();
}

/// The event itself, and one more for each send in it that may suspend.
void World::add_run(const State& state, EventParts parts, Events& out) const {
  out.push_back(make_event(parts));
  if (send_suspends_ != design::SendSuspends::may) return;
  const int sends = may_sends(state, parts);
  for (int choice = 1; choice <= sends; ++choice) {
    parts.choice = static_cast<std::uint16_t>(choice);
    out.push_back(make_event(parts));
  }
}

bool World::cancellable(const State& state, int task) const {
  const Frame& frame = state.frames[task * kFramesPerTask];
  if (state.budget == 0 || !may_cancel_[task] || !suspended(frame) || frame.hunted) return false;
  const AwaitKind kind = await_kind(program_.code[frame.pc].op);
  return kind != AwaitKind::yield && ((scenario_.cancel.at >> static_cast<int>(kind)) & 1) != 0;
}

void World::enabled(const State& state, Events& out) const {
  if (state.stuck != Bound::none) return;
  using Kind = EventParts::Kind;
  for (int f = 0; f < frames(); ++f) {
    const Frame& frame = state.frames[f];
    const bool arrives = frame.status == Status::unstarted && f % kFramesPerTask == 0;
    const bool runnable = frame.status == Status::ready || frame.status == Status::unstarted;
    if (!runnable) continue;
    if (fifo() && !arrives && state.ready.front() != f) continue;
    add_run(state, {Kind::resume, static_cast<FrameId>(f), 0, 0}, out);
  }
  for (int t = 0; t < tasks(); ++t) {
    if (!cancellable(state, t)) continue;
    add_run(state, {Kind::cancel, static_cast<FrameId>(t * kFramesPerTask), 0, 0}, out);
  }
  for (int f = 0; physics().timeouts && f < frames(); ++f) {
    const FrameId frame = static_cast<FrameId>(f);
    if (may_time_out(state, frame)) add_run(state, {Kind::timeout, frame, 0, 0}, out);
  }
  const auto add = [&](Kind kind, int c) {
    out.push_back(make_event({kind, 0, 0, static_cast<ConnId>(c)}));
  };
  const auto is_asked = [&](int c) {
    const Connection& conn = state.conns[c - 1];
    return conn.requests.size() > conn.unwritten && !conn.silent;
  };
  for (int c = 1; c <= connections(); ++c) {
    if (is_asked(c)) add(Kind::serve, c);
  }
  for (int c = 1; c <= connections(); ++c) {
    const Connection& conn = state.conns[c - 1];
    if (conn.wire.empty()) continue;
    add(Kind::deliver, c);
    if (!physics().fragments || conn.piece.finished) continue;
    if (conn.piece.arrived == 0) add(Kind::deliver_header, c);
    if (conn.piece.arrived <= 1) add(Kind::deliver_part, c);
  }
  for (int c = 1; physics().kernel && c <= connections(); ++c) {
    const Connection& conn = state.conns[c - 1];
    if (!conn.kernel.empty() || conn.piece.in_kernel) add(Kind::drain, c);
  }
  for (int c = 1; physics().flush && c <= connections(); ++c) {
    if (state.conns[c - 1].unwritten != 0) add(Kind::flush, c);
  }
  for (int c = 1; physics().linger && c <= connections(); ++c) {
    if (!state.conns[c - 1].lingering.empty()) add(Kind::linger, c);
  }
  for (int c = 1; scenario_.may_be_silent && c <= connections(); ++c) {
    if (is_asked(c)) add(Kind::silence, c);
  }
}

bool World::may_time_out(const State& state, FrameId frame) const {
  const Frame& f = state.frames[frame];
  const design::Instruction& at = program_.code[f.pc];
  if (f.status != Status::waiting) return false;
  const bool reads = at.op == design::Op::await_receive || at.op == design::Op::await_discard;
  return (at.op == design::Op::await_turn && at.number != 0) || (reads && design_.socket_timeout);
}

/// The cancel is lost: the runtime takes it for something else.
bool World::swallows(const State& state, FrameId frame) const {
  if (!physics().swallow) return false;
  const AwaitKind kind = await_kind(program_.code[state.frames[frame].pc].op);
  return (swallowed_by(design_.runtime) & await_bit(kind)) != 0;
}

StepLabel World::serve(State& state, ConnId conn) const {
  Connection& c = state.conns[conn - 1];
  Label reply = c.requests.pop_front();
  const StepLabel label = late_write(state, reply);
  reply.set(execute(c, reply, node_of_conn(conn)));
  c.wire.push_back(reply);
  return reply.mark() == Mark::moved ? StepLabel{} : label;
}

/// What the server does with a request: to the session of the connection, and whether it answers it.
Mark World::execute(Connection& c, Label request, int node) const {
  const bool named = request.op == kHandshakeOp;
  if (!named && operations_[request.op].home != node && nodes_ > 1) return Mark::moved;
  if (!physics().session) return Mark::none;
  const CommandInfo& info = command(request);
  if (info.watch != CommandInfo::Watch::keeps) c.watched = info.watch == CommandInfo::Watch::begins;
  if (named && request.part < design_.handshake.size()) {
    c.session = static_cast<std::uint8_t>(request.part + 1);
  }
  return !named && c.session < design_.handshake.size() ? Mark::stray : Mark::none;
}

/// A write happens although its operation has ended, and told somebody how.
StepLabel World::late_write(const State& state, Label request) const {
  StepLabel label;
  if (request.op == kHandshakeOp || !command(request).writes || runs(state, request.op)) return label;
  label.facts = fact::kLateWrite;
  return label;
}

StepLabel World::linger(State& state, ConnId conn) const {
  return late_write(state, state.conns[conn - 1].lingering.pop_front());
}

/// The rest of the requests is written, and whoever waits for that goes on.
void World::flush(State& state, ConnId conn) const {
  state.conns[conn - 1].unwritten = 0;
  for (int f = 0; f < frames(); ++f) {
    const Frame& frame = state.frames[f];
    if (frame.flushing && frame.conn == conn && frame.status == Status::waiting) {
      make_ready(*this, state, static_cast<FrameId>(f));
    }
  }
}

void World::wake_reader(State& state, ConnId conn) const {
  Connection& c = state.conns[conn - 1];
  if (!c.readers.empty()) make_ready(*this, state, c.readers.pop_front());
}

/// All of the oldest reply on the wire, or what is missing of it.
void World::deliver(State& state, ConnId conn) const {
  Connection& c = state.conns[conn - 1];
  const Label reply = c.wire.pop_front();
  if (physics().kernel) {
    c.kernel.push_back(reply);
    c.piece.finished = c.piece.arrived != 0;
    return;
  }
  reach_client(state, conn, reply);
}

/// A whole reply, or the rest of the one that has come in pieces, goes to the stream buffer.
void World::reach_client(State& state, ConnId conn, Label reply) const {
  Connection& c = state.conns[conn - 1];
  c.begun = c.begun || (c.piece.parsed && design_.parser == design::ReplyParser::loses);
  c.stream.push_back(c.piece.torn ? kGarbage : reply);
  c.piece = {};
  wake_reader(state, conn);
}

void World::deliver_piece(State& state, ConnId conn, bool header) const {
  Piece& piece = state.conns[conn - 1].piece;
  piece.arrived = header ? 1 : 2;
  if (physics().kernel) {
    piece.in_kernel = true;
    return;
  }
  piece.unread = true;
  wake_reader(state, conn);
}

/// Everything that the kernel has goes to the stream buffer at once.
void World::drain(State& state, ConnId conn) const {
  Connection& c = state.conns[conn - 1];
  if (c.piece.in_kernel) {
    c.piece.in_kernel = false;
    c.piece.unread = true;
    if (c.kernel.empty()) wake_reader(state, conn);
  }
  const Piece next = c.piece.finished ? Piece{} : c.piece;  // of a reply behind the kernel's
  if (!c.piece.finished) c.piece = {};
  while (!c.kernel.empty()) reach_client(state, conn, c.kernel.pop_front());
  c.piece = next;
}

StepLabel World::apply(State& state, Event event, Listener* listener) const {
  const EventParts parts = parts_of(event);
  switch (parts.kind) {
    case EventParts::Kind::serve: return serve(state, parts.conn);
    case EventParts::Kind::deliver: deliver(state, parts.conn); return {};
    case EventParts::Kind::deliver_header: deliver_piece(state, parts.conn, true); return {};
    case EventParts::Kind::deliver_part: deliver_piece(state, parts.conn, false); return {};
    case EventParts::Kind::drain: drain(state, parts.conn); return {};
    case EventParts::Kind::flush: flush(state, parts.conn); return {};
    case EventParts::Kind::linger: return linger(state, parts.conn);
    case EventParts::Kind::silence: state.conns[parts.conn - 1].silent = true; return {};
    default: break;
  }
  Machine machine(*this, state, parts.frame, parts.choice, listener);
  const StepLabel label = machine.run_event(parts.kind);
  if (state.stuck != Bound::none) state = stuck_in(state.stuck);
  return label;
}

bool World::runs(const State& state, OpId op) const {
  const OperationInfo& info = operations_[op];
  const Frame& main = state.frames[info.task * kFramesPerTask];
  return main.status != Status::absent && main.script == info.script;
}

bool World::lives(const State& state, OpId op) const {
  if (runs(state, op)) return true;
  const OperationInfo& info = operations_[op];
  for (int place = 1; place < kFramesPerTask; ++place) {
    const Frame& frame = state.frames[info.task * kFramesPerTask + place];
    if (frame.status != Status::absent && frame.status != Status::finished && !frame.detached &&
        frame.script == info.script) {
      return true;
    }
  }
  return false;
}

Facts World::facts(const State& state) const {
  Facts result = 0;
  for (int f = 0; f < frames(); ++f) {
    const Frame& frame = state.frames[f];
    const bool live = suspended(frame) || frame.status == Status::unstarted;
    if (f % kFramesPerTask != 0 && live && !frame.detached && frame.conn != 0 &&
        !runs(state, operation_of(state, static_cast<FrameId>(f)))) {
      result |= fact::kZombie;
    }
  }
  for (int c = 1; c <= connections(); ++c) {
    const ConnId conn = static_cast<ConnId>(c);
    if (!state.conns[c - 1].created) continue;
    if (places_of(*this, state, conn) >= 2) result |= fact::kDoubleOwner;
    if (times_free(*this, state, conn) > 0 && is_dirty(*this, state.conns[c - 1])) result |= fact::kDirtyIdle;
  }
  return result;
}

bool World::is_kept_waiting(const State& state) const {
  const auto reads_for_one_that_runs = [&](ConnId conn) {
    const auto& readers = state.conns[conn - 1].readers;
    return std::any_of(readers.begin(), readers.end(), [&](FrameId reader) {
      return !state.frames[reader].detached && runs(state, operation_of(state, reader));
    });
  };
  for (int c = 1; c <= connections(); ++c) {
    const Connection& conn = state.conns[c - 1];
    if (!conn.silent || conn.requests.empty()) continue;
    const OpId asks = conn.requests[0].op;
    if (asks == kHandshakeOp ? reads_for_one_that_runs(static_cast<ConnId>(c)) : runs(state, asks)) return true;
  }
  return false;
}

EndLabel World::end(const State& state) const {
  EndLabel label;
  for (int t = 0; t < tasks(); ++t) {
    if (state.frames[t * kFramesPerTask].status == Status::absent) continue;
    label.facts |= fact::kStarved;
    label.worst = static_cast<std::uint8_t>(Outcome::starved);
  }
  if (label.facts != 0 && !is_kept_waiting(state)) label.facts |= fact::kHostage;
  for (int c = 1; c <= connections(); ++c) {
    if (is_lost(*this, state, static_cast<ConnId>(c))) label.facts |= fact::kLostSlot;
  }
  return label;
}

bool World::is_fault(Event event) const { return parts_of(event).kind == EventParts::Kind::cancel; }

int World::process(Event event) const {
  const EventParts parts = parts_of(event);
  return parts.kind <= EventParts::Kind::timeout ? parts.frame : kNoProcess;
}

std::string World::frame_name(FrameId frame) const {
  return scenario_.tasks[frame / kFramesPerTask].id + std::string(frame % kFramesPerTask, '\'');
}

std::string World::text(Event event) const {
  const EventParts parts = parts_of(event);
  switch (parts.kind) {
    case EventParts::Kind::serve: return "srv." + std::to_string(parts.conn);
    case EventParts::Kind::deliver: return "net." + std::to_string(parts.conn);
    case EventParts::Kind::deliver_header: return "net." + std::to_string(parts.conn) + ":hdr";
    case EventParts::Kind::deliver_part: return "net." + std::to_string(parts.conn) + ":part";
    case EventParts::Kind::drain: return "krn." + std::to_string(parts.conn);
    case EventParts::Kind::flush: return "flu." + std::to_string(parts.conn);
    case EventParts::Kind::linger: return "srv." + std::to_string(parts.conn) + "@old";
    case EventParts::Kind::silence: return "sil." + std::to_string(parts.conn);
    default: break;
  }
  std::string text = parts.kind == EventParts::Kind::cancel    ? "!"
                     : parts.kind == EventParts::Kind::timeout ? "tmo."
                                                               : "";
  text += frame_name(parts.frame);
  if (parts.choice >= 1) text += "~";
  if (parts.choice >= 2) text += std::to_string(parts.choice);
  return text;
}

AwaitKind World::await_kind(design::Op op) {
  using design::Op;
  switch (op) {
    case Op::await_connect: return AwaitKind::connect;
    case Op::await_send_request: case Op::await_send_handshake: case Op::await_send_command:
      return AwaitKind::send;
    case Op::await_resolve: return AwaitKind::resolve;
    case Op::await_poll: return AwaitKind::poll;
    case Op::await_task: return AwaitKind::task;
    case Op::await_receive: return AwaitKind::receive;
    case Op::await_discard: return AwaitKind::discard;
    case Op::await_turn: return AwaitKind::turn;
    case Op::await_child: return AwaitKind::child;
    case Op::await_close: return AwaitKind::close;
    case Op::await_pause: return AwaitKind::pause;
    default: return AwaitKind::yield;
  }
}

const CommandInfo& World::command(Label label) const {
  static const CommandInfo kGarbageInfo = [] {
    CommandInfo info;
    info.request = "nothing";
    info.reply = "bytes that are no reply";
    info.nobodys = true;
    return info;
  }();
  if (label == kGarbage) return kGarbageInfo;
  return label.op == kHandshakeOp ? named_.at(label.part) : operations_[label.op].commands.at(label.part);
}

Outcome World::judge(Label label, OpId op, std::size_t part) const {
  const OperationInfo& mine = operations_[op];
  if (label.mark() == Mark::moved) return Outcome::error;
  const bool stray = label.mark() == Mark::stray && !command(label).ignored;
  if (label.op == op && label.part == part) return stray ? Outcome::wrong_value : Outcome::ok;
  if (part < mine.commands.size() && mine.commands[part].ignored) return Outcome::ok;
  const CommandInfo& reply = command(label);
  const std::uint64_t type = 1ull << reply.type;
  const bool named = label.op == kHandshakeOp;
  if (named || reply.nobodys) {
    const bool refused = mine.strict && (named || (mine.accepts & type) == 0);
    return refused ? Outcome::type_error : Outcome::wrong_value;
  }
  if (operations_[label.op].owner == mine.owner) return Outcome::wrong_value;
  if ((mine.mangles & type) != 0) return Outcome::wrong_value;
  if ((mine.accepts & type) == 0) return Outcome::type_error;
  return scenario_.ownership_check ? Outcome::rejected : Outcome::leak;
}

}  // namespace interleak::world

#include "sim/world/world.hpp"

#include <algorithm>
#include <cassert>
#include <map>

#include "sim/world/machine.hpp"
#include "sim/world/slot.hpp"

namespace interleak::world {
namespace {

// Codes are laid out so that their order is the event order of docs/semantics.md: resumes by frame
// and choice, then cancels, then serves, then delivers.
constexpr int kChoices = 32;
constexpr int kFirstCancel = kMaxFrames * kChoices;
constexpr int kFirstServe = 2 * kFirstCancel;
constexpr int kFirstDeliver = kFirstServe + kMaxConnections + 1;

bool suspended(const Frame& frame) {
  return frame.status == Status::ready || frame.status == Status::waiting;
}

}  // namespace

Event make_event(EventParts parts) {
  using Kind = EventParts::Kind;
  const int run = parts.frame * kChoices + parts.choice;
  int code = run;
  if (parts.kind == Kind::cancel) code = kFirstCancel + run;
  if (parts.kind == Kind::serve) code = kFirstServe + parts.conn;
  if (parts.kind == Kind::deliver) code = kFirstDeliver + parts.conn;
  return Event{static_cast<std::uint16_t>(code)};
}

EventParts parts_of(Event event) {
  using Kind = EventParts::Kind;
  EventParts parts;
  if (event.code >= kFirstDeliver) {
    parts.kind = Kind::deliver;
    parts.conn = static_cast<ConnId>(event.code - kFirstDeliver);
  } else if (event.code >= kFirstServe) {
    parts.kind = Kind::serve;
    parts.conn = static_cast<ConnId>(event.code - kFirstServe);
  } else {
    const bool cancel = event.code >= kFirstCancel;
    const int run = event.code - (cancel ? kFirstCancel : 0);
    parts.kind = cancel ? Kind::cancel : Kind::resume;
    parts.frame = static_cast<FrameId>(run / kChoices);
    parts.choice = static_cast<std::uint8_t>(run % kChoices);
  }
  return parts;
}

World::World(const scenario::Scenario& scenario, const design::Design& design,
             const design::Program& program, bool track_prompt)
    : scenario_(scenario), design_(design), program_(program), track_prompt_(track_prompt) {
  assert(!scenario.tasks.empty() && scenario.tasks.size() <= kMaxTasks);
  nodes_ = design.cluster ? scenario.nodes : 1;
  assert(nodes_ * scenario.pool_max <= kMaxConnections);
  send_suspends_ = scenario.send_suspends.value_or(design.send_suspends);
  std::map<std::string, int> owners, types;
  const auto type_index = [&](const std::string& type) {
    return types.emplace(type, static_cast<int>(types.size())).first->second;
  };
  for (std::size_t t = 0; t < scenario.tasks.size(); ++t) {
    const scenario::Task& task = scenario.tasks[t];
    const int owner = owners.emplace(task.owner, static_cast<int>(owners.size())).first->second;
    first_operation_.push_back(static_cast<OpId>(operations_.size()));
    for (std::size_t i = 0; i < task.operations.size(); ++i) {
      const scenario::Operation& from = task.operations[i];
      OperationInfo info;
      info.task = static_cast<std::uint8_t>(t);
      info.script = static_cast<std::uint8_t>(i);
      info.owner = static_cast<std::uint8_t>(owner);
      info.commands = static_cast<std::uint8_t>(from.keys.size());
      info.nobodys = from.kind == scenario::OperationKind::set;
      info.type = static_cast<std::uint8_t>(type_index(info.nobodys ? "ok" : from.type));
      info.node = static_cast<std::uint8_t>(
          from.node ? (*from.node - 1) % nodes_
                    : node_of_key(from.keys.front() + ":" + task.owner, nodes_));
      for (const std::string& type : from.accepts) info.accepts |= 1ull << (type_index(type) & 63);
      if (from.accepts.empty()) info.accepts |= 1ull << (info.type & 63);
      operations_.push_back(info);
    }
    const auto& who = scenario.cancel.who;
    may_cancel_.push_back(who.empty() || std::find(who.begin(), who.end(), task.id) != who.end());
  }
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
      pool.free.push_back(conn);
      make_slot(*this, state, n);
      state.conns[conn - 1].connected = true;
      state.conns[conn - 1].handshakes = static_cast<std::uint8_t>(design_.handshake.size());
    }
  }
  for (int t = 0; t < tasks(); ++t) begin_operation(*this, state, static_cast<FrameId>(t * kFramesPerTask), 0);
  return state;
}

void make_ready(const World& world, State& state, FrameId frame) {
  state.frames[frame].status = Status::ready;
  if (world.fifo()) state.ready.push_back(frame);
}

int World::may_sends(const State& state, EventParts parts) const {
  State copy = state;
  Machine machine(*this, copy, parts.frame, 0, nullptr);
  machine.run_event(parts.kind == EventParts::Kind::cancel);
  return std::min(machine.may_sends(), kChoices - 1);
}

/// The event itself, and one more for each send in it that may suspend.
void World::add_run(const State& state, EventParts parts, Events& out) const {
  out.push_back(make_event(parts));
  if (send_suspends_ != design::SendSuspends::may) return;
  const int sends = may_sends(state, parts);
  for (int choice = 1; choice <= sends; ++choice) {
    parts.choice = static_cast<std::uint8_t>(choice);
    out.push_back(make_event(parts));
  }
}

bool World::cancellable(const State& state, int task) const {
  const Frame& frame = state.frames[task * kFramesPerTask];
  if (state.budget == 0 || !may_cancel_[task] || !suspended(frame)) return false;
  const AwaitKind kind = await_kind(program_.code[frame.pc].op);
  return kind != AwaitKind::yield && ((scenario_.cancel.at >> static_cast<int>(kind)) & 1) != 0;
}

void World::enabled(const State& state, Events& out) const {
  if (state.stuck) return;
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
  for (int c = 1; c <= connections(); ++c) {
    if (!state.conns[c - 1].requests.empty()) {
      out.push_back(make_event({Kind::serve, 0, 0, static_cast<ConnId>(c)}));
    }
  }
  for (int c = 1; c <= connections(); ++c) {
    if (!state.conns[c - 1].wire.empty()) {
      out.push_back(make_event({Kind::deliver, 0, 0, static_cast<ConnId>(c)}));
    }
  }
}

void World::serve(State& state, ConnId conn) const {
  Connection& c = state.conns[conn - 1];
  c.wire.push_back(c.requests.pop_front());
}

void World::deliver(State& state, ConnId conn) const {
  Connection& c = state.conns[conn - 1];
  c.stream.push_back(c.wire.pop_front());
  if (!c.readers.empty()) make_ready(*this, state, c.readers.pop_front());
}

StepLabel World::apply(State& state, Event event, Listener* listener) const {
  const EventParts parts = parts_of(event);
  switch (parts.kind) {
    case EventParts::Kind::serve: serve(state, parts.conn); return {};
    case EventParts::Kind::deliver: deliver(state, parts.conn); return {};
    default: break;
  }
  Machine machine(*this, state, parts.frame, parts.choice, listener);
  return machine.run_event(parts.kind == EventParts::Kind::cancel);
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
    if (times_free(*this, state, conn) > 0 && owes_replies(state.conns[c - 1])) result |= fact::kDirtyIdle;
  }
  return result;
}

EndLabel World::end(const State& state) const {
  EndLabel label;
  for (int t = 0; t < tasks(); ++t) {
    if (state.frames[t * kFramesPerTask].status == Status::absent) continue;
    label.facts |= fact::kStarved;
    label.worst = static_cast<std::uint8_t>(Outcome::starved);
  }
  for (int c = 1; c <= connections(); ++c) {
    if (is_lost(*this, state, static_cast<ConnId>(c))) label.facts |= fact::kLostSlot;
  }
  return label;
}

bool World::is_fault(Event event) const { return parts_of(event).kind == EventParts::Kind::cancel; }

int World::process(Event event) const {
  const EventParts parts = parts_of(event);
  const bool runs_frame =
      parts.kind == EventParts::Kind::resume || parts.kind == EventParts::Kind::cancel;
  return runs_frame ? parts.frame : kNoProcess;
}

std::string World::frame_name(FrameId frame) const {
  return scenario_.tasks[frame / kFramesPerTask].id + std::string(frame % kFramesPerTask, '\'');
}

std::string World::text(Event event) const {
  const EventParts parts = parts_of(event);
  switch (parts.kind) {
    case EventParts::Kind::serve: return "srv." + std::to_string(parts.conn);
    case EventParts::Kind::deliver: return "net." + std::to_string(parts.conn);
    default: break;
  }
  std::string text = parts.kind == EventParts::Kind::cancel ? "!" : "";
  text += frame_name(parts.frame);
  if (parts.choice >= 1) text += "~";
  if (parts.choice >= 2) text += std::to_string(parts.choice);
  return text;
}

AwaitKind World::await_kind(design::Op op) {
  using design::Op;
  switch (op) {
    case Op::await_connect: return AwaitKind::connect;
    case Op::await_send_request: case Op::await_send_handshake: return AwaitKind::send;
    case Op::await_receive: return AwaitKind::receive;
    case Op::await_discard: return AwaitKind::discard;
    case Op::await_turn: return AwaitKind::turn;
    case Op::await_child: return AwaitKind::child;
    case Op::await_close: return AwaitKind::close;
    case Op::await_pause: return AwaitKind::pause;
    default: return AwaitKind::yield;
  }
}

Outcome World::judge(Label label, OpId op, std::size_t part) const {
  const OperationInfo& mine = operations_[op];
  if (label.op == op && label.part == part) return Outcome::ok;
  if (label.op == kHandshakeOp) return Outcome::wrong_value;
  const OperationInfo& theirs = operations_[label.op];
  if (theirs.nobodys || theirs.owner == mine.owner) return Outcome::wrong_value;
  if (((mine.accepts >> (theirs.type & 63)) & 1) == 0) return Outcome::type_error;
  return scenario_.ownership_check ? Outcome::rejected : Outcome::leak;
}

}  // namespace interleak::world

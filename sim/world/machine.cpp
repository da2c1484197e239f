// The instructions of the step program. Every await has two halves: begin_await() when the frame
// comes to it, complete_await() when it is resumed there. An exception jumps to the handler that
// the compiler noted at the instruction, or ends the listing.
#include "sim/world/machine.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/slot.hpp"

namespace interleak::world {

using design::Exception;
using design::Instruction;
using design::Op;
using design::Scope;

// --- the event -----------------------------------------------------------------------------------

StepLabel Machine::run_event(EventParts::Kind kind) {
  if (kind == EventParts::Kind::cancel) {
    land();
  } else if (kind == EventParts::Kind::timeout) {
    time_out();
  } else {
    if (world_.fifo()) state_.ready.remove(me_);
    const bool starts = frame().status == Status::unstarted;
    frame().status = Status::running;
    if (!starts) {
      if (listener_ != nullptr) listener_->ran(me_, frame().pc);
      complete_await();
    }
  }
  run();
  const Frame& own = frame();
  const bool waits = own.cancelled && own.status == Status::waiting;
  if (waits && state_.stuck == Bound::none) label_.facts |= fact::kCancelWaits;
  return label_;
}

void Machine::land() {
  Frame& f = frame();
  ensure(state_.budget > 0, "a cancel beyond the budget");
  --state_.budget;
  if (listener_ != nullptr) listener_->landed(me_, f.pc, f.status == Status::ready);
  const scenario::CancelKind kind = world_.cancel_kind();
  if (!scenario::ends_at_once(kind)) return cancel(reached_by_cancel());
  const bool killed = kind == scenario::CancelKind::kill;  // by no runtime that could lose it
  if (!killed && world_.swallows(state_, me_)) return tell(Act::swallows);
  const design::Pc drop = killed ? design::kNowhere : at().drop;
  interrupt(Exception::none);
  if (drop == design::kNowhere) finish(Exception::cancelled); else f.pc = drop;
}

/// Ends the present await with an exception; `none`: just ends it.
void Machine::interrupt(Exception exception) {
  Frame& f = frame();
  if (world_.fifo()) state_.ready.remove(me_);
  const bool reads = at().op == Op::await_receive || at().op == Op::await_discard;
  if (reads && f.conn != 0 && !f.broken) lose_beginning(conn());
  for (Connection& c : state_.conns) c.readers.remove(me_);
  f.broken = false;
  f.flushing = false;
  f.status = Status::running;
  if (exception != Exception::none) raise(exception);
}

/// The reader goes, and with it what its parser has taken of a reply.
void Machine::lose_beginning(Connection& c) {
  if (world_.design().parser != design::ReplyParser::loses) return;
  if (std::exchange(c.begun, false)) *c.stream.begin() = kGarbage;
  if (std::exchange(c.piece.parsed, false)) c.piece.torn = true;
}

/// In `await task` a cancel goes to the child, if that has not ended, and so on down the row.
FrameId Machine::reached_by_cancel() const {
  FrameId at = me_;
  for (;;) {
    const Frame& f = state_.frames[at];
    if (f.status == Status::unstarted || f.child == 0) return at;
    if (world_.program().code[f.pc].op != Op::await_task) return at;
    const FrameId child = static_cast<FrameId>(me_ / kFramesPerTask * kFramesPerTask + f.child);
    if (state_.frames[child].status == Status::finished) return at;
    at = child;
  }
}

void Machine::cancel(FrameId reached) {
  hunt(reached);
  const bool unstarted = state_.frames[reached].status == Status::unstarted;
  if (!unstarted && world_.swallows(state_, reached)) {
    return Machine(world_, state_, reached, choice_, listener_).tell(Act::swallows);
  }
  frame().cancelled = world_.track_prompt();
  interrupt_at(reached);
}

/// Its handlers run now; those that await it wait on.
void Machine::interrupt_at(FrameId reached) {
  if (reached == me_) return interrupt(Exception::cancelled);
  Machine hit(world_, state_, reached, choice_, listener_);
  hit.label_ = label_;
  hit.may_sends_ = may_sends_;
  hit.steps_ = steps_;
  if (state_.frames[reached].status == Status::unstarted) {
    if (world_.fifo()) state_.ready.remove(reached);
    hit.finish(Exception::cancelled);
  } else {
    hit.interrupt(Exception::cancelled);
    hit.run();
  }
  label_ = hit.label_;
  may_sends_ = hit.may_sends_;
  steps_ = hit.steps_;
}

/// From now on the awaits of this frame, of the one that the cancel reaches and of those between
/// raise where they would suspend.
void Machine::hunt(FrameId reached) {
  if (world_.cancel_kind() != scenario::CancelKind::raise_at_every_await) return;
  const FrameId own = static_cast<FrameId>(me_ / kFramesPerTask * kFramesPerTask);
  for (FrameId at = me_;; at = static_cast<FrameId>(own + state_.frames[at].child)) {
    if (state_.frames[at].status != Status::unstarted) state_.frames[at].hunted = true;
    if (at == reached) return;
  }
}

/// An await of a frame that is hunted would suspend.
void Machine::cancel_again() {
  tell(Act::cancelled_again);
  const FrameId reached = reached_by_cancel();
  hunt(reached);
  interrupt_at(reached);
}

void Machine::time_out() {
  tell(Act::times_out);
  interrupt(Exception::error);
}

void Machine::run() {
  while (frame().status == Status::running && state_.stuck == Bound::none) {
    if (design::is_step(at().op) && ++steps_ > kMaxSteps) return diverge(Bound::steps);
    step();
  }
}

void Machine::suspend(Status status) {
  frame().status = status;
  if (status == Status::ready) make_ready(world_, state_, me_);
  if (frame().hunted && at().op != Op::yield) cancel_again();
}

void Machine::raise(Exception exception) {
  const design::Pc handler = at().handler;
  if (handler == design::kNowhere) return finish(exception);
  pending_ = exception;
  frame().pc = handler;
}

/// A bound of the engine was run into: a finding about the design, and the end of this schedule. What the
/// event has done so far is thrown away (World::apply), for it has not come to an await.
void Machine::diverge(Bound bound) {
  if (state_.stuck == Bound::none) state_.stuck = bound;
  label_.facts |= fact::kDiverges;
}

void Machine::tell(Act act, ConnId conn, Label label) {
  if (listener_ != nullptr) listener_->act(me_, frame().pc, act, conn, label);
}

// --- instructions --------------------------------------------------------------------------------

void Machine::step() {
  Frame& f = frame();
  const Instruction& i = at();
  if (listener_ != nullptr) listener_->ran(me_, f.pc);
  if (design::is_await(i.op)) return begin_await();
  switch (i.op) {
    case Op::jump: f.pc = i.target; break;
    case Op::branch: {
      bool failed = false;
      const bool holds = test(world_.program().tests[i.a + 256u * i.b], failed);
      if (failed) raise(Exception::error); else if (holds) next(); else f.pc = i.target;
      break;
    }
    case Op::loop_init: {
      const auto count = static_cast<design::Statement::Count>(i.b);
      f.counters[i.a] = count == design::Statement::Count::number ? i.number
                        : count == design::Statement::Count::commands
                            ? static_cast<std::uint8_t>(end_of_step() - first_of_step())
                            : static_cast<std::uint8_t>(world_.design().handshake.size());
      next();
      break;
    }
    case Op::loop_test:
      if (f.counters[i.a] == 0) { f.pc = i.target; } else { --f.counters[i.a]; next(); }
      break;
    case Op::assign: case Op::add: case Op::subtract: change_variable(i); break;
    case Op::take: take(); break;
    case Op::share: share(i.number); break;
    case Op::put: put(); break;
    case Op::close: close_socket(f.conn); next(); break;
    case Op::renew: renew(); break;
    case Op::follow: follow(); break;
    case Op::join: case Op::leave: case Op::wake: case Op::hand_reply: case Op::hand_conn: {
      WaitQueue* q = queue(static_cast<Scope>(i.b), i.a);
      if (q == nullptr) return raise(Exception::error);
      if (i.op == Op::join) join(*q);
      else if (i.op == Op::leave) { q->remove(static_cast<std::uint8_t>(me_ + 1)); next(); }
      else wake(*q, i.op);
      break;
    }
    case Op::spawn: spawn(i); break;
    case Op::raise: tell(Act::raises); raise(static_cast<Exception>(i.a)); break;
    case Op::save:
      clear_registers(i.a, i.b);
      f.saved[i.a] = static_cast<std::uint8_t>(pending_);
      next();
      break;
    case Op::match: {
      const auto caught = static_cast<Exception>(f.saved[i.a]);
      const bool is_error = caught == Exception::rejected ||
                            (caught == Exception::cancelled &&
                             world_.cancel_kind() == scenario::CancelKind::as_error);
      const bool as_error = is_error && ((i.b >> static_cast<int>(Exception::error)) & 1);
      if (((i.b >> static_cast<int>(caught)) & 1) || as_error) next(); else f.pc = i.target;
      break;
    }
    case Op::clear: clear_registers(i.a, i.b); next(); break;
    case Op::reraise: raise(static_cast<Exception>(f.saved[i.a])); break;
    case Op::end: finish(Exception::none); break;
    case Op::end_dropped: finish(Exception::cancelled); break;
    default: ensure(false, "an instruction that is none");
  }
}

void Machine::clear_registers(int saved, int counters) {
  Frame& f = frame();
  std::fill(f.saved.begin() + saved, f.saved.end(), std::uint8_t{0});
  std::fill(f.counters.begin() + counters, f.counters.end(), std::uint8_t{0});
}

std::uint8_t* Machine::variable(Scope scope, int index) {
  if (scope == Scope::op) return &frame().vars[index];
  if (scope == Scope::pool) return &pool().vars[index];
  return frame().conn == 0 ? nullptr : &conn().vars[index];
}

WaitQueue* Machine::queue(Scope scope, int index) {
  if (scope == Scope::pool) return &pool().queues[index];
  return frame().conn == 0 ? nullptr : &conn().queues[index];
}

void Machine::change_variable(const Instruction& i) {
  std::uint8_t* value = variable(static_cast<Scope>(i.b), i.a);
  if (value == nullptr) return raise(Exception::error);
  int changed = i.number;
  if (i.op == Op::add) changed = *value + i.number;
  if (i.op == Op::subtract) changed = *value - i.number;
  *value = static_cast<std::uint8_t>(std::clamp(changed, 0, 255));
  next();
}

/// `failed`: the test reads a variable of a connection that is not there.
bool Machine::test(const design::Test& t, bool& failed) {
  using Kind = design::Expression::Kind;
  using Comparison = design::Expression::Comparison;
  switch (t.kind) {
    case Kind::always: return true;
    case Kind::available: return !pool().free.empty() || pool().created < world_.scenario().pool_max;
    case Kind::connected: return frame().conn != 0 && conn().connected;
    case Kind::readable: return frame().conn != 0 && is_readable(conn());
    case Kind::polled: return frame().polled;
    case Kind::redirected: {
      const Value& value = frame().value;
      return !value.empty() && value.back().mark() == Mark::moved;
    }
    case Kind::woken: return frame().woken;
    case Kind::waiting: {
      const WaitQueue* q = queue(t.scope, t.index);
      return q != nullptr && !q->empty();
    }
    case Kind::mine: {
      if (frame().value.empty()) return true;
      const Label last = frame().value.back();
      if (last.op == kHandshakeOp || world_.command(last).nobodys) return true;
      return world_.operations()[last.op].owner == info().owner;
    }
    case Kind::negation: return !test(t.operands[0], failed);
    case Kind::conjunction:
      return std::all_of(t.operands.begin(), t.operands.end(),
                         [&](const design::Test& each) { return test(each, failed) && !failed; });
    case Kind::disjunction:
      return std::any_of(t.operands.begin(), t.operands.end(),
                         [&](const design::Test& each) { return !failed && test(each, failed); });
    case Kind::compare: break;
  }
  const std::uint8_t* value = variable(t.scope, t.index);
  if (value == nullptr) {
    failed = true;
    return false;
  }
  switch (t.comparison) {
    case Comparison::equal: return *value == t.number;
    case Comparison::unequal: return *value != t.number;
    case Comparison::less: return *value < t.number;
    case Comparison::less_equal: return *value <= t.number;
    case Comparison::greater: return *value > t.number;
    case Comparison::greater_equal: return *value >= t.number;
  }
  return false;
}

// --- the pool ------------------------------------------------------------------------------------

void Machine::take() {
  Pool& p = pool();
  ConnId taken = 0;
  if (!p.free.empty()) {
    taken = p.free.pop_front();
    tell(Act::takes, taken);
  } else if (p.created < world_.scenario().pool_max) {
    taken = make_slot(world_, state_, node());
    tell(Act::makes, taken);
  } else {
    tell(Act::lacks);
    return raise(Exception::error);
  }
  frame().conn = taken;
  conn().owners |= owner_bit(me_);
  next();
}

void Machine::share(int number) {
  Pool& p = pool();
  if (number < 1 || number > world_.scenario().pool_max) return raise(Exception::error);
  while (p.created < number) {
    if (p.free.full()) return diverge(Bound::free);
    p.free.push_back(make_slot(world_, state_, node()));
  }
  const ConnId shared = static_cast<ConnId>(node() * world_.scenario().pool_max + number);
  p.free.remove(shared);
  state_.conns[shared - 1].shared = true;
  frame().conn = shared;
  tell(Act::shares, shared);
  next();
}

void Machine::put() {
  Frame& f = frame();
  if (f.conn == 0) return raise(Exception::error);
  Pool& p = state_.pools[world_.node_of_conn(f.conn)];
  if (p.free.full()) return diverge(Bound::free);
  tell(Act::puts, f.conn);
  if (world_.design().order == design::Order::lifo) p.free.push_front(f.conn); else p.free.push_back(f.conn);
  conn().owners &= ~owner_bit(me_);
  f.conn = 0;
  next();
}

void Machine::close_socket(ConnId closed) {
  if (closed == 0 || !state_.conns[closed - 1].connected) return;
  Connection& c = state_.conns[closed - 1];
  tell(Act::closes, closed);
  for (int other = 0; other < world_.frames(); ++other) {
    Frame& f = state_.frames[other];
    if (f.conn != closed || (f.status != Status::ready && f.status != Status::waiting)) continue;
    const Op op = world_.program().code[f.pc].op;
    if (op == Op::await_receive || op == Op::await_discard || f.flushing) f.broken = true;
    if (f.flushing && f.status == Status::waiting) make_ready(world_, state_, static_cast<FrameId>(other));
  }
  for (const std::uint8_t reader : c.readers) make_ready(world_, state_, reader);
  c.readers.clear();
  linger(c);
  c.requests.clear();
  c.wire.clear();
  c.kernel.clear();
  c.stream.clear();
  c.piece = {};
  c.begun = false;
  c.connected = false;
  c.handshakes = 0;
  c.session = 0;
  c.unwritten = 0;
  c.watched = false;
  c.silent = false;
}

/// What has reached the server of a socket that is closed may still be executed; only of writes that
/// matters to anybody.
void Machine::linger(Connection& c) {
  if (!world_.physics().linger || c.silent) return;
  for (std::size_t i = 0; i + c.unwritten < c.requests.size(); ++i) {
    const Label request = c.requests[i];
    if (request.op == kHandshakeOp || !world_.command(request).writes) continue;
    if (c.lingering.full()) return diverge(Bound::lingering);
    c.lingering.push_back(request);
  }
}

/// A node set up anew: every connection is closed, and the slots that are lost come back.
void Machine::renew() {
  Pool& p = pool();
  const int most = world_.scenario().pool_max;
  const auto& first = world_.program().conn_initial;
  tell(Act::renews);
  for (int i = 1; i <= p.created; ++i) {
    const ConnId id = static_cast<ConnId>(node() * most + i);
    Connection& c = state_.conns[id - 1];
    if (c.shared) continue;
    close_socket(id);
    const bool free = times_free(world_, state_, id) > 0;
    if (!free && is_held(world_, state_, id)) continue;
    std::copy(first.begin(), first.end(), c.vars.begin());
    if (free) continue;
    if (p.free.full()) return diverge(Bound::free);
    p.free.push_back(id);
  }
  next();
}

/// The reply says where the key is: from now on the clients know, whoever's key it is.
void Machine::follow() {
  Value& value = frame().value;
  if (!value.empty() && value.back().mark() == Mark::moved) {
    state_.learned |= std::uint64_t{1} << world_.operations()[value.back().op].moved_key;
    tell(Act::follows, 0, value.back());
    value.pop_back();
  }
  next();
}

// --- awaits --------------------------------------------------------------------------------------

void Machine::begin_await() {
  Frame& f = frame();
  switch (at().op) {
    case Op::await_connect:
      if (f.conn == 0) return raise(Exception::error);
      tell(Act::waits, f.conn);
      return suspend(Status::ready);
    case Op::await_resolve:
      if (!world_.physics().resolve) return next();
      tell(Act::waits, f.conn);
      return suspend(Status::ready);
    case Op::await_send_request: case Op::await_send_handshake: case Op::await_send_command:
      return send();
    case Op::await_poll: return poll();
    case Op::await_receive: case Op::await_discard: return read();
    case Op::await_turn:
      if (queue(static_cast<Scope>(at().b), at().a) == nullptr) return raise(Exception::error);
      if (f.woken) return take_wake();
      tell(Act::waits);
      return suspend(Status::waiting);
    case Op::await_child: case Op::await_task: return await_child();
    case Op::await_close: close_socket(f.conn); return suspend(Status::ready);
    case Op::await_pause: case Op::yield: return suspend(Status::ready);
    default: ensure(false, "an await that is none");
  }
}

void Machine::complete_await() {
  Frame& f = frame();
  switch (at().op) {
    case Op::await_connect:
      if (!conn().connected) {
        conn().connected = true;
        tell(Act::connects, f.conn);
      }
      return next();
    case Op::await_send_request: case Op::await_send_handshake: case Op::await_send_command:
      if (f.flushing) return flushed() ? next() : raise(Exception::error);
      return world_.send_suspends() == design::SendSuspends::before ? push() : next();
    case Op::await_receive: case Op::await_discard:
      if (!f.broken) return read();
      f.broken = false;
      tell(Act::broken, f.conn);
      return raise(Exception::error);
    case Op::await_turn: return take_wake();
    case Op::await_child: case Op::await_task: return await_child();
    default: return next();
  }
}

/// What is sent, then the question whether the send suspends; or the other way round.
void Machine::send() {
  if (world_.send_suspends() == design::SendSuspends::before) return suspend(Status::ready);
  push();
}

void Machine::push() {
  if (frame().conn == 0 || !conn().connected) return raise(Exception::error);
  switch (at().op) {
    case Op::await_send_request: return push_requests();
    case Op::await_send_handshake: return push_handshake();
    default: return push_command();
  }
}

bool Machine::can_queue(std::size_t more) {
  const Connection& c = conn();
  return c.requests.size() + c.wire.size() + c.kernel.size() + c.stream.size() + more <= kMaxQueued;
}

/// The commands that the last send has sent, or the first one will send.
std::uint8_t Machine::first_of_step() {
  return frame().step <= 1 ? 0 : info().steps[static_cast<std::size_t>(frame().step - 2)];
}

std::uint8_t Machine::end_of_step() {
  return info().steps[static_cast<std::size_t>(std::max(0, frame().step - 1))];
}

void Machine::push_requests() {
  Frame& f = frame();
  const bool stepped = info().steps.size() > 1;
  if (stepped && f.step == info().steps.size()) return raise(Exception::error);
  if (stepped) ++f.step;
  const std::uint8_t first = first_of_step(), end = end_of_step();
  if (!can_queue(static_cast<std::size_t>(end - first))) return diverge(Bound::requests);
  for (std::uint8_t part = first; part < end; ++part) {
    conn().requests.push_back({op(), part});
    tell(Act::sends, f.conn, {op(), part});
    const bool waits = conn().unwritten != 0 || (info().large && world_.physics().flush);
    if (waits) ++conn().unwritten;
  }
  static_assert(kMaxConnections <= 8, "a connection is a bit");
  label_.resources |= static_cast<std::uint8_t>(1u << (f.conn - 1));
  sent();
}

void Machine::push_handshake() {
  Connection& c = conn();
  if (c.handshakes >= world_.design().handshake.size()) return raise(Exception::error);
  if (!can_queue(1)) return diverge(Bound::requests);
  c.requests.push_back({kHandshakeOp, c.handshakes});
  if (c.unwritten != 0) ++c.unwritten;
  tell(Act::sends, frame().conn, {kHandshakeOp, c.handshakes});
  ++c.handshakes;
  sent();
}

void Machine::push_command() {
  if (!can_queue(1)) return diverge(Bound::requests);
  const auto part = static_cast<std::uint8_t>(world_.design().handshake.size() + at().a);
  conn().requests.push_back({kHandshakeOp, part});
  if (conn().unwritten != 0) ++conn().unwritten;
  tell(Act::sends, frame().conn, {kHandshakeOp, part});
  sent();
}

/// The requests are in the queue: does the send suspend?
void Machine::sent() {
  const auto mode = world_.send_suspends();
  if (conn().unwritten != 0) {
    frame().flushing = true;
    tell(Act::waits, frame().conn);
    return suspend(Status::waiting);
  }
  if (mode == design::SendSuspends::after) return suspend(Status::ready);
  if (mode == design::SendSuspends::may && ++may_sends_ == choice_) return suspend(Status::ready);
  next();
}

/// The wait for the rest of the request to be written is over; false: the socket was closed instead.
bool Machine::flushed() {
  Frame& f = frame();
  f.flushing = false;
  if (!f.broken) return true;
  f.broken = false;
  tell(Act::broken, f.conn);
  return false;
}

/// Looks once. If it sees nothing it gives the loop a turn; what comes in that turn it does not see.
void Machine::poll() {
  Frame& f = frame();
  f.polled = f.conn != 0 && is_readable(conn());
  if (!f.polled && f.conn != 0 && !conn().readers.empty()) {
    tell(Act::crowds, f.conn);
    return raise(Exception::error);
  }
  if (!f.polled && !world_.physics().poll) return next();
  tell(Act::polls, f.conn);
  if (f.polled) return next();
  suspend(Status::ready);
}

/// Takes a reply out of the stream buffer, or waits for one.
void Machine::read() {
  Frame& f = frame();
  const bool keep = at().op == Op::await_receive;
  if (f.conn == 0 || !conn().connected) return raise(Exception::error);
  Connection& c = conn();
  if (keep && f.value.full()) return raise(Exception::error);
  if (!c.stream.empty()) {
    const Label reply = c.stream.pop_front();
    c.begun = false;
    if (reply == kGarbage) {
      tell(Act::receives, f.conn, reply);
      return raise(Exception::error);
    }
    if (keep) f.value.push_back(reply);
    tell(keep ? Act::receives : Act::discards, f.conn, reply);
    return next();
  }
  if (!c.readers.empty() && world_.design().readers == design::Readers::error) {
    tell(Act::crowds, f.conn);
    return raise(Exception::error);
  }
  if (c.piece.unread) parse(c.piece);
  if (c.readers.full()) return diverge(Bound::readers);
  c.readers.push_back(me_);
  tell(Act::waits, f.conn);
  suspend(Status::waiting);
}

/// The parser takes what it can use of the beginning of a reply: the header, or all that is there. What
/// lies behind the header may still be in the kernel's buffer: nobody sees it there.
void Machine::parse(Piece& piece) {
  piece.parsed = !piece.torn;
  const bool more = piece.arrived == 2 && !piece.in_kernel;
  piece.unread = more && world_.design().parser != design::ReplyParser::greedy;
}

void Machine::await_child() {
  Frame& f = frame();
  if (f.child == 0) return raise(Exception::error);
  const FrameId child = static_cast<FrameId>(me_ / kFramesPerTask * kFramesPerTask + f.child);
  Frame& c = state_.frames[child];
  if (c.status != Status::finished) {
    tell(Act::waits);
    return suspend(Status::waiting);
  }
  for (const Label& reply : c.value) {
    if (!f.value.full()) f.value.push_back(reply);
  }
  f.step = std::max(f.step, c.step);
  const Exception result = c.result;
  c = Frame{};
  f.child = 0;
  if (result == Exception::none) next(); else raise(result);
}

void Machine::spawn(const Instruction& i) {
  Frame& f = frame();
  const int own = me_ / kFramesPerTask * kFramesPerTask;
  int place = 1;
  while (place < kFramesPerTask && state_.frames[own + place].status != Status::absent) ++place;
  if (place == kFramesPerTask) return diverge(Bound::children);
  const bool detached = i.b != 0;
  if (!detached && f.child != 0) release_frame(static_cast<FrameId>(own + f.child));
  Frame& child = state_.frames[own + place];
  child = Frame{};
  child.status = Status::unstarted;
  child.detached = detached || f.detached;
  child.parent = static_cast<std::uint8_t>(detached ? 0 : me_ % kFramesPerTask + 1);
  child.script = f.script;
  child.conn = f.conn;
  child.pc = world_.program().entries[i.a];
  child.vars = f.vars;
  child.step = f.step;
  if (!detached) f.child = static_cast<std::uint8_t>(place);
  if (world_.fifo()) state_.ready.push_back(static_cast<FrameId>(own + place));
  tell(Act::spawns);
  next();
}

void Machine::take_wake() {
  frame().woken = false;
  next();
}

// --- queues of waiters ---------------------------------------------------------------------------

void Machine::join(WaitQueue& q) {
  const std::uint8_t entry = static_cast<std::uint8_t>(me_ + 1);
  std::replace(q.begin(), q.end(), entry, std::uint8_t{0});
  if (q.full()) return diverge(Bound::waiters);
  q.push_back(entry);
  frame().woken = false;
  next();
}

/// Suspended in `await turn` on the queue that instruction `i` of this frame names.
bool Machine::waits_on(FrameId other, const Instruction& i) {
  const Frame& f = state_.frames[other];
  const Instruction& theirs = world_.program().code[f.pc];
  if (f.status != Status::waiting || theirs.op != Op::await_turn) return false;
  if (theirs.a != i.a || theirs.b != i.b) return false;
  return static_cast<Scope>(i.b) == Scope::pool || f.conn == frame().conn;
}

void Machine::wake(WaitQueue& q, Op how) {
  const Instruction& i = at();
  if (how == Op::hand_conn && frame().conn == 0) return raise(Exception::error);
  if (q.empty()) return next();
  const std::uint8_t entry = q.pop_front();
  const FrameId other = static_cast<FrameId>(entry - 1);
  const bool alive = entry != 0;
  const bool waits = alive && waits_on(other, i);
  if (alive) state_.frames[other].woken = true;
  if (how == Op::hand_reply) {
    const Value moved = frame().value;
    frame().value.clear();
    for (const Label& reply : moved) {
      if (alive && !state_.frames[other].value.full()) state_.frames[other].value.push_back(reply);
    }
  } else if (how == Op::hand_conn) {
    const ConnId moved = frame().conn;
    conn().owners &= ~owner_bit(me_);
    frame().conn = 0;
    if (alive) {
      state_.frames[other].conn = moved;
      state_.conns[moved - 1].owners |= owner_bit(other);
    }
  }
  if (waits) make_ready(world_, state_, other);
  tell(how == Op::wake ? Act::wakes : Act::hands);
  next();
}

// --- ends ----------------------------------------------------------------------------------------

void Machine::finish(Exception exception) {
  const std::uint8_t entry = static_cast<std::uint8_t>(me_ + 1);
  for (Connection& c : state_.conns) {
    for (WaitQueue& q : c.queues) std::replace(q.begin(), q.end(), entry, std::uint8_t{0});
  }
  for (Pool& p : state_.pools) {
    for (WaitQueue& q : p.queues) std::replace(q.begin(), q.end(), entry, std::uint8_t{0});
  }
  forget_children();
  if (me_ % kFramesPerTask == 0) finish_operation(exception); else finish_child(exception);
}

/// Nobody will fetch the results of this frame's children any more.
void Machine::forget_children() {
  const int own = me_ / kFramesPerTask * kFramesPerTask;
  for (int place = 1; place < kFramesPerTask; ++place) {
    Frame& child = state_.frames[own + place];
    if (child.parent == me_ % kFramesPerTask + 1) release_frame(static_cast<FrameId>(own + place));
  }
}

void Machine::release_frame(FrameId child) {
  Frame& c = state_.frames[child];
  c.parent = 0;
  if (c.status == Status::finished) c = Frame{};
}

void Machine::finish_operation(Exception exception) {
  OperationEnd end;
  end.op = op();
  switch (exception) {
    case Exception::none: end.outcome = judge_value(end); break;
    case Exception::cancelled: end.outcome = Outcome::cancelled; break;
    case Exception::error: end.outcome = Outcome::error; break;
    case Exception::rejected: end.outcome = Outcome::rejected; break;
  }
  label_.facts |= fact::outcome(end.outcome);
  label_.worst = std::max(label_.worst, static_cast<std::uint8_t>(end.outcome));
  if (listener_ != nullptr) listener_->ended(end);

  const int script = frame().script + 1;
  const auto& operations = world_.scenario().tasks[me_ / kFramesPerTask].operations;
  const bool dies_of_it = end.outcome == Outcome::type_error || end.outcome == Outcome::rejected ||
                          end.outcome == Outcome::error;
  const bool goes_on = exception == Exception::none && !dies_of_it &&
                       static_cast<std::size_t>(script) < operations.size();
  if (goes_on) {
    const bool hunted = frame().hunted;
    begin_operation(world_, state_, me_, script);
    frame().hunted = hunted;
    frame().status = Status::running;
  } else {
    frame() = Frame{};
  }
  disown(end.op);
}

Outcome Machine::judge_value(OperationEnd& end) {
  const Value& value = frame().value;
  end.value = &value;
  Outcome worst = value.size() < info().commands.size() ? Outcome::wrong_value : Outcome::ok;
  for (std::size_t part = 0; part < value.size(); ++part) {
    const Outcome each = world_.judge(value[part], end.op, part);
    if (each == Outcome::ok || each < worst || (each == worst && end.has_reply)) continue;
    worst = each;
    end.reply = value[part];
    end.has_reply = true;
  }
  return worst;
}

void Machine::finish_child(Exception exception) {
  const OpId family = op();
  const int own = me_ / kFramesPerTask * kFramesPerTask;
  Frame finished;
  if (frame().parent != 0) {
    finished.status = Status::finished;
    finished.parent = frame().parent;
    finished.script = frame().script;
    finished.step = frame().step;
    finished.result = exception;
    finished.value = frame().value;
  }
  frame() = finished;
  if (finished.parent != 0) {
    const FrameId parent = static_cast<FrameId>(own + finished.parent - 1);
    const Frame& p = state_.frames[parent];
    const bool waits = p.status == Status::waiting && p.child == me_ % kFramesPerTask &&
                       (world_.program().code[p.pc].op == Op::await_child ||
                        world_.program().code[p.pc].op == Op::await_task);
    if (waits) make_ready(world_, state_, parent);
  }
  disown(family);
}

/// An operation of which nothing lives any more owns nothing.
void Machine::disown(OpId over) {
  if (world_.lives(state_, over)) return;
  for (Connection& c : state_.conns) c.owners &= ~(1ull << over);
}

}  // namespace interleak::world

// One event that runs a frame: where it begins, how it goes on until the next await, and how an exception finds
// its handler: the compiler noted it at the instruction; where there is none, the listing ends.
#include "sim/world/client.hpp"

#include <utility>

#include "sim/terms/runtime.hpp"
#include "sim/world/ages.hpp"
#include "sim/world/slot.hpp"

namespace interleak::world {

using design::Exception;
using design::Op;

StepLabel Client::run_event(EventParts::Kind kind) {
  if (kind == EventParts::Kind::cancel) {
    land();
  } else if (kind == EventParts::Kind::timeout) {
    time_out();
  } else {
    if (world_.fifo()) state_.ready.remove(me_);
    const bool starts = frame().status == Status::unstarted;
    frame().status = Status::running;
    if (starts) {
      if (is_own(me_)) begin();
    } else {
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

/// The operation begins.
void Client::begin() {
  note_begun(world_, state_, task_of(me_));
  note_clear(world_, state_, task_of(me_));
}

void Client::land() {
  Frame& f = frame();
  ensure(state_.budget > 0, "a cancel beyond the budget");
  --state_.budget;
  hit(world_, state_, op());
  if (listener_ != nullptr) listener_->landed(me_, f.pc, f.status == Status::ready);
  const scenario::CancelKind kind = world_.cancel_kind();
  if (!scenario::ends_at_once(kind)) return cancel(reached_by_cancel());
  killed_ = kind == scenario::CancelKind::kill;  // by no runtime that could lose it
  if (!killed_ && swallows(me_)) return tell(Act::swallows);
  const design::Pc drop = killed_ ? design::kNowhere : at().drop;
  interrupt(Exception::none);
  if (drop == design::kNowhere) finish(Exception::cancelled);
  else f.pc = drop;
}

/// Ends the present await with an exception; `none`: just ends it.
void Client::interrupt(Exception exception) {
  Frame& f = frame();
  if (world_.fifo()) state_.ready.remove(me_);
  const bool reads = at().op == Op::await_receive || at().op == Op::await_discard;
  if (reads && f.conn != 0 && !f.broken) lose_beginning(socket());
  for (int c = 1; c <= world_.connections(); ++c) state_.socket(static_cast<ConnId>(c)).readers.remove(me_);
  f.broken = false;
  f.flushing = false;
  f.status = Status::running;
  if (exception != Exception::none) raise(exception, exception == Exception::error ? name_of(Failure::timed_out) : 0);
}

/// The reader goes, and with it what its parser has taken of a reply.
void Client::lose_beginning(Socket& socket) {
  if (world_.design().parser != design::ReplyParser::loses) return;
  if (std::exchange(socket.begun, false)) *socket.stream.begin() = kGarbage;
  if (std::exchange(socket.piece.parsed, false)) socket.piece.torn = true;
}

/// The cancel is lost: the runtime takes it for something else.
bool Client::swallows(FrameId frame) const {
  if (!world_.physics().swallow) return false;
  const AwaitKind kind = await_kind(world_.program().code[state_.frame(frame).pc].op);
  return (swallowed_by(world_.design().runtime) & await_bit(kind)) != 0;
}

/// In `await task` a cancel goes to the child, if that has not ended, and so on down the row.
FrameId Client::reached_by_cancel() const {
  FrameId at = me_;
  for (;;) {
    const Frame& f = state_.frame(at);
    if (f.status == Status::unstarted || f.child == 0) return at;
    if (world_.program().code[f.pc].op != Op::await_task) return at;
    const FrameId child = at_place(me_, f.child);
    if (state_.frame(child).status == Status::finished) return at;
    at = child;
  }
}

void Client::cancel(FrameId reached) {
  hunt(reached);
  const bool unstarted = state_.frame(reached).status == Status::unstarted;
  if (!unstarted && swallows(reached)) {
    return Client(world_, state_, reached, choice_, listener_).tell(Act::swallows);
  }
  frame().cancelled = world_.track_prompt();
  interrupt_at(reached);
}

/// Its handlers run now; those that await it wait on.
void Client::interrupt_at(FrameId reached) {
  if (reached == me_) return interrupt(Exception::cancelled);
  Client hit(world_, state_, reached, choice_, listener_);
  hit.label_ = label_;
  hit.may_sends_ = may_sends_;
  hit.steps_ = steps_;
  if (state_.frame(reached).status == Status::unstarted) {
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
void Client::hunt(FrameId reached) {
  if (world_.cancel_kind() != scenario::CancelKind::raise_at_every_await) return;
  for (FrameId at = me_;; at = at_place(me_, state_.frame(at).child)) {
    if (state_.frame(at).status != Status::unstarted) state_.frame(at).hunted = true;
    if (at == reached) return;
  }
}

/// An await of a frame that is hunted would suspend.
void Client::cancel_again() {
  tell(Act::cancelled_again);
  const FrameId reached = reached_by_cancel();
  hunt(reached);
  interrupt_at(reached);
}

void Client::time_out() {
  tell(Act::times_out);
  if (!frame().detached) hit(world_, state_, op());
  interrupt(Exception::error);
}

void Client::run() {
  while (frame().status == Status::running && state_.stuck == Bound::none) {
    if (design::is_step(at().op) && ++steps_ > kMaxSteps) return diverge(Bound::steps);
    step();
  }
}

void Client::suspend(Status status) {
  frame().status = status;
  if (status == Status::ready) make_ready(world_, state_, me_);
  if (frame().hunted && at().op != Op::yield) cancel_again();
}

void Client::raise(Exception exception, FailureName name) {
  const design::Pc handler = at().handler;
  if (handler == design::kNowhere) return finish(exception, name);
  pending_ = exception;
  pending_name_ = name;
  frame().pc = handler;
}

/// A bound of the engine was run into: a finding about the design, and the end of this schedule. What the
/// event has done so far is thrown away (World::apply), for it has not come to an await.
void Client::diverge(Bound bound) {
  if (state_.stuck == Bound::none) state_.stuck = bound;
  label_.facts |= fact::kDiverges;
}

void Client::tell(Act act, ConnId conn, Label label) {
  if (listener_ != nullptr) listener_->act(me_, frame().pc, act, conn, label);
}

}  // namespace interleak::world

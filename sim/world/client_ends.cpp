// The end of an operation, and of a child.
#include "sim/world/client.hpp"

#include <algorithm>

#include "sim/world/ages.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/slot.hpp"

namespace interleak::world {

using design::Exception;
using design::Op;

void Client::finish(Exception exception, FailureName name) {
  const std::uint8_t entry = static_cast<std::uint8_t>(me_ + 1);
  for (int c = 1; c <= world_.connections(); ++c) {
    for (WaitQueue& q : state_.conn(static_cast<ConnId>(c)).queues)
      std::replace(q.begin(), q.end(), entry, std::uint8_t{0});
  }
  for (int node = 0; node < world_.nodes(); ++node) {
    for (WaitQueue& q : state_.pool(node).queues) std::replace(q.begin(), q.end(), entry, std::uint8_t{0});
  }
  forget_children();
  if (is_own(me_)) finish_operation(exception, name);
  else finish_child(exception, name);
}

/// Nobody will fetch the results of this frame's children any more.
void Client::forget_children() {
  for (int place = 1; place < kFramesPerTask; ++place) {
    Frame& child = state_.frame(at_place(me_, place));
    if (child.parent == place_of(me_) + 1) release_frame(at_place(me_, place));
  }
}

void Client::release_frame(FrameId child) {
  Frame& c = state_.frame(child);
  c.parent = 0;
  if (c.status == Status::finished) c = Frame{};
}

void Client::finish_operation(Exception exception, FailureName name) {
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
  end.failure = name_of_end(end, exception, name);
  if (end.failure != 0) label_.facts |= facts_of_failure(world_, state_, end.op, end.failure);
  if (listener_ != nullptr) listener_->ended(end);

  const int script = frame().script + 1;
  const scenario::Task& task = world_.scenario().tasks[static_cast<std::size_t>(task_of(me_))];
  const bool failed = exception != Exception::none || end.outcome == Outcome::type_error ||
                      end.outcome == Outcome::rejected || end.outcome == Outcome::error;
  forget_begun(world_, state_, task_of(me_));
  if (static_cast<std::size_t>(script) == task.operations.size() || (failed && (!task.goes_on || killed_))) {
    frame() = Frame{};
  } else if (failed) {
    begin_operation(world_, state_, me_, script);   // in an event of its own
  } else {
    const bool hunted = frame().hunted;
    begin_operation(world_, state_, me_, script);
    frame().hunted = hunted;
    frame().status = Status::running;
    begin();
    if (hunted) hit(world_, state_, op());
  }
  disown(end.op);
}

/// The name of the failure that an operation has come to; 0: it has not failed.
FailureName Client::name_of_end(const OperationEnd& end, Exception exception, FailureName name) {
  if (end.outcome != Outcome::error && end.outcome != Outcome::rejected) return 0;
  if (exception != Exception::none) return name;
  if (end.outcome == Outcome::rejected) return name_of(Failure::rejected);
  if (end.reply.mark() == Mark::moved) return name_of(Failure::redirected);
  return name_of_kind(world_.message(end.reply).kind);
}

Outcome Client::judge_value(OperationEnd& end) {
  mark_stale(world_, state_, end.op, frame().value);
  end.value = &frame().value;
  Outcome worst = Outcome::ok;
  const bool whole = judge_each(world_, end.op, frame().value, [&](Label label, Outcome each) {
    if (each == Outcome::ok || each < worst || (each == worst && end.has_reply)) return;
    worst = each;
    end.reply = label;
    end.has_reply = true;
  });
  return whole ? worst : std::max(worst, Outcome::wrong_value);
}

void Client::finish_child(Exception exception, FailureName name) {
  const OpId family = op();
  Frame finished;
  if (frame().parent != 0) {
    finished.status = Status::finished;
    finished.parent = frame().parent;
    finished.script = frame().script;
    finished.step = frame().step;
    finished.result = exception;
    if (world_.tracks_failures()) finished.failure = name;
    finished.value = frame().value;
  }
  frame() = finished;
  if (finished.parent != 0) {
    const FrameId parent = at_place(me_, finished.parent - 1);
    const Frame& p = state_.frame(parent);
    const bool waits =
        p.status == Status::waiting && p.child == place_of(me_) &&
        (world_.program().code[p.pc].op == Op::await_child || world_.program().code[p.pc].op == Op::await_task);
    if (waits) make_ready(world_, state_, parent);
  }
  disown(family);
}

/// An operation of which nothing lives any more owns nothing.
void Client::disown(OpId over) {
  if (lives(world_, state_, over)) return;
  for (int c = 1; c <= world_.connections(); ++c) state_.conn(static_cast<ConnId>(c)).owners &= ~(1ull << over);
}

}  // namespace interleak::world

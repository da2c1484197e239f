// The instructions of the step program that are no awaits: control, variables, exceptions, children.
#include "sim/world/client.hpp"

#include <algorithm>

#include "sim/world/slot.hpp"

namespace interleak::world {

using design::Exception;
using design::Instruction;
using design::Op;
using design::Scope;

void Client::step() {
  Frame& f = frame();
  const Instruction& i = at();
  if (listener_ != nullptr) listener_->ran(me_, f.pc);
  if (design::is_await(i.op)) return begin_await();
  switch (i.op) {
    case Op::jump: f.pc = i.target; break;
    case Op::branch: {
      bool failed = false;
      const bool holds = test(world_.program().test_of(i), failed);
      if (failed) raise(why_no_variable());
      else if (holds) next();
      else f.pc = i.target;
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
      if (f.counters[i.a] == 0) {
        f.pc = i.target;
      } else {
        --f.counters[i.a];
        next();
      }
      break;
    case Op::assert_: assert_that(i); break;
    case Op::assign:
    case Op::copy:
    case Op::add:
    case Op::subtract: change_variable(i); break;
    case Op::take: take(); break;
    case Op::share: share(i.number); break;
    case Op::put: put(); break;
    case Op::close:
      close_socket(f.conn);
      next();
      break;
    case Op::renew: renew(); break;
    case Op::follow: follow(); break;
    case Op::forget:
      if (!f.value.empty()) f.value.pop_back();
      next();
      break;
    case Op::join:
    case Op::leave:
    case Op::wake:
    case Op::hand_reply:
    case Op::hand_conn: {
      WaitQueue* q = queue(static_cast<Scope>(i.b), i.a);
      if (q == nullptr) return raise(Failure::no_connection);
      if (i.op == Op::join) join(*q);
      else if (i.op == Op::leave) {
        q->remove(static_cast<std::uint8_t>(me_ + 1));
        next();
      } else wake(*q, i.op);
      break;
    }
    case Op::keep:
    case Op::serve:
    case Op::drop: use_store(i); break;
    case Op::spawn: spawn(i); break;
    case Op::raise: raise_it(i); break;
    case Op::save: save(i); break;
    case Op::match: {
      const auto caught = static_cast<Exception>(f.saved[i.a]);
      const bool is_error = caught == Exception::rejected ||
                            (caught == Exception::cancelled && world_.cancel_kind() == scenario::CancelKind::as_error);
      const bool as_error = is_error && ((i.b >> static_cast<int>(Exception::error)) & 1);
      if (((i.b >> static_cast<int>(caught)) & 1) || as_error) next();
      else f.pc = i.target;
      break;
    }
    case Op::clear:
      clear_registers(i.a, i.b);
      next();
      break;
    case Op::reraise: raise(static_cast<Exception>(f.saved[i.a]), f.failures[i.a]); break;
    case Op::end: finish(Exception::none); break;
    case Op::end_dropped: finish(Exception::cancelled); break;
    default: ensure(false, "an instruction that is none");
  }
}

/// What it says is its name; if it says nothing, what the server has said.
void Client::raise_it(const Instruction& i) {
  tell(Act::raises);
  const auto exception = static_cast<Exception>(i.a);
  if (i.b != 0) return raise(exception, name_of_text(i.b - 1u));
  const Failure plain = exception == Exception::rejected ? Failure::rejected : Failure::error;
  raise(exception, frame().refusal != 0 ? frame().refusal : name_of(plain));
}

void Client::save(const Instruction& i) {
  clear_registers(i.a, i.b);
  frame().saved[i.a] = static_cast<std::uint8_t>(pending_);
  if (world_.tracks_failures()) frame().failures[i.a] = pending_name_;
  next();
}

void Client::clear_registers(int saved, int counters) {
  Frame& f = frame();
  std::fill(f.saved.begin() + saved, f.saved.end(), std::uint8_t{0});
  std::fill(f.failures.begin() + saved, f.failures.end(), FailureName{0});
  std::fill(f.counters.begin() + counters, f.counters.end(), std::uint8_t{0});
}

std::uint8_t* Client::variable(Scope scope, int index) {
  if (scope == Scope::op) return &frame().vars[index];
  if (scope == Scope::pool) return &pool().vars[index];
  if (frame().conn == 0) return nullptr;
  if (scope == Scope::conn) return &conn().vars[index];
  return socket().connected ? &socket().vars[index] : nullptr;
}

/// Why there is none of a connection, or of its socket.
Failure Client::why_no_variable() { return frame().conn == 0 ? Failure::no_connection : Failure::no_socket; }

WaitQueue* Client::queue(Scope scope, int index) {
  if (scope == Scope::pool) return &pool().queues[index];
  return frame().conn == 0 ? nullptr : &conn().queues[index];
}

void Client::change_variable(const Instruction& i) {
  std::uint8_t* value = variable(static_cast<Scope>(i.b), i.a);
  const std::uint8_t* from = i.op == Op::copy ? variable(i.other_scope, i.other) : value;
  if (value == nullptr || from == nullptr) return raise(why_no_variable());
  int changed = i.op == Op::copy ? *from : i.number;
  if (i.op == Op::add) changed = *value + i.number;
  if (i.op == Op::subtract) changed = *value - i.number;
  *value = static_cast<std::uint8_t>(std::clamp(changed, 0, 255));
  next();
}

/// `failed`: the test reads a variable of a connection that is not there.
bool Client::test(const design::Test& t, bool& failed) {
  using Kind = design::Expression::Kind;
  using Comparison = design::Expression::Comparison;
  switch (t.kind) {
    case Kind::always: return true;
    case Kind::available: return !pool().free.empty() || pool().created < world_.scenario().pool_max;
    case Kind::connected: return frame().conn != 0 && socket().connected;
    case Kind::readable: return frame().conn != 0 && is_readable(socket());
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
      if (!world_.tells_owner(last)) return true;
      return world_.operations()[last.op].owner == info().owner;
    }
    case Kind::has: {
      const Value* place = store(t.index);
      return place != nullptr && !place->empty();
    }
    case Kind::got: return world_.is_one_of(frame().got, static_cast<std::uint8_t>(t.index + 1));
    case Kind::saw: return ((frame().saw >> t.index) & 1) != 0;
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
  const std::uint8_t* other = t.variables ? variable(t.other_scope, t.other) : &t.number;
  if (value == nullptr || other == nullptr) {
    failed = true;
    return false;
  }
  switch (t.comparison) {
    case Comparison::equal: return *value == *other;
    case Comparison::unequal: return *value != *other;
    case Comparison::less: return *value < *other;
    case Comparison::less_equal: return *value <= *other;
    case Comparison::greater: return *value > *other;
    case Comparison::greater_equal: return *value >= *other;
  }
  return false;
}

/// What it says is not so: that is told, and nothing else.
void Client::assert_that(const Instruction& i) {
  bool failed = false;
  const bool holds = test(world_.program().test_of(i), failed);
  if (failed) return raise(why_no_variable());
  if (!holds) {
    label_.facts |= fact::kAssertion;
    tell(Act::refutes);
  }
  next();
}

void Client::spawn(const Instruction& i) {
  Frame& f = frame();
  int place = 1;
  while (place < kFramesPerTask && state_.frame(at_place(me_, place)).status != Status::absent) ++place;
  if (place == kFramesPerTask) return diverge(Bound::children);
  const bool detached = i.b != 0;
  if (!detached && f.child != 0) release_frame(at_place(me_, f.child));
  Frame& child = state_.frame(at_place(me_, place));
  child = Frame{};
  child.status = Status::unstarted;
  child.detached = detached || f.detached;
  child.hit = f.hit && !child.detached;
  child.parent = static_cast<std::uint8_t>(detached ? 0 : place_of(me_) + 1);
  child.script = f.script;
  child.conn = f.conn;
  child.pc = world_.program().entries[i.a];
  child.vars = f.vars;
  child.step = f.step;
  if (!detached) f.child = static_cast<std::uint8_t>(place);
  if (world_.fifo()) state_.ready.push_back(at_place(me_, place));
  tell(Act::spawns);
  next();
}

}  // namespace interleak::world

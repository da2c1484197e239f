// Queues of waiters: join, wake, hand over.
#include "sim/world/client.hpp"

#include <algorithm>

#include "sim/world/slot.hpp"

namespace interleak::world {

using design::Instruction;
using design::Op;
using design::Scope;

void Client::join(WaitQueue& q) {
  const std::uint8_t entry = static_cast<std::uint8_t>(me_ + 1);
  std::replace(q.begin(), q.end(), entry, std::uint8_t{0});
  if (q.full()) return diverge(Bound::waiters);
  q.push_back(entry);
  frame().woken = false;
  next();
}

/// Suspended in `await turn` on the queue that instruction `i` of this frame names.
bool Client::waits_on(FrameId other, const Instruction& i) {
  const Frame& f = state_.frame(other);
  const Instruction& theirs = world_.program().code[f.pc];
  if (f.status != Status::waiting || theirs.op != Op::await_turn) return false;
  if (theirs.a != i.a || theirs.b != i.b) return false;
  return static_cast<Scope>(i.b) == Scope::pool || f.conn == frame().conn;
}

void Client::wake(WaitQueue& q, Op how) {
  const Instruction& i = at();
  if (how == Op::hand_conn && frame().conn == 0) return raise(Failure::no_connection);
  if (q.empty()) return next();
  const std::uint8_t entry = q.pop_front();
  const FrameId other = static_cast<FrameId>(entry - 1);
  const bool alive = entry != 0;
  const bool waits = alive && waits_on(other, i);
  if (alive) state_.frame(other).woken = true;
  if (how == Op::hand_reply) {
    const Value moved = frame().value;
    frame().value.clear();
    for (const Label& reply : moved) {
      if (alive && !state_.frame(other).value.full()) state_.frame(other).value.push_back(reply);
    }
  } else if (how == Op::hand_conn) {
    const ConnId moved = frame().conn;
    conn().owners &= ~owner_bit(me_);
    frame().conn = 0;
    if (alive) {
      state_.frame(other).conn = moved;
      state_.conn(moved).owners |= owner_bit(other);
    }
  }
  if (waits) make_ready(world_, state_, other);
  tell(how == Op::wake ? Act::wakes : Act::hands);
  next();
}

}  // namespace interleak::world

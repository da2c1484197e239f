// What a listing does to the pool: take and return connections, close and renew them.
#include "sim/world/client.hpp"

#include <algorithm>

#include "sim/world/slot.hpp"

namespace interleak::world {

using design::Op;

void Client::take() {
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
    return raise(Failure::none_free);
  }
  frame().conn = taken;
  conn().owners |= owner_bit(me_);
  if (!frame().detached) forget_what_was_set();
  next();
}

/// What this operation has set in the session was before it took the connection.
void Client::forget_what_was_set() {
  for (std::uint8_t& setter : socket().setters) {
    if (setter == op() + 1) setter = 0;
  }
}

void Client::share(int number) {
  Pool& p = pool();
  if (number < 1 || number > world_.scenario().pool_max) return raise(Failure::none_free);
  while (p.created < number) {
    if (p.free.full()) return diverge(Bound::free);
    p.free.push_back(make_slot(world_, state_, node()));
  }
  const ConnId shared = static_cast<ConnId>(node() * world_.scenario().pool_max + number);
  p.free.remove(shared);
  state_.conn(shared).shared = true;
  frame().conn = shared;
  tell(Act::shares, shared);
  next();
}

void Client::put() {
  Frame& f = frame();
  if (f.conn == 0) return raise(Failure::no_connection);
  Pool& p = state_.pool(world_.node_of_conn(f.conn));
  if (p.free.full()) return diverge(Bound::free);
  tell(Act::puts, f.conn);
  if (world_.design().order == design::Order::lifo) p.free.push_front(f.conn);
  else p.free.push_back(f.conn);
  conn().owners &= ~owner_bit(me_);
  f.conn = 0;
  next();
}

void Client::close_socket(ConnId closed) {
  if (closed == 0 || !state_.socket(closed).connected) return;
  Connection& c = state_.conn(closed);
  tell(Act::closes, closed);
  for (int other = 0; other < world_.frames(); ++other) {
    Frame& f = state_.frame(static_cast<FrameId>(other));
    if (f.conn != closed || !is_suspended(f)) continue;
    const Op op = world_.program().code[f.pc].op;
    if (op == Op::await_receive || op == Op::await_discard || f.flushing) f.broken = true;
    if (f.flushing && f.status == Status::waiting) make_ready(world_, state_, static_cast<FrameId>(other));
  }
  for (const FrameId reader : c.socket.readers) make_ready(world_, state_, reader);
  linger(c);
  c.socket = {};
}

/// What has reached the server of a socket that is closed may still be executed; only of writes that
/// matters to anybody.
void Client::linger(Connection& c) {
  const Socket& socket = c.socket;
  if (!world_.lingers() || socket.silent) return;
  const std::size_t first = socket.made != 0 ? 1 : 0;   // that one was executed
  for (std::size_t i = first; i + socket.unwritten < socket.requests.size(); ++i) {
    const Label request = socket.requests[i];
    if (request.op == kHandshakeOp || !world_.command(request).writes) continue;
    if (c.lingering.full()) return diverge(Bound::lingering);
    c.lingering.push_back(request);
  }
}

/// A node set up anew: every connection is closed, and the slots that are lost come back.
void Client::renew() {
  Pool& p = pool();
  const int most = world_.scenario().pool_max;
  const auto& first = world_.program().conn_initial;
  tell(Act::renews);
  for (int i = 1; i <= p.created; ++i) {
    const ConnId id = static_cast<ConnId>(node() * most + i);
    Connection& c = state_.conn(id);
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
void Client::follow() {
  Value& value = frame().value;
  if (!value.empty() && value.back().mark() == Mark::moved) {
    state_.learned |= std::uint64_t{1} << world_.operations()[value.back().op].moved_key;
    tell(Act::follows, 0, value.back());
    value.pop_back();
  }
  next();
}

}  // namespace interleak::world

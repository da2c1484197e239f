#include "sim/world/slot.hpp"

#include <algorithm>

namespace interleak::world {
AwaitKind await_kind(design::Op op) {
  using design::Op;
  switch (op) {
    case Op::await_connect: return AwaitKind::connect;
    case Op::await_send_request:
    case Op::await_send_handshake:
    case Op::await_send_command:
    case Op::await_send_own: return AwaitKind::send;
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

void make_ready(const World& world, State& state, FrameId frame) {
  state.frame(frame).status = Status::ready;
  if (world.fifo()) state.ready.push_back(frame);
}

ConnId make_slot(const World& world, State& state, int node) {
  Pool& pool = state.pool(node);
  const int most = world.scenario().pool_max;
  ensure(pool.created < most, "a slot beyond the limit of its pool");
  const ConnId conn = static_cast<ConnId>(node * most + pool.created + 1);
  ++pool.created;
  reset_slot(world, state.conn(conn));
  return conn;
}

void open_socket(const World& world, Socket& socket) {
  socket.connected = true;
  const auto& first = world.program().socket_initial;
  std::copy(first.begin(), first.end(), socket.vars.begin());
}

int times_free(const World& world, const State& state, ConnId conn) {
  const auto& free = state.pool(world.node_of_conn(conn)).free;
  return static_cast<int>(std::count(free.begin(), free.end(), conn));
}

bool is_readable(const Socket& s) { return !s.stream.empty() || s.piece.unread; }

bool is_held(const World& world, const State& state, ConnId conn) {
  if (state.conn(conn).owners != 0) return true;
  for (int f = 0; f < world.frames(); ++f) {
    const Frame& frame = state.frame(static_cast<FrameId>(f));
    if (frame.conn == conn && is_live(frame)) return true;
  }
  return false;
}

void reset_slot(const World& world, Connection& c) {
  c = Connection{};
  c.created = true;
  const auto& first = world.program().conn_initial;
  std::copy(first.begin(), first.end(), c.vars.begin());
}

void begin_operation(const World& world, State& state, FrameId frame, int script) {
  Frame& f = state.frame(frame);
  f = Frame{};
  f.status = Status::unstarted;
  f.script = static_cast<std::uint8_t>(script);
  f.pc = world.program().entries[world.operations()[world.operation_of(state, frame)].entry];
  const auto& first = world.program().op_initial;
  std::copy(first.begin(), first.end(), f.vars.begin());
}

}  // namespace interleak::world

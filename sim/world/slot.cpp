#include "sim/world/slot.hpp"

#include <algorithm>

#include "sim/kernel/hash_slot.hpp"

namespace interleak::world {
namespace {

/// Suspended in something that touches the socket of its connection.
bool uses_connection(const World& world, const Frame& frame) {
  if (frame.status != Status::ready && frame.status != Status::waiting) return false;
  switch (World::await_kind(world.program().code[frame.pc].op)) {
    case AwaitKind::connect: case AwaitKind::send: case AwaitKind::receive:
    case AwaitKind::discard: case AwaitKind::close: case AwaitKind::resolve: case AwaitKind::poll:
      return true;
    default: return false;
  }
}

}  // namespace

int node_of_key(std::string_view key, int nodes) {
  return node_of_slot(slot_of_key(key), nodes);
}

ConnId make_slot(const World& world, State& state, int node) {
  Pool& pool = state.pools[node];
  const int most = world.scenario().pool_max;
  ensure(pool.created < most, "a slot beyond the limit of its pool");
  const ConnId conn = static_cast<ConnId>(node * most + pool.created + 1);
  ++pool.created;
  reset_slot(world, state.conns[conn - 1]);
  return conn;
}

int times_free(const World& world, const State& state, ConnId conn) {
  const auto& free = state.pools[world.node_of_conn(conn)].free;
  return static_cast<int>(std::count(free.begin(), free.end(), conn));
}

int places_of(const World& world, const State& state, ConnId conn) {
  const Connection& c = state.conns[conn - 1];
  if (c.shared) return 0;
  std::uint64_t having = c.owners;
  for (int f = 0; f < world.frames(); ++f) {
    const Frame& frame = state.frames[f];
    if (frame.conn == conn && !frame.detached && uses_connection(world, frame)) {
      having |= 1ull << world.operation_of(state, static_cast<FrameId>(f));
    }
  }
  return times_free(world, state, conn) + __builtin_popcountll(having);
}

bool owes_replies(const Connection& c) {
  return !c.requests.empty() || !c.wire.empty() || !c.kernel.empty() || !c.stream.empty();
}

bool is_dirty(const World& world, const Connection& c) {
  const bool astray = world.physics().session && c.connected && !world.is_set_up(c);
  return owes_replies(c) || astray;
}

bool is_readable(const Connection& c) { return !c.stream.empty() || c.piece.unread; }

bool is_held(const World& world, const State& state, ConnId conn) {
  if (state.conns[conn - 1].owners != 0) return true;
  for (int f = 0; f < world.frames(); ++f) {
    const Frame& frame = state.frames[f];
    if (frame.conn == conn && frame.status != Status::absent && frame.status != Status::finished) {
      return true;
    }
  }
  return false;
}

void reset_slot(const World& world, Connection& c) {
  c = Connection{};
  c.created = true;
  const auto& first = world.program().conn_initial;
  std::copy(first.begin(), first.end(), c.vars.begin());
}

bool is_lost(const World& world, const State& state, ConnId conn) {
  const Connection& c = state.conns[conn - 1];
  if (!c.created || c.shared || c.owners != 0 || times_free(world, state, conn) > 0) return false;
  for (int f = 0; f < world.frames(); ++f) {
    const Frame& frame = state.frames[f];
    if (frame.detached && frame.conn == conn && frame.status != Status::absent &&
        frame.status != Status::finished) {
      return false;
    }
  }
  return true;
}

void begin_operation(const World& world, State& state, FrameId frame, int script) {
  Frame& f = state.frames[frame];
  f = Frame{};
  f.status = Status::unstarted;
  f.script = static_cast<std::uint8_t>(script);
  f.pc = world.program().entries[world.operations()[world.operation_of(state, frame)].entry];
  const auto& first = world.program().op_initial;
  std::copy(first.begin(), first.end(), f.vars.begin());
}

}  // namespace interleak::world

#include "sim/world/server.hpp"

#include "sim/world/findings.hpp"

namespace interleak::world {
namespace {

/// What the server does with a request: to the session of the connection, and whether it answers it.
Mark execute(const World& world, Socket& socket, Label request, int node) {
  const bool named = request.op == kHandshakeOp;
  if (!named && world.operations()[request.op].home != node && world.nodes() > 1) return Mark::moved;
  if (!world.physics().session) return Mark::none;
  const CommandInfo& info = world.command(request);
  const std::size_t handshake = world.design().handshake.size();
  socket.flags = static_cast<protocol::Flags>((socket.flags | info.raises) & ~info.lowers);
  if (named && request.part < handshake) socket.session = static_cast<std::uint8_t>(request.part + 1);
  return !named && socket.session < handshake ? Mark::stray : Mark::none;
}

/// A write happens although its operation has ended, and told somebody how.
StepLabel late_write(const World& world, const State& state, Label request) {
  StepLabel label;
  if (request.op == kHandshakeOp || !world.command(request).writes || runs(world, state, request.op)) return label;
  label.facts = fact::kLateWrite;
  return label;
}

}  // namespace

bool is_asked(const Socket& socket) { return socket.requests.size() > socket.unwritten && !socket.silent; }

StepLabel serve(const World& world, State& state, ConnId conn) {
  Socket& socket = state.socket(conn);
  Label reply = socket.requests.pop_front();
  const StepLabel label = late_write(world, state, reply);
  reply.set(execute(world, socket, reply, world.node_of_conn(conn)));
  socket.wire.push_back(reply);
  return reply.mark() == Mark::moved ? StepLabel{} : label;
}

StepLabel linger(const World& world, State& state, ConnId conn) {
  return late_write(world, state, state.conn(conn).lingering.pop_front());
}

void silence(State& state, ConnId conn) { state.socket(conn).silent = true; }

}  // namespace interleak::world

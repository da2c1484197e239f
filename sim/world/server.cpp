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
  const std::size_t index = world.message(request).command;
  if (named && index < handshake) socket.session = static_cast<std::uint8_t>(index + 1);
  return !named && socket.session < handshake ? Mark::stray : Mark::none;
}

/// A write happens although its operation has ended, and told somebody how.
StepLabel late_write(const World& world, const State& state, Label request) {
  StepLabel label;
  if (request.op == kHandshakeOp || !world.command(request).writes || runs(world, state, request.op)) return label;
  label.facts = fact::kLateWrite;
  return label;
}

/// Puts the next group of a reply on the wire; true: it was the last. A redirection is one message, whatever was asked.
bool make_group(const World& world, Socket& socket, Label request) {
  const CommandInfo& command = world.command(request);
  for (;;) {
    Label message(request.op, static_cast<std::uint8_t>(command.first + socket.made));
    message.set(request.mark());
    socket.wire.push_back(message);
    ++socket.made;
    if (request.mark() == Mark::moved || socket.made == command.messages) return true;
    if (world.message(message).closes_group) return false;
  }
}

}  // namespace

bool is_asked(const Socket& socket) { return socket.requests.size() > socket.unwritten && !socket.silent; }

/// The oldest request, executed if nothing of its reply was made yet; then the next group of that.
StepLabel serve(const World& world, State& state, ConnId conn) {
  Socket& socket = state.socket(conn);
  Label& request = *socket.requests.begin();
  StepLabel label;
  if (socket.made == 0) {
    label = late_write(world, state, request);
    request.set(execute(world, socket, request, world.node_of_conn(conn)));
    if (request.mark() == Mark::moved) label = {};
  }
  if (make_group(world, socket, request)) {
    socket.requests.pop_front();
    socket.made = 0;
  }
  return label;
}

StepLabel linger(const World& world, State& state, ConnId conn) {
  return late_write(world, state, state.conn(conn).lingering.pop_front());
}

void silence(State& state, ConnId conn) { state.socket(conn).silent = true; }

}  // namespace interleak::world

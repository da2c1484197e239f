#include "sim/world/pushes.hpp"

#include <algorithm>

#include "sim/world/ages.hpp"
#include "sim/world/server.hpp"

namespace interleak::world {
namespace {

bool may_come(const World& world, const Socket& socket, std::size_t push) {
  return socket.connected && !socket.silent && are_true(world, world.pushes()[push].when, socket, kHandshakeOp);
}

/// False: there is no room.
bool has_room(const World& world, State& state, const Socket& socket) {
  if (world.messages_on(socket) < kMaxQueued) return true;
  state.stuck = Bound::requests;
  return false;
}

void change_session(const World& world, Socket& socket, std::size_t push) {
  for (const protocol::Assignment& each : world.pushes()[push].sets) assign(world, socket, each, kHandshakeOp);
}

std::uint64_t bit_of(KeyId key) { return std::uint64_t{1} << key; }

/// The keys of which a reply to the command has data.
std::uint64_t keys_of(const World& world, Label request) {
  const CommandInfo& command = world.command(request);
  if (request.op == kHandshakeOp) return 0;
  if (command.key >= 0) return bit_of(world.key_of(request.op, command.key));
  std::uint64_t all = 0;
  for (const KeyId key : world.keys().of_operation[request.op]) all |= bit_of(key);
  return all;
}

/// Sends one push of an execution to whoever it is for.
class Sender {
 public:
  Sender(const World& world, State& state, const Execution& execution, std::size_t before)
      : world_(world), state_(state), execution_(execution), before_(before), key_(execution.key) {}

  void send(const protocol::Cause& cause) {
    for (int c = 1; c <= world_.connections(); ++c) {
      const auto conn = static_cast<ConnId>(c);
      if (state_.stuck == Bound::none && is_for(cause.to, conn) && may_come(world_, state_.socket(conn), cause.push)) {
        send_to(cause, conn);
      }
    }
  }

 private:
  bool is_for(protocol::To to, ConnId conn) const {
    if (world_.node_of_conn(conn) != execution_.node) return false;
    switch (to) {
      case protocol::To::asker: return conn == execution_.asker;
      case protocol::To::others: return conn != execution_.asker;
      case protocol::To::readers: return key_ != kNoKey && (state_.socket(conn).read & bit_of(key_)) != 0;
      case protocol::To::all: break;
    }
    return true;
  }

  void send_to(const protocol::Cause& cause, ConnId conn) {
    Socket& socket = state_.socket(conn);
    if (!has_room(world_, state_, socket)) return;
    Label message = world_.pushed(socket, cause.push);
    if (key_ != kNoKey && world_.shape().dated) message.about = static_cast<std::uint8_t>(1 + key_);
    if (message.about != 0 && world_.pushes()[cause.push].invalidates) message.age = execution_.mark;
    if (conn == execution_.asker && cause.ahead) socket.wire.insert(before_++, message);
    else socket.wire.push_back(message);
    if (key_ != kNoKey && world_.keys().to_readers == cause.push) socket.read &= ~bit_of(key_);
    change_session(world_, socket, cause.push);
  }

  const World& world_;
  State& state_;
  const Execution& execution_;
  std::size_t before_;
  KeyId key_;
};

}  // namespace

void add_pushes(const World& world, const State& state, Events& out) {
  for (int c = 1; c <= world.connections(); ++c) {
    const auto conn = static_cast<ConnId>(c);
    for (std::size_t i = 0; i < world.pushes().size(); ++i) {
      if (world.pushes()[i].caused || !may_come(world, state.socket(conn), i)) continue;
      out.push_back(make_event({EventKind::push, 0, static_cast<std::uint16_t>(i), conn}));
    }
  }
}

void push(const World& world, State& state, ConnId conn, std::size_t push) {
  Socket& socket = state.socket(conn);
  --state.pushes;
  if (!has_room(world, state, socket)) return;
  socket.wire.push_back(world.pushed(socket, push));
  change_session(world, socket, push);
}

Execution execution_of(const World& world, const State& state, Label request, int node, ConnId asker) {
  Execution execution = {request, node, asker, kNoKey, false, 0, nullptr};
  if (request.op == kHandshakeOp) return execution;
  execution.key = world.key_of(request.op, world.command(request).key);
  execution.aged = execution.key != kNoKey && world.keys().any_aged && world.keys().aged[execution.key];
  if (execution.aged) execution.mark = age_of_new_mark(world, state, execution.key);
  return execution;
}

void push_caused(const World& world, State& state, const Execution& execution, std::size_t before) {
  if (execution.chosen->causes.empty()) return;
  Sender sender(world, state, execution, before);
  for (const protocol::Cause& cause : execution.chosen->causes) sender.send(cause);
}

bool is_watched(const World& world, const Socket& socket) {
  const std::optional<std::size_t> push = world.keys().to_readers;
  return push && are_true(world, world.pushes()[*push].when, socket, kHandshakeOp);
}

void note_read(const World& world, State& state, const Execution& execution, bool was_watched) {
  if (was_watched && execution.chosen->data) state.socket(execution.asker).read |= keys_of(world, execution.request);
}

}  // namespace interleak::world

#include "sim/world/findings.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "sim/world/slot.hpp"
#include "sim/world/wire.hpp"

namespace interleak::world {
namespace {

/// Suspended in something that touches the socket of its connection.
bool uses_connection(const World& world, const Frame& frame) {
  return is_suspended(frame) && info_of(await_kind(world.program().code[frame.pc].op)).on_connection;
}

/// Somebody reads there for an operation that is not over.
bool reads_for_one_that_runs(const World& world, const State& state, const Socket& socket) {
  return std::ranges::any_of(socket.readers, [&](FrameId reader) {
    return !state.frame(reader).detached && runs(world, state, world.operation_of(state, reader));
  });
}

}  // namespace

bool runs(const World& world, const State& state, OpId op) {
  const OperationInfo& info = world.operations()[op];
  const Frame& own = state.frame(frame_of(info.task));
  return own.status != Status::absent && own.script == info.script;
}

bool lives(const World& world, const State& state, OpId op) {
  if (runs(world, state, op)) return true;
  const OperationInfo& info = world.operations()[op];
  for (int place = 1; place < kFramesPerTask; ++place) {
    const Frame& child = state.frame(frame_of(info.task, place));
    if (is_live(child) && !child.detached && child.script == info.script) return true;
  }
  return false;
}

bool is_zombie(const World& world, const State& state, FrameId frame) {
  const Frame& f = state.frame(frame);
  return !is_own(frame) && is_live(f) && !f.detached && f.conn != 0 &&
         !runs(world, state, world.operation_of(state, frame));
}

int places_of(const World& world, const State& state, ConnId conn) {
  const Connection& c = state.conn(conn);
  if (c.shared) return 0;
  std::uint64_t having = c.owners;
  for (int f = 0; f < world.frames(); ++f) {
    const auto id = static_cast<FrameId>(f);
    const Frame& frame = state.frame(id);
    if (frame.conn == conn && !frame.detached && uses_connection(world, frame)) {
      having |= 1ull << world.operation_of(state, id);
    }
  }
  return times_free(world, state, conn) + std::popcount(having);
}

bool is_in_two_hands(const World& world, const State& state, ConnId conn) { return places_of(world, state, conn) >= 2; }

bool owes_replies(const World& world, const Socket& socket) {
  const auto owed = [&](const Queue& queue) {
    return std::ranges::any_of(queue, [&](Label label) { return !world.message(label).push; });
  };
  return !socket.requests.empty() || !socket.held.empty() || socket.piece.torn || owed(socket.wire) ||
         owed(socket.kernel) || owed(socket.stream);
}

const protocol::Variable* off_base(const World& world, const Socket& socket) {
  for (std::size_t i = 0; socket.connected && i < world.session().kept.size(); ++i) {
    const protocol::Variable& variable = world.variable(i);
    if (!variable.shared && socket.variables[i] != variable.base) return &variable;
  }
  return nullptr;
}

bool is_dirty_idle(const World& world, const State& state, ConnId conn) {
  if (times_free(world, state, conn) == 0) return false;
  const Socket& socket = state.socket(conn);
  const bool raw = world.physics().session && socket.connected && socket.session < world.design().handshake.size();
  return owes_replies(world, socket) || raw || socket.skipping || off_base(world, socket) != nullptr;
}

bool is_lost(const World& world, const State& state, ConnId conn) {
  const Connection& c = state.conn(conn);
  if (!c.created || c.shared || c.owners != 0 || times_free(world, state, conn) > 0) return false;
  for (int f = 0; f < world.frames(); ++f) {
    const Frame& frame = state.frame(static_cast<FrameId>(f));
    if (frame.detached && frame.conn == conn && is_live(frame)) return false;
  }
  return true;
}

bool is_starved(const State& state, int task) { return state.frame(frame_of(task)).status != Status::absent; }

bool is_kept_waiting(const World& world, const State& state) {
  for (int c = 1; c <= world.connections(); ++c) {
    const Socket& socket = state.socket(static_cast<ConnId>(c));
    if (!socket.silent || socket.requests.empty()) continue;
    const OpId asks = socket.requests.front().op;
    if (asks == kHandshakeOp ? reads_for_one_that_runs(world, state, socket) : runs(world, state, asks)) return true;
  }
  return false;
}

bool is_own_error(const World& world, Label label, OpId op) {
  return label.op == op && label.mark() != Mark::moved && world.message(label).error;
}

bool is_looked_at(const World& world, Label label, OpId op) {
  const MessageInfo& message = world.message(label);
  if (message.push) {   // what is pushed to its owner is no harm, wherever it stands
    return label.op == kHandshakeOp || world.operations()[label.op].owner != world.operations()[op].owner;
  }
  return label.op != op || label.mark() == Mark::moved || message.place != kNoPlace || is_own_error(world, label, op);
}

std::size_t place_behind(const World& world, Label label, OpId op, std::size_t place) {
  const bool by_name = label.op == op && world.message(label).command >= world.operations()[op].by_name;
  if (by_name) return place;
  return is_own_error(world, label, op) ? std::max<std::size_t>(place, world.command(label).end_place) : place + 1;
}

namespace {

const std::string& key_name(const World& world, OpId op, int key) {
  const OperationInfo& info = world.operations()[op];
  return world.scenario().tasks[info.task].operations[info.script].keys[static_cast<std::size_t>(key)];
}

/// Where the replies to a command begin, those of its cases, then those of its failures, and where the last one ends.
std::vector<std::size_t> bounds_of(const CommandInfo& command) {
  std::vector<std::size_t> bounds;
  for (const CaseInfo& each : command.cases) bounds.push_back(each.first);
  for (const FailureInfo& each : command.failures) bounds.push_back(each.first);
  bounds.push_back(command.labels);
  return bounds;
}

/// The message of this command that is what `message` is of another operation's: in the same reply, at the same place.
std::optional<std::uint8_t> same_message(const World& world, const OperationInfo& mine, const CommandInfo& command,
                                         Label message) {
  const CommandInfo& theirs = world.command(message);
  if (command.told != theirs.told || command.key < 0) return std::nullopt;
  if (std::ranges::none_of(command.cases, &CaseInfo::data)) return std::nullopt;
  const std::vector<std::size_t> from = bounds_of(theirs), to = bounds_of(command);
  const std::size_t part = static_cast<std::size_t>(message.part - theirs.first);
  const auto reply = std::ranges::upper_bound(from, part) - from.begin() - 1;
  const std::size_t at = to[static_cast<std::size_t>(reply)] + part - from[static_cast<std::size_t>(reply)];
  if (at >= to[static_cast<std::size_t>(reply) + 1]) return std::nullopt;
  const auto place = static_cast<std::uint8_t>(command.first + at);
  const MessageInfo& own = mine.messages[place];
  if (own.kind != world.message(message).kind) return std::nullopt;
  return place;
}

}  // namespace

Label as_own(const World& world, Label label, OpId op, std::size_t place) {
  const OperationInfo& mine = world.operations()[op];
  if (!mine.shared || label.op == kHandshakeOp || label.op == op) return label;
  if (label.mark() == Mark::moved || label.mark() == Mark::stale) return label;
  const MessageInfo& message = world.message(label);
  if (message.push || world.operations()[label.op].owner != mine.owner) return label;
  const CommandInfo& theirs = world.command(label);
  if (theirs.key < 0) return label;
  if (!message.nobodys && (mine.accepts & (1ull << message.type)) == 0) return label;
  std::optional<std::uint8_t> found;
  for (std::size_t c = 0; c < mine.by_name; ++c) {
    const CommandInfo& command = mine.commands[c];
    const auto at = same_message(world, mine, command, label);
    if (!at || key_name(world, op, command.key) != key_name(world, label.op, theirs.key)) continue;
    if (!found || mine.messages[*at].place == place) found = at;
    if (mine.messages[*at].place == place) break;
  }
  if (!found) return label;
  Label own(op, *found);
  own.set(label.mark());
  return own;
}

Outcome judge(const World& world, Label label, OpId op, std::size_t place) {
  const OperationInfo& mine = world.operations()[op];
  if (label.mark() == Mark::moved) return Outcome::error;
  const MessageInfo& reply = world.message(label);
  const bool stray = label.mark() == Mark::stray && !reply.ignored;
  const bool asked = place < mine.places.size();
  if (is_own_error(world, label, op)) return Outcome::error;
  if (asked && label.op == op && reply.place == place) return stray ? Outcome::wrong_value : Outcome::ok;
  if (asked && mine.commands[mine.places[place]].ignored) return Outcome::ok;
  const std::uint64_t type = 1ull << reply.type;
  const bool named = label.op == kHandshakeOp;
  if (named || reply.nobodys) {
    const bool refused = mine.strict && (named || (mine.accepts & type) == 0);
    return refused ? Outcome::type_error : Outcome::wrong_value;
  }
  if (world.operations()[label.op].owner == mine.owner) return Outcome::wrong_value;
  if ((mine.mangles & type) != 0) return Outcome::wrong_value;
  if ((mine.accepts & type) == 0) return Outcome::type_error;
  return world.scenario().ownership_check ? Outcome::rejected : Outcome::leak;
}

Facts facts_of(const World& world, const State& state) {
  Facts result = 0;
  for (int f = 0; f < world.frames(); ++f) {
    if (is_zombie(world, state, static_cast<FrameId>(f))) result |= fact::kZombie;
  }
  for (int c = 1; c <= world.connections(); ++c) {
    const auto conn = static_cast<ConnId>(c);
    if (!state.conn(conn).created) continue;
    if (is_in_two_hands(world, state, conn)) result |= fact::kDoubleOwner;
    if (is_dirty_idle(world, state, conn)) result |= fact::kDirtyIdle;
  }
  return result;
}

EndLabel end_of(const World& world, const State& state) {
  EndLabel label;
  for (int t = 0; t < world.tasks(); ++t) {
    if (!is_starved(state, t)) continue;
    label.facts |= fact::kStarved;
    label.worst = static_cast<std::uint8_t>(Outcome::starved);
  }
  if (label.facts != 0 && !is_kept_waiting(world, state)) label.facts |= fact::kHostage;
  for (int c = 1; c <= world.connections(); ++c) {
    if (is_lost(world, state, static_cast<ConnId>(c))) label.facts |= fact::kLostSlot;
  }
  return label;
}

}  // namespace interleak::world

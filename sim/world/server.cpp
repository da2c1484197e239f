#include "sim/world/server.hpp"

#include <algorithm>
#include <bit>

#include "sim/world/failures.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/pushes.hpp"

namespace interleak::world {
namespace {

/// Whoever asks, as an identity of a session.
std::uint8_t asker_of(const World& world, OpId op) {
  if (op == kHandshakeOp) return protocol::kClient;
  return static_cast<std::uint8_t>(kFirstOwner + world.operations()[op].identity);
}

/// The identity is that of this asker: an owner's, of whatever type.
bool is_same_asker(const World& world, std::uint8_t identity, std::uint8_t asker) {
  if (identity < kFirstOwner || asker < kFirstOwner) return identity == asker;
  return world.operations()[identity - kFirstOwner].owner == world.operations()[asker - kFirstOwner].owner;
}

bool is_true(const World& world, const protocol::Test& test, const Socket& socket, OpId op) {
  const std::uint8_t value = socket.variables[test.variable];
  const bool same =
      test.value == protocol::kAsker ? is_same_asker(world, value, asker_of(world, op)) : value == test.value;
  return same == test.equal;
}

}  // namespace

bool are_true(const World& world, const std::vector<protocol::Test>& tests, const Socket& socket, OpId op) {
  return std::ranges::all_of(tests, [&](const protocol::Test& test) { return is_true(world, test, socket, op); });
}

void assign(const World& world, Socket& socket, const protocol::Assignment& set, OpId op) {
  const std::size_t at = set.variable;
  socket.variables[at] = set.value == protocol::kAsker ? asker_of(world, op) : set.value;
  if (!world.session().watched[at]) return;
  const bool at_base = socket.variables[at] == world.variable(at).base;
  socket.setters[at] = at_base || op == kHandshakeOp ? 0 : static_cast<std::uint8_t>(1 + op);
}

namespace {

/// The first case that is true of the session as it is.
const CaseInfo& case_of(const World& world, const CommandInfo& command, const Socket& socket, OpId op) {
  const auto found =
      std::ranges::find_if(command.cases, [&](const CaseInfo& each) { return are_true(world, each.when, socket, op); });
  ensure(found != command.cases.end(), "the last case of a command has no condition");
  return *found;
}

/// The command is executed under something that its operation cannot expect.
bool is_astray(const World& world, const Socket& socket, Label request) {
  return request.op != kHandshakeOp && std::ranges::any_of(world.command(request).under, [&](std::uint8_t variable) {
           return is_foreign(world, socket, variable, request.op);
         });
}

/// What an error that answers a command makes of the session; `op` has asked for it.
void refuse(const World& world, Socket& socket, const CommandInfo& command, OpId op) {
  if (!are_true(world, command.refusal.when, socket, op)) return;
  for (const protocol::Assignment& each : command.refusal.sets) assign(world, socket, each, op);
}

/// What the execution of a command makes of the session, in one of its cases.
void change_session(const World& world, Socket& socket, const CommandInfo& command, const CaseInfo& chosen, OpId op) {
  for (const protocol::Assignment& each : chosen.sets) assign(world, socket, each, op);
  if (chosen.refuses) refuse(world, socket, command, op);
}

/// What the server does with a request: which of its cases happens, and what that makes of the session.
const CaseInfo& execute(const World& world, Socket& socket, Label request) {
  const CaseInfo& chosen = case_of(world, world.command(request), socket, request.op);
  socket.made = chosen.first;
  change_session(world, socket, world.command(request), chosen, request.op);
  return chosen;
}

/// The key that it is about is another node's.
bool is_elsewhere(const World& world, Label request, int node) {
  return request.op != kHandshakeOp && world.operations()[request.op].home != node && world.nodes() > 1;
}

/// What the handshake has come to by a request, and whether the server answers it at all.
Mark shake_hands(const World& world, Socket& socket, Label request, int node) {
  const bool named = request.op == kHandshakeOp;
  if (is_elsewhere(world, request, node)) return Mark::moved;
  if (!world.physics().session) return Mark::none;
  const std::size_t handshake = world.design().handshake.size();
  const std::size_t index = world.message(request).command;
  if (named && index < handshake) ++socket.session;   // one that failed was not executed
  return !named && socket.session < handshake ? Mark::stray : Mark::none;
}

/// A write that is not to be repeated is executed; true: it was already.
bool is_executed_again(const World& world, State& state, Label request) {
  if (request.op == kHandshakeOp || !world.command(request).once) return false;
  std::uint64_t& executed = state.executed[world.message(request).command];
  const std::uint64_t op = std::uint64_t{1} << request.op;
  const bool again = (executed & op) != 0;
  executed |= op;
  return again;
}

/// A write happens although its operation has ended, and told somebody how.
StepLabel late_write(const World& world, const State& state, Label request) {
  StepLabel label;
  if (request.op == kHandshakeOp || !world.command(request).writes || runs(world, state, request.op)) return label;
  label.facts = fact::kLateWrite;
  return label;
}

/// The message that is made next of the reply to a request.
Label next_message(const World& world, const Socket& socket, Label request) {
  Label message(request.op, static_cast<std::uint8_t>(request.part + socket.made));
  message.set(request.mark());
  if (world.aged_key(message) != kNoKey) message.age = request.age;
  return message;
}

/// Where the next group goes: if it does not wait at the server, then what does goes with it, on the wire.
Queue& way_of_group(const World& world, Socket& socket, Label first) {
  if (first.mark() != Mark::moved && world.message(first).held) return socket.held;
  for (const Label& each : socket.held) socket.wire.push_back(each);
  socket.held.clear();
  return socket.wire;
}

/// Makes the next group of a reply; true: it was the last. A redirection is one message, whatever was asked.
bool make_group(const World& world, Socket& socket, Label request) {
  Queue& way = way_of_group(world, socket, next_message(world, socket, request));
  for (;;) {
    const Label message = next_message(world, socket, request);
    way.push_back(message);
    ++socket.made;
    if (request.mark() == Mark::moved || world.message(message).closes_reply) return true;
    if (world.message(message).closes_group) return false;
  }
}

/// The request is answered. Was it refused, others behind it may be skipped.
void end_reply(const World& world, Socket& socket, Label request) {
  const Label last(request.op, static_cast<std::uint8_t>(request.part + socket.made - 1));
  const bool refused = request.mark() != Mark::moved && world.message(last).refused;
  socket.requests.pop_front();
  socket.made = 0;
  if (!refused || !world.command(request).refusal.skips) return;
  socket.skipping = true;
  skip(world, socket);
}

/// The oldest request may fail: nothing of its reply was made, and it would be executed.
bool may_fail(const World& world, const Socket& socket, Label request, int node) {
  if (socket.made != 0 || is_elsewhere(world, request, node)) return false;
  return world.may_fail(request);
}

/// A frame of the operation lives, detached ones included: it may still send something.
bool may_send(const World& world, const State& state, OpId op) {
  const OperationInfo& info = world.operations()[op];
  for (int place = 0; place < kFramesPerTask; ++place) {
    const Frame& frame = state.frame(frame_of(info.task, place));
    if (is_live(frame) && frame.script == info.script) return true;
  }
  return false;
}

template <class List>
bool is_asked_by(const List& requests, OpId op) {
  return std::ranges::find(requests, op, &Label::op) != requests.end();
}

}  // namespace

bool is_asked(const Socket& socket) { return socket.requests.size() > socket.unwritten && !socket.silent; }

/// The oldest request, executed if nothing of its reply was made yet; then the next group of that.
StepLabel serve(const World& world, State& state, ConnId conn) {
  Socket& socket = state.socket(conn);
  Label& request = *socket.requests.begin();
  StepLabel label;
  Execution execution = execution_of(world, state, request, world.node_of_conn(conn), conn);
  bool watched = false;
  if (socket.made == 0) {
    request.set(shake_hands(world, socket, request, execution.node));
    if (request.mark() != Mark::moved) {
      label = late_write(world, state, request);
      if (is_astray(world, socket, request)) label.facts |= fact::kForeignSession;
      if (is_executed_again(world, state, request)) label.facts |= fact::kDoubleEffect;
      watched = is_watched(world, socket);
      execution.chosen = &execute(world, socket, request);
      // It is read behind what the command itself pushes.
      const bool dated = execution.aged && execution.chosen->data;
      request.age = dated ? static_cast<std::uint8_t>(execution.mark + 1) : std::uint8_t{0};
    }
  }
  const std::size_t before = socket.wire.size();
  if (make_group(world, socket, request)) end_reply(world, socket, request);
  if (execution.chosen == nullptr) return label;
  push_caused(world, state, execution, before);
  note_read(world, state, execution, watched);
  return label;
}

void add_answers(const World& world, const State& state, Events& out) {
  for (int c = 1; c <= world.connections(); ++c) {
    const auto conn = static_cast<ConnId>(c);
    const Socket& socket = state.socket(conn);
    if (!is_asked(socket)) continue;
    out.push_back(make_event({EventKind::serve, 0, 0, conn}));
    const Label request = *socket.requests.begin();
    if (state.errors == 0 || !may_fail(world, socket, request, world.node_of_conn(conn))) continue;
    for (const FailureInfo& each : world.command(request).failures) {
      out.push_back(make_event({EventKind::fail, 0, each.kind, conn}));
    }
  }
}

void fail(const World& world, State& state, ConnId conn, std::size_t kind) {
  Socket& socket = state.socket(conn);
  const Label request = *socket.requests.begin();
  const auto& failures = world.command(request).failures;
  const auto failure = std::ranges::find(failures, kind, &FailureInfo::kind);
  ensure(failure != failures.end(), "a command that does not fail so");
  --state.errors;
  if (request.op == kHandshakeOp) hit_user(world, state, conn);
  else hit(world, state, request.op);
  socket.made = failure->first;
  refuse(world, socket, world.command(request), request.op);
  make_group(world, socket, request);
  end_reply(world, socket, request);
}

void skip(const World& world, Socket& socket) {
  while (socket.skipping && socket.requests.size() > socket.unwritten) {
    if (world.ends_skipping(*socket.requests.begin())) socket.skipping = false;
    else socket.requests.pop_front();
  }
}

void open_session(const World& world, Socket& socket) {
  for (std::size_t i = 0; i < world.session().kept.size(); ++i) socket.variables[i] = world.variable(i).start;
}

void open_warm_session(const World& world, Socket& socket) {
  for (std::size_t i = 0; i < world.session().kept.size(); ++i) socket.variables[i] = world.variable(i).base;
  for (std::size_t i = 0; i < world.design().handshake.size(); ++i) {
    const CommandInfo& command = world.named_command(i);
    change_session(world, socket, command, case_of(world, command, socket, kHandshakeOp), kHandshakeOp);
  }
}

bool is_foreign(const World& world, const Socket& socket, std::size_t variable, OpId op) {
  const std::uint8_t value = socket.variables[variable];
  if (world.variable(variable).identity)
    return value >= kFirstOwner && !is_same_asker(world, value, asker_of(world, op));
  return value != world.variable(variable).base && socket.setters[variable] != 1 + op;
}

namespace {

void forget_setters(const World& world, State& state) {
  for (int c = 1; c <= world.connections(); ++c) {
    Socket& socket = state.socket(static_cast<ConnId>(c));
    for (std::size_t i = 0; i < world.shape().setters; ++i) {
      if (socket.setters[i] == 0) continue;
      const auto op = static_cast<OpId>(socket.setters[i] - 1);
      if (!is_asked_by(socket.requests, op) && !may_send(world, state, op)) socket.setters[i] = 0;
    }
  }
}

/// Something of the operation may still be executed.
bool may_be_executed(const World& world, const State& state, OpId op) {
  for (int c = 1; c <= world.connections(); ++c) {
    const Connection& conn = state.conn(static_cast<ConnId>(c));
    if (is_asked_by(conn.socket.requests, op) || is_asked_by(conn.lingering, op)) return true;
  }
  return may_send(world, state, op);
}

void forget_executed(const World& world, State& state) {
  std::uint64_t any = 0;
  for (std::size_t command = 0; command < world.shape().once; ++command) any |= state.executed[command];
  for (; any != 0; any &= any - 1) {
    const auto op = static_cast<OpId>(std::countr_zero(any));
    if (may_be_executed(world, state, op)) continue;
    for (std::uint64_t& set : state.executed) set &= ~(std::uint64_t{1} << op);
  }
}

}  // namespace

void forget_over(const World& world, State& state) {
  if (world.shape().setters != 0) forget_setters(world, state);
  if (world.shape().once != 0) forget_executed(world, state);
}

StepLabel linger(const World& world, State& state, ConnId conn) {
  const Label request = state.conn(conn).lingering.pop_front();
  if (is_elsewhere(world, request, world.node_of_conn(conn))) return {};  // as ever, it is not executed
  StepLabel label = late_write(world, state, request);
  if (is_executed_again(world, state, request)) label.facts |= fact::kDoubleEffect;
  Execution execution = execution_of(world, state, request, world.node_of_conn(conn), 0);
  execution.chosen = &world.command(request).cases.back();  // there is no session of which others were true
  push_caused(world, state, execution, 0);
  return label;
}

void silence(State& state, ConnId conn) { state.socket(conn).silent = true; }

}  // namespace interleak::world

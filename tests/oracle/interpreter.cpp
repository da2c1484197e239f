// The rules in the order of the two pages: what is enabled, what an event does, what a statement
// does, how blocks are left, how operations end, what is true of a state.
#include "tests/oracle/interpreter.hpp"

#include <algorithm>
#include <string_view>

#include "sim/kernel/ensure.hpp"

namespace interleak::oracle {

using design::Clause;
using design::Exception;
using design::Expression;
using design::Scope;
using design::SendSuspends;
using design::Statement;
using Kind = Statement::Kind;

namespace {

// Bounds, docs/semantics.md.
constexpr int kMaxSteps = 10'000;
constexpr int kMaxChildren = 3;
constexpr std::size_t kMaxQueued = 32, kMaxWaiters = 16, kMaxReaders = 16, kMaxFree = 16, kMaxLingering = 8;
constexpr std::size_t kMaxValue = 8;  // messages; a limit of the language, beyond it nothing diverges
constexpr int kHeader = 1, kPart = 2, kWhole = 3;  // how many pieces of a group
// Names of failures, docs/semantics.md.
constexpr const char *kNoneFree = "none free", *kNoConnection = "no connection", *kNoSocket = "no socket",
                     *kSocketClosed = "socket closed", *kTwoReaders = "two readers", *kTimedOut = "timed out",
                     *kNoReply = "no reply", *kValueFull = "value full", *kAllSent = "all sent", *kNoChild = "no child",
                     *kRedirected = "redirected", *kRejected = "rejected";

/// Thrown by what needs a connection in the register, or one with a socket, caught where the statement runs.
struct NoConnection {
  const char* name = kNoConnection;  ///< of the failure
};

/// What of a key decides about its slot: what stands between the first { and the next }, if anything.
std::string_view hashed_part(std::string_view key) {
  const std::size_t open = key.find('{');
  if (open == std::string_view::npos) return key;
  const std::size_t close = key.find('}', open);
  if (close == std::string_view::npos || close == open + 1) return key;
  return key.substr(open + 1, close - open - 1);
}

std::uint16_t crc16(std::string_view text) {
  unsigned crc = 0;
  for (const unsigned char c : text) {
    for (int bit = 7; bit >= 0; --bit) {
      const unsigned top = (crc >> 15) ^ ((c >> bit) & 1u);
      crc = ((crc << 1) ^ (top ? 0x1021u : 0u)) & 0xffffu;
    }
  }
  return static_cast<std::uint16_t>(crc);
}

const Clause* find(const Statement& attempt, Clause::Kind kind) {
  for (const Clause& clause : attempt.clauses) {
    if (clause.kind == kind) return &clause;
  }
  return nullptr;
}

bool catches(const Clause& clause, Exception exception, scenario::CancelKind kind) {
  const auto has = [&](Exception e) { return (clause.catches >> static_cast<int>(e)) & 1; };
  if (has(exception)) return true;
  if (exception == Exception::cancelled && kind != scenario::CancelKind::as_error) return false;
  return exception != Exception::none && has(Exception::error);
}

/// Bit of the await in a scenario's `at`, in the order of docs/formats.md; -1: not cancellable.
int await_bit(Kind kind) {
  switch (kind) {
    case Kind::await_connect: return 0;
    case Kind::await_send_request:
    case Kind::await_send_handshake:
    case Kind::await_send_command:
    case Kind::await_send_own: return 1;
    case Kind::await_receive: return 2;
    case Kind::await_discard: return 3;
    case Kind::await_turn: return 4;
    case Kind::await_child: return 5;
    case Kind::await_close: return 6;
    case Kind::await_pause: return 7;
    case Kind::await_resolve: return 8;
    case Kind::await_poll: return 9;
    case Kind::await_task: return 10;
    default: return -1;
  }
}

int severity(const std::string& outcome) {
  static const std::vector<std::string> order = {"ok",       "cancelled",  "starved",     "error",
                                                 "rejected", "type-error", "wrong-value", "leak"};
  return static_cast<int>(std::find(order.begin(), order.end(), outcome) - order.begin());
}

/// The variables of its sessions that some condition, some `under`, or the data of a push, asks for.
std::set<std::size_t> asked_for(const protocol::Protocol& protocol) {
  std::set<std::size_t> variables;
  for (const protocol::Command& command : protocol.commands) {
    variables.insert(command.under.begin(), command.under.end());
    for (const protocol::Case& each : command.cases) {
      for (const protocol::Test& test : each.when) variables.insert(test.variable);
    }
    for (const protocol::Test& test : command.errors.when) variables.insert(test.variable);
  }
  for (const protocol::Push& push : protocol.pushes) {
    for (const protocol::Test& test : push.when) variables.insert(test.variable);
    if (push.data) variables.insert(*push.data);
  }
  return variables;
}

/// With the physics `session` all of them.
std::set<std::size_t> kept_by_servers(const scenario::Scenario& scenario) {
  std::set<std::size_t> kept = asked_for(*scenario.protocol);
  for (std::size_t i = 0; scenario.physics.session && i < scenario.protocol->session.size(); ++i) kept.insert(i);
  return kept;
}

}  // namespace

Oracle::Oracle(const scenario::Scenario& scenario, const design::Design& design,
               std::shared_ptr<const Failures> excused)
    : excused_(std::move(excused)) {
  Setup setup{scenario,
              design,
              design.cluster ? scenario.nodes : 1,
              scenario.send_suspends.value_or(design.send_suspends),
              kept_by_servers(scenario),
              scenario.physics.linger || scenario.protocol->runs_on};
  setup_ = std::make_shared<const Setup>(std::move(setup));
  budget_ = scenario.cancel.max;
  errors_ = scenario.server_errors.max;
  pushes_ = scenario.pushes;
  pools_.resize(static_cast<std::size_t>(setup_->nodes));
  for (int node = 0; node < setup_->nodes; ++node) {
    Pool& pool = pools_[node];
    pool.variables = setup_->design.pool_variables;
    for (const std::string& each : setup_->design.pool_queues) pool.queues[each];
    for (const auto& each : setup_->design.pool_stores) pool.stores[each.first];
    const int warm = scenario.pool_warm < 0 ? scenario.pool_max : scenario.pool_warm;
    for (int i = 0; i < warm; ++i) {
      const int conn = make_slot(node);
      if (i < design.keeps) slots_[conn].shared = true;
      else pool.free.push_back(conn);
      slots_[conn].socket = new_socket(true);
      execute_handshake(*slots_[conn].socket);
      slots_[conn].socket->handshakes = static_cast<int>(design.handshake.size());
      slots_[conn].socket->executed = slots_[conn].socket->handshakes;
    }
  }
  for (int task = 0; task < static_cast<int>(scenario.tasks.size()); ++task) begin_operation(task, 0);
}

// --- the setup -----------------------------------------------------------------------------------

const scenario::Operation& Oracle::script(OperationId id) const {
  return setup_->scenario.tasks[id.first].operations[id.second];
}

/// Where the clients send what is for its key: where they believe it to be, or have learned that it is.
int Oracle::node_of(OperationId id) const {
  const std::string key = script(id).keys.front() + ":" + owner(id.first);
  const bool moved = home_of(id) != believed_node(id);
  return moved && learned_.count(key) != 0 ? home_of(id) : believed_node(id);
}

int Oracle::home_of(OperationId id) const {
  const scenario::Operation& op = script(id);
  return op.moved_to ? (*op.moved_to - 1) % setup_->nodes : believed_node(id);
}

/// What is kept, and is not there for whoever comes next, is at its base; with the physics `session` the handshake is
/// done.
bool Oracle::session_is_as_believed(const Socket& socket) const {
  const bool done = socket.executed == static_cast<int>(setup_->design.handshake.size());
  if (setup_->scenario.physics.session && !done) return false;
  for (const auto& [variable, now] : socket.session) {
    const protocol::Variable& told = spoken().session[variable];
    if (now.is == held(variable, told.base, {})) continue;
    if (!told.shared) return false;
    see("session: shared, not at its base");
  }
  return true;
}

int Oracle::believed_node(OperationId id) const {
  const scenario::Operation& op = script(id);
  if (op.node) return (*op.node - 1) % setup_->nodes;
  const std::string key = op.keys.front() + ":" + owner(id.first);
  const int slot = crc16(hashed_part(key)) % 16384;
  return slot * setup_->nodes / 16384;
}

/// In a world that names a protocol one of the operation's own name goes before all others.
const design::Procedure& Oracle::procedure_of(OperationId id) const {
  const auto& procedures = setup_->design.procedures;
  std::vector<std::string> names = protocol_of(id).procedures;
  if (setup_->scenario.named) names.insert(names.begin(), script(id).does);
  for (const std::string& each : names) {
    if (const auto found = procedures.find(each); found != procedures.end()) return found->second;
  }
  return procedures.at("execute");
}

const protocol::Operation& Oracle::protocol_of(OperationId id) const {
  if (script(id).own != nullptr) return *script(id).own;
  for (const protocol::Operation& each : spoken().operations) {
    if (each.name == script(id).does) return each;
  }
  throw std::logic_error("an operation that its protocol does not have");
}

/// The commands of an operation, in the steps in which it is sent.
std::vector<Oracle::Commands> Oracle::steps_of(OperationId id) const {
  const scenario::Operation& op = script(id);
  std::vector<Commands> steps;
  for (const auto& step : protocol_of(id).steps) {
    steps.emplace_back();
    for (const protocol::Request& request : step) {
      const protocol::Command& told = spoken().commands[request.command];
      const protocol::Reply* instead = request.reply.empty() ? nullptr : &request.reply;
      const std::size_t count = request.keys == protocol::Keys::each ? op.keys.size() : 1;
      for (std::size_t i = 0; i < count; ++i) {
        steps.back().push_back({&told, instead, request.ignored, {}});
        if (request.keys != protocol::Keys::none) steps.back().back().key = op.keys[i];
      }
    }
  }
  return steps;
}

Oracle::Commands Oracle::commands_of(OperationId id) const {
  Commands all;
  for (const auto& step : steps_of(id)) all.insert(all.end(), step.begin(), step.end());
  return all;
}

/// Null: the protocol has none of that name.
const protocol::Command* Oracle::command_called(const std::string& name) const {
  for (const protocol::Command& each : spoken().commands) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

/// What a request asks for. Nothing is told of a command that only a listing or a handshake knows.
Oracle::Command Oracle::command_of(const Label& request) const {
  if (request.anonymous || request.of_listing) return {command_called(request.name), nullptr, false, {}};
  return commands_of(request.operation)[request.command];
}

Oracle::Answer Oracle::messages_of(const protocol::Reply& reply) const {
  Answer answer;
  for (const auto& group : reply) {
    answer.emplace_back();
    for (const protocol::Message& each : group) answer.back().push_back(&spoken().kinds[each.kind]);
  }
  return answer;
}

/// The groups of messages with which a request is answered, by their kinds. Where the key is at another node, and for
/// a command that nobody knows, that is one message of no kind.
Oracle::Answer Oracle::answer_to(const Label& request) const {
  if (!has_reply(request)) return {{nullptr}};
  return messages_of(reply_to(request));
}

/// It was executed, or has failed, and the protocol says what answers that.
bool Oracle::has_reply(const Label& request) const { return request.in != nullptr || request.failed; }

/// Precondition: has_reply().
protocol::Reply Oracle::reply_to(const Label& request) const { return reply_to(request, command_of(request)); }

/// The same, if that command was what is asked for: in its own words, if those are others.
protocol::Reply Oracle::reply_to(const Label& request, const Command& asked) {
  return request.failed ? failure(*asked.told, *request.failed) : asked.reply(*request.in);
}

/// An error answers it, so or by the case that happens.
bool Oracle::is_refused(const Label& request) const { return has_reply(request) && has_error(reply_to(request)); }

/// One group: the error, and what follows it.
protocol::Reply Oracle::failure(const protocol::Command& command, std::size_t kind) {
  std::vector<protocol::Message> group = {{kind, ""}};
  for (const std::size_t each : command.errors.then) group.push_back({each, ""});
  return {group};
}

bool Oracle::has_data(const protocol::Reply& reply) const {
  for (const auto& group : reply) {
    for (const protocol::Message& each : group) {
      if (spoken().kinds[each.kind].data) return true;
    }
  }
  return false;
}

bool Oracle::has_error(const protocol::Reply& reply) const {
  for (const auto& group : reply) {
    for (const protocol::Message& each : group) {
      if (spoken().kinds[each.kind].error) return true;
    }
  }
  return false;
}

/// What answers it is data in some case.
bool Oracle::may_have_data(const Command& command) const {
  const auto& cases = command.told->cases;
  return std::any_of(cases.begin(), cases.end(),
                     [&](const protocol::Case& each) { return has_data(command.reply(each)); });
}

/// It causes pushes in some case.
bool Oracle::may_cause(const protocol::Command& command) {
  return std::any_of(command.cases.begin(), command.cases.end(), [](const auto& each) { return !each.causes.empty(); });
}

/// The key that a request is for; none: it is for none, or for all of its operation. What a listing sends for its
/// operation is for the first key, if what answers it may be data, or if it may cause pushes.
std::optional<Oracle::Key> Oracle::key_of(const Label& request) const {
  if (request.anonymous) return std::nullopt;
  const Command asked = command_of(request);
  std::optional<std::string> name = asked.key;
  if (request.of_listing && (may_have_data(asked) || may_cause(*asked.told)))
    name = script(request.operation).keys.front();
  if (!name) return std::nullopt;
  return Key{*name, owner(request.operation.first)};
}

/// Of which keys what answers a request that was executed is data.
std::set<Oracle::Key> Oracle::keys_of_data(const Label& request) const {
  if (request.anonymous || request.in == nullptr || !has_data(command_of(request).reply(*request.in))) return {};
  if (const auto key = key_of(request)) return {*key};
  std::set<Key> all;
  for (const std::string& name : script(request.operation).keys) all.insert({name, owner(request.operation.first)});
  return all;
}

/// Which messages of a reply to the operation are results, by their places in the reply: those of the kinds that the
/// operation names; if it names none, those that are data, and of a reply without data the first one. No error is one.
std::vector<int> Oracle::results_in(OperationId id, const protocol::Reply& reply) const {
  const auto& named = protocol_of(id).result;
  const bool data = has_data(reply);
  std::vector<int> results;
  int index = 0;
  for (const auto& group : reply) {
    for (const protocol::Message& each : group) {
      const protocol::Kind& kind = spoken().kinds[each.kind];
      const bool is_one = named  ? std::find(named->begin(), named->end(), each.kind) != named->end()
                          : data ? kind.data
                                 : index == 0;
      if (is_one && !kind.error) results.push_back(index);
      ++index;
    }
  }
  return results;
}

/// How many results a command of the operation has: equally many in all of its cases in which it is not refused.
int Oracle::results_to(OperationId id, const Command& command) const {
  for (const protocol::Case& each : command.told->cases) {
    const protocol::Reply& reply = command.reply(each);
    if (!has_error(reply)) return static_cast<int>(results_in(id, reply).size());
  }
  return 0;  // it is refused in any case
}

/// What the value of an operation is made of, command by command.
std::vector<Oracle::Result> Oracle::results_of(OperationId id) const {
  const Commands commands = commands_of(id);
  std::vector<Result> results;
  for (int c = 0; c < static_cast<int>(commands.size()); ++c) {
    const int count = results_to(id, commands[c]);
    for (int place = 0; place < count; ++place) results.push_back({c, place, commands[c].ignored});
  }
  return results;
}

/// Which of the results of a command of the operation a message is, if it answers that; -1: none. Before an error there
/// may be more of them than the command has results.
int Oracle::result_place(const Message& message, OperationId id, const Command& answered) const {
  const std::vector<int> results = results_in(id, reply_to(message));
  const auto found = std::find(results.begin(), results.end(), message.index);
  const int place = static_cast<int>(found - results.begin());
  return found != results.end() && place < results_to(id, answered) ? place : -1;
}

bool Oracle::is_elsewhere(const Label& request, int conn) const {
  return !request.anonymous && setup_->nodes > 1 && home_of(request.operation) != node_of_conn(conn);
}

/// It does not say whose it is. A MOVED is about the key of its request, if that asks for data.
bool Oracle::says_nothing(const Message& message) const {
  if (message.push != nullptr) return !message.whose;
  if (message.anonymous) return true;
  if (!message.moved) return !message.kind->data;
  return !may_have_data(command_of(message));
}

/// Whose data it is. Precondition: somebody's.
const std::string& Oracle::owner_of(const Message& message) const {
  return message.push != nullptr ? message.whose->owner : owner(message.operation.first);
}

/// A message of that kind is one of the kind that is asked for, or of one of its kinds.
bool Oracle::is_of(const std::string& kind, const std::string& asked, Mark as_parent) const {
  if (kind == asked) return true;
  for (const protocol::Kind& each : spoken().kinds) {
    if (each.name != kind || !each.of || spoken().kinds[*each.of].name != asked) continue;
    see(as_parent);
    return true;
  }
  return false;
}

std::string Oracle::name(FrameId id) const {
  return setup_->scenario.tasks[id.first].id + std::string(static_cast<std::size_t>(id.second), '\'');
}

// --- the state -----------------------------------------------------------------------------------

bool Oracle::is_live(FrameId id) const {
  const auto found = frames_.find(id);
  return found != frames_.end() && found->second.status != Status::done;
}

bool Oracle::runs(OperationId id) const {
  const auto found = frames_.find({id.first, 0});
  return found != frames_.end() && found->second.operation == id.second;
}

bool Oracle::lives(OperationId id) const {
  return std::any_of(frames_.begin(), frames_.end(), [&](const auto& each) {
    const auto& [frame_id, frame] = each;
    return frame_id.first == id.first && frame.operation == id.second && !frame.detached &&
           frame.status != Status::done;
  });
}

bool Oracle::uses_its_connection(const Frame& frame) const {
  if (frame.status != Status::ready && frame.status != Status::waiting) return false;
  switch (frame.awaits->kind) {
    case Kind::await_connect:
    case Kind::await_send_request:
    case Kind::await_send_handshake:
    case Kind::await_send_command:
    case Kind::await_send_own:
    case Kind::await_receive:
    case Kind::await_discard:
    case Kind::await_close:
    case Kind::await_resolve:
    case Kind::await_poll: return true;
    default: return false;
  }
}

bool Oracle::cancellable(int task) const {
  if (budget_ == 0) return false;
  const scenario::Cancel& cancel = setup_->scenario.cancel;
  const std::string& id = setup_->scenario.tasks[task].id;
  const auto& who = cancel.who;
  const auto found = frames_.find({task, 0});
  if (found == frames_.end()) return false;
  const Frame& frame = found->second;
  if (frame.status != Status::ready && frame.status != Status::waiting) return false;
  if (frame.scope_cancelled) return false;  // more than that it cannot be
  const int bit = await_bit(frame.awaits->kind);
  if (bit < 0) return false;
  const bool this_one = who.empty() || std::find(who.begin(), who.end(), id) != who.end();
  const bool here = ((cancel.at >> bit) & 1) != 0;
  if (!this_one) see("cancel: not of this task");
  if (!here) see("cancel: not at this await");
  return this_one && here;
}

bool Oracle::may_time_out(const Frame& frame) const {
  if (!setup_->scenario.physics.timeouts || frame.status != Status::waiting) return false;
  const Kind kind = frame.awaits->kind;
  const bool reads = kind == Kind::await_receive || kind == Kind::await_discard;
  return reads ? setup_->design.socket_timeout : kind == Kind::await_turn && frame.awaits->timeout;
}

/// The runtime has a timeout of its own around the await, and loses a cancel that lands there.
bool Oracle::swallows(const Frame& frame) const {
  if (!setup_->scenario.physics.swallow) return false;
  const int bit = await_bit(frame.awaits->kind);
  const bool sends = bit == 1, polls = bit == 9;
  if (setup_->design.runtime == "python-3.11") return sends;
  if (setup_->design.runtime == "python-3.11/async_timeout-4.0.2") return sends || polls;
  return false;
}

/// It awaits a task that has not ended: a cancel is for that one.
bool Oracle::passes_on(FrameId id) const {
  const Frame& frame = frames_.at(id);
  const auto kind = setup_->scenario.cancel.kind;
  if (kind == scenario::CancelKind::vanish || kind == scenario::CancelKind::kill) return false;
  return frame.awaits->kind == Kind::await_task && is_live({id.first, *frame.child});
}

bool Oracle::nobody_has(int conn) const {
  for (const auto& [op, conns] : owned_) {
    if (conns.count(conn) != 0 && lives(op)) return false;
  }
  return std::none_of(frames_.begin(), frames_.end(),
                      [&](const auto& each) { return each.second.status != Status::done && each.second.conn == conn; });
}

/// Whole replies, or bytes of the next one that no parser has taken.
bool Oracle::readable(const Frame& frame) const {
  if (frame.conn == 0 || !slots_.at(frame.conn).socket) return false;
  const Socket& socket = *slots_.at(frame.conn).socket;
  if (!socket.stream.empty()) return true;
  const auto& next = socket.kernel.empty() ? socket.wire : socket.kernel;
  return !next.empty() && next.front().seen > next.front().taken;
}

/// How many sends that `may` suspend the event contains, if none of them does.
int Oracle::sends_of(FrameId id, Cause cause) const {
  if (setup_->send_suspends != SendSuspends::may) return 0;
  Oracle copy = *this;
  copy.seen_ = nullptr;
  copy.run_event(id, cause, 0);
  return copy.sends_;
}

void Oracle::add_runs(FrameId id, Cause cause, std::vector<std::string>& texts) const {
  const char* prefix = cause == Cause::cancel ? "!" : cause == Cause::timeout ? "tmo." : "";
  const std::string plain = prefix + name(id);
  texts.push_back(plain);
  const int sends = sends_of(id, cause);
  for (int n = 1; n <= sends; ++n) texts.push_back(plain + "~" + (n == 1 ? "" : std::to_string(n)));
}

/// For each connection: the rest of the oldest reply on the wire, its header, a part of it.
void Oracle::add_deliveries(std::vector<std::string>& texts) const {
  for (const auto& [conn, slot] : slots_) {
    if (!slot.socket || slot.socket->wire.empty()) continue;
    const std::string plain = "net." + std::to_string(conn);
    const int came = slot.socket->wire.front().came;
    texts.push_back(plain);
    // "No other reply is begun before": nor while the rest of one that came in pieces is in the
    // kernel's buffer.
    const auto& kernel = slot.socket->kernel;
    const bool between = std::any_of(kernel.begin(), kernel.end(), [](const Group& each) { return each.came > 0; });
    if (!setup_->scenario.physics.fragments || between) continue;
    if (came < kHeader) texts.push_back(plain + ":hdr");
    if (came < kPart) texts.push_back(plain + ":part");
  }
}

/// For each connection whose server sends at all: those that nothing causes and whose tests are true of its session, in
/// the protocol's order.
void Oracle::add_pushes(std::vector<std::string>& texts) const {
  for (const auto& [conn, slot] : slots_) {
    if (!slot.socket) continue;
    for (const protocol::Push& each : spoken().pushes) {
      if (is_caused(each) || !is_true(*slot.socket, each.when, Held::client())) continue;
      if (pushes_ == 0) see("push: none is left");
      else if (slot.socket->silent) see("push: none, of a silent server");
      else texts.push_back("psh." + std::to_string(conn) + ":" + each.name);
    }
  }
}

std::vector<std::string> Oracle::enabled() const {
  std::vector<std::string> texts;
  const bool fifo = setup_->scenario.ready == scenario::Ready::fifo;
  if (fifo && ready_.size() > 1) see("ready: the first of several");
  for (const auto& [id, frame] : frames_) {
    const bool arrives = frame.status == Status::unstarted && id.second == 0;
    const bool runnable = frame.status == Status::ready || frame.status == Status::unstarted;
    if (runnable && (arrives || !fifo || ready_.front() == id)) add_runs(id, Cause::resume, texts);
  }
  for (int task = 0; task < static_cast<int>(setup_->scenario.tasks.size()); ++task) {
    if (cancellable(task)) add_runs({task, 0}, Cause::cancel, texts);
  }
  for (const auto& [id, frame] : frames_) {
    if (may_time_out(frame)) add_runs(id, Cause::timeout, texts);
  }
  const auto is_asked = [](const Slot& slot) {
    return slot.socket && !slot.socket->silent &&
           static_cast<int>(slot.socket->requests.size()) > slot.socket->unwritten;
  };
  for (const auto& [conn, slot] : slots_) {
    if (!is_asked(slot)) continue;
    texts.push_back("srv." + std::to_string(conn));
    add_failures(conn, texts);
  }
  add_deliveries(texts);
  for (const auto& [conn, slot] : slots_) {
    if (!slot.socket) continue;
    const auto& wire = slot.socket->wire;
    const bool begun = !wire.empty() && wire.front().came > wire.front().seen;
    if (begun || !slot.socket->kernel.empty()) texts.push_back("krn." + std::to_string(conn));
  }
  for (const auto& [conn, slot] : slots_) {
    if (slot.socket && slot.socket->unwritten > 0) texts.push_back("flu." + std::to_string(conn));
  }
  for (const auto& [conn, slot] : slots_) {
    if (!slot.lingering.empty()) texts.push_back("srv." + std::to_string(conn) + "@old");
  }
  for (const auto& [conn, slot] : slots_) {
    if (setup_->scenario.may_be_silent && is_asked(slot)) texts.push_back("sil." + std::to_string(conn));
  }
  add_pushes(texts);
  return texts;
}

// --- events --------------------------------------------------------------------------------------

StepFacts Oracle::step(const std::string& event) {
  facts_ = {};
  const std::string kind = event.substr(0, 4);
  const std::string rest = event.size() > 4 ? event.substr(4) : "";
  if (kind == "srv.") {
    const std::size_t fails = rest.find('!');
    if (fails != std::string::npos) fail(std::stoi(rest), rest.substr(fails + 1));
    else if (rest.find('@') != std::string::npos) linger(std::stoi(rest));
    else serve(std::stoi(rest));
    return facts_;
  }
  if (kind == "sil.") {
    slots_.at(std::stoi(rest)).socket->silent = true;
    see("server: is silent");
    if (slots_.at(std::stoi(rest)).socket->requests.front().made > 0) see("server: is silent in the middle of a reply");
    return facts_;
  }
  if (kind == "psh.") {
    push(std::stoi(rest), rest.substr(rest.find(':') + 1));
    return facts_;
  }
  if (kind == "flu.") {
    flush(std::stoi(rest));
    return facts_;
  }
  if (kind == "net.") {
    const std::string piece = rest.substr(std::min(rest.size(), rest.find(':')));
    deliver(std::stoi(rest), piece == ":hdr" ? kHeader : piece == ":part" ? kPart : kWhole);
    return facts_;
  }
  if (kind == "krn.") {
    read_kernel(std::stoi(rest));
    return facts_;
  }
  Cause cause = Cause::resume;
  std::string who = event;
  if (event.front() == '!') {
    cause = Cause::cancel;
    who = event.substr(1);
  } else if (kind == "tmo.") {
    cause = Cause::timeout;
    who = rest;
  }
  int choice = 0;
  if (const std::size_t tilde = who.find('~'); tilde != std::string::npos) {
    choice = tilde + 1 == who.size() ? 1 : std::stoi(who.substr(tilde + 1));
    who.erase(tilde);
  }
  for (const auto& each : frames_) {
    if (name(each.first) != who) continue;
    run_event(each.first, cause, choice);
    break;
  }
  return facts_;
}

bool Oracle::writes(const Label& request) const { return !request.anonymous && command_of(request).told->writes; }

bool Oracle::is_late_write(const Label& request) const { return writes(request) && !runs(request.operation); }

/// A write is executed: a second time, if it is a command of the steps, and not repeatable.
void Oracle::have_effect(const Label& request) {
  if (!writes(request)) return;
  if (request.of_listing) {
    if (!written_by_name_.insert({request.operation, request.name}).second) see("server: a write of a listing, again");
    return;
  }
  const bool again = !written_.insert({request.operation, request.command}).second;
  if (!again) return;
  if (command_of(request).told->repeatable) return see("server: a repeatable write, again");
  see(runs(request.operation) ? Mark("server: a write, again")
                              : Mark("server: a write, again, of an operation that is over"));
  facts_.double_effect = true;
}

// --- sessions ------------------------------------------------------------------------------------

/// On a new one each variable is what it starts as, on a warm one at its base.
Oracle::Socket Oracle::new_socket(bool warm) const {
  Socket socket;
  socket.variables = setup_->design.socket_variables;
  for (const std::size_t variable : setup_->kept) {
    const protocol::Variable& told = spoken().session[variable];
    socket.session[variable].is = held(variable, warm ? told.base : told.start, {});
    if (!warm && told.start != told.base) see("session: begins away from its base");
  }
  return socket;
}

/// What the commands of the design's handshake make of a session, in the cases that happen; nobody hears of it.
void Oracle::execute_handshake(Socket& socket) const {
  for (const std::string& name : setup_->design.handshake) {
    const protocol::Command* told = command_called(name);
    if (told == nullptr) continue;
    const protocol::Case& in = case_of(socket, *told, Held::client());
    for (const protocol::Assignment& each : in.sets) set_variable(socket, each, Held::client());
    if (!has_error(in.reply) || !is_true(socket, told->errors.when, Held::client())) continue;
    for (const protocol::Assignment& each : told->errors.sets) set_variable(socket, each, Held::client());
  }
}

/// A value as the protocol says it.
Oracle::Held Oracle::held(std::size_t variable, protocol::SessionValue value, const Held& asker) const {
  Held held;
  if (!spoken().session[variable].identity) held.number = value;
  else if (value == protocol::kAsker) held = asker;
  else if (value == protocol::kClient) held.who = Held::Who::pool;
  return held;
}

/// Who asks: the owner of the operation whose request it is; for what no operation sends, the client.
Oracle::Held Oracle::asker_of(const Label& request) const {
  if (request.anonymous) return Held::client();
  Held asker;
  asker.who = Held::Who::owner;
  asker.owner = owner(request.operation.first);
  asker.type = script(request.operation).type;
  return asker;
}

bool Oracle::is_true(const Socket& socket, const std::vector<protocol::Test>& tests, const Held& asker) const {
  return std::all_of(tests.begin(), tests.end(), [&](const protocol::Test& test) {
    const Held wanted = held(test.variable, test.value, asker);
    const Held& is = socket.session.at(test.variable).is;
    const bool same = is.who == wanted.who && is.owner == wanted.owner && is.number == wanted.number;
    if (same && is.type != wanted.type) see("session: the same owner, with another type");
    return same == test.equal;
  });
}

/// The first one that is true of the session as it is.
const protocol::Case& Oracle::case_of(const Socket& socket, const protocol::Command& command, const Held& asker) const {
  for (const protocol::Case& each : command.cases) {
    if (!is_true(socket, each.when, asker)) continue;
    if (command.cases.size() > 1) {
      see(&each == &command.cases.front()  ? Mark("case: the first of several")
          : &each == &command.cases.back() ? Mark("case: the last of several")
                                           : Mark("case: one between the first and the last"));
    }
    return each;
  }
  throw std::logic_error("a command without a case that is always true");
}

/// Whether a variable under which a command of the operation is executed is foreign to it.
bool Oracle::is_foreign(const Slot& slot, std::size_t variable, OperationId to) const {
  const protocol::Variable& told = spoken().session[variable];
  const SessionVariable& now = slot.socket->session.at(variable);
  const auto says = [&](bool foreign, Mark mark) {
    see(mark);
    return foreign;
  };
  if (told.identity) {
    if (now.is.who != Held::Who::owner) return says(false, "under: an identity that is no owner");
    if (now.is.owner == owner(to.first)) return says(false, "under: the identity of the owner");
    if (told.shared) return says(false, "under: shared, foreign to nobody");
    return says(true, "under: the identity of another owner");
  }
  if (now.is == held(variable, told.base, {})) return says(false, "under: a setting at its base");
  if (told.shared) return says(false, "under: shared, foreign to nobody");
  if (!now.set_by) return says(true, "under: a setting of no operation");
  if (*now.set_by != to) {
    return says(true, runs(*now.set_by) ? Mark("under: a setting of another operation")
                                        : Mark("under: a setting of an operation that is over"));
  }
  const auto taken = slot.taken.find(to);
  if (taken == slot.taken.end()) return says(false, "under: its own setting, of one that never took the connection");
  if (now.set_at > taken->second) return says(false, "under: its own setting");
  return says(true, "under: its own setting, from before it took the connection again");
}

/// What a command of the operation is executed under.
void Oracle::look_under(const Slot& slot, const protocol::Command& command, OperationId to) {
  for (const std::size_t variable : command.under) {
    if (is_foreign(slot, variable, to)) facts_.foreign_session = true;
  }
}

/// Nothing of what no server keeps. True: it has changed.
bool Oracle::set_variable(Socket& socket, const protocol::Assignment& to, const Held& asker) const {
  const auto found = socket.session.find(to.variable);
  if (found == socket.session.end()) return false;
  const Held value = held(to.variable, to.value, asker);
  return !(std::exchange(found->second.is, value) == value);
}

void Oracle::change_session(Socket& socket, const Request& request, const std::vector<protocol::Assignment>& sets) {
  const Held asker = asker_of(request);
  bool changes = false;
  for (const protocol::Assignment& each : sets) {
    const auto found = socket.session.find(each.variable);
    if (found == socket.session.end()) continue;  // nobody keeps it
    const Held value = held(each.variable, each.value, asker);
    see(!spoken().session[each.variable].identity ? Mark("session: a setting is set")
        : value.who == Held::Who::owner           ? Mark("session: an identity becomes an owner")
                                                  : Mark("session: an identity becomes no owner"));
    if (set_variable(socket, each, asker)) changes = true;
    found->second.set_at = clock_;
    found->second.set_by.reset();
    if (!request.anonymous) found->second.set_by = request.operation;
  }
  if (!changes) return;
  if (request.anonymous) see("server: a command of a listing changes the session");
  if (request.of_listing) see("server: a command of a listing, for its operation, changes the session");
  see(session_is_as_believed(socket) ? Mark("session: is at its base again") : Mark("session: leaves its base"));
}

/// The server executes a request, unless its key is at another node. What it will remember to have sent, behind all
/// that this causes.
std::set<Oracle::Key> Oracle::carry_out(int conn, Request& request) {
  Slot& slot = slots_.at(conn);
  Socket& socket = *slot.socket;
  request.moved = is_elsewhere(request, conn);
  if (request.moved) {
    see("server: not here");
    return {};
  }
  std::set<Key> sent;
  facts_.late_write = is_late_write(request);
  if (facts_.late_write) see("server: a late write");
  have_effect(request);
  request.executed_at = ++clock_;
  const protocol::Command* told = command_of(request).told;
  // The commands of a handshake are marked by "handshake"; others have the name in the listing.
  if (request.anonymous && request.command < 0) ++socket.executed;
  if (request.anonymous) {
    see(told != nullptr ? Mark("server: a command of a listing that the protocol knows")
                        : Mark("server: a command of a listing that it does not know"));
  }
  if (told != nullptr) {
    if (!request.anonymous) look_under(slot, *told, request.operation);
    request.in = &case_of(socket, *told, asker_of(request));
    sent = keys_to_remember(socket, request);
    change_session(socket, request, request.in->sets);
    if (is_refused(request)) change_by_error(socket, request);
  }
  if (request.anonymous || !setup_->scenario.physics.session) return sent;
  request.stray = socket.executed < static_cast<int>(setup_->design.handshake.size());
  if (request.stray) see("server: strays");
  return sent;
}

/// The next group of the reply to the oldest request goes on the wire, or waits; with the first one what its execution
/// causes.
void Oracle::serve(int conn) {
  Socket& socket = *slots_.at(conn).socket;
  const bool begins = socket.requests.front().made == 0;
  std::set<Key> sent;
  if (begins) sent = carry_out(conn, socket.requests.front());
  const Request request = socket.requests.front();
  const int groups = static_cast<int>(answer_to(request).size());
  if (groups > 1) {
    see(begins                       ? Mark("server: the first of several groups")
        : request.made == groups - 1 ? Mark("server: the last of several groups")
                                     : Mark("server: a group between the first and the last"));
  }
  const std::size_t reply_at = send_group(socket, request, group_of(request));
  const bool answered = ++socket.requests.front().made == groups;
  if (answered) socket.requests.pop_front();
  if (answered && is_refused(request)) skip_behind(socket, request);
  if (begins && request.in != nullptr) send_caused({request, conn, reply_at}, *request.in);
  socket.read.insert(sent.begin(), sent.end());
}

/// The next group of its reply.
Oracle::Group Oracle::group_of(const Request& request) const {
  const Answer answer = answer_to(request);
  Group group;
  Message message;
  static_cast<Label&>(message) = static_cast<const Label&>(request);
  for (int g = 0; g < request.made; ++g) message.index += static_cast<int>(answer[g].size());
  for (const MessageKind kind : answer[request.made]) {
    message.kind = kind;
    group.messages.push_back(message);
    ++message.index;
  }
  return group;
}

// --- errors of the server ------------------------------------------------------------------------

/// The requests that may be answered by an error are those for keys that are here, of the tasks and the commands that
/// the scenario names; one of no operation is of no task.
void Oracle::add_failures(int conn, std::vector<std::string>& texts) const {
  const Request& oldest = slots_.at(conn).socket->requests.front();
  const protocol::Command* told = command_of(oldest).told;
  if (oldest.made > 0 || told == nullptr || told->may_fail.empty()) return;
  const scenario::ServerErrors& errors = setup_->scenario.server_errors;
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (errors.max == 0) return;
  if (errors_ == 0) return see("fail: none is left");
  if (is_elsewhere(oldest, conn)) return see("fail: not what is redirected");
  if (!errors.at.empty() && !has(errors.at, told->name)) return see("fail: not this command");
  if (!errors.who.empty()) {
    if (oldest.anonymous) return see("fail: not what is of no task");
    if (!has(errors.who, setup_->scenario.tasks[oldest.operation.first].id)) return see("fail: not of this task");
  }
  std::vector<std::size_t> kinds = told->may_fail;
  std::sort(kinds.begin(), kinds.end());
  for (const std::size_t kind : kinds) texts.push_back("srv." + std::to_string(conn) + "!" + spoken().kinds[kind].name);
}

/// The oldest request is answered by an error of that kind, and not executed.
void Oracle::fail(int conn, const std::string& kind) {
  Socket& socket = *slots_.at(conn).socket;
  Request request = socket.requests.front();
  const auto& kinds = spoken().kinds;
  const auto is_it = [&](const protocol::Kind& each) { return each.name == kind; };
  request.failed = static_cast<std::size_t>(std::find_if(kinds.begin(), kinds.end(), is_it) - kinds.begin());
  ++clock_;
  --errors_;
  see(request.anonymous    ? Mark("fail: a command of no operation")
      : request.of_listing ? Mark("fail: a command of a listing, for its operation")
                           : Mark("fail: a command of an operation"));
  if (command_of(request).told->may_fail.size() > 1) see("fail: in one of several ways");
  hit_by_error(conn, request);
  change_by_error(socket, request);
  send_group(socket, request, group_of(request));
  socket.requests.pop_front();
  skip_behind(socket, request);
}

/// What an error makes of the session.
void Oracle::change_by_error(Socket& socket, const Request& request) {
  const protocol::Refusal& errors = command_of(request).told->errors;
  if (!errors.then.empty()) {
    see(request.failed ? Mark("error: messages follow one that comes in place of the command")
                       : Mark("error: messages follow that of a case"));
  }
  if (errors.sets.empty()) return;
  if (!is_true(socket, errors.when, asker_of(request))) return see("error: changes no session, as a test is not true");
  see(request.failed ? Mark("error: one that comes in place of the command changes the session")
                     : Mark("error: that of a case changes the session"));
  change_session(socket, request, errors.sets);
}

/// An error has answered the request: what has reached the server behind it is dropped, up to where the command says.
void Oracle::skip_behind(Socket& socket, const Request& refused) {
  const std::optional<std::size_t>& to = command_of(refused).told->errors.skips_to;
  if (!to) return;
  socket.skips_to = &spoken().commands[*to];
  skip(socket);
  if (socket.skips_to != nullptr) see("skip: goes on with what comes later");
}

/// Of what has reached the server all is dropped up to the first request of the command up to which it skips.
void Oracle::skip(Socket& socket) {
  bool dropped = false;
  while (socket.skips_to != nullptr && static_cast<int>(socket.requests.size()) > socket.unwritten) {
    const Request& oldest = socket.requests.front();
    if (command_of(oldest).told == socket.skips_to) {
      socket.skips_to = nullptr;
      return see(dropped ? Mark("skip: up to the command, over others") : Mark("skip: ends at once"));
    }
    see(oldest.anonymous ? Mark("skip: a request of no operation") : Mark("skip: a request of an operation"));
    socket.requests.pop_front();
    dropped = true;
  }
}

/// The reply to a command that is held waits, unless it is an error; what answers one that is not executed does not.
bool Oracle::waits(const Request& request) const {
  const protocol::Command* told = command_of(request).told;
  if (told == nullptr || !told->held) return false;
  if (request.moved) see("held: a redirection does not wait");
  if (is_refused(request)) see("held: an error does not wait");
  return request.in != nullptr && !is_refused(request);
}

/// A group is made: it goes on the wire, with what waits before it, or it waits. Where on the wire it stands, or, if it
/// waits, would.
std::size_t Oracle::send_group(Socket& socket, const Request& request, Group group) const {
  auto& waiting = socket.waiting;
  if (waits(request)) {
    see("held: waits");
    if (!request.in->causes.empty()) see("held: what it causes does not wait");
    waiting.insert(waiting.end(), group.messages.begin(), group.messages.end());
    return socket.wire.size();
  }
  if (!waiting.empty()) {
    see(is_refused(request) ? Mark("held: goes out with an error")
        : request.moved     ? Mark("held: goes out with a redirection")
                            : Mark("held: goes out with another reply"));
    group.messages.insert(group.messages.begin(), waiting.begin(), waiting.end());
    waiting.clear();
  }
  socket.wire.push_back(group);
  return socket.wire.size() - 1;
}

// --- pushes --------------------------------------------------------------------------------------

/// The server sends what nobody has asked for, and then changes the session.
void Oracle::push(int conn, const std::string& name) {
  Socket& socket = *slots_.at(conn).socket;
  const auto& all = spoken().pushes;
  const auto told = std::find_if(all.begin(), all.end(), [&](const protocol::Push& each) { return each.name == name; });
  if (!has_room_for_push(conn)) return;
  --pushes_;
  put_behind(socket, pushed(*told, socket));
  set_by(*told, socket);
}

bool Oracle::has_room_for_push(int conn) {
  if (messages_on(conn) < kMaxQueued) return true;
  see("push: one too many");
  diverge("requests");
  return false;
}

/// The message of a push, as the session is.
Oracle::Message Oracle::pushed(const protocol::Push& push, const Socket& socket) const {
  Message message;
  message.anonymous = true;
  message.push = &push;
  message.kind = &spoken().kinds[push.kind];
  if (push.data) {
    const Held& whose = socket.session.at(*push.data).is;
    if (whose.who == Held::Who::owner) message.whose = whose;
    see(message.whose ? Mark("push: data of an owner") : Mark("push: of a kind that is data, and nobody's"));
  } else {
    see("push: of a kind that is no data");
  }
  return message;
}

void Oracle::put_behind(Socket& socket, const Message& message) {
  if (!socket.requests.empty() && socket.requests.front().made > 0) see("push: in the middle of a reply");
  if (!socket.wire.empty()) see("push: behind what is on the wire");
  Group group;
  group.messages = {message};
  socket.wire.push_back(group);
}

/// What a push makes of the session. What it sets no operation has set.
void Oracle::set_by(const protocol::Push& push, Socket& socket) {
  for (const protocol::Assignment& each : push.sets) {
    if (set_variable(socket, each, Held::client())) see("push: changes the session");
    if (socket.session.count(each.variable) != 0) socket.session.at(each.variable).set_by.reset();
  }
}

/// Some command causes it, whether anybody sends that or not.
bool Oracle::is_caused(const protocol::Push& push) const {
  for (const protocol::Command& command : spoken().commands) {
    for (const protocol::Case& in : command.cases) {
      for (const protocol::Cause& each : in.causes) {
        if (&spoken().pushes[each.push] == &push) return true;
      }
    }
  }
  return false;
}

/// Null: there is none.
const protocol::Push* Oracle::push_to_readers() const {
  for (const protocol::Command& command : spoken().commands) {
    for (const protocol::Case& in : command.cases) {
      for (const protocol::Cause& each : in.causes) {
        if (each.to == protocol::To::readers) return &spoken().pushes[each.push];
      }
    }
  }
  return nullptr;
}

/// The server remembers whose keys it sends, while the tests of the push to their readers are true of the session,
/// which the command has not changed yet.
std::set<Oracle::Key> Oracle::keys_to_remember(const Socket& socket, const Request& request) const {
  const protocol::Push* push = push_to_readers();
  if (push == nullptr) return {};
  std::set<Key> keys = keys_of_data(request);
  if (keys.empty()) return {};
  if (!is_true(socket, push->when, Held::client())) {
    see("readers: not remembered, as a test is not true");
    return {};
  }
  see(keys.size() > 1 ? Mark("readers: of all keys of an operation") : Mark("readers: of a key"));
  return keys;
}

/// Whether the connection is one of those that the cause names.
bool Oracle::is_meant(const protocol::Cause& cause, const Execution& by, int conn) const {
  const Slot& slot = slots_.at(conn);
  if (!slot.socket) return false;
  if (node_of_conn(conn) != node_of_conn(by.conn)) {
    see("caused: not where another server is");
    return false;
  }
  const bool asks = by.reply_at && conn == by.conn;
  switch (cause.to) {
    case protocol::To::asker: return asks;
    case protocol::To::all: return true;
    case protocol::To::others: return !asks;
    case protocol::To::readers: {
      const std::optional<Key> key = key_of(by.request);
      if (!key) see("caused: to readers of no key");
      return key && slot.socket->read.count(*key) != 0;
    }
  }
  return false;
}

/// Whether the server sends such a push there.
bool Oracle::may_get(const protocol::Push& push, int conn) const {
  const Socket& socket = *slots_.at(conn).socket;
  if (!is_true(socket, push.when, Held::client())) {
    see("caused: not, as a test is not true");
    return false;
  }
  if (socket.silent) see("caused: not, of a silent server");
  return !socket.silent;
}

/// All that a command causes in the case: one push after the other, each to the connections in their order.
void Oracle::send_caused(Execution by, const protocol::Case& in) {
  for (const protocol::Cause& cause : in.causes) {
    const protocol::Push& push = spoken().pushes[cause.push];
    if (!by.reply_at) see("caused: by what a closed socket has left");
    for (const auto& each : slots_) {
      if (!is_meant(cause, by, each.first) || !may_get(push, each.first)) continue;
      if (!has_room_for_push(each.first)) return;
      send_caused(cause, by, each.first);
    }
  }
}

/// One of them to one connection; where the command was executed it comes on the side of the reply that is said.
void Oracle::send_caused(const protocol::Cause& cause, Execution& by, int conn) {
  const protocol::Push& push = spoken().pushes[cause.push];
  Socket& socket = *slots_.at(conn).socket;
  Message message = pushed(push, socket);
  message.about = key_of(by.request);
  message.executed_at = by.request.executed_at;
  const bool asks = by.reply_at && conn == by.conn;
  see(cause.to == protocol::To::asker ? Mark("caused: to who asked")
      : cause.to == protocol::To::all ? (asks ? Mark("caused: to all, who asked") : Mark("caused: to all, another one"))
      : cause.to == protocol::To::others
          ? Mark("caused: to the others")
          : (asks ? Mark("caused: to readers, who asked") : Mark("caused: to readers, another one")));
  see(message.about ? Mark("caused: about a key") : Mark("caused: about no key"));
  if (asks && cause.ahead) {
    see("caused: ahead of the reply");
    Group group;
    group.messages = {message};
    socket.wire.insert(socket.wire.begin() + static_cast<long>((*by.reply_at)++), group);
  } else {
    if (asks) see("caused: behind the reply");
    put_behind(socket, message);
  }
  set_by(push, socket);
  if (!message.about || &push != push_to_readers()) return;
  if (socket.read.erase(*message.about) != 0) see("readers: forgotten");
}

// --- the network ---------------------------------------------------------------------------------

/// Messages that a request will still be answered with, on that connection: as if it were not redirected, and before it
/// is executed as many as there are in the longest of its cases and of its failures.
std::size_t Oracle::messages_owed(const Request& request) const {
  const Command asked = command_of(request);
  if (asked.told == nullptr) return 1;
  std::size_t most = 0;
  if (request.made == 0) {
    for (const std::size_t kind : asked.told->may_fail) {
      most = std::max(most, protocol::size_of(failure(*asked.told, kind)));
    }
  }
  for (const protocol::Case& each : asked.told->cases) {
    if (request.in != nullptr && request.in != &each) continue;
    const Answer answer = messages_of(asked.reply(each));
    std::size_t owed = 0;
    for (std::size_t g = static_cast<std::size_t>(request.made); g < answer.size(); ++g) owed += answer[g].size();
    most = std::max(most, owed);
  }
  return most;
}

/// All messages of a connection, those that its requests will still be answered with included.
std::size_t Oracle::messages_on(int conn) const {
  const Socket& socket = *slots_.at(conn).socket;
  std::size_t all = socket.stream.size() + socket.waiting.size();
  for (const Request& each : socket.requests) all += messages_owed(each);
  for (const auto* groups : {&socket.wire, &socket.kernel}) {
    for (const Group& each : *groups) all += each.messages.size();
  }
  return all;
}

/// A write for a key of another node is not executed, as ever. Its session is gone: what it causes is that of the last
/// case, which is always true.
void Oracle::linger(int conn) {
  auto& lingering = slots_.at(conn).lingering;
  Request request = lingering.front();
  lingering.pop_front();
  if (is_elsewhere(request, conn)) return see("server: not here, of a closed socket");
  facts_.late_write = is_late_write(request);
  if (facts_.late_write) see("server: a late write of a closed socket");
  have_effect(request);
  if (facts_.double_effect) see("server: a write of a closed socket, again");
  request.executed_at = ++clock_;
  send_caused({request, conn, std::nullopt}, command_of(request).told->cases.back());
}

void Oracle::flush(int conn) {
  Socket& socket = *slots_.at(conn).socket;
  socket.unwritten = 0;
  if (socket.skips_to != nullptr) see("skip: what is written later");
  skip(socket);
  for (auto& [id, frame] : frames_) {
    if (frame.flushing && frame.conn == conn && frame.status == Status::waiting) make_ready(id);
  }
}

void Oracle::follow(FrameId id) {
  auto& value = frames_.at(id).value;
  if (value.empty() || !value.back().moved) return see("follow: nothing");
  see("follow: where the key is");
  const OperationId about = value.back().operation;
  learned_.insert(script(about).keys.front() + ":" + owner(about.first));
  value.pop_back();
}

/// So many pieces of the oldest group on the wire have come now; all of them: it is whole.
void Oracle::deliver(int conn, int pieces) {
  Slot& slot = slots_.at(conn);
  Socket& socket = *slot.socket;
  if (socket.wire.front().messages.size() > 1) {
    see(pieces == kWhole ? Mark("deliver: several messages at once") : Mark("deliver: a piece of a group of several"));
  }
  if (pieces == kWhole) {
    socket.kernel.push_back(socket.wire.front());
    socket.wire.pop_front();
  } else {
    socket.wire.front().came = pieces;
  }
  if (!setup_->scenario.physics.kernel) read_kernel(conn);
}

/// What the network has delivered reaches the stream buffer.
void Oracle::read_kernel(int conn) {
  Slot& slot = slots_.at(conn);
  Socket& socket = *slot.socket;
  const bool whole = !socket.kernel.empty();
  while (!socket.kernel.empty()) {
    Group group = socket.kernel.front();
    socket.kernel.pop_front();
    group.messages.front().taken = group.taken;
    group.messages.front().spoiled = group.spoiled;
    if (group.messages.size() > 1 && slot.readers.size() > 1) see("deliver: one group to several readers");
    for (const Message& each : group.messages) {
      socket.stream.push_back(each);
      wake_reader(slot);
    }
  }
  if (socket.wire.empty() || socket.wire.front().came == socket.wire.front().seen) return;
  socket.wire.front().seen = socket.wire.front().came;
  if (!whole) wake_reader(slot);
}

void Oracle::wake_reader(Slot& slot) {
  if (slot.readers.empty()) return see("deliver: to nobody");
  see("deliver: to a reader");
  const FrameId first = slot.readers.front();
  slot.readers.erase(slot.readers.begin());
  make_ready(first);
}

void Oracle::run_event(FrameId id, Cause cause, int choice) {
  facts_ = {};
  steps_ = 0;
  sends_ = 0;
  choice_ = choice;
  if (choice == 1) see("choice: the first send");
  if (choice == 2) see("choice: the second send");
  if (choice > 31) see("choice: one beyond the 31st");
  if (cause == Cause::cancel) {
    --budget_;
    see("hit: by a cancel");
    hit({id.first, frames_.at(id).operation});
    cancel(id);
  } else {
    unready(id);
    Frame& frame = frames_.at(id);
    const bool starts = frame.status == Status::unstarted;
    if (!runs({id.first, frame.operation})) {
      see(frame.detached ? Mark("detached: runs when its operation is over") : Mark("orphan: runs"));
    }
    frame.status = Status::running;
    if (starts && id.second == 0) frame.knew = taken_;
    if (starts && id.second == 0) begins({id.first, frame.operation});
    if (cause == Cause::timeout) time_out(id);
    else if (!starts) resume(id);
    run(id, 0);
  }
  const auto after = frames_.find(id);
  if (after != frames_.end() && after->second.cancelled && after->second.status == Status::waiting) {
    facts_.cancel_waits = true;
  }
  sweep();
}

void Oracle::time_out(FrameId id) {
  const Frame& frame = frames_.at(id);
  see(*frame.awaits, Way::timed_out);
  see(frame.awaits->kind == Kind::await_turn ? Mark("timeout: of a turn") : Mark("timeout: of a read"));
  see(frame.detached ? Mark("hit: nobody, by a timeout of a detached frame") : Mark("hit: by a timeout"));
  if (!frame.detached) hit({id.first, frame.operation});
  leave_await(id);
  raise(id, kTimedOut);
}

/// A bound is passed: the first one is told.
void Oracle::diverge(const char* bound) {
  if (facts_.diverges) return;
  facts_.diverges = true;
  facts_.bound = bound;
  if (seen_ != nullptr) seen_->see_bound(bound);
}

void Oracle::unready(FrameId id) { ready_.erase(std::remove(ready_.begin(), ready_.end(), id), ready_.end()); }

/// A cancel comes to a frame. False: it is lost, and nothing has happened.
bool Oracle::cancel(FrameId id) {
  Frame& frame = frames_.at(id);
  if (frame.status == Status::unstarted) {  // a child, of one that awaits it
    see("cancel: of a child that has not started");
    unready(id);
    finish(id, cancelled());
    return true;
  }
  const auto kind = setup_->scenario.cancel.kind;
  if (kind == scenario::CancelKind::raise_at_every_await) frame.scope_cancelled = true;
  if (kind != scenario::CancelKind::kill && swallows(frame)) {
    see(frame.awaits->kind == Kind::await_poll ? Mark("cancel: swallowed at a poll")
                                               : Mark("cancel: swallowed at a send"));
    return false;
  }
  if (passes_on(id)) {
    see(id.second == 0 ? Mark("cancel: passed on") : Mark("cancel: passed on twice"));
    const bool landed = cancel({id.first, *frame.child});
    if (landed && id.second == 0) frame.cancelled = true;
    return landed;
  }
  see_cancel(id);
  unready(id);
  frame.status = Status::running;
  land(id);
  run(id, 0);
  return true;
}

void Oracle::see_cancel(FrameId id) {
  const Frame& frame = frames_.at(id);
  see(*frame.awaits, Way::cancelled);
  see(frame.status == Status::ready ? Mark("cancel: of a frame that is ready") : Mark("cancel: of one that waits"));
  if (frame.cancelled) see("cancel: a second one in the same operation");
  switch (setup_->scenario.cancel.kind) {
    case scenario::CancelKind::raise: return see("cancel: raise");
    case scenario::CancelKind::vanish: return see("cancel: vanish");
    case scenario::CancelKind::raise_at_every_await: return see("cancel: raise-at-every-await");
    case scenario::CancelKind::kill: return see("cancel: kill");
    case scenario::CancelKind::as_error: return see("cancel: return");
  }
}

/// Its scope is cancelled, and it is suspended: nothing loses this cancel.
void Oracle::cancel_again(FrameId id) {
  Frame& frame = frames_.at(id);
  frame.scope_cancelled = true;
  see("cancel: again");
  if (passes_on(id)) {
    see("cancel: again, passed on");
    const FrameId child{id.first, *frame.child};
    if (frames_.at(child).status == Status::unstarted) {
      cancel(child);
    } else {
      cancel_again(child);
      run(child, 0);
    }
    return;
  }
  unready(id);
  frame.status = Status::running;
  leave_await(id);
  raise(id, cancelled());
}

/// The reader goes, and with it what its parser has taken of a reply, if the parser loses it.
void Oracle::lose_beginning(const Frame& frame) {
  const Kind kind = frame.awaits->kind;
  if (kind != Kind::await_receive && kind != Kind::await_discard) return;
  if (setup_->design.parser != design::ReplyParser::loses || frame.broken) return;
  if (frame.conn == 0 || !slots_.at(frame.conn).socket) return;
  Socket& socket = *slots_.at(frame.conn).socket;
  const auto lose = [&](auto& next, bool of_several) {
    if (!next.spoiled && next.taken > 0) {
      see("parser: loses a beginning");
      if (of_several) see("parser: loses that of a group of several");
    }
    next.spoiled = next.spoiled || next.taken > 0;
  };
  if (!socket.stream.empty()) return lose(socket.stream.front(), false);
  for (auto* groups : {&socket.kernel, &socket.wire}) {
    if (!groups->empty()) return lose(groups->front(), groups->front().messages.size() > 1);
  }
}

/// The await ends with an exception: nobody reads, nobody waits for a write.
void Oracle::leave_await(FrameId id) {
  Frame& frame = frames_.at(id);
  lose_beginning(frame);
  for (auto& [conn, slot] : slots_) {
    slot.readers.erase(std::remove(slot.readers.begin(), slot.readers.end(), id), slot.readers.end());
  }
  frame.broken = false;
  frame.flushing = false;
}

/// The cancel happens: an exception at the await, or the end with nothing but the drops.
void Oracle::land(FrameId id) {
  Frame& frame = frames_.at(id);
  leave_await(id);
  const auto kind = setup_->scenario.cancel.kind;
  if (kind != scenario::CancelKind::vanish && kind != scenario::CancelKind::kill) {
    frame.cancelled = id.second == 0;
    return raise(id, cancelled());
  }
  bool dropped = false;
  while (!frame.stack.empty() && kind == scenario::CancelKind::vanish) {
    const Activation left = frame.stack.back();
    frame.stack.pop_back();
    using Role = Activation::Role;
    if (left.role != Role::body && left.role != Role::handler) continue;
    const Clause* drop = find(*left.owner, Clause::Kind::on_drop);
    if (drop == nullptr) continue;
    see(std::exchange(dropped, true) ? Mark("on drop: the outer one after the inner") : Mark("on drop: runs"));
    const std::size_t depth = frame.stack.size();
    begin(id, drop->block, Role::drop, left.owner);
    run(id, depth);
    if (facts_.diverges) return;
  }
  finish(id, cancelled());
}

/// These count by themselves; of `if` and the loops the looks at a condition or a count do.
bool is_step(const Statement& s) {
  switch (s.kind) {
    case Kind::pass:
    case Kind::call:
    case Kind::return_:
    case Kind::attempt:
    case Kind::branch:
    case Kind::loop_times:
    case Kind::loop_while: return false;
    case Kind::raise: return s.exception != Exception::none;
    default: return true;
  }
}

/// Runs until the frame suspends, ends, or has left all activations above `depth`.
void Oracle::run(FrameId id, std::size_t depth) {
  while (is_live(id) && frames_.at(id).status == Status::running && !facts_.diverges) {
    Frame& frame = frames_.at(id);
    if (frame.stack.size() <= depth) return;
    Activation& top = frame.stack.back();
    if (top.next == top.block->size()) {
      unwind(id, {});
    } else {
      const Statement& next = (*top.block)[top.next++];
      if (is_step(next) && ++steps_ > kMaxSteps) return diverge("steps");
      execute(id, next);
    }
  }
}

void Oracle::suspend(FrameId id, Status status) {
  Frame& frame = frames_.at(id);
  ++suspensions_;
  see(*frame.awaits, Way::suspends);
  if (status == Status::ready) make_ready(id);
  else frame.status = status;
  if (frame.scope_cancelled && frame.awaits->kind != Kind::yield) cancel_again(id);
}

void Oracle::make_ready(FrameId id) {
  frames_.at(id).status = Status::ready;
  ready_.push_back(id);
}

// --- blocks --------------------------------------------------------------------------------------

void Oracle::begin(FrameId id, const design::Block& block, Activation::Role role, const Statement* owner) {
  Activation activation;
  activation.role = role;
  activation.block = &block;
  activation.owner = owner;
  frames_.at(id).stack.push_back(activation);
}

/// Leaves blocks until one of them stops the signal.
void Oracle::unwind(FrameId id, Signal signal) {
  using Role = Activation::Role;
  auto& stack = frames_.at(id).stack;
  const auto ends = [&] { return signal.kind == Signal::Kind::normal; };
  const scenario::CancelKind kind = setup_->scenario.cancel.kind;
  while (!stack.empty()) {
    const Activation left = stack.back();
    stack.pop_back();
    switch (left.role) {
      case Role::branch:
        if (ends()) return;
        break;
      case Role::procedure:
        if (signal.kind == Signal::Kind::returning) {
          see(stack.empty() ? Mark("return: from the listing") : Mark("return: from a call"));
          signal = {};
        }
        if (ends() && !stack.empty()) return;
        break;
      case Role::loop:
        if (ends()) return next_round(id, left);
        break;
      case Role::body:
      case Role::handler: {
        if (left.role == Role::body && signal.kind == Signal::Kind::raising) {
          for (const Clause& clause : left.owner->clauses) {
            if (clause.kind != Clause::Kind::except) continue;
            see_except(clause, signal.exception);
            if (!catches(clause, signal.exception, kind)) continue;
            begin(id, clause.block, Role::handler, left.owner);
            stack.back().handling = signal;
            return;
          }
        }
        if (left.role == Role::handler && signal.kind == Signal::Kind::raising) {
          see("except: a new exception replaces the old one");
        }
        if (const Clause* last = find(*left.owner, Clause::Kind::finally)) {
          see(ends()                                 ? Mark("finally: normally")
              : signal.kind == Signal::Kind::raising ? Mark("finally: on an exception")
                                                     : Mark("finally: on a return"));
          begin(id, last->block, Role::finally, left.owner);
          stack.back().pending = signal;
          return;
        }
        if (ends()) return;
        break;
      }
      case Role::finally:
        if (!ends() && left.pending.kind == Signal::Kind::raising) {
          see(signal.kind == Signal::Kind::raising ? Mark("finally: a new exception replaces the old one")
                                                   : Mark("finally: a return drops the exception"));
        }
        if (ends()) signal = left.pending;
        if (ends()) return;
        break;
      case Role::drop:  // an error or a return ends this block only
        if (signal.kind == Signal::Kind::raising) see("on drop: an error ends it");
        if (signal.kind == Signal::Kind::returning) see("on drop: a return ends it");
        return;
    }
  }
  finish(id, signal);
}

/// An exception comes to an `except`.
void Oracle::see_except(const Clause& clause, Exception exception) {
  if (!catches(clause, exception, setup_->scenario.cancel.kind)) return see("except: another kind passes by");
  if (exception == Exception::error) return see("except: an error");
  if (exception == Exception::rejected) return see("except: a rejection");
  const bool as_cancel = ((clause.catches >> static_cast<int>(Exception::cancelled)) & 1) != 0;
  see(as_cancel ? Mark("except: a cancel") : Mark("except: a cancel as an error"));
}

/// Begins a loop, or goes around once more.
void Oracle::next_round(FrameId id, Activation loop) {
  const Statement& s = *loop.owner;
  if (++steps_ > kMaxSteps) diverge("steps");
  if (facts_.diverges) return;
  if (s.kind == Kind::loop_times) {
    if (loop.rounds == 0) return;
    --loop.rounds;
  } else {
    try {
      if (!test(id, s.clauses.front().condition)) return;
    } catch (const NoConnection& none) {
      return raise(id, none.name);
    }
  }
  loop.next = 0;
  frames_.at(id).stack.push_back(loop);
}

Oracle::Signal Oracle::cancelled() { return {Signal::Kind::raising, Exception::cancelled, {}}; }

void Oracle::raise(FrameId id, const char* name) {
  if (seen_ != nullptr) seen_->see_failure(name);
  raise(id, {Signal::Kind::raising, Exception::error, name});
}

void Oracle::raise(FrameId id, const Signal& signal) {
  ++raises_;
  unwind(id, signal);
}

/// That of a text; without one, that of the last error of the server that the frame has taken.
Oracle::Signal Oracle::raised_by(const Frame& frame, const Statement& s) const {
  const bool is_error = s.exception == Exception::error;
  const std::string_view taken = frame.last_error;
  see(!s.name.empty()  ? Mark("name: a text")
      : !taken.empty() ? Mark("name: the last error of the server that was taken")
      : is_error       ? Mark("name: an error, as none was taken")
                       : Mark("name: a rejection, as no error was taken"));
  const std::string_view without = !taken.empty() ? taken : is_error ? "error" : kRejected;
  return {Signal::Kind::raising, s.exception, s.name.empty() ? without : s.name};
}

// --- conditions ----------------------------------------------------------------------------------

int& Oracle::variable(FrameId id, const design::VariableRef& ref) {
  Frame& frame = frames_.at(id);
  if (ref.scope == Scope::op) {
    see("variable: of the operation");
    return frame.variables[ref.name];
  }
  if (ref.scope == Scope::pool) {
    see("variable: of the pool");
    return pools_[node_of({id.first, frame.operation})].variables[ref.name];
  }
  if (frame.conn == 0) {
    see(ref.scope == Scope::socket ? Mark("variable: of the socket, with an empty register")
                                   : Mark("variable: of the connection, with an empty register"));
    throw NoConnection{};
  }
  Slot& slot = slots_.at(frame.conn);
  if (ref.scope == Scope::conn) {
    see("variable: of the connection");
    return slot.variables[ref.name];
  }
  if (!slot.socket) {
    see("variable: of the socket, without a socket");
    throw NoConnection{kNoSocket};
  }
  int& value = slot.socket->variables[ref.name];
  const auto before = slot.left.find(ref.name);
  see(before == slot.left.end() ? Mark("variable: of the socket")
      : before->second != value ? Mark("variable: of the socket, behind a new one, and not what it was")
                                : Mark("variable: of the socket, behind a new one"));
  return value;
}

Oracle::Queue& Oracle::queue(FrameId id, const design::VariableRef& ref) {
  Frame& frame = frames_.at(id);
  if (ref.scope == Scope::pool) return pools_[node_of({id.first, frame.operation})].queues[ref.name];
  if (frame.conn == 0) throw NoConnection{};
  return slots_.at(frame.conn).queues[ref.name];
}

/// The place of a store that the frame means; null: it is a detached one, and was told of no key. A store with one
/// place has that of whoever asks.
std::vector<Oracle::Message>* Oracle::place(FrameId id, const design::VariableRef& ref) {
  const Frame& frame = frames_.at(id);
  const OperationId op{id.first, frame.operation};
  Store& store = pools_[node_of(op)].stores.at(ref.name);
  const design::Places places = setup_->design.pool_stores.at(ref.name);
  if (places == design::Places::one) return &store[{}];
  if (frame.detached) {
    see(frame.told_about ? Mark("store: of a detached frame, behind a push")
                         : Mark("store: a detached frame has no place"));
    if (!frame.told_about) return nullptr;
  }
  if (frame.told_about) see("store: the place of the key that a push is about");
  Key key = frame.told_about.value_or(Key{script(op).keys.front(), owner(id.first)});
  if (places == design::Places::by_name) key.second.clear();
  return &store[key];
}

bool Oracle::test(FrameId id, const Expression& e) {
  const bool value = value_of(id, e);
  if (seen_ != nullptr) seen_->see(e, value);
  return value;
}

bool Oracle::value_of(FrameId id, const Expression& e) {
  const Frame& frame = frames_.at(id);
  const OperationId op{id.first, frame.operation};
  const auto socket = [&]() -> const Socket* {
    if (frame.conn == 0 || !slots_.at(frame.conn).socket) return nullptr;
    return &*slots_.at(frame.conn).socket;
  };
  switch (e.kind) {
    case Expression::Kind::always: return true;
    case Expression::Kind::available: {
      const Pool& pool = pools_[node_of(op)];
      return !pool.free.empty() || pool.made < setup_->scenario.pool_max;
    }
    case Expression::Kind::connected: return socket() != nullptr;
    case Expression::Kind::readable: return readable(frame);
    case Expression::Kind::polled: return frame.polled;
    case Expression::Kind::redirected: return !frame.value.empty() && frame.value.back().moved;
    case Expression::Kind::mine: {
      if (frame.value.empty()) return true;
      const Message& last = frame.value.back();
      if (says_nothing(last)) return true;
      if (last.push != nullptr && owner_of(last) != owner(id.first)) see("mine: a push of another owner's");
      return owner_of(last) == owner(id.first);
    }
    case Expression::Kind::woken: return frame.woken;
    case Expression::Kind::waiting:
      if (e.variable.scope == Scope::conn && frame.conn == 0) return false;
      return !queue(id, e.variable).empty();
    case Expression::Kind::has: {
      const auto* kept = place(id, e.variable);
      return kept != nullptr && !kept->empty();
    }
    case Expression::Kind::got: return is_of(frame.got, e.name, "got: one of its kinds");
    case Expression::Kind::saw:
      return std::any_of(frame.saw.begin(), frame.saw.end(),
                         [&](const std::string& kind) { return is_of(kind, e.name, "saw: one of its kinds"); });
    case Expression::Kind::negation: return !test(id, e.operands[0]);
    case Expression::Kind::conjunction:
      for (const Expression& each : e.operands) {
        if (!test(id, each)) return false;
      }
      return true;
    case Expression::Kind::disjunction:
      for (const Expression& each : e.operands) {
        if (test(id, each)) return true;
      }
      return false;
    case Expression::Kind::compare: return compare(id, e);
  }
  return false;
}

/// A variable to a number, or to another variable.
bool Oracle::compare(FrameId id, const Expression& e) {
  const int value = variable(id, e.variable);
  const int to = e.other ? variable(id, *e.other) : e.number;
  switch (e.comparison) {
    case Expression::Comparison::equal: return value == to;
    case Expression::Comparison::unequal: return value != to;
    case Expression::Comparison::less: return value < to;
    case Expression::Comparison::less_equal: return value <= to;
    case Expression::Comparison::greater: return value > to;
    case Expression::Comparison::greater_equal: return value >= to;
  }
  return false;
}

// --- statements ----------------------------------------------------------------------------------

void Oracle::execute(FrameId id, const Statement& s) {
  Frame& frame = frames_.at(id);
  if (seen_ != nullptr) seen_->see(s);
  try {
    switch (s.kind) {
      case Kind::pass: return;
      case Kind::call: return begin(id, setup_->design.procedures.at(s.name).block, Activation::Role::procedure, &s);
      case Kind::return_: return unwind(id, {Signal::Kind::returning, Exception::none, {}});
      case Kind::raise: {
        see(s.exception == Exception::none    ? Mark("raise: again")
            : s.exception == Exception::error ? Mark("raise: an error")
                                              : Mark("raise: a rejection"));
        if (s.exception != Exception::none) return raise(id, raised_by(frame, s));
        for (auto each = frame.stack.rbegin(); each != frame.stack.rend(); ++each) {
          if (each->role == Activation::Role::handler) return raise(id, Signal(each->handling));
        }
        ensure(false, "a bare raise outside of a handler");
        return;
      }
      case Kind::branch: return execute_branch(id, s);
      case Kind::loop_times:
      case Kind::loop_while: {
        Activation loop;
        loop.role = Activation::Role::loop;
        loop.owner = &s;
        loop.block = &s.clauses.front().block;
        loop.rounds = s.number;
        if (s.kind == Kind::loop_times) see_count(s);
        if (s.count == Statement::Count::commands) {
          const int last = std::max(0, frame.sent_steps - 1);
          loop.rounds = static_cast<int>(steps_of({id.first, frame.operation})[last].size());
        } else if (s.count == Statement::Count::handshake) {
          loop.rounds = static_cast<int>(setup_->design.handshake.size());
        }
        if (s.kind == Kind::loop_times && loop.rounds == 0) see("loop: no round at all");
        return next_round(id, loop);
      }
      case Kind::attempt: return begin(id, find(s, Clause::Kind::body)->block, Activation::Role::body, &s);
      case Kind::assert_: return check(id, s);
      case Kind::assign:
        if (s.other) return copy(id, s);
        variable(id, s.variable) = s.number;
        return;
      case Kind::add: {
        int& v = variable(id, s.variable);
        if (v + s.number > 255) see("variable: stops at 255");
        v = std::min(255, v + s.number);
        return;
      }
      case Kind::subtract: {
        int& v = variable(id, s.variable);
        if (v - s.number < 0) see("variable: stops at 0");
        v = std::max(0, v - s.number);
        return;
      }
      case Kind::take: return take(id);
      case Kind::share: return share(id, s.number);
      case Kind::put: return put(id);
      case Kind::close: return close(id);
      case Kind::renew: return renew(id);
      case Kind::follow: return follow(id);
      case Kind::forget: return forget(id);
      case Kind::join: return join(id, queue(id, s.variable));
      case Kind::leave: {
        Queue& q = queue(id, s.variable);
        const auto gone = std::remove_if(q.begin(), q.end(), [&](const Entry& e) { return e.frame == id && !e.dead; });
        see(gone == q.end() ? Mark("leave: nothing there") : Mark("leave: takes it out"));
        q.erase(gone, q.end());
        return;
      }
      case Kind::wake:
      case Kind::hand_reply:
      case Kind::hand_conn: return wake(id, s);
      case Kind::keep: return keep(id, s);
      case Kind::serve: return serve_out_of(id, s);
      case Kind::drop: return drop(id, s);
      case Kind::spawn:
      case Kind::spawn_detached: return spawn(id, s);
      default: return await(id, s);
    }
  } catch (const NoConnection& none) {
    if (frame.conn == 0) see("an empty register raises");
    raise(id, none.name);
  }
}

/// The listing goes on, whatever the condition is; unless that raises.
void Oracle::check(FrameId id, const Statement& s) {
  try {
    const bool holds = test(id, s.condition);
    see(holds ? Mark("assert: true") : Mark("assert: not true"));
    if (holds) return;
    if (facts_.assertion) see("assert: not true, a second time in the event");
    facts_.assertion = true;
  } catch (const NoConnection&) {
    see("assert: raises");
    throw;
  }
}

void Oracle::copy(FrameId id, const Statement& s) {
  try {
    int& to = variable(id, s.variable);
    const int value = variable(id, *s.other);
    see(s.variable == *s.other ? Mark("copy: of itself")
        : to == value          ? Mark("copy: of what it is")
                               : Mark("copy: of something else"));
    to = value;
  } catch (const NoConnection&) {
    see("copy: raises");
    throw;
  }
}

void Oracle::see_count(const Statement& loop) const {
  switch (loop.count) {
    case Statement::Count::number: return see("loop: a number of times");
    case Statement::Count::commands: return see("loop: commands times");
    case Statement::Count::handshake: return see("loop: handshake times");
  }
}

void Oracle::execute_branch(FrameId id, const Statement& s) {
  for (const Clause& clause : s.clauses) {
    if (clause.kind == Clause::Kind::when) {
      if (++steps_ > kMaxSteps) return diverge("steps");
      if (!test(id, clause.condition)) continue;
    }
    see(clause.kind != Clause::Kind::when ? Mark("if: the else")
        : &clause == &s.clauses.front()   ? Mark("if: the first condition")
                                          : Mark("if: an elif"));
    return begin(id, clause.block, Activation::Role::branch, &s);
  }
  see("if: nothing");
}

void Oracle::take(FrameId id) {
  Frame& frame = frames_.at(id);
  const OperationId op{id.first, frame.operation};
  Pool& pool = pools_[node_of(op)];
  if (node_of(op) != believed_node(op)) see("take: where the key has moved to");
  if (!pool.free.empty()) {
    see("take: a free one");
    frame.conn = pool.free.front();
    pool.free.pop_front();
  } else if (pool.made < setup_->scenario.pool_max) {
    see("take: a new one");
    frame.conn = make_slot(node_of(op));
  } else {
    see("take: there is none");
    return raise(id, kNoneFree);
  }
  if (frame.detached) return see("take: by a detached frame");  // it works for no operation
  owned_[op].insert(frame.conn);
  slots_.at(frame.conn).taken[op] = ++clock_;
}

/// Puts a connection behind the free ones. False: there is no room for it.
bool Oracle::add_free(Pool& pool, int conn) {
  if (pool.free.size() == kMaxFree) diverge("free-list");
  else pool.free.push_back(conn);
  return !facts_.diverges;
}

/// The slots below the shared one that this makes are free, as if they had been taken and put.
void Oracle::share(FrameId id, int number) {
  Frame& frame = frames_.at(id);
  const int node = node_of({id.first, frame.operation});
  Pool& pool = pools_[node];
  if (number < 1 || number > setup_->scenario.pool_max) {
    see("share: above the limit");
    return raise(id, kNoneFree);
  }
  while (pool.made < number) {
    see("share: makes slots");
    if (!add_free(pool, make_slot(node))) return;
  }
  frame.conn = node * setup_->scenario.pool_max + number;
  if (slots_.at(frame.conn).shared) see("share: one that is shared");
  slots_.at(frame.conn).shared = true;
  const auto free = std::find(pool.free.begin(), pool.free.end(), frame.conn);
  if (free == pool.free.end()) return;
  see("share: one that was free");
  pool.free.erase(free);
}

void Oracle::put(FrameId id) {
  Frame& frame = frames_.at(id);
  if (frame.conn == 0) return raise(id, kNoConnection);
  Pool& pool = pools_[node_of_conn(frame.conn)];
  const bool again = std::find(pool.free.begin(), pool.free.end(), frame.conn) != pool.free.end();
  if (slots_.at(frame.conn).shared) see("put: a shared one");
  if (again) see("put: one that is free already");
  if (!add_free(pool, frame.conn)) return;
  see(setup_->design.order == design::Order::lifo ? Mark("put: first") : Mark("put: last"));
  if (setup_->design.order == design::Order::lifo) {
    pool.free.pop_back();
    pool.free.push_front(frame.conn);
  }
  if (frame.detached) see("put: by a detached frame");
  else owned_[{id.first, frame.operation}].erase(frame.conn);
  frame.conn = 0;
}

void Oracle::close(FrameId id) {
  const int conn = frames_.at(id).conn;
  if (conn != 0) close_slot(conn);
}

void Oracle::close_slot(int conn) {
  Slot& slot = slots_.at(conn);
  if (!slot.socket) return see("close: not connected");
  if (!slot.readers.empty()) see("close: readers get an error");
  if (slot.socket->unwritten > 0) see("close: drops unwritten requests");
  if (!slot.socket->requests.empty() && slot.socket->requests.front().made > 0) see("close: in the middle of a reply");
  for (auto& [other, frame] : frames_) {
    const bool suspended = frame.status == Status::ready || frame.status == Status::waiting;
    if (!suspended || frame.conn != conn) continue;
    const Kind kind = frame.awaits->kind;
    if (kind == Kind::await_receive || kind == Kind::await_discard || frame.flushing) frame.broken = true;
    if (frame.flushing && frame.status == Status::waiting) make_ready(other);
  }
  for (const FrameId& reader : slot.readers) make_ready(reader);
  slot.readers.clear();
  const auto& requests = slot.socket->requests;
  const std::size_t reached = requests.size() - static_cast<std::size_t>(slot.socket->unwritten);
  const bool goes_on = setup_->runs_on && !slot.socket->silent;
  for (std::size_t i = 0; goes_on && i < reached; ++i) {
    if (!writes(requests[i])) continue;
    if (requests[i].made > 0) {
      see("close: a write that is begun is not left behind");
      continue;
    }
    if (slot.lingering.size() == kMaxLingering) return diverge("lingering");
    see(setup_->scenario.physics.linger ? Mark("close: leaves a write behind")
                                        : Mark("close: leaves a write behind, where the server runs on"));
    slot.lingering.push_back(requests[i]);
  }
  if (setup_->runs_on && slot.socket->silent && reached > 0) {
    see("close: a silent server executes nothing of it");
  }
  slot.left = slot.socket->variables;
  if (!slot.socket->waiting.empty()) see("held: goes with the socket");
  slot.socket.reset();
}

void Oracle::renew(FrameId id) {
  sweep();
  const int node = node_of({id.first, frames_.at(id).operation});
  const auto before = pools_[node].free;
  for (auto& [conn, slot] : slots_) {
    if (node_of_conn(conn) != node) continue;
    if (slot.shared) see("renew: leaves shared ones");
    if (slot.shared) continue;
    close_slot(conn);
    if (facts_.diverges) return;
    const bool is_free = std::find(before.begin(), before.end(), conn) != before.end();
    const bool nobodys = !is_free && nobody_has(conn);
    see(is_free   ? Mark("renew: a free slot")
        : nobodys ? Mark("renew: one that nobody has")
                  : Mark("renew: one that somebody has"));
    if (!is_free && !nobodys) continue;
    slot.variables = setup_->design.conn_variables;
    if (nobodys && !add_free(pools_[node], conn)) return;
  }
}

int Oracle::make_slot(int node) {
  const int conn = node * setup_->scenario.pool_max + ++pools_[node].made;
  Slot& slot = slots_[conn];
  slot.variables = setup_->design.conn_variables;
  for (const std::string& each : setup_->design.conn_queues) slot.queues[each];
  return conn;
}

void Oracle::join(FrameId id, Queue& q) {
  for (Entry& each : q) {
    if (each.frame == id && !each.dead) see("join: again, the old entry dies");
    if (each.frame == id) each.dead = true;
  }
  if (q.size() == kMaxWaiters) return diverge("waiters");
  q.push_back({id});
  frames_.at(id).woken = false;
}

/// Suspended in `await turn` on the queue of that name; one of a pool, whichever node it is of.
bool Oracle::waits_on(FrameId other, FrameId id, const design::VariableRef& ref) const {
  const Frame& theirs = frames_.at(other);
  const Frame& mine = frames_.at(id);
  if (theirs.status != Status::waiting || theirs.awaits->kind != Kind::await_turn) return false;
  if (!(theirs.awaits->variable == ref)) return false;
  return ref.scope == Scope::pool || theirs.conn == mine.conn;
}

void Oracle::wake(FrameId id, const Statement& s) {
  Frame& mine = frames_.at(id);
  Queue& q = queue(id, s.variable);
  if (s.kind == Kind::hand_conn && mine.conn == 0) {
    see("hand conn: there is none");
    return raise(id, kNoConnection);
  }
  if (q.empty()) return see("wake: nobody there");
  const Entry entry = q.front();
  q.erase(q.begin());
  const bool waits = !entry.dead && waits_on(entry.frame, id, s.variable);
  see(entry.dead ? Mark("wake: a tombstone")
      : waits    ? Mark("wake: a waiting frame")
                 : Mark("wake: one that does not wait there"));
  if (s.kind == Kind::hand_reply) {
    const std::vector<Message> moved = std::move(mine.value);
    mine.value.clear();
    see(entry.dead ? Mark("hand reply: to a tombstone") : Mark("hand reply: to a frame"));
    auto& value = frames_.at(entry.dead ? id : entry.frame).value;
    if (!entry.dead && take_over(moved, value)) see("hand reply: beyond eight");
  }
  if (s.kind == Kind::hand_conn) hand_conn(id, entry);
  if (entry.dead) return;
  frames_.at(entry.frame).woken = true;
  if (waits) make_ready(entry.frame);
}

/// The register and the ownership move; of a detached frame only the register, as it works for nobody.
void Oracle::hand_conn(FrameId id, const Entry& to) {
  Frame& mine = frames_.at(id);
  const int moved = std::exchange(mine.conn, 0);
  if (mine.detached) see("hand conn: by a detached frame");
  else owned_[{id.first, mine.operation}].erase(moved);
  see(to.dead ? Mark("hand conn: to a tombstone") : Mark("hand conn: to a frame"));
  if (to.dead) return;
  Frame& theirs = frames_.at(to.frame);
  theirs.conn = moved;
  if (theirs.detached) return see("hand conn: to a detached frame");
  owned_[{to.frame.first, theirs.operation}].insert(moved);
}

void Oracle::keep(FrameId id, const Statement& s) {
  auto* kept = place(id, s.variable);
  if (kept == nullptr) return;
  const auto& value = frames_.at(id).value;
  see(value.empty()   ? Mark("keep: nothing")
      : kept->empty() ? Mark("keep: where nothing was")
                      : Mark("keep: in place of something"));
  *kept = value;
}

void Oracle::serve_out_of(FrameId id, const Statement& s) {
  const auto* kept = place(id, s.variable);
  if (kept == nullptr) return;
  if (kept->empty()) return see("serve: nothing");
  const design::Places places = setup_->design.pool_stores.at(s.variable.name);
  see(places == design::Places::one      ? Mark("serve: of the one place")
      : places == design::Places::by_key ? Mark("serve: of a key")
                                         : Mark("serve: of a name"));
  if (take_over(*kept, frames_.at(id).value)) see("serve: beyond eight");
}

void Oracle::drop(FrameId id, const Statement& s) {
  auto* kept = place(id, s.variable);
  if (kept == nullptr) return;
  see(kept->empty() ? Mark("drop: nothing") : Mark("drop: what is kept"));
  kept->clear();
}

/// Adds what there is room for. True: there was not for all of it.
bool Oracle::take_over(const std::vector<Message>& from, std::vector<Message>& value) {
  const std::size_t room = kMaxValue - value.size();
  value.insert(value.end(), from.begin(), from.begin() + static_cast<long>(std::min(room, from.size())));
  return room < from.size();
}

void Oracle::spawn(FrameId id, const Statement& s) {
  sweep();
  Frame& mine = frames_.at(id);
  int place = 1;
  while (place <= kMaxChildren && frames_.count({id.first, place}) != 0) ++place;
  if (place > kMaxChildren) return diverge("children");
  if (id.second != 0) see("spawn: by a child");
  if (s.kind == Kind::spawn && mine.child) see("spawn: in place of one that nobody awaits any more");
  if (s.kind == Kind::spawn_detached && mine.detached) see("spawn detached: by a detached frame");
  const FrameId child_id{id.first, place};
  Frame child;
  child.operation = mine.operation;
  child.conn = mine.conn;
  child.variables = mine.variables;
  child.sent_steps = mine.sent_steps;
  child.detached = s.kind == Kind::spawn_detached || mine.detached;
  frames_[child_id] = child;
  begin(child_id, setup_->design.procedures.at(s.name).block, Activation::Role::procedure, &s);
  if (s.kind == Kind::spawn) mine.child = place;
  ready_.push_back(child_id);
}

// --- awaits --------------------------------------------------------------------------------------

/// A frame comes to an await.
void Oracle::await(FrameId id, const Statement& s) {
  const int suspensions = suspensions_, raises = raises_;
  try {
    begin_await(id, s);
  } catch (const NoConnection&) {
    see(s, Way::raises);
    throw;
  }
  if (suspensions_ != suspensions) return;
  see(s, raises_ == raises ? Way::at_once : Way::raises);
}

void Oracle::begin_await(FrameId id, const Statement& s) {
  Frame& frame = frames_.at(id);
  frame.awaits = &s;
  switch (s.kind) {
    case Kind::await_connect:
      if (frame.conn == 0) return raise(id, kNoConnection);
      return suspend(id, Status::ready);
    case Kind::await_send_request:
    case Kind::await_send_handshake:
    case Kind::await_send_command:
    case Kind::await_send_own:
      if (setup_->send_suspends == SendSuspends::before) return suspend(id, Status::ready);
      return send(id, s);
    case Kind::await_receive:
    case Kind::await_discard: return receive(id, s);
    case Kind::await_turn:
      queue(id, s.variable);  // must be there
      if (!frame.woken) return suspend(id, Status::waiting);
      see("turn: takes a wake that was there");
      frame.woken = false;
      return;
    case Kind::await_child:
    case Kind::await_task: return await_child(id, s);
    case Kind::await_close: close(id); return suspend(id, Status::ready);
    case Kind::await_resolve:
      if (setup_->scenario.physics.resolve) suspend(id, Status::ready);
      return;
    case Kind::await_poll:
      frame.polled = readable(frame);
      see(frame.polled ? Mark("poll: sees something") : Mark("poll: sees nothing"));
      if (!frame.polled && frame.conn != 0 && !slots_.at(frame.conn).readers.empty()) {
        see("poll: another one reads");
        return raise(id, kTwoReaders);
      }
      if (!frame.polled && setup_->scenario.physics.poll) suspend(id, Status::ready);
      return;
    default: return suspend(id, Status::ready);  // pause, yield
  }
}

/// A suspended frame runs again.
void Oracle::resume(FrameId id) {
  const Statement& s = *frames_.at(id).awaits;
  const int suspensions = suspensions_, raises = raises_;
  see(s, Way::resumes);
  end_await(id, s);
  if (suspensions_ == suspensions && raises_ != raises) see(s, Way::raises);
}

void Oracle::end_await(FrameId id, const Statement& s) {
  Frame& frame = frames_.at(id);
  switch (s.kind) {
    case Kind::await_connect:
      if (!slots_.at(frame.conn).socket) slots_.at(frame.conn).socket = new_socket(false);
      return;
    case Kind::await_send_request:
    case Kind::await_send_handshake:
    case Kind::await_send_command:
    case Kind::await_send_own:
      if (frame.flushing) {
        frame.flushing = false;
        if (!std::exchange(frame.broken, false)) return;
        see("send: the socket was closed");
        return raise(id, kSocketClosed);
      }
      if (setup_->send_suspends == SendSuspends::before) send(id, s);
      return;
    case Kind::await_receive:
    case Kind::await_discard:
      if (!frame.broken && !readable(frame)) see("receive: another one was faster");
      if (!std::exchange(frame.broken, false)) return receive(id, s);
      see("receive: the socket was closed");
      return raise(id, kSocketClosed);
    case Kind::await_turn: frame.woken = false; return;
    case Kind::await_child:
    case Kind::await_task: return await_child(id, s);
    default: return;
  }
}

void Oracle::send(FrameId id, const Statement& s) {
  Frame& frame = frames_.at(id);
  if (frame.conn == 0 || !slots_.at(frame.conn).socket) {
    see("send: no socket");
    return raise(id, frame.conn == 0 ? kNoConnection : kNoSocket);
  }
  Socket& socket = *slots_.at(frame.conn).socket;
  const auto has_room = [&](const std::vector<Request>& more) {
    std::size_t all = messages_on(frame.conn);
    for (const Request& each : more) all += messages_owed(each);
    if (all > kMaxQueued) diverge("requests");
    return all <= kMaxQueued;
  };
  std::vector<Request> sent_now;
  Request anonymous;
  anonymous.anonymous = true;
  anonymous.name = s.name;
  if (s.kind == Kind::await_send_request) {
    const OperationId op{id.first, frame.operation};
    const auto steps = steps_of(op);
    int& sent = frame.sent_steps;
    if (steps.size() == 1 && sent == 1) see("send: the same again");
    if (steps.size() == 1) sent = 0;  // may be sent again
    if (sent == static_cast<int>(steps.size())) {
      see("send: beyond the last step");
      return raise(id, kAllSent);
    }
    int first = 0;
    for (int i = 0; i < sent; ++i) first += static_cast<int>(steps[i].size());
    for (int n = 0; n < static_cast<int>(steps[sent].size()); ++n) {
      Request request;
      request.operation = op;
      request.command = first + n;
      sent_now.push_back(request);
    }
    if (!has_room(sent_now)) return;
    ++sent;
  } else if (s.kind == Kind::await_send_handshake) {
    const auto& handshake = setup_->design.handshake;
    if (socket.handshakes == static_cast<int>(handshake.size())) {
      see("send: beyond the handshake");
      return raise(id, kAllSent);
    }
    anonymous.name = handshake[socket.handshakes];
    anonymous.command = -1;
    sent_now = {anonymous};
    if (!has_room(sent_now)) return;
    ++socket.handshakes;
  } else if (s.kind == Kind::await_send_own) {
    Request request;
    request.operation = {id.first, frame.operation};
    request.of_listing = true;
    request.name = s.name;
    sent_now = {request};
    if (!has_room(sent_now)) return;
    if (frame.detached) see("send: a command, by a detached frame");
  } else {
    if (s.for_client) see("send: a command for the client");
    sent_now = {anonymous};
    if (!has_room(sent_now)) return;
  }
  if (!sent_now.empty()) use(id, socket, "hit: who sends next");
  socket.requests.insert(socket.requests.end(), sent_now.begin(), sent_now.end());
  if (!frame.saw.empty()) see("saw: ends with a send");
  frame.saw.clear();
  const bool of_operation = s.kind == Kind::await_send_request || s.kind == Kind::await_send_own;
  const bool large = !sent_now.empty() && of_operation && script({id.first, frame.operation}).large;
  if (socket.unwritten > 0 || (large && setup_->scenario.physics.flush)) {
    see(socket.unwritten > 0 ? Mark("send: waits behind another one") : Mark("send: waits for its writing"));
    socket.unwritten += static_cast<int>(sent_now.size());
    frame.flushing = true;
    return suspend(id, Status::waiting);
  }
  if (socket.skips_to != nullptr) see("skip: what is sent later");
  skip(socket);
  if (setup_->send_suspends == SendSuspends::after) suspend(id, Status::ready);
  if (setup_->send_suspends == SendSuspends::may && ++sends_ == choice_) suspend(id, Status::ready);
}

/// One message; or one after the other, up to the first of a kind.
void Oracle::receive(FrameId id, const Statement& s) {
  Frame& frame = frames_.at(id);
  for (bool first = true;; first = false) {
    if (frame.conn == 0) return raise(id, kNoConnection);
    if (!slots_.at(frame.conn).socket) return raise(id, kNoSocket);
    Slot& slot = slots_.at(frame.conn);
    if (s.kind == Kind::await_receive && frame.value.size() >= kMaxValue) {
      see(first ? Mark("receive: a ninth") : Mark("until: a ninth"));
      return raise(id, kValueFull);
    }
    if (slot.socket->stream.empty()) {
      if (!first) see("until: waits for more");
      return wait_for_reply(id, slot);
    }
    const Message message = take_message(id, *slot.socket);
    if (message.spoiled) {
      see("receive: the rest of a lost beginning");
      return raise(id, kNoReply);
    }
    if (s.kind == Kind::await_receive) frame.value.push_back(message);
    if (s.name.empty()) return;
    if (is_of(frame.got, s.name, "until: one of its kinds"))
      return see(first ? Mark("until: the first is it") : Mark("until: one behind the first is it"));
  }
}

/// There is nothing to take.
void Oracle::wait_for_reply(FrameId id, Slot& slot) {
  if (!slot.readers.empty()) {
    const bool crowds = setup_->design.readers == design::Readers::error;
    see(crowds ? Mark("receive: another one reads") : Mark("receive: behind another one"));
    if (crowds) return raise(id, kTwoReaders);
  }
  auto& next = slot.socket->kernel.empty() ? slot.socket->wire : slot.socket->kernel;
  if (!next.empty() && next.front().seen > next.front().taken) {
    const bool greedy = setup_->design.parser == design::ReplyParser::greedy;
    see(greedy ? Mark("parser: takes all there is") : Mark("parser: takes a header"));
    next.front().taken = greedy ? next.front().seen : kHeader;
  }
  if (slot.readers.size() == kMaxReaders) return diverge("readers");
  slot.readers.push_back(id);
  suspend(id, Status::waiting);
}

/// The oldest message of the stream buffer; the frame remembers what it was. What has lost its beginning is of no kind.
Oracle::Message Oracle::take_message(FrameId id, Socket& socket) {
  use(id, socket, "hit: who takes a message next");
  Frame& frame = frames_.at(id);
  Message message = socket.stream.front();
  socket.stream.pop_front();
  const bool has_kind = message.kind != nullptr && !message.spoiled;
  if (message.spoiled && !frame.got.empty()) see("receive: the rest of a lost beginning, behind a message of a kind");
  if (message.push != nullptr) see("receive: a push");
  frame.told_about.reset();
  if (!message.spoiled) frame.told_about = message.about;
  if (frame.told_about && message.push->invalidates) {
    int& last = taken_[*message.about];
    see(message.executed_at < last ? Mark("invalidation: taken behind a later one") : Mark("invalidation: taken"));
    last = std::max(last, message.executed_at);
  }
  frame.got = has_kind ? message.kind->name : "";
  if (has_kind && message.kind->error && message.push != nullptr) see("name: a push is no error of the server");
  if (has_kind && message.kind->error && message.push == nullptr) frame.last_error = message.kind->name;
  if (has_kind) frame.saw.insert(frame.got);
  else see("receive: of no kind");
  return message;
}

void Oracle::forget(FrameId id) {
  auto& value = frames_.at(id).value;
  if (value.empty()) return see("forget: nothing");
  see("forget: the last one");
  value.pop_back();
}

void Oracle::await_child(FrameId id, const Statement&) {
  Frame& frame = frames_.at(id);
  if (!frame.child) return raise(id, kNoChild);
  const FrameId child_id{id.first, *frame.child};
  const Frame& child = frames_.at(child_id);
  if (child.status != Status::done) return suspend(id, Status::waiting);
  if (take_over(child.value, frame.value)) see("child: beyond eight");
  see(child.result.kind == Signal::Kind::raising ? Mark("child: its exception") : Mark("child: its value"));
  frame.sent_steps = std::max(frame.sent_steps, child.sent_steps);
  const Signal result = child.result;
  frame.child.reset();
  frames_.erase(child_id);
  if (result.kind == Signal::Kind::raising) raise(id, result);
}

// --- ends ----------------------------------------------------------------------------------------

void Oracle::begin_operation(int task, int operation) {
  const FrameId id{task, 0};
  if (node_of({task, operation}) != 0) see("operation: of another node");
  Frame frame;
  frame.operation = operation;
  frame.variables = setup_->design.op_variables;
  frames_[id] = frame;
  if (script({task, operation}).own != nullptr) see("operation: of the scenario's own");
  const design::Procedure& procedure = procedure_of({task, operation});
  if (setup_->scenario.named && procedure.name == script({task, operation}).does)
    see("operation: runs one of its name");
  begin(id, procedure.block, Activation::Role::procedure, nullptr);
}

/// The listing of a frame has ended, normally or by an exception.
void Oracle::finish(FrameId id, Signal signal) {
  leave_queues(id);
  Frame& frame = frames_.at(id);
  if (id.second != 0) {
    frame.status = Status::done;
    frame.result = signal;
    for (auto& [other, parent] : frames_) {
      if (other.first != id.first || parent.status != Status::waiting) continue;
      const Kind kind = parent.awaits->kind;
      const bool waits = kind == Kind::await_child || kind == Kind::await_task;
      if (waits && parent.child == id.second) make_ready(other);
    }
    return sweep();
  }
  const OperationId op{id.first, frame.operation};
  std::string outcome;
  if (signal.kind != Signal::Kind::raising) {
    outcome = judge(frame, op);
  } else {
    see(signal.exception == Exception::cancelled  ? Mark("ended: cancelled")
        : signal.exception == Exception::rejected ? Mark("ended: rejected")
                                                  : Mark("ended: error"));
    outcome = signal.exception == Exception::cancelled  ? "cancelled"
              : signal.exception == Exception::rejected ? "rejected"
                                                        : "error";
  }
  facts_.outcomes.push_back(outcome);
  if (outcome == "error" || outcome == "rejected") {
    const bool raised = signal.kind == Signal::Kind::raising;
    fails(op, raised ? signal.name : name_in_value(frame, op, outcome));
  }
  go_on(id, outcome);
  sweep();
}

// --- faults --------------------------------------------------------------------------------------

/// A fault hits an operation, of which a frame lives: from now on no operation that runs is clear.
void Oracle::hit(OperationId id) {
  if (!hit_.insert(id).second) see("hit: again");
  for (const auto& [frame_id, frame] : frames_) {
    const OperationId other{frame_id.first, frame.operation};
    if (frame_id.second == 0 && frame.status != Status::unstarted && unclear_.insert(other).second && other != id)
      see("hit: another one runs, and is not clear any more");
  }
}

/// An error of the server hits the operation whose request fails; if that is no operation's, who has the connection.
void Oracle::hit_by_error(int conn, const Request& request) {
  if (!request.anonymous) {
    const bool alive = lives(request.operation);
    see(!alive                    ? Mark("hit: nobody, by an error for an operation that is over")
        : runs(request.operation) ? Mark("hit: by an error for it")
                                  : Mark("hit: one that is over, of which a frame lives"));
    if (alive) hit(request.operation);
    return;
  }
  std::vector<OperationId> owners;
  for (const auto& [op, conns] : owned_) {
    if (conns.count(conn) != 0 && lives(op)) owners.push_back(op);
  }
  see(owners.empty()       ? Mark("hit: nobody yet, by an error for no operation")
      : owners.size() == 1 ? Mark("hit: who owns the connection")
                           : Mark("hit: all that own the connection"));
  for (const OperationId& each : owners) hit(each);
  if (owners.empty()) slots_.at(conn).socket->hits_the_next = true;
}

/// A frame queues a request on the socket, or takes a message out of it.
void Oracle::use(FrameId id, Socket& socket, Mark way) {
  if (!socket.hits_the_next) return;
  const Frame& frame = frames_.at(id);
  if (frame.detached) return see("hit: not by a detached frame");
  socket.hits_the_next = false;
  see(way);
  hit({id.first, frame.operation});
}

/// It was hit, and runs, or a frame of it lives that is not detached.
bool Oracle::is_under_way(OperationId id) const { return hit_.count(id) != 0 && (runs(id) || lives(id)); }

void Oracle::begins(OperationId id) {
  const bool clear = std::none_of(hit_.begin(), hit_.end(), [&](OperationId each) { return is_under_way(each); });
  if (!clear) unclear_.insert(id);
  if (!hit_.empty()) {
    see(clear ? Mark("clear: begins behind all that were hit") : Mark("clear: not, as one that was hit is under way"));
  }
}

/// Its name and how many keys it has; where it is the scenario's own, what it sends and is made of.
std::string Oracle::kind_of(OperationId id) const {
  const scenario::Operation& op = script(id);
  std::string kind = op.does + ", " + std::to_string(op.keys.size()) + " keys";
  if (op.own == nullptr) return kind;
  kind += ", own";
  for (const auto& step : op.own->steps) {
    kind += ";";
    for (const protocol::Request& request : step) {
      kind += " " + spoken().commands[request.command].name + " of " + std::to_string(static_cast<int>(request.keys));
      if (request.ignored) kind += " ignored";
    }
  }
  if (!op.own->result) return kind;
  kind += "; results";
  for (const std::size_t each : *op.own->result) kind += " " + spoken().kinds[each].name;
  return kind;
}

/// Of an operation that has ended normally, and failed by what its value holds: of the first of that.
std::string_view Oracle::name_in_value(const Frame& frame, OperationId id, const std::string& outcome) const {
  if (outcome == "rejected") {
    see("name: rejected");
    return kRejected;
  }
  const auto is_mine = [&](const Message& message) {
    const bool mine = !message.anonymous && message.operation == id;
    return mine || answers_in_place(message, frame, id, nullptr).has_value();
  };
  for (const Message& message : frame.value) {
    if (message.push != nullptr) continue;
    if (message.moved) {
      see("name: redirected");
      return kRedirected;
    }
    if (message.kind == nullptr || !message.kind->error || !is_mine(message)) continue;
    see("name: an error in the value");
    return message.kind->name;
  }
  throw std::logic_error("an error, and nothing in the value that is one");
}

/// It is a finding if none of its kind fails so without faults, and it was not hit, or is clear.
void Oracle::fails(OperationId id, std::string_view name) {
  facts_.failures.push_back({kind_of(id), std::string(name)});
  if (excused_ == nullptr) return;
  if (excused_->count(facts_.failures.back()) != 0) {
    if (!hit_.empty()) see("failure: as without faults");
    return;
  }
  if (hit_.count(id) != 0) return see("failure: of one that was hit");
  facts_.collateral_failure = true;
  if (unclear_.count(id) != 0) return see("failure: of one that was not hit, and is not clear");
  facts_.lasting_failure = true;
  see("failure: of a clear one");
}

/// What becomes of a task behind an operation that has ended so.
void Oracle::go_on(FrameId id, const std::string& outcome) {
  const Frame& frame = frames_.at(id);
  const scenario::Task& task = setup_->scenario.tasks[id.first];
  const int next = frame.operation + 1;
  const bool failed = outcome == "error" || outcome == "rejected" || outcome == "type-error" || outcome == "cancelled";
  const bool killed = outcome == "cancelled" && setup_->scenario.cancel.kind == scenario::CancelKind::kill;
  if (failed && task.goes_on && killed) see("operation: no next one of a task that was killed");
  const bool none = next == static_cast<int>(task.operations.size());
  if (failed && task.goes_on && none) see("operation: the last one fails, of a task that goes on");
  if (none || killed || (failed && !task.goes_on)) {
    frames_.erase(id);
    return;
  }
  const bool scope_cancelled = frame.scope_cancelled;
  if (failed) {
    see(outcome == "error"        ? Mark("operation: the next one is there, behind an error")
        : outcome == "rejected"   ? Mark("operation: the next one is there, behind a rejection")
        : outcome == "type-error" ? Mark("operation: the next one is there, behind a type-error")
                                  : Mark("operation: the next one is there, behind a cancel"));
    if (scope_cancelled) see("cancel: again, ends with the operation");
    return begin_operation(id.first, next);  // unstarted
  }
  see("operation: the next one begins");
  if (scope_cancelled) see("cancel: again, in the next operation");
  begin_operation(id.first, next);
  begins({id.first, next});
  if (scope_cancelled) see("hit: the next operation, whose awaits raise");
  if (scope_cancelled) hit({id.first, next});
  frames_.at(id).scope_cancelled = scope_cancelled;
  frames_.at(id).status = Status::running;
  frames_.at(id).knew = taken_;
}

/// What a frame leaves in queues is dead from now on.
void Oracle::leave_queues(FrameId id) {
  const auto kill = [&](Queues& queues) {
    for (auto& [name, q] : queues) {
      for (Entry& each : q) {
        if (each.frame == id && !each.dead) see("queue: an entry dies with its operation");
        if (each.frame == id) each.dead = true;
      }
    }
  };
  for (auto& [conn, slot] : slots_) kill(slot.queues);
  for (Pool& pool : pools_) kill(pool.queues);
}

/// Children that have ended and that nobody can await any more make room; operations of which
/// nothing lives own nothing.
void Oracle::sweep() {
  const auto awaited = [&](FrameId child) {
    return std::any_of(frames_.begin(), frames_.end(), [&](const auto& each) {
      return each.first.first == child.first && each.second.status != Status::done && each.second.child == child.second;
    });
  };
  for (auto each = frames_.begin(); each != frames_.end();) {
    const bool gone = each->second.status == Status::done && !awaited(each->first);
    each = gone ? frames_.erase(each) : std::next(each);
  }
  for (auto each = owned_.begin(); each != owned_.end();) {
    each = lives(each->first) ? std::next(each) : owned_.erase(each);
  }
}

/// Which of the operation's own commands a message answers that answers the same of another one of the owner: of the
/// same name, for the same one key, if data may answer it, with a message of the same kind in that place of the reply;
/// the one that is wanted here, else the first. None: it answers none so. Data is as good only if the operation accepts
/// the type, and is not stale.
std::optional<int> Oracle::answers_in_place(const Message& message, const Frame& frame, OperationId id,
                                            const Result* wanted) const {
  if (!script(id).shared || message.anonymous || message.moved || message.operation == id) return std::nullopt;
  const Command theirs = command_of(message);
  const std::optional<Key> key = key_of(message);
  const Commands own = commands_of(id);
  const auto is_same = [&](const Command& mine) {
    if (mine.told->name != theirs.told->name || !mine.key || key != Key{*mine.key, owner(id.first)}) return false;
    const protocol::Reply reply = reply_to(message, mine);
    const auto index = static_cast<std::size_t>(message.index);
    const bool alike =
        index < protocol::size_of(reply) && &spoken().kinds[protocol::message_of(reply, index).kind] == message.kind;
    return may_have_data(mine) && alike;
  };
  const auto first = std::find_if(own.begin(), own.end(), is_same);
  if (first == own.end() || (message.kind->data && !is_fresh(message, frame, id))) return std::nullopt;
  if (wanted != nullptr && is_same(own[wanted->command])) return wanted->command;
  return static_cast<int>(first - own.begin());
}

/// Data of another operation that this one accepts, and that is not stale: when it began nobody had been told that the
/// key has changed since.
bool Oracle::is_fresh(const Message& message, const Frame& frame, OperationId id) const {
  const std::vector<std::string> accepts = accepted_by(id);
  if (std::find(accepts.begin(), accepts.end(), type_of(message)) == accepts.end()) {
    see("shared: of a type that is not accepted");
    return false;
  }
  const Key key = *key_of(message);
  const auto is_older = [&](const std::map<Key, int>& told) {
    const auto found = told.find(key);
    return found != told.end() && message.executed_at < found->second;
  };
  const bool stale = is_older(frame.knew);
  see(stale                    ? Mark("shared: stale")
      : is_older(taken_)       ? Mark("shared: good, as it began before")
      : taken_.count(key) != 0 ? Mark("shared: good, read again")
                               : Mark("shared: good"));
  return !stale;
}

/// By the worst of what the value holds. A message that answers the operation, and is no result of it, takes no place;
/// what answers a command that its listing sends takes none either, nor does a push of its own owner's data. An error
/// stands for all results of its command, and where there is one nothing is missing.
std::string Oracle::judge(const Frame& frame, OperationId id) const {
  const std::vector<Result> results = results_of(id);
  const Commands commands = commands_of(id);
  std::string worst = "ok";
  std::size_t place = 0;
  bool refused = false;
  const auto add = [&](const std::string& outcome) {
    if (severity(outcome) > severity(worst)) worst = outcome;
  };
  const auto behind = [&](int command) {
    const auto next =
        std::find_if(results.begin(), results.end(), [&](const Result& r) { return r.command > command; });
    return static_cast<std::size_t>(next - results.begin());
  };
  for (const Message& message : frame.value) {
    if (message.push != nullptr && message.whose && owner_of(message) == owner(id.first)) {
      see("judged: a push of its own owner's data");
      continue;
    }
    const bool mine = !message.anonymous && message.operation == id;
    if (mine && message.of_listing) {
      const bool refuses = !message.moved && message.kind->error;
      refused = refused || refuses;
      see(refuses         ? Mark("judged: an error of the server, to a command of the listing")
          : message.moved ? Mark("judged: not here, to a command of the listing")
                          : Mark("judged: what answers a command of the listing"));
      if (refuses || message.moved) add("error");
      continue;
    }
    const Result* wanted = place < results.size() ? &results[place] : nullptr;
    std::optional<int> answered = answers_in_place(message, frame, id, wanted);
    if (mine && !message.moved) answered = message.command;
    if (answered && message.kind->error) {
      see(mine ? Mark("judged: an error of the server") : Mark("judged: an error that another one shares"));
      refused = true;
      add("error");
      place = std::max(place, behind(*answered));
      continue;
    }
    const int is = answered ? result_place(message, id, commands[*answered]) : -1;
    if (answered && is < 0) {
      see(mine ? Mark("judged: another message that answers it")
               : Mark("judged: another message that answers what it shares"));
      continue;
    }
    const bool is_it = answered && wanted != nullptr && wanted->command == *answered && wanted->place == is;
    add(judge(message, id, wanted, is_it));
    ++place;
  }
  const bool few = place < results.size();
  if (few && !refused) add("wrong-value");
  see(!few ? Mark("judged: enough") : refused ? Mark("judged: too few, behind an error") : Mark("judged: too few"));
  return worst;
}

/// Empty: it is of none, a push that is nobody's.
std::string Oracle::type_of(const Message& message) const {
  if (message.whose) return message.whose->type;
  if (message.push != nullptr) return "";
  return message.kind->data ? script(message.operation).type : message.kind->name;
}

/// Where the operation does not say it: the type of the last reply that it looks at; of a command with cases, in the
/// last one.
std::vector<std::string> Oracle::accepted_by(OperationId id) const {
  const scenario::Operation& mine = script(id);
  const Commands own = commands_of(id);
  if (!mine.accepts.empty() || own.empty()) return mine.accepts;
  const Command* about = &own.back();
  for (const Command& each : own) {
    if (!each.ignored) about = &each;
  }
  const protocol::Reply& reply = about->reply(about->told->cases.back());
  if (has_data(reply)) return {mine.type};
  return {spoken().kinds[reply.front().front().kind].name};
}

/// One message; `wanted` is what should stand in its place, null: nothing. `is_it`: it does.
std::string Oracle::judge(const Message& message, OperationId id, const Result* wanted, bool is_it) const {
  const scenario::Operation& mine = script(id);
  const auto has = [](const std::vector<std::string>& types, const std::string& type) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  const auto told = [&](Mark mark, const char* outcome) {
    see(mark);
    return outcome;
  };
  if (message.moved) return told("judged: not here", "error");
  if (is_it && message.stray && !wanted->ignored) return told("judged: stray", "wrong-value");
  if (wanted != nullptr && wanted->ignored) return told("judged: ignored", "ok");
  if (message.push != nullptr) {
    see(message.whose ? Mark("judged: a push of another owner's data") : Mark("judged: a push of nobody's"));
  } else if (message.anonymous) {
    if (mine.strict) return told("judged: without a name, strictly", "type-error");
    return told("judged: without a name", "wrong-value");
  }
  if (is_it && message.index > 0) see("judged: ok, behind the first message of its reply");
  if (is_it)
    return told(message.operation == id ? Mark("judged: ok") : Mark("judged: what another one has read"), "ok");
  if (message.of_listing) see("judged: what answers a command of another one's listing");
  const std::vector<std::string> accepts = accepted_by(id);
  const std::string type = type_of(message);
  const bool nobodys = message.push != nullptr ? !message.whose : !message.kind->data;
  if (nobodys) {
    if (message.kind->error) see("judged: an error that answers another one");
    if (mine.strict && !has(accepts, type)) return told("judged: nobody's, strictly", "type-error");
    return told("judged: nobody's", "wrong-value");
  }
  if (owner_of(message) == owner(id.first)) {
    return told("judged: stale, of the same owner", "wrong-value");
  }
  if (has(mine.mangles, type)) return told("judged: mangled", "wrong-value");
  if (!has(accepts, type)) return told("judged: of a type that is not accepted", "type-error");
  if (setup_->scenario.ownership_check) return told("judged: a leak that the check rejects", "rejected");
  return told("judged: a leak", "leak");
}

// --- what is true of a state ---------------------------------------------------------------------

int Oracle::places_of(int conn) const {
  const auto& free = pools_[node_of_conn(conn)].free;
  std::set<OperationId> having;
  for (const auto& [op, conns] : owned_) {
    if (conns.count(conn) != 0) having.insert(op);
  }
  for (const auto& [id, frame] : frames_) {
    if (frame.conn == conn && !frame.detached && uses_its_connection(frame)) {
      having.insert({id.first, frame.operation});
    }
  }
  return static_cast<int>(std::count(free.begin(), free.end(), conn) + static_cast<long>(having.size()));
}

/// Requests, or messages that are no pushes, wherever they are.
bool Oracle::owes_replies(const Socket& socket) const {
  bool pushes = false;
  const auto is_owed = [&](const Message& each) {
    if (each.push != nullptr) pushes = true;
    return each.push == nullptr || each.spoiled;
  };
  const auto has_owed = [&](const auto& messages) { return std::any_of(messages.begin(), messages.end(), is_owed); };
  if (!socket.requests.empty() || has_owed(socket.stream)) return true;
  if (!socket.waiting.empty()) {
    see("held: owed by what waits");
    return true;
  }
  for (const auto* groups : {&socket.wire, &socket.kernel}) {
    for (const Group& each : *groups) {
      if (each.spoiled || has_owed(each.messages)) return true;
    }
  }
  if (pushes) see("push: unread, and nothing is owed");
  return false;
}

std::set<std::string> Oracle::state_findings() const {
  std::set<std::string> found;
  for (const auto& [conn, slot] : slots_) {
    if (!slot.shared && places_of(conn) >= 2) found.insert("double-owner");
    const auto& free = pools_[node_of_conn(conn)].free;
    const bool is_free = std::find(free.begin(), free.end(), conn) != free.end();
    const bool owes = slot.socket && owes_replies(*slot.socket);
    const bool astray = is_free && slot.socket && !session_is_as_believed(*slot.socket);
    const bool skips = slot.socket && slot.socket->skips_to != nullptr;
    if (astray && !owes) see("session: dirty-idle by that alone");
    if (is_free && skips && !owes && !astray) see("skip: dirty-idle by that alone");
    if (is_free && (owes || astray || skips)) found.insert("dirty-idle");
  }
  for (const auto& [id, frame] : frames_) {
    const bool orphan =
        id.second != 0 && !frame.detached && frame.status != Status::done && !runs({id.first, frame.operation});
    if (orphan && frame.conn != 0) found.insert("zombie");
  }
  return found;
}

bool Oracle::is_lost(int conn) const {
  const auto& free = pools_[node_of_conn(conn)].free;
  if (slots_.at(conn).shared || std::find(free.begin(), free.end(), conn) != free.end()) return false;
  for (const auto& [op, conns] : owned_) {
    if (conns.count(conn) != 0 && lives(op)) return false;
  }
  return std::none_of(frames_.begin(), frames_.end(), [&](const auto& each) {
    return each.second.detached && each.second.status != Status::done && each.second.conn == conn;
  });
}

/// The server is silent there, and what it does not answer is of an operation that runs, or of no
/// operation, while one that runs reads there.
bool Oracle::keeps_one_waiting(int conn) const {
  const Slot& slot = slots_.at(conn);
  if (!slot.socket || !slot.socket->silent || slot.socket->requests.empty()) return false;
  const Request& oldest = slot.socket->requests.front();
  if (!oldest.anonymous) return runs(oldest.operation);
  return std::any_of(slot.readers.begin(), slot.readers.end(), [&](FrameId id) {
    const Frame& frame = frames_.at(id);
    return !frame.detached && runs({id.first, frame.operation});
  });
}

EndFacts Oracle::end(const std::vector<std::string>& events) const {
  EndFacts facts;
  const auto pushes = [](const std::string& event) { return event.rfind("psh.", 0) == 0; };
  facts.complete = std::all_of(events.begin(), events.end(),
                               [&](const std::string& event) { return event.front() == '!' || pushes(event); });
  if (facts.complete && std::any_of(events.begin(), events.end(), pushes)) see("end: where a push may still come");
  // Where an operation that is not the first has not begun no schedule ends: it may begin.
  for (const auto& [id, frame] : frames_) facts.starved = facts.starved || id.second == 0;
  for (const auto& [conn, slot] : slots_) facts.lost_slot = facts.lost_slot || is_lost(conn);
  facts.hostage = facts.starved && std::none_of(slots_.begin(), slots_.end(),
                                                [&](const auto& each) { return keeps_one_waiting(each.first); });
  return facts;
}

}  // namespace interleak::oracle

// The rules in the order of the two pages: what is enabled, what an event does, what a statement
// does, how blocks are left, how operations end, what is true of a state.
#include "tests/oracle/interpreter.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>

namespace interleak::oracle {

using design::Clause;
using design::Exception;
using design::Expression;
using design::Scope;
using design::SendSuspends;
using design::Statement;
using scenario::OperationKind;
using Kind = Statement::Kind;

namespace {

constexpr int kMaxSteps = 10'000;
constexpr int kMaxChildren = 3;
constexpr std::size_t kMaxValue = 8;  // replies; more by other ways are a limit of the engine

/// Thrown by what needs a connection in the register, caught where the statement runs.
struct NoConnection {};

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

bool catches(const Clause& clause, Exception exception) {
  const auto has = [&](Exception e) { return (clause.catches >> static_cast<int>(e)) & 1; };
  return has(exception) || (exception == Exception::rejected && has(Exception::error));
}

/// Bit of the await in a scenario's `at`, in the order of docs/semantics.md; -1: not cancellable.
int await_bit(Kind kind) {
  switch (kind) {
    case Kind::await_connect: return 0;
    case Kind::await_send_request: case Kind::await_send_handshake: case Kind::await_send_command:
      return 1;
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

/// The commands of an operation: of which step each is, the type of its reply, whether that is the
/// owner's data, whether the client looks at it.
struct Command {
  int step = 0;
  std::string type;
  bool owners = false;
  bool judged = true;
};

std::vector<Command> commands_of(const scenario::Operation& op) {
  std::vector<Command> all;
  const auto transaction = [&](int step) {
    all.push_back({step, "ok", false, false});
    for (std::size_t i = 0; i < op.keys.size(); ++i) all.push_back({step, "queued", false, false});
    all.push_back({step, op.type, true, true});
  };
  switch (op.kind) {
    case OperationKind::get: return {{0, op.type, true, true}};
    case OperationKind::set: return {{0, "ok", false, true}};
    case OperationKind::pipeline:
      for (std::size_t i = 0; i < op.keys.size(); ++i) all.push_back({0, op.type, true, true});
      return all;
    case OperationKind::transaction: transaction(0); return all;
    case OperationKind::watch:
      all.push_back({0, "ok", false, false});
      all.push_back({1, op.type, true, true});
      transaction(2);
      return all;
  }
  return all;
}

/// The procedure that an operation runs: that of its kind, or that of a simpler one.
const char* entry_of(const design::Design& design, OperationKind kind) {
  const auto has = [&](const char* name) { return design.procedures.count(name) != 0; };
  if (kind == OperationKind::transaction && has("execute_transaction")) return "execute_transaction";
  const bool many = kind == OperationKind::transaction || kind == OperationKind::pipeline;
  if (many && has("execute_pipeline")) return "execute_pipeline";
  if (kind == OperationKind::watch && has("execute_watch")) return "execute_watch";
  return "execute";
}

int severity(const std::string& outcome) {
  static const std::vector<std::string> order = {"ok",       "cancelled",  "starved",     "error",
                                                 "rejected", "type-error", "wrong-value", "leak"};
  return static_cast<int>(std::find(order.begin(), order.end(), outcome) - order.begin());
}

}  // namespace

Oracle::Oracle(const scenario::Scenario& scenario, const design::Design& design) {
  Setup setup{scenario, design, design.cluster ? scenario.nodes : 1,
              scenario.send_suspends.value_or(design.send_suspends)};
  setup_ = std::make_shared<const Setup>(std::move(setup));
  budget_ = scenario.cancel.max;
  pools_.resize(static_cast<std::size_t>(setup_->nodes));
  for (int node = 0; node < setup_->nodes; ++node) {
    Pool& pool = pools_[node];
    pool.variables = setup_->design.pool_variables;
    for (const std::string& each : setup_->design.pool_queues) pool.queues[each];
    const int warm = scenario.pool_warm < 0 ? scenario.pool_max : scenario.pool_warm;
    for (int i = 0; i < warm; ++i) {
      const int conn = make_slot(node);
      if (i < design.keeps) slots_[conn].shared = true; else pool.free.push_back(conn);
      slots_[conn].socket.emplace().handshakes = static_cast<int>(design.handshake.size());
    }
  }
  for (int task = 0; task < static_cast<int>(scenario.tasks.size()); ++task) begin_operation(task, 0);
}

// --- the setup -----------------------------------------------------------------------------------

const scenario::Operation& Oracle::script(OperationId id) const {
  return setup_->scenario.tasks[id.first].operations[id.second];
}

int Oracle::node_of(OperationId id) const {
  const scenario::Operation& op = script(id);
  if (op.node) return (*op.node - 1) % setup_->nodes;
  const int slot = crc16(op.keys.front() + ":" + owner(id.first)) % 16384;
  return slot * setup_->nodes / 16384;
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
    case Kind::await_connect: case Kind::await_send_request: case Kind::await_send_handshake:
    case Kind::await_receive: case Kind::await_discard: case Kind::await_close:
    case Kind::await_send_command: case Kind::await_resolve: case Kind::await_poll:
      return true;
    default: return false;
  }
}

bool Oracle::cancellable(int task) const {
  if (budget_ == 0) return false;
  const scenario::Cancel& cancel = setup_->scenario.cancel;
  const std::string& id = setup_->scenario.tasks[task].id;
  const auto& who = cancel.who;
  if (!who.empty() && std::find(who.begin(), who.end(), id) == who.end()) return false;
  const auto found = frames_.find({task, 0});
  if (found == frames_.end()) return false;
  const Frame& frame = found->second;
  if (frame.status != Status::ready && frame.status != Status::waiting) return false;
  const int bit = await_bit(frame.awaits->kind);
  return bit >= 0 && ((cancel.at >> bit) & 1) != 0;
}

/// How many sends that `may` suspend the event contains, if none of them does.
int Oracle::sends_of(FrameId id, bool cancel) const {
  if (setup_->send_suspends != SendSuspends::may) return 0;
  Oracle copy = *this;
  copy.run_event(id, cancel, 0);
  return copy.sends_;
}

void Oracle::add_runs(FrameId id, bool cancel, std::vector<std::string>& texts) const {
  const std::string plain = (cancel ? "!" : "") + name(id);
  texts.push_back(plain);
  const int sends = sends_of(id, cancel);
  for (int n = 1; n <= sends; ++n) texts.push_back(plain + "~" + (n == 1 ? "" : std::to_string(n)));
}

std::vector<std::string> Oracle::enabled() const {
  std::vector<std::string> texts;
  const bool fifo = setup_->scenario.ready == scenario::Ready::fifo;
  for (const auto& [id, frame] : frames_) {
    const bool arrives = frame.status == Status::unstarted && id.second == 0;
    const bool runnable = frame.status == Status::ready || frame.status == Status::unstarted;
    if (runnable && (arrives || !fifo || ready_.front() == id)) add_runs(id, false, texts);
  }
  for (int task = 0; task < static_cast<int>(setup_->scenario.tasks.size()); ++task) {
    if (cancellable(task)) add_runs({task, 0}, true, texts);
  }
  const auto add = [&](const char* prefix, std::deque<Item> Socket::* queue) {
    for (const auto& [conn, slot] : slots_) {
      if (slot.socket && !((*slot.socket).*queue).empty()) texts.push_back(prefix + std::to_string(conn));
    }
  };
  add("srv.", &Socket::requests);
  add("net.", &Socket::wire);
  return texts;
}

// --- events --------------------------------------------------------------------------------------

StepFacts Oracle::step(const std::string& event) {
  facts_ = {};
  const std::string number = event.size() > 4 ? event.substr(4) : "";
  if (event.rfind("srv.", 0) == 0) {
    Socket& socket = *slots_.at(std::stoi(number)).socket;
    socket.wire.push_back(socket.requests.front());
    socket.requests.pop_front();
    return facts_;
  }
  if (event.rfind("net.", 0) == 0) {
    Slot& slot = slots_.at(std::stoi(number));
    slot.socket->stream.push_back(slot.socket->wire.front());
    slot.socket->wire.pop_front();
    if (!slot.readers.empty()) {
      const FrameId first = slot.readers.front();
      slot.readers.erase(slot.readers.begin());
      make_ready(first);
    }
    return facts_;
  }
  const bool cancel = event.front() == '!';
  const std::size_t tilde = event.find('~');
  const std::string who = event.substr(cancel ? 1 : 0, tilde == std::string::npos ? tilde : tilde - cancel);
  int choice = 0;
  if (tilde != std::string::npos) choice = tilde + 1 == event.size() ? 1 : std::stoi(event.substr(tilde + 1));
  for (const auto& each : frames_) {
    if (name(each.first) != who) continue;
    run_event(each.first, cancel, choice);
    break;
  }
  return facts_;
}

void Oracle::run_event(FrameId id, bool cancel, int choice) {
  facts_ = {};
  steps_ = 0;
  sends_ = 0;
  choice_ = choice;
  ready_.erase(std::remove(ready_.begin(), ready_.end(), id), ready_.end());
  Frame& frame = frames_.at(id);
  const bool starts = frame.status == Status::unstarted;
  frame.status = Status::running;
  if (cancel) land(id); else if (!starts) resume(id);
  run(id, 0);
  const auto after = frames_.find(id);
  if (after != frames_.end() && after->second.cancelled && after->second.status == Status::waiting) {
    facts_.cancel_waits = true;
  }
  for (const auto& [each, its] : frames_) facts_.diverges |= its.value.size() > kMaxValue;
  sweep();
}

/// The cancel happens: an exception at the await, or the end with nothing but the drops.
void Oracle::land(FrameId id) {
  --budget_;
  Frame& frame = frames_.at(id);
  for (auto& [conn, slot] : slots_) {
    slot.readers.erase(std::remove(slot.readers.begin(), slot.readers.end(), id), slot.readers.end());
  }
  frame.broken = false;
  if (setup_->scenario.cancel.kind == scenario::CancelKind::raise) {
    frame.cancelled = true;
    if (!pass_on(id)) raise(id, Exception::cancelled);
    return;
  }
  while (!frame.stack.empty()) {
    const Activation left = frame.stack.back();
    frame.stack.pop_back();
    using Role = Activation::Role;
    if (left.role != Role::body && left.role != Role::handler) continue;
    const Clause* drop = find(*left.owner, Clause::Kind::on_drop);
    if (drop == nullptr) continue;
    const std::size_t depth = frame.stack.size();
    begin(id, drop->block, Role::drop, left.owner);
    run(id, depth);
    if (facts_.diverges) return;
  }
  finish(id, {Signal::Kind::raising, Exception::cancelled});
}

/// In `await task` the cancel goes to the child, if that is not done; the waiter waits on.
bool Oracle::pass_on(FrameId id) {
  Frame& frame = frames_.at(id);
  if (frame.awaits->kind != Kind::await_task || !frame.child) return false;
  const FrameId child_id{id.first, *frame.child};
  Frame& child = frames_.at(child_id);
  if (child.status == Status::done) return false;
  frame.status = Status::waiting;
  ready_.erase(std::remove(ready_.begin(), ready_.end(), child_id), ready_.end());
  if (child.status == Status::unstarted) {
    finish(child_id, {Signal::Kind::raising, Exception::cancelled});
    return true;
  }
  if (pass_on(child_id)) return true;
  for (auto& [conn, slot] : slots_) {
    slot.readers.erase(std::remove(slot.readers.begin(), slot.readers.end(), child_id),
                       slot.readers.end());
  }
  child.broken = false;
  child.status = Status::running;
  raise(child_id, Exception::cancelled);
  run(child_id, 0);
  return true;
}

/// Runs until the frame suspends, ends, or has left all activations above `depth`.
void Oracle::run(FrameId id, std::size_t depth) {
  while (is_live(id) && frames_.at(id).status == Status::running && !facts_.diverges) {
    Frame& frame = frames_.at(id);
    if (frame.stack.size() <= depth) return;
    if (++steps_ > kMaxSteps) facts_.diverges = true;
    Activation& top = frame.stack.back();
    if (top.next == top.block->size()) {
      unwind(id, {});
    } else {
      execute(id, (*top.block)[top.next++]);
    }
  }
}

void Oracle::suspend(FrameId id, Status status) {
  frames_.at(id).status = status;
  if (status == Status::ready) ready_.push_back(id);
}

void Oracle::make_ready(FrameId id) { suspend(id, Status::ready); }

// --- blocks --------------------------------------------------------------------------------------

void Oracle::begin(FrameId id, const design::Block& block, Activation::Role role,
                   const Statement* owner) {
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
  while (!stack.empty()) {
    const Activation left = stack.back();
    stack.pop_back();
    switch (left.role) {
      case Role::branch:
        if (ends()) return;
        break;
      case Role::procedure:
        if (signal.kind == Signal::Kind::returning) signal = {};
        if (ends() && !stack.empty()) return;
        break;
      case Role::loop:
        if (ends()) return next_round(id, left);
        break;
      case Role::body: case Role::handler: {
        if (left.role == Role::body && signal.kind == Signal::Kind::raising) {
          for (const Clause& clause : left.owner->clauses) {
            if (clause.kind != Clause::Kind::except || !catches(clause, signal.exception)) continue;
            begin(id, clause.block, Role::handler, left.owner);
            stack.back().handling = signal.exception;
            return;
          }
        }
        if (const Clause* last = find(*left.owner, Clause::Kind::finally)) {
          begin(id, last->block, Role::finally, left.owner);
          stack.back().pending = signal;
          return;
        }
        if (ends()) return;
        break;
      }
      case Role::finally:
        if (ends()) signal = left.pending;
        if (ends()) return;
        break;
      case Role::drop: return;  // an error ends this block only
    }
  }
  finish(id, signal);
}

/// Begins a loop, or goes around once more.
void Oracle::next_round(FrameId id, Activation loop) {
  const Statement& s = *loop.owner;
  if (++steps_ > kMaxSteps) facts_.diverges = true;
  if (facts_.diverges) return;
  if (s.kind == Kind::loop_times) {
    if (loop.rounds == 0) return;
    --loop.rounds;
  } else {
    try {
      if (!test(id, s.clauses.front().condition)) return;
    } catch (const NoConnection&) {
      return raise(id);
    }
  }
  loop.next = 0;
  frames_.at(id).stack.push_back(loop);
}

void Oracle::raise(FrameId id, Exception exception) {
  unwind(id, {Signal::Kind::raising, exception});
}

// --- conditions ----------------------------------------------------------------------------------

int& Oracle::variable(FrameId id, const design::VariableRef& ref) {
  Frame& frame = frames_.at(id);
  if (ref.scope == Scope::op) return frame.variables[ref.name];
  if (ref.scope == Scope::pool) {
    return pools_[node_of({id.first, frame.operation})].variables[ref.name];
  }
  if (frame.conn == 0) throw NoConnection{};
  return slots_.at(frame.conn).variables[ref.name];
}

Oracle::Queue& Oracle::queue(FrameId id, const design::VariableRef& ref) {
  Frame& frame = frames_.at(id);
  if (ref.scope == Scope::pool) return pools_[node_of({id.first, frame.operation})].queues[ref.name];
  if (frame.conn == 0) throw NoConnection{};
  return slots_.at(frame.conn).queues[ref.name];
}

bool Oracle::test(FrameId id, const Expression& e) {
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
    case Expression::Kind::readable: return socket() != nullptr && !socket()->stream.empty();
    case Expression::Kind::polled: return frame.polled;
    case Expression::Kind::redirected: return false;   // no key of the random worlds has moved
    case Expression::Kind::mine: {
      if (frame.value.empty()) return true;
      const Item& last = frame.value.back();
      if (last.handshake) return true;
      if (!commands_of(script(last.operation))[static_cast<std::size_t>(last.command)].owners) return true;
      return owner(last.operation.first) == owner(id.first);
    }
    case Expression::Kind::woken: return frame.woken;
    case Expression::Kind::waiting:
      if (e.variable.scope == Scope::conn && frame.conn == 0) return false;
      return !queue(id, e.variable).empty();
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
    case Expression::Kind::compare: break;
  }
  const int value = variable(id, e.variable);
  switch (e.comparison) {
    case Expression::Comparison::equal: return value == e.number;
    case Expression::Comparison::unequal: return value != e.number;
    case Expression::Comparison::less: return value < e.number;
    case Expression::Comparison::less_equal: return value <= e.number;
    case Expression::Comparison::greater: return value > e.number;
    case Expression::Comparison::greater_equal: return value >= e.number;
  }
  return false;
}

// --- statements ----------------------------------------------------------------------------------

void Oracle::execute(FrameId id, const Statement& s) {
  Frame& frame = frames_.at(id);
  try {
    switch (s.kind) {
      case Kind::pass: return;
      case Kind::call:
        return begin(id, setup_->design.procedures.at(s.name).block, Activation::Role::procedure, &s);
      case Kind::return_: return unwind(id, {Signal::Kind::returning, Exception::none});
      case Kind::raise: {
        if (s.exception != Exception::none) return raise(id, s.exception);
        for (auto each = frame.stack.rbegin(); each != frame.stack.rend(); ++each) {
          if (each->role == Activation::Role::handler) return raise(id, each->handling);
        }
        assert(false);
        return;
      }
      case Kind::branch: return execute_branch(id, s);
      case Kind::loop_times: case Kind::loop_while: {
        Activation loop;
        loop.role = Activation::Role::loop;
        loop.owner = &s;
        loop.block = &s.clauses.front().block;
        loop.rounds = s.number;
        if (s.count == Statement::Count::commands) {
          const auto commands = commands_of(script({id.first, frame.operation}));
          loop.rounds = static_cast<int>(
              std::count_if(commands.begin(), commands.end(), [&](const Command& each) {
                return each.step == std::max(0, frame.steps_sent - 1);
              }));
        } else if (s.count == Statement::Count::handshake) {
          loop.rounds = static_cast<int>(setup_->design.handshake.size());
        }
        return next_round(id, loop);
      }
      case Kind::attempt:
        return begin(id, find(s, Clause::Kind::body)->block, Activation::Role::body, &s);
      case Kind::assign: variable(id, s.variable) = s.number; return;
      case Kind::add: {
        int& v = variable(id, s.variable);
        v = std::min(255, v + s.number);
        return;
      }
      case Kind::subtract: {
        int& v = variable(id, s.variable);
        v = std::max(0, v - s.number);
        return;
      }
      case Kind::take: return take(id);
      case Kind::share: return share(id, s.number);
      case Kind::put: return put(id);
      case Kind::close: return close(id);
      case Kind::renew: return renew(id);
      case Kind::join: return join(id, queue(id, s.variable));
      case Kind::leave: {
        Queue& q = queue(id, s.variable);
        q.erase(std::remove_if(q.begin(), q.end(),
                               [&](const Entry& e) { return e.frame == id && !e.dead; }),
                q.end());
        return;
      }
      case Kind::wake: case Kind::hand_reply: case Kind::hand_conn: return wake(id, s);
      case Kind::spawn: case Kind::spawn_detached: return spawn(id, s);
      default: return await(id, s);
    }
  } catch (const NoConnection&) {
    raise(id);
  }
}

void Oracle::execute_branch(FrameId id, const Statement& s) {
  for (const Clause& clause : s.clauses) {
    if (clause.kind == Clause::Kind::when && !test(id, clause.condition)) continue;
    return begin(id, clause.block, Activation::Role::branch, &s);
  }
}

void Oracle::take(FrameId id) {
  Frame& frame = frames_.at(id);
  const OperationId op{id.first, frame.operation};
  Pool& pool = pools_[node_of(op)];
  if (!pool.free.empty()) {
    frame.conn = pool.free.front();
    pool.free.pop_front();
  } else if (pool.made < setup_->scenario.pool_max) {
    frame.conn = make_slot(node_of(op));
  } else {
    return raise(id);
  }
  owned_[op].insert(frame.conn);
}

/// The slots below the shared one that this makes are free, as if they had been taken and put.
void Oracle::share(FrameId id, int number) {
  Frame& frame = frames_.at(id);
  const int node = node_of({id.first, frame.operation});
  Pool& pool = pools_[node];
  if (number < 1 || number > setup_->scenario.pool_max) return raise(id);
  while (pool.made < number) pool.free.push_back(make_slot(node));
  frame.conn = node * setup_->scenario.pool_max + number;
  slots_.at(frame.conn).shared = true;
  const auto free = std::find(pool.free.begin(), pool.free.end(), frame.conn);
  if (free != pool.free.end()) pool.free.erase(free);
}

void Oracle::put(FrameId id) {
  Frame& frame = frames_.at(id);
  if (frame.conn == 0) return raise(id);
  Pool& pool = pools_[node_of_conn(frame.conn)];
  if (setup_->design.order == design::Order::lifo) {
    pool.free.push_front(frame.conn);
  } else {
    pool.free.push_back(frame.conn);
  }
  owned_[{id.first, frame.operation}].erase(frame.conn);
  frame.conn = 0;
}

void Oracle::close(FrameId id) {
  const int conn = frames_.at(id).conn;
  if (conn == 0 || !slots_.at(conn).socket) return;
  Slot& slot = slots_.at(conn);
  for (auto& [other, frame] : frames_) {
    const bool suspended = frame.status == Status::ready || frame.status == Status::waiting;
    if (!suspended || frame.conn != conn) continue;
    const Kind kind = frame.awaits->kind;
    if (kind == Kind::await_receive || kind == Kind::await_discard) frame.broken = true;
  }
  for (const FrameId& reader : slot.readers) make_ready(reader);
  slot.readers.clear();
  slot.socket.reset();
}

/// Slots that are free or that nobody has become as they were made; the latter become free.
void Oracle::renew(FrameId id) {
  const int node = node_of({id.first, frames_.at(id).operation});
  Pool& pool = pools_[node];
  for (auto& [conn, slot] : slots_) {
    if (node_of_conn(conn) != node || slot.shared) continue;
    const bool is_free = std::find(pool.free.begin(), pool.free.end(), conn) != pool.free.end();
    const int number = conn;
    const bool owned = std::any_of(owned_.begin(), owned_.end(), [&](const auto& each) {
      return each.second.count(number) != 0 && lives(each.first);
    });
    const bool in_register = std::any_of(frames_.begin(), frames_.end(), [&](const auto& each) {
      return each.second.conn == number && each.second.status != Status::done;
    });
    if (!is_free && (owned || in_register)) continue;
    slot = Slot{};
    slot.variables = setup_->design.conn_variables;
    for (const std::string& each : setup_->design.conn_queues) slot.queues[each];
    if (!is_free) pool.free.push_back(conn);
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
    if (each.frame == id) each.dead = true;
  }
  q.push_back({id});
  frames_.at(id).woken = false;
}

/// Suspended in `await turn` on the very queue that `ref` is for the frame `id`.
bool Oracle::waits_on(FrameId other, FrameId id, const design::VariableRef& ref) const {
  const Frame& theirs = frames_.at(other);
  const Frame& mine = frames_.at(id);
  if (theirs.status != Status::waiting || theirs.awaits->kind != Kind::await_turn) return false;
  if (!(theirs.awaits->variable == ref)) return false;
  if (ref.scope == Scope::conn) return theirs.conn == mine.conn;
  return node_of({other.first, theirs.operation}) == node_of({id.first, mine.operation});
}

void Oracle::wake(FrameId id, const Statement& s) {
  Frame& mine = frames_.at(id);
  Queue& q = queue(id, s.variable);
  if (s.kind == Kind::hand_conn && mine.conn == 0) return raise(id);
  if (q.empty()) return;
  const Entry entry = q.front();
  q.erase(q.begin());
  const bool waits = !entry.dead && waits_on(entry.frame, id, s.variable);
  if (s.kind == Kind::hand_reply) {
    const std::vector<Item> moved = std::move(mine.value);
    mine.value.clear();
    if (!entry.dead) {
      auto& value = frames_.at(entry.frame).value;
      value.insert(value.end(), moved.begin(), moved.end());
    }
  }
  if (s.kind == Kind::hand_conn) {
    const int moved = std::exchange(mine.conn, 0);
    owned_[{id.first, mine.operation}].erase(moved);
    if (!entry.dead) {
      Frame& theirs = frames_.at(entry.frame);
      theirs.conn = moved;
      owned_[{entry.frame.first, theirs.operation}].insert(moved);
    }
  }
  if (entry.dead) return;
  frames_.at(entry.frame).woken = true;
  if (waits) make_ready(entry.frame);
}

void Oracle::spawn(FrameId id, const Statement& s) {
  sweep();
  Frame& mine = frames_.at(id);
  int place = 1;
  while (place <= kMaxChildren && frames_.count({id.first, place}) != 0) ++place;
  if (place > kMaxChildren) {
    facts_.diverges = true;
    return;
  }
  const FrameId child_id{id.first, place};
  Frame child;
  child.operation = mine.operation;
  child.conn = mine.conn;
  child.variables = mine.variables;
  child.steps_sent = mine.steps_sent;
  child.detached = s.kind == Kind::spawn_detached || mine.detached;
  frames_[child_id] = child;
  begin(child_id, setup_->design.procedures.at(s.name).block, Activation::Role::procedure, &s);
  if (s.kind == Kind::spawn) mine.child = place;
  ready_.push_back(child_id);
}

// --- awaits --------------------------------------------------------------------------------------

/// A frame comes to an await.
void Oracle::await(FrameId id, const Statement& s) {
  Frame& frame = frames_.at(id);
  frame.awaits = &s;
  switch (s.kind) {
    case Kind::await_connect:
      if (frame.conn == 0) return raise(id);
      return suspend(id, Status::ready);
    case Kind::await_resolve: return;  // without the physics of that name
    case Kind::await_poll: {
      const bool there = frame.conn != 0 && slots_.at(frame.conn).socket;
      if (frame.conn != 0 && !slots_.at(frame.conn).readers.empty()) return raise(id);
      frame.polled = there && !slots_.at(frame.conn).socket->stream.empty();
      return;
    }
    case Kind::await_send_request: case Kind::await_send_handshake: case Kind::await_send_command:
      if (setup_->send_suspends == SendSuspends::before) return suspend(id, Status::ready);
      return send(id, s);
    case Kind::await_receive: case Kind::await_discard: return receive(id, s);
    case Kind::await_turn:
      queue(id, s.variable);  // must be there
      if (!frame.woken) return suspend(id, Status::waiting);
      frame.woken = false;
      return;
    case Kind::await_child: case Kind::await_task: return await_child(id, s);
    case Kind::await_close: close(id); return suspend(id, Status::ready);
    default: return suspend(id, Status::ready);  // pause, yield
  }
}

/// A suspended frame runs again.
void Oracle::resume(FrameId id) {
  Frame& frame = frames_.at(id);
  const Statement& s = *frame.awaits;
  switch (s.kind) {
    case Kind::await_connect:
      if (!slots_.at(frame.conn).socket) slots_.at(frame.conn).socket.emplace();
      return;
    case Kind::await_send_request: case Kind::await_send_handshake: case Kind::await_send_command:
      if (setup_->send_suspends == SendSuspends::before) send(id, s);
      return;
    case Kind::await_receive: case Kind::await_discard:
      if (!std::exchange(frame.broken, false)) return receive(id, s);
      return raise(id);
    case Kind::await_turn: frame.woken = false; return;
    case Kind::await_child: case Kind::await_task: return await_child(id, s);
    default: return;
  }
}

void Oracle::send(FrameId id, const Statement& s) {
  Frame& frame = frames_.at(id);
  if (frame.conn == 0 || !slots_.at(frame.conn).socket) return raise(id);
  Socket& socket = *slots_.at(frame.conn).socket;
  if (s.kind == Kind::await_send_request) {
    const OperationId op{id.first, frame.operation};
    const auto commands = commands_of(script(op));
    const int steps = commands.back().step + 1;
    if (steps > 1 && frame.steps_sent == steps) return raise(id);
    if (steps > 1) ++frame.steps_sent;
    const int step = std::max(0, frame.steps_sent - 1);
    for (std::size_t n = 0; n < commands.size(); ++n) {
      if (commands[n].step == step) socket.requests.push_back({false, op, static_cast<int>(n)});
    }
  } else if (s.kind == Kind::await_send_command) {
    socket.requests.push_back({true, {}, 0});
  } else {
    if (socket.handshakes == static_cast<int>(setup_->design.handshake.size())) return raise(id);
    socket.requests.push_back({true, {}, socket.handshakes++});
  }
  if (setup_->send_suspends == SendSuspends::after) suspend(id, Status::ready);
  if (setup_->send_suspends == SendSuspends::may && ++sends_ == choice_) suspend(id, Status::ready);
}

void Oracle::receive(FrameId id, const Statement& s) {
  Frame& frame = frames_.at(id);
  if (frame.conn == 0 || !slots_.at(frame.conn).socket) return raise(id);
  Slot& slot = slots_.at(frame.conn);
  auto& stream = slot.socket->stream;
  if (s.kind == Kind::await_receive && frame.value.size() >= kMaxValue) return raise(id);
  if (stream.empty()) {
    if (setup_->design.readers == design::Readers::error && !slot.readers.empty()) return raise(id);
    slot.readers.push_back(id);
    return suspend(id, Status::waiting);
  }
  if (s.kind == Kind::await_receive) frame.value.push_back(stream.front());
  stream.pop_front();
}

void Oracle::await_child(FrameId id, const Statement&) {
  Frame& frame = frames_.at(id);
  if (!frame.child) return raise(id);
  const FrameId child_id{id.first, *frame.child};
  const Frame& child = frames_.at(child_id);
  if (child.status != Status::done) return suspend(id, Status::waiting);
  frame.value.insert(frame.value.end(), child.value.begin(), child.value.end());
  const Signal result = child.result;
  frame.child.reset();
  frames_.erase(child_id);
  if (result.kind == Signal::Kind::raising) raise(id, result.exception);
}

// --- ends ----------------------------------------------------------------------------------------

void Oracle::begin_operation(int task, int operation) {
  const FrameId id{task, 0};
  Frame frame;
  frame.operation = operation;
  frame.variables = setup_->design.op_variables;
  frames_[id] = frame;
  const char* entry = entry_of(setup_->design, script({task, operation}).kind);
  begin(id, setup_->design.procedures.at(entry).block, Activation::Role::procedure, nullptr);
}

/// The listing of a frame has ended, normally or by an exception.
void Oracle::finish(FrameId id, Signal signal) {
  forget(id);
  Frame& frame = frames_.at(id);
  if (id.second != 0) {
    frame.status = Status::done;
    frame.result = signal;
    for (auto& [other, parent] : frames_) {
      const bool waits = other.first == id.first && parent.status == Status::waiting &&
                         (parent.awaits->kind == Kind::await_child ||
                          parent.awaits->kind == Kind::await_task) &&
                         parent.child == id.second;
      if (waits) make_ready(other);
    }
    return sweep();
  }
  const OperationId op{id.first, frame.operation};
  std::string outcome = judge(frame, op);
  if (signal.kind == Signal::Kind::raising) {
    outcome = signal.exception == Exception::cancelled  ? "cancelled"
              : signal.exception == Exception::rejected ? "rejected"
                                                        : "error";
  }
  facts_.outcomes.push_back(outcome);
  const int next = op.second + 1;
  const bool handled = outcome != "type-error" && outcome != "rejected";
  const bool goes_on = signal.kind != Signal::Kind::raising && handled &&
                       next < static_cast<int>(setup_->scenario.tasks[id.first].operations.size());
  if (goes_on) {
    begin_operation(id.first, next);
    frames_.at(id).status = Status::running;
  } else {
    frames_.erase(id);
  }
  sweep();
}

/// What a frame leaves in queues is dead from now on.
void Oracle::forget(FrameId id) {
  const auto kill = [&](Queues& queues) {
    for (auto& [name, q] : queues) {
      for (Entry& each : q) {
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
      return each.first.first == child.first && each.second.status != Status::done &&
             each.second.child == child.second;
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

std::string Oracle::judge(const Frame& frame, OperationId id) const {
  std::string worst = frame.value.size() < commands_of(script(id)).size() ? "wrong-value" : "ok";
  for (std::size_t k = 0; k < frame.value.size(); ++k) {
    const std::string each = judge(frame.value[k], id, k);
    if (severity(each) > severity(worst)) worst = each;
  }
  return worst;
}

std::string Oracle::judge(const Item& item, OperationId id, std::size_t command) const {
  const scenario::Operation& mine = script(id);
  const auto own = commands_of(mine);
  const auto among = [](const std::vector<std::string>& types, const std::string& type) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  if (!item.handshake && item.operation == id && item.command == static_cast<int>(command)) return "ok";
  if (command < own.size() && !own[command].judged) return "ok";
  std::vector<std::string> accepts = mine.accepts;
  if (accepts.empty()) accepts = {mine.kind == OperationKind::set ? "ok" : mine.type};
  if (item.handshake) return mine.strict ? "type-error" : "wrong-value";
  const Command theirs =
      commands_of(script(item.operation))[static_cast<std::size_t>(item.command)];
  if (!theirs.owners) return mine.strict && !among(accepts, theirs.type) ? "type-error" : "wrong-value";
  if (owner(item.operation.first) == owner(id.first)) return "wrong-value";
  if (among(mine.mangles, theirs.type)) return "wrong-value";
  if (!among(accepts, theirs.type)) return "type-error";
  return setup_->scenario.ownership_check ? "rejected" : "leak";
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

std::set<std::string> Oracle::state_findings() const {
  std::set<std::string> found;
  for (const auto& [conn, slot] : slots_) {
    if (!slot.shared && places_of(conn) >= 2) found.insert("double-owner");
    const auto& free = pools_[node_of_conn(conn)].free;
    const bool is_free = std::find(free.begin(), free.end(), conn) != free.end();
    const bool owes = slot.socket && (!slot.socket->requests.empty() || !slot.socket->wire.empty() ||
                                      !slot.socket->stream.empty());
    if (is_free && owes) found.insert("dirty-idle");
  }
  for (const auto& [id, frame] : frames_) {
    const bool orphan = id.second != 0 && !frame.detached && frame.status != Status::done &&
                        !runs({id.first, frame.operation});
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

EndFacts Oracle::end() const {
  EndFacts facts;
  const auto events = enabled();
  facts.complete = std::all_of(events.begin(), events.end(),
                               [](const std::string& event) { return event.front() == '!'; });
  for (const auto& [id, frame] : frames_) facts.starved = facts.starved || id.second == 0;
  for (const auto& [conn, slot] : slots_) facts.lost_slot = facts.lost_slot || is_lost(conn);
  return facts;
}

}  // namespace interleak::oracle

#include "sim/explain/story.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>

#include "sim/world/slot.hpp"

namespace interleak::explain {
namespace {

using world::OpId;

/// The messages of one connection, in the order in which they will be read: behind one another in the
/// stream buffer, the kernel's buffer, on the wire and at the server. So a message only moves by the
/// sizes of the queues, and never overtakes another.
using Line = std::deque<std::size_t>;

bool mentions(const design::Test& test, design::Expression::Kind kind) {
  return test.kind == kind || std::any_of(test.operands.begin(), test.operands.end(),
                                          [&](const auto& each) { return mentions(each, kind); });
}

bool mentions_mark(const design::Test& test) {
  using Kind = design::Expression::Kind;
  if (test.kind == Kind::compare && test.scope == design::Scope::conn) return true;
  return std::any_of(test.operands.begin(), test.operands.end(), mentions_mark);
}

/// All comparisons of a variable in a condition.
void comparisons_of(const design::Test& test, std::vector<design::Test>& out) {
  if (test.kind == design::Expression::Kind::compare) out.push_back(test);
  for (const design::Test& each : test.operands) comparisons_of(each, out);
}

/// Who stands in which queue, and who asked and set what on the way there: a shadow of the queues, which knows of
/// an entry what the queue itself forgets when it is dead.
class QueueHearer {
 public:
  QueueHearer(const world::World& world, const world::State& state, Story& story)
      : world_(world), state_(state), story_(story) {}

  /// An instruction is about to run.
  void ran(FrameId frame, OpId op, design::Pc pc, int step, std::size_t when) {
    const design::Instruction& at = world_.program().code[pc];
    answer(frame, pc);
    switch (at.op) {
      case design::Op::assert_:
      case design::Op::branch: return ask(frame, op, at, pc, step);
      case design::Op::assign:
      case design::Op::copy:
      case design::Op::add:
      case design::Op::subtract: return set({frame, op, pc, step}, at);
      case design::Op::join: return join({frame, op, pc, step}, at, when);
      case design::Op::leave: return leave(frame, op, at, step);
      case design::Op::wake:
      case design::Op::hand_reply:
      case design::Op::hand_conn: return take({frame, op, pc, step}, at, when);
      default: return;
    }
  }

  /// Behind an event: entries that died, and queues that were set up anew.
  void look_again(int step) {
    for (auto& [id, shadow] : queues_) {
      const world::WaitQueue& queue = at(id);
      if (queue.size() != shadow.size()) {
        shadow.clear();   // `renew`: what stands there now is nobody that we know
        shadow.resize(queue.size(), 0);
      }
      for (std::size_t i = 0; i < shadow.size(); ++i) note_death(shadow[i], queue[i], step);
    }
  }

 private:
  struct Here {
    FrameId frame = 0;
    OpId op = 0;
    design::Pc pc = 0;
    int step = 0;
  };
  using Shadow = std::deque<std::size_t>;   // 1 + index of the entry; 0: not known

  const world::WaitQueue& at(const QueueId& id) const {
    return id.of_pool ? state_.pools[id.owner].queues[id.index] : state_.conns[id.owner].queues[id.index];
  }

  /// Of an instruction that names a queue; nothing if it names that of a connection and there is none.
  std::optional<QueueId> queue_of(FrameId frame, OpId op, const design::Instruction& at) const {
    if (static_cast<design::Scope>(at.b) == design::Scope::pool) {
      return QueueId{true, static_cast<std::uint8_t>(world_.node_of(state_, op)), at.a};
    }
    const ConnId conn = state_.frames[frame].conn;
    if (conn == 0) return std::nullopt;
    return QueueId{false, static_cast<std::uint8_t>(conn - 1), at.a};
  }

  Shadow& shadow_of(const QueueId& id) {
    Shadow& shadow = queues_[id];
    if (shadow.size() != at(id).size()) shadow.assign(at(id).size(), 0);
    return shadow;
  }

  void note_death(std::size_t entry, std::uint8_t now, int step) {
    if (entry != 0 && now == 0 && story_.entries[entry - 1].died == 0) story_.entries[entry - 1].died = step;
  }

  void join(const Here& here, const design::Instruction& i, std::size_t when) {
    const auto id = queue_of(here.frame, here.op, i);
    if (!id || at(*id).full()) return;
    Shadow& shadow = shadow_of(*id);
    for (const std::size_t each : shadow) {
      if (each == 0 || story_.entries[each - 1].frame != here.frame) continue;
      if (story_.entries[each - 1].died == 0) story_.entries[each - 1].died = here.step;
    }
    Entry entry{*id, here.frame, here.op, here.pc, here.step, when, 0, 0, last_question_of(here)};
    story_.entries.push_back(entry);
    shadow.push_back(story_.entries.size());
  }

  /// The last condition that this frame asked and without which it would not have come here.
  std::size_t last_question_of(const Here& here) const {
    for (std::size_t q = story_.questions.size(); q > 0; --q) {
      const Question& each = story_.questions[q - 1];
      if (each.frame == here.frame && leads_to(each, here.pc)) return q;
    }
    return 0;
  }

  /// The instruction stands in the branch that the answer chose: in the body of an `if` or a loop, which lies between
  /// the branch and its target, or in the `else` behind it, which the body jumps over.
  bool leads_to(const Question& question, design::Pc pc) const {
    const auto& code = world_.program().code;
    if (code[question.pc].op != design::Op::branch) return false;
    const design::Pc otherwise = code[question.pc].target;
    if (question.held) return question.pc < pc && pc < otherwise;
    const design::Instruction& last = code[otherwise - 1];
    if (last.op != design::Op::jump || last.target <= otherwise) return false;
    for (design::Pc each = question.pc + 1; each < otherwise; ++each) {
      if (code[each].target == otherwise) return false;  // the body may come here as well
    }
    return otherwise <= pc && pc < last.target;
  }

  void leave(FrameId frame, OpId op, const design::Instruction& i, int step) {
    const auto id = queue_of(frame, op, i);
    if (!id) return;
    Shadow& shadow = shadow_of(*id);
    for (std::size_t n = shadow.size(); n > 0; --n) {
      if (at(*id)[n - 1] != frame + 1) continue;
      if (shadow[n - 1] != 0) story_.entries[shadow[n - 1] - 1].left = step;
      shadow.erase(shadow.begin() + static_cast<std::ptrdiff_t>(n - 1));
    }
  }

  void take(const Here& here, const design::Instruction& i, std::size_t when) {
    const ConnId conn = state_.frames[here.frame].conn;
    const bool hands_conn = i.op == design::Op::hand_conn;
    const auto id = queue_of(here.frame, here.op, i);
    if (!id || (hands_conn && conn == 0)) return;  // an error
    Shadow& shadow = shadow_of(*id);
    Turn turn{*id, here.step, when, here.frame, here.op, here.pc, hands_conn ? conn : ConnId{0}, 0};
    if (!shadow.empty()) {
      note_death(shadow.front(), at(*id)[0], here.step);
      turn.entry = shadow.front();
      shadow.pop_front();
    }
    story_.turns.push_back(turn);
  }

  // --- conditions and variables ------------------------------------------------------------------

  /// A variable that others see, named as a queue is: an index in a pool or a connection; behind those of a connection
  /// are those of its socket. Those of an operation are its own.
  using Variable = QueueId;

  std::optional<Variable> variable_of(FrameId frame, OpId op, design::Scope scope, std::uint8_t index) const {
    if (scope == design::Scope::op) return std::nullopt;
    const bool of_socket = scope == design::Scope::socket;
    const auto at = static_cast<std::uint8_t>(of_socket ? index + design::kMaxVariables : index);
    return queue_of(frame, op, {.a = at, .b = static_cast<std::uint8_t>(scope)});
  }

  std::uint8_t value_of(const Variable& variable) const {
    if (variable.of_pool) return state_.pools[variable.owner].vars[variable.index];
    const world::Connection& conn = state_.conns[variable.owner];
    const std::size_t behind = variable.index - std::size_t{design::kMaxVariables};
    return variable.index < design::kMaxVariables ? conn.vars[variable.index] : conn.socket.vars[behind];
  }

  void set(const Here& here, const design::Instruction& i) {
    const auto variable = variable_of(here.frame, here.op, static_cast<design::Scope>(i.b), i.a);
    if (!variable) return;
    story_.settings.push_back({here.step, here.frame, here.op, here.pc});
    last_set_[*variable] = story_.settings.size();
  }

  void ask(FrameId frame, OpId op, const design::Instruction& i, design::Pc pc, int step) {
    Question question{step, frame, pc, false, {}};
    std::vector<design::Test> comparisons;
    comparisons_of(world_.program().test_of(i), comparisons);
    const auto note = [&](design::Scope scope, std::uint8_t index) {
      const auto variable = variable_of(frame, op, scope, index);
      if (!variable) return;
      const auto set = last_set_.find(*variable);
      question.values.push_back({scope, index, value_of(*variable), set == last_set_.end() ? 0 : set->second});
    };
    for (const design::Test& test : comparisons) {
      note(test.scope, test.index);
      if (test.variables) note(test.other_scope, test.other);
    }
    story_.questions.push_back(std::move(question));
    asked_ = true;
  }

  /// The instruction behind a branch: the next one if its test held.
  void answer(FrameId frame, design::Pc pc) {
    if (!asked_) return;
    Question& question = story_.questions.back();
    if (question.frame == frame) question.held = pc == question.pc + 1;
    asked_ = false;
  }

  const world::World& world_;
  const world::State& state_;
  Story& story_;
  std::map<QueueId, Shadow> queues_;
  std::map<Variable, std::size_t> last_set_;  // 1 + index of the setting
  bool asked_ = false;  // the last question has no answer yet
};

class Hearer final : public world::Listener {
 public:
  Hearer(const world::World& world, Story& story) : world_(world), story_(story), queues_(world, state_, story) {}

  void follow(const Events& events) {
    state_ = world_.initial();
    story_.before = story_.after = state_;
    for (const Event event : events) {
      ++step_;
      story_.before = state_;
      const world::EventParts parts = world::parts_of(event);
      resumed_.reset();
      if (parts.kind == world::EventParts::Kind::resume &&
          state_.frames[parts.frame].status != world::Status::unstarted) {
        resumed_ = parts.frame;
      }
      asked_.reset();
      world_.apply(state_, event, this);
      asked_.reset();
      const bool answers = parts.kind == world::EventParts::Kind::serve || parts.kind == world::EventParts::Kind::fail;
      if (answers) note_session(parts.conn);
      note_execution(parts);
      if (!terms::is_run(parts.kind)) note_pushes();
      move_messages();
      queues_.look_again(step_);
    }
    story_.after = state_;
  }

  void ran(FrameId frame, design::Pc pc) override {
    answer(frame, pc);
    if (resumed_ == frame) {
      resumed_.reset();
      return;  // the rest of an await, not a new instruction
    }
    queues_.ran(frame, op_of(frame), pc, step_, ++when_);
    const design::Instruction& at = world_.program().code[pc];
    if (at.op == design::Op::await_poll) look(frame, pc, Look::At::stream, readable(frame));
    if (at.op != design::Op::branch) return;
    using Kind = design::Expression::Kind;
    const design::Test& test = world_.program().test_of(at);
    if (mentions(test, Kind::readable)) look(frame, pc, Look::At::stream, readable(frame));
    const bool marks = mentions_mark(test);
    if (marks || mentions(test, Kind::mine)) {
      look(frame, pc, marks ? Look::At::marks : Look::At::owner, false);
      asked_ = story_.looks.size() - 1;  // which way it goes tells the answer
    }
  }

  void landed(FrameId frame, design::Pc pc, bool ready) override {
    story_.cancels.push_back({step_, ++when_, frame, op_of(frame), pc, ready, state_.frames[frame].woken, false});
  }

  void ended(const world::OperationEnd& end) override {
    Ending ending{step_, ++when_, end.op, end.outcome, end.failure, end.reply, end.has_reply, {}};
    if (end.value != nullptr) ending.value.assign(end.value->begin(), end.value->end());
    story_.endings.push_back(std::move(ending));
  }

  void act(FrameId frame, design::Pc pc, Act act, ConnId conn, world::Label label) override {
    story_.deeds.push_back({step_, ++when_, frame, op_of(frame), pc, act, conn, label});
    if (act == Act::swallows && !story_.cancels.empty()) story_.cancels.back().swallowed = true;
    if (conn == 0) return;
    Line& line = lines_[conn];
    if (act == Act::sends) {
      Message message;
      message.conn = conn;
      message.sender = op_of(frame);
      message.sent_at = pc;
      message.sent = step_;
      for (int m = 0; m < world_.command(label).messages; ++m) {
        message.label = {label.op, static_cast<std::uint8_t>(label.part + m)};
        line.push_back(story_.messages.size());
        story_.messages.push_back(message);
      }
    } else if ((act == Act::receives || act == Act::discards) && !line.empty()) {
      Message& message = story_.messages[line.front()];
      line.pop_front();
      if (label != world::kGarbage) message.label = label;
      message.read = step_;
      message.read_when = when_;
      message.reader = op_of(frame);
      message.reader_detached = state_.frames[frame].detached;
      message.read_at = pc;
      message.discarded = act == Act::discards;
    } else if (act == Act::closes) {
      lose(line);
    }
  }

 private:
  OpId op_of(FrameId frame) const { return world_.operation_of(state_, frame); }

  bool readable(FrameId frame) const {
    const ConnId conn = state_.frames[frame].conn;
    return conn != 0 && world::is_readable(state_.socket(conn));
  }

  void look(FrameId frame, design::Pc pc, Look::At at, bool saw) {
    const ConnId conn = state_.frames[frame].conn;
    story_.looks.push_back({at, step_, ++when_, frame, op_of(frame), pc, conn, saw});
  }

  /// The instruction after a branch: the next one if its test held.
  void answer(FrameId frame, design::Pc pc) {
    if (!asked_) return;
    Look& look = story_.looks[*asked_];
    if (look.frame == frame) look.saw = pc == look.pc + 1;
    asked_.reset();
  }

  void lose(Line& line) {
    for (const std::size_t each : line) story_.messages[each].lost = step_;
    line.clear();
  }

  /// Where a redirection is the whole reply, a case has a short one, or a request is skipped, the other messages will
  /// not be made.
  void forget_unmade(Line& line, std::size_t left, std::size_t made) {
    while (line.size() > left && line.size() > made) line.erase(line.begin() + static_cast<std::ptrdiff_t>(made));
  }

  /// Whatever the event has pushed.
  void note_pushes() {
    for (int c = 1; state_.stuck == world::Bound::none && c <= world_.connections(); ++c) {
      const auto conn = static_cast<ConnId>(c);
      const std::size_t wire = state_.socket(conn).wire.size();
      for (std::size_t i = story_.before.socket(conn).wire.size(); i < wire; ++i) {
        if (world_.message(state_.socket(conn).wire[i]).push) note_push(conn, i);
      }
    }
  }

  /// The push that stands there on the wire.
  void note_push(ConnId conn, std::size_t at) {
    const world::Socket& socket = state_.socket(conn);
    Message message;
    message.push = true;
    message.label = socket.wire[at];
    message.conn = conn;
    if (message.label.op != world::kHandshakeOp) message.sender = message.label.op;
    message.sent = step_;
    const std::size_t ahead = socket.stream.size() + socket.kernel.size() + at;
    Line& line = lines_[conn];
    line.insert(line.begin() + static_cast<std::ptrdiff_t>(std::min(ahead, line.size())), story_.messages.size());
    story_.messages.push_back(message);
  }

  /// What a server comes to first is executed, or redirected: then it is answered, too.
  void note_execution(world::EventParts parts) {
    if (state_.stuck != world::Bound::none) return;
    const world::Connection& before = story_.before.conn(parts.conn == 0 ? 1 : parts.conn);
    if (parts.kind == world::EventParts::Kind::linger) {
      story_.executions.push_back({step_, before.lingering.front()});
    } else if (parts.kind == world::EventParts::Kind::fail) {
      story_.server_errors.push_back({step_, before.socket.requests.front(), parts.choice});
    } else if (parts.kind == world::EventParts::Kind::serve && before.socket.made == 0) {
      const world::Queue& wire = state_.socket(parts.conn).wire;
      const bool moved = wire.size() > before.socket.wire.size() && wire.back().mark() == world::Mark::moved;
      if (!moved) story_.executions.push_back({step_, before.socket.requests.front(), parts.conn});
    }
  }

  /// After an event in which a server executes something: there, and what that pushes elsewhere.
  void note_session(ConnId asker) {
    const world::Label request = story_.before.socket(asker).requests.front();
    for (int c = 1; state_.stuck == world::Bound::none && c <= world_.connections(); ++c) {
      const auto conn = static_cast<ConnId>(c);
      const world::Socket& before = story_.before.socket(conn);
      for (std::size_t i = 0; i < before.variables.size(); ++i) {
        if (before.variables[i] == state_.socket(conn).variables[i]) continue;
        story_.session_changes.push_back({step_, conn, i, request});
      }
    }
  }

  /// Which message it is, of those that may answer a request, is known when it is made.
  void name_made(const Line& line, const world::Socket& socket) {
    std::size_t at = 0;
    for (const world::Queue* queue : {&socket.stream, &socket.kernel, &socket.wire, &socket.held}) {
      for (const world::Label& label : *queue) {
        if (at < line.size() && label != world::kGarbage) story_.messages[line[at]].label.part = label.part;
        ++at;
      }
    }
  }

  /// After an event: which messages have come further.
  void move_messages() {
    for (int c = 1; c <= world_.connections(); ++c) {
      const world::Connection& conn = state_.conns[c - 1];
      Line& line = lines_[static_cast<std::size_t>(c)];
      const std::size_t stream = conn.socket.stream.size(), kernel = stream + conn.socket.kernel.size(),
                        wire = kernel + conn.socket.wire.size();
      const std::size_t made = wire + conn.socket.held.size();
      if (made + conn.socket.requests.size() == 0 && !line.empty()) lose(line);  // `renew` tells no closes
      forget_unmade(line, world_.messages_on(conn.socket), made);
      name_made(line, conn.socket);
      for (std::size_t i = 0; i < line.size(); ++i) {
        Message& message = story_.messages[line[i]];
        if (i < wire && message.served == 0) message.served = step_;
        if (i < kernel && message.drained == 0) message.drained = step_;
        if (i < stream && message.arrived == 0) message.arrived = step_;
      }
    }
  }

  const world::World& world_;
  Story& story_;
  world::State state_;
  int step_ = 0;
  std::size_t when_ = 0;
  QueueHearer queues_;
  std::optional<FrameId> resumed_;  // this frame is about to tell of the await it stood at
  std::optional<std::size_t> asked_;  // a look whose answer is not known yet
  std::array<Line, world::kMaxConnections + 1> lines_;
};

}  // namespace

Story story_of(const world::World& world, const Events& events) {
  Story story;
  Hearer(world, story).follow(events);
  return story;
}

}  // namespace interleak::explain

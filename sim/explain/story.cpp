#include "sim/explain/story.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "sim/world/slot.hpp"

namespace interleak::explain {
namespace {

using world::ConnId;
using world::FrameId;
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

class Hearer final : public world::Listener {
 public:
  Hearer(const world::World& world, Story& story) : world_(world), story_(story) {}

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
      move_messages();
      note_wakes(parts);
    }
    story_.after = state_;
  }

  void ran(FrameId frame, design::Pc pc) override {
    answer(frame, pc);
    if (resumed_ == frame) {
      resumed_.reset();
      return;  // the rest of an await, not a new instruction
    }
    const design::Instruction& at = world_.program().code[pc];
    if (at.op == design::Op::await_poll) look(frame, pc, Look::At::stream, readable(frame));
    if (at.op != design::Op::branch) return;
    using Kind = design::Expression::Kind;
    const design::Test& test = world_.program().tests[at.a + 256u * at.b];
    if (mentions(test, Kind::readable)) look(frame, pc, Look::At::stream, readable(frame));
    const bool marks = mentions_mark(test);
    if (marks || mentions(test, Kind::mine)) {
      look(frame, pc, marks ? Look::At::marks : Look::At::owner, false);
      asked_ = story_.looks.size() - 1;  // which way it goes tells the answer
    }
  }

  void landed(FrameId frame, design::Pc pc, bool ready) override {
    story_.cancels.push_back({step_, ++when_, frame, op_of(frame), pc, ready,
                              state_.frames[frame].woken, false});
  }

  void ended(const world::OperationEnd& end) override {
    Ending ending{step_, ++when_, end.op, end.outcome, end.reply, end.has_reply, {}};
    if (end.value != nullptr) ending.value.assign(end.value->begin(), end.value->end());
    story_.endings.push_back(std::move(ending));
  }

  void act(FrameId frame, design::Pc pc, Act act, ConnId conn, world::Label label) override {
    story_.deeds.push_back({step_, ++when_, frame, op_of(frame), pc, act, conn});
    if (act == Act::swallows && !story_.cancels.empty()) story_.cancels.back().swallowed = true;
    if (conn == 0) return;
    Line& line = lines_[conn];
    if (act == Act::sends) {
      line.push_back(story_.messages.size());
      Message message;
      message.label = label;
      message.conn = conn;
      message.sender = op_of(frame);
      message.sent_at = pc;
      message.sent = step_;
      story_.messages.push_back(message);
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
    return conn != 0 && world::is_readable(state_.conns[conn - 1]);
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

  /// After an event: which messages have come further.
  void move_messages() {
    for (int c = 1; c <= world_.connections(); ++c) {
      const world::Connection& conn = state_.conns[c - 1];
      Line& line = lines_[static_cast<std::size_t>(c)];
      const std::size_t stream = conn.stream.size(), kernel = stream + conn.kernel.size(),
                        wire = kernel + conn.wire.size();
      if (wire + conn.requests.size() == 0 && !line.empty()) lose(line);  // `renew` tells no closes
      for (std::size_t i = 0; i < line.size(); ++i) {
        Message& message = story_.messages[line[i]];
        if (i < wire && message.served == 0) message.served = step_;
        if (i < kernel && message.drained == 0) message.drained = step_;
        if (i < stream && message.arrived == 0) message.arrived = step_;
      }
    }
  }

  void note_wakes(const world::EventParts& parts) {
    for (int f = 0; f < world_.frames(); ++f) {
      if (!state_.frames[f].woken || story_.before.frames[f].woken) continue;
      story_.wakes.push_back({step_, parts.frame, static_cast<FrameId>(f)});
    }
  }

  const world::World& world_;
  Story& story_;
  world::State state_;
  int step_ = 0;
  std::size_t when_ = 0;
  std::optional<FrameId> resumed_;       // this frame is about to tell of the await it stood at
  std::optional<std::size_t> asked_;     // a look whose answer is not known yet
  std::array<Line, world::kMaxConnections + 1> lines_;
};

}  // namespace

Story story_of(const world::World& world, const Events& events) {
  Story story;
  Hearer(world, story).follow(events);
  return story;
}

world::LineView line_of(const world::World& world, design::Pc pc) {
  const design::SourceLine& source = world.program().lines[world.program().code[pc].line];
  return {source.procedure, source.origin, source.line + 1, source.text};
}

}  // namespace interleak::explain

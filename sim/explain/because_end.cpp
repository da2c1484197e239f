// What is wrong with an end: a connection that nobody returns, and somebody who waits for ever. Who waits is followed
// from reply to reader, and from queue to queue, to whoever kept or lost what was waited for.
#include <set>

#include "sim/explain/telling.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/listener.hpp"

namespace interleak::explain {
namespace {

using words::Prose;
using world::Label;
using world::OpId;
using Act = world::Listener::Act;
namespace fact = world::fact;

class EndTeller {
 public:
  explicit EndTeller(Telling& telling) : t_(telling) {}

  void tell_end(Facts facts) {
    if ((facts & (fact::kStarved | fact::kHostage)) != 0) return tell_starved();
    for (int n = 1; n <= t_.world.connections(); ++n) {
      const ConnId id = static_cast<ConnId>(n);
      if (world::is_lost(t_.world, t_.story.after, id)) return tell_lost(id);
    }
  }

 private:
  void tell_lost(ConnId id) {
    const Deed* take = nullptr;
    for (const Deed& deed : t_.story.deeds) {
      if (deed.conn == id && (deed.act == Act::takes || deed.act == Act::makes)) take = &deed;
    }
    if (take == nullptr) return;
    Text text;
    text << t_.task(take->op) << " took " << t_.conn(id);
    text.step(take->step) << " at ";
    text.line(t_.line(take->pc));
    t_.add(std::move(text));
    OpId holder = take->op;
    std::size_t since = take->when;
    for (const Turn& turn : t_.story.turns) {   // handed on, perhaps to nobody
      if (turn.conn != id || turn.when < since) continue;
      if (turn.entry == 0) continue;          // nobody stood there: it stays where it was
      if (entry_of(turn).died != 0) return tell_lost_in_queue(turn);
      Text handed;
      handed << t_.who(turn.by) << " handed it over to " << t_.who(entry_of(turn).frame);
      handed.step(turn.step) << " at ";
      handed.line(t_.line(turn.pc));
      t_.add(std::move(handed));
      holder = entry_of(turn).op, since = turn.when;
    }
    t_.tell_cancel_before(holder, ~std::size_t{0});
    Text end;
    const Ending* ending = t_.ending_of(holder);
    end << t_.task(holder) << "'s operation ended";
    if (ending != nullptr) {
      end << " (" << world::kOutcomeNames[static_cast<std::size_t>(ending->outcome)] << ")";
      end.step(ending->step);
    }
    const Deed* put = t_.last_deed(id, Act::puts);
    if (put == nullptr || put->when < since) end << " and no line that returns " << t_.conn(id) << " had run";
    end << "; nobody else has it";
    t_.add(std::move(end));
  }

  const Entry& entry_of(const Turn& turn) const { return t_.story.entries[turn.entry - 1]; }

  /// A connection was handed over to an entry of a queue behind which nobody stands any more.
  void tell_lost_in_queue(const Turn& turn) {
    Text text;
    text << t_.who(turn.by) << " handed it over";
    text.step(turn.step) << " at ";
    text.line(t_.line(turn.pc)) << " to a dead entry of " << t_.queue_name(turn.pc) << ": nobody has it";
    t_.add(std::move(text));
    tell_death(entry_of(turn));
  }

  /// How an entry of a queue came to stand there, and to be dead.
  void tell_death(const Entry& entry) {
    const Landing* hit = nullptr;
    for (const Landing& cancel : t_.story.cancels) {
      const bool there = cancel.frame == entry.frame && cancel.when > entry.when && cancel.step <= entry.died;
      if (there && !cancel.swallowed) hit = &cancel;
    }
    Text text;
    text << "The entry is that of " << t_.who(entry.frame) << ", who joined";
    text.step(entry.joined) << " at ";
    text.line(t_.line(entry.pc));
    const Ending* ending = t_.ending_of(entry.op);
    if (hit != nullptr) {
      text << "; " << t_.who(entry.frame) << " was cancelled";
      text.step(hit->step) << " at ";
      text.line(t_.line(hit->pc)) << " and did not leave the queue";
    } else if (ending != nullptr && ending->step == entry.died) {
      text << "; " << t_.task(entry.op) << "'s operation is over";
      text.step(ending->step) << ", and it did not leave the queue";
    } else {
      text << " and stands there no more";
      text.step(entry.died);
    }
    t_.add(std::move(text));
  }

  void tell_starved() {
    for (int f = 0; f < t_.world.frames(); f += world::kFramesPerTask) {
      const world::Frame& frame = t_.story.after.frame(static_cast<FrameId>(f));
      if (frame.status == world::Status::absent) continue;
      const FrameId id = static_cast<FrameId>(f);
      Text text;
      text << t_.task(t_.op_of(id)) << " waits at ";
      text.line(t_.line(frame.pc)) << ", and nothing is left to happen";
      t_.add(std::move(text));
      tell_wait(id, 0);
      return tell_silences();
    }
  }

  /// Where a server is silent, whose request it leaves, and who still has the connection.
  void tell_silences() {
    for (int n = 1; n <= t_.world.connections(); ++n) {
      const world::Connection& c = t_.story.after.conn(static_cast<ConnId>(n));
      if (!c.socket.silent || c.socket.requests.empty()) continue;
      const ConnId id = static_cast<ConnId>(n);
      const Label left = c.socket.requests.front();
      Text text;
      text << "The server answers nothing more on " << t_.conn(id);
      text.step(step_of_silence(id));
      text << "; first in line there is ";
      if (left.op == world::kHandshakeOp) {
        text << t_.world.command(left).request;
      } else {
        text << t_.task(left.op) << "'s " << t_.world.command(left).request;
        tell_over(text, left.op);
      }
      t_.add(std::move(text));
      tell_orphan(id);
    }
  }

  int step_of_silence(ConnId conn) const {
    int step = 0;
    for (std::size_t i = 0; i < t_.events.size(); ++i) {
      const world::EventParts parts = world::parts_of(t_.events[i]);
      if (parts.kind == world::EventParts::Kind::silence && parts.conn == conn) step = static_cast<int>(i) + 1;
    }
    return step;
  }

  void tell_over(Text& text, OpId op) const {
    const Ending* ending = t_.ending_of(op);
    if (ending == nullptr) return;
    text << ", whose operation is over (" << world::kOutcomeNames[static_cast<std::size_t>(ending->outcome)] << ")";
    text.step(ending->step);
  }

  void tell_orphan(ConnId id) {
    for (int f = 0; f < t_.world.frames(); ++f) {
      const world::Frame& frame = t_.story.after.frame(static_cast<FrameId>(f));
      const FrameId child = static_cast<FrameId>(f);
      const bool waits = frame.status == world::Status::waiting && frame.conn == id && !frame.detached;
      if (!waits || world::runs(t_.world, t_.story.after, t_.op_of(child))) continue;
      t_.add(Text() << t_.who(child) << " goes on without it, and keeps " << t_.conn(id));
    }
  }

  /// What a frame waits for, and why it does not come.
  void tell_wait(FrameId id, int depth) {
    const world::Frame& frame = t_.story.after.frame(id);
    switch (world::await_kind(t_.world.program().code[frame.pc].op)) {
      case world::AwaitKind::receive:
      case world::AwaitKind::discard: return tell_no_reply(id);
      case world::AwaitKind::turn: return tell_no_turn(id);
      case world::AwaitKind::child:
      case world::AwaitKind::task: {
        const FrameId child = world::at_place(id, frame.child);
        if (frame.child == 0 || depth > 2) return;
        Text text;
        text << "Its child waits at ";
        text.line(t_.line(t_.story.after.frame(child).pc));
        t_.add(std::move(text));
        return tell_wait(child, depth + 1);
      }
      default: return;
    }
  }

  void tell_no_reply(FrameId id) {
    const world::Frame& frame = t_.story.after.frame(id);
    const OpId op = t_.op_of(id);
    const Message* mine = nullptr;
    for (const Message& m : t_.story.messages) {
      if (m.sender == op && m.conn == frame.conn && !m.push) mine = &m;
    }
    if (mine == nullptr) {
      return t_.add(Text() << "It has sent nothing on " << t_.conn(frame.conn) << " that could be answered");
    }
    Text text;
    text << "The reply to its " << t_.request(*mine);
    text.step(mine->sent);
    if (mine->read != 0) {
      text << " was " << (mine->discarded ? "thrown away" : "taken") << " by "
           << (mine->reader_detached ? Prose("a background reader") : t_.task(mine->reader));
      text.step(mine->read) << " at ";
      text.line(t_.line(mine->read_at));
      t_.add(std::move(text));
      const Message* other = t_.wrongly_taken(mine->reader, mine->read_when);
      if (mine->reader != op && other != nullptr) tell_left_behind(t_, *mine);
      return;
    }
    if (mine->lost != 0) {
      text << " went with the socket, which was closed";
      text.step(mine->lost);
    } else {
      text << " is not read: " << t_.place_at(*mine, t_.last);
    }
    t_.add(std::move(text));
  }

  void tell_no_turn(FrameId id) {
    const Entry* mine = nullptr;
    for (const Entry& entry : t_.story.entries) {
      if (entry.frame == id) mine = &entry;
    }
    const std::string queue = t_.queue_name(t_.story.after.frame(id).pc);
    if (mine == nullptr) return t_.add(Text() << t_.who(id) << " never joined " << queue);
    tell_joining(*mine, queue);
    tell_last_turn(*mine, queue);
    for (int n = 1; n <= t_.world.connections(); ++n) {
      const ConnId lost = static_cast<ConnId>(n);
      if (world::is_lost(t_.world, t_.story.after, lost)) return tell_lost(lost);
    }
    tell_holders(id);
  }

  /// When it joined the queue, and which condition led it there.
  void tell_joining(const Entry& mine, const std::string& queue) {
    if (mine.asked == 0) return;
    const Question& question = t_.story.questions[mine.asked - 1];
    Text text;
    text << t_.who(mine.frame) << " joined " << queue;
    text.step(mine.joined) << ", since ";
    text.line(t_.line(question.pc)) << (question.held ? " held" : " did not hold");
    t_.tell_values(text, question);
    t_.add(std::move(text));
  }

  /// The last turn that was given in the queue of an entry that got none.
  void tell_last_turn(const Entry& mine, const std::string& queue) {
    const Turn* last = nullptr;
    for (const Turn& turn : t_.story.turns) {
      if (turn.queue == mine.queue) last = &turn;
    }
    if (last == nullptr) return t_.add(Text() << "Nobody ever woke " << queue);
    Text text;
    text << "The last turn in " << queue << " was given by " << t_.who(last->by);
    text.step(last->step) << " at ";
    text.line(t_.line(last->pc));
    if (last->entry == 0) {
      return t_.add(text << (last->when < mine.when ? ", before anybody stood there" : ", where nobody stood"));
    }
    const Entry& to = entry_of(*last);
    if (to.died != 0 && to.died <= last->step) {
      t_.add(text << ", to a dead entry");
      return tell_death(to);
    }
    text << ", to " << t_.who(to.frame);
    if (const Landing* hit = cancel_of_woken(*last, to)) {
      text << ", who was cancelled";
      text.step(hit->step) << " at ";
      text.line(t_.line(hit->pc)) << " before using it, and nobody passed it on";
    } else {
      text << "; none came after it";
    }
    t_.add(std::move(text));
  }

  const Landing* cancel_of_woken(const Turn& turn, const Entry& to) const {
    for (const Landing& cancel : t_.story.cancels) {
      if (cancel.frame == to.frame && cancel.woken && cancel.when > turn.when) return &cancel;
    }
    return nullptr;
  }

  /// Who has the connections for which somebody waits.
  void tell_holders(FrameId waiter) {
    for (int f = 0; f < t_.world.frames(); ++f) {
      const FrameId id = static_cast<FrameId>(f);
      const world::Frame& frame = t_.story.after.frame(static_cast<FrameId>(f));
      const bool waits = frame.status == world::Status::waiting && frame.conn != 0 && id != waiter;
      if (!waits || t_.story.after.conn(frame.conn).socket.silent || !told_.insert(id).second) continue;
      Text text;
      text << t_.conn(frame.conn) << " is with " << t_.who(id) << ", who waits at ";
      text.line(t_.line(frame.pc));
      const OpId op = t_.op_of(id);
      if (!frame.detached && !world::runs(t_.world, t_.story.after, op)) {
        text << "; " << t_.task(op) << "'s operation is over";
        if (const Ending* ending = t_.ending_of(op)) {
          text << " (" << world::kOutcomeNames[static_cast<std::size_t>(ending->outcome)] << ")";
          text.step(ending->step);
        }
      }
      t_.add(std::move(text));
      tell_wait(id, 2);
    }
  }

  Telling& t_;
  std::set<FrameId> told_;   // of whom it was told that they have a connection
};

}  // namespace

void tell_end(Telling& telling, Facts facts) { EndTeller(telling).tell_end(facts); }

}  // namespace interleak::explain

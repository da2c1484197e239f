#include "sim/explain/because.hpp"

#include <algorithm>
#include <set>

#include "sim/explain/story.hpp"
#include "sim/words/names.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/slot.hpp"
#include "sim/world/wire.hpp"

namespace interleak::explain {
namespace {

using world::Label;
using world::OpId;
using world::Outcome;
using words::Prose;
using Act = world::Listener::Act;
namespace fact = world::fact;

/// A sentence being put together.
class Text {
 public:
  Text& operator<<(std::string_view text) {
    out_.text += text;
    return *this;
  }
  Text& operator<<(const Prose& text) {
    out_.text += text;
    return *this;
  }
  /// " (step 3)".
  Text& step(int number) {
    if (number == 0) return *this;
    steps_.insert(number);
    return *this << " (step " << std::to_string(number) << ")";
  }
  /// "`await receive` (redis-py/connection-4.4, read:3)".
  Text& line(const words::LineView& at) {
    std::string code = at.text;
    if (!code.empty() && code.back() == ':') code.pop_back();
    out_.lines.push_back(at);
    return *this << "`" << code << "` (" << at.origin << ", " << at.procedure << ":"
                 << std::to_string(at.line) << ")";
  }
  Sentence done() {
    out_.text += ".";
    out_.steps.assign(steps_.begin(), steps_.end());
    return std::move(out_);
  }

 private:
  Sentence out_;
  std::set<int> steps_;
};

class Teller {
 public:
  Teller(const world::World& world, const Events& events)
      : world_(world), events_(events), last_(static_cast<int>(events.size())), story_(story_of(world, events)) {}

  std::vector<Sentence> tell(Facts mask) {
    if (const Ending* ending = worst_ending(mask)) {
      tell_ending(*ending);
    } else if (const Facts facts = world_.facts(story_.after) & mask; facts != 0) {
      tell_state(facts);
    } else if ((mask & fact::kCancelWaits) != 0 && waits_after_cancel()) {
      tell_waiting();
    } else if ((mask & fact::kLateWrite) != 0 && tell_late_write()) {
      return std::move(chain_);
    } else if (const Facts at_end = world_.end(story_.after).facts & mask; at_end != 0) {
      tell_end(at_end);
    }
    return std::move(chain_);
  }

 private:
  // --- words -------------------------------------------------------------------------------------

  Prose task(OpId op) const { return words::task_of(world_, op); }
  Prose who(FrameId id) const { return words::frame(world_, id); }
  static std::string conn(ConnId id) { return words::connection(id); }
  words::LineView line(design::Pc pc) const { return words::line_of(world_, pc); }
  OpId op_of(FrameId frame) const { return world_.operation_of(story_.after, frame); }

  /// "GET history", "AUTH".
  const std::string& request(const Message& m) const { return words::request(world_, m.label); }

  /// "alice's history", "the OK for alice's SET history", "the reply to AUTH".
  Prose reply(const Message& m) const {
    const world::CommandInfo& command = world_.command(m.label);
    if (m.label.op == world::kHandshakeOp) return Prose(command.reply);
    if (m.label.mark() == world::Mark::moved) return "a " + words::reply(world_, m.label);
    if (command.nobodys) {
      return "the " + command.reply + " for " + words::owner_of(world_, m.label.op) + "'s " + command.request;
    }
    return words::reply(world_, m.label);
  }

  void add(Text& text) { chain_.push_back(text.done()); }
  void add(Text&& text) { add(text); }

  // --- looking things up -------------------------------------------------------------------------

  const Ending* worst_ending(Facts mask) const {
    const Ending* worst = nullptr;
    for (const Ending& ending : story_.endings) {
      if (ending.step != last_ || (fact::outcome(ending.outcome) & mask) == 0) continue;
      if (worst == nullptr || ending.outcome > worst->outcome) worst = &ending;
    }
    return worst;
  }

  /// The message whose reply an operation ended with: the last one of that label that was read; where
  /// there are several, read by that operation itself.
  const Message* message_of(Label label, OpId by) const {
    const Message* found = nullptr;
    for (const Message& m : story_.messages) {
      if (m.label.op != label.op || m.label.part != label.part || m.read == 0 || m.discarded) continue;
      const bool own = m.reader == by && !m.reader_detached;
      const bool found_own = found != nullptr && found->reader == by && !found->reader_detached;
      if (found == nullptr || own > found_own ||
          (own == found_own && m.read_when > found->read_when)) {
        found = &m;
      }
    }
    return found;
  }

  /// The last cancel that hit an operation before that moment.
  const Landing* cancel_of(OpId op, std::size_t before) const {
    const Landing* found = nullptr;
    for (const Landing& each : story_.cancels) {
      if (each.op == op && !each.swallowed && each.when < before) found = &each;
    }
    return found;
  }

  /// The last reply that an operation took although it had not asked for it.
  const Message* wrongly_taken(OpId op, std::size_t before) const {
    const Message* found = nullptr;
    for (const Message& m : story_.messages) {
      if (m.read == 0 || m.discarded || m.reader_detached || m.read_when >= before) continue;
      if (m.reader != op || m.sender == op) continue;
      if (found == nullptr || m.read_when > found->read_when) found = &m;
    }
    return found;
  }

  const Ending* ending_of(OpId op) const {
    const auto found = std::find_if(story_.endings.begin(), story_.endings.end(),
                                    [&](const Ending& each) { return each.op == op; });
    return found == story_.endings.end() ? nullptr : &*found;
  }

  /// Where a reply was after a step, as a clause.
  static std::string place_at(const Message& m, int step) {
    const auto done = [&](int when) { return when != 0 && when <= step; };
    if (done(m.arrived)) return "it lay in the stream buffer, unread";
    if (done(m.drained)) return "it was in the kernel's buffer";
    if (done(m.served)) return "it was on the wire";
    return "the server had not answered yet";
  }

  // --- a reply in wrong hands --------------------------------------------------------------------

  void tell_ending(const Ending& ending) {
    if (!ending.has_reply) {
      const std::size_t wanted = world_.operations()[ending.op].commands.size();
      Text text;
      text << task(ending.op) << " ended normally";
      text.step(ending.step) << " with " << std::to_string(ending.value.size()) << " of " << std::to_string(wanted)
                             << " replies";
      add(std::move(text));
      return tell_cancel_before(ending.op, ending.when);
    }
    const Message* m = message_of(ending.reply, ending.op);
    if (m == nullptr) return;
    Text text;
    text << task(ending.op) << " received " << reply(*m);
    text.step(m->read) << ", which answers the " << request(*m) << " that "
                       << (m->sender == ending.op ? Prose("it had sent itself") : task(m->sender) + " sent");
    text.step(m->sent);
    text << relation(m->sender, ending.op);
    add(std::move(text));
    tell_who_handed(*m, ending);
    tell_left_behind(*m, 0);
    tell_pool(*m, ending.op);
    tell_checks(*m);
  }

  /// What else two operations have in common, which the names do not tell.
  std::string relation(OpId asker, OpId receiver) const {
    if (asker == receiver) return "";
    if (world_.operations()[asker].task == world_.operations()[receiver].task) return " for an operation before";
    const auto& operations = world_.operations();
    return operations[asker].owner == operations[receiver].owner ? ", for the same owner" : "";
  }

  /// A background reader reads for others: who gets a reply is its guess.
  void tell_who_handed(const Message& m, const Ending& ending) {
    const bool own = m.reader == ending.op && !m.reader_detached;
    if (own) return;
    Text text;
    text << "It was read at ";
    text.line(line(m.read_at)) << " by " << (m.reader_detached ? Prose("a background reader") : task(m.reader))
                               << ", and handed on to " << task(ending.op);
    add(std::move(text));
  }

  /// Why the operation that asked did not take the reply itself.
  void tell_left_behind(const Message& m, int depth) {
    constexpr int kDeepest = 8;
    const OpId asker = m.sender;
    const Landing* cancel = cancel_of(asker, m.read_when);
    const Message* other = wrongly_taken(asker, m.read_when);
    if (other != nullptr && (cancel == nullptr || other->read_when > cancel->when)) {
      Text text;
      text << task(asker) << " did not wait for it: it had taken " << reply(*other);
      text.step(other->read) << ", which " << task(other->sender) << " had asked for";
      text.step(other->sent);
      add(std::move(text));
      if (depth < kDeepest) tell_left_behind(*other, depth + 1);
      return;
    }
    if (cancel != nullptr) return tell_fatal(*cancel, m);
    const Ending* ending = ending_of(asker);
    Text text;
    if (ending != nullptr && ending->when < m.read_when) {
      text << task(asker) << "'s operation had ended before that ("
           << world::kOutcomeNames[static_cast<std::size_t>(ending->outcome)] << ")";
      text.step(ending->step);
    } else {
      text << task(asker) << " still waits for it" << (has_cancel() ? "" : ": no cancel was needed");
    }
    add(std::move(text));
    if (ending == nullptr) tell_returned_twice(m.conn, m.read_when, asker);
  }

  bool has_cancel() const {
    return std::any_of(events_.begin(), events_.end(), [&](Event event) { return world_.is_fault(event); });
  }

  /// Somebody who had got a connection once has returned it twice, before that moment. False: nobody but, perhaps,
  /// the operation that is no matter here.
  bool tell_returned_twice(ConnId id, std::size_t before, OpId but) {
    for (const Deed& put : story_.deeds) {
      if (put.act != Act::puts || put.conn != id || put.when > before || put.op == but) continue;
      const Deed* take = nullptr;    // the last time that who returns it had got it
      const Deed* first = nullptr;   // and returned it already
      for (const Deed& deed : story_.deeds) {
        if (deed.conn != id || deed.op != put.op || deed.when >= put.when) continue;
        if (deed.act == Act::takes || deed.act == Act::makes) take = &deed, first = nullptr;
        if (deed.act == Act::puts) first = &deed;
      }
      if (take == nullptr || first == nullptr) continue;
      tell_cancel_before(put.op, put.when);
      Text text;
      text << task(put.op) << " took " << conn(id);
      text.step(take->step) << " once, and returned it twice, at ";
      text.line(line(first->pc)).step(first->step) << " and at ";
      text.line(line(put.pc)).step(put.step);
      add(std::move(text));
      return true;
    }
    return false;
  }

  void tell_fatal(const Landing& cancel, const Message& m) {
    Text text;
    text << task(m.sender) << " was cancelled";
    text.step(cancel.step) << " at ";
    text.line(line(cancel.pc));
    if (m.sent > cancel.step) {
      text << " before the request was sent; it was sent all the same";
      text.step(m.sent);
    } else {
      text << ", and so never read that reply: " << place_at(m, cancel.step);
    }
    add(std::move(text));
  }

  /// How the connection came from the one to the other.
  void tell_pool(const Message& m, OpId reader) {
    if (m.sender == reader || m.reader_detached) return;
    const Deed* put = nullptr;
    const Deed* take = nullptr;
    for (const Deed& deed : story_.deeds) {
      if (deed.conn != m.conn || deed.when > m.read_when) continue;
      if (deed.act == Act::puts && deed.op != reader && deed.step >= m.sent) put = &deed;
      const bool takes = deed.act == Act::takes || deed.act == Act::makes || deed.act == Act::shares;
      if (takes && deed.op == m.reader) take = &deed;
    }
    Text text;
    if (put != nullptr) {
      text << task(put->op) << " returned " << conn(m.conn);
      text.step(put->step) << " at ";
      text.line(line(put->pc)) << " with that reply still owed";
      if (take != nullptr) text << ", and " << task(m.reader) << " took it";
      if (take != nullptr) text.step(take->step);
    } else if (take != nullptr && take->act == Act::shares) {
      text << conn(m.conn) << " is shared: " << task(m.sender) << " and " << task(m.reader)
           << " both read from it";
    } else if (take != nullptr && take->step > m.sent) {
      text << task(m.reader) << " took " << conn(m.conn);
      text.step(take->step) << " with that reply still owed";
    } else {
      return;
    }
    add(std::move(text));
  }

  /// Everything that was asked about the connection while the reply lay in it.
  void tell_checks(const Message& m) {
    const Landing* cancel = cancel_of(m.sender, m.read_when);
    std::set<design::Pc> told;
    bool any = false;
    for (const Look& look : story_.looks) {
      if (look.conn != m.conn || look.step < m.sent || look.when > m.read_when) continue;
      const bool after_cancel = cancel != nullptr && look.when > cancel->when;
      if (look.op == m.sender && !after_cancel) continue;
      if (!told.insert(look.pc).second) continue;
      any = true;
      tell_check(look, m);
    }
    if (any) return;
    Text text;
    text << "Nothing on the way asked whether " << conn(m.conn) << " still owes a reply";
    add(std::move(text));
  }

  void tell_check(const Look& look, const Message& m) {
    Text text;
    text << "The check ";
    text.line(line(look.pc));
    if (look.at == Look::At::stream) {
      text << " looked into the stream buffer of " << conn(m.conn);
      text.step(look.step);
      if (look.saw) {
        text << " and saw that something lies there, but " << task(look.op) << " went on";
      } else {
        text << " and saw nothing: " << place_at(m, look.step - 1);
      }
    } else if (look.at == Look::At::marks) {
      text << " read the client's own marks on " << conn(m.conn);
      text.step(look.step) << ", and " << (look.saw ? "held" : "did not hold");
    } else {
      text << " asked whose the reply is";
      text.step(look.step) << ", and " << (look.saw ? "let it pass" : "did not let it pass");
    }
    add(std::move(text));
  }

  // --- findings about the pool -------------------------------------------------------------------

  void tell_state(Facts facts) {
    for (int n = 1; n <= world_.connections(); ++n) {
      const ConnId id = static_cast<ConnId>(n);
      const world::Connection& c = story_.after.conns[n - 1];
      if (!c.created) continue;
      if ((facts & fact::kDoubleOwner) != 0 && world::is_in_two_hands(world_, story_.after, id)) {
        return tell_double_owner(id);
      }
      const bool dirty = (facts & fact::kDoubleOwner) == 0 && (facts & fact::kZombie) == 0;
      if (dirty && world::is_dirty_idle(world_, story_.after, id)) {
        return tell_dirty(id);
      }
    }
    if ((facts & fact::kZombie) != 0) tell_zombie();
  }

  void tell_double_owner(ConnId id) {
    const std::uint64_t owners = story_.after.conns[id - 1].owners;
    for (OpId op = 0; op < world_.operations().size(); ++op) {
      if ((owners >> op & 1) != 0) tell_taking(op, id, "has it still");
    }
    if (tell_returned_twice(id, ~std::size_t{0}, world_.operations().size())) return;
    const Deed* put = last_deed(id, Act::puts);
    if (world::times_free(world_, story_.after, id) == 0 || put == nullptr) return;
    Text text;
    text << conn(id) << " stands among the free connections: " << task(put->op) << " returned it";
    text.step(put->step) << " at ";
    text.line(line(put->pc));
    add(std::move(text));
  }

  const Deed* last_deed(ConnId id, Act act) const {
    const Deed* found = nullptr;
    for (const Deed& deed : story_.deeds) {
      if (deed.conn == id && deed.act == act) found = &deed;
    }
    return found;
  }

  /// The last time an operation got a connection; where it was handed over nothing is told.
  const Deed* taking_of(OpId op, ConnId id) const {
    const Deed* found = nullptr;
    for (const Deed& deed : story_.deeds) {
      if (deed.op == op && deed.conn == id && (deed.act == Act::takes || deed.act == Act::makes)) {
        found = &deed;
      }
    }
    return found;
  }

  void tell_taking(OpId op, ConnId id, std::string_view and_then) {
    const Deed* take = taking_of(op, id);
    if (take == nullptr) return;
    Text text;
    text << task(op) << " took " << conn(id);
    text.step(take->step) << " at ";
    text.line(line(take->pc)) << " and " << and_then;
    add(std::move(text));
  }

  void tell_dirty(ConnId id) {
    const world::Connection& c = story_.after.conns[id - 1];
    if (!world::owes_replies(c.socket)) {
      add(Text() << conn(id) << " is idle, and its session at the server "
                 << (c.socket.watched ? "still watches a key" : "is not set up"));
    }
    for (const Message& m : story_.messages) {
      if (m.conn != id || m.read != 0 || m.lost != 0) continue;
      Text text;
      text << conn(id) << " still owes " << reply(m) << ", the answer to the " << request(m) << " that "
           << task(m.sender) << " sent";
      text.step(m.sent);
      add(std::move(text));
      tell_cancel_before(m.sender, ~std::size_t{0});
      break;
    }
    if (const Deed* put = last_deed(id, Act::puts)) {
      Text text;
      text << task(put->op) << " returned it all the same";
      text.step(put->step) << " at ";
      text.line(line(put->pc));
      add(std::move(text));
    }
  }

  void tell_cancel_before(OpId op, std::size_t before) {
    const Landing* cancel = cancel_of(op, before);
    if (cancel == nullptr) return;
    Text text;
    text << task(op) << " was cancelled";
    text.step(cancel->step) << " at ";
    text.line(line(cancel->pc));
    if (cancel->ready) text << ", although what it awaited had already happened";
    add(std::move(text));
  }

  void tell_zombie() {
    for (int f = 0; f < world_.frames(); ++f) {
      const FrameId id = static_cast<FrameId>(f);
      const world::Frame& frame = story_.after.frames[f];
      const bool live = frame.status == world::Status::ready ||
                        frame.status == world::Status::waiting ||
                        frame.status == world::Status::unstarted;
      if (f % world::kFramesPerTask == 0 || !live || frame.detached || frame.conn == 0) continue;
      const OpId op = op_of(id);
      if (world::runs(world_, story_.after, op)) continue;
      for (const Deed& deed : story_.deeds) {
        if (deed.act != Act::spawns || deed.op != op) continue;
        Text text;
        text << task(op) << " started a child";
        text.step(deed.step) << " at ";
        text.line(line(deed.pc)) << ", which no cancel of " << task(op) << " reaches";
        add(std::move(text));
        break;
      }
      tell_cancel_before(op, ~std::size_t{0});
      Text text;
      text << task(op) << "'s operation is over";
      if (const Ending* ending = ending_of(op)) text.step(ending->step);
      text << ", and the child goes on with " << conn(frame.conn);
      if (frame.status != world::Status::unstarted) {
        text << ": it stands at ";
        text.line(line(frame.pc));
      }
      return add(std::move(text));
    }
  }

  bool waits_after_cancel() const {
    return std::any_of(story_.after.frames.begin(), story_.after.frames.end(), [](const auto& frame) {
      return frame.cancelled && frame.status == world::Status::waiting;
    });
  }

  void tell_waiting() {
    for (int f = 0; f < world_.frames(); f += world::kFramesPerTask) {
      const world::Frame& frame = story_.after.frames[f];
      if (!frame.cancelled || frame.status != world::Status::waiting) continue;
      const OpId op = op_of(static_cast<FrameId>(f));
      tell_cancel_before(op, ~std::size_t{0});
      Text text;
      text << task(op) << " then waits at ";
      text.line(line(frame.pc)) << " for something that only others can bring about";
      return add(std::move(text));
    }
  }

  /// False if the last event is none in which a server executes a write.
  bool tell_late_write() {
    using Kind = world::EventParts::Kind;
    const world::EventParts parts = world::parts_of(events_.back());
    if (parts.kind != Kind::serve && parts.kind != Kind::linger) return false;
    const world::Connection& c = story_.before.conns[parts.conn - 1];
    const Label write = parts.kind == Kind::serve ? c.socket.requests.front() : c.lingering.front();
    if (write.op == world::kHandshakeOp) return false;
    tell_cancel_before(write.op, ~std::size_t{0});
    Text text;
    text << task(write.op) << "'s operation is over";
    if (const Ending* ending = ending_of(write.op)) text.step(ending->step);
    text << ", and its " << world_.command(write).request << " was on its way: the server executes it";
    text.step(last_);
    if (parts.kind == Kind::linger) text << ", although the socket was closed";
    add(std::move(text));
    return true;
  }

  // --- ends --------------------------------------------------------------------------------------

  void tell_end(Facts facts) {
    if ((facts & (fact::kStarved | fact::kHostage)) != 0) return tell_starved();
    for (int n = 1; n <= world_.connections(); ++n) {
      const ConnId id = static_cast<ConnId>(n);
      if (world::is_lost(world_, story_.after, id)) return tell_lost(id);
    }
  }

  void tell_lost(ConnId id) {
    const Deed* take = nullptr;
    for (const Deed& deed : story_.deeds) {
      if (deed.conn == id && (deed.act == Act::takes || deed.act == Act::makes)) take = &deed;
    }
    if (take == nullptr) return;
    Text text;
    text << task(take->op) << " took " << conn(id);
    text.step(take->step) << " at ";
    text.line(line(take->pc));
    add(std::move(text));
    OpId holder = take->op;
    std::size_t since = take->when;
    for (const Turn& turn : story_.turns) {   // handed on, perhaps to nobody
      if (turn.conn != id || turn.when < since) continue;
      if (turn.entry == 0) continue;          // nobody stood there: it stays where it was
      if (entry_of(turn).died != 0) return tell_lost_in_queue(turn);
      Text handed;
      handed << who(turn.by) << " handed it over to " << who(entry_of(turn).frame);
      handed.step(turn.step) << " at ";
      handed.line(line(turn.pc));
      add(std::move(handed));
      holder = entry_of(turn).op, since = turn.when;
    }
    tell_cancel_before(holder, ~std::size_t{0});
    Text end;
    const Ending* ending = ending_of(holder);
    end << task(holder) << "'s operation ended";
    if (ending != nullptr) {
      end << " (" << world::kOutcomeNames[static_cast<std::size_t>(ending->outcome)] << ")";
      end.step(ending->step);
    }
    const Deed* put = last_deed(id, Act::puts);
    if (put == nullptr || put->when < since) end << " and no line that returns " << conn(id) << " had run";
    end << "; nobody else has it";
    add(std::move(end));
  }

  const Entry& entry_of(const Turn& turn) const { return story_.entries[turn.entry - 1]; }

  /// A connection was handed over to an entry of a queue behind which nobody stands any more.
  void tell_lost_in_queue(const Turn& turn) {
    Text text;
    text << who(turn.by) << " handed it over";
    text.step(turn.step) << " at ";
    text.line(line(turn.pc)) << " to a dead entry of " << queue_name(turn.pc) << ": nobody has it";
    add(std::move(text));
    tell_death(entry_of(turn));
  }

  /// How an entry of a queue came to stand there, and to be dead.
  void tell_death(const Entry& entry) {
    const Landing* hit = nullptr;
    for (const Landing& cancel : story_.cancels) {
      const bool there = cancel.frame == entry.frame && cancel.when > entry.when && cancel.step <= entry.died;
      if (there && !cancel.swallowed) hit = &cancel;
    }
    Text text;
    text << "The entry is that of " << who(entry.frame) << ", who joined";
    text.step(entry.joined) << " at ";
    text.line(line(entry.pc));
    const Ending* ending = ending_of(entry.op);
    if (hit != nullptr) {
      text << "; " << who(entry.frame) << " was cancelled";
      text.step(hit->step) << " at ";
      text.line(line(hit->pc)) << " and did not leave the queue";
    } else if (ending != nullptr && ending->step == entry.died) {
      text << "; " << task(entry.op) << "'s operation is over";
      text.step(ending->step) << ", and it did not leave the queue";
    } else {
      text << " and stands there no more";
      text.step(entry.died);
    }
    add(std::move(text));
  }

  /// "pool.waiters", of an instruction that names a queue.
  std::string queue_name(design::Pc pc) const { return words::queue_name(world_, world_.program().code[pc]); }

  void tell_starved() {
    for (int f = 0; f < world_.frames(); f += world::kFramesPerTask) {
      const world::Frame& frame = story_.after.frames[f];
      if (frame.status == world::Status::absent) continue;
      const FrameId id = static_cast<FrameId>(f);
      Text text;
      text << task(op_of(id)) << " waits at ";
      text.line(line(frame.pc)) << ", and nothing is left to happen";
      add(std::move(text));
      tell_wait(id, 0);
      return tell_silences();
    }
  }

  /// Where a server is silent, whose request it leaves, and who still has the connection.
  void tell_silences() {
    for (int n = 1; n <= world_.connections(); ++n) {
      const world::Connection& c = story_.after.conns[n - 1];
      if (!c.socket.silent || c.socket.requests.empty()) continue;
      const ConnId id = static_cast<ConnId>(n);
      const Label left = c.socket.requests.front();
      Text text;
      text << "The server answers nothing more on " << conn(id);
      text.step(step_of_silence(id));
      text << "; first in line there is ";
      if (left.op == world::kHandshakeOp) {
        text << world_.command(left).request;
      } else {
        text << task(left.op) << "'s " << world_.command(left).request;
        tell_over(text, left.op);
      }
      add(std::move(text));
      tell_orphan(id);
    }
  }

  int step_of_silence(ConnId conn) const {
    int step = 0;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const world::EventParts parts = world::parts_of(events_[i]);
      if (parts.kind == world::EventParts::Kind::silence && parts.conn == conn) step = static_cast<int>(i) + 1;
    }
    return step;
  }

  void tell_over(Text& text, OpId op) const {
    const Ending* ending = ending_of(op);
    if (ending == nullptr) return;
    text << ", whose operation is over (" << world::kOutcomeNames[static_cast<std::size_t>(ending->outcome)] << ")";
    text.step(ending->step);
  }

  void tell_orphan(ConnId id) {
    for (int f = 0; f < world_.frames(); ++f) {
      const world::Frame& frame = story_.after.frames[f];
      const FrameId child = static_cast<FrameId>(f);
      const bool waits = frame.status == world::Status::waiting && frame.conn == id && !frame.detached;
      if (!waits || world::runs(world_, story_.after, op_of(child))) continue;
      add(Text() << who(child) << " goes on without it, and keeps " << conn(id));
    }
  }

  /// What a frame waits for, and why it does not come.
  void tell_wait(FrameId id, int depth) {
    const world::Frame& frame = story_.after.frames[id];
    switch (world::await_kind(world_.program().code[frame.pc].op)) {
      case world::AwaitKind::receive: case world::AwaitKind::discard: return tell_no_reply(id);
      case world::AwaitKind::turn: return tell_no_turn(id);
      case world::AwaitKind::child: case world::AwaitKind::task: {
        const int own = id / world::kFramesPerTask * world::kFramesPerTask;
        const FrameId child = static_cast<FrameId>(own + frame.child);
        if (frame.child == 0 || depth > 2) return;
        Text text;
        text << "Its child waits at ";
        text.line(line(story_.after.frames[child].pc));
        add(std::move(text));
        return tell_wait(child, depth + 1);
      }
      default: return;
    }
  }

  void tell_no_reply(FrameId id) {
    const world::Frame& frame = story_.after.frames[id];
    const OpId op = op_of(id);
    const Message* mine = nullptr;
    for (const Message& m : story_.messages) {
      if (m.sender == op && m.conn == frame.conn) mine = &m;
    }
    if (mine == nullptr) {
      return add(Text() << "It has sent nothing on " << conn(frame.conn) << " that could be answered");
    }
    Text text;
    text << "The reply to its " << request(*mine);
    text.step(mine->sent);
    if (mine->read != 0) {
      text << " was " << (mine->discarded ? "thrown away" : "taken") << " by "
           << (mine->reader_detached ? Prose("a background reader") : task(mine->reader));
      text.step(mine->read) << " at ";
      text.line(line(mine->read_at));
      add(std::move(text));
      const Message* other = wrongly_taken(mine->reader, mine->read_when);
      if (mine->reader != op && other != nullptr) tell_left_behind(*mine, 0);
      return;
    }
    if (mine->lost != 0) {
      text << " went with the socket, which was closed";
      text.step(mine->lost);
    } else {
      text << " is not read: " << place_at(*mine, last_);
    }
    add(std::move(text));
  }

  void tell_no_turn(FrameId id) {
    const Entry* mine = nullptr;
    for (const Entry& entry : story_.entries) {
      if (entry.frame == id) mine = &entry;
    }
    const std::string queue = queue_name(story_.after.frames[id].pc);
    if (mine == nullptr) return add(Text() << who(id) << " never joined " << queue);
    tell_joining(*mine, queue);
    tell_last_turn(*mine, queue);
    for (int n = 1; n <= world_.connections(); ++n) {
      const ConnId lost = static_cast<ConnId>(n);
      if (world::is_lost(world_, story_.after, lost)) return tell_lost(lost);
    }
    tell_holders(id);
  }

  /// When it joined the queue, and which condition led it there.
  void tell_joining(const Entry& mine, const std::string& queue) {
    if (mine.asked == 0) return;
    const Question& question = story_.questions[mine.asked - 1];
    Text text;
    text << who(mine.frame) << " joined " << queue;
    text.step(mine.joined) << ", since ";
    text.line(line(question.pc)) << (question.held ? " held" : " did not hold");
    const char* between = ": ";
    for (const Question::Value& each : question.values) {
      text << between << variable_name(each.test) << " was " << std::to_string(each.value);
      between = ", ";
      if (each.set == 0) continue;
      const Setting& setting = story_.settings[each.set - 1];
      text << ", set by " << who(setting.frame);
      text.step(setting.step) << " at ";
      text.line(line(setting.pc));
    }
    add(std::move(text));
  }

  std::string variable_name(const design::Test& test) const {
    const bool of_pool = test.scope == design::Scope::pool;
    const auto& names = of_pool ? world_.program().pool_variables : world_.program().conn_variables;
    return (of_pool ? "pool." : "conn.") + names[test.index];
  }

  /// The last turn that was given in the queue of an entry that got none.
  void tell_last_turn(const Entry& mine, const std::string& queue) {
    const Turn* last = nullptr;
    for (const Turn& turn : story_.turns) {
      if (turn.queue == mine.queue) last = &turn;
    }
    if (last == nullptr) return add(Text() << "Nobody ever woke " << queue);
    Text text;
    text << "The last turn in " << queue << " was given by " << who(last->by);
    text.step(last->step) << " at ";
    text.line(line(last->pc));
    if (last->entry == 0) {
      return add(text << (last->when < mine.when ? ", before anybody stood there" : ", where nobody stood"));
    }
    const Entry& to = entry_of(*last);
    if (to.died != 0 && to.died <= last->step) {
      add(text << ", to a dead entry");
      return tell_death(to);
    }
    text << ", to " << who(to.frame);
    if (const Landing* hit = cancel_of_woken(*last, to)) {
      text << ", who was cancelled";
      text.step(hit->step) << " at ";
      text.line(line(hit->pc)) << " before using it, and nobody passed it on";
    } else {
      text << "; none came after it";
    }
    add(std::move(text));
  }

  const Landing* cancel_of_woken(const Turn& turn, const Entry& to) const {
    for (const Landing& cancel : story_.cancels) {
      if (cancel.frame == to.frame && cancel.woken && cancel.when > turn.when) return &cancel;
    }
    return nullptr;
  }

  /// Who has the connections for which somebody waits.
  void tell_holders(FrameId waiter) {
    for (int f = 0; f < world_.frames(); ++f) {
      const FrameId id = static_cast<FrameId>(f);
      const world::Frame& frame = story_.after.frames[f];
      const bool waits = frame.status == world::Status::waiting && frame.conn != 0 && id != waiter;
      if (!waits || story_.after.conns[frame.conn - 1].socket.silent || !told_.insert(id).second) continue;
      Text text;
      text << conn(frame.conn) << " is with " << who(id) << ", who waits at ";
      text.line(line(frame.pc));
      const OpId op = op_of(id);
      if (!frame.detached && !world::runs(world_, story_.after, op)) {
        text << "; " << task(op) << "'s operation is over";
        if (const Ending* ending = ending_of(op)) {
          text << " (" << world::kOutcomeNames[static_cast<std::size_t>(ending->outcome)] << ")";
          text.step(ending->step);
        }
      }
      add(std::move(text));
      tell_wait(id, 2);
    }
  }

  const world::World& world_;
  const Events& events_;
  const int last_;
  const Story story_;
  std::vector<Sentence> chain_;
  std::set<FrameId> told_;   // of whom it was told that they have a connection
};

}  // namespace

std::vector<Sentence> because(const world::World& world, const Events& events, Facts mask) {
  return Teller(world, events).tell(mask);
}

}  // namespace interleak::explain

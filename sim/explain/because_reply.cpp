// A reply in wrong hands: who asked for it, why it was left behind, how the connection came to who read it, and what
// was asked about it on the way.
#include <algorithm>
#include <set>

#include "sim/explain/telling.hpp"
#include "sim/kernel/ensure.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/listener.hpp"

namespace interleak::explain {
namespace {

using words::Prose;
using world::Label;
using world::OpId;
using Act = world::Listener::Act;
namespace fact = world::fact;

class ReplyTeller {
 public:
  explicit ReplyTeller(Telling& telling) : t_(telling) {}

  void tell_ending(const Ending& ending) {
    if (!ending.has_reply) {
      Text text;
      text << t_.task(ending.op) << " ended normally";
      text.step(ending.step) << " with " << words::taken(t_.world, ending.op, ending.value);
      t_.add(std::move(text));
      return t_.tell_cancel_before(ending.op, ending.when);
    }
    const Message* m = t_.message_of(ending.reply, ending.op);
    if (m == nullptr) return;
    if (m->push) return tell_pushed(*m, ending);
    Text text;
    text << t_.task(ending.op) << " received " << t_.reply(*m);
    text.step(m->read) << ", which answers the " << t_.request(*m) << " that "
                       << (m->sender == ending.op ? Prose("it had sent itself") : t_.task(m->sender) + " sent");
    text.step(m->sent);
    text << relation(m->sender, ending.op);
    t_.add(std::move(text));
    if (tell_stored(*m, ending)) return;
    tell_who_handed(*m, ending);
    tell_left_behind(*m, 0);
    tell_pool(*m, ending.op);
    tell_checks(*m);
  }

  /// It came out of a store. False: it did not.
  bool tell_stored(const Message& m, const Ending& ending) {
    const Deed* served = nullptr;
    const Deed* kept = nullptr;
    for (const Deed& deed : t_.story.deeds) {
      const bool serves = deed.act == Act::serves && deed.op == ending.op && deed.label.op == m.label.op;
      if (serves && deed.when < ending.when) served = &deed;
    }
    if (served == nullptr || m.reader == ending.op) return false;
    for (const Deed& deed : t_.story.deeds) {
      if (deed.act == Act::keeps && is_same(deed.label, served->label) && deed.when < served->when) kept = &deed;
    }
    ensure(kept != nullptr, "what a store holds was kept there");
    Text text;
    text << t_.who(kept->frame) << " kept it in " << t_.store_name(kept->pc) << " at ";
    text.line(t_.line(kept->pc)).step(kept->step) << ", and " << t_.task(served->op) << " took it out at ";
    text.line(t_.line(served->pc)).step(served->step);
    t_.add(std::move(text));
    if (ending.reply.mark() == world::Mark::stale) tell_change(m, ending);
    return true;
  }

  /// The client had been told that it has changed: by the first such message that it took.
  void tell_change(const Message& m, const Ending& ending) {
    const Message* told = nullptr;
    for (const Message& each : t_.story.messages) {
      if (!invalidates(each, m) || each.read == 0 || each.read_when > ending.when) continue;
      if (told == nullptr || each.read_when < told->read_when) told = &each;
    }
    if (told == nullptr) return;
    Text text;
    text << "The server had read it";
    text.step(m.served) << " before it executed " << cause_of(*told);
    text.step(told->sent) << ", which changed it";
    t_.add(std::move(text));
    Text read;
    read << (told->reader_detached ? Prose("A background reader") : t_.task(told->reader)) << " took "
         << t_.reply(*told) << " at ";
    read.line(t_.line(told->read_at)).step(told->read)
        << ", before " << t_.task(ending.op) << "'s operation began: the client knew";
    t_.add(std::move(read));
  }

  /// A push says that what this message holds has changed since.
  bool invalidates(const Message& push, const Message& m) const {
    if (!push.push || push.label.about == 0 || push.sent <= m.served) return false;
    const world::KeyId key = t_.world.key_of(m.label.op, t_.world.message(m.label).key);
    return push.label.about == key + 1 && t_.world.pushes()[push.label.part - first_push(push.label)].invalidates;
  }

  /// "writer's SET price": the command that caused a push.
  Prose cause_of(const Message& push) const {
    for (const Execution& each : t_.story.executions) {
      if (each.step != push.sent) continue;
      const Prose request(t_.world.command(each.request).request);
      return each.request.op == world::kHandshakeOp ? request : t_.task(each.request.op) + "'s " + request;
    }
    return Prose("a command");
  }

  /// It received what nobody had asked for.
  void tell_pushed(const Message& m, const Ending& ending) {
    const auto& info = t_.world.message(m.label);
    const auto& push = t_.world.scenario().protocol->pushes[m.label.part - first_push(m.label)];
    if (push.data || !push.when.empty()) {
      const std::size_t variable = push.data ? *push.data : push.when.front().variable;
      const auto& kept = t_.world.session().kept;
      const auto place = std::ranges::find(kept, static_cast<std::uint8_t>(variable)) - kept.begin();
      t_.tell_who_set(m.conn, static_cast<std::size_t>(place), m.sent);
    }
    Text text;
    text << t_.task(ending.op) << " received " << t_.reply(m);
    text.step(m.read) << ", which the server pushed";
    text.step(m.sent) << (info.nobodys ? "" : " to that session") << ": it answers nothing that anybody asked for";
    t_.add(std::move(text));
    tell_who_handed(m, ending);
    tell_checks(m);
  }

  std::size_t first_push(Label label) const {
    return label.op == world::kHandshakeOp ? t_.world.first_push() : t_.world.operations()[label.op].first_push;
  }

  /// Why the operation that asked did not take the reply itself.
  void tell_left_behind(const Message& m, int depth) {
    constexpr int kDeepest = 8;
    const OpId asker = m.sender;
    const Landing* cancel = t_.cancel_of(asker, m.read_when);
    const Message* other = t_.wrongly_taken(asker, m.read_when);
    if (other != nullptr && (cancel == nullptr || other->read_when > cancel->when)) {
      Text text;
      text << t_.task(asker) << " did not wait for it: it had taken " << t_.reply(*other);
      text.step(other->read) << ", which ";
      if (other->push) text << "the server had pushed";
      else text << t_.task(other->sender) << " had asked for";
      text.step(other->sent);
      t_.add(std::move(text));
      if (other->push) return;
      if (depth < kDeepest) tell_left_behind(*other, depth + 1);
      return;
    }
    if (cancel != nullptr) return tell_fatal(*cancel, m);
    const Ending* ending = t_.ending_of(asker);
    Text text;
    if (ending != nullptr && ending->when < m.read_when) {
      text << t_.task(asker) << "'s operation had ended before that ("
           << world::kOutcomeNames[static_cast<std::size_t>(ending->outcome)] << ")";
      text.step(ending->step);
    } else {
      text << t_.task(asker) << " still waits for it" << (t_.has_cancel() ? "" : ": no cancel was needed");
    }
    t_.add(std::move(text));
    if (ending == nullptr) t_.tell_returned_twice(m.conn, m.read_when, asker);
  }

 private:
  /// What else two operations have in common, which the names do not tell.
  std::string relation(OpId asker, OpId receiver) const {
    if (asker == receiver) return "";
    if (t_.world.operations()[asker].task == t_.world.operations()[receiver].task) return " for an operation before";
    const auto& operations = t_.world.operations();
    return operations[asker].owner == operations[receiver].owner ? ", for the same owner" : "";
  }

  /// A background reader reads for others: who gets a reply is its guess.
  void tell_who_handed(const Message& m, const Ending& ending) {
    const bool own = m.reader == ending.op && !m.reader_detached;
    if (own) return;
    Text text;
    text << "It was read at ";
    text.line(t_.line(m.read_at)) << " by " << (m.reader_detached ? Prose("a background reader") : t_.task(m.reader))
                                  << ", and handed on to " << t_.task(ending.op);
    t_.add(std::move(text));
  }

  void tell_fatal(const Landing& cancel, const Message& m) {
    Text text;
    text << t_.task(m.sender) << " was cancelled";
    text.step(cancel.step) << " at ";
    text.line(t_.line(cancel.pc));
    if (m.sent > cancel.step) {
      text << " before the request was sent; it was sent all the same";
      text.step(m.sent);
    } else {
      text << ", and so never read that reply: " << t_.place_at(m, cancel.step);
    }
    t_.add(std::move(text));
  }

  /// How the connection came from the one to the other.
  void tell_pool(const Message& m, OpId reader) {
    if (m.sender == reader || m.reader_detached) return;
    const Deed* put = nullptr;
    const Deed* take = nullptr;
    for (const Deed& deed : t_.story.deeds) {
      if (deed.conn != m.conn || deed.when > m.read_when) continue;
      if (deed.act == Act::puts && deed.op != reader && deed.step >= m.sent) put = &deed;
      const bool takes = deed.act == Act::takes || deed.act == Act::makes || deed.act == Act::shares;
      if (takes && deed.op == m.reader) take = &deed;
    }
    Text text;
    if (put != nullptr) {
      text << t_.task(put->op) << " returned " << t_.conn(m.conn);
      text.step(put->step) << " at ";
      text.line(t_.line(put->pc)) << " with that reply still owed";
      if (take != nullptr) text << ", and " << t_.task(m.reader) << " took it";
      if (take != nullptr) text.step(take->step);
    } else if (take != nullptr && take->act == Act::shares) {
      text << t_.conn(m.conn) << " is shared: " << t_.task(m.sender) << " and " << t_.task(m.reader)
           << " both read from it";
    } else if (take != nullptr && take->step > m.sent) {
      text << t_.task(m.reader) << " took " << t_.conn(m.conn);
      text.step(take->step) << " with that reply still owed";
    } else {
      return;
    }
    t_.add(std::move(text));
  }

  /// Everything that was asked about the connection while the reply lay in it.
  void tell_checks(const Message& m) {
    const Landing* cancel = t_.cancel_of(m.sender, m.read_when);
    std::set<design::Pc> told;
    bool any = false;
    for (const Look& look : t_.story.looks) {
      if (look.conn != m.conn || look.step < m.sent || look.when > m.read_when) continue;
      const bool after_cancel = cancel != nullptr && look.when > cancel->when;
      if (look.op == m.sender && !after_cancel) continue;
      if (!told.insert(look.pc).second) continue;
      any = true;
      tell_check(look, m);
    }
    if (any) return;
    Text text;
    text << "Nothing on the way asked whether " << t_.conn(m.conn) << " still owes a reply";
    t_.add(std::move(text));
  }

  void tell_check(const Look& look, const Message& m) {
    Text text;
    text << "The check ";
    text.line(t_.line(look.pc));
    if (look.at == Look::At::stream) {
      text << " looked into the stream buffer of " << t_.conn(m.conn);
      text.step(look.step);
      if (look.saw) {
        text << " and saw that something lies there, but " << t_.task(look.op) << " went on";
      } else {
        text << " and saw nothing: " << t_.place_at(m, look.step - 1);
      }
    } else if (look.at == Look::At::marks) {
      text << " read the client's own marks on " << t_.conn(m.conn);
      text.step(look.step) << ", and " << (look.saw ? "held" : "did not hold");
    } else {
      text << " asked whose the reply is";
      text.step(look.step) << ", and " << (look.saw ? "let it pass" : "did not let it pass");
    }
    t_.add(std::move(text));
  }

  Telling& t_;
};

}  // namespace

void tell_ending(Telling& telling, const Ending& ending) { ReplyTeller(telling).tell_ending(ending); }

void tell_left_behind(Telling& telling, const Message& message) { ReplyTeller(telling).tell_left_behind(message, 0); }

}  // namespace interleak::explain

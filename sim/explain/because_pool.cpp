// What is wrong with a state: a connection in two hands or idle and dirty, an orphan, a cancelled task that waits, a
// write that comes too late.
#include <algorithm>

#include "sim/explain/telling.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/server.hpp"
#include "sim/world/slot.hpp"

namespace interleak::explain {
namespace {

using world::Label;
using world::OpId;
using Act = world::Listener::Act;
namespace fact = world::fact;

class PoolTeller {
 public:
  explicit PoolTeller(Telling& telling) : t_(telling) {}

  void tell_state(Facts facts) {
    for (int n = 1; n <= t_.world.connections(); ++n) {
      const ConnId id = static_cast<ConnId>(n);
      const world::Connection& c = t_.story.after.conn(static_cast<ConnId>(n));
      if (!c.created) continue;
      if ((facts & fact::kDoubleOwner) != 0 && world::is_in_two_hands(t_.world, t_.story.after, id)) {
        return tell_double_owner(id);
      }
      const bool dirty = (facts & fact::kDoubleOwner) == 0 && (facts & fact::kZombie) == 0;
      if (dirty && world::is_dirty_idle(t_.world, t_.story.after, id)) {
        return tell_dirty(id);
      }
    }
    if ((facts & fact::kZombie) != 0) tell_zombie();
  }

  void tell_waiting() {
    for (int f = 0; f < t_.world.frames(); f += world::kFramesPerTask) {
      const world::Frame& frame = t_.story.after.frame(static_cast<FrameId>(f));
      if (!frame.cancelled || frame.status != world::Status::waiting) continue;
      const OpId op = t_.op_of(static_cast<FrameId>(f));
      t_.tell_cancel_before(op, ~std::size_t{0});
      Text text;
      text << t_.task(op) << " then waits at ";
      text.line(t_.line(frame.pc)) << " for something that only others can bring about";
      return t_.add(std::move(text));
    }
  }

  /// False if the last event is none in which a server executes a write.
  bool tell_late_write() {
    using Kind = world::EventParts::Kind;
    const world::EventParts parts = world::parts_of(t_.events.back());
    if (parts.kind != Kind::serve && parts.kind != Kind::linger) return false;
    const world::Connection& c = t_.story.before.conn(parts.conn);
    const Label write = parts.kind == Kind::serve ? c.socket.requests.front() : c.lingering.front();
    if (write.op == world::kHandshakeOp) return false;
    t_.tell_cancel_before(write.op, ~std::size_t{0});
    Text text;
    text << t_.task(write.op) << "'s operation is over";
    if (const Ending* ending = t_.ending_of(write.op)) text.step(ending->step);
    text << ", and its " << t_.world.command(write).request << " was on its way: the server executes it";
    text.step(t_.last);
    if (parts.kind == Kind::linger) text << ", although the socket was closed";
    t_.add(std::move(text));
    return true;
  }

  /// False if no assertion is untrue in the last event.
  bool tell_assertion() {
    const auto refutes = [&](const Deed& deed) { return deed.step == t_.last && deed.act == Act::refutes; };
    const auto deed = std::ranges::find_if(t_.story.deeds, refutes);
    if (deed == t_.story.deeds.end()) return false;
    t_.tell_cancel_before(deed->op, deed->when);
    Text text;
    text << t_.who(deed->frame) << " came to ";
    text.line(t_.line(deed->pc)).step(deed->step) << ", and it is not so";
    const auto& questions = t_.story.questions;
    const auto asked = std::ranges::find_if(questions.rbegin(), questions.rend(), [&](const Question& each) {
      return each.step == deed->step && each.frame == deed->frame && each.pc == deed->pc;
    });
    if (asked != questions.rend()) t_.tell_values(text, *asked);
    t_.add(std::move(text));
    return true;
  }

  /// False if the last event is none in which a server executes something that it has executed before.
  bool tell_double_effect() {
    const auto& executions = t_.story.executions;
    if (executions.empty() || executions.back().step != t_.last) return false;
    const Label write = executions.back().request;
    const auto first = std::ranges::find(executions, write, &Execution::request);
    if (first->step == t_.last) return false;
    t_.tell_cancel_before(write.op, ~std::size_t{0});
    tell_timeouts(write.op);
    tell_sends(write);
    Text text;
    text << "The server executed " << t_.task(write.op) << "'s " << t_.world.command(write).request;
    text.step(first->step) << ", and executes it again";
    text.step(t_.last);
    const bool left = world::parts_of(t_.events.back()).kind == world::EventParts::Kind::linger;
    if (left) text << ", although the socket was closed";
    t_.add(std::move(text));
    return true;
  }

  /// False if the last event is none in which a server executes a command under something foreign.
  bool tell_foreign_session() {
    const world::EventParts parts = world::parts_of(t_.events.back());
    if (parts.kind != world::EventParts::Kind::serve) return false;
    const world::Socket& socket = t_.story.before.socket(parts.conn);
    const Label request = socket.requests.front();
    if (request.op == world::kHandshakeOp) return false;
    for (const std::uint8_t variable : t_.world.command(request).under) {
      if (!world::is_foreign(t_.world, socket, variable, request.op)) continue;
      t_.tell_who_set(parts.conn, variable, t_.last);
      Text text;
      text << "The server executes " << t_.task(request.op) << "'s " << t_.world.command(request).request;
      text.step(t_.last) << " in that session, which still " << t_.world.variable(variable).words;
      t_.add(std::move(text));
      return true;
    }
    return false;
  }

 private:
  /// Where an operation has waited in vain.
  void tell_timeouts(OpId op) {
    for (const Deed& deed : t_.story.deeds) {
      if (deed.op != op || deed.act != Act::times_out) continue;
      Text text;
      text << t_.task(op) << "'s wait timed out";
      text.step(deed.step) << " at ";
      text.line(t_.line(deed.pc));
      t_.add(std::move(text));
    }
  }

  /// Where a request was sent, each time.
  void tell_sends(Label request) {
    Text text;
    text << t_.task(request.op) << " sent " << t_.world.command(request).request;
    int sent = 0;
    for (const Message& m : t_.story.messages) {
      if (m.label.op != request.op || &t_.world.command(m.label) != &t_.world.command(request) || m.sent == sent)
        continue;
      text << (sent == 0 ? " at " : ", and again at ");
      text.line(t_.line(m.sent_at)).step(m.sent);
      sent = m.sent;
    }
    t_.add(std::move(text));
  }

  void tell_double_owner(ConnId id) {
    const std::uint64_t owners = t_.story.after.conn(id).owners;
    for (std::size_t op = 0; op < t_.world.operations().size(); ++op) {
      if ((owners >> op & 1) != 0) tell_taking(static_cast<OpId>(op), id, "has it still");
    }
    if (t_.tell_returned_twice(id, ~std::size_t{0}, t_.world.operations().size())) return;
    const Deed* put = t_.last_deed(id, Act::puts);
    if (world::times_free(t_.world, t_.story.after, id) == 0 || put == nullptr) return;
    Text text;
    text << t_.conn(id) << " stands among the free connections: " << t_.task(put->op) << " returned it";
    text.step(put->step) << " at ";
    text.line(t_.line(put->pc));
    t_.add(std::move(text));
  }

  /// The last time an operation got a connection; where it was handed over nothing is told.
  const Deed* taking_of(OpId op, ConnId id) const {
    const Deed* found = nullptr;
    for (const Deed& deed : t_.story.deeds) {
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
    text << t_.task(op) << " took " << t_.conn(id);
    text.step(take->step) << " at ";
    text.line(t_.line(take->pc)) << " and " << and_then;
    t_.add(std::move(text));
  }

  void tell_dirty(ConnId id) {
    const world::Connection& c = t_.story.after.conn(id);
    if (!world::owes_replies(t_.world, c.socket)) {
      const protocol::Variable* left = world::off_base(t_.world, c.socket);
      t_.add(Text() << t_.conn(id) << " is idle, and its session at the server "
                    << (left == nullptr ? "is not set up" : "still " + left->words));
    }
    for (const Message& m : t_.story.messages) {
      if (m.conn != id || m.read != 0 || m.lost != 0 || m.push) continue;
      Text text;
      text << t_.conn(id) << " still owes " << t_.reply(m) << ", the answer to the " << t_.request(m) << " that "
           << t_.task(m.sender) << " sent";
      text.step(m.sent);
      t_.add(std::move(text));
      t_.tell_cancel_before(m.sender, ~std::size_t{0});
      break;
    }
    if (const Deed* put = t_.last_deed(id, Act::puts)) {
      Text text;
      text << t_.task(put->op) << " returned it all the same";
      text.step(put->step) << " at ";
      text.line(t_.line(put->pc));
      t_.add(std::move(text));
    }
  }

  void tell_zombie() {
    for (int f = 0; f < t_.world.frames(); ++f) {
      const FrameId id = static_cast<FrameId>(f);
      if (!world::is_zombie(t_.world, t_.story.after, id)) continue;
      const world::Frame& frame = t_.story.after.frame(id);
      const OpId op = t_.op_of(id);
      for (const Deed& deed : t_.story.deeds) {
        if (deed.act != Act::spawns || deed.op != op) continue;
        Text text;
        text << t_.task(op) << " started a child";
        text.step(deed.step) << " at ";
        text.line(t_.line(deed.pc)) << ", which no cancel of " << t_.task(op) << " reaches";
        t_.add(std::move(text));
        break;
      }
      t_.tell_cancel_before(op, ~std::size_t{0});
      Text text;
      text << t_.task(op) << "'s operation is over";
      if (const Ending* ending = t_.ending_of(op)) text.step(ending->step);
      text << ", and the child goes on with " << t_.conn(frame.conn);
      if (frame.status != world::Status::unstarted) {
        text << ": it stands at ";
        text.line(t_.line(frame.pc));
      }
      return t_.add(std::move(text));
    }
  }

  Telling& t_;
};

}  // namespace

void tell_state(Telling& telling, Facts facts) { PoolTeller(telling).tell_state(facts); }

void tell_waiting(Telling& telling) { PoolTeller(telling).tell_waiting(); }

bool tell_assertion(Telling& telling) { return PoolTeller(telling).tell_assertion(); }

bool tell_double_effect(Telling& telling) { return PoolTeller(telling).tell_double_effect(); }

bool tell_foreign_session(Telling& telling) { return PoolTeller(telling).tell_foreign_session(); }

bool tell_late_write(Telling& telling) { return PoolTeller(telling).tell_late_write(); }

}  // namespace interleak::explain

// A failure that outlasts its fault: what the fault was and whom it hit, what it left behind, and how somebody failed
// of it whom no fault had hit.
#include <algorithm>

#include "sim/explain/telling.hpp"
#include "sim/world/failures.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/listener.hpp"

namespace interleak::explain {
namespace {

using world::Failure;
using world::Label;
using world::OpId;
using Act = world::Listener::Act;
namespace fact = world::fact;

class FailureTeller {
 public:
  explicit FailureTeller(Telling& telling) : t_(telling) {}

  /// False if nobody fails in the last event.
  bool tell(Facts facts) {
    const auto& endings = t_.story.endings;
    const auto ending =
        std::ranges::find_if(endings, [&](const Ending& each) { return each.step == t_.last && each.failure != 0; });
    if (ending == endings.end()) return false;
    tell_faults();
    tell_reason(*ending);
    Text text;
    text << t_.task(ending->op) << "'s operation fails";
    text.step(ending->step) << ": " << world::failure_text(t_.world, ending->failure) << ". No fault has hit it";
    if ((facts & fact::kLastingFailure) != 0) text << ", and nobody whom one had hit was at work since it began";
    text << "; without faults no operation of its kind fails so";
    t_.add(std::move(text));
    return true;
  }

 private:
  void tell_faults() {
    for (const ServerError& each : t_.story.server_errors) {
      Text text;
      text << "The server failed ";
      if (each.request.op != world::kHandshakeOp) text << t_.task(each.request.op) << "'s ";
      text << t_.world.command(each.request).request;
      text.step(each.step) << " with " << t_.world.scenario().protocol->kinds[each.kind].text
                           << ", and did not execute it";
      tell_end_of(text, each.request.op);
    }
    for (const Landing& each : t_.story.cancels) {
      if (each.swallowed) continue;
      Text text;
      text << t_.who(each.frame) << " was cancelled";
      text.step(each.step) << " at ";
      text.line(t_.line(each.pc));
      tell_end_of(text, each.op);
    }
    for (const Deed& each : t_.story.deeds) {
      if (each.act != Act::times_out) continue;
      Text text;
      text << t_.who(each.frame) << " timed out";
      text.step(each.step) << " at ";
      text.line(t_.line(each.pc));
      tell_end_of(text, each.op);
    }
  }

  /// What it was the end of.
  void tell_end_of(Text& text, OpId op) {
    const Ending* ending = op == world::kHandshakeOp ? nullptr : t_.ending_of(op);
    if (ending != nullptr) {
      text << "; the operation ended (" << world::kOutcomeNames[static_cast<std::size_t>(ending->outcome)] << ")";
      text.step(ending->step);
    }
    t_.add(std::move(text));
  }

  void tell_reason(const Ending& ending) {
    if (ending.failure >= world::name_of_text(0)) return tell_raise(ending);
    if (ending.failure >= world::name_of(Failure::other)) return tell_refusal(ending);
    if (ending.failure == world::name_of(Failure::none_free)) return tell_lack(ending);
    const bool closed = ending.failure == world::name_of(Failure::no_socket) ||
                        ending.failure == world::name_of(Failure::socket_closed);
    if (closed) tell_close(ending);
  }

  /// Who had closed the connection that it used last.
  void tell_close(const Ending& ending) {
    const Deed* used = nullptr;
    const Deed* close = nullptr;
    for (const Deed& each : t_.story.deeds) {
      if (each.when < ending.when && each.op == ending.op && each.conn != 0) used = &each;
    }
    for (const Deed& each : t_.story.deeds) {
      const bool closes = each.act == Act::closes && used != nullptr && each.conn == used->conn;
      if (closes && each.when < ending.when) close = &each;
    }
    if (close == nullptr) return;
    Text text;
    text << t_.who(close->frame) << " closed " << t_.conn(close->conn);
    text.step(close->step) << " at ";
    text.line(t_.line(close->pc));
    t_.add(std::move(text));
  }

  /// What the listing asked before it raised the error.
  void tell_raise(const Ending& ending) {
    const auto& deeds = t_.story.deeds;
    const auto raised = std::ranges::find_if(deeds.rbegin(), deeds.rend(), [&](const Deed& each) {
      return each.act == Act::raises && each.op == ending.op && each.when < ending.when;
    });
    if (raised == deeds.rend()) return;
    Text text;
    text << t_.who(raised->frame) << " came to ";
    text.line(t_.line(raised->pc)).step(raised->step);
    const auto& questions = t_.story.questions;
    const auto asked = std::ranges::find_if(questions.rbegin(), questions.rend(), [&](const Question& each) {
      return each.frame == raised->frame && each.step <= raised->step && !each.values.empty();
    });
    if (asked != questions.rend()) t_.tell_values(text, *asked);
    t_.add(std::move(text));
  }

  /// The error of the server that it took, and what made the server refuse.
  void tell_refusal(const Ending& ending) {
    const Message* refusal = nullptr;
    for (const Message& each : t_.story.messages) {
      const bool taken = each.read != 0 && each.reader == ending.op && each.read_when < ending.when && !each.push;
      if (!taken || each.label.mark() == world::Mark::moved || !is_it(each.label, ending.failure)) continue;
      if (refusal == nullptr || refusal->read_when < each.read_when) refusal = &each;
    }
    if (refusal == nullptr) return;
    tell_session(*refusal);
    Text text;
    text << "The server refused ";
    if (refusal->label.op != world::kHandshakeOp) text << t_.task(refusal->label.op) << "'s ";
    text << t_.request(*refusal);
    text.step(executed(*refusal)) << " with " << t_.world.message(refusal->label).text << ", which "
                                  << t_.task(ending.op) << " took at ";
    text.line(t_.line(refusal->read_at)).step(refusal->read);
    t_.add(std::move(text));
    if (refusal->sender != ending.op) tell_left_behind(t_, *refusal);
  }

  bool is_it(Label label, world::FailureName name) const {
    const world::MessageInfo& message = t_.world.message(label);
    return message.error && world::name_of_kind(message.kind) == name;
  }

  /// The step in which the server executed what this message answers; 0: it failed it.
  int executed(const Message& m) const {
    int step = 0;
    for (const Execution& each : t_.story.executions) {
      const bool same = each.conn == m.conn && each.request.op == m.label.op && each.step <= std::max(m.served, m.read);
      if (same && &t_.world.command(each.request) == &t_.world.command(m.label) && each.step >= m.sent)
        step = each.step;
    }
    return step;
  }

  /// Who has made the session so that this case is true of it.
  void tell_session(const Message& m) {
    const int before = executed(m);
    if (before == 0) return;
    const world::CommandInfo& command = t_.world.command(m.label);
    const auto first = static_cast<std::uint8_t>(m.label.part - command.first);
    const auto chosen = std::ranges::find_if(command.cases, [&](const world::CaseInfo& each) {
      return each.first <= first && each.refuses && (&each == &command.cases.back() || (&each + 1)->first > first);
    });
    if (chosen == command.cases.end()) return;
    for (const protocol::Test& test : chosen->when) t_.tell_who_set(m.conn, test.variable, before);
  }

  void tell_lack(const Ending& ending) {
    const auto& deeds = t_.story.deeds;
    const auto lacks = std::ranges::find_if(deeds.rbegin(), deeds.rend(), [&](const Deed& each) {
      return each.act == Act::lacks && each.op == ending.op && each.when < ending.when;
    });
    if (lacks == deeds.rend()) return;
    tell_end(t_, fact::kLostSlot);
    Text text;
    text << t_.who(lacks->frame) << " found no free connection";
    text.step(lacks->step) << " at ";
    text.line(t_.line(lacks->pc));
    t_.add(std::move(text));
  }

  Telling& t_;
};

}  // namespace

bool tell_lasting_failure(Telling& telling, Facts facts) { return FailureTeller(telling).tell(facts); }

}  // namespace interleak::explain

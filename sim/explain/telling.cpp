// See telling.hpp.
#include "sim/explain/telling.hpp"

#include <algorithm>

namespace interleak::explain {

using words::Prose;
using world::Label;
using world::OpId;
using Act = world::Listener::Act;

Prose Telling::reply(const Message& m) const {
  if (m.label.op == world::kHandshakeOp) return words::reply(world, m.label);
  if (m.label.mark() == world::Mark::moved) return "a " + words::reply(world, m.label);
  return (world.message(m.label).nobodys ? "the " : "") + words::reply(world, m.label);
}

const Message* Telling::message_of(Label label, OpId by) const {
  const Message* found = nullptr;
  for (const Message& m : story.messages) {
    if (m.label.op != label.op || m.label.part != label.part || m.read == 0 || m.discarded) continue;
    const bool own = m.reader == by && !m.reader_detached;
    const bool found_own = found != nullptr && found->reader == by && !found->reader_detached;
    if (found == nullptr || own > found_own || (own == found_own && m.read_when > found->read_when)) {
      found = &m;
    }
  }
  return found;
}

const Landing* Telling::cancel_of(OpId op, std::size_t before) const {
  const Landing* found = nullptr;
  for (const Landing& each : story.cancels) {
    if (each.op == op && !each.swallowed && each.when < before) found = &each;
  }
  return found;
}

const Message* Telling::wrongly_taken(OpId op, std::size_t before) const {
  const Message* found = nullptr;
  for (const Message& m : story.messages) {
    if (m.read == 0 || m.discarded || m.reader_detached || m.read_when >= before) continue;
    if (m.reader != op || m.sender == op) continue;
    if (found == nullptr || m.read_when > found->read_when) found = &m;
  }
  return found;
}

const Ending* Telling::ending_of(OpId op) const {
  const auto found =
      std::find_if(story.endings.begin(), story.endings.end(), [&](const Ending& each) { return each.op == op; });
  return found == story.endings.end() ? nullptr : &*found;
}

const Deed* Telling::last_deed(ConnId id, Act act) const {
  const Deed* found = nullptr;
  for (const Deed& deed : story.deeds) {
    if (deed.conn == id && deed.act == act) found = &deed;
  }
  return found;
}

std::string Telling::place_at(const Message& m, int step) {
  const auto done = [&](int when) { return when != 0 && when <= step; };
  if (done(m.arrived)) return "it lay in the stream buffer, unread";
  if (done(m.drained)) return "it was in the kernel's buffer";
  if (done(m.served)) return "it was on the wire";
  return "the server had not answered yet";
}

bool Telling::has_cancel() const {
  return std::any_of(events.begin(), events.end(), [&](Event event) { return world.is_fault(event); });
}

void Telling::tell_cancel_before(OpId op, std::size_t before) {
  const Landing* cancel = cancel_of(op, before);
  if (cancel == nullptr) return;
  Text text;
  text << task(op) << " was cancelled";
  text.step(cancel->step) << " at ";
  text.line(line(cancel->pc));
  if (cancel->ready) text << ", although what it awaited had already happened";
  add(std::move(text));
}

void Telling::tell_values(Text& text, const Question& question) const {
  const char* between = ": ";
  for (const Question::Value& each : question.values) {
    text << between << words::variable_name(world, each.scope, each.index) << " was " << std::to_string(each.value);
    between = ", ";
    if (each.set == 0) continue;
    const Setting& setting = story.settings[each.set - 1];
    text << ", set by " << who(setting.frame);
    text.step(setting.step) << " at ";
    text.line(line(setting.pc));
  }
}

bool Telling::tell_returned_twice(ConnId id, std::size_t before, OpId but) {
  for (const Deed& put : story.deeds) {
    if (put.act != Act::puts || put.conn != id || put.when > before || put.op == but) continue;
    const Deed* take = nullptr;    // the last time that who returns it had got it
    const Deed* first = nullptr;   // and returned it already
    for (const Deed& deed : story.deeds) {
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

void Telling::tell_who_set(ConnId id, std::size_t variable, int before) {
  const SessionChange* change = nullptr;
  for (const SessionChange& each : story.session_changes) {
    if (each.conn == id && each.variable == variable && each.step < before) change = &each;
  }
  const auto closed = [&](const Deed& deed) {
    return deed.conn == id && deed.act == Act::connects && change != nullptr && deed.step > change->step &&
           deed.step < before;
  };
  if (change == nullptr || std::ranges::any_of(story.deeds, closed)) {
    return add(Text() << "A new session of " << conn(id) << " " << world.variable(variable).words);
  }
  Text text;
  text << "The server executed ";
  if (change->request.op != world::kHandshakeOp) text << task(change->request.op) << "'s ";
  text << world.command(change->request).request;
  text.step(change->step) << ": the session of " << conn(id) << " " << world.variable(variable).words;
  add(std::move(text));
  if (change->request.op == world::kHandshakeOp) return;
  tell_cancel_before(change->request.op, ~std::size_t{0});
  tell_passing_on(id, change->request.op);
}

void Telling::tell_passing_on(ConnId id, OpId from) {
  const Deed* put = nullptr;
  for (const Deed& deed : story.deeds) {
    if (deed.conn == id && deed.op == from && deed.act == Act::puts) put = &deed;
  }
  if (put == nullptr) return;
  Text text;
  text << task(from) << " returned " << conn(id) << " to the pool at ";
  text.line(line(put->pc)).step(put->step);
  add(std::move(text));
}

}  // namespace interleak::explain

// Facts: what is true of a state, of an end, of a reply in somebody's hands. Each is a question of its own here, asked
// by the search (facts_of, end_of) and by whoever puts it into words. Their names: names.hpp; what violates which
// invariant: sim/property.
#pragma once

#include "sim/world/world.hpp"

namespace interleak::world {

/// The operation is not over: the task's own frame is at it.
bool runs(const World& world, const State& state, OpId op);
/// The operation runs, or an orphan of it lives.
bool lives(const World& world, const State& state, OpId op);

/// zombie: a child holds a connection for an operation that is over.
bool is_zombie(const World& world, const State& state, FrameId frame);
/// double-owner: a connection is in two places at once.
bool is_in_two_hands(const World& world, const State& state, ConnId conn);
/// dirty-idle: it is free, and owes replies or has a session that the pool does not expect.
bool is_dirty_idle(const World& world, const State& state, ConnId conn);
/// The first variable of its session, of those that are kept and are nobody's to leave, that is not at its base; null
/// if all are, or there is no session.
const protocol::Variable* off_base(const World& world, const Socket& socket);
/// lost-slot, at an end: made, not idle, owned by nobody that lives, not shared.
bool is_lost(const World& world, const State& state, ConnId conn);
/// starved, at an end: an operation of the task has not ended.
bool is_starved(const State& state, int task);
/// A silent server keeps somebody waiting whose operation runs: the oldest request of a connection
/// is of such an operation, or of no operation, and such a one reads there.
bool is_kept_waiting(const World& world, const State& state);

/// In how many places a connection is at once (docs/semantics.md, double-owner); 0 if shared.
int places_of(const World& world, const State& state, ConnId conn);
/// Requests or replies are in one of its queues; a push is no debt.
bool owes_replies(const World& world, const Socket& socket);

/// The server has refused a command of this operation.
bool is_own_error(const World& world, Label label, OpId op);
/// A message in the value of an operation is judged: all are but for those that answer it and are neither results nor
/// errors, and for pushes of its owner's data.
bool is_looked_at(const World& world, Label label, OpId op);
/// The place of the next message in a value, behind one that is looked at in that place. An error stands for all
/// results of its command; what answers a command that a listing sent takes no place.
std::size_t place_behind(const World& world, Label label, OpId op, std::size_t place);
/// What a message is, for an operation that has it in that place of its value, counted from 0.
Outcome judge(const World& world, Label label, OpId op, std::size_t place);
/// Where values are shared: what another operation has read for this one, too, is what would be its own in that place
/// of its value; anything else is itself.
Label as_own(const World& world, Label label, OpId op, std::size_t place);
/// `visit(label, outcome)` for what is looked at in a value. True: the value is whole, or an error says why it is not.
template <class Visit>
bool judge_each(const World& world, OpId op, const Value& value, const Visit& visit) {
  std::size_t place = 0;
  bool refused = false;
  for (const Label& label : value) {
    const Label seen = as_own(world, label, op, place);
    if (!is_looked_at(world, seen, op)) continue;
    visit(label, judge(world, seen, op, place));
    place = place_behind(world, seen, op, place);
    refused = refused || is_own_error(world, seen, op);
  }
  return refused || place >= world.operations()[op].places.size();
}

/// All facts of a state, and what is true if a schedule ends in it.
Facts facts_of(const World& world, const State& state);
EndLabel end_of(const World& world, const State& state);

}  // namespace interleak::world

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
/// Its session at the server is as the handshake makes it: no flag of the protocol is raised.
bool is_set_up(const World& world, const Socket& socket);
/// lost-slot, at an end: made, not idle, owned by nobody that lives, not shared.
bool is_lost(const World& world, const State& state, ConnId conn);
/// starved, at an end: an operation of the task has not ended.
bool is_starved(const State& state, int task);
/// A silent server keeps somebody waiting whose operation runs: the oldest request of a connection
/// is of such an operation, or of no operation, and such a one reads there.
bool is_kept_waiting(const World& world, const State& state);

/// In how many places a connection is at once (docs/semantics.md, double-owner); 0 if shared.
int places_of(const World& world, const State& state, ConnId conn);
/// Requests or replies are in one of its queues.
bool owes_replies(const Socket& socket);

/// A message has a place in the value of an operation: but for those that answer it and are no results all have.
bool has_place(const World& world, Label label, OpId op);
/// What a message is, for an operation that has it in that place of its value, counted from 0.
Outcome judge(const World& world, Label label, OpId op, std::size_t place);
/// `visit(label, outcome)` for what has a place in a value; returns how many have.
template <class Visit>
std::size_t judge_each(const World& world, OpId op, const Value& value, const Visit& visit) {
  std::size_t place = 0;
  for (const Label& label : value) {
    if (has_place(world, label, op)) visit(label, judge(world, label, op, place++));
  }
  return place;
}

/// All facts of a state, and what is true if a schedule ends in it.
Facts facts_of(const World& world, const State& state);
EndLabel end_of(const World& world, const State& state);

}  // namespace interleak::world

// Which data of a key is older than which invalidation of it, and nothing else of when things were read.
//
// Of each key that has ages (Keys::aged), in the order in which a server did what they come from, there are *data*, on
// sockets, in values, in stores, and *marks*: invalidations that lie unread on sockets, the last one that the client
// has taken (State::known), and that one as it was when an operation began (State::began). Data of age a is older than
// a mark of age b if a <= b. Ages are the least that say so: data between two marks has one age, and so have marks
// between two data. docs/semantics.md, "The state forgets".
#pragma once

#include "sim/world/world.hpp"

namespace interleak::world {

/// The age of a mark that is set now, behind all data and all marks that there are; data that is read behind it has one
/// more. Precondition: the key has ages.
std::uint8_t age_of_new_mark(const World& world, const State& state, KeyId key);

/// A frame takes a message: if it is an invalidation the client knows of it from now on.
void note_known(const World& world, State& state, Label message);

/// A task's operation begins; it is over.
void note_begun(const World& world, State& state, int task);
void forget_begun(const World& world, State& state, int task);

/// Of a value that is judged: marks what is stale for the operation of the task.
void mark_stale(const World& world, const State& state, OpId op, Value& value);

/// Behind an event: makes all ages the least that there are. Too many: State::stuck.
void settle_ages(const World& world, State& state);

}  // namespace interleak::world

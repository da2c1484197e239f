// Small questions and small changes that world.cpp, machine.cpp and trace.cpp share: slots,
// ownership, the beginning of an operation, the node of a key.
#pragma once

#include <string_view>

#include "sim/world/state.hpp"
#include "sim/world/world.hpp"

namespace interleak::world {

/// Node (from 0) that holds a key's Redis Cluster slot, slots divided evenly.
int node_of_key(std::string_view key, int nodes);

/// Makes the next slot of a node, not connected. Precondition: there is room.
ConnId make_slot(const World& world, State& state, int node);

/// How often a connection stands among the free ones.
int times_free(const World& world, const State& state, ConnId conn);
/// In how many places a connection is at once (docs/semantics.md, double-owner); 0 if shared.
int places_of(const World& world, const State& state, ConnId conn);
/// Requests, wire, kernel's buffer or stream are not empty.
bool owes_replies(const Connection& connection);
/// It owes replies, or its session at the server is not what the pool believes it to be.
bool is_dirty(const World& world, const Connection& c);
/// What a look at the stream buffer sees: a whole reply, or unread bytes of one.
bool is_readable(const Connection& connection);
/// Some operation that lives owns it, or some live frame works on it.
bool is_held(const World& world, const State& state, ConnId conn);
/// A slot as it is made: not connected, variables at their first values.
void reset_slot(const World& world, Connection& connection);
/// At an end: made, not idle, owned by nobody that lives, not shared.
bool is_lost(const World& world, const State& state, ConnId conn);

/// A task's own frame at the beginning of an operation, unstarted.
void begin_operation(const World& world, State& state, FrameId frame, int script);

}  // namespace interleak::world

// Small questions and small changes that several files of this room share: awaits, slots, who holds them, the
// beginning of an operation.
#pragma once

#include "sim/world/state.hpp"
#include "sim/world/world.hpp"

namespace interleak::world {

/// Makes a frame ready; the one place where the fifo order is kept.
void make_ready(const World& world, State& state, FrameId frame);

/// Makes the next slot of a node, not connected. Precondition: there is room.
ConnId make_slot(const World& world, State& state, int node);
/// A slot as it is made: not connected, variables at their first values.
void reset_slot(const World& world, Connection& connection);

/// A slot gets a socket: connected, empty, variables at their first values. Its session is the server's to open.
void open_socket(const World& world, Socket& socket);

/// How often a connection stands among the free ones.
int times_free(const World& world, const State& state, ConnId conn);
/// What a look at the stream buffer sees: a whole reply, or unread bytes of one.
bool is_readable(const Socket& socket);
/// Some operation that lives owns it, or some live frame works on it.
bool is_held(const World& world, const State& state, ConnId conn);

/// A task's own frame at the beginning of an operation, unstarted.
void begin_operation(const World& world, State& state, FrameId frame, int script);

}  // namespace interleak::world

// The wire of each connection: in which order, and in which pieces, what was sent gets to the other side. Both
// directions keep the order. Physics: kernel, fragments, flush (docs/semantics.md).
#pragma once

#include "sim/world/events.hpp"
#include "sim/world/world.hpp"

namespace interleak::world {

/// A delivery of this kind (whole, header, part) is enabled.
bool may_deliver(const World& world, const Socket& socket, EventParts::Kind kind);
/// Something is in the kernel's buffer.
bool may_drain(const Socket& socket);

/// All of the oldest group on the wire, or what is missing of it.
void deliver(const World& world, State& state, ConnId conn);
/// Of its first message the header, or that and some more.
void deliver_piece(const World& world, State& state, ConnId conn, bool header);
/// Everything that the kernel has goes to the stream buffer at once.
void drain(const World& world, State& state, ConnId conn);
/// The rest of the requests is written, and whoever waits for that goes on.
void flush(const World& world, State& state, ConnId conn);

}  // namespace interleak::world

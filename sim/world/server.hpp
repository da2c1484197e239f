// The server: what it makes of requests, in which session, and that it may fall silent. It answers the requests of a
// connection one by one, in their order.
#pragma once

#include "sim/world/world.hpp"

namespace interleak::world {

/// A request has reached the server, and it answers on this socket.
bool is_asked(const Socket& socket);

/// Executes the oldest request, and puts its reply on the wire. Precondition: is_asked().
StepLabel serve(const World& world, State& state, ConnId conn);
/// Executes the oldest write that a closed socket has left. Precondition: there is one.
StepLabel linger(const World& world, State& state, ConnId conn);
/// From now on it answers nothing on this socket.
void silence(State& state, ConnId conn);

}  // namespace interleak::world

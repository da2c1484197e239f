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
/// A new session; what it begins with is the `start` of each variable, or, of a warm connection, the `base`.
void open_session(const World& world, Socket& socket, protocol::SessionValue protocol::Variable::*value);
/// A variable of the session, by its place in Socket::variables, is foreign to an operation (docs/semantics.md,
/// Sessions).
bool is_foreign(const World& world, const Socket& socket, std::size_t variable, OpId op);
/// What operations have set, and what was executed of them, is forgotten where it can make no difference any more: the
/// operation sends nothing more, and nothing of it is still to be executed (there).
void forget_over(const World& world, State& state);
/// The pushes that are enabled: their tests are true of the session of a socket.
void add_pushes(const World& world, const State& state, Events& out);
/// One of them. False: there is no room for it (Bound::requests).
bool push(const World& world, State& state, ConnId conn, std::size_t push);
/// From now on it answers nothing on this socket.
void silence(State& state, ConnId conn);

}  // namespace interleak::world

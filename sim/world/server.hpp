// The server: what it makes of requests, in which session, and that it may fall silent. It answers the requests of a
// connection one by one, in their order.
#pragma once

#include "sim/world/world.hpp"

namespace interleak::world {

/// A request has reached the server, and it answers on this socket.
bool is_asked(const Socket& socket);

/// Adds what may become of the oldest request of each connection: it is executed, or fails.
void add_answers(const World& world, const State& state, Events& out);
/// Answers the oldest request by an error of this kind, index in Protocol::kinds. Precondition: it is enabled.
void fail(const World& world, State& state, ConnId conn, std::size_t kind);
/// If the server skips what it is asked on this socket: drops what has reached it, up to what ends that.
void skip(const World& world, Socket& socket);
/// Executes the oldest request, and puts its reply on the wire. Precondition: is_asked().
StepLabel serve(const World& world, State& state, ConnId conn);
/// Executes the oldest write that a closed socket has left. Precondition: there is one.
StepLabel linger(const World& world, State& state, ConnId conn);
/// The session of a new socket: the `start` of each variable.
void open_session(const World& world, Socket& socket);
/// That of a connection that is warm at the start: the `base` of each, and what the handshake makes of these.
void open_warm_session(const World& world, Socket& socket);
/// All tests are true of the session; `op` asks.
bool are_true(const World& world, const std::vector<protocol::Test>& tests, const Socket& socket, OpId op);
/// A variable of the session gets another value; `op` has asked for it.
void assign(const World& world, Socket& socket, const protocol::Assignment& set, OpId op);
/// A variable of the session, by its place in Socket::variables, is foreign to an operation (docs/semantics.md,
/// Sessions).
bool is_foreign(const World& world, const Socket& socket, std::size_t variable, OpId op);
/// What operations have set, and what was executed of them, is forgotten where it can make no difference any more: the
/// operation sends nothing more, and nothing of it is still to be executed (there).
void forget_over(const World& world, State& state);
/// From now on it answers nothing on this socket.
void silence(State& state, ConnId conn);

}  // namespace interleak::world

// What a server sends without being asked for it: by itself, or because a command was executed (docs/semantics.md,
// Pushes).
#pragma once

#include "sim/world/world.hpp"

namespace interleak::world {

/// The pushes that are enabled: nothing causes them, and their tests are true of the session of a socket.
void add_pushes(const World& world, const State& state, Events& out);
/// One of them. No room for it: State::stuck.
void push(const World& world, State& state, ConnId conn, std::size_t push);

/// The execution of a command, which pushes things.
struct Execution {
  Label request;
  int node = 0;              ///< of the server
  ConnId asker = 0;          ///< its socket; 0: gone
  KeyId key = kNoKey;        ///< that the command is for
  bool aged = false;         ///< that key has ages
  std::uint8_t mark = 0;     ///< age of invalidations of that key which it sends; of data that it reads: one more
  const CaseInfo* chosen = nullptr;
};
/// Before anything of it has happened.
Execution execution_of(const World& world, const State& state, Label request, int node, ConnId asker);
/// Sends what it causes. The reply is behind the first `before` messages on the wire of the asker. No room:
/// State::stuck.
void push_caused(const World& world, State& state, const Execution& execution, std::size_t before);

/// From now on changes of what was read are pushed to this socket, if they are to be. `was_watched`: the tests of the
/// push were true when the command was executed.
void note_read(const World& world, State& state, const Execution& execution, bool was_watched);
/// The push to who has read a key would come, in this session.
bool is_watched(const World& world, const Socket& socket);

}  // namespace interleak::world

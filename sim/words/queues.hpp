// What lies in the queues of a connection, in words.
#pragma once

#include <string>
#include <vector>

#include "sim/world/world.hpp"

namespace interleak::words {

/// A request or reply in a queue: whose it is, and what.
struct ItemView {
  int task = -1;             ///< index of the task whose data or request it is; -1: nobody's
  int operation = -1;        ///< index in that task's script
  std::string text;          ///< "GET history", "value of history", "OK", "AUTH"
};

struct ConnectionView {
  int number = 0;            ///< from 1
  bool created = false, connected = false, idle = false;
  std::vector<ItemView> requests, held, wire, kernel, stream;  ///< oldest first; held: what waits at the server
};

/// What a label is where it is a reply (`answered`), or a request.
ItemView item(const world::World& world, world::Label label, bool answered);

/// All slots of a state, in order.
std::vector<ConnectionView> connections_in(const world::World& world, const world::State& state);

}  // namespace interleak::words

// See queues.hpp.
#include "sim/words/queues.hpp"

#include "sim/words/names.hpp"
#include "sim/world/slot.hpp"

namespace interleak::words {

ItemView item(const world::World& world, world::Label label, bool answered) {
  ItemView view;
  if (label.op != world::kHandshakeOp) {
    view.task = world.operations()[label.op].task;
    view.operation = world.operations()[label.op].script;
  }
  view.text = answered ? reply(world, label).text() : request(world, label);
  return view;
}

std::vector<ConnectionView> connections_in(const world::World& world, const world::State& state) {
  std::vector<ConnectionView> views;
  for (int n = 1; n <= world.connections(); ++n) {
    const auto id = static_cast<world::ConnId>(n);
    const world::Connection& c = state.conn(id);
    ConnectionView view;
    view.number = n;
    view.created = c.created;
    view.connected = c.socket.connected;
    view.idle = world::times_free(world, state, id) > 0;
    for (const world::Label& each : c.socket.requests) view.requests.push_back(item(world, each, false));
    for (const world::Label& each : c.socket.held) view.held.push_back(item(world, each, true));
    for (const world::Label& each : c.socket.wire) view.wire.push_back(item(world, each, true));
    for (const world::Label& each : c.socket.kernel) view.kernel.push_back(item(world, each, true));
    for (const world::Label& each : c.socket.stream) view.stream.push_back(item(world, each, true));
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace interleak::words

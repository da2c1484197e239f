#include "sim/world/schedules.hpp"

#include <algorithm>

namespace interleak::world {

World under_fifo(const World& world) {
  scenario::Scenario ordered = world.scenario();
  ordered.ready = scenario::Ready::fifo;
  return World(ordered, world.design(), world.program(), world.track_prompt(), world.shared_excused());
}

bool possible_under_fifo(const World& world, const Events& events) {
  const World fifo = under_fifo(world);
  State state = fifo.initial();
  Events enabled;
  for (const Event event : events) {
    enabled.clear();
    fifo.enabled(state, enabled);
    if (std::find(enabled.begin(), enabled.end(), event) == enabled.end()) return false;
    fifo.apply(state, event);
  }
  return true;
}

Bound bound_reached(const World& world, const Events& schedule) {
  State state = world.initial();
  for (const Event event : schedule) world.apply(state, event);
  return state.stuck;
}

}  // namespace interleak::world

// What is true of a whole schedule.
#pragma once

#include "sim/world/world.hpp"

namespace interleak::world {

/// asyncio's own order of ready tasks allows it. Precondition: each event is enabled in turn.
bool possible_under_fifo(const World& world, const Events& events);
/// The same scenario and design, where that order holds.
World under_fifo(const World& world);

/// The bound that the schedule runs into with its last event; none: it runs into none. Precondition: each event
/// is enabled in turn.
Bound bound_reached(const World& world, const Events& schedule);

}  // namespace interleak::world

// What a whole schedule is in other worlds of the same scenario.
#pragma once

#include "sim/world/world.hpp"

namespace interleak::world {

/// asyncio's own order of ready tasks allows it. Precondition: each event is enabled in turn.
bool possible_under_fifo(const World& world, const Events& events);
/// The same scenario and design, where that order holds.
World under_fifo(const World& world);

}  // namespace interleak::world

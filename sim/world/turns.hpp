// Whose turn it may be: which resumes, cancels and timeouts are enabled.
#pragma once

#include "sim/world/world.hpp"

namespace interleak::world {

/// Adds the events that run a frame, in event order.
void add_turns(const World& world, const State& state, Events& out);

}  // namespace interleak::world

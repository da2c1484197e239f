// A state in words, for whoever looks for a fault of the engine: every field that is not zero, by its name.
#pragma once

#include <string>

#include "sim/world/world.hpp"

namespace interleak::world {

/// A line for each frame, connection and pool of which there is something to say:
/// "frame 0: status 3, pc 12, value alice.0:0". Numbers of frames and connections are those of the state.
std::string dump(const World& world, const State& state);

}  // namespace interleak::world

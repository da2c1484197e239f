// A schedule as a trace in Apalache's Informal Trace Format: JSON with one state for each step, for
// tools around TLA+.
#pragma once

#include <string>

#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// State 0 is the start; state n is what step n left behind. Variables: docs/exports.md.
std::string itf(const world::World& world, const words::Trace& trace);

}  // namespace interleak::reports

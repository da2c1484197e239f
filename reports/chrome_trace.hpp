// A schedule in Chrome's trace format, for Perfetto and chrome://tracing: a track for each task,
// server and network, spans for operations and messages, arrows from request to reader.
#pragma once

#include <string>

#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// A step lasts a millisecond, since the model has no clock. No two slices of a track overlap.
std::string chrome_trace(const world::World& world, const words::Trace& trace);

}  // namespace interleak::reports

// A schedule as OpenTelemetry traces (OTLP, JSON): a trace for each task, a client span for each
// request. A reply in wrong hands is a link from the reader's span to the span of who asked.
#pragma once

#include <string>

#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// A step lasts a millisecond, beginning at 2023-03-20T00:00:00Z: the model has no clock, and
/// backends drop what has no time. Ids are hashes of scenario, design and schedule.
std::string otlp_json(const world::World& world, const words::Trace& trace);

}  // namespace interleak::reports

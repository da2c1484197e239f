// A schedule as a table: one row a step, one column a task, one column a connection with what it
// owes (requests, replies on the wire, replies in the stream buffer), and notes. On a narrow
// terminal the tasks share one column, and only connections that change are shown.
#pragma once

#include <string>

#include "reports/style.hpp"
#include "sim/world/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// `places`: also say at which line each task stops.
std::string chart(const world::World& world, const world::Trace& trace, const Style& style,
                  bool places);

}  // namespace interleak::reports

// A schedule as a log with vector clocks, for ShiViz: what happened before what, whoever ran first.
#pragma once

#include <string>

#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// Two lines an event: host and clock, then the event. Hosts are tasks, children, servers
/// ("srv.1") and networks ("net.1"). An event is behind another one if a message, or a connection
/// that was returned and taken, leads from one to the other.
/// Parser: (?<host>\S*) (?<clock>{.*})\n(?<event>.*)
std::string shiviz(const world::World& world, const words::Trace& trace);

}  // namespace interleak::reports

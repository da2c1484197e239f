// A schedule as a table: one row a step, one column a task, one column a connection with what it
// owes (requests, replies on the wire, replies in the stream buffer), and notes. On a narrow
// terminal the tasks share one column, and only connections that change are shown.
#pragma once

#include <span>
#include <string>

#include "reports/style.hpp"
#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// What is known of a step beside what happens in it.
struct StepMargin {
  std::string chance;      ///< "8.3 %"; empty: not known
  bool movable = false;    ///< it may stand elsewhere, too
  std::string mark;        ///< "last safe choice"; empty: nothing
};

/// `places`: also say at which line each task stops.
/// `margins`: what stands beside each step; empty: nothing does.
std::string chart(const world::World& world, const words::Trace& trace, const Style& style, bool places,
                  std::span<const StepMargin> margins = {});

}  // namespace interleak::reports

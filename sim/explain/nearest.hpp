// The nearest safe schedule: of all maximal schedules in which none of some facts ever holds, the one
// that comes out of a given schedule with the fewest insertions and deletions of events.
//
// Exact, and in one backward pass over the graph: for each state, each place in the given schedule
// and each process that acted last, the least cost of a safe rest. A cost is the number of edits, then
// length, faults and switches, as for witnesses; ties go to the least in event order.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/world/world.hpp"

namespace interleak::explain {

struct Nearest {
  Events events;
  int edits = 0;   ///< insertions and deletions
};

/// How many costs nearest_safe() has to keep: what it costs, in time and in 8 bytes each.
std::uint64_t nearest_work(const world::World& world, const explore::Graph& graph, std::size_t length);

/// Nothing if no maximal schedule is free of the facts of `never`. Of a finished graph without cycle.
/// Throws Cut where the allowance ends.
std::optional<Nearest> nearest_safe(const world::World& world, const explore::Graph& graph, const explore::Order& order,
                                    const Events& events, Facts never, const Allowance& allowance = {});

}  // namespace interleak::explain

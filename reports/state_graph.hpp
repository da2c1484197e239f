// All reachable states of a world and the events between them: as Graphviz' DOT, or as an edge
// list.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/explore/graph.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/kernel/system.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// A node shows its number and the queues of its connections, a node where a schedule may end has a
/// double border. `path`: a schedule to draw thick, empty for none.
std::string dot(const world::World& world, const explore::Graph& graph, std::span<const Event> path);

/// One row an edge: source, event, target, cancel or not, the worst outcome of an operation that
/// ends in it, and whether a schedule may end in the target. Throws Cut where the allowance ends.
std::string edges_csv(const world::World& world, const explore::Graph& graph, const Allowance& allowance = {});

/// Text in a double-quoted DOT string.
std::string dot_text(std::string_view text);

}  // namespace interleak::reports

// Where the states of a graph are drawn: layered by their distance from the initial one, each layer
// in the order that crosses few edges. The same graph has the same picture everywhere.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explore/graph.hpp"

namespace interleak::reports {

struct GraphLayout {
  std::vector<std::uint32_t> place;  ///< of each state: its place in its layer, from 0
  std::vector<std::uint32_t> width;  ///< of each layer: states in it
};

/// Layers are levels. A few sweeps down and up, each state going to the mean place of its
/// neighbours.
GraphLayout layered(const explore::Graph& graph);

}  // namespace interleak::reports

// Which hash slots a node has, and keys that lie on a given node.
#pragma once

#include <string>

#include "sim/world/hash_slot.hpp"

namespace interleak::live {

/// The slots of a node, both ends included.
struct SlotRange {
  int first = 0, last = 0;
};
/// All slots divided evenly, as the model divides them; nodes count from 0.
SlotRange slots_of_node(int node, int nodes);

/// `key` itself if it lies on the node (from 0), else with the first tag before it that leads there:
/// "{2a}history:alice" for the second node. Deterministic.
std::string key_on_node(const std::string& key, int node, int nodes);

}  // namespace interleak::live

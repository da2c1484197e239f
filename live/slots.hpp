// The hash slots of Redis Cluster, and keys that lie on a given node.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace interleak::live {

constexpr int kHashSlots = 16384;

/// CRC16-CCITT (XMODEM), as the Redis Cluster specification has it.
std::uint16_t crc16(std::string_view text);

/// The slot of a key: of its hash tag (what stands between the first { and the next }) if that is not
/// empty, else of all of it.
int slot_of_key(std::string_view key);

/// The slots of a node, both ends included.
struct SlotRange {
  int first = 0, last = 0;
};
/// All slots divided evenly, as the model divides them; nodes count from 0.
SlotRange slots_of_node(int node, int nodes);
int node_of_slot(int slot, int nodes);

/// `key` itself if it lies on the node (from 0), else with the first tag before it that leads there:
/// "{2a}history:alice" for the second node. Deterministic.
std::string key_on_node(const std::string& key, int node, int nodes);

}  // namespace interleak::live

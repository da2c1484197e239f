// The hash slots of Redis Cluster: which node has a key.
#pragma once

#include <cstdint>
#include <string_view>

namespace interleak {

constexpr int kHashSlots = 16384;

/// CRC16-CCITT (XMODEM), as the Redis Cluster specification has it.
std::uint16_t crc16(std::string_view text);

/// The slot of a key: of its hash tag (what stands between the first { and the next }) if that is not
/// empty, else of all of it.
int slot_of_key(std::string_view key);

/// The node (from 0) of a slot, if all slots are divided evenly.
int node_of_slot(int slot, int nodes);

}  // namespace interleak

#include "sim/world/hash_slot.hpp"

#include <array>

namespace interleak {
namespace {

constexpr std::array<std::uint16_t, 256> kCrcOfByte = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}();

}  // namespace

std::uint16_t crc16(std::string_view text) {
  unsigned crc = 0;
  for (const char c : text) {
    crc = ((crc << 8) & 0xffff) ^ kCrcOfByte[(crc >> 8) ^ static_cast<unsigned char>(c)];
  }
  return static_cast<std::uint16_t>(crc);
}

int slot_of_key(std::string_view key) {
  const std::size_t open = key.find('{');
  const std::size_t end = open == key.npos ? key.npos : key.find('}', open + 1);
  const bool tagged = end != key.npos && end > open + 1;
  return crc16(tagged ? key.substr(open + 1, end - open - 1) : key) % kHashSlots;
}

int node_of_slot(int slot, int nodes) { return slot * nodes / kHashSlots; }

}  // namespace interleak

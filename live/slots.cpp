#include "live/slots.hpp"

namespace interleak::live {
namespace {

/// a, b, ... z, ba, bb, ...: the digits of `number` to the base 26.
std::string letters(int number) {
  std::string out(1, static_cast<char>('a' + number % 26));
  while ((number /= 26) > 0) out.insert(out.begin(), static_cast<char>('a' + number % 26));
  return out;
}

}  // namespace

SlotRange slots_of_node(int node, int nodes) {
  const auto first = [nodes](int n) { return (n * kHashSlots + nodes - 1) / nodes; };
  return {first(node), first(node + 1) - 1};
}

std::string key_on_node(const std::string& key, int node, int nodes) {
  std::string out = key;
  for (int tag = 0; node_of_slot(slot_of_key(out), nodes) != node; ++tag) {
    out = "{" + std::to_string(node + 1) + letters(tag) + "}" + key;
  }
  return out;
}

}  // namespace interleak::live

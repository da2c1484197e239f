// Hash slots, and keys that lie on a node. The slots are those that `redis-cli cluster keyslot` prints.
#include <set>

#include "live/slots.hpp"
#include "sim/world/operations.hpp"
#include "tests/catch.hpp"

using namespace interleak;
using namespace interleak::live;

TEST_CASE("CRC16 is the one of the specification") {
  CHECK(crc16("") == 0);
  CHECK(crc16("123456789") == 0x31c3);
}

TEST_CASE("a key's slot is that of its hash tag, unless that is empty") {
  CHECK(slot_of_key("123456789") == 12739);
  CHECK(slot_of_key("history:alice") == 15638);
  CHECK(slot_of_key("{2a}x") == 8048);
  CHECK(slot_of_key("{2a}x") == slot_of_key("2a"));
  CHECK(slot_of_key("foo{}{bar}") == 8363);
  CHECK(slot_of_key("foo{{bar}}zap") == 4015);
  CHECK(slot_of_key("foo{bar") == crc16("foo{bar") % kHashSlots);
}

TEST_CASE("the slots are divided without gaps, as the model divides them") {
  for (int nodes = 1; nodes <= 8; ++nodes) {
    int next = 0;
    for (int node = 0; node < nodes; ++node) {
      const SlotRange range = slots_of_node(node, nodes);
      CHECK(range.first == next);
      CHECK(node_of_slot(range.first, nodes) == node);
      CHECK(node_of_slot(range.last, nodes) == node);
      next = range.last + 1;
    }
    CHECK(next == kHashSlots);
    for (const char* key : {"history:alice", "history:bob", "balance:carol"}) {
      CHECK(node_of_slot(slot_of_key(key), nodes) == world::node_of_key(key, nodes));
    }
  }
}

TEST_CASE("a key gets a tag only where it does not lie on the node by itself") {
  for (int nodes = 1; nodes <= 8; ++nodes) {
    std::set<std::string> keys;
    int untagged = 0;
    for (int node = 0; node < nodes; ++node) {
      const std::string key = key_on_node("history:alice", node, nodes);
      CHECK(node_of_slot(slot_of_key(key), nodes) == node);
      CHECK(key.ends_with("history:alice"));
      untagged += key == "history:alice";
      keys.insert(key);
    }
    CHECK(untagged == 1);
    CHECK(static_cast<int>(keys.size()) == nodes);
  }
  CHECK(node_of_slot(slot_of_key(key_on_node("odd{key}", 1, 3)), 3) == 1);
}

// Hash slots, and keys that lie on a node: the slots are those that `redis-cli cluster keyslot` prints. What a scenario
// is for Redis: what its servers hold, what its tasks send, and which reply is one's own.
#include <set>

#include "live/redis.hpp"
#include "sim/scenario/reader.hpp"
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

namespace {

scenario::Operation operation_of(const char* does, std::vector<std::string> keys, const std::string& type) {
  scenario::Operation out;
  out.does = does;
  out.keys = std::move(keys);
  out.type = type;
  return out;
}

/// alice reads a list and two plain values, bob writes what alice's other task has read before.
scenario::Scenario several() {
  scenario::Scenario out;
  out.protocol = scenario::standard_protocol();
  out.tasks.resize(3);
  out.tasks[0].id = out.tasks[0].owner = out.tasks[2].owner = "alice";
  out.tasks[1].id = out.tasks[1].owner = "bob";
  out.tasks[2].id = "again";
  out.tasks[0].operations = {operation_of("get", {"history"}, "list"),
                             operation_of("transaction", {"name", "mail"}, "value")};
  out.tasks[1].operations = {operation_of("set", {"name"}, "ok")};
  out.tasks[2].operations = {operation_of("watch", {"name"}, "value")};
  return out;
}

}  // namespace

TEST_CASE("the servers hold each key of each owner once, and a probe") {
  const Redis redis(several(), 1);
  REQUIRE(redis.stored().size() == 4);
  CHECK(redis.stored()[0].name == "history:alice");
  CHECK(redis.stored()[0].text == "history of alice");
  CHECK(redis.stored()[3].name == "name:bob");
  CHECK(redis.stored()[3].task == 1);
  using Commands = std::vector<Redis::Words>;
  const Commands expected = {{"SET", "probe:interleak", "a probe"},
                             {"RPUSH", "history:alice", "history of alice"},
                             {"SET", "name:alice", "name of alice"},
                             {"SET", "mail:alice", "mail of alice"},
                             {"SET", "name:bob", "name of bob"}};
  CHECK(redis.seed(0, 0) == expected);
  CHECK(redis.seed(0, 1).front() == Redis::Words{"SELECT", "1"});
  CHECK(redis.seed(0, 1).size() == expected.size() + 1);
  CHECK((Redis::selects({"HELLO", "SELECT"}) && !Redis::selects({"HELLO"})));
}

TEST_CASE("on several nodes every node holds what lies on it, under a name that leads there") {
  auto scenario = several();
  scenario.tasks[0].operations[0].node = 3;
  const Redis redis(scenario, 3);
  CHECK(redis.node_of(scenario.tasks[0].operations[0], "alice") == 2);
  std::size_t held = 0;
  for (int node = 0; node < 3; ++node) {
    for (const Redis::Words& words : redis.seed(node, 0)) {
      CHECK(node_of_slot(slot_of_key(words[1]), 3) == node);
      ++held;
    }
  }
  CHECK(held == redis.stored().size() + 3);
}

TEST_CASE("tasks send what their operations say, and only that and probes is held") {
  const auto scenario = several();
  const Redis redis(scenario, 1);
  CHECK(redis.operations_of(scenario.tasks[0]).dump() ==
        R"([[["LRANGE","history:alice","0","-1"]],{"transaction":[["GET","name:alice"],["GET","mail:alice"]]}])");
  CHECK(redis.operations_of(scenario.tasks[1]).dump() == R"([[["SET","name:bob","name of bob"]]])");
  CHECK(redis.operations_of(scenario.tasks[2]).dump() ==
        R"([{"watch":"name:alice","transaction":[["GET","name:alice"]]}])");
  CHECK(redis.probe_of(0).dump() == R"([[["GET","probe:interleak"]]])");
  for (const Redis::Words& words :
       {Redis::Words{"GET", "name:alice"}, {"GET", "probe:interleak"}, {"MULTI"}, {"EXEC"}}) {
    CHECK(redis.is_request(words));
  }
  for (const Redis::Words& words : {Redis::Words{"PING"}, {"CLUSTER", "SLOTS"}, {"GET", "name:carol"}}) {
    CHECK_FALSE(redis.is_request(words));
  }
}

TEST_CASE("one's own reply is all that was asked for, in order") {
  const auto scenario = several();
  const scenario::Operation &list = scenario.tasks[0].operations[0], &pair = scenario.tasks[0].operations[1];
  CHECK(Redis::own_reply(list, "alice", Json::parse(R"([["history of alice"]])")) == "its own data");
  CHECK(Redis::own_reply(pair, "alice", Json::parse(R"(["name of alice", "mail of alice"])")) == "its own data");
  CHECK_FALSE(Redis::own_reply(pair, "alice", Json::parse(R"(["mail of alice", "name of alice"])")).has_value());
  CHECK_FALSE(Redis::own_reply(list, "bob", Json::parse(R"([["history of alice"]])")).has_value());
  const auto& write = scenario.tasks[1].operations[0];
  for (const char* answer : {R"(["OK"])", "[true]"}) CHECK(Redis::own_reply(write, "bob", Json::parse(answer)) == "OK");
  CHECK_FALSE(Redis::own_reply(write, "bob", Json::parse("[null]")).has_value());
}

#include "live/redis.hpp"

#include <algorithm>
#include <utility>

namespace interleak::live {
namespace {

const std::string kProbe = "probe:interleak";

/// a, b, ... z, ba, bb, ...: the digits of `number` to the base 26.
std::string letters(int number) {
  std::string out(1, static_cast<char>('a' + number % 26));
  while ((number /= 26) > 0) out.insert(out.begin(), static_cast<char>('a' + number % 26));
  return out;
}

std::string text_of(const std::string& key, const std::string& owner) { return key + " of " + owner; }

bool is_list(const scenario::Operation& operation) { return operation.type == "list"; }

/// The command that an operation sends for one of its keys, which Redis knows as `name`.
Json command(const scenario::Operation& operation, const std::string& name, const std::string& text) {
  if (operation.does == "set") return Json::array({"SET", name, text});
  if (is_list(operation)) return Json::array({"LRANGE", name, "0", "-1"});
  return Json::array({"GET", name});
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

Redis::Redis(const scenario::Scenario& scenario, int nodes) : nodes_(nodes) {
  for (int node = 0; node < nodes; ++node) names_.insert(probe_key(node));
  store(scenario);
}

void Redis::store(const scenario::Scenario& scenario) {
  for (std::size_t t = 0; t < scenario.tasks.size(); ++t) {
    const scenario::Task& task = scenario.tasks[t];
    for (const scenario::Operation& operation : task.operations) {
      for (const std::string& key : operation.keys) {
        std::string name = name_of(operation, key, task.owner);
        if (!names_.insert(name).second) continue;
        stored_.push_back({std::move(name), text_of(key, task.owner), node_of(operation, task.owner),
                           static_cast<int>(t), key, operation.type});
      }
    }
  }
}

int Redis::node_of(const scenario::Operation& operation, const std::string& owner) const {
  if (operation.node) return (*operation.node - 1) % nodes_;
  return node_of_slot(slot_of_key(operation.keys.front() + ":" + owner), nodes_);
}

std::string Redis::name_of(const scenario::Operation& operation, const std::string& key,
                           const std::string& owner) const {
  return key_on_node(key + ":" + owner, node_of(operation, owner), nodes_);
}

std::string Redis::probe_key(int node) const { return key_on_node(kProbe, node, nodes_); }

std::vector<Redis::Words> Redis::seed(int node, int database) const {
  std::vector<Words> out;
  if (database != 0) out.push_back({"SELECT", std::to_string(database)});
  out.push_back({"SET", probe_key(node), "a probe"});
  for (const Stored& each : stored_) {
    if (each.node == node) out.push_back({each.type == "list" ? "RPUSH" : "SET", each.name, each.text});
  }
  return out;
}

bool Redis::selects(const std::vector<std::string>& handshake) { return std::ranges::count(handshake, "SELECT") != 0; }

bool Redis::is_request(const Words& words) const {
  if (words.size() > 1) return names_.contains(words[1]);
  return words.at(0) == "MULTI" || words.at(0) == "EXEC" || words.at(0) == "UNWATCH";
}

Json Redis::operations_of(const scenario::Task& task) const {
  Json out = Json::array();
  for (const scenario::Operation& operation : task.operations) {
    Json commands = Json::array();
    for (const std::string& key : operation.keys) {
      commands.push_back(command(operation, name_of(operation, key, task.owner), text_of(key, task.owner)));
    }
    if (operation.does == "transaction") {
      commands = Json{{"transaction", std::move(commands)}};
    } else if (operation.does == "watch") {
      const std::string watched = commands.at(0).at(1);
      commands = Json{{"watch", watched}, {"transaction", std::move(commands)}};
    }
    out.push_back(std::move(commands));
  }
  return out;
}

Json Redis::probe_of(int node) const { return Json::array({Json::array({Json::array({"GET", probe_key(node)})})}); }

std::optional<std::string> Redis::own_reply(const scenario::Operation& operation, const std::string& owner,
                                            const Json& value) {
  if (operation.does == "set" && value.size() == 1 && (value[0] == "OK" || value[0] == true)) return "OK";
  Json own = Json::array();
  for (const std::string& key : operation.keys) {
    own.push_back(is_list(operation) ? Json::array({text_of(key, owner)}) : Json(text_of(key, owner)));
  }
  if (value == own) return "its own data";
  return std::nullopt;
}

}  // namespace interleak::live

// What a live run knows of Redis: where keys lie, which commands an operation is, what the servers hold when a
// schedule begins, and what a reply of one's own looks like. Where messages end on the wire: framing.hpp.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "live/json.hpp"
#include "sim/terms/scenario.hpp"
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

/// A scenario as Redis has it, on so many nodes.
class Redis {
 public:
  using Words = std::vector<std::string>;   ///< of a command

  /// Somebody's value, as the servers hold it.
  struct Stored {
    std::string name;        ///< of its key, as Redis knows it: "history:alice", "{2a}history:alice"
    std::string text;        ///< "history of alice"
    int node = 0;            ///< from 0
    int task = 0;            ///< of that owner, the first one
    std::string key, type;   ///< as the scenario has them
  };

  Redis(const scenario::Scenario& scenario, int nodes);

  int nodes() const { return nodes_; }
  /// Where an operation of that owner goes, from 0, as the model has it (sim/world): where it says, else where its
  /// first key lies.
  int node_of(const scenario::Operation& operation, const std::string& owner) const;

  /// In the order of the scenario; each key once.
  const std::vector<Stored>& stored() const { return stored_; }
  /// Commands that make a node hold what it is to hold, in that database: 0, or 1, which is selected first.
  std::vector<Words> seed(int node, int database) const;
  /// A client that sets up its connections by these commands works in database 1.
  static bool selects(const std::vector<std::string>& handshake);

  /// A request of an operation or of a probe. Others are of the client's own: to find nodes, to look whether a
  /// connection lives.
  bool is_request(const Words& words) const;

  /// What a task does, as the driver of a client is told it (docs/live.md).
  Json operations_of(const scenario::Task& task) const;
  /// One operation of nobody's, on a node.
  Json probe_of(int node) const;
  bool is_probe_of(int node, const Words& words) const { return words.back() == probe_key(node); }

  /// What an operation of that owner has received, in words, if it is what it asked for; else nothing.
  static std::optional<std::string> own_reply(const scenario::Operation& operation, const std::string& owner,
                                              const Json& value);

 private:
  std::string probe_key(int node) const;
  std::string name_of(const scenario::Operation& operation, const std::string& key, const std::string& owner) const;
  void store(const scenario::Scenario& scenario);

  int nodes_;
  std::vector<Stored> stored_;
  std::set<std::string> names_;   ///< of all keys
};

}  // namespace interleak::live

// How much of a scenario a world keeps under a design: places of stores, and keys that it tells apart. Both are places
// in its state, so they have bounds, which neither file alone can be held to.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "sim/scenario/reader.hpp"
#include "sim/terms/bounds.hpp"

namespace interleak::scenario {
namespace {

using design::Places;

/// What the operations of a scenario name.
struct Keys {
  std::set<std::pair<std::string, std::string>> keys;   ///< with their owners
  std::set<std::string> names;
};

Keys keys_of(const Scenario& scenario) {
  Keys out;
  for (const Task& task : scenario.tasks) {
    for (const Operation& operation : task.operations) {
      for (const std::string& key : operation.keys) {
        out.keys.emplace(task.owner, key);
        out.names.insert(key);
      }
    }
  }
  return out;
}

std::size_t places_of(const design::Design& design, const Scenario& scenario, const Keys& keys) {
  std::size_t of_node = 0;
  for (const auto& [name, places] : design.pool_stores) {
    of_node += places == Places::one ? 1 : places == Places::by_key ? keys.keys.size() : keys.names.size();
  }
  return of_node * (design.cluster ? static_cast<std::size_t>(scenario.nodes) : 1);
}

bool goes_to_readers(const protocol::Protocol& protocol) {
  return std::ranges::any_of(protocol.commands, [](const protocol::Command& command) {
    return std::ranges::any_of(command.cases, [](const protocol::Case& each) {
      return std::ranges::find(each.causes, protocol::To::readers, &protocol::Cause::to) != each.causes.end();
    });
  });
}

/// Something of it is kept for each key.
bool tells_keys_apart(const design::Design& design, const protocol::Protocol& protocol) {
  const auto by_some = [](const auto& store) { return store.second != Places::one; };
  return std::ranges::any_of(design.pool_stores, by_some) ||
         std::ranges::any_of(protocol.pushes, &protocol::Push::invalidates) || goes_to_readers(protocol);
}

Diagnostic too_many(const Scenario& scenario, std::string message, int most) {
  Diagnostic error;
  error.code = "ILK0061";
  error.message = std::move(message);
  error.file = scenario.file;
  error.at = scenario.at;
  error.expected = "at most " + std::to_string(most);
  return error;
}

}  // namespace

Diagnostics kept_too_much(const design::Design& design, const Scenario& spoken) {
  Diagnostics errors;
  const Keys keys = keys_of(spoken);
  if (const std::size_t places = places_of(design, spoken, keys); places > terms::kMaxPlaces) {
    errors.push_back(
        too_many(spoken, "the stores of " + design.id + " have " + std::to_string(places) + " places in this scenario",
                 terms::kMaxPlaces));
    errors.back().help = "one for each node, and of a store by key or by name for each of those";
  }
  if (tells_keys_apart(design, *spoken.protocol) && keys.keys.size() > terms::kMaxKeys) {
    errors.push_back(
        too_many(spoken, "the operations name " + std::to_string(keys.keys.size()) + " keys", terms::kMaxKeys));
    errors.back().help = "those of each owner count on their own, where something is kept by key";
  }
  return errors;
}

}  // namespace interleak::scenario

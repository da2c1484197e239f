#include "sim/world/keys.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/kernel/ensure.hpp"
#include "sim/world/state.hpp"

namespace interleak::world {
namespace {

std::optional<std::size_t> push_to_readers(const protocol::Protocol& protocol) {
  for (const protocol::Command& command : protocol.commands) {
    for (const protocol::Case& each : command.cases) {
      for (const protocol::Cause& cause : each.causes) {
        if (cause.to == protocol::To::readers) return cause.push;
      }
    }
  }
  return std::nullopt;
}

/// Numbers what the operations name.
void number_keys(const scenario::Scenario& scenario, Keys& keys) {
  std::map<std::pair<std::string, std::string>, KeyId> numbers;
  std::map<std::string, std::uint8_t> names;
  for (const scenario::Task& task : scenario.tasks) {
    for (const scenario::Operation& operation : task.operations) {
      std::vector<KeyId>& its = keys.of_operation.emplace_back();
      for (const std::string& key : operation.keys) {
        const auto [at, is_new] = numbers.emplace(std::pair(task.owner, key), static_cast<KeyId>(numbers.size()));
        its.push_back(at->second);
        if (!is_new) continue;
        ensure(numbers.size() <= kMaxKeys, "more keys than there are numbers for");   // the reader has counted
        keys.name.push_back(names.emplace(key, static_cast<std::uint8_t>(names.size())).first->second);
      }
    }
  }
  keys.count = numbers.size();
  keys.names = names.size();
}

}  // namespace

Keys keys_of(const scenario::Scenario& scenario, const design::Program& program) {
  Keys keys;
  const protocol::Protocol& protocol = *scenario.protocol;
  const bool invalidates = std::ranges::any_of(protocol.pushes, &protocol::Push::invalidates);
  keys.to_readers = push_to_readers(protocol);
  keys.by_place = std::ranges::any_of(program.store_places, [](auto each) { return each != design::Places::one; });
  if (!invalidates && !keys.to_readers && !keys.by_place) return keys;
  number_keys(scenario, keys);
  keys.aged.resize(keys.count, false);
  if (!invalidates) return keys;
  std::size_t op = 0;
  for (const scenario::Task& task : scenario.tasks) {
    for (const scenario::Operation& operation : task.operations) {
      for (const KeyId key : keys.of_operation[op]) {
        if (operation.shared) keys.aged[key] = keys.any_aged = true;
      }
      ++op;
    }
  }
  return keys;
}

}  // namespace interleak::world

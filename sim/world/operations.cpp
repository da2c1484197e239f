#include "sim/world/operations.hpp"

#include <algorithm>
#include <map>

#include "sim/kernel/ensure.hpp"
#include "sim/world/hash_slot.hpp"

namespace interleak::world {
namespace {

/// Makes operations of the engine of those of the scenario; owners and types become numbers.
class Maker {
 public:
  Maker(const protocol::Protocol& protocol, const design::Program& program, int nodes)
      : protocol_(protocol), program_(program), nodes_(nodes) {}

  OperationInfo operation(const scenario::Task& task, const scenario::Operation& from,
                          const protocol::Operation& told) {
    OperationInfo info;
    info.owner = number_of(owners_, task.owner);
    info.entry = entry_of(told);
    info.node = static_cast<std::uint8_t>(from.node ? (*from.node - 1) % nodes_
                                                    : node_of_key(from.keys.front() + ":" + task.owner, nodes_));
    info.home = info.node;
    if (from.moved_to) move(info, (*from.moved_to - 1) % nodes_, from.keys.front() + ":" + task.owner);
    info.large = from.large;
    add_commands(info, from, told);
    info.accepts = types_of(from.accepts);
    if (from.accepts.empty() && !info.commands.empty()) info.accepts = bit(judged(info).type);
    info.mangles = types_of(from.mangles);
    info.strict = from.strict;
    return info;
  }

  /// Keys that have moved, so far.
  std::size_t moved_keys() const { return moved_.size(); }

 private:
  void move(OperationInfo& info, int to, const std::string& key) {
    info.home = static_cast<std::uint8_t>(to);
    if (info.home != info.node) info.moved_key = number_of(moved_, key);
  }

  std::uint8_t entry_of(const protocol::Operation& told) const {
    const auto& names = program_.entry_names;
    for (const std::string& procedure : told.procedures) {
      const auto found = std::ranges::find(names, procedure);
      if (found != names.end()) return static_cast<std::uint8_t>(found - names.begin());
    }
    return 0;   // `execute`
  }

  static std::uint8_t number_of(std::map<std::string, int>& numbers, const std::string& name) {
    ensure(numbers.size() < 256, "more names than a byte can count");
    return static_cast<std::uint8_t>(numbers.emplace(name, static_cast<int>(numbers.size())).first->second);
  }
  static std::uint64_t bit(std::uint8_t type) {
    ensure(type < 64, "more types than a set has room for");   // scenario::kMaxTypes
    return 1ull << type;
  }
  std::uint64_t types_of(const std::vector<std::string>& names) {
    std::uint64_t set = 0;
    for (const std::string& name : names) set |= bit(number_of(types_, name));
    return set;
  }

  /// Whose reply it is about: the last one that the client looks at.
  static const CommandInfo& judged(const OperationInfo& info) {
    const auto found = std::ranges::find(info.commands.rbegin(), info.commands.rend(), false, &CommandInfo::ignored);
    return found == info.commands.rend() ? info.commands.back() : *found;
  }

  /// All that an operation sends, in its order.
  void add_commands(OperationInfo& info, const scenario::Operation& from, const protocol::Operation& told) {
    for (const auto& step : told.steps) {
      for (const protocol::Request& request : step) add_request(info.commands, from, request);
      info.steps.push_back(static_cast<std::uint8_t>(info.commands.size()));
    }
  }

  void add_request(std::vector<CommandInfo>& commands, const scenario::Operation& from,
                   const protocol::Request& request) {
    using Keys = protocol::Keys;
    const std::size_t count = request.keys == Keys::each ? from.keys.size() : 1;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string* key = request.keys == Keys::none ? nullptr : &from.keys[i];
      commands.push_back(command(from, request, key));
      if (key != nullptr && !commands.back().nobodys) commands.back().key = static_cast<int>(i);
    }
  }

  /// `key`: the one that the request names; null: none, and its data is that of all keys.
  CommandInfo command(const scenario::Operation& from, const protocol::Request& request, const std::string* key) {
    const protocol::Command& told = protocol_.commands[request.command];
    CommandInfo info;
    info.request = told.name + (key == nullptr ? "" : " " + *key);
    info.ignored = request.ignored;
    info.writes = told.writes;
    info.raises = told.raises;
    info.lowers = told.lowers;
    info.nobodys = !protocol::asks_for_data(protocol_, request);
    if (info.nobodys) info.reply = protocol::reply_of(protocol_, request);
    else info.reply = key != nullptr ? *key : all_of(from.keys) + " (" + told.name + ")";
    info.type = number_of(types_, info.nobodys ? protocol::type_of(protocol_, request) : from.type);
    return info;
  }

  static std::string all_of(const std::vector<std::string>& keys) {
    std::string all;
    for (const std::string& key : keys) all += (all.empty() ? "" : " and ") + key;
    return all;
  }

  const protocol::Protocol& protocol_;
  const design::Program& program_;
  int nodes_;
  std::map<std::string, int> owners_, types_, moved_;
};

}  // namespace

int node_of_key(std::string_view key, int nodes) { return node_of_slot(slot_of_key(key), nodes); }

std::vector<CommandInfo> named_commands(const protocol::Protocol& protocol, const design::Design& design,
                                        const design::Program& program) {
  std::vector<CommandInfo> all;
  for (const auto& names : {design.handshake, program.commands}) {
    for (const std::string& name : names) {
      CommandInfo info;
      info.request = name;
      info.reply = "the reply to " + name;
      info.nobodys = true;
      if (const protocol::Command* told = protocol.command(name)) {
        info.raises = told->raises;
        info.lowers = told->lowers;
      }
      all.push_back(std::move(info));
    }
  }
  return all;
}

Operations operations_of(const scenario::Scenario& scenario, const design::Program& program, int nodes) {
  Operations result;
  Maker make(*scenario.protocol, program, nodes);
  for (std::size_t t = 0; t < scenario.tasks.size(); ++t) {
    const scenario::Task& task = scenario.tasks[t];
    result.first.push_back(static_cast<OpId>(result.all.size()));
    for (std::size_t i = 0; i < task.operations.size(); ++i) {
      OperationInfo info = make.operation(task, task.operations[i], protocol_of(scenario, task.operations[i]));
      info.task = static_cast<std::uint8_t>(t);
      info.script = static_cast<std::uint8_t>(i);
      result.stepped = result.stepped || info.steps.size() > 1;
      result.all.push_back(std::move(info));
    }
    ensure(result.all.size() <= 64, "more operations than a set has room for");
  }
  result.moved_keys = make.moved_keys();
  return result;
}

}  // namespace interleak::world

#include "sim/world/operations.hpp"

#include <map>

#include "sim/kernel/ensure.hpp"
#include "sim/world/hash_slot.hpp"

namespace interleak::world {
namespace {

/// Makes operations of the engine of those of the scenario; owners and types become numbers.
class Maker {
 public:
  Maker(const design::Program& program, int nodes) : program_(program), nodes_(nodes) {}

  OperationInfo operation(const scenario::Task& task, const scenario::Operation& from) {
    OperationInfo info;
    info.owner = number_of(owners_, task.owner);
    info.entry = program_.operation_entries[entry_of(from.kind)];
    info.node = static_cast<std::uint8_t>(from.node ? (*from.node - 1) % nodes_
                                                    : node_of_key(from.keys.front() + ":" + task.owner, nodes_));
    info.home = info.node;
    if (from.moved_to) move(info, (*from.moved_to - 1) % nodes_, from.keys.front() + ":" + task.owner);
    info.large = from.large;
    add_commands(info, from);
    info.accepts = types_of(from.accepts);
    if (from.accepts.empty()) info.accepts = bit(info.commands.back().type);
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

  static std::size_t entry_of(scenario::OperationKind kind) {
    using Kind = scenario::OperationKind;
    switch (kind) {
      case Kind::pipeline: return 1;
      case Kind::transaction: return 2;
      case Kind::watch: return 3;
      default: return 0;
    }
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

  CommandInfo plain(const std::string& request, const std::string& reply, const char* type, bool ignored) {
    CommandInfo info;
    info.request = request;
    info.reply = reply;
    info.nobodys = true;
    info.ignored = ignored;
    info.type = number_of(types_, type);
    return info;
  }

  void add_commands(OperationInfo& info, const scenario::Operation& from) {
    using Kind = scenario::OperationKind;
    auto& commands = info.commands;
    const auto step = [&] { info.steps.push_back(static_cast<std::uint8_t>(commands.size())); };
    if (from.kind == Kind::set) {
      commands.push_back(plain("SET " + from.keys[0], "OK", "ok", false));
      commands.back().writes = true;
    }
    if (from.kind == Kind::get || from.kind == Kind::pipeline) add_gets(commands, from);
    if (from.kind == Kind::transaction) add_transaction(commands, from);
    if (from.kind == Kind::watch) {
      commands.push_back(plain("WATCH " + from.keys[0], "OK", "ok", true));
      commands.back().watch = CommandInfo::Watch::begins;
      step();
      add_gets(commands, from);
      step();
      add_transaction(commands, from);
    }
    step();
  }

  void add_gets(std::vector<CommandInfo>& commands, const scenario::Operation& from) {
    const std::uint8_t type = number_of(types_, from.type);
    for (std::size_t i = 0; i < from.keys.size(); ++i) {
      CommandInfo get;
      get.request = "GET " + from.keys[i];
      get.reply = from.keys[i];
      get.key = static_cast<int>(i);
      get.type = type;
      commands.push_back(std::move(get));
    }
  }

  void add_transaction(std::vector<CommandInfo>& commands, const scenario::Operation& from) {
    commands.push_back(plain("MULTI", "OK", "ok", true));
    for (const std::string& key : from.keys) {
      commands.push_back(plain("GET " + key, "QUEUED", "queued", true));
    }
    std::string all;
    for (const std::string& key : from.keys) all += (all.empty() ? "" : " and ") + key;
    CommandInfo exec;
    exec.request = "EXEC";
    exec.reply = all + " (EXEC)";
    exec.type = number_of(types_, from.type);
    exec.watch = CommandInfo::Watch::ends;
    commands.push_back(std::move(exec));
  }

  const design::Program& program_;
  int nodes_;
  std::map<std::string, int> owners_, types_, moved_;
};

}  // namespace

int node_of_key(std::string_view key, int nodes) { return node_of_slot(slot_of_key(key), nodes); }

std::vector<CommandInfo> named_commands(const design::Design& design, const design::Program& program) {
  std::vector<CommandInfo> all;
  for (const auto& names : {design.handshake, program.commands}) {
    for (const std::string& name : names) {
      CommandInfo info;
      info.request = name;
      info.reply = "the reply to " + name;
      info.nobodys = true;
      if (name == "UNWATCH") info.watch = CommandInfo::Watch::ends;
      all.push_back(std::move(info));
    }
  }
  return all;
}

Operations operations_of(const scenario::Scenario& scenario, const design::Program& program, int nodes) {
  Operations result;
  Maker make(program, nodes);
  for (std::size_t t = 0; t < scenario.tasks.size(); ++t) {
    const scenario::Task& task = scenario.tasks[t];
    result.first.push_back(static_cast<OpId>(result.all.size()));
    for (std::size_t i = 0; i < task.operations.size(); ++i) {
      OperationInfo info = make.operation(task, task.operations[i]);
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

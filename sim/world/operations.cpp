#include "sim/world/operations.hpp"

#include <algorithm>
#include <map>

#include "sim/kernel/ensure.hpp"
#include "sim/world/hash_slot.hpp"

namespace interleak::world {
namespace {

/// Adds a command, and the messages that answer it: kinds, groups, and what is nobody's data as a text.
CommandInfo& add_command(const protocol::Protocol& protocol, Exchange& all, const protocol::Command& told,
                         const protocol::Reply& reply) {
  CommandInfo command;
  command.request = told.name;
  command.first = static_cast<std::uint8_t>(all.messages.size());
  command.messages = 0;
  command.writes = told.writes;
  command.raises = told.raises;
  command.lowers = told.lowers;
  for (const auto& group : reply) {
    for (const protocol::Message& each : group) {
      MessageInfo message;
      message.command = static_cast<std::uint8_t>(all.commands.size());
      message.text = protocol::text_of(protocol, each);
      message.kind = static_cast<std::uint8_t>(each.kind);
      message.closes_group = &each == &group.back();
      all.messages.push_back(std::move(message));
      ++command.messages;
    }
  }
  ensure(all.messages.size() <= kMaxAnswers, "more messages than a label can number");
  return all.commands.emplace_back(std::move(command));
}

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
    if (from.accepts.empty() && !info.messages.empty()) info.accepts = bit(judged(info).type);
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

  /// What it is about: the last message that the client looks at.
  static const MessageInfo& judged(const OperationInfo& info) {
    const auto found = std::ranges::find(info.messages.rbegin(), info.messages.rend(), false, &MessageInfo::ignored);
    return found == info.messages.rend() ? info.messages.back() : *found;
  }

  /// All that an operation sends, in its order.
  void add_commands(OperationInfo& info, const scenario::Operation& from, const protocol::Operation& told) {
    for (const auto& step : told.steps) {
      for (const protocol::Request& request : step) add_request(info, from, told, request);
      info.steps.push_back(static_cast<std::uint8_t>(info.commands.size()));
    }
    for (std::size_t i = 0; i < info.messages.size(); ++i) {
      if (info.messages[i].result) info.results.push_back(static_cast<std::uint8_t>(i));
    }
  }

  void add_request(OperationInfo& info, const scenario::Operation& from, const protocol::Operation& operation,
                   const protocol::Request& request) {
    using Keys = protocol::Keys;
    const std::size_t count = request.keys == Keys::each ? from.keys.size() : 1;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string* key = request.keys == Keys::none ? nullptr : &from.keys[i];
      const protocol::Command& told = protocol_.commands[request.command];
      const protocol::Reply& reply = protocol::reply_of(protocol_, request);
      CommandInfo& command = add_command(protocol_, info, told, reply);
      command.request += key == nullptr ? "" : " " + *key;
      for (std::size_t m = 0; m < command.messages; ++m) {
        MessageInfo& message = info.messages[command.first + m];
        message.ignored = request.ignored;
        message.result = protocol::is_result(protocol_, operation, reply, m);
        message.nobodys = !protocol_.kinds[message.kind].data;
        message.type = number_of(types_, message.nobodys ? protocol_.kinds[message.kind].name : from.type);
        if (message.nobodys) continue;
        if (key != nullptr) message.key = static_cast<int>(i);
        message.text = (key != nullptr ? *key : all_of(from.keys) + " (" + told.name + ")") + which_of(reply, m);
      }
    }
  }

  /// " (chunk 2 of 3)": of several messages of one kind, or of several kinds of data, which one.
  std::string which_of(const protocol::Reply& reply, std::size_t message) const {
    const std::size_t kind = protocol::message_of(reply, message).kind;
    std::size_t alike = 0, before = 0, data = 0;
    for (std::size_t m = 0; m < protocol::size_of(reply); ++m) {
      const std::size_t other = protocol::message_of(reply, m).kind;
      if (protocol_.kinds[other].data) ++data;
      if (other == kind) ++alike, before += m <= message ? 1 : 0;
    }
    if (data == 1) return "";
    const std::string& name =
        protocol_.kinds[kind].text.empty() ? protocol_.kinds[kind].name : protocol_.kinds[kind].text;
    if (alike == 1) return " (" + name + ")";
    return " (" + name + " " + std::to_string(before) + " of " + std::to_string(alike) + ")";
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

/// A command that no operation sends: what answers it is nobody's data.
void add_named(const protocol::Protocol& protocol, Exchange& all, const protocol::Command& told) {
  const CommandInfo& command = add_command(protocol, all, told, told.reply);
  for (std::size_t m = 0; m < command.messages; ++m) {
    MessageInfo& message = all.messages[command.first + m];
    message.nobodys = true;
    message.text = command.messages == 1 ? "the reply to " + told.name
                                         : protocol.kinds[message.kind].name + " " + std::to_string(m + 1) +
                                               " of the reply to " + told.name;
  }
}

/// A command of which the protocol knows nothing has one reply.
void add_unknown(Exchange& all, const std::string& name) {
  CommandInfo command;
  command.request = name;
  command.first = static_cast<std::uint8_t>(all.messages.size());
  MessageInfo message;
  message.command = static_cast<std::uint8_t>(all.commands.size());
  message.text = "the reply to " + name;
  message.kind = kNoKind;
  message.nobodys = true;
  message.closes_group = true;
  all.messages.push_back(std::move(message));
  all.commands.push_back(std::move(command));
}

}  // namespace

int node_of_key(std::string_view key, int nodes) { return node_of_slot(slot_of_key(key), nodes); }

Exchange named_commands(const protocol::Protocol& protocol, const design::Design& design,
                        const design::Program& program) {
  Exchange all;
  for (const auto& names : {design.handshake, program.commands}) {
    for (const std::string& name : names) {
      const protocol::Command* told = protocol.command(name);
      if (told != nullptr) add_named(protocol, all, *told);
      else add_unknown(all, name);
    }
  }
  return all;
}

bool has_groups(const Exchange& exchange) {
  const auto groups = std::ranges::count(exchange.messages, true, &MessageInfo::closes_group);
  return static_cast<std::size_t>(groups) > exchange.commands.size();
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
      result.grouped = result.grouped || has_groups(info);
      result.all.push_back(std::move(info));
    }
    ensure(result.all.size() <= 64, "more operations than a set has room for");
  }
  result.moved_keys = make.moved_keys();
  return result;
}

}  // namespace interleak::world

#include "sim/world/operations.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "sim/kernel/ensure.hpp"
#include "sim/world/hash_slot.hpp"

namespace interleak::world {
namespace {

/// Adds the messages of a reply: kinds, groups, and what is nobody's data as a text. `held`: unless it has an error.
void add_messages(const protocol::Protocol& protocol, Exchange& all, const protocol::Reply& reply, bool held) {
  const bool refused = protocol::has_error(protocol, reply);
  for (const auto& group : reply) {
    for (const protocol::Message& each : group) {
      MessageInfo message;
      message.command = static_cast<std::uint8_t>(all.commands.size());
      message.text = protocol::text_of(protocol, each);
      message.kind = static_cast<std::uint8_t>(each.kind);
      message.error = protocol.kinds[each.kind].error;
      message.refused = refused;
      message.held = held && !refused;
      message.closes_group = !message.held && &each == &group.back();
      message.closes_reply = &group == &reply.back() && &each == &group.back();
      all.messages.push_back(std::move(message));
    }
  }
}

/// The place of a variable of the protocol among those that are kept.
std::optional<std::uint8_t> kept_place(const SessionInfo& session, std::size_t variable) {
  const auto found = std::ranges::find(session.kept, variable);
  if (found == session.kept.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - session.kept.begin());
}

/// Of tests or assignments those of variables that are kept, at their places.
template <class Item>
std::vector<Item> at_places(const SessionInfo& session, const std::vector<Item>& items) {
  std::vector<Item> kept;
  for (Item item : items) {
    const auto place = kept_place(session, item.variable);
    if (!place) continue;
    item.variable = *place;
    kept.push_back(item);
  }
  return kept;
}

/// A reply that may answer a command: to a case of it, or an error in place of its execution.
struct Answer {
  std::uint8_t first = 0;  ///< its first message, counted from that of the command
  protocol::Reply reply;
};

/// All of them, in the order of their messages. `request`: what it has in place of the command's only case goes first.
std::vector<Answer> answers_of(const protocol::Command& told, const protocol::Request& request) {
  std::vector<Answer> answers;
  std::size_t first = 0;
  const auto add = [&](protocol::Reply reply) {
    const std::size_t messages = protocol::size_of(reply);
    answers.push_back({static_cast<std::uint8_t>(first), std::move(reply)});
    first += messages;
  };
  for (const protocol::Case& each : told.cases) add(protocol::reply_of(request, each));
  std::vector<std::size_t> kinds = told.may_fail;
  std::ranges::sort(kinds);   // events stand in the order of the protocol
  for (const std::size_t kind : kinds) add(protocol::failure_of(told, kind));
  return answers;
}

CaseInfo case_info(const protocol::Protocol& protocol, const SessionInfo& session, const protocol::Case& told,
                   const Answer& answer) {
  CaseInfo one;
  one.first = answer.first;
  one.when = at_places(session, told.when);
  one.sets = at_places(session, told.sets);
  one.causes = told.causes;
  one.data = protocol::has_data(protocol, answer.reply);
  one.refuses = protocol::has_error(protocol, answer.reply);
  return one;
}

/// Adds a command, and the messages that may answer it. `request`: see answers_of().
CommandInfo& add_command(const protocol::Protocol& protocol, const SessionInfo& session, Exchange& all,
                         const protocol::Command& told, const protocol::Request& request) {
  CommandInfo command;
  command.request = told.name;
  command.told = static_cast<std::uint8_t>(&told - protocol.commands.data());
  command.first = static_cast<std::uint8_t>(all.messages.size());
  command.writes = told.writes;
  command.ignored = request.ignored;
  command.cases.clear();
  for (const Answer& answer : answers_of(told, request)) {
    const std::size_t at = command.cases.size();
    if (at < told.cases.size()) command.cases.push_back(case_info(protocol, session, told.cases[at], answer));
    else command.failures.push_back({static_cast<std::uint8_t>(answer.reply[0][0].kind), answer.first});
    add_messages(protocol, all, answer.reply, told.held);
    const auto messages = static_cast<std::uint8_t>(protocol::size_of(answer.reply));
    command.labels = static_cast<std::uint8_t>(command.labels + messages);
    command.messages = std::max(command.messages, messages);
  }
  const protocol::Refusal& errors = told.errors;
  command.refusal = {at_places(session, errors.when), at_places(session, errors.sets), errors.skips_to.has_value()};
  for (const std::size_t variable : told.under) {
    if (protocol.session[variable].shared) continue;
    command.under.push_back(kept_place(session, variable).value());
  }
  ensure(all.messages.size() <= kMaxAnswers, "more messages than a label can number");
  return all.commands.emplace_back(std::move(command));
}

/// Adds what a server may push, whosever that is.
void add_pushes(const protocol::Protocol& protocol, Exchange& all) {
  all.first_push = all.messages.size();
  for (const protocol::Push& push : protocol.pushes) {
    MessageInfo message;
    message.command = static_cast<std::uint8_t>(all.commands.size() - 1);   // none, which nobody asks for
    message.text = protocol::text_of(protocol, {push.kind, ""});
    message.kind = static_cast<std::uint8_t>(push.kind);
    message.push = true;
    message.nobodys = true;
    message.closes_group = message.closes_reply = true;
    all.messages.push_back(std::move(message));
  }
  ensure(all.messages.size() <= kMaxAnswers, "more messages than a label can number");
}

/// Makes operations of the engine of those of the scenario; owners and types become numbers.
class Maker {
 public:
  Maker(const scenario::Scenario& scenario, const design::Program& program, const SessionInfo& session, int nodes)
      : protocol_(*scenario.protocol), named_(scenario.named), program_(program), session_(session), nodes_(nodes) {}

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
    info.shared = from.shared;
    add_by_name(info, from);
    info.type = number_of(types_, from.type);
    add_own_pushes(info);
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
    const auto entry_called = [&](const std::string& procedure) {
      return static_cast<std::uint8_t>(std::ranges::find(program_.entry_names, procedure) -
                                       program_.entry_names.begin());
    };
    const std::uint8_t none = static_cast<std::uint8_t>(program_.entry_names.size());
    if (named_ && entry_called(told.name) != none) return entry_called(told.name);
    for (const std::string& procedure : told.procedures) {
      if (entry_called(procedure) != none) return entry_called(procedure);
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
    info.by_name = info.commands.size();
  }

  void add_request(OperationInfo& info, const scenario::Operation& from, const protocol::Operation& operation,
                   const protocol::Request& request) {
    using Keys = protocol::Keys;
    const protocol::Command& told = protocol_.commands[request.command];
    const std::size_t count = request.keys == Keys::each ? from.keys.size() : 1;
    for (std::size_t i = 0; i < count; ++i) {
      const std::optional<std::size_t> key = request.keys == Keys::none ? std::nullopt : std::optional(i);
      CommandInfo& command = add_command(protocol_, session_, info, told, request);
      if (key) command.request += " " + from.keys[*key];
      if (key) command.key = static_cast<int>(*key);
      describe(info, command, from, told, request, key);
      give_places(info, command, operation, told, request);
      command.once = told.writes && !told.repeatable;
    }
  }

  /// In some case.
  bool asks_for_data(const protocol::Command& command) const {
    return std::ranges::any_of(command.cases,
                               [&](const protocol::Case& each) { return protocol::has_data(protocol_, each.reply); });
  }

  static bool causes_pushes(const protocol::Command& command) {
    return std::ranges::any_of(command.cases, [](const protocol::Case& each) { return !each.causes.empty(); });
  }

  /// What the listings send for the operation: about its first key, and no part of its value.
  void add_by_name(OperationInfo& info, const scenario::Operation& from) {
    for (const std::string& name : program_.own_commands) {
      const protocol::Command* known = protocol_.command(name);
      ensure(known != nullptr, "a command that the protocol does not have");
      const protocol::Command& told = *known;
      protocol::Request request;
      request.command = static_cast<std::size_t>(&told - protocol_.commands.data());
      const bool about = asks_for_data(told) || causes_pushes(told);
      CommandInfo& command = add_command(protocol_, session_, info, told, request);
      if (about) command.request += " " + from.keys.front();
      if (about) command.key = 0;
      describe(info, command, from, told, request, about ? std::optional<std::size_t>(0) : std::nullopt);
    }
  }

  /// What may be pushed of its owner's data.
  void add_own_pushes(OperationInfo& info) {
    if (protocol_.pushes.empty()) return;
    add_pushes(protocol_, info);
    for (std::size_t i = info.first_push; i < info.messages.size(); ++i) {
      info.messages[i].nobodys = !protocol_.kinds[info.messages[i].kind].data;
      info.messages[i].type = info.type;
    }
  }

  /// Whose, and of what type, the messages are that may answer a command, and how they are called.
  void describe(OperationInfo& info, const CommandInfo& command, const scenario::Operation& from,
                const protocol::Command& told, const protocol::Request& request, std::optional<std::size_t> key) {
    for (const auto& [first, reply] : answers_of(told, request)) {
      for (std::size_t m = 0; m < protocol::size_of(reply); ++m) {
        MessageInfo& message = info.messages[command.first + first + m];
        message.ignored = request.ignored;
        message.nobodys = !protocol_.kinds[message.kind].data;
        message.type = number_of(types_, message.nobodys ? protocol_.kinds[message.kind].name : from.type);
        if (message.nobodys) continue;
        if (key) message.key = static_cast<int>(*key);
        message.text = (key ? from.keys[*key] : all_of(from.keys) + " (" + told.name + ")") + which_of(reply, m);
      }
    }
  }

  /// The places of the results in the value; those of each case are the same.
  void give_places(OperationInfo& info, CommandInfo& command, const protocol::Operation& operation,
                   const protocol::Command& told, const protocol::Request& request) {
    const std::size_t begin = info.places.size();
    const std::size_t results = protocol::results_of(protocol_, operation, request).value_or(0);
    info.places.insert(info.places.end(), results, static_cast<std::uint8_t>(info.commands.size() - 1));
    command.end_place = static_cast<std::uint8_t>(info.places.size());
    for (const auto& [first, reply] : answers_of(told, request)) {
      std::size_t place = begin;
      for (std::size_t m = 0; m < protocol::size_of(reply); ++m) {
        if (place == info.places.size() || !protocol::is_result(protocol_, operation, reply, m)) continue;
        info.messages[command.first + first + m].place = static_cast<std::uint8_t>(place++);
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
  bool named_;   // the world
  const design::Program& program_;
  const SessionInfo& session_;
  int nodes_;
  std::map<std::string, int> owners_, types_, moved_;
};

/// A command that no operation sends: what answers it is nobody's data.
void add_named(const protocol::Protocol& protocol, const SessionInfo& session, Exchange& all,
               const protocol::Command& told) {
  const CommandInfo& command = add_command(protocol, session, all, told, {});
  for (const auto& [first, reply] : answers_of(told, {})) {
    const std::size_t messages = protocol::size_of(reply);
    for (std::size_t m = 0; m < messages; ++m) {
      MessageInfo& message = all.messages[command.first + first + m];
      message.nobodys = true;
      message.text = messages == 1 ? "the reply to " + told.name
                                   : protocol.kinds[message.kind].name + " " + std::to_string(m + 1) +
                                         " of the reply to " + told.name;
    }
  }
}

/// A command of which the protocol knows nothing has one reply.
void add_unknown(Exchange& all, const std::string& name) {
  CommandInfo command;
  command.request = name;
  command.first = static_cast<std::uint8_t>(all.messages.size());
  command.labels = command.messages = 1;
  MessageInfo message;
  message.command = static_cast<std::uint8_t>(all.commands.size());
  message.text = "the reply to " + name;
  message.kind = kNoKind;
  message.nobodys = true;
  message.closes_group = message.closes_reply = true;
  all.messages.push_back(std::move(message));
  all.commands.push_back(std::move(command));
}

}  // namespace

int node_of_key(std::string_view key, int nodes) { return node_of_slot(slot_of_key(key), nodes); }

SessionInfo session_of(const protocol::Protocol& protocol, bool all) {
  SessionInfo session;
  const std::vector<bool> read = protocol::read_variables(protocol);
  for (const bool identities : {false, true}) {
    for (std::size_t v = 0; v < protocol.session.size(); ++v) {
      if (protocol.session[v].identity == identities && (all || read[v])) {
        session.kept.push_back(static_cast<std::uint8_t>(v));
      }
    }
    if (!identities) session.settings = session.kept.size();
  }
  session.watched.resize(session.kept.size(), false);
  for (const protocol::Command& command : protocol.commands) {
    for (const std::size_t variable : command.under) {
      if (protocol.session[variable].identity || protocol.session[variable].shared) continue;
      session.watched[kept_place(session, variable).value()] = true;
    }
  }
  return session;
}

std::vector<PushInfo> pushes_of(const protocol::Protocol& protocol, const SessionInfo& session) {
  std::vector<PushInfo> pushes;
  const std::vector<bool> caused = protocol::caused_pushes(protocol);
  for (const protocol::Push& each : protocol.pushes) {
    const bool is_caused = caused[pushes.size()];
    pushes.push_back({at_places(session, each.when), at_places(session, each.sets), is_caused, each.invalidates});
  }
  return pushes;
}

Exchange named_commands(const protocol::Protocol& protocol, const design::Design& design,
                        const design::Program& program, const SessionInfo& session) {
  Exchange all;
  for (const auto& names : {design.handshake, program.commands}) {
    for (const std::string& name : names) {
      const protocol::Command* told = protocol.command(name);
      if (told != nullptr) add_named(protocol, session, all, *told);
      else add_unknown(all, name);
    }
  }
  if (!protocol.pushes.empty()) add_pushes(protocol, all);
  return all;
}

bool has_groups(const Exchange& exchange) {
  return std::ranges::any_of(exchange.messages,
                             [](const MessageInfo& each) { return each.closes_group && !each.closes_reply; });
}

bool has_held(const Exchange& exchange) { return std::ranges::any_of(exchange.messages, &MessageInfo::held); }

std::size_t messages_of(const scenario::Scenario& scenario, const scenario::Operation& operation,
                        const design::Program& program) {
  const protocol::Protocol& protocol = *scenario.protocol;
  std::size_t messages = protocol::messages_of(protocol, protocol_of(scenario, operation), operation.keys.size());
  for (const std::string& name : program.own_commands) messages += protocol::messages_of(*protocol.command(name));
  return messages + protocol.pushes.size();
}

namespace {

/// What two operations that are of a kind have in common.
struct Sort {
  const protocol::Operation* told;
  std::size_t keys;
};

/// The number of the operation's sort; a new one is added.
std::uint8_t sort_of(std::vector<Sort>& sorts, const protocol::Operation& told, std::size_t keys) {
  const auto found = std::ranges::find_if(
      sorts, [&](const Sort& each) { return each.keys == keys && (each.told == &told || *each.told == told); });
  if (found != sorts.end()) return static_cast<std::uint8_t>(found - sorts.begin());
  sorts.push_back({&told, keys});
  return static_cast<std::uint8_t>(sorts.size() - 1);
}

}  // namespace

Operations operations_of(const scenario::Scenario& scenario, const design::Program& program, const SessionInfo& session,
                         int nodes) {
  Operations result;
  Maker make(scenario, program, session, nodes);
  std::vector<Sort> sorts;
  for (std::size_t t = 0; t < scenario.tasks.size(); ++t) {
    const scenario::Task& task = scenario.tasks[t];
    result.first.push_back(static_cast<OpId>(result.all.size()));
    for (std::size_t i = 0; i < task.operations.size(); ++i) {
      OperationInfo info = make.operation(task, task.operations[i], protocol_of(scenario, task.operations[i]));
      info.task = static_cast<std::uint8_t>(t);
      info.script = static_cast<std::uint8_t>(i);
      info.sort = sort_of(sorts, protocol_of(scenario, task.operations[i]), task.operations[i].keys.size());
      const auto same = std::ranges::find_if(
          result.all, [&](const OperationInfo& each) { return each.owner == info.owner && each.type == info.type; });
      info.identity = static_cast<OpId>(same - result.all.begin());
      result.stepped = result.stepped || info.steps.size() > 1;
      for (std::size_t c = 0; c < info.by_name; ++c) {
        if (info.commands[c].once) result.once = std::max(result.once, c + 1);
      }
      result.grouped = result.grouped || has_groups(info);
      result.held = result.held || has_held(info);
      result.all.push_back(std::move(info));
    }
    ensure(result.all.size() <= 64, "more operations than a set has room for");
  }
  result.moved_keys = make.moved_keys();
  result.sorts = sorts.size();
  return result;
}

}  // namespace interleak::world

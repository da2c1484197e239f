// See protocol.hpp.
#include "sim/protocol/protocol.hpp"

#include <algorithm>

namespace interleak::protocol {
namespace {

void add(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

template <class Named>
const Named* named(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? nullptr : &*found;
}

bool may_be_refused(const Protocol& protocol, const Command& command) {
  return !command.may_fail.empty() ||
         std::ranges::any_of(command.cases, [&](const Case& each) { return has_error(protocol, each.reply); });
}

/// The sum of `of` over all requests that an operation of so many keys sends.
template <class Of>
std::size_t count(const Operation& operation, std::size_t keys, Of of) {
  std::size_t sum = 0;
  for (const auto& step : operation.steps) {
    for (const Request& request : step) sum += of(request) * (request.keys == Keys::each ? keys : 1);
  }
  return sum;
}

}  // namespace

const Operation* Protocol::operation(std::string_view name) const { return named(operations, name); }

const Command* Protocol::command(std::string_view name) const { return named(commands, name); }

const Reply& reply_of(const Request& request, const Case& of) {
  return request.reply.empty() ? of.reply : request.reply;
}

Reply failure_of(const Command& command, std::size_t kind) {
  std::vector<Message> group = {{kind, ""}};
  for (const std::size_t each : command.errors.then) group.push_back({each, ""});
  return {std::move(group)};
}

const Reply& reply_of(const Protocol& protocol, const Request& request) {
  return reply_of(request, protocol.commands[request.command].cases.back());
}

std::size_t size_of(const Reply& reply) {
  std::size_t size = 0;
  for (const auto& group : reply) size += group.size();
  return size;
}

const Message& message_of(const Reply& reply, std::size_t index) {
  auto group = reply.begin();
  for (; index >= group->size(); ++group) index -= group->size();
  return (*group)[index];
}

bool is_result(const Protocol& protocol, const Operation& operation, const Reply& reply, std::size_t index) {
  const std::size_t kind = message_of(reply, index).kind;
  if (protocol.kinds[kind].error) return false;
  if (operation.result) return std::ranges::find(*operation.result, kind) != operation.result->end();
  return has_data(protocol, reply) ? protocol.kinds[kind].data : index == 0;
}

const std::string& text_of(const Protocol& protocol, const Message& message) {
  return message.text.empty() ? protocol.kinds[message.kind].text : message.text;
}

bool asks_for_data(const Protocol& protocol, const Request& request) {
  return has_data(protocol, reply_of(protocol, request));
}

bool has_data(const Protocol& protocol, const Reply& reply) {
  return std::ranges::any_of(reply, [&](const auto& group) {
    return std::ranges::any_of(group, [&](const Message& each) { return protocol.kinds[each.kind].data; });
  });
}

bool has_error(const Protocol& protocol, const Reply& reply) {
  return std::ranges::any_of(reply, [&](const auto& group) {
    return std::ranges::any_of(group, [&](const Message& each) { return protocol.kinds[each.kind].error; });
  });
}

std::size_t results_of(const Protocol& protocol, const Operation& operation, const Reply& reply) {
  std::size_t results = 0;
  for (std::size_t i = 0; i < size_of(reply); ++i) results += is_result(protocol, operation, reply, i) ? 1 : 0;
  return results;
}

std::optional<std::size_t> results_of(const Protocol& protocol, const Operation& operation, const Request& request) {
  std::optional<std::size_t> results;
  for (const Case& each : protocol.commands[request.command].cases) {
    const Reply& reply = reply_of(request, each);
    if (has_error(protocol, reply)) continue;
    const std::size_t here = results_of(protocol, operation, reply);
    if (results.value_or(here) != here) return std::nullopt;
    results = here;
  }
  return results.value_or(0);
}

std::size_t messages_of(const Command& command) {
  std::size_t messages = 0;
  for (const Case& each : command.cases) messages += size_of(each.reply);
  return messages + command.may_fail.size() * (1 + command.errors.then.size());
}

std::size_t messages_of(const Protocol& protocol, const Request& request) {
  const Command& command = protocol.commands[request.command];
  const std::size_t messages = messages_of(command);
  return request.reply.empty() ? messages : messages - size_of(command.cases.back().reply) + size_of(request.reply);
}

std::size_t messages_of(const Protocol& protocol, const Operation& operation, std::size_t keys) {
  return count(operation, keys, [&](const Request& request) { return messages_of(protocol, request); });
}

std::optional<std::size_t> skipped_to(const Protocol& protocol) {
  for (const Command& each : protocol.commands) {
    if (each.errors.skips_to) return each.errors.skips_to;
  }
  return std::nullopt;
}

std::size_t results_of(const Protocol& protocol, const Operation& operation, std::size_t keys) {
  return count(operation, keys,
               [&](const Request& request) { return results_of(protocol, operation, request).value_or(0); });
}

const Request* judged_request(const Operation& operation) {
  const Request* found = nullptr;
  for (const auto& step : operation.steps) {
    for (const Request& request : step) {
      if (!request.ignored || found == nullptr || found->ignored) found = &request;
    }
  }
  return found;
}

std::size_t requests_of(const Operation& operation, std::size_t keys) {
  return count(operation, keys, [](const Request&) { return std::size_t{1}; });
}

std::vector<std::string> types_of(const Protocol& protocol) {
  std::vector<std::string> types;
  for (const Kind& kind : protocol.kinds) {
    if (!kind.data) types.push_back(kind.name);
  }
  return types;
}

std::vector<std::string> entries_of(const Protocol& protocol) {
  std::vector<std::string> names = {"execute"};
  for (const Operation& operation : protocol.operations) {
    for (const std::string& procedure : operation.procedures) add(names, procedure);
  }
  return names;
}

std::vector<bool> caused_pushes(const Protocol& protocol) {
  std::vector<bool> caused(protocol.pushes.size(), false);
  for (const Command& command : protocol.commands) {
    for (const Case& each : command.cases) {
      for (const Cause& cause : each.causes) caused[cause.push] = true;
    }
  }
  return caused;
}

std::vector<bool> read_variables(const Protocol& protocol) {
  std::vector<bool> read(protocol.session.size(), false);
  for (const Command& command : protocol.commands) {
    for (const std::size_t variable : command.under) read[variable] = true;
    for (const Case& each : command.cases) {
      for (const Test& test : each.when) read[test.variable] = true;
    }
    if (!may_be_refused(protocol, command)) continue;
    for (const Test& test : command.errors.when) read[test.variable] = true;
  }
  for (const Push& push : protocol.pushes) {
    if (push.data) read[*push.data] = true;
    for (const Test& test : push.when) read[test.variable] = true;
  }
  return read;
}

}  // namespace interleak::protocol

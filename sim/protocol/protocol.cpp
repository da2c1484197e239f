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

}  // namespace

const Operation* Protocol::operation(std::string_view name) const { return named(operations, name); }

const Command* Protocol::command(std::string_view name) const { return named(commands, name); }

bool asks_for_data(const Protocol& protocol, const Request& request) { return reply_of(protocol, request).empty(); }

const std::string& reply_of(const Protocol& protocol, const Request& request) {
  return request.reply.empty() ? protocol.commands[request.command].reply : request.reply;
}

const std::string& type_of(const Protocol& protocol, const Request& request) {
  return request.reply.empty() ? protocol.commands[request.command].type : request.type;
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
  std::size_t count = 0;
  for (const auto& step : operation.steps) {
    for (const Request& request : step) count += request.keys == Keys::each ? keys : 1;
  }
  return count;
}

std::vector<std::string> types_of(const Protocol& protocol) {
  std::vector<std::string> types;
  for (const Command& command : protocol.commands) {
    if (!command.reply.empty()) add(types, command.type);
  }
  for (const Operation& operation : protocol.operations) {
    for (const auto& step : operation.steps) {
      for (const Request& request : step) {
        if (!request.reply.empty()) add(types, request.type);
      }
    }
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

std::string_view words_of(const Protocol& protocol, Flags flags) {
  for (std::size_t i = 0; i < protocol.session.size(); ++i) {
    if ((flags >> i & 1) != 0) return protocol.session[i].words;
  }
  return {};
}

}  // namespace interleak::protocol

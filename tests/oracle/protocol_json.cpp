// Protocols as files, in the form of docs/formats.md. A kind whose messages have a text of their own is the type of
// that text, and stands where the text does; the others stand among the kinds.
#include <algorithm>
#include <functional>
#include <set>

#include <nlohmann/json.hpp>

#include "tests/oracle/case.hpp"

namespace interleak::oracle {
namespace {

using Json = nlohmann::ordered_json;
using protocol::Protocol;

void each_reply(const Protocol& protocol, const std::function<void(const protocol::Reply&)>& look) {
  for (const protocol::Command& command : protocol.commands) look(command.reply);
  for (const protocol::Operation& operation : protocol.operations) {
    for (const auto& step : operation.steps) {
      for (const protocol::Request& request : step) look(request.reply);
    }
  }
}

/// Kinds of which some message has a text of its own.
std::set<std::size_t> types_of_texts(const Protocol& protocol) {
  std::set<std::size_t> types;
  each_reply(protocol, [&](const protocol::Reply& reply) {
    for (const auto& group : reply) {
      for (const protocol::Message& each : group) {
        if (!each.text.empty()) types.insert(each.kind);
      }
    }
  });
  return types;
}

Json kinds_of(const Protocol& protocol) {
  const std::set<std::size_t> types = types_of_texts(protocol);
  Json kinds = Json::object();
  for (std::size_t i = protocol::kValueKind + 1; i < protocol.kinds.size(); ++i) {
    const protocol::Kind& kind = protocol.kinds[i];
    if (types.count(i) != 0) continue;
    Json& json = kinds[kind.name] = Json::object();
    if (kind.data) json["data"] = true;
    if (!kind.text.empty() && kind.text != kind.name) json["text"] = kind.text;
  }
  return kinds;
}

void add_reply(const Protocol& protocol, const protocol::Reply& reply, Json& json) {
  const protocol::Message& first = reply.front().front();
  if (!first.text.empty()) {
    json["reply"] = first.text;
    json["type"] = protocol.kinds[first.kind].name;
    return;
  }
  Json groups = Json::array();
  for (const auto& group : reply) {
    Json kinds = Json::array();
    for (const protocol::Message& each : group) kinds.push_back(protocol.kinds[each.kind].name);
    groups.push_back(kinds);
  }
  json["reply"] = groups.size() == 1 ? groups.front() : groups;
}

Json names_of(const Protocol& protocol, protocol::Flags flags) {
  Json names = Json::array();
  for (std::size_t i = 0; i < protocol.session.size(); ++i) {
    if ((flags >> i) % 2 == 1) names.push_back(protocol.session[i].name);
  }
  return names;
}

Json json_of(const Protocol& protocol, const protocol::Command& command) {
  Json json = Json::object();
  if (command.reply != protocol::Reply{{protocol::Message{}}}) add_reply(protocol, command.reply, json);
  if (command.writes) json["writes"] = true;
  if (command.raises != 0) json["raises"] = names_of(protocol, command.raises);
  if (command.lowers != 0) json["lowers"] = names_of(protocol, command.lowers);
  if (!command.source.empty()) json["source"] = command.source;
  return json;
}

Json json_of(const Protocol& protocol, const protocol::Request& request) {
  Json json = {{"send", protocol.commands[request.command].name}};
  if (request.keys == protocol::Keys::first) json["of"] = "the key";
  if (request.keys == protocol::Keys::each) json["of"] = "each key";
  if (!request.reply.empty()) add_reply(protocol, request.reply, json);
  if (request.ignored) json["ignored"] = true;
  return json;
}

Json json_of(const Protocol& protocol, const protocol::Operation& operation) {
  Json json = Json::object();
  if (operation.many) json["keys"] = "many";
  if (!operation.procedures.empty()) json["procedures"] = operation.procedures;
  Json steps = Json::array();
  for (const auto& step : operation.steps) {
    Json requests = Json::array();
    for (const protocol::Request& request : step) requests.push_back(json_of(protocol, request));
    if (!requests.empty()) steps.push_back(requests);
  }
  if (!steps.empty()) json["steps"] = steps;
  if (operation.result) {
    json["result"] = Json::array();
    for (const std::size_t kind : *operation.result) json["result"].push_back(protocol.kinds[kind].name);
  }
  return json;
}

}  // namespace

std::string to_json(const Protocol& protocol) {
  Json json;
  json["interleak"] = 1;
  json["protocol"] = protocol.id;
  if (!protocol.title.empty()) json["title"] = protocol.title;
  if (!protocol.source.empty()) json["source"] = protocol.source;
  json["elsewhere"] = protocol.elsewhere;
  for (const protocol::Flag& flag : protocol.session) json["session"][flag.name] = flag.words;
  if (Json kinds = kinds_of(protocol); !kinds.empty()) json["kinds"] = std::move(kinds);
  for (const protocol::Command& each : protocol.commands) json["commands"][each.name] = json_of(protocol, each);
  for (const protocol::Operation& each : protocol.operations) json["operations"][each.name] = json_of(protocol, each);
  return json.dump(2) + "\n";
}

}  // namespace interleak::oracle

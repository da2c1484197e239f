// Protocols as files, in the form of docs/formats.md. A kind whose messages have a text of their own is the type of
// that text, and stands where the text does; the others stand among the kinds.
#include <algorithm>
#include <functional>
#include <set>

#include <nlohmann/json.hpp>

#include "tests/oracle/case.hpp"
#include "tests/oracle/protocol_json.hpp"
#include "tests/oracle/random_protocol.hpp"

namespace interleak::oracle {
namespace {

using Json = nlohmann::ordered_json;
using protocol::Protocol;

void each_reply(const Protocol& protocol, const std::function<void(const protocol::Reply&)>& look) {
  for (const protocol::Command& command : protocol.commands) {
    for (const protocol::Case& each : command.cases) look(each.reply);
  }
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
    if (kind.error) json["error"] = true;
    if (kind.of) json["of"] = protocol.kinds[*kind.of].name;
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

/// What a variable is, where nobody asks.
Json said(const protocol::Variable& variable, protocol::SessionValue value) {
  if (!variable.identity) return static_cast<int>(value);
  return value == protocol::kAsker ? "asker" : value == protocol::kClient ? "pool" : "none";
}

/// One that is a setting, and has nothing else to say, is a text.
Json json_of(const protocol::Variable& variable) {
  protocol::Variable plain;
  plain.name = variable.name;
  plain.words = variable.words;
  if (variable == plain) return variable.words;
  Json json = {{"words", variable.words}};
  if (variable.identity) json["is"] = "identity";
  if (variable.base != plain.base) json["base"] = said(variable, variable.base);
  if (variable.start != variable.base) json["start"] = said(variable, variable.start);
  if (variable.shared) json["shared"] = true;
  return json;
}

/// Tests in both forms: every second one says what a bare name, or `not`, says, too.
std::string condition(const Protocol& protocol, const std::vector<protocol::Test>& tests) {
  std::string text;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    const protocol::Test& test = tests[i];
    const protocol::Variable& variable = protocol.session[test.variable];
    const Json value = said(variable, test.value);
    text += i == 0 ? "" : " and ";
    if (test.value == 0 && i % 2 == 0) {
      text += (test.equal ? "not " : "") + variable.name;
    } else {
      text += variable.name + (test.equal ? " == " : " != ") +
              (value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
  return text;
}

/// Settings that all become 1, or all 0, are raised or lowered; what gets its base, if that is not 0, says so.
void add_sets(const Protocol& protocol, const std::vector<protocol::Assignment>& sets, Json& json) {
  const auto all_are = [&](protocol::SessionValue value) {
    return std::ranges::all_of(sets, [&](const protocol::Assignment& each) {
      return each.value == value && !protocol.session[each.variable].identity;
    });
  };
  if (sets.empty()) return;
  for (const protocol::Assignment& each : sets) {
    const protocol::Variable& variable = protocol.session[each.variable];
    if (all_are(1)) json["raises"].push_back(variable.name);
    else if (all_are(0)) json["lowers"].push_back(variable.name);
    else if (each.value == variable.base && each.value != 0) json["set"][variable.name] = "base";
    else json["set"][variable.name] = said(variable, each.value);
  }
}

/// What every second one says of the side of the reply on which it comes is what would be meant without it, too.
void add_causes(const Protocol& protocol, const std::vector<protocol::Cause>& causes, Json& json) {
  static constexpr const char* names[] = {"asker", "all", "others", "readers"};
  for (std::size_t i = 0; i < causes.size(); ++i) {
    Json cause = {{"push", protocol.pushes[causes[i].push].name}, {"to", names[static_cast<int>(causes[i].to)]}};
    if (causes[i].ahead) cause["when"] = "ahead";
    else if (i % 2 == 1) cause["when"] = "behind";
    json["causes"].push_back(cause);
  }
}

Json json_of(const Protocol& protocol, const protocol::Case& each) {
  Json json = Json::object();
  if (!each.when.empty()) json["if"] = condition(protocol, each.when);
  if (each.reply != protocol::Reply{{protocol::Message{}}}) add_reply(protocol, each.reply, json);
  add_sets(protocol, each.sets, json);
  add_causes(protocol, each.causes, json);
  return json;
}

Json json_of(const Protocol& protocol, const protocol::Refusal& errors) {
  Json json = Json::object();
  for (const std::size_t kind : errors.then) json["then"].push_back(protocol.kinds[kind].name);
  if (errors.skips_to) json["skips_to"] = protocol.commands[*errors.skips_to].name;
  if (!errors.when.empty()) json["if"] = condition(protocol, errors.when);
  for (const protocol::Assignment& each : errors.sets) {
    const protocol::Variable& variable = protocol.session[each.variable];
    json["set"][variable.name] = each.value == variable.base ? Json("base") : said(variable, each.value);
  }
  return json;
}

Json json_of(const Protocol& protocol, const protocol::Command& command) {
  const bool one = command.cases.size() == 1;
  Json json = one ? json_of(protocol, command.cases.front()) : Json::object();
  for (const protocol::Case& each : command.cases) {
    if (!one) json["cases"].push_back(json_of(protocol, each));
  }
  for (const std::size_t kind : command.may_fail) json["may_fail"].push_back(protocol.kinds[kind].name);
  if (command.errors != protocol::Refusal{}) json["errors"] = json_of(protocol, command.errors);
  if (command.held) json["held"] = true;
  if (command.writes) json["writes"] = true;
  if (command.repeatable) json["repeatable"] = true;
  for (const std::size_t variable : command.under) json["under"].push_back(protocol.session[variable].name);
  if (!command.source.empty()) json["source"] = command.source;
  return json;
}

Json json_of(const Protocol& protocol, const protocol::Push& push) {
  Json json = {{"kind", protocol.kinds[push.kind].name}};
  if (!push.when.empty()) json["if"] = condition(protocol, push.when);
  if (push.data) json["data"] = protocol.session[*push.data].name;
  for (const protocol::Assignment& each : push.sets) {
    const protocol::Variable& variable = protocol.session[each.variable];
    json["set"][variable.name] = each.value == variable.base ? Json("base") : said(variable, each.value);
  }
  if (push.invalidates) json["invalidates"] = true;
  if (!push.source.empty()) json["source"] = push.source;
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

/// In place of `"steps"`: the same in an operation of a scenario's own, where a name alone is enough.
Json commands_in(const Protocol& protocol, const protocol::Operation& operation) {
  Json steps = Json::array();
  for (const auto& step : operation.steps) {
    Json requests = Json::array();
    for (const protocol::Request& request : step) {
      const bool plain = request == protocol::Request{request.command, protocol::Keys::first, {}, false};
      requests.push_back(plain ? Json(protocol.commands[request.command].name) : json_of(protocol, request));
    }
    steps.push_back(requests);
  }
  return steps.size() == 1 ? steps.front() : steps;
}

void add_result(const Protocol& protocol, const protocol::Operation& operation, Json& json) {
  if (!operation.result) return;
  json["result"] = Json::array();
  for (const std::size_t kind : *operation.result) json["result"].push_back(protocol.kinds[kind].name);
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
  add_result(protocol, operation, json);
  return json;
}

}  // namespace

void add_own(const Protocol& protocol, const protocol::Operation& operation, Json& json) {
  json["commands"] = commands_in(protocol, operation);
  add_result(protocol, operation, json);
}

std::string to_json(const Protocol& dressed) {
  const Protocol protocol = bare(dressed);
  Json json;
  json["interleak"] = 1;
  json["protocol"] = protocol.id;
  if (!protocol.title.empty()) json["title"] = protocol.title;
  if (!protocol.source.empty()) json["source"] = protocol.source;
  json["elsewhere"] = protocol.elsewhere;
  if (protocol.runs_on) json["after_close"] = "runs-on";
  for (const protocol::Variable& each : protocol.session) json["session"][each.name] = json_of(each);
  if (Json kinds = kinds_of(protocol); !kinds.empty()) json["kinds"] = std::move(kinds);
  for (const protocol::Command& each : protocol.commands) json["commands"][each.name] = json_of(protocol, each);
  for (const protocol::Push& each : protocol.pushes) json["pushes"][each.name] = json_of(protocol, each);
  for (const protocol::Operation& each : protocol.operations) json["operations"][each.name] = json_of(protocol, each);
  return json.dump(2) + "\n";
}

}  // namespace interleak::oracle

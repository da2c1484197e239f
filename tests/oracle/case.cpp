// Cases as files: what the readers of sim/scenario make of the text is what it was written from.
#include "tests/oracle/case.hpp"

#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/terms/bounds.hpp"
#include "sim/world/operations.hpp"
#include "tests/oracle/listing.hpp"
#include "tests/oracle/protocol_json.hpp"
#include "tests/oracle/random_protocol.hpp"

namespace interleak::oracle {
namespace {

using Json = nlohmann::ordered_json;

Json lines_of(const design::Procedure& procedure) {
  Json lines = Json::array();
  for (const design::ListingLine& line : procedure.lines) lines.push_back(line.text);
  return lines;
}

const char* name_of(design::SendSuspends mode) {
  static constexpr const char* names[] = {"never", "after", "before", "may"};
  return names[static_cast<int>(mode)];
}

const char* name_of(design::ReplyParser parser) {
  static constexpr const char* names[] = {"resumes", "loses", "greedy"};
  return names[static_cast<int>(parser)];
}

const char* name_of(design::Places places) {
  static constexpr const char* names[] = {"one", "by key", "by name"};
  return names[static_cast<int>(places)];
}

/// `long_form`: what it does stands behind "do"; one of the scenario's own is never said otherwise.
Json json_of(const scenario::Scenario& s, const scenario::Operation& op, bool long_form) {
  const bool many = scenario::protocol_of(s, op).many;
  const Json keys = many ? Json(op.keys) : Json(op.keys.front());
  Json json;
  if (long_form || op.own != nullptr) json = {{"do", op.does}, {many ? "keys" : "key", keys}};
  else json[op.does] = keys;
  if (op.own != nullptr) add_own(*s.protocol, *op.own, json);
  json["type"] = op.type;
  if (op.own_accepts) json["accepts"] = op.accepts;
  if (!op.mangles.empty()) json["mangles"] = op.mangles;
  if (op.shared) json["shared"] = true;
  if (op.strict) json["strict"] = true;
  if (op.node) json["node"] = *op.node;
  if (op.moved_to) json["moved_to"] = *op.moved_to;
  if (op.large) json["large"] = true;
  return json;
}

/// Those that its operations name: of each owner their own, or whoever's they are.
std::size_t keys_of(const scenario::Scenario& scenario, bool of_each_owner) {
  std::set<std::pair<std::string, std::string>> keys;
  for (const scenario::Task& task : scenario.tasks) {
    for (const scenario::Operation& op : task.operations) {
      for (const std::string& key : op.keys) keys.insert({key, of_each_owner ? task.owner : ""});
    }
  }
  return keys.size();
}

/// How many places a store has: on each node one, or one for each key of each owner, or for each name.
std::size_t places_of(const Case& each, design::Places places) {
  const auto nodes = static_cast<std::size_t>(each.design.cluster ? each.scenario.nodes : 1);
  return nodes * (places == design::Places::one ? 1 : keys_of(each.scenario, places == design::Places::by_key));
}

/// So few names that eight owners have no more than 32 keys of them.
void name_fewer_keys(scenario::Scenario& scenario) {
  constexpr std::size_t kKeys = 32;
  const std::set<std::string> names = {"history", "profile", "inbox"};
  if (keys_of(scenario, true) <= kKeys) return;
  for (scenario::Task& task : scenario.tasks) {
    for (scenario::Operation& op : task.operations) {
      for (std::string& key : op.keys) key = names.count(key) != 0 ? key : "history";
    }
  }
}

}  // namespace

std::string to_json(const scenario::Scenario& s) {
  Json json;
  json["interleak"] = 1;
  json["id"] = s.id;
  const bool is_standard = s.protocol->id == scenario::standard_protocol()->id;
  if (s.names_protocol || !is_standard) json["protocol"] = s.protocol->id;
  json["pool"] = {{"max", s.pool_max}, {"warm", s.pool_warm < 0 ? s.pool_max : s.pool_warm}, {"nodes", s.nodes}};
  for (const scenario::Task& task : s.tasks) {
    Json operations = Json::array();
    for (const scenario::Operation& op : task.operations) {
      operations.push_back(json_of(s, op, operations.size() % 2 == 1));   // of both forms some
    }
    json["tasks"].push_back({{"id", task.id}, {"owner", task.owner}, {"do", operations}});
    if (task.goes_on) json["tasks"].back()["on_error"] = "next";
  }
  Json cancel;
  cancel["max"] = s.cancel.max;
  cancel["kind"] = scenario::kCancelKinds[static_cast<std::size_t>(s.cancel.kind)];
  if (!s.cancel.who.empty()) cancel["who"] = s.cancel.who;
  if (s.cancel.at != scenario::kAnyAwait) {
    for (const terms::AwaitInfo& each : terms::kAwaits) {
      if (each.cancellable && (s.cancel.at & terms::await_bit(each.kind)) != 0) cancel["at"].push_back(each.name);
    }
  }
  json["faults"]["cancel"] = cancel;
  const scenario::ServerErrors& errors = s.server_errors;
  if (errors.max > 0 || !errors.who.empty() || !errors.at.empty()) {
    json["faults"]["server_error"]["max"] = errors.max;
    if (!errors.who.empty()) json["faults"]["server_error"]["who"] = errors.who;
    if (!errors.at.empty()) json["faults"]["server_error"]["at"] = errors.at;
  }
  if (s.send_suspends) json["faults"]["send_suspends"] = name_of(*s.send_suspends);
  for (const auto& [name, option] : scenario::kPhysicsOptions) {
    if (s.physics.*option) json["physics"].push_back(name);
  }
  if (s.may_be_silent) json["server"]["may_be_silent"] = true;
  if (s.pushes != scenario::Scenario{}.pushes) json["server"]["pushes"] = s.pushes;
  if (s.ownership_check) json["ownership_check"] = true;
  json["ready"] = s.ready == scenario::Ready::any ? "any" : "fifo";
  return json.dump(2) + "\n";
}

std::string to_json(const design::Design& d) {
  Json json;
  json["interleak"] = 1;
  json["id"] = d.id;
  json["pool"] = {{"order", d.order == design::Order::lifo ? "lifo" : "fifo"},
                  {"cluster", d.cluster},
                  {"readers", d.readers == design::Readers::error ? "error" : "queue"},
                  {"parser", name_of(d.parser)},
                  {"keeps", d.keeps},
                  {"handshake", d.handshake}};
  if (!d.runtime.empty()) json["runtime"] = d.runtime;
  if (d.socket_timeout) json["socket_timeout"] = true;
  json["send_suspends"] = name_of(d.send_suspends);
  json["variables"] = {
      {"op", d.op_variables}, {"conn", d.conn_variables}, {"socket", d.socket_variables}, {"pool", d.pool_variables}};
  json["queues"] = {{"conn", d.conn_queues}, {"pool", d.pool_queues}};
  for (const auto& [name, places] : d.pool_stores) json["stores"]["pool"][name] = name_of(places);
  for (const auto& [name, procedure] : d.procedures) json["procedures"][name] = lines_of(procedure);
  return json.dump(2) + "\n";
}

void fit_stores(Case& each) {
  constexpr std::size_t kPlaces = 16;
  name_fewer_keys(each.scenario);
  const auto too_many = [&] {
    std::size_t places = 0;
    for (const auto& [name, of] : each.design.pool_stores) places += places_of(each, of);
    return places > kPlaces;
  };
  for (const design::Places fewer : {design::Places::by_name, design::Places::one}) {
    for (auto& [name, of] : each.design.pool_stores) {
      if (too_many() && of != design::Places::one) of = fewer;
    }
  }
}

std::ostream& operator<<(std::ostream& out, const Case& that) {
  const protocol::Protocol& protocol = *that.scenario.protocol;
  return out << to_json(that.scenario) << to_json(that.design) << (is_built_in(protocol) ? "" : to_json(protocol));
}

std::optional<Case> case_of(const scenario::Scenario& scenario, const design::Design& design) {
  Diagnostics errors;
  auto spoken = scenario::spoken(scenario, design, scenario::built_in_protocols(), errors);
  if (!spoken) return std::nullopt;
  return Case{std::move(*spoken), design};
}

std::optional<Compiled> compiled(const Case& each, std::string& error) {
  Diagnostics errors;
  const scenario::Scenario& s = each.scenario;
  auto program = scenario::compile(each.design, errors, s);
  if (!program) {
    error = errors.empty() ? "refused without a word" : errors.front().code + " " + errors.front().message;
    return std::nullopt;
  }
  for (const scenario::Task& task : s.tasks) {
    for (const scenario::Operation& op : task.operations) {
      if (world::messages_of(s, op, *program) <= terms::kMaxAnswers) continue;
      error = "ILK0061 too many messages answer an operation and what the listings send for it";
      return std::nullopt;
    }
  }
  return Compiled{std::make_shared<const design::Design>(each.design),
                  std::make_shared<const design::Program>(std::move(*program))};
}

std::optional<world::World> world_of(const Case& each, std::string& error) {
  const auto parts = compiled(each, error);
  if (!parts) return std::nullopt;
  return world::World(each.scenario, parts->design, parts->program, true);
}

}  // namespace interleak::oracle

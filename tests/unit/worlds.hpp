// Small worlds for tests: a design from a listing, a scenario from a few words, and a walk along a
// schedule that notes what each event did.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/check/faultless.hpp"
#include "sim/design/parse.hpp"
#include "sim/design/program.hpp"
#include "sim/property/invariants.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/words/schedule_text.hpp"
#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"
#include "tests/catch.hpp"
#include "tools/embedded.hpp"

namespace interleak::test {

using Lines = std::vector<std::string>;

/// A design of these procedures; queues and variables of the prelude are declared, and those of the pool.
inline design::Design design_of(const std::map<std::string, Lines>& procedures,
                                const std::map<std::string, int>& pool_variables = {}) {
  design::Design design;
  design.id = "test/design";
  design.op_variables = {{"tries", 0}};
  design.conn_variables = {{"dirty", 0}, {"owed", 0}};
  design.pool_variables = pool_variables;
  design.conn_queues = {"lockers"};
  design.pool_queues = {"waiters"};
  Diagnostics errors;
  std::uint32_t row = 1;
  for (const auto& [name, lines] : procedures) {
    design::Procedure procedure;
    procedure.name = name;
    procedure.origin = design.id;
    for (const std::string& line : lines) procedure.lines.push_back({line, {row++, 1}});
    procedure.block = design::parse_listing(procedure.lines, errors);
    design.procedures[name] = procedure;
  }
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.code << " " << error.message);
  REQUIRE(errors.empty());
  return design;
}

/// The protocol that a design names, which is built in, or the standard one.
inline protocol::ProtocolPtr protocol_of(const design::Design& design) {
  if (design.protocol.empty()) return scenario::standard_protocol();
  return scenario::built_in_protocols().find(design.protocol);
}

inline design::Program program_of(const design::Design& design) {
  Diagnostics errors;
  auto program = scenario::compile(design, errors, *protocol_of(design));
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.code << " " << error.message);
  REQUIRE(program.has_value());
  return *program;
}

inline scenario::Operation get(const std::string& key, const std::string& type = "list") {
  scenario::Operation operation;
  operation.does = "get";
  operation.keys = {key};
  operation.type = type;
  operation.accepts = {type};
  return operation;
}

/// Users alice, bob, carol, ... who each get their history; `max` connections, all warm.
inline scenario::Scenario users(int count, int max, int cancels) {
  static const Lines kNames = {"alice", "bob", "carol", "dave", "eve"};
  scenario::Scenario scenario;
  scenario.protocol = scenario::standard_protocol();
  scenario.id = "test";
  scenario.pool_max = max;
  scenario.cancel.max = cancels;
  for (int i = 0; i < count; ++i) {
    scenario::Task task;
    task.id = task.owner = kNames.at(static_cast<std::size_t>(i));
    task.operations = {get("history")};
    scenario.tasks.push_back(task);
  }
  return scenario;
}

/// A shipped design, with everything that it inherits.
inline design::Design shipped(const std::string& id) {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) {
    library.add(file.text, std::string(file.path), errors);
  }
  auto design = library.find(id, errors);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.file << ": " << error.message);
  REQUIRE(design.has_value());
  return *design;
}

/// The design knows all operations of the scenario, and the protocol all kinds that the design asks for.
inline bool can_run(const scenario::Scenario& scenario, const design::Design& design) {
  Diagnostics errors;
  if (scenario.names_protocol) return scenario::compile(design, errors, scenario).has_value();
  return scenario::spoken(scenario, design, scenario::built_in_protocols(), errors).has_value();
}

inline world::World world_of(const scenario::Scenario& scenario, const design::Design& design,
                             bool track_prompt = false) {
  Diagnostics errors;
  const bool speaks_it = design.protocol.empty() || design.protocol == scenario.protocol->id;
  const std::optional<scenario::Scenario> spoken =
      speaks_it ? scenario : scenario::spoken(scenario, design, scenario::built_in_protocols(), errors);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.code << " " << error.message);
  REQUIRE(spoken.has_value());
  auto program = scenario::compile(design, errors, *spoken);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.code << " " << error.message);
  REQUIRE(program.has_value());
  return world::World(*spoken, design, *program, track_prompt);
}

inline Lines enabled_texts(const world::World& world, const world::State& state) {
  Events events;
  world.enabled(state, events);
  Lines texts;
  for (const Event event : events) texts.push_back(world.text(event));
  return texts;
}

inline std::vector<Event> events_of(const world::World& world, const std::string& schedule) {
  std::vector<Event> events;
  const auto error = words::parse_schedule(world, schedule, events);
  if (error) UNSCOPED_INFO("event " << error->number << ": " << error->told().text());
  REQUIRE_FALSE(error.has_value());
  return events;
}

/// The state after a schedule.
inline world::State after(const world::World& world, const std::string& schedule) {
  world::State state = world.initial();
  for (const Event event : events_of(world, schedule)) world.apply(state, event);
  return state;
}

/// Facts of the last event of a schedule.
inline Facts last_facts(const world::World& world, const std::string& schedule) {
  world::State state = world.initial();
  Facts facts = 0;
  for (const Event event : events_of(world, schedule)) facts = world.apply(state, event).facts;
  return facts;
}

inline std::vector<std::uint8_t> bytes_of(const world::World& world, const world::State& state) {
  std::vector<std::uint8_t> bytes;
  world.encode(state, bytes);
  return bytes;
}

/// All invariants, but those that the world does not track what it takes for.
inline std::vector<property::Invariant> judged_in(const world::World& world) {
  std::vector<property::Invariant> judged;
  for (const property::Invariant& each : property::all_invariants()) {
    if (check::can_judge(world, each)) judged.push_back(each);
  }
  return judged;
}

inline check::Analysis analysis_of(const world::World& world, const check::Options& options = {}) {
  return check::analyse(world, judged_in(world), options);
}

inline const check::Judgement& judgement(const check::Analysis& analysis, const std::string& name) {
  for (const auto& each : analysis.judgements) {
    if (each.invariant.name == name) return each;
  }
  FAIL("no judgement on " << name);
  return analysis.judgements.front();
}

}  // namespace interleak::test

// A small world of a protocol that stands in the test.
#pragma once

#include "tests/unit/worlds.hpp"

namespace interleak::test {

/// What a test says: JSON texts, listings, and what else the design has.
struct Toy {
  std::string protocol;   ///< a file, its name is `toy`
  std::string tasks;      ///< of the scenario: [...]
  std::map<std::string, Lines> procedures;
  std::map<std::string, design::Places> stores;
  Lines handshake;
  std::string fields;     ///< more of the scenario, each with a comma behind
  std::string faults = R"({"cancel": {"max": 0}})";   ///< of the scenario
  bool tracks_failures = false;
};

inline world::World world_of(const Toy& toy) {
  scenario::ProtocolLibrary protocols;
  Diagnostics errors;
  const bool added = protocols.add(toy.protocol, "toy.json", errors).has_value();
  const auto all = scenario::read_scenario(R"({"interleak": 1, "id": "s", "protocol": "toy", )" + toy.fields +
                                               R"("faults": )" + toy.faults + R"(, "tasks": )" + toy.tasks + "}",
                                           "s.json", errors, protocols);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.at.line << ":" << error.at.column << " " << error.message);
  REQUIRE(added);
  REQUIRE(all.size() == 1);
  design::Design design = design_of(toy.procedures);
  design.pool_stores = toy.stores;
  design.handshake = toy.handshake;
  const auto program = scenario::compile(design, errors, all[0]);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.code << " " << error.message);
  REQUIRE(program.has_value());
  if (!toy.tracks_failures) return {all[0], design, *program, false};
  const auto shared = std::make_shared<const design::Design>(design);
  const auto compiled = std::make_shared<const design::Program>(*program);
  return {all[0], shared, compiled, false, check::excused_of(all[0], shared, compiled)};
}

/// What lies on the wire of a connection, in words.
inline Lines on_wire(const world::World& world, const world::State& state, int conn) {
  Lines out;
  for (const world::Label label : state.socket(static_cast<world::ConnId>(conn)).wire) {
    out.push_back(words::reply(world, label).text());
  }
  return out;
}

/// How the operations that ended in a schedule did, one after the other: "alice: ok".
inline Lines outcomes(const world::World& world, const std::string& schedule) {
  Lines out;
  for (const auto& step : words::trace(world, events_of(world, schedule)).steps) {
    for (const auto& each : step.outcomes) {
      out.push_back(world.scenario().tasks[static_cast<std::size_t>(each.task)].id + ": " +
                    std::string(world::kOutcomeNames[static_cast<std::size_t>(each.outcome)]));
    }
  }
  return out;
}

}  // namespace interleak::test

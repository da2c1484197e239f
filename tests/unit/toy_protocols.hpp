// For tests of protocols that are files of tests/protocols: the library that has one, and how a schedule ends.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "sim/scenario/reader.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {

/// What is built in, and that file.
inline scenario::ProtocolLibrary with_protocol(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  scenario::ProtocolLibrary protocols;
  Diagnostics errors;
  REQUIRE(protocols.add(std::string{std::istreambuf_iterator<char>(in), {}}, path, errors));
  return protocols;
}

/// The facts of the last event of a schedule.
inline Facts facts_behind(const world::World& world, const std::string& schedule) {
  world::State state = world.initial();
  Facts facts = 0;
  for (const Event event : events_of(world, schedule)) facts = world.apply(state, event).facts;
  return facts;
}

/// Some operation has this outcome in the last event of a schedule.
inline bool ends(const world::World& world, const std::string& schedule, world::Outcome outcome) {
  return (facts_behind(world, schedule) & world::fact::outcome(outcome)) != 0;
}

}  // namespace interleak::test

// The fast engine against the literal one: step by step along random schedules, and whole analyses
// against the naive enumeration. Seeds are fixed; INTERLEAK_ORACLE_SEED and INTERLEAK_ORACLE_RUNS
// (a factor) look further. A difference is shrunk, and printed as two files that can be replayed.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <sstream>

#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/generate.hpp"
#include "tests/oracle/random_case.hpp"
#include "tests/oracle/random_protocol.hpp"
#include "tests/oracle/scale.hpp"
#include "tests/oracle/twins.hpp"
#include "tools/embedded.hpp"

namespace interleak::oracle {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t seed() { return number_from("INTERLEAK_ORACLE_SEED", 20230320); }

/// One random schedule in both engines; how they differ, if they do.
Difference walk_once(const world::World& world, const Oracle& oracle, std::uint64_t seed, Tally& tally) {
  Chooser chooser;
  chooser.seed = seed;
  const Walk walked = walk(world, oracle, chooser, tally);
  if (!walked.difference) return std::nullopt;
  return "along [" + joined(walked.schedule) + "] " + *walked.difference;
}

bool has_physics(const scenario::Scenario& scenario) {
  return std::any_of(scenario::kPhysicsOptions.begin(), scenario::kPhysicsOptions.end(),
                     [&](const auto& each) { return scenario.physics.*each.option; });
}

/// A case and everything that it shrinks to, until nothing smaller still fails.
template <class Fails>
void check_case(const rc::Shrinkable<Case>& first, const Fails& fails) {
  Difference difference = fails(first.value());
  if (!difference) return;
  rc::Shrinkable<Case> smallest = first;
  for (bool smaller = true; smaller;) {
    smaller = false;
    auto candidates = smallest.shrinks();
    for (int tries = 0; tries < 2'000 && !smaller; ++tries) {
      const auto candidate = candidates.next();
      if (!candidate) break;
      if (const auto still = fails(candidate->value())) {
        difference = still;
        smallest = *candidate;
        smaller = true;
      }
    }
  }
  std::ostringstream text;
  text << *difference << "\n" << smallest.value();
  FAIL_CHECK(text.str());
}

rc::Shrinkable<Case> case_number(int number, Size size) {
  return arbitrary_case(size)(rc::Random(seed() + static_cast<std::uint64_t>(number)), rc::kNominalSize);
}

}  // namespace

TEST_CASE("both engines take the same steps along random schedules of random designs") {
  constexpr int kSchedules = 5;
  const int cases = runs(2'000);
  int failed = 0, refused = 0;
  Tally tally;
  for (int number = 0; number < cases && failed < 3; ++number) {
    const auto before = failed;
    check_case(case_number(number, Size{}), [&](const Case& each) -> Difference {
      std::string error;
      const auto world = world_of(each, error);
      if (!world) {
        ++refused;
        return std::nullopt;
      }
      const Oracle oracle(each.scenario, each.design);
      for (int i = 0; i < kSchedules; ++i) {
        if (auto d = walk_once(*world, oracle, seed() + static_cast<std::uint64_t>(i), tally)) {
          failed = before + 1;
          return d;
        }
      }
      return std::nullopt;
    });
  }
  CHECK(refused <= cases / 100);  // too many messages answer an operation, and what the listings send for it
  for (const std::string& kind : event_kinds()) {
    if (kind.find('~') != std::string::npos || kind == "srv@old") continue;  // these want a design that is made for it
    INFO(kind);
    CHECK(tally.events[kind] >= static_cast<std::uint64_t>(cases / 20));
  }
}

TEST_CASE("the naive enumeration of random small worlds says what the analysis says") {
  const int cases = runs(1'000);
  int failed = 0, compared = 0, with_physics = 0;
  for (int number = 0; number < cases && failed < 3; ++number) {
    const auto before = failed;
    check_case(case_number(number, Size{2, 2, 3, 2}), [&](const Case& each) -> Difference {
      std::string error;
      const auto world = world_of(each, error);
      if (!world) return std::nullopt;
      bool was_compared = false;
      auto d = compare_analyses(*world, Oracle(each.scenario, each.design), {}, was_compared);
      if (was_compared) ++compared;
      if (was_compared && has_physics(each.scenario)) ++with_physics;
      if (d) failed = before + 1;
      return d;
    });
  }
  INFO(compared << " of " << cases << " were small enough");
  CHECK((failed != 0 || compared >= cases / 3));
  INFO(with_physics << " of them have physics");
  CHECK((failed != 0 || with_physics >= cases / 8));
}

void check_read_back(const Case& each) {
  Diagnostics errors;
  scenario::ProtocolLibrary protocols;
  const protocol::Protocol& protocol = *each.scenario.protocol;
  if (!is_built_in(protocol)) {
    INFO(to_json(protocol));
    const auto id = protocols.add(to_json(protocol), "protocol.json", errors);
    CHECK((errors.empty() ? "" : errors.front().message) == "");
    REQUIRE(id);
    CHECK(to_json(*protocols.find(*id)) == to_json(protocol));
    CHECK(protocols.find(*id)->session == protocol.session);
  }
  const auto scenarios = scenario::read_scenario(to_json(each.scenario), "scenario.json", errors, protocols);
  scenario::DesignLibrary library;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  library.add(to_json(each.design), "design.json", errors);
  INFO(each);
  CHECK((errors.empty() ? "" : errors.front().message) == "");
  REQUIRE(scenarios.size() == 1);
  const auto spoken = scenario::spoken(scenarios.front(), each.design, protocols, errors);
  CHECK((errors.empty() ? "" : errors.front().message) == "");
  REQUIRE(spoken);
  CHECK(to_json(*spoken) == to_json(each.scenario));
  CHECK(spoken->named == each.scenario.named);
  for (std::size_t t = 0; t < each.scenario.tasks.size(); ++t) {
    for (std::size_t i = 0; i < each.scenario.tasks[t].operations.size(); ++i) {
      const scenario::Operation& read = spoken->tasks[t].operations[i];
      CHECK(read.accepts == each.scenario.tasks[t].operations[i].accepts);
      CHECK((read.own == nullptr) == (each.scenario.tasks[t].operations[i].own == nullptr));
    }
  }
  auto design = library.find(each.design.id, errors);
  REQUIRE(design);
  std::erase_if(design->procedures, [&](const auto& entry) {  // what only the prelude has
    return each.design.procedures.count(entry.first) == 0;
  });
  CHECK(to_json(*design) == to_json(each.design));
}

TEST_CASE("the files of random cases are read back as what they were") {
  for (int number = 0; number < 200; ++number) check_read_back(case_number(number, Size{}).value());
  for (std::uint64_t number = 0; number < 300; ++number) {
    Random random(seed(), number);
    check_read_back(random_case(Scale{}, random));
  }
}

/// The scenario says what it expects of this design.
bool is_expected(const scenario::Scenario& scenario, const std::string& design) {
  return std::any_of(scenario.expected_designs.begin(), scenario.expected_designs.end(),
                     [&](const auto& each) { return scenario::glob_match(each.glob, design); });
}

TEST_CASE("the naive enumeration of the shipped scenarios says what the analysis says") {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  int compared = 0, with_physics = 0;
  Tally tally;
  for (const auto& file : embedded::scenarios()) {
    for (const auto& scenario : scenario::read_scenario(file.text, std::string(file.path), errors)) {
      for (const std::string& id : library.ids()) {
        const auto design = library.find(id, errors);
        REQUIRE(design);
        std::string error;
        INFO(file.path << " " << scenario.variant << " under " << id);
        const auto each = case_of(scenario, *design);
        if (!each) continue;  // the design speaks another protocol
        const auto world = world_of(*each, error);
        INFO(error);
        // And asks for its kinds of messages, or sends its commands.
        if (error.rfind("ILK0069", 0) == 0 || error.rfind("ILK0072", 0) == 0) continue;
        REQUIRE(world);
        const Oracle oracle(each->scenario, *design);
        for (std::uint64_t i = 0; i < 20; ++i) {
          const auto d = walk_once(*world, oracle, seed() + i, tally);
          CHECK(d.value_or("") == "");
        }
        if (!is_expected(scenario, id)) continue;  // the others: only their steps
        bool was_compared = false;
        const auto d = compare_analyses(*world, oracle, {}, was_compared);
        if (was_compared) ++compared;
        if (was_compared && has_physics(scenario)) ++with_physics;
        CHECK(d.value_or("") == "");
      }
    }
  }
  CHECK(errors.empty());
  CHECK(compared > 0);
  CHECK(with_physics > 0);
  for (const char* kind : {"tmo", "krn", "net:hdr", "net:part"}) {
    INFO(kind);
    CHECK(tally.events[kind] > 0);
  }
}

}  // namespace interleak::oracle

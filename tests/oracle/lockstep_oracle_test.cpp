// Matrices and lock-steps of random designs against trying everything. Seeds are fixed, as in
// oracle_test.cpp; what fails is printed as files that can be replayed.
#include <sstream>

#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "tests/brute.hpp"
#include "tests/oracle/generate.hpp"
#include "tests/oracle/scale.hpp"

namespace interleak::oracle {
namespace {

constexpr std::uint64_t kSeed = 20230320, kMostSchedules = 400;

/// All of one protocol: the scenario of one is run with the design of another.
Case case_number(std::uint64_t number) {
  return arbitrary_case(Size{2, 2, 3, 2, false})(rc::Random(kSeed + number), rc::kNominalSize).value();
}

std::optional<world::World> world_of(const scenario::Scenario& scenario, const design::Design& design) {
  Diagnostics errors;
  const auto program = scenario::compile(design, errors, scenario);
  if (!program) return std::nullopt;
  return world::World(scenario, design, *program, false);
}

TEST_CASE("the matrix of random small worlds is what trying everything says") {
  int compared = 0;
  for (std::uint64_t number = 0; number < static_cast<std::uint64_t>(runs(400)); ++number) {
    const Case each = case_number(number);
    const auto world = world_of(each.scenario, each.design);
    if (!world) continue;
    std::ostringstream files;
    files << each;
    INFO(files.str());
    const auto rows = number % 2 == 0 ? check::MatrixRows::awaits : check::MatrixRows::lines;
    if (brute::check_matrix(*world, rows, kMostSchedules)) ++compared;
  }
  CHECK(compared > runs(80));
}

TEST_CASE("the lock-step of two random designs is what trying everything says") {
  int compared = 0;
  for (std::uint64_t number = 0; number < static_cast<std::uint64_t>(runs(400)); ++number) {
    const Case each = case_number(number), other = case_number(number + 10'000);
    const auto first = world_of(each.scenario, each.design);
    const auto second = world_of(each.scenario, other.design);
    if (!first || !second) continue;
    std::ostringstream files;
    files << each << "\nand the design of\n" << other;
    INFO(files.str());
    if (brute::check_lockstep(*first, *second, kMostSchedules)) ++compared;
  }
  CHECK(compared > runs(80));
}

}  // namespace
}  // namespace interleak::oracle

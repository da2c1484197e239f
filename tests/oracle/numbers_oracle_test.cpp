// Counts, outcome classes and probabilities of the engine, which come from one walk over a graph, against the
// oracle, which tries every schedule on its own with its exact weight. Seeds are fixed; what fails is printed
// as files that can be replayed.
#include <algorithm>
#include <map>
#include <sstream>

#include "sim/check/analysis.hpp"
#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/world/world.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/generate.hpp"
#include "tests/oracle/scale.hpp"
#include "tests/oracle/weights.hpp"
#include "tools/embedded.hpp"

namespace interleak::oracle {
namespace {

constexpr std::uint64_t kNumbersSeed = 20230322;

/// Ten rates, the ends of the range among them.
const std::vector<Fraction> kRates = {Fraction(0),       Fraction(1, 1000), Fraction(1, 100), Fraction(1, 7),
                                      Fraction(1, 3),    Fraction(1, 2),    Fraction(3, 5),   Fraction(7, 9),
                                      Fraction(99, 100), Fraction(1)};

/// How far the oracle goes; the bounds of a test are bounds of its time.
struct Bounds {
  std::uint64_t schedules, events;
};

/// Engine and oracle have found the same things, and give them the same numbers.
void compare(const std::map<std::string, check::Chance>& fast, const std::map<std::string, check::BigInt>& counts,
             const std::map<std::string, Weight>& slow) {
  std::string fast_names, slow_names;
  for (const auto& [name, chance] : fast) fast_names += name + " ";
  for (const auto& [name, weight] : slow) slow_names += name + " ";
  REQUIRE(fast_names == slow_names);
  for (const auto& [name, weight] : slow) {
    INFO(name);
    const check::Chance& chance = fast.at(name);
    CHECK(counts.at(name) == weight.schedules);
    CHECK(chance.uniform == weight.uniform);
    for (std::size_t i = 0; i < kRates.size(); ++i) {
      INFO("p = " << kRates[i]);
      CHECK(chance.rate.at(kRates[i]) == weight.rate[i]);
    }
  }
}

/// Both ways on one world. False if it is too large for the oracle.
bool compare_numbers(const Case& each, const Bounds& bounds) {
  Diagnostics errors;
  const auto program = scenario::compile(each.design, errors, each.scenario);
  if (!program) return false;
  const int cancels = each.scenario.cancel.max;
  const Weights slow = weigh(Oracle(each.scenario, each.design), cancels, kRates, bounds.schedules, bounds.events);
  if (!slow.finished) return false;
  const world::World world(each.scenario, each.design, *program, false);
  check::Options options;
  options.numbers = check::WhichNumbers::all;
  const check::Analysis fast = check::analyse(world, {}, options);
  REQUIRE_FALSE(fast.diverges);
  REQUIRE(fast.counts);
  REQUIRE(fast.numbers);
  CHECK(fast.counts->schedules == slow.all.schedules);
  CHECK(slow.all.uniform == 1);
  compare(fast.numbers->by_outcome, fast.counts->by_outcome, slow.by_outcome);
  compare(fast.numbers->by_finding, fast.counts->by_finding, slow.by_finding);
  for (std::size_t i = 0; i < kRates.size(); ++i) {
    INFO("p = " << kRates[i]);
    CHECK(slow.all.rate[i] == 1);
    CHECK(fast.numbers->cancels.at(kRates[i]) == slow.cancels[i]);
    if (cancels > 0) CHECK(fast.numbers->budget_spent.at(kRates[i]) == slow.spent[i]);
  }
  return true;
}

TEST_CASE("probabilities of random small worlds are what weighing every schedule says") {
  int compared = 0, with_cancels = 0;
  for (std::uint64_t number = 0; number < static_cast<std::uint64_t>(runs(600)); ++number) {
    const Case each = arbitrary_case(Size{2, 2, 3, 2})(rc::Random(kNumbersSeed + number), rc::kNominalSize).value();
    std::ostringstream files;
    files << each;
    INFO(files.str());
    if (!compare_numbers(each, {1'000, 10'000})) continue;
    ++compared;
    if (each.scenario.cancel.max > 0) ++with_cancels;
  }
  INFO(compared << " were small enough, " << with_cancels << " of them with cancels");
  CHECK(compared >= runs(200));
  CHECK(with_cancels >= runs(100));
}

/// The scenario says what it expects of this design.
bool expects_something_of(const scenario::Scenario& scenario, const std::string& design) {
  return std::any_of(scenario.expected_designs.begin(), scenario.expected_designs.end(),
                     [&](const auto& each) { return scenario::glob_match(each.glob, design); });
}

/// The engine finds so few schedules that the oracle must find them all.
bool is_small(const Case& each, std::uint64_t most) {
  Diagnostics errors;
  const auto program = scenario::compile(each.design, errors, each.scenario);
  if (!program) return false;
  check::Options options;
  options.budget.max_states = 2'000;
  const auto counts = check::analyse(world::World(each.scenario, each.design, *program, false), {}, options).counts;
  return counts && counts->schedules <= most;
}

TEST_CASE("probabilities of the shipped scenarios are what weighing every schedule says") {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  int compared = 0;
  constexpr std::uint64_t kFew = 150;
  for (const auto& file : embedded::scenarios()) {
    for (const auto& scenario : scenario::read_scenario(file.text, std::string(file.path), errors)) {
      for (const std::string& id : library.ids()) {
        const auto design = library.find(id, errors);
        REQUIRE(design);
        INFO(file.path << " " << scenario.variant << " under " << id);
        const auto each = case_of(scenario, *design);
        if (!each) continue;  // the design speaks another protocol
        if (expects_something_of(scenario, id)) {
          if (compare_numbers(*each, {1'500, 6'000})) ++compared;
        } else if (is_small(*each, kFew)) {
          const bool finished = compare_numbers(*each, {kFew, 100 * kFew});
          CHECK(finished);
          ++compared;
        }
      }
    }
  }
  CHECK(errors.empty());
  CHECK(compared >= 1'000);
}

}  // namespace
}  // namespace interleak::oracle

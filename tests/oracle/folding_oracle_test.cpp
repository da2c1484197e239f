// Folding changes no result: the analysis of folded graphs against that of all states by name, on random
// worlds in which all tasks are alike, or all but one, and on the shipped ones.
#include <algorithm>
#include <optional>
#include <sstream>

#include "sim/check/analysis.hpp"
#include "sim/design/program.hpp"
#include "sim/property/invariants.hpp"
#include "sim/scenario/glob.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/world/symmetry.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/fuzz_case.hpp"
#include "tests/oracle/generate.hpp"
#include "tests/oracle/scale.hpp"
#include "tools/embedded.hpp"

namespace interleak::oracle {
namespace {

constexpr std::uint64_t kFoldingSeed = 20'230'320;

void tell(std::ostream& out, const explore::RatePolynomial& polynomial) {
  for (const auto& [powers, c] : polynomial.terms) out << powers.first << ',' << powers.second << ':' << c << ' ';
}

void tell(std::ostream& out, const check::Numbers& numbers) {
  for (const auto* all : {&numbers.by_outcome, &numbers.by_finding}) {
    for (const auto& [name, chance] : *all) {
      out << name << ' ' << chance.uniform << ' ';
      tell(out, chance.rate);
    }
  }
  tell(out, numbers.budget_spent);
  tell(out, numbers.cancels);
  for (const auto& value : numbers.adversary) {
    out << '\n' << numbers.adversary_outcome << ' ' << value.least << ' ' << value.greatest << ' ';
    for (const Event event : value.schedule) out << event.code << ' ';
  }
}

/// All that an analysis says, but for how many states it kept.
std::string told(const check::Analysis& analysis) {
  std::ostringstream out;
  out << analysis.states << ' ' << analysis.transitions << ' ' << analysis.depth << ' ' << analysis.clear_steps << ' '
      << static_cast<int>(analysis.stop) << ' ' << analysis.diverges_schedule << '\n';
  for (const auto& judgement : analysis.judgements) {
    out << judgement.invariant.name << ' ' << verdict_name(judgement.verdict) << ' ' << judgement.vacuous << ' '
        << judgement.schedule << ' ' << judgement.without_cancel << '\n';
  }
  if (analysis.counts) {
    out << analysis.counts->schedules << '\n';
    for (const auto* counts :
         {&analysis.counts->by_outcome, &analysis.counts->by_finding, &analysis.counts->without_cancel}) {
      for (const auto& [name, count] : *counts) out << name << ' ' << count << ' ';
    }
  }
  if (analysis.numbers) tell(out, *analysis.numbers);
  for (const auto& each : analysis.disclosures) out << '\n' << each.to << ' ' << each.of << ' ' << each.flow;
  for (const auto& line : analysis.coverage) {
    out << '\n'
        << line.line.procedure << ' ' << line.line.line << ' ' << line.ran << line.cancelled_waiting
        << line.cancelled_ready;
  }
  return out.str();
}

/// Null if the design does not compile.
std::optional<world::World> compiled(const scenario::Scenario& scenario, const design::Design& design) {
  Diagnostics errors;
  const auto program = scenario::compile(design, errors, scenario);
  if (!program) return std::nullopt;
  return world::World(scenario, design, *program, false);
}

/// The first line that two texts do not share; empty: they are the same.
std::string first_difference(const std::string& a, const std::string& b) {
  std::istringstream ones(a), others(b);
  std::string one, other;
  for (;;) {
    const bool more = static_cast<bool>(std::getline(ones, one));
    if (more != static_cast<bool>(std::getline(others, other))) return "one of them is shorter";
    if (!more) return "";
    if (one != other) return one + "\n  against\n" + other;
  }
}

/// Of folded graphs.
struct Sizes {
  std::uint64_t kept = 0, states = 0;
  std::uint64_t worlds = 0, smaller = 0;  ///< such with at most four states kept of five
};

/// Both must say the same.
void compare(const world::World& world, std::uint64_t most, Sizes& sizes) {
  check::Options options;
  options.budget.max_states = most;
  options.numbers = check::WhichNumbers::all;
  const auto all = property::all_invariants();
  const std::vector<property::Invariant> invariants(all.begin(), all.end());
  options.fold = false;
  const check::Analysis by_name = check::analyse(world, invariants, options);
  if (by_name.stop != check::Stop::finished) return;
  options.fold = true;
  const check::Analysis folded = check::analyse(world, invariants, options);
  CHECK(first_difference(told(folded), told(by_name)) == "");
  CHECK(folded.kept <= folded.states);
  sizes.kept += folded.kept;
  sizes.states += folded.states;
  ++sizes.worlds;
  if (folded.kept * 5 <= folded.states * 4) ++sizes.smaller;
}

/// Tasks whose operations are shared are not alike, nor are any where a store has several places: only some stay so.
void let_be_alike(Case& each, std::uint64_t number) {
  if (number % 8 == 7) return;
  for (auto& task : each.scenario.tasks) {
    for (auto& operation : task.operations) operation.shared = false;
  }
  for (auto& store : each.design.pool_stores) store.second = design::Places::one;
}

TEST_CASE("folding changes no result on random worlds of tasks that are alike") {
  Sizes sizes;
  for (std::uint64_t number = 0; number < static_cast<std::uint64_t>(runs(300)); ++number) {
    Case each = arbitrary_case(Size{3, 2, 4, 3})(rc::Random(kFoldingSeed + number), rc::kNominalSize).value();
    auto& tasks = each.scenario.tasks;
    for (std::size_t t = 1 + number % 2; t < tasks.size(); ++t) tasks[t].operations = tasks[number % 2].operations;
    for (auto& task : tasks) {
      task.owner = task.id;
      if (number % 4 != 0) task.goes_on = tasks[number % 2 % tasks.size()].goes_on;
      for (auto& operation : task.operations) operation.node = 1, operation.moved_to.reset();
    }
    let_be_alike(each, number);
    Effort effort;
    effort.first_search = number % 2 == 0 ? 2'000 : 0;
    std::string error;
    const auto start = start_of(each, effort, error);
    if (!start) continue;
    INFO(each);
    compare(start->world, 20'000, sizes);
  }
  CHECK(sizes.kept < sizes.states);
  CAPTURE(sizes.smaller, sizes.worlds);
  CHECK(sizes.smaller * 10 >= sizes.worlds);  // a few large worlds have most states, and those may be any
}

TEST_CASE("folding changes no result on the shipped scenarios") {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  Sizes sizes;
  for (const auto& file : embedded::scenarios()) {
    for (const auto& scenario : scenario::read_scenario(file.text, std::string(file.path), errors)) {
      for (const std::string& id : library.ids()) {
        const auto expected = [&](const scenario::ExpectedDesign& each) { return scenario::glob_match(each.glob, id); };
        if (std::none_of(scenario.expected_designs.begin(), scenario.expected_designs.end(), expected)) continue;
        const auto each = case_of(scenario, *library.find(id, errors));
        REQUIRE(each);
        const auto world = compiled(each->scenario, each->design);
        REQUIRE(world);
        if (!world::Symmetry(*world).any()) continue;
        INFO(file.path << " " << scenario.variant << " under " << id);
        compare(*world, 3'000, sizes);
      }
    }
  }
  CHECK(sizes.kept < sizes.states);
}

/// A random world of tasks that are alike; in two of three cases one that is not stands somewhere among them.
Case alike_but_one(std::uint64_t number) {
  Case each = arbitrary_case(Size{4, 2, 4, 3, false})(rc::Random(kFoldingSeed + number), rc::kNominalSize).value();
  auto& tasks = each.scenario.tasks;
  const std::size_t other = number % 3 == 0 ? tasks.size() : number % tasks.size();
  const auto own = tasks[other % tasks.size()].operations;
  const auto common = tasks[other == 0 && tasks.size() > 1 ? 1 : 0].operations;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    tasks[t].operations = t == other ? own : common;
    tasks[t].owner = tasks[t].id;
    tasks[t].goes_on = tasks[0].goes_on;
    for (auto& operation : tasks[t].operations) operation.node = 1, operation.moved_to.reset();
  }
  if (other < tasks.size()) tasks[other].operations[0].keys.assign(3, "other");
  if (other < tasks.size()) tasks[other].operations[0].does = "pipeline";
  let_be_alike(each, number);
  return each;
}

/// Any exchange of tasks within their classes.
world::Renaming shuffled(const world::Symmetry& symmetry, rc::Random& random) {
  world::Renaming renaming = symmetry.exchange(0, 0);
  for (const auto& alike : symmetry.classes()) {
    for (std::size_t i = alike.size(); i-- > 1;) {
      std::swap(renaming.to[alike[i]], renaming.to[alike[random.next() % (i + 1)]]);
    }
  }
  return renaming;
}

TEST_CASE("states that differ in which of some alike tasks is which have one form") {
  std::uint64_t compared = 0, with_other_between = 0;
  for (std::uint64_t number = 0; number < 400; ++number) {
    const Case each = alike_but_one(number);
    const auto world = compiled(each.scenario, each.design);
    if (!world) continue;
    const world::Symmetry symmetry(*world);
    if (!symmetry.any()) continue;
    const auto& alike = symmetry.classes()[0];
    const bool between = alike.back() - alike.front() >= static_cast<int>(alike.size());
    INFO(each);
    rc::Random random(kFoldingSeed + number);
    world::State state = world->initial();
    for (int step = 0; step < 40; ++step) {
      Events events;
      world->enabled(state, events);
      if (events.empty()) break;
      const Event event = events[static_cast<std::size_t>(random.next() % events.size())];
      const auto renaming = shuffled(symmetry, random);
      world::State image = symmetry.renamed(state, renaming);
      CHECK(symmetry.folded(state) == symmetry.folded(image));
      CHECK(symmetry.orbit(state) == symmetry.orbit(image));
      const StepLabel here = world->apply(state, event);
      const StepLabel there = world->apply(image, symmetry.renamed(event, renaming));
      CHECK(here == there);
      CHECK(symmetry.renamed(state, renaming) == image);
      ++compared;
      if (between) ++with_other_between;
    }
  }
  CHECK(compared > 1'000);
  CHECK(with_other_between > 200);
}

}  // namespace
}  // namespace interleak::oracle

// Which expectation counts for which design and invariant, and what of it is not met.
#include "sim/check/expectations.hpp"

#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"
#include "tools/embedded.hpp"

namespace interleak::check {
namespace {

scenario::Expectation expectation(std::string design, std::string invariant, std::string verdict) {
  scenario::Expectation e;
  e.design = std::move(design);
  e.invariant = std::move(invariant);
  e.verdict = std::move(verdict);
  return e;
}

scenario::Scenario expecting(std::vector<scenario::Expectation> entries) {
  scenario::Scenario scenario;
  scenario.protocol = scenario::standard_protocol();
  for (const auto& entry : entries) {
    auto& globs = scenario.expected_designs;
    if (globs.empty() || globs.back().glob != entry.design) globs.push_back({entry.design, entry.at, 1});
  }
  scenario.expectations = std::move(entries);
  return scenario;
}

const std::vector<std::string> kDesigns = {"a-1/pool", "a-2/cluster", "a-2/pool"};

/// The world of an embedded scenario under an embedded design.
world::World world_of(std::string_view scenario_path, const std::string& id) {
  Diagnostics errors;
  scenario::DesignLibrary library;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  std::vector<scenario::Scenario> scenarios;
  for (const auto& file : embedded::scenarios()) {
    if (file.path == scenario_path) scenarios = scenario::read_scenario(file.text, "f", errors);
  }
  REQUIRE(errors.empty());
  REQUIRE(!scenarios.empty());
  const auto design = library.find(id, errors);
  const auto program = scenario::compile(*design, errors);
  return world::World(scenarios[0], *design, *program, false);
}

Judgement judged(Verdict verdict, std::size_t length = 0, std::string vacuous = "") {
  Judgement judgement;
  judgement.invariant = *property::find_invariant("no-cross-user-reply");
  judgement.verdict = verdict;
  judgement.witness.resize(length);
  judgement.vacuous = std::move(vacuous);
  return judgement;
}

/// Kinds of failure of one expectation against one judgement.
std::vector<FailureKind> kinds(const scenario::Expectation& expected, const Judgement& judgement) {
  static const world::World world = world_of("scenarios/incident/two-users.json", "redis-py-4.5.1/pool");
  Case one;
  one.invariants = {judgement.invariant};
  one.expected.emplace("no-cross-user-reply", expected);
  Analysis analysis;
  analysis.judgements = {judgement};
  std::vector<FailureKind> found;
  for (const Failure& failure : failures_of(one, world, analysis)) found.push_back(failure.kind);
  return found;
}

using Kinds = std::vector<FailureKind>;

TEST_CASE("the most specific design glob counts, then the most specific invariant glob") {
  Diagnostics errors;
  const auto cases = cases_of(expecting({expectation("*", "*", "holds"), expectation("a-2/*", "*", "any"),
                                         expectation("a-2/*", "no-lost-slot", "violated")}),
                              kDesigns, errors);
  REQUIRE(errors.empty());
  REQUIRE(cases.size() == 3);
  CHECK(cases[0].expected.at("no-lost-slot").verdict == "holds");
  CHECK(cases[1].expected.at("no-lost-slot").verdict == "violated");
  CHECK(cases[2].expected.at("no-starvation").verdict == "any");
}

TEST_CASE("a design that no glob matches is no case") {
  Diagnostics errors;
  const auto cases = cases_of(expecting({expectation("*/cluster", "*", "holds")}), kDesigns, errors);
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].design == "a-2/cluster");
}

TEST_CASE("an invariant that is named in full is judged although it is not listed") {
  Diagnostics errors;
  const auto cases = cases_of(expecting({expectation("a-1/pool", "no-zombie", "holds")}), kDesigns, errors);
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].invariants.back().name == "no-zombie");
}

TEST_CASE("ties, globs without a design, and no expectations at all are errors") {
  const auto code = [](const scenario::Scenario& scenario) {
    Diagnostics errors;
    cases_of(scenario, kDesigns, errors);
    return errors.empty() ? std::string() : errors[0].code;
  };
  CHECK(code(expecting({expectation("a-1/*", "*", "holds"), expectation("*1/po", "*", "any")})) == "ILK0033");
  CHECK(code(expecting({expectation("a-1/poo?", "*", "holds"), expectation("?-1/pool", "*", "any")})) == "ILK0031");
  CHECK(code(expecting({expectation("a-1/pool", "no-l*", "holds"), expectation("a-1/pool", "*slot", "holds")})) ==
        "ILK0031");
  CHECK(code(expecting({expectation("a-1/pool", "*-slot", "holds"), expectation("a-1/pool", "no-lo*", "any"),
                        expectation("a-1/pool", "no-los*", "any")}))
            .empty());
  CHECK(code(expecting({})) == "ILK0032");
}

TEST_CASE("expectations fail in both directions") {
  const auto holds = expectation("*", "*", "holds"), violated = expectation("*", "*", "violated");
  CHECK(kinds(holds, judged(Verdict::holds)).empty());
  CHECK(kinds(violated, judged(Verdict::violated, 6)).empty());
  CHECK(kinds(holds, judged(Verdict::violated, 6)) == Kinds{FailureKind::unexpected_violation});
  CHECK(kinds(violated, judged(Verdict::holds)) == Kinds{FailureKind::unexpected_pass});
  CHECK(kinds(holds, judged(Verdict::unknown)) == Kinds{FailureKind::inconclusive});
  CHECK(kinds(expectation("*", "*", "any"), judged(Verdict::unknown)).empty());
}

TEST_CASE("a vacuous `holds` needs a reason that says so") {
  auto expected = expectation("*", "*", "holds");
  const auto judgement = judged(Verdict::holds, 0, "no cancel ever landed");
  CHECK(kinds(expected, judgement) == Kinds{FailureKind::vacuous});
  expected.because = "vacuous: one user only";
  CHECK(kinds(expected, judgement).empty());
}

TEST_CASE("the length of the shortest witness is compared") {
  auto expected = expectation("*", "*", "violated");
  expected.shortest = 8;
  CHECK(kinds(expected, judged(Verdict::violated, 6)) == Kinds{FailureKind::wrong_length});
  CHECK(kinds(expected, judged(Verdict::violated, 8)).empty());
  expected.shortest.reset();
  expected.shortest_at_most = 9;
  CHECK(kinds(expected, judged(Verdict::violated, 9)).empty());
  CHECK(kinds(expected, judged(Verdict::violated, 10)) == Kinds{FailureKind::wrong_length});
}

TEST_CASE("a stored witness is replayed without search") {
  auto expected = expectation("*", "*", "violated");
  const auto judgement = judged(Verdict::violated, 6);
  expected.witness = "alice !alice bob srv.1 net.1 bob";
  CHECK(kinds(expected, judgement).empty());
  expected.witness = "alice !alice bob srv.1 net.1";
  CHECK(kinds(expected, judgement) == Kinds{FailureKind::stale_witness});
  expected.witness = "alice alice";
  CHECK(kinds(expected, judgement) == Kinds{FailureKind::stale_witness});
  expected.witness = "alice**";
  CHECK(kinds(expected, judgement) == Kinds{FailureKind::stale_witness});
}

TEST_CASE("where a budget ended the search, a stored witness is proof enough") {
  scenario::Expectation stored = expectation("*", "no-cross-user-reply", "violated");
  CHECK(kinds(stored, judged(Verdict::unknown)) == Kinds{FailureKind::inconclusive});
  stored.witness = "alice !alice bob srv.1 net.1 bob";
  CHECK(kinds(stored, judged(Verdict::unknown)).empty());
  stored.shortest_at_most = 6;
  CHECK(kinds(stored, judged(Verdict::unknown)).empty());
  stored.shortest_at_most = 5;   // the witness has six steps
  CHECK(kinds(stored, judged(Verdict::unknown)) == Kinds{FailureKind::inconclusive});
  stored.shortest_at_most = {};
  stored.shortest = 6;           // that none is shorter, only a search can tell
  CHECK(kinds(stored, judged(Verdict::unknown)) == Kinds{FailureKind::inconclusive});
  stored.shortest = {};
  stored.witness = "alice !alice";
  CHECK(kinds(stored, judged(Verdict::unknown)) == Kinds{FailureKind::stale_witness, FailureKind::inconclusive});
}

TEST_CASE("what has a reason to be skipped is not judged") {
  auto expected = expectation("*", "*", "holds");
  expected.skip = "until the new pool is there";
  CHECK(kinds(expected, judged(Verdict::violated, 6)).empty());
  Case one;
  CHECK_FALSE(skipped(one));
  one.expected.emplace("no-leak", expected);
  CHECK(skipped(one));
  one.expected.emplace("no-zombie", expectation("*", "*", "holds"));
  CHECK_FALSE(skipped(one));
}

TEST_CASE("counts are compared as digits, and need a whole search") {
  const world::World world = world_of("scenarios/incident/two-users.json", "redis-py-4.5.1/pool");
  Case one;
  one.counts = scenario::ExpectedCounts{};
  one.counts->counts = {{"schedules", "62"}, {"leak", "30"}};
  Analysis analysis;
  REQUIRE(failures_of(one, world, analysis).size() == 1);
  CHECK(failures_of(one, world, analysis)[0].kind == FailureKind::inconclusive);
  analysis.counts = Counts{};
  analysis.counts->schedules = 62;
  analysis.counts->by_outcome["leak"] = 31;
  const auto found = failures_of(one, world, analysis);
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == FailureKind::count_mismatch);
}

}  // namespace
}  // namespace interleak::check

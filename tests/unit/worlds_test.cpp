// Worlds from text alone: what a page that has all in memory does (sim/check/worlds.hpp).
#include "sim/check/worlds.hpp"

#include <array>

#include "sim/check/overrides.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

constexpr std::string_view kScenario = R"({ "interleak": 1, "id": "mine", "title": "two users, one connection",
  "pool": {"max": 1},
  "tasks": [{"id": "alice", "do": [{"get": "history"}]}, {"id": "bob", "do": [{"get": "history"}]}],
  "faults": {"cancel": {"max": 1}},
  "invariants": ["no-leak"],
  "variants": {"nobody-gives-up": {"faults.cancel.max": 0}} })";

constexpr std::string_view kBase = R"({ "interleak": 1, "id": "base", "title": "one request at a time", "part": true,
  "procedures": {"round": ["await send request", "await receive"]} })";

constexpr std::string_view kMine = R"({ "interleak": 1, "id": "mine/careless", "title": "gives back what it holds",
  "extends": "base",
  "queues": {"pool": ["waiters"]},
  "procedures": {"execute": ["loop while not available:", "    join pool.waiters", "    await turn pool.waiters",
                             "take", "try:", "    call round", "finally:", "    put", "    wake pool.waiters"]} })";

constexpr std::string_view kWrong = R"({ "interleak": 1, "id": "mine/wrong", "title": "calls what there is not",
  "procedures": {"execute": ["take", "call nothing", "put"]} })";

/// All that is wrong, for a message of a test.
std::string told(const Diagnostics& errors) {
  std::string out;
  for (const Diagnostic& each : errors) out += each.file + ": " + each.code + " " + each.message + "\n";
  return out;
}

/// What is in memory: no file is read, and nothing is built in.
struct Texts {
  Texts() {
    for (const std::string_view text : {kBase, kMine, kWrong}) worlds.add_design(text, "text", errors);
    INFO(told(errors));
    REQUIRE(errors.empty());
    scenarios = scenario::read_scenario(kScenario, "scenario", errors);
    INFO(told(errors));
    REQUIRE(scenarios.size() == 2);
  }

  Diagnostics errors;
  check::Worlds worlds;
  std::vector<scenario::Scenario> scenarios;
};

TEST_CASE("a scenario and designs of which there are only texts are explored") {
  Texts texts;
  for (const auto& [variant, verdict] :
       std::array{std::pair("", check::Verdict::violated), std::pair("nobody-gives-up", check::Verdict::holds)}) {
    const auto scenario = check::variant_of(texts.scenarios, variant);
    REQUIRE(scenario.has_value());
    const auto chosen = check::choose_invariants({}, *scenario);
    const auto world = texts.worlds.world(*scenario, "mine/careless", chosen.invariants, texts.errors);
    INFO(told(texts.errors));
    REQUIRE(world != nullptr);
    const auto analysis = check::analyse(*world, chosen.invariants, {});
    REQUIRE(analysis.judgements.size() == 1);
    CHECK(analysis.judgements[0].verdict == verdict);
  }
  CHECK_FALSE(check::variant_of(texts.scenarios, "there is none").has_value());
}

TEST_CASE("worlds of one design share it, until there is another design") {
  Texts texts;
  const auto world_of_mine = [&] { return texts.worlds.world(texts.scenarios[0], "mine/careless", {}, texts.errors); };
  const auto one = world_of_mine(), two = world_of_mine();
  CHECK(&one->program() == &two->program());
  texts.worlds.add_design(kBase, "text", texts.errors);
  CHECK(&world_of_mine()->program() != &one->program());
}

TEST_CASE("what is wrong with a design is told once, and it has no world") {
  Texts texts;
  for (int i = 0; i < 2; ++i) {
    CHECK(texts.worlds.world(texts.scenarios[0], "mine/wrong", {}, texts.errors) == nullptr);
    CHECK(texts.worlds.world(texts.scenarios[0], "mine/unknown", {}, texts.errors) == nullptr);
    CHECK_FALSE(texts.worlds.find_design("mine/unknown", texts.errors).has_value());
    INFO(told(texts.errors));
    CHECK(texts.errors.size() == 2);
  }
}

TEST_CASE("a world tracks what its invariants need") {
  Texts texts;
  for (const auto& [name, tracks] : std::array{std::pair("cancel-is-prompt", true), std::pair("no-leak", false)}) {
    const auto chosen = check::choose_invariants({name}, texts.scenarios[0]);
    REQUIRE(chosen.invariants.size() == 1);
    const auto world = texts.worlds.world(texts.scenarios[0], "mine/careless", chosen.invariants, texts.errors);
    REQUIRE(world != nullptr);
    CHECK(world->track_prompt() == tracks);
  }
}

TEST_CASE("invariants come in the order in which they are named, none twice") {
  const auto scenario = users(2, 1, 1);
  const auto chosen = check::choose_invariants({"no-starvation", "what", "no-l*", "no-leak", "ever"}, scenario);
  std::vector<std::string> names;
  for (const property::Invariant& each : chosen.invariants) names.emplace_back(each.name);
  CHECK(names ==
        std::vector<std::string>{"no-starvation", "no-leak", "no-lasting-failure", "no-lost-slot", "no-late-write"});
  CHECK(chosen.unknown == std::vector<std::string>{"what", "ever"});
  CHECK(check::choose_invariants({}, scenario).invariants.size() == property::default_invariants().size());
}

TEST_CASE("overrides change what they name, and nothing else") {
  const auto before = users(2, 1, 1);
  const auto same = check::overridden(before, {});
  CHECK(same.cancel.max == 1);
  CHECK(same.cancel.at == scenario::kAnyAwait);
  CHECK(same.tasks[0].operations[0].type == "list");
  check::Overrides overrides;
  overrides.owner_types = "distinct";
  overrides.max_cancels = 3;
  overrides.cancel_kind = "kill";
  overrides.cancel_at = {std::string(world::kAwaitNames[0]), std::string(world::kAwaitNames[2])};
  overrides.silent_server = true;
  overrides.physics = {"kernel"};
  const auto after = check::overridden(before, overrides);
  CHECK(after.cancel.max == 3);
  CHECK(after.cancel.kind == scenario::CancelKind::kill);
  CHECK(after.cancel.at == 0b101);
  CHECK(after.may_be_silent);
  CHECK((after.physics.kernel && !after.physics.poll));
  CHECK(after.tasks[1].operations[0].type == "bob");
  CHECK(after.tasks[1].operations[0].accepts == std::vector<std::string>{"bob"});
}

}  // namespace
}  // namespace interleak::test

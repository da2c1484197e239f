// Expectations rewritten from what came out: which bytes change, and which do not.
#include "sim/check/bless.hpp"

#include "sim/check/baseline.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::check {
namespace {

using test::shipped;

/// A scenario file with that `expect`, and what two shipped designs do in it.
std::string file_with(const std::string& expect, const std::string& more = "") {
  return R"({ "interleak": 1, "id": "x", "pool": {"max": 1},
  "tasks": [{"id": "alice", "do": [{"get": "h"}]},   {"id": "bob", "do": [{"get": "h"}]}],
  "faults": {"cancel": {"max": 1}}, "invariants": ["no-leak", "no-lost-slot"])" +
         more + ",\n  \"expect\": " + expect + " }\n";
}

Blessing blessed(const std::string& text, const std::vector<std::string>& designs, std::uint64_t max_states = 0) {
  Diagnostics errors;
  const auto scenarios = scenario::read_scenario(text, "x.json", errors);
  INFO((errors.empty() ? "" : errors[0].message));
  REQUIRE_FALSE(scenarios.empty());
  std::vector<Case> cases;
  std::vector<const scenario::Scenario*> of;
  std::vector<bool> added;
  for (const auto& scenario : scenarios) {
    for (const std::string& design : designs) {
      Diagnostics ignored;
      auto found = cases_of(scenario, {design}, ignored);
      added.push_back(found.empty());
      if (found.empty()) found.push_back({design, invariants_of(scenario), {}, {}});
      cases.push_back(found[0]);
      of.push_back(&scenario);
    }
  }
  std::vector<std::unique_ptr<world::World>> worlds;
  std::vector<Analysis> analyses;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const design::Design design = shipped(cases[i].design);
    worlds.push_back(std::make_unique<world::World>(*of[i], design, test::program_of(design), false));
    Options options;
    options.budget.max_states = max_states;
    analyses.push_back(analyse(*worlds[i], cases[i].invariants, options));
  }
  std::vector<Explored> explored;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    explored.push_back({of[i], &cases[i], worlds[i].get(), &analyses[i], static_cast<bool>(added[i])});
  }
  return bless(text, explored);
}

const std::string kLeaks = "redis-py-4.5.1/pool", kHolds = "redis-py-4.5.5/pool";
const std::string kWitness = "alice !alice bob srv.1 net.1 bob";

TEST_CASE("what is met stays as it is") {
  const std::string text = file_with("{\"" + kLeaks + "\": {\"no-leak\": \"violated\"}}");
  const Blessing blessing = blessed(text, {kLeaks});
  CHECK(blessing.text == text);
  CHECK(blessing.left.empty());
}

TEST_CASE("a verdict is replaced, and nothing else") {
  const auto wanted = [](const std::string& verdict) {
    return file_with("{\"" + kLeaks + "\" :  { \"no-leak\":" + verdict + ",\"*\" : \"holds\"} }");
  };
  const Blessing blessing = blessed(wanted("\"holds\""), {kLeaks});
  CHECK(blessing.text == wanted("\"violated\""));
  CHECK(blessing.left.empty());
}

TEST_CASE("an expected violation that is gone loses its witness, and keeps its reason") {
  const auto wanted = [](const std::string& inner) {
    return file_with("{\"" + kHolds + "\": {\"no-leak\": " + inner + "}}");
  };
  CHECK(blessed(wanted("{\"shortest\": 6, \"witness\": \"" + kWitness +
                       "\", \"verdict\": \"violated\", \"because\": \"a \\\"b\\\"\"}"),
                {kHolds})
            .text == wanted("{\"verdict\": \"holds\", \"because\": \"a \\\"b\\\"\"}"));
  CHECK(blessed(wanted("{\"verdict\": \"violated\", \"witness\": \"" + kWitness + "\" }"), {kHolds}).text ==
        wanted("{\"verdict\": \"holds\" }"));
}

TEST_CASE("lengths, witnesses and counts are brought up to date") {
  const auto wanted = [](const std::string& shortest, const std::string& witness, const std::string& leaks) {
    return file_with("{\"" + kLeaks + "\": {\"no-leak\": {\"verdict\": \"violated\", \"shortest\": " + shortest +
                     ", \"witness\": \"" + witness + "\"}, \"counts\": {\"leak\": \"" + leaks +
                     "\", \"schedules\": \"62\"}}}");
  };
  CHECK(blessed(wanted("5", "alice bob", "3"), {kLeaks}).text == wanted("6", kWitness, "30"));
  CHECK(blessed(wanted("\"<=5\"", kWitness, "30"), {kLeaks}).text == wanted("\"<=6\"", kWitness, "30"));
}

TEST_CASE("a design that goes apart from its pattern gets an entry of its own") {
  const Blessing blessing =
      blessed(file_with("{\n    \"redis-py-*\": {\"no-leak\": \"holds\", \"*\": \"any\"}\n  }"), {kLeaks, kHolds});
  CHECK(blessing.text == file_with("{\n    \"" + kLeaks + "\": {\"no-leak\": \"violated\", \"*\": \"any\"},\n" +
                                   "    \"redis-py-*\": {\"no-leak\": \"holds\", \"*\": \"any\"}\n  }"));
  CHECK(blessing.left.empty());
}

TEST_CASE("an invariant that goes apart from its pattern too") {
  CHECK(blessed(file_with("{\"" + kLeaks + "\": \"holds\"}"), {kLeaks}).text ==
        file_with("{\"" + kLeaks + "\": {\"no-leak\": \"violated\", \"*\": \"holds\"}}"));
}

TEST_CASE("a new design is added behind the others") {
  const auto text = file_with("{\n    \"" + kHolds + "\": \"holds\"\n  }");
  const Blessing blessing = blessed(text, {kHolds, kLeaks});
  CHECK(blessing.text.find(",\n    \"" + kLeaks + "\": {\"no-leak\": {\"verdict\": \"violated\", \"shortest\": 6, " +
                           "\"witness\": \"" + kWitness + "\"}, \"*\": \"holds\"}\n  }") != std::string::npos);
  CHECK(blessing.left.empty());
}

TEST_CASE("what is unknown, skipped or vacuous is not blessed") {
  const auto text = file_with("{\"" + kHolds + "\": \"violated\"}");
  const Blessing unknown = blessed(text, {kHolds}, 3);
  CHECK(unknown.text == text);
  CHECK_FALSE(unknown.left.empty());
  const auto skipping = file_with("{\"" + kLeaks + "\": {\"*\": {\"verdict\": \"holds\", \"skip\": \"later\"}}}");
  CHECK(blessed(skipping, {kLeaks}).text == skipping);
}

TEST_CASE("a variant that disagrees with the file is left, and said") {
  const auto text = file_with("{\"" + kLeaks + "\": {\"no-leak\": \"violated\"}}",
                              ", \"variants\": {\"no-cancels\": {\"faults.cancel.max\": 0}}");
  const Blessing blessing = blessed(text, {kLeaks});
  CHECK(blessing.text == text);
  REQUIRE(blessing.left.size() == 1);
  CHECK(blessing.left[0].find("x [no-cancels] under " + kLeaks) == 0);
  const auto own = file_with(
      "{\"" + kLeaks + "\": {\"no-leak\": \"violated\"}}",
      ", \"variants\": {\"no-cancels\": {\"faults.cancel.max\": 0, \"expect." + kLeaks + ".no-leak\": \"violated\"}}");
  std::string changed = own;
  changed.replace(own.find(".no-leak\": \"violated\"") + 11, 10, "\"holds\"");
  CHECK(blessed(own, {kLeaks}).text == changed);
}

TEST_CASE("a file that fails where its variant does not is left, and said") {
  const auto text = file_with("{\"" + kLeaks + "\": {\"no-leak\": \"holds\"}}",
                              ", \"variants\": {\"no-cancels\": {\"faults.cancel.max\": 0}}");
  const Blessing blessing = blessed(text, {kLeaks});
  CHECK(blessing.text == text);
  REQUIRE(blessing.left.size() == 2);
  CHECK(blessing.left[0].find("x under " + kLeaks + ": no-leak: ") == 0);
  CHECK(blessing.left[1].find("give such a variant an \"expect\" of its own") != std::string::npos);
}

BaselineEntry entry(Verdict verdict, int shortest = 0, const std::string& leaks = "3") {
  BaselineEntry result;
  result.verdict = verdict;
  result.shortest = shortest;
  if (verdict == Verdict::violated) result.digest = std::string(32, 'a');
  result.states = 50;
  result.counts["leak"] = leaks;
  return result;
}

TEST_CASE("changes against a baseline") {
  const auto holds = entry(Verdict::holds), violated = entry(Verdict::violated, 6);
  CHECK(change_of(nullptr, violated) == Change::fresh);
  CHECK(change_of(&holds, violated) == Change::fresh);
  CHECK(change_of(&violated, holds) == Change::fixed);
  CHECK(change_of(&violated, violated) == Change::same);
  CHECK(change_of(&violated, entry(Verdict::violated, 5)) == Change::changed);
  CHECK(change_of(&violated, entry(Verdict::violated, 6, "4")) == Change::changed);
  CHECK(change_of(&holds, entry(Verdict::holds, 0, "4")) == Change::grown);
  auto more = violated;
  more.states = 70;
  CHECK(change_of(&violated, more) == Change::same);
}

TEST_CASE("a baseline is read as it was written") {
  Baseline baseline;
  baseline.entries["x my/pool no-leak"] = entry(Verdict::violated, 6);
  baseline.entries["x my/pool no-leak"].waiver = {"2028-02-29", "a \\ and a \"quote\""};
  CHECK(baseline.has_dates());
  baseline.entries["x[two-cancels] my/pool no-leak"] = entry(Verdict::holds);
  const std::string text = baseline_text(baseline, 1);
  Diagnostics errors;
  const auto read = read_baseline(text, "b.json", 1, errors);
  REQUIRE(read);
  CHECK(read->entries == baseline.entries);
  CHECK(std::count(text.begin(), text.end(), '\n') == 6);   // one line for each entry
}

TEST_CASE("errors of baselines have places") {
  const auto first = [](const std::string& text) {
    Diagnostics errors;
    CHECK_FALSE(read_baseline(text, "b.json", 1, errors));
    REQUIRE_FALSE(errors.empty());
    return errors[0].code + " " + std::to_string(errors[0].at.line) + ":" + std::to_string(errors[0].at.column);
  };
  CHECK(first("{").substr(0, 7) == "ILK0001");
  CHECK(first("{\"interleak\": 1, \"semantics\": 2, \"baseline\": {}}") == "ILK0041 1:31");
  CHECK(first("{\"interleak\": 1, \"semantics\": 1, \"baseline\": {\n \"x y\": {\"verdict\": \"holds\", \"states\": "
              "1}}}") == "ILK0040 2:2");
  CHECK(first("{\"interleak\": 1, \"semantics\": 1, \"baseline\": {\n \"x y no-leak\": {\"verdict\": \"violated\", "
              "\"states\": 1, \"digest\": \"0\"}}}")
            .substr(0, 9) == "ILK0013 2");
}

TEST_CASE("what a baseline knows does not fail, what is new does") {
  const world::World world = test::world_of(test::users(2, 1, 1), shipped(kLeaks), false);
  scenario::Scenario scenario = world.scenario();
  const auto leak = *property::find_invariant("no-leak");
  const Analysis analysis = analyse(world, {leak}, {});
  const std::vector<std::string> digests = {std::string(32, 'a')};
  Case one{kLeaks, {leak}, {}, {}};
  Baseline known;
  known.entries = baseline_entries(scenario, kLeaks, analysis, digests);
  CHECK(compared(known, one, scenario, analysis, digests, true).failures.empty());
  const auto fresh = compared({}, one, scenario, analysis, digests, false);
  REQUIRE(fresh.failures.size() == 1);
  CHECK(fresh.failures[0].kind == FailureKind::unexpected_violation);
  CHECK(with_baseline({}, fresh).size() == 1);
  scenario::Expectation holds;
  holds.verdict = "holds";
  one.expected.emplace("no-leak", holds);
  const auto unmet = failures_of(one, world, analysis);
  REQUIRE(unmet.size() == 1);
  CHECK(with_baseline(unmet, compared(known, one, scenario, analysis, digests, false)).empty());
  CHECK(with_baseline(unmet, compared({}, one, scenario, analysis, digests, false)).size() == 1);
  known.entries.begin()->second.states += 1;
  const auto less = compared(known, one, scenario, analysis, digests, true);
  REQUIRE(less.failures.size() == 1);
  CHECK(less.failures[0].kind == FailureKind::less_explored);
  CHECK(compared(known, one, scenario, analysis, digests, false).failures.empty());
}

TEST_CASE("a day is one of the calendar") {
  for (const char* day : {"2027-01-31", "2028-02-29", "2000-02-29", "9999-12-31"}) CHECK(is_date(day));
  for (const char* none : {"", "2027-1-31", "2027-02-29", "2100-02-29", "2027-04-31", "2027-13-01", "2027-00-10",
                           "2027-01-00", "2027/01/31", "2027-01-311", "-027-01-31", "+027-01-31", "2027-01-3a"}) {
    INFO(none);
    CHECK_FALSE(is_date(none));
  }
}

TEST_CASE("a waiver is good until its last day, and for one violation") {
  const world::World world = test::world_of(test::users(2, 1, 1), shipped(kLeaks), false);
  const auto leak = *property::find_invariant("no-leak");
  const Analysis analysis = analyse(world, {leak}, {});
  const std::vector<std::string> digests = {std::string(32, 'a')};
  const Case one{kLeaks, {leak}, {}, {}};
  Baseline known;
  known.entries = baseline_entries(world.scenario(), kLeaks, analysis, digests);
  known.entries.begin()->second.waiver = {"2027-03-31", "it is known"};
  const auto on = [&](const std::string& day) {
    return compared(known, one, world.scenario(), analysis, digests, false, day);
  };
  CHECK(on("2027-03-31").failures.empty());
  CHECK(on("2027-03-31").waivers.at("no-leak").because == "it is known");
  const auto late = on("2027-04-01");
  REQUIRE(late.failures.size() == 1);
  CHECK(late.failures[0].kind == FailureKind::expired_waiver);
  CHECK(late.failures[0].message.find("2027-03-31 (it is known)") != std::string::npos);
  known.entries.begin()->second.shortest += 1;   // another violation than the one that was excused
  REQUIRE(on("2027-03-31").failures.size() == 1);
  CHECK(on("2027-03-31").failures[0].kind == FailureKind::changed_violation);
}

}  // namespace
}  // namespace interleak::check

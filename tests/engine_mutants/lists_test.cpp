// What stays in the tree after a run.
#include "tests/catch.hpp"
#include "tests/engine_mutants/kept.hpp"

namespace {

using namespace interleak::engine_mutants;
using interleak::mutation::parse_survivors;
using interleak::mutation::print_survivors;

Entry mutant(const std::string& id, const std::string& name) { return {1, 1, id, name}; }
Fate killed_by(const std::string& step) { return {Fate::Kind::killed, step, "exit code 1", {}}; }

const std::vector<Entry> kPresent = {mutant("01", "sim/world/a.cpp f x"), mutant("02", "sim/world/a.cpp g y"),
                                     mutant("03", "sim/explore/b.hpp h z"), mutant("04", "sim/explore/b.hpp i u")};

TEST_CASE("kills are lines of a file") {
  const Kills kills = {{"02", {"sim/world/a.cpp", "unit_tests: what: it is"}}, {"01", {"sim/explore/b.hpp", "other"}}};
  const std::string text = print_kills(kills);
  CHECK(text.find("sim/explore/b.hpp 01 other\nsim/world/a.cpp 02 unit_tests: what: it is\n") != std::string::npos);
  CHECK(print_kills(parse_kills(text)) == text);
  CHECK(parse_kills(text).size() == 2);
}

TEST_CASE("a run of a part leaves the rest of what is kept, but for mutants that are none any more") {
  const Kills kept = {
      {"01", {"sim/world/a.cpp", "old"}}, {"02", {"sim/world/a.cpp", "old"}}, {"99", {"gone.cpp", "old"}}};
  const auto list = parse_survivors(
      "sim/explore/b.hpp h z\n  equivalent: why\n"
      "sim/explore/b.hpp i u\n  unnoticed: why\ngone.cpp\n  unnoticed: why\n");
  const Fates fates = {{kPresent[1].name, {}}, {kPresent[2].name, killed_by("new")}};
  const Kills kills = blessed(kept, kPresent, fates);
  REQUIRE(kills.size() == 2);
  CHECK(kills.at("01").step == "old");
  CHECK(kills.at("03").step == "new");
  CHECK(kills.at("03").file == "sim/explore/b.hpp");
  CHECK(print_survivors(blessed(list, kPresent, fates)) ==
        "sim/world/a.cpp g y\n    ?\nsim/explore/b.hpp i u\n    unnoticed: why\n");
}

TEST_CASE("what neither list has is newer than both") {
  const auto list = parse_survivors("sim/explore/b.hpp h z\n  unnoticed: w\n");
  const auto open = unmeasured(kPresent, {{"01", {}}, {"02", {}}}, list);
  REQUIRE(open.size() == 1);
  CHECK(open[0].id == "04");
}

TEST_CASE("figures are counted from the lists, and put where the page shows them") {
  const Kills kills = {{"01", {"sim/world/a.cpp", "s"}}, {"02", {"sim/world/a.cpp", "s"}}};
  const auto list = parse_survivors("sim/world/a.cpp h z\n  equivalent: w\nsim/explore/b.hpp i u\n  unnoticed: w\n");
  const std::string text = figures(kills, list);
  CHECK(text ==
        "room           mutants  killed  equivalent  performance  unnoticed   killed\n"
        "sim/explore          1       0           0            0          1     0.0 %\n"
        "sim/world            3       2           1            0          0    66.6 %\n"
        "all                  4       2           1            0          1    50.0 %\n");
  CHECK(with_figures("a\n```\n$ x figures\nold\n```\nb\n", "$ x figures", text) ==
        "a\n```\n$ x figures\n" + text + "```\nb\n");
  CHECK_THROWS(with_figures("a\n```\nold\n```\n", "$ x figures", text));
}

}  // namespace

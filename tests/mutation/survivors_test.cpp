// The kept list of survivors: read, compared, rewritten.
#include "tests/mutation/survivors.hpp"

#include "tests/catch.hpp"

namespace {

using namespace interleak::mutation;
using Messages = std::vector<std::string>;

constexpr auto kText =
    "# about\n"
    "a/b run:3 \"put\" -> (removed)\n"
    "    equivalent: nothing\n"
    "    is there\n";

const std::string kPut = "a/b run:3 \"put\" -> (removed)";

TEST_CASE("a list is read and printed") {
  const SurvivorList list = parse_survivors(kText);
  REQUIRE(list.entries.size() == 1);
  CHECK(list.entries[0].name == kPut);
  CHECK(list.entries[0].reason == "equivalent: nothing is there");
  CHECK(print_survivors(list) == "# about\n" + kPut + "\n    equivalent: nothing is there\n");
}

TEST_CASE("a right list has no differences") {
  CHECK(differences(parse_survivors(kText), {kPut}, {}).empty());
  CHECK(differences(parse_survivors(""), {}, {}).empty());
}

TEST_CASE("what is missing, gone, without reason or refuted is told") {
  const SurvivorList list = parse_survivors(kText);
  CHECK(differences(list, {}, {}).size() == 1);
  CHECK(differences(list, {kPut, "other"}, {}) == Messages{"no scenario notices it, and it is not listed: other"});
  CHECK(differences(list, {kPut}, {{kPut, "probe"}}).size() == 1);
  CHECK(differences(parse_survivors(kPut + "\n    ?\n"), {kPut}, {}).size() == 1);
  CHECK(differences(parse_survivors(kPut + "\n    because\n"), {kPut}, {}).size() == 1);
  CHECK(differences(parse_survivors(std::string(kText) + kText), {kPut}, {}).size() == 1);
}

TEST_CASE("a reason follows its line to another number") {
  const std::string moved = "a/b run:5 \"put\" -> (removed)";
  const SurvivorList list = blessed(parse_survivors(kText), {moved, "a/b run:6 \"put\" -> (twice)"});
  REQUIRE(list.entries.size() == 2);
  CHECK(list.entries[0].name == moved);
  CHECK(list.entries[0].reason == "equivalent: nothing is there");
  CHECK(list.entries[1].reason == "?");
  CHECK(list.preface == "# about\n");
}

}  // namespace

// Names of shipped scenarios, of today and of before.
#include "tests/catch.hpp"
#include "tools/embedded.hpp"

namespace interleak::embedded {
namespace {

TEST_CASE("a shipped scenario is found with and without its folder and its ending") {
  const File* found = find_scenario("regression/two-cancels");
  REQUIRE(found != nullptr);
  CHECK(found->path == "scenarios/regression/two-cancels.json");
  CHECK(find_scenario("scenarios/regression/two-cancels.json") == found);
  CHECK(find_scenario("scenarios/regression/two-cancels") == found);
  CHECK(find_scenario("regression/two-cancels.json") == found);
  for (const char* none : {"", "-", "two-cancels", "regression/", "regression/two", "scenarios/", ".json",
                           "designs/prelude", "./regression/two-cancels"}) {
    CAPTURE(none);
    CHECK(find_scenario(none) == nullptr);
  }
}

TEST_CASE("what need not be said of a name is left out") {
  for (const char* name : {"incident/two-users", "scenarios/incident/two-users", "incident/two-users.json",
                           "scenarios/incident/two-users.json"}) {
    CHECK(scenario_name(name) == "incident/two-users");
  }
  CHECK(scenario_name("").empty());
  CHECK(scenario_name("incident/scenarios/x.jsonx") == "incident/scenarios/x.jsonx");
}

TEST_CASE("a name of before is the name of today, written as it was") {
  CHECK(moved_to("lessons/two-cancels") == "regression/two-cancels");
  CHECK(moved_to("lessons/two-cancels.json") == "regression/two-cancels.json");
  CHECK(moved_to("scenarios/lessons/two-cancels") == "scenarios/regression/two-cancels");
  CHECK(moved_to("scenarios/lessons/two-cancels.json") == "scenarios/regression/two-cancels.json");
}

TEST_CASE("names of today, and those that never were any, are no names of before") {
  for (const File& file : scenarios()) {
    CAPTURE(file.path);
    CHECK_FALSE(moved_to(file.path));
  }
  for (const char* none :
       {"", "-", "lessons", "lessons/", "lessons/*", "lessons/zzz", "lessons/two-users", "./lessons/two-cancels",
        "/lessons/two-cancels", "more/lessons/two-cancels", "incident/two-cancels", "two-cancels"}) {
    CAPTURE(none);
    CHECK_FALSE(moved_to(none));
  }
}

TEST_CASE("every scenario of a renamed folder is found by its old name") {
  int moved = 0;
  for (const File& file : scenarios()) {
    constexpr std::string_view kNow = "scenarios/regression/";
    if (!file.path.starts_with(kNow)) continue;
    const std::string before = "scenarios/lessons/" + std::string(file.path.substr(kNow.size()));
    CAPTURE(before);
    // Unless a lesson has taken the name over.
    if (find_scenario(before) == nullptr) CHECK(moved_to(before) == file.path);
    ++moved;
  }
  CHECK(moved >= 32);
}

TEST_CASE("the folder is written as it is called today, whatever follows") {
  CHECK(with_folder_of_today("lessons/two-cancel") == "regression/two-cancel");
  CHECK(with_folder_of_today("scenarios/lessons/") == "scenarios/regression/");
  CHECK(with_folder_of_today("incident/two-users") == "incident/two-users");
  CHECK(with_folder_of_today("") == "");
}

}  // namespace
}  // namespace interleak::embedded

// What a sweep of single cancels finds, and what only the order of tasks brings: the figures of README.md.
#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "sim/explore/sweep.hpp"
#include "tests/unit/toys.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

int task_of(int process) { return process / world::kFramesPerTask; }

/// All facts of all schedules of a sweep.
Facts swept(const world::World& world) {
  Facts facts = 0;
  explore::sweep(world, world.tasks(), task_of, [&](const explore::Run& run) {
    facts |= run.facts;
    CHECK(run.faults <= 1);
  });
  return facts;
}

/// In how many of the shipped designs that violate `no-cross-user-reply` in this scenario a sweep sees it.
struct Found {
  int violated = 0, swept = 0;
  std::string missed;
};

Found found_in(const std::string& scenario_id) {
  Found found;
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  const auto invariant = *property::find_invariant("no-cross-user-reply");
  for (const auto& file : embedded::scenarios()) {
    const auto all = scenario::read_scenario(file.text, std::string(file.path), errors);
    if (all.empty() || std::string(file.path).find("incident/" + scenario_id + ".json") == std::string::npos) continue;
    for (const std::string& id : library.ids()) {
      const design::Design design = *library.find(id, errors);
      if (!can_run(all.front(), design)) continue;   // it speaks another protocol
      const auto world = world_of(all.front(), design);
      if (check::analyse(world, {invariant}, {}).judgements[0].verdict != check::Verdict::violated) continue;
      ++found.violated;
      if ((swept(world) & invariant.violated_by) != 0) ++found.swept;
      else found.missed += " " + id;
    }
  }
  REQUIRE(errors.empty());
  return found;
}

/// README.md as one line.
std::string readme() {
  std::ifstream file("README.md");
  std::stringstream stream;
  stream << file.rdbuf();
  std::string text = stream.str();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// The text says so, with these figures.
void check_told(const Found& found, const std::string& where) {
  const std::string figures = std::to_string(found.swept) + " of the " + std::to_string(found.violated) + " designs";
  WARN(where << ": a sweep finds the leak of " << figures << ", not of" << found.missed);
  CHECK(readme().find(figures + " that leak in `" + where + "`") != std::string::npos);
}

TEST_CASE("a sweep of single cancels: what it finds stands in the README") {
  const Found two = found_in("two-users"), waiters = found_in("waiters");
  check_told(two, "incident/two-users");
  check_told(waiters, "incident/waiters");
  CHECK(waiters.swept < waiters.violated);
}

TEST_CASE("a sweep faults at each point of the way, also before the first step") {
  const toys::Walkers walkers(2);
  std::multiset<std::string> schedules;
  const auto keep = [&](const explore::Run& run) {
    std::string text;
    for (const Event event : run.events) text += walkers.text(event);
    schedules.insert(text);
  };
  const auto count = explore::sweep(
      walkers, 2, [](int process) { return process; }, keep);
  // With an environment that is eager, and with one that is lazy: there is none.
  const std::multiset<std::string> expected = {"aabb", "aabb", "!abb", "!abb", "a!abb", "a!abb",
                                               "bbaa", "bbaa", "!baa", "!baa", "b!baa", "b!baa"};
  CHECK(schedules == expected);
  CHECK(count == expected.size());
}

TEST_CASE("a sweep cancels each task at each of its awaits") {
  const auto world = world_of(
      users(2, 1, 1), design_of({{"execute", {"take", "await send request", "await pause", "await receive", "put"}}}));
  std::set<std::string> schedules;
  const auto count = explore::sweep(world, 2, task_of, [&](const explore::Run& run) {
    std::string text;
    for (const Event event : run.events) text += world.text(event) + " ";
    schedules.insert(text);
  });
  CHECK(count >= schedules.size());
  for (const std::string begin :
       {"alice !alice srv.1 net.1 bob ", "alice !alice bob ", "alice alice !alice ", "alice alice srv.1 !alice ",
        "alice alice srv.1 net.1 !alice ", "bob !bob ", "bob bob !bob "}) {
    INFO(begin);
    CHECK(std::any_of(schedules.begin(), schedules.end(), [&](const auto& each) { return each.rfind(begin, 0) == 0; }));
  }
}

}  // namespace
}  // namespace interleak::test

// Each bound of docs/semantics.md: as much as it allows is a pool like any other, one more diverges and is
// named, and no invariant holds by what lies behind it.
#include <fstream>
#include <functional>
#include <sstream>

#include "sim/terms/bounds.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using world::Bound;

std::string times(int count) { return "loop " + std::to_string(count) + " times:"; }

/// A world whose design comes to exactly so many of what a bound is about.
struct Reaching {
  Bound bound;
  std::function<world::World(int)> world;
};

world::World with_procedures(scenario::Scenario scenario, const std::map<std::string, Lines>& procedures) {
  return world_of(scenario, design_of(procedures));
}

world::World spawning(int children) {
  return with_procedures(users(1, 1, 0), {{"execute", {times(children), "    spawn detached idle", "pass"}},
                                          {"idle", {"await turn pool.waiters"}}});
}

world::World sending(int requests) {
  return with_procedures(users(1, 1, 0),
                         {{"execute", {"take", times(requests), "    await send \"PING\"", "close", "put"}}});
}

/// The last of the requests is one of a handshake.
world::World greeting(int requests) {
  scenario::Scenario scenario = users(1, 1, 0);
  scenario.pool_warm = 0;
  auto design = design_of({{"execute",
                            {"take", "await connect", times(requests - 1), "    await send \"PING\"",
                             "await send handshake", "close", "put"}}});
  design.handshake = {"AUTH"};
  return world_of(scenario, design);
}

world::World joining(int entries) {
  return with_procedures(users(1, 1, 0), {{"execute", {times(entries), "    join pool.waiters", "pass"}}});
}

/// So many frames read at one connection: four of each task, of the last one those that are missing.
world::World reading(int readers) {
  scenario::Scenario scenario = users(5, 1, 0);
  scenario.tasks.resize(static_cast<std::size_t>((readers + 3) / 4));
  const auto before_last = scenario.tasks.size() - 1;
  const int children = readers - 4 * static_cast<int>(before_last) - 1;   // of the last one
  auto design =
      design_of({{"execute",
                  {"share 1", "pool.begun += 1", "if pool.begun <= " + std::to_string(before_last) + ":",
                   "    pool.left = 3", "else:", "    pool.left = " + std::to_string(children),
                   "loop while pool.left:", "    pool.left -= 1", "    spawn detached read", "await receive"}},
                 {"read", {"await receive"}}},
                {{"begun", 0}, {"left", 0}});
  design.readers = design::Readers::queue;
  return world_of(scenario, design);
}

/// The list of free connections comes to hold connection 1 so many times.
Lines filling(int entries) {
  return {times(entries - 1), "    share 1", "    spawn give", "    put", "    await child"};
}

world::World putting(int entries) {
  return with_procedures(users(1, 1, 0), {{"execute", filling(entries)}, {"give", {"put"}}});
}

world::World sharing(int entries) {
  scenario::Scenario scenario = users(1, 2, 0);
  scenario.pool_warm = 0;
  Lines lines = filling(entries - 1);
  lines.push_back("share 2");
  return with_procedures(scenario, {{"execute", lines}, {"give", {"put"}}});
}

/// alice forgets connection 1; the pool that is set up anew takes it back.
world::World renewing(int entries) {
  Lines lines = {"pool.begun += 1", "if pool.begun == 1:", "    take", "else:"};
  for (std::string line : filling(entries - 1)) {
    if (line.find("share 1") != std::string::npos) line = "    share 2";
    lines.push_back("    " + line);
  }
  lines.push_back("    renew");
  return world_of(users(2, 2, 0), design_of({{"execute", lines}, {"give", {"put"}}}, {{"begun", 0}}));
}

world::World closing(int writes) {
  scenario::Scenario scenario = users(1, 1, 0);
  scenario.physics.linger = true;
  scenario.tasks[0].operations[0].does = "set";
  scenario.tasks[0].operations[0].accepts = {"ok"};
  return with_procedures(
      scenario,
      {{"execute", {"take", times(writes), "    await connect", "    await send request", "    close", "put"}}});
}

const std::vector<Reaching> kReaching = {
    {Bound::children, spawning}, {Bound::requests, sending}, {Bound::waiters, joining},   {Bound::free, putting},
    {Bound::free, sharing},      {Bound::free, renewing},    {Bound::lingering, closing}, {Bound::requests, greeting},
};

/// Always the first event that is no cancel, to the end.
world::State played(const world::World& world) {
  world::State state = world.initial();
  Events events;
  for (world.enabled(state, events); !events.empty(); world.enabled(state, events)) {
    world.apply(state, events.front());
    events.clear();
  }
  return state;
}

TEST_CASE("as much as a bound allows is no divergence") {
  for (const Reaching& each : kReaching) {
    const world::BoundInfo& info = world::info_of(each.bound);
    INFO(info.name);
    const auto analysis = analysis_of(each.world(info.most));
    CHECK_FALSE(analysis.diverges);
    CHECK(analysis.bound == Bound::none);
    CHECK(analysis.counts.has_value());
  }
  CHECK(played(reading(world::kMaxReaders)).stuck == Bound::none);
}

TEST_CASE("one more than a bound allows diverges, names the bound, and nothing holds") {
  for (const Reaching& each : kReaching) {
    const world::BoundInfo& info = world::info_of(each.bound);
    INFO(info.name);
    const world::World world = each.world(info.most + 1);
    const auto analysis = analysis_of(world);
    REQUIRE(analysis.diverges);
    CHECK(analysis.bound == each.bound);
    CHECK_FALSE(analysis.counts.has_value());
    for (const auto& judgement : analysis.judgements) CHECK(judgement.verdict != check::Verdict::holds);
    CHECK(analysis.clear_steps < static_cast<int>(analysis.diverges->size()));
    const world::State stuck = after(world, analysis.diverges_schedule);
    CHECK(world.facts(stuck) == 0);
    CHECK(enabled_texts(world, stuck).empty());
  }
  CHECK(played(reading(world::kMaxReaders + 1)).stuck == Bound::readers);
}

TEST_CASE("an event has a bound of steps, those of the frames that a cancel reaches included") {
  // So many looks at a count: each loop once more than its rounds. `pass` is no step.
  const int outer = 196, inner = 49;
  const int looks = outer + 1 + outer * (inner + 1);
  const auto loops = [&](int closes) {
    Lines lines = {times(outer), "    " + times(inner), "        pass", "take"};
    lines.insert(lines.end(), static_cast<std::size_t>(closes), "close");
    lines.push_back("put");
    return with_procedures(users(1, 1, 0), {{"execute", lines}});
  };
  const int left = world::kMaxSteps - looks - 2;
  REQUIRE(left >= 0);
  CHECK(analysis_of(loops(left)).bound == Bound::none);
  CHECK(analysis_of(loops(left + 1)).bound == Bound::steps);
}

TEST_CASE("every send of an event may be the one that suspends") {
  auto design = design_of({{"execute", {"take", times(world::kMaxQueued), "    await send \"PING\"", "close", "put"}}});
  design.send_suspends = design::SendSuspends::may;
  const auto world = world_of(users(1, 1, 0), design);
  const Lines texts = enabled_texts(world, world.initial());
  REQUIRE(texts.size() == 1 + world::kMaxQueued);
  CHECK(texts.back() == "alice~" + std::to_string(world::kMaxQueued));
  CHECK(after(world, texts.back()).conns[0].socket.requests.size() == world::kMaxQueued);
}

TEST_CASE("a defect is thrown in every build") {
  FixedVector<std::uint8_t, 2> items;
  items.push_back(1);
  items.push_back(2);
  CHECK_THROWS_AS(items.push_back(3), Defect);
  CHECK_THROWS_AS(items.push_front(3), Defect);
  CHECK_THROWS_AS(items[2], Defect);
  items.clear();
  CHECK_THROWS_AS(items.front(), Defect);
  CHECK_THROWS_AS(items.back(), Defect);
  CHECK_THROWS_AS(items.pop_back(), Defect);
  CHECK_THROWS_AS(items.pop_front(), Defect);
}

TEST_CASE("docs/semantics.md lists the bounds of the engine") {
  std::ifstream file("docs/semantics.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const world::BoundInfo& info : world::kBounds) {
    if (info.bound == Bound::none) continue;
    const std::string most =
        info.most >= 1'000 ? std::to_string(info.most / 1'000) + ",000" : std::to_string(info.most);
    INFO(info.name);
    CHECK(text.str().find("\n| `" + std::string(info.name) + "` | " + most + " | " +
                          std::string(info.of.substr(0, info.of.find(','))).substr(0, 20)) != std::string::npos);
  }
}

}  // namespace
}  // namespace interleak::test

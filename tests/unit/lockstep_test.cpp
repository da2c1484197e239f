// Designs in lock-step: the pair as a system, its counts against trying everything, and where one
// schedule parts.
#include "sim/check/lockstep.hpp"
#include "tests/brute.hpp"
#include "tests/unit/shipped.hpp"
#include "tests/unit/slice.hpp"

namespace interleak::test {
namespace {

using check::Difference;
using check::Lockstep;
using world::Outcome;

static_assert(Stateful<Lockstep>);

std::shared_ptr<const world::World> shared_world(const scenario::Scenario& scenario, const std::string& design) {
  return std::make_shared<const world::World>(world_of(scenario, shipped(design)));
}

check::SideBySide lanes_of(const scenario::Scenario& scenario, const Lines& designs, const std::string& schedule) {
  std::vector<std::shared_ptr<const world::World>> worlds;
  for (const std::string& design : designs) worlds.push_back(shared_world(scenario, design));
  auto told = check::side_by_side(worlds, schedule);
  REQUIRE(std::holds_alternative<check::SideBySide>(told));
  return std::get<check::SideBySide>(std::move(told));
}

TEST_CASE("the lock-step of shipped scenarios is what trying everything says") {
  Slice slice;
  std::size_t pairs = 0;
  int compared = 0;
  for (const Shipped& each : shipped_scenarios()) {
    for (std::size_t i = 0; i < each.designs.size(); ++i) {
      const design::Design& one = *each.designs[i];
      const design::Design& two = *each.designs[(i + 1 + pairs++ % 3) % each.designs.size()];
      if (!slice.takes_next()) continue;
      INFO(each.name << " under " << one.id << " and " << two.id);
      if (brute::check_lockstep(world_of(each.scenario, one), world_of(each.scenario, two), 700)) ++compared;
    }
  }
  CHECK(compared > slice.of(50));
}

TEST_CASE("the least schedule of each wish is the one that trying everything finds") {
  auto scenario = users(2, 1, 2);
  const auto world = [&](const char* design) { return world_of(scenario, shipped(design)); };
  brute::check_wishes(world("redis-py-4.5.1/cluster"), world("redis-py-4.5.5/cluster"), 1'000);
  brute::check_wishes(world("redis-py-4.5.1/pool"), world("redis-py-4.5.1/cluster"), 1'000);
  scenario.cancel.max = 1;
  brute::check_wishes(world("patterns/release-in-finally"), world("patterns/drain"), 1'000);
}

TEST_CASE("a design in lock-step with itself shares everything") {
  for (const char* id : {"redis-py-4.5.1/pool", "patterns/shield", "patterns/drain"}) {
    const auto world = world_of(users(2, 1, 1), shipped(id));
    const auto analysis = analysis_of(world);
    const auto result = check::lockstep(world, world, std::nullopt, {});
    INFO(id);
    REQUIRE(result.exact);
    CHECK(result.states == analysis.states);
    CHECK(result.shared == analysis.counts->schedules);
    for (const auto& cell : result.cells) {
      CHECK(cell.first == cell.second);
      const std::string name(world::kOutcomeNames[static_cast<std::size_t>(cell.first)]);
      CHECK(cell.schedules == analysis.counts->by_outcome.at(name));
    }
    for (const auto& finding : result.findings) {
      CHECK((finding.only_first == 0 && finding.only_second == 0));
      CHECK(finding.both == analysis.counts->by_finding.at(finding.name));
    }
    CHECK_FALSE(result.first_parts.has_value());
    CHECK_FALSE(result.second_parts.has_value());
  }
}

TEST_CASE("a state of the pair survives its encoding") {
  const auto first = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  const auto second = world_of(users(2, 1, 1), shipped("redis-py-4.5.5/pool"));
  const Lockstep pair(first, second);
  auto state = pair.initial();
  for (const char* text : {"alice", "!alice", "bob"}) {
    Events enabled;
    pair.enabled(state, enabled);
    const auto found = std::find_if(enabled.begin(), enabled.end(), [&](Event e) { return pair.text(e) == text; });
    REQUIRE(found != enabled.end());
    pair.apply(state, *found);
    std::vector<std::uint8_t> bytes, again;
    pair.encode(state, bytes);
    pair.encode(pair.decode(bytes.data(), bytes.size()), again);
    CHECK(bytes == again);
  }
  // bob waits for the reply under the one, and opens the closed connection under the other.
  CHECK((pair.facts(state) & Lockstep::kFirstParts) != 0);
  CHECK((pair.facts(state) & Lockstep::kSecondParts) != 0);
  CHECK((pair.end(state).facts & Lockstep::kEndsApart) != 0);
}

TEST_CASE("threads change nothing in a pair") {
  const auto first = world_of(users(3, 1, 1), shipped("redis-py-4.5.1/pool"));
  const auto second = world_of(users(3, 1, 1), shipped("redis-py-4.5.1/cluster"));
  const auto plain = check::lockstep(first, second, std::nullopt, {});
  check::Options backwards;
  backwards.workers = 5;
  backwards.executor = [](std::vector<std::function<void()>>& jobs) {
    for (std::size_t i = jobs.size(); i-- > 0;) jobs[i]();
  };
  const auto other = check::lockstep(first, second, std::nullopt, backwards);
  CHECK(plain.states == other.states);
  CHECK(plain.shared == other.shared);
  CHECK(plain.first_parts->schedule == other.first_parts->schedule);
}

TEST_CASE("a pair that is not seen to its end has no numbers") {
  const auto world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  check::Options options;
  options.budget.max_states = 10;
  const auto result = check::lockstep(world, world, std::nullopt, options);
  CHECK_FALSE(result.exact);
  CHECK(result.stop == check::Stop::states);
  CHECK(result.cells.empty());
}

TEST_CASE("one schedule parts where the connection is closed") {
  const auto told = lanes_of(users(2, 1, 1), {"redis-py-4.5.1/pool", "redis-py-4.5.1/cluster", "redis-py-4.5.5/pool"},
                             "alice !alice bob srv.1 net.1 bob");
  REQUIRE(told.lanes.size() == 3);
  CHECK(told.events.size() == 6);
  CHECK_FALSE(told.parts[0].has_value());
  CHECK_FALSE(told.parts[1].has_value());
  REQUIRE(told.parts[2].has_value());
  CHECK(told.parts[2]->step == 2);
  CHECK(told.parts[2]->what == Difference::deed);
  CHECK(told.lanes[0].worst == Outcome::leak);
  CHECK_FALSE(told.lanes[0].stopped.has_value());
  CHECK(told.lanes[2].worst == Outcome::cancelled);
  REQUIRE(told.lanes[2].stopped.has_value());
  CHECK(told.lanes[2].stopped->number == 4);
  CHECK(told.lanes[2].stopped->told().text() == "srv.1 is not enabled: c1 has no unanswered request");
  CHECK(told.lanes[2].trace.steps.size() == 3);
  CHECK(told.lanes[2].enabled.size() == 4);
  CHECK(told.lanes[2].enabled[2] == Lines{"bob"});
}

TEST_CASE("a lost slot parts where the connection is not returned; a schedule too long stops both") {
  const auto design = [](const Lines& on_cancel) {
    Lines lines = {"take",
                   "try:",
                   "    if not connected:",
                   "        await connect",
                   "    await send request",
                   "    await receive",
                   "    put",
                   "except cancelled:"};
    for (const std::string& line : on_cancel) lines.push_back("    " + line);
    lines.push_back("    raise");
    return design_of({{"execute", lines}});
  };
  const auto scenario = users(1, 1, 1);
  const auto world = [&](const Lines& on_cancel) {
    return std::make_shared<const world::World>(world_of(scenario, design(on_cancel)));
  };
  const auto tell = [&](const Lines& first, const Lines& second) {
    return std::get<check::SideBySide>(check::side_by_side({world(first), world(second)}, "alice !alice"));
  };
  const auto same = tell({"close", "put"}, {"close", "put"});
  CHECK_FALSE(same.parts[1].has_value());
  const auto lost = tell({"close"}, {"close", "put"});
  REQUIRE(lost.parts[1].has_value());
  CHECK(lost.parts[1]->what == Difference::deed);
  CHECK(lost.lanes[0].trace.end_findings.size() == 1);
  const auto longer =
      std::get<check::SideBySide>(check::side_by_side({world({"close"}), world({"close"})}, "alice !alice bob"));
  REQUIRE(longer.lanes[0].stopped.has_value());
  CHECK(longer.lanes[0].stopped->number == 3);
  CHECK_FALSE(longer.parts[1].has_value());
}

TEST_CASE("a malformed schedule is an error, wherever it is to run") {
  const auto told = check::side_by_side({shared_world(users(2, 1, 1), "redis-py-4.5.1/pool")}, "alice *2");
  REQUIRE(std::holds_alternative<ScheduleError>(told));
  CHECK(std::get<ScheduleError>(told).number == 0);
}

TEST_CASE("wishes are outcomes, findings, or anything") {
  for (const std::string& name : check::wish_names()) CHECK(check::wish_of(name).has_value());
  CHECK(check::wish_of("leak")->worst == Outcome::leak);
  CHECK(check::wish_of("lost-slot")->finding == world::fact::kLostSlot);
  CHECK_FALSE(check::wish_of("any")->worst.has_value());
  CHECK_FALSE(check::wish_of("Leak").has_value());
  CHECK_FALSE(check::wish_of("").has_value());
}

}  // namespace
}  // namespace interleak::test

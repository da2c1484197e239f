// Verdicts, witnesses, counts and budgets of the whole engine on the incident and its patterns.
#include <thread>

#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using check::Verdict;

/// One line of a procedure replaced.
design::Design edited(design::Design design, const std::string& procedure, const std::string& from,
                      const std::string& to) {
  auto& target = design.procedures.at(procedure);
  bool found = false;
  for (auto& line : target.lines) {
    if (line.text.find(from) == std::string::npos) continue;
    line.text.replace(line.text.find(from), from.size(), to);
    found = true;
    break;
  }
  REQUIRE(found);
  Diagnostics errors;
  target.block = design::parse_listing(target.lines, errors);
  REQUIRE(errors.empty());
  return design;
}

Verdict verdict(const design::Design& design, const std::string& invariant, int warm = 1) {
  auto scenario = users(2, 1, 1);
  scenario.pool_warm = warm;
  return judgement(analysis_of(world_of(scenario, design)), invariant).verdict;
}

TEST_CASE("the incident at its smallest") {
  CHECK(verdict(shipped("redis-py-4.5.1/pool"), "no-leak") == Verdict::violated);
  CHECK(verdict(shipped("redis-py-4.5.1/cluster"), "no-leak") == Verdict::violated);
  CHECK(verdict(shipped("redis-py-4.5.5/pool"), "no-leak") == Verdict::holds);
  CHECK(verdict(shipped("redis-py-4.5.5/cluster"), "no-leak") == Verdict::holds);
  CHECK(verdict(shipped("redis-py-4.5.5/cluster"), "no-lost-slot") == Verdict::holds);
  CHECK(verdict(shipped("redis-py-4.5.5/cluster"), "no-lost-slot", 0) == Verdict::violated);
}

TEST_CASE("what checkout does is in its listing: one line changes the verdict") {
  const auto cluster = shipped("redis-py-4.5.1/cluster");
  const auto pool = shipped("redis-py-4.5.1/pool");
  // Without its close, the poll of the pool finds the data and does nothing about it.
  const auto blind = edited(pool, "poll", "if polled:", "if not always:");
  auto scenario = users(2, 1, 1);
  CHECK(judgement(analysis_of(world_of(scenario, pool)), "no-leak").witness.size() == 6);
  CHECK(judgement(analysis_of(world_of(scenario, blind)), "no-leak").witness.size() == 5);
  // A checkout that always reconnects is safe, if slow.
  const auto fresh = edited(pool, "poll", "if polled:", "if connected:");
  const auto twice = edited(fresh, "poll", "    if polled:", "    if polled and not connected:");
  CHECK(verdict(twice, "no-leak") == Verdict::holds);
  CHECK(verdict(edited(cluster, "send", "call connect", "close"), "no-leak") != Verdict::violated);
}

TEST_CASE("the witness is the least schedule") {
  const auto analysis = analysis_of(world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool")));
  CHECK(judgement(analysis, "no-leak").schedule == "alice !alice bob srv.1 net.1 bob");
  CHECK(judgement(analysis, "idle-is-clean").schedule == "alice !alice");
}

TEST_CASE("every witness replays to its violation") {
  for (const char* id :
       {"redis-py-4.5.1/pool", "redis-py-4.5.1/cluster", "redis-py-4.5.5/cluster", "patterns/shield",
        "patterns/shield-release-outside", "patterns/tombstones-removed", "patterns/unlocked-single"}) {
    auto scenario = users(2, 1, 1);
    scenario.pool_warm = 0;
    const auto world = world_of(scenario, shipped(id), true);
    for (const auto& each : analysis_of(world).judgements) {
      if (each.verdict != Verdict::violated) continue;
      INFO(id << " " << each.invariant.name << " " << each.schedule);
      world::State state = world.initial();
      Facts last = world.facts(state);
      for (const Event event : events_of(world, each.schedule)) {
        const Facts edge = world.apply(state, event).facts;
        last = edge | world.facts(state);
      }
      Events enabled;
      world.enabled(state, enabled);
      const bool complete = std::all_of(enabled.begin(), enabled.end(), [&](Event e) { return world.is_optional(e); });
      if (complete) last |= world.end(state).facts;
      CHECK((last & each.invariant.violated_by) != 0);
    }
  }
}

TEST_CASE("counts of a case that can be counted by hand") {
  // One user, one connection, no cancel: one schedule. With one cancel: none, or a cancel while
  // waiting before the server answers, before the delivery, after it.
  const auto none = analysis_of(world_of(users(1, 1, 0), shipped("redis-py-4.5.5/pool")));
  REQUIRE(none.counts.has_value());
  CHECK(none.counts->schedules == 1);
  const auto one = analysis_of(world_of(users(1, 1, 1), shipped("redis-py-4.5.5/pool")));
  CHECK(one.counts->schedules == 4);
  CHECK(one.counts->by_outcome.at("cancelled") == 3);
  CHECK(one.counts->by_outcome.at("ok") == 1);
}

TEST_CASE("a holds that says nothing is called vacuous") {
  const auto alone = analysis_of(world_of(users(1, 1, 1), shipped("redis-py-4.5.5/pool")));
  CHECK(judgement(alone, "no-leak").vacuous == "no two tasks ever used one connection");
  auto scenario = users(2, 1, 1);
  scenario.cancel.at = 1u << static_cast<int>(world::AwaitKind::child);
  const auto nowhere = analysis_of(world_of(scenario, shipped("redis-py-4.5.5/pool")));
  CHECK(judgement(nowhere, "no-leak").vacuous == "no cancel ever landed");
  const auto real = analysis_of(world_of(users(2, 1, 1), shipped("redis-py-4.5.5/pool")));
  CHECK(judgement(real, "no-leak").vacuous.empty());
}

TEST_CASE("a violation that needs no cancel is said to need none") {
  const auto analysis = analysis_of(world_of(users(2, 1, 1), shipped("patterns/unlocked-single")));
  CHECK(judgement(analysis, "no-leak").without_cancel);
  CHECK_FALSE(
      judgement(analysis_of(world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"))), "no-leak").without_cancel);
}

TEST_CASE("threads change nothing, and budgets stop at the same place") {
  const auto world = world_of(users(3, 2, 2), shipped("redis-py-4.5.1/cluster"));
  const auto run = [&](int workers, std::uint64_t max_states) {
    check::Options options;
    options.workers = workers;
    options.budget.max_states = max_states;
    options.executor = [](std::vector<std::function<void()>>& jobs) {
      std::vector<std::thread> threads;
      for (auto& job : jobs) threads.emplace_back(job);
      for (auto& thread : threads) thread.join();
    };
    return analysis_of(world, options);
  };
  for (const std::uint64_t budget : {0ull, 50ull}) {
    const auto one = run(1, budget), two = run(2, budget), seven = run(7, budget);
    CHECK(one.states == two.states);
    CHECK(one.states == seven.states);
    CHECK(one.transitions == seven.transitions);
    for (std::size_t i = 0; i < one.judgements.size(); ++i) {
      CHECK(one.judgements[i].schedule == seven.judgements[i].schedule);
      CHECK(one.judgements[i].verdict == two.judgements[i].verdict);
    }
    if (budget == 0) {
      CHECK(one.counts->schedules == seven.counts->schedules);
    } else {
      CHECK(one.stop == check::Stop::states);
      CHECK_FALSE(one.counts.has_value());
      for (const auto& each : one.judgements) CHECK(each.verdict != Verdict::holds);
    }
  }
}

TEST_CASE("coverage says where a cancel landed") {
  const auto analysis = analysis_of(world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool")));
  int awaits = 0, landed = 0;
  for (const auto& line : analysis.coverage) {
    awaits += line.is_await;
    landed += line.cancelled_waiting && line.cancelled_ready;
  }
  CHECK(awaits >= 2);
  CHECK(landed == 1);
}

}  // namespace
}  // namespace interleak::test

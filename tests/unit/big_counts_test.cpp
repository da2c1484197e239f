// Numbers of schedules beyond 10^40 against a closed form.
//
// Tasks whose keys live at different nodes share nothing: each node has its own pool, its own connection, its own
// server, and only the first task may be cancelled, so the budget of cancels is its own, too. What a task may do
// therefore depends on its own past alone. A schedule is maximal exactly if what each task (with its server) does in
// it is maximal alone: it may end where nothing but cancels is enabled, and that is so if it is so for each. So the
// maximal schedules of all are the shuffles of maximal schedules of each, and a, b, c events can be shuffled in
// (a + b + c)! / (a! b! c!) ways. The worst outcome of a shuffle is the worst of its parts.
#include <map>
#include <tuple>

#include "sim/check/exploration.hpp"
#include "sim/explore/draw.hpp"
#include "sim/explore/stateless.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::check {
namespace {

constexpr int kTasks = 3;

/// Each with eight operations at a node of its own; `alone`: only the task of that number, -1: all of them.
scenario::Scenario at_nodes_of_their_own(int alone) {
  scenario::Scenario all = test::users(kTasks, 1, 1);
  all.nodes = kTasks;
  all.send_suspends = design::SendSuspends::after;   // one step more in each operation
  all.cancel.who = {all.tasks[0].id};
  for (int i = 0; i < kTasks; ++i) {
    scenario::Operation operation = test::get("history");
    operation.node = i + 1;
    all.tasks[static_cast<std::size_t>(i)].operations.assign(8, operation);
  }
  if (alone < 0) return all;
  scenario::Scenario one = all;
  one.tasks = {all.tasks[static_cast<std::size_t>(alone)]};
  if (alone > 0) one.cancel = {};
  return one;
}

/// Number of maximal schedules by length and worst outcome.
using Spectrum = std::map<std::pair<std::size_t, int>, BigInt>;

Spectrum spectrum_of(const world::World& world) {
  Spectrum spectrum;
  Stepper<world::World> stepper(world);
  const auto all = explore::every_schedule(stepper, {}, [&](const explore::Run& run) {
    ++spectrum[{run.events.size(), run.worst}];
  });
  REQUIRE(all.finished);
  return spectrum;
}

BigInt factorial(std::size_t n) {
  BigInt product = 1;
  for (std::size_t i = 2; i <= n; ++i) product *= i;
  return product;
}

/// All shuffles of a schedule of the one with a schedule of the other.
Spectrum shuffled(const Spectrum& one, const Spectrum& other) {
  Spectrum both;
  for (const auto& [a, a_count] : one) {
    for (const auto& [b, b_count] : other) {
      const std::size_t length = a.first + b.first;
      both[{length, std::max(a.second, b.second)}] +=
          a_count * b_count * factorial(length) / factorial(a.first) / factorial(b.first);
    }
  }
  return both;
}

TEST_CASE("more than 10^40 schedules of independent tasks are the shuffles of those of each") {
  for (const char* id : {"redis-py-4.5.1/cluster", "redis-py-4.5.5/cluster"}) {
    INFO(id);
    const design::Design design = test::shipped(id);
    Spectrum expected = spectrum_of(test::world_of(at_nodes_of_their_own(0), design));
    for (int i = 1; i < kTasks; ++i) {
      expected = shuffled(expected, spectrum_of(test::world_of(at_nodes_of_their_own(i), design)));
    }
    BigInt all = 0;
    std::map<std::string, BigInt> by_outcome;
    for (const auto& [key, count] : expected) {
      all += count;
      by_outcome[std::string(world::kOutcomeNames[static_cast<std::size_t>(key.second)])] += count;
    }
    REQUIRE(test::world_of(at_nodes_of_their_own(-1), design).nodes() == kTasks);
    REQUIRE(all > pow(BigInt(10), 40));
    CHECK(by_outcome.size() > 1);

    const world::World world = test::world_of(at_nodes_of_their_own(-1), design);
    const Analysis analysis = test::analysis_of(world);
    REQUIRE(analysis.counts);
    CHECK(analysis.counts->schedules == all);
    for (const auto& [name, count] : analysis.counts->by_outcome) {
      INFO(name);
      CHECK(count == by_outcome[name]);
    }
  }
}

TEST_CASE("schedules are drawn from more than 10^40, too") {
  const world::World world = test::world_of(at_nodes_of_their_own(-1), test::shipped("redis-py-4.5.5/cluster"));
  const Exploration seen = explore_all(world, {});
  REQUIRE(seen.closed());
  const explore::Draw draw(seen.graph, seen.order);
  CHECK(draw.total() > pow(BigInt(10), 40));
  explore::Generator generator(1);
  const Events first = draw(generator), second = draw(generator);
  CHECK(first != second);
  explore::Generator again(1);
  CHECK(draw(again) == first);
}

}  // namespace
}  // namespace interleak::check

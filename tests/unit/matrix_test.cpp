// The cancellation matrix against all schedules, one by one, and against what `run` counts.
#include <numeric>

#include "sim/check/matrix.hpp"
#include "tests/brute.hpp"
#include "tests/unit/shipped.hpp"
#include "tests/unit/slice.hpp"

namespace interleak::test {
namespace {

using check::MatrixRows;

std::string name_of(const check::CancelPlace& place) { return place.await + (place.ready ? ", ready" : ", waiting"); }

TEST_CASE("the matrix of shipped scenarios is what trying everything says") {
  Slice slice;
  int compared = 0;
  for (const Shipped& each : shipped_scenarios()) {
    for (const design::Design* design : each.designs) {
      if (!slice.takes_next()) continue;
      INFO(each.name << " under " << design->id);
      const auto world = world_of(each.scenario, *design);
      if (!brute::check_matrix(world, MatrixRows::awaits, 1'000)) continue;
      CHECK(brute::check_matrix(world, MatrixRows::lines, 1'000));
      ++compared;
    }
  }
  CHECK(compared > slice.of(50));
}

TEST_CASE("a matrix adds up to the counts of the analysis") {
  for (const char* design : {"redis-py-4.5.1/pool", "redis-py-4.5.5/cluster", "patterns/tombstones"}) {
    const auto world = world_of(users(3, 1, 1), shipped(design));
    const auto counts = analysis_of(world).counts.value();
    const auto column = check::cancellation_matrix(world, MatrixRows::awaits, {});
    INFO(design);
    REQUIRE(column.exact);
    CHECK(column.all.schedules == counts.schedules);
    check::MatrixCell sum = column.no_cancel;
    const auto add_to = [](auto& into, const auto& numbers) {
      for (const auto& [name, number] : numbers) into[name] += number;
    };
    for (const auto& [place, cell] : column.cells) {
      sum.schedules += cell.schedules;
      add_to(sum.by_outcome, cell.by_outcome);
      add_to(sum.by_finding, cell.by_finding);
    }
    CHECK(sum.schedules == counts.schedules);
    for (const auto& [name, number] : counts.by_outcome) CHECK(sum.by_outcome[name] == number);
    for (const auto& [name, number] : counts.by_finding) CHECK(sum.by_finding[name] == number);
    for (const auto& [name, number] : column.no_cancel.by_outcome) {
      CHECK(counts.without_cancel.at(name) == number);
    }
  }
}

TEST_CASE("a send of a request and one of a handshake are two places") {
  auto scenario = users(2, 1, 1);
  scenario.pool_warm = 0;
  scenario.send_suspends = design::SendSuspends::after;
  auto design = shipped("patterns/close-on-cancel");
  design.handshake = {"AUTH"};
  const auto column = check::cancellation_matrix(world_of(scenario, design), MatrixRows::awaits, {});
  std::vector<std::string> names;
  for (const auto& place : check::places_of(std::vector{column})) names.push_back(name_of(place));
  const auto has = [&](const std::string& name) { return std::count(names.begin(), names.end(), name); };
  CHECK(has("send request, ready") == 1);
  CHECK(has("send handshake, ready") == 1);
  CHECK(has("connect, ready") == 1);
  CHECK(has("receive, waiting") == 1);
  CHECK(has("send request, waiting") == 0);
}

TEST_CASE("rows stand in the order in which an operation meets its awaits") {
  const auto column =
      check::cancellation_matrix(world_of(users(2, 1, 1), shipped("patterns/close-on-cancel")), MatrixRows::awaits, {});
  std::vector<std::string> names;
  for (const auto& place : check::places_of(std::vector{column})) names.push_back(name_of(place));
  CHECK(names == std::vector<std::string>{"turn pool.waiters timeout, waiting", "turn pool.waiters timeout, ready",
                                          "receive, waiting", "receive, ready"});
}

TEST_CASE("without an end of the search there are no numbers") {
  check::Options options;
  options.budget.max_states = 20;
  const auto world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  const auto column = check::cancellation_matrix(world, MatrixRows::awaits, options);
  CHECK_FALSE(column.exact);
  CHECK(column.stop == check::Stop::states);
  CHECK(column.cells.empty());
  check::Options interrupted;
  interrupted.interrupt = Interrupt::armed();
  interrupted.interrupt.raise();
  CHECK(check::cancellation_matrix(world, MatrixRows::awaits, interrupted).stop == check::Stop::interrupted);
}

}  // namespace
}  // namespace interleak::test

// Exact probabilities against trying everything: each maximal schedule on its own, with exact weights.
#include "sim/check/numbers.hpp"

#include "sim/check/exploration.hpp"
#include "sim/explore/stateless.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::check {
namespace {

using test::shipped;
using test::users;
using test::world_of;
using world::Outcome;

/// A schedule's probability under the uniform scheduler, and under a rate of cancels, by the definition.
struct Weights {
  Rational uniform = 1, rate = 1;
};

Weights weights_of(const world::World& world, const std::vector<Event>& events, const Rational& p) {
  Weights weights;
  world::State state = world.initial();
  for (std::size_t i = 0; i <= events.size(); ++i) {
    Events enabled;
    world.enabled(state, enabled);
    int faults = 0;
    for (const Event event : enabled) faults += world.is_fault(event) ? 1 : 0;
    const bool complete = faults == static_cast<int>(enabled.size());
    const int all = static_cast<int>(enabled.size()) + (complete ? 1 : 0);
    const bool fault = i < events.size() && world.is_fault(events[i]);
    weights.uniform /= all;
    if (fault) weights.rate *= p / faults;
    else weights.rate *= (faults > 0 ? Rational(1) - p : Rational(1)) / (all - faults);
    if (i < events.size()) world.apply(state, events[i]);
  }
  return weights;
}

struct Expected {
  std::map<std::string, Rational> uniform, rate;
  Rational cancels = 0, spent = 0;
};

Expected by_trying(const world::World& world, const Rational& p) {
  Expected expected;
  Stepper<world::World> stepper(world);
  explore::every_schedule(stepper, {.max_schedules = 200'000, .max_length = 200}, [&](const explore::Run& run) {
    const Weights weights = weights_of(world, run.events, p);
    const std::string name(world::kOutcomeNames[run.worst]);
    expected.uniform[name] += weights.uniform;
    expected.rate[name] += weights.rate;
    for (const auto& finding : world::kPoolFindings) {
      if ((run.facts & finding.fact) != 0) expected.uniform[std::string(finding.name)] += weights.uniform;
    }
    int faults = 0;
    for (const Event event : run.events) faults += world.is_fault(event) ? 1 : 0;
    expected.cancels += weights.rate * faults;
    if (faults == world.scenario().cancel.max) expected.spent += weights.rate;
  });
  return expected;
}

Numbers numbers(const world::World& world) {
  const Exploration seen = explore_all(world, {});
  REQUIRE(seen.closed());
  return numbers_of(world, seen.graph, seen.order);
}

void check_against_trying(const world::World& world) {
  const Numbers exact = numbers(world);
  for (int i = 0; i <= 10; ++i) {
    const Rational p(i, 10);
    const Expected expected = by_trying(world, p);
    Rational sum = 0, rate_sum = 0;
    for (const auto& [name, chance] : exact.by_outcome) {
      INFO(name << " at p = " << p);
      CHECK(chance.uniform == expected.uniform.at(name));
      CHECK(chance.rate.at(p) == expected.rate.at(name));
      sum += chance.uniform;
      rate_sum += chance.rate.at(p);
    }
    for (const auto& [name, chance] : exact.by_finding) CHECK(chance.uniform == expected.uniform.at(name));
    CHECK(sum == 1);
    CHECK(rate_sum == 1);
    CHECK(exact.cancels.at(p) == expected.cancels);
    if (world.scenario().cancel.max > 0) CHECK(exact.budget_spent.at(p) == expected.spent);
  }
}

TEST_CASE("probabilities are what trying every schedule says") {
  for (const char* id : {"redis-py-4.5.1/pool", "redis-py-4.5.4/pool", "redis-py-4.5.5/cluster", "patterns/drain",
                         "redis-py-4.3.4/single"}) {
    INFO(id);
    check_against_trying(world_of(users(2, 1, 1), shipped(id)));
  }
  check_against_trying(world_of(users(2, 1, 2), shipped("patterns/release-in-finally")));
  check_against_trying(world_of(users(2, 2, 0), shipped("patterns/release-in-finally")));
}

// --- the adversary ---------------------------------------------------------------------------------

/// Probability that a leak happens if in each state that is not complete by chance alone the strategy says which
/// cancel (by its place among the events, or -1: none) is made.
class Strategies {
 public:
  explicit Strategies(const world::World& world) : world_(world), seen_(explore_all(world, {})) {
    for (std::uint32_t s = 0; s < seen_.graph.size(); ++s) {
      int faults = 0;
      for (const auto& edge : seen_.graph.edges_of(s)) faults += world.is_fault(edge.event) ? 1 : 0;
      if (faults > 0) deciding_.push_back({s, faults});
    }
  }

  std::size_t decisions() const { return deciding_.size(); }

  /// Least and greatest over all strategies.
  std::pair<Rational, Rational> extremes() {
    Rational least = 1, greatest = 0;
    std::vector<int> choice(deciding_.size(), -1);
    for (;;) {
      const Rational value = leak(choice);
      least = std::min(least, value);
      greatest = std::max(greatest, value);
      std::size_t i = 0;
      while (i < choice.size() && ++choice[i] == deciding_[i].second) choice[i++] = -1;
      if (i == choice.size()) return {least, greatest};
    }
  }

 private:
  Rational leak(const std::vector<int>& choice) const {
    const auto& graph = seen_.graph;
    std::vector<Rational> value(graph.size());
    for (std::size_t i = seen_.order.states.size(); i-- > 0;) {
      const std::uint32_t s = seen_.order.states[i];
      int chosen = -1;
      for (std::size_t d = 0; d < deciding_.size(); ++d) {
        if (deciding_[d].first == s) chosen = choice[d];
      }
      Rational sum = 0;
      int others = graph.end[s].complete ? 1 : 0, fault = 0;
      for (const auto& edge : graph.edges_of(s)) {
        const bool leaks = (edge.facts & world::fact::outcome(Outcome::leak)) != 0;
        const Rational there = leaks ? Rational(1) : value[edge.target];
        if (world_.is_fault(edge.event)) {
          if (fault++ == chosen) value[s] = there;
        } else {
          ++others;
          sum += there;
        }
      }
      if (chosen < 0) value[s] = sum / others;
    }
    return value[0];
  }

  const world::World& world_;
  const Exploration seen_;
  std::vector<std::pair<std::uint32_t, int>> deciding_;
};

TEST_CASE("the adversary's values are the extremes over all strategies") {
  auto scenario = users(2, 1, 1);
  scenario.cancel.who = {"alice"};
  int tried = 0;
  for (const char* id : {"patterns/release-in-finally", "patterns/drain", "redis-py-4.5.1/pool",
                         "redis-py-4.5.1/cluster", "patterns/retry"}) {
    for (const auto at : {world::AwaitKind::receive, world::AwaitKind::connect}) {
      scenario.cancel.at = static_cast<std::uint16_t>(1u << static_cast<int>(at));
      for (const int warm : {0, 1}) {
        scenario.pool_warm = warm;
        const auto world = world_of(scenario, shipped(id));
        Strategies all(world);
        if (all.decisions() > 12) continue;
        ++tried;
        const auto [least, greatest] = all.extremes();
        const Numbers exact = numbers(world);
        if (exact.adversary_outcome != "leak") {
          CHECK(greatest == 0);
          continue;
        }
        INFO(id << ", warm " << warm);
        CHECK(exact.adversary.back().least == least);
        CHECK(exact.adversary.back().greatest == greatest);
      }
    }
  }
  CHECK(tried >= 5);
}

TEST_CASE("an adversary with more cancels can do as much at least, and its schedule leaks") {
  const auto world = world_of(users(3, 1, 2), shipped("redis-py-4.5.1/pool"));
  const Numbers exact = numbers(world);
  REQUIRE(exact.adversary.size() == 3);
  CHECK(exact.adversary[0].greatest == 0);
  CHECK(exact.adversary[0].schedule.empty());
  for (std::size_t k = 1; k < 3; ++k) {
    CHECK(exact.adversary[k].greatest >= exact.adversary[k - 1].greatest);
    CHECK(exact.adversary[k].least <= exact.adversary[k - 1].least);
    world::State state = world.initial();
    Facts facts = 0;
    std::size_t cancels = 0;
    for (const Event event : exact.adversary[k].schedule) {
      facts = world.apply(state, event).facts;
      cancels += world.is_fault(event) ? 1u : 0u;
    }
    CHECK((facts & world::fact::outcome(Outcome::leak)) != 0);
    CHECK(cancels <= k);
  }
}

// --- words -----------------------------------------------------------------------------------------

TEST_CASE("runs to see something once with a chance of 95 %") {
  CHECK_FALSE(runs_for_95_percent(0));
  CHECK(*runs_for_95_percent(1) == 1);
  CHECK(*runs_for_95_percent(Rational(1, 2)) == 5);       // 1 - 1/32 = 96.9 %
  CHECK(*runs_for_95_percent(Rational(19, 20)) == 1);
  CHECK(*runs_for_95_percent(Rational(1, 100)) == 299);
  CHECK(*runs_for_95_percent(Rational(1, pow(explore::BigInt(10), 30))) == 1'000'000'000'000'000'000u);
}

TEST_CASE("percentages have three digits, and say 0 and 100 only of what is") {
  CHECK(percent(0) == "0 %");
  CHECK(percent(1) == "100 %");
  CHECK(percent(Rational(1, 3)) == "33.3 %");
  CHECK(percent(Rational(2, 3)) == "66.7 %");
  CHECK(percent(Rational(1, 24)) == "4.17 %");
  CHECK(percent(Rational(1, 1000)) == "0.100 %");
  CHECK(percent(Rational(99999, 100000)) == ">99.9 %");
  CHECK(percent(Rational(1, explore::BigInt("100000000000000"))) == "1.00e-12 %");
}

TEST_CASE("probabilities as people write them") {
  CHECK(*parse_probability("0.01") == Rational(1, 100));
  CHECK(*parse_probability("1/3") == Rational(1, 3));
  CHECK(*parse_probability("2.5 %") == Rational(1, 40));
  CHECK(*parse_probability("1") == 1);
  for (const char* wrong : {"", "x", "1.5", "-1", "1/0", "..", "%", "1/", "0.1.2"}) {
    INFO(wrong);
    CHECK_FALSE(parse_probability(wrong));
  }
}

}  // namespace
}  // namespace interleak::check

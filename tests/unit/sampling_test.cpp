// Samples against exact numbers: drawn frequencies against counts and probabilities, intervals against known
// values and against the definition, the promise of random priorities against what they find. Seeds are fixed.
#include "sim/check/sampling.hpp"

#include <cmath>
#include <set>

#include "sim/check/exploration.hpp"
#include "sim/explore/draw.hpp"
#include "sim/explore/exhaustive.hpp"
#include "sim/explore/pct.hpp"
#include "sim/explore/rate_walk.hpp"
#include "sim/explore/replay.hpp"
#include "sim/explore/walk.hpp"
#include "tests/unit/toys.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::check {
namespace {

using explore::Generator;
using test::shipped;
using test::users;
using test::world_of;

// --- random numbers --------------------------------------------------------------------------------

TEST_CASE("the generator gives the numbers of its authors' program") {
  Generator generator(1234567);
  CHECK(generator.next() == 6457827717110365317u);
  CHECK(generator.next() == 3203168211198807973u);
  CHECK(generator.next() == 9817491932198370423u);
}

TEST_CASE("large random numbers are below their bound, and reach all of it") {
  Generator generator(1);
  const BigInt bound = (BigInt(1) << 130) + 1;   // nearly half of the tries are too large
  BigInt least = bound, greatest = 0;
  for (int i = 0; i < 2'000; ++i) {
    const BigInt x = generator.below(bound);
    REQUIRE(x < bound);
    least = std::min(least, x);
    greatest = std::max(greatest, x);
  }
  CHECK(least < bound / 200);
  CHECK(greatest > bound - bound / 200);
  CHECK(generator.below(BigInt(1)) == 0);
  std::set<BigInt> seen;
  for (int i = 0; i < 200; ++i) seen.insert(generator.below(BigInt(5)));
  CHECK(seen == std::set<BigInt>{0, 1, 2, 3, 4});
}

TEST_CASE("a large random number is made of as many bits as it needs, and of no more") {
  for (unsigned bits = 1; bits <= 200; ++bits) {
    INFO(bits << " bits");
    Generator one(bits), other(bits);
    BigInt expected = 0;
    for (unsigned have = 0; have < bits; have += 64) expected = (expected << 64) | other.next();
    expected >>= (64 - bits % 64) % 64;
    CHECK(one.below(BigInt(1) << bits) == expected);   // none is too large
    CHECK(one.next() == other.next());
  }
}

TEST_CASE("what never happens does not, and what always happens does") {
  Generator generator(1);
  int happened = 0;
  for (int i = 0; i < 1'000; ++i) {
    CHECK_FALSE(generator.happens(Rational(0)));
    CHECK(generator.happens(Rational(1)));
    happened += generator.happens(Rational(1, 3)) ? 1 : 0;
  }
  CHECK(std::abs(happened - 333) < 60);   // four standard deviations
}

// --- frequencies -----------------------------------------------------------------------------------

/// Chi-square statistic of observed numbers against exact probabilities: for k classes its mean
/// is k - 1 and its variance 2(k - 1). All that is drawn must be possible.
double chi_square(const std::map<std::string, std::uint64_t>& drawn, const std::map<std::string, Rational>& exact,
                  std::uint64_t count) {
  for (const auto& [name, number] : drawn) {
    INFO(name);
    REQUIRE(exact.count(name) == 1);
  }
  double sum = 0;
  for (const auto& [name, probability] : exact) {
    const double expected = static_cast<double>(probability) * static_cast<double>(count);
    REQUIRE(expected >= 5);
    const auto found = drawn.find(name);
    const double difference = (found == drawn.end() ? 0.0 : static_cast<double>(found->second)) - expected;
    sum += difference * difference / expected;
  }
  return sum;
}

/// Five standard deviations above the mean: with a right sampler less than one seed in ten thousand is beyond.
double bound(std::size_t classes) {
  const double freedom = static_cast<double>(classes) - 1;
  return freedom + 5 * std::sqrt(2 * freedom) + 5;
}

TEST_CASE("each maximal schedule is drawn as often as the other") {
  const world::World world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  const Exploration seen = explore_all(world, {});
  const explore::Draw draw(seen.graph, seen.order);
  REQUIRE(draw.total() < 1'000);
  const auto all = static_cast<std::uint64_t>(draw.total());
  const std::uint64_t count = 40 * all;
  std::map<std::string, std::uint64_t> drawn;
  Generator generator(7);
  const Stepper<world::World> stepper(world);
  for (std::uint64_t i = 0; i < count; ++i) ++drawn[explore::print_schedule(stepper, draw(generator))];
  CHECK(drawn.size() == all);
  std::map<std::string, Rational> exact;
  for (const auto& [schedule, number] : drawn) exact[schedule] = Rational(1, draw.total());
  CHECK(chi_square(drawn, exact, count) < bound(exact.size()));
}

const Rational kSure(9'999, 10'000);

/// Outcomes of a sample against exact probabilities.
void check_outcomes(const world::World& world, const SampleOptions& options,
                    const std::map<std::string, Rational>& exact) {
  const Sampling sampling = sample(world, {}, options, {});
  REQUIRE(sampling.drawn == options.count);
  CHECK(sampling.broken_off == 0);
  std::map<std::string, std::uint64_t> drawn;
  for (const auto& [name, share] : sampling.by_outcome) {
    INFO(name);
    drawn[name] = share.schedules;
    CHECK(share.likely.low < exact.at(name));
    CHECK(share.likely.high > exact.at(name));
  }
  CHECK(chi_square(drawn, exact, options.count) < bound(exact.size()));
}

TEST_CASE("outcomes are drawn as often as the exact numbers say") {
  for (const char* id : {"redis-py-4.5.1/pool", "patterns/release-in-finally"}) {
    INFO(id);
    const world::World world = world_of(users(2, 1, 1), shipped(id));
    const Exploration seen = explore_all(world, {});
    const Numbers exact = numbers_of(world, seen.graph, seen.order);
    const Analysis analysis = test::analysis_of(world);
    std::map<std::string, Rational> shares, uniform, rate;
    for (const auto& [name, chance] : exact.by_outcome) {
      shares[name] = Rational(analysis.counts->by_outcome.at(name), analysis.counts->schedules);
      uniform[name] = chance.uniform;
      rate[name] = chance.rate.at(Rational(1, 5));
    }
    check_outcomes(world, {.by = Sampler::uniform, .seed = 3, .count = 4'000, .confidence = kSure}, shares);
    check_outcomes(world, {.by = Sampler::scheduler, .seed = 3, .count = 4'000, .confidence = kSure}, uniform);
    check_outcomes(world, {.by = Sampler::rate, .rate = Rational(1, 5), .seed = 3, .count = 4'000, .confidence = kSure},
                   rate);
  }
}

// --- priorities ------------------------------------------------------------------------------------

TEST_CASE("priorities without changes draw each order of independent actors alike") {
  const toys::Counters three(3, 2);   // each whole counter in turn: 3! orders
  Stepper<toys::Counters> stepper(three);
  std::map<std::string, std::uint64_t> drawn;
  std::set<std::uint32_t> actors;
  Generator seeds(11);
  for (int i = 0; i < 6'000; ++i) {
    Generator generator(seeds.next());
    const auto walked = explore::pct_walk(stepper, generator, 1, 7, {100, 0}, actors);
    CHECK(walked.ended);
    ++drawn[explore::print_schedule(stepper, walked.run.events)];
  }
  std::map<std::string, Rational> exact;
  for (const auto& [schedule, number] : drawn) exact[schedule] = Rational(1, 6);
  CHECK(drawn.size() == 6);
  CHECK(chi_square(drawn, exact, 6'000) < bound(6));
  CHECK(actors == std::set<std::uint32_t>{0, 1, 2, explore::kEndActor});
}

TEST_CASE("priorities with changes find each single preemption as often as promised") {
  // What has depth 2 here: that one counter is stopped after so many steps and the other runs to its end. The
  // guarantee is 1 / (n k).
  constexpr std::uint64_t kSteps = 7, kDraws = 8'000;   // two counters to 3, and the end
  const toys::Counters two(2, 3);
  Stepper<toys::Counters> stepper(two);
  std::map<std::string, std::uint64_t> drawn;
  std::set<std::uint32_t> actors;
  Generator seeds(12);
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    Generator generator(seeds.next());
    ++drawn[explore::print_schedule(stepper,
                                    explore::pct_walk(stepper, generator, 2, kSteps, {100, 0}, actors).run.events)];
  }
  const double least = static_cast<double>(kDraws) / static_cast<double>(actors.size() * kSteps);
  for (const char* schedule : {"a b*3 a*2", "a*2 b*3 a", "b a*3 b*2", "b*2 a*3 b"}) {
    INFO(schedule);
    CHECK(static_cast<double>(drawn[schedule]) > least - 4 * std::sqrt(least));
  }
}

TEST_CASE("priorities leak as often as promised, and say what they promise") {
  const world::World world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  const auto* no_leak = property::find_invariant("no-leak");
  REQUIRE(no_leak != nullptr);
  const Sampling found = sample(world, {*no_leak}, {.by = Sampler::pct, .depth = 3, .seed = 5, .count = 2'000}, {});
  REQUIRE(found.guarantee);
  CHECK_FALSE(found.guarantee->exceeded);
  CHECK(found.guarantee->each ==
        Rational(1, BigInt(found.guarantee->actors) * found.guarantee->steps * found.guarantee->steps));
  CHECK(found.guarantee->all < 1 - pow(double(1 - static_cast<double>(found.guarantee->each)), 2'000) + 1e-9);
  CHECK(found.judgements.front().verdict == Verdict::violated);

  const Sampling short_of = sample(world, {*no_leak}, {.by = Sampler::pct, .steps = 3, .count = 50}, {});
  CHECK(short_of.guarantee->exceeded);
}

// --- verdicts --------------------------------------------------------------------------------------

TEST_CASE("a sample never says that something holds, and its witnesses replay") {
  const auto all = property::all_invariants();
  for (const char* id : {"redis-py-4.5.1/pool", "redis-py-4.5.5/pool"}) {
    const world::World world = world_of(users(2, 1, 1), shipped(id));
    const Sampling sampling = sample(world, {all.begin(), all.end()}, {.by = Sampler::scheduler, .count = 500}, {});
    const Analysis analysis = test::analysis_of(world);
    for (std::size_t i = 0; i < sampling.judgements.size(); ++i) {
      const SampledJudgement& judgement = sampling.judgements[i];
      INFO(id << " " << judgement.invariant.name);
      CHECK(judgement.verdict != Verdict::holds);
      CHECK((judgement.verdict == Verdict::violated) == (judgement.violated.schedules > 0));
      if (judgement.verdict != Verdict::violated) continue;
      const Judgement& exact = test::judgement(analysis, std::string(judgement.invariant.name));
      CHECK(exact.verdict == Verdict::violated);
      CHECK(judgement.witness.size() >= exact.witness.size());
      const auto run = [&] {
        Stepper<world::World> stepper(world);
        return std::get<explore::Run>(explore::replay(stepper, judgement.witness));
      }();
      CHECK((run.facts & judgement.invariant.violated_by) != 0);
      CHECK(test::events_of(world, judgement.schedule) == judgement.witness);
    }
  }
}

TEST_CASE("what is not closed has nothing to draw from, and walks are broken off") {
  const world::World world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  Options search;
  search.budget.max_states = 10;
  const Sampling none = sample(world, {}, {.by = Sampler::uniform}, search);
  CHECK(none.drawn == 0);
  CHECK(none.stopped_by == stop_name(Stop::states));
  const Sampling cut = sample(world, {}, {.by = Sampler::scheduler, .count = 20, .max_length = 3}, search);
  CHECK(cut.drawn == 20);
  CHECK(cut.broken_off == 20);
  CHECK(cut.by_outcome.empty());
}

TEST_CASE("the same seed draws the same, another one does not") {
  const world::World world = world_of(users(3, 1, 2), shipped("redis-py-4.5.1/pool"));
  const auto* invariant = property::find_invariant("no-cross-user-reply");
  for (const Sampler by : {Sampler::uniform, Sampler::scheduler, Sampler::rate, Sampler::pct}) {
    const auto drawn = [&](std::uint64_t seed) {
      const Sampling found =
          sample(world, {*invariant}, {.by = by, .rate = Rational(1, 3), .seed = seed, .count = 300}, {});
      std::string text = found.judgements.front().schedule;
      for (const auto& [name, share] : found.by_outcome) text += " " + name + " " + std::to_string(share.schedules);
      return text;
    };
    CHECK(drawn(1) == drawn(1));
    CHECK(drawn(1) != drawn(2));
  }
}

// --- intervals -------------------------------------------------------------------------------------

TEST_CASE("intervals of Clopper and Pearson") {
  const Rational confidence(19, 20);
  const auto is = [&](std::uint64_t seen, std::uint64_t drawn, const Rational& low, const Rational& high) {
    const Interval interval = clopper_pearson(seen, drawn, confidence);
    INFO(seen << " of " << drawn << ": " << interval.low << " " << interval.high);
    CHECK(interval.low == low);
    CHECK(interval.high == high);
  };
  // From tables and other programs, to more digits: 0 of 10: 0.30850; 1 of 10: 0.002529, 0.44502; 5 of 10: 0.18709,
  // 0.81291; 10 of 10: 0.69150; 10 of 100: 0.04900, 0.17622; 0 of 1000: 0.003682.
  is(0, 10, 0, Rational(309, 1000));
  is(1, 10, Rational(252, 100'000), Rational(446, 1000));
  is(5, 10, Rational(187, 1000), Rational(813, 1000));
  is(10, 10, Rational(691, 1000), 1);
  is(10, 100, Rational(490, 10'000), Rational(177, 1000));
  is(0, 1000, 0, Rational(369, 100'000));
}

/// Exactly, by the sum: that of `drawn` draws at least `seen` show what has probability p.
Rational tail(std::uint64_t seen, std::uint64_t drawn, const Rational& p) {
  Rational sum = 0, term = 1;   // term: C(n, i) p^i (1-p)^(n-i)
  for (std::uint64_t i = 0; i < drawn; ++i) term *= Rational(1) - p;
  for (std::uint64_t i = 0; i <= drawn; ++i) {
    if (i >= seen) sum += term;
    term *= p / (Rational(1) - p) * Rational(drawn - i, i + 1);
  }
  return sum;
}

TEST_CASE("intervals are what their definition says, rounded outward by one digit at most") {
  for (const Rational& confidence : {Rational(19, 20), Rational(99, 100)}) {
    const Rational doubt = (Rational(1) - confidence) / 2;
    for (const std::uint64_t drawn : {1u, 7u, 40u}) {
      for (std::uint64_t seen = 0; seen <= drawn; ++seen) {
        INFO(seen << " of " << drawn);
        const Interval interval = clopper_pearson(seen, drawn, confidence);
        const Rational low = interval.low, high = interval.high;
        if (seen == 0) CHECK(low == 0);
        else CHECK((tail(seen, drawn, low) <= doubt && tail(seen, drawn, low * Rational(101, 100)) > doubt));
        if (seen == drawn) CHECK(high == 1);
        else CHECK(Rational(1) - tail(seen + 1, drawn, high == 1 ? Rational(999'999, 1'000'000) : high) <= doubt);
      }
    }
  }
}

TEST_CASE("intervals of large samples take no long time") {
  const Interval interval = clopper_pearson(1'234'567, 10'000'000, Rational(19, 20));
  CHECK(interval.low == Rational(123, 1000));
  CHECK(interval.high == Rational(124, 1000));
}

}  // namespace
}  // namespace interleak::check

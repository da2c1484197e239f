#include "sim/check/sampling.hpp"

#include <algorithm>
#include <set>

#include "sim/check/exploration.hpp"
#include "sim/explore/draw.hpp"
#include "sim/explore/pct.hpp"
#include "sim/explore/rate_walk.hpp"
#include "sim/explore/replay.hpp"
#include "sim/explore/walk.hpp"
#include "sim/terms/names.hpp"

namespace interleak::check {
namespace {

using explore::Generator;
using explore::Walked;
using System = Stepper<world::World>;

/// So many random walks tell how long schedules are, where nobody says.
constexpr int kScouts = 200;

class Sample {
 public:
  Sample(const world::World& world, const std::vector<property::Invariant>& invariants, const SampleOptions& options,
         const Options& search)
      : world_(world), options_(options), search_(search), system_(world), seeds_(options.seed),
        limits_{options.max_length, world::fact::kDiverges} {
    result_.options = options;
    for (const property::Invariant& invariant : invariants) result_.judgements.push_back({.invariant = invariant});
  }

  Sampling run() {
    if (options_.by == Sampler::uniform) draw_uniformly();
    else if (options_.by == Sampler::pct) walk_by_priorities();
    else walk();
    finish();
    return std::move(result_);
  }

 private:
  // --- drawing -------------------------------------------------------------------------------------

  /// Calls `draw(Generator&)` for each schedule, each with a generator of its own: so no schedule depends on how
  /// many random numbers the others took.
  template <class DrawOne>
  void draw_all(const DrawOne& draw) {
    for (std::uint64_t i = 0; i < options_.count; ++i) {
      if (search_.interrupt.raised()) {
        result_.stopped_by = std::string(stop_name(Stop::interrupted));
        return;
      }
      Generator generator(seeds_.next());
      note(draw(generator));
    }
  }

  void draw_uniformly() {
    const Exploration seen = explore_all(world_, search_);
    if (!seen.closed()) {
      result_.stopped_by = seen.stop == Stop::finished ? "the design diverges" : std::string(stop_name(seen.stop));
      return;
    }
    std::optional<explore::Draw> table;
    try {
      table.emplace(seen.graph, seen.order, search_.allowance());
    } catch (const Cut&) {
      result_.stopped_by = std::string(stop_name(search_.ended_by()));
      return;
    }
    const explore::Draw& draw = *table;
    result_.schedules = draw.total();
    draw_all([&](Generator& generator) {
      const auto run = explore::replay(system_, draw(generator));
      return Walked{std::get<explore::Run>(run), true};
    });
  }

  void walk() {
    draw_all([&](Generator& generator) {
      return options_.by == Sampler::rate ? explore::rate_walk(system_, generator, options_.rate, limits_)
                                          : explore::walk(system_, generator, limits_);
    });
  }

  void walk_by_priorities() {
    const std::uint64_t steps = options_.steps != 0 ? options_.steps : scout();
    std::set<std::uint32_t> actors;
    draw_all([&](Generator& generator) {
      return explore::pct_walk(system_, generator, options_.depth, steps, limits_, actors);
    });
    if (result_.drawn > 0) promise(actors.size(), steps);
  }

  /// Events of the longest of some random walks, and the end.
  std::uint64_t scout() {
    std::uint64_t most = 0;
    for (int i = 0; i < kScouts && !search_.interrupt.raised(); ++i) {
      Generator generator(seeds_.next());
      most = std::max<std::uint64_t>(most, explore::walk(system_, generator, limits_).run.events.size());
    }
    return most + 1;
  }

  void promise(std::uint64_t actors, std::uint64_t steps) {
    Guarantee promise{actors, steps, options_.depth, result_.longest + 1 > steps, 0, 0};
    promise.each = Rational(1, BigInt(actors) * pow(BigInt(steps), static_cast<unsigned>(options_.depth - 1)));
    promise.all = at_least_once(promise.each, result_.drawn);
    result_.guarantee = promise;
  }

  /// That one of so many draws shows what each shows with that probability: 1 - (1-p)^n. In whole 2^-64; the
  /// chance to miss it is rounded up at each step, so the result is never too large.
  static Rational at_least_once(const Rational& each, std::uint64_t draws) {
    const BigInt one = BigInt(1) << 64;
    const auto up = [](const BigInt& a, const BigInt& b) { return BigInt((a + b - 1) / b); };
    const Rational miss = Rational(1) - each;
    BigInt factor = up(numerator(miss) * one, denominator(miss)), missed = one;
    for (std::uint64_t n = draws; n > 0; n /= 2) {
      if (n % 2 == 1) missed = up(missed * factor, one);
      factor = up(factor * factor, one);
    }
    return Rational(one - missed, one);
  }

  // --- judging -------------------------------------------------------------------------------------

  void note(const Walked& walked) {
    ++result_.drawn;
    const explore::Run& run = walked.run;
    result_.longest = std::max(result_.longest, run.events.size());
    for (SampledJudgement& judgement : result_.judgements) {
      if ((run.facts & judgement.invariant.violated_by) != 0) note_violation(judgement, run.events);
    }
    for (const auto& finding : world::kPoolFindings) {
      if ((run.facts & finding.fact) != 0) ++result_.by_finding[std::string(finding.name)].schedules;
    }
    if (walked.ended) ++result_.by_outcome[std::string(world::kOutcomeNames[run.worst])].schedules;
    else ++result_.broken_off;
  }

  void note_violation(SampledJudgement& judgement, const Events& events) {
    ++judgement.violated.schedules;
    const std::size_t length = violated_after(judgement.invariant.violated_by, events);
    if (judgement.verdict == Verdict::violated && length >= judgement.witness.size()) return;
    judgement.verdict = Verdict::violated;
    judgement.drawn_as = result_.drawn;
    judgement.witness.assign(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(length));
  }

  /// After how many events one of the facts holds; all of them, if only the end shows it.
  std::size_t violated_after(Facts facts, const Events& events) {
    explore::Player<System> player(system_);
    for (const Event event : events) {
      if ((player.facts() & facts) != 0) break;
      player.step(event);
    }
    return player.length();
  }

  void finish() {
    const auto judge = [&](Share& share) {
      if (result_.drawn > 0) share.likely = clopper_pearson(share.schedules, result_.drawn, options_.confidence);
      else share.likely = {0, 1};
    };
    for (auto& [name, share] : result_.by_outcome) judge(share);
    for (auto& [name, share] : result_.by_finding) judge(share);
    for (SampledJudgement& judgement : result_.judgements) {
      judge(judgement.violated);
      judgement.schedule = explore::print_schedule(system_, judgement.witness);
    }
  }

  const world::World& world_;
  const SampleOptions options_;
  const Options& search_;
  System system_;
  Generator seeds_;
  const explore::WalkLimits limits_;
  Sampling result_;
};

}  // namespace

Sampling sample(const world::World& world, const std::vector<property::Invariant>& invariants,
                const SampleOptions& options, const Options& search) {
  return Sample(world, invariants, options, search).run();
}

Verdict verdict_of(const Sampling& sampling) {
  const bool violated = std::any_of(sampling.judgements.begin(), sampling.judgements.end(),
                                    [](const auto& each) { return each.verdict == Verdict::violated; });
  return violated ? Verdict::violated : Verdict::unknown;
}

}  // namespace interleak::check

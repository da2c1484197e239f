// Work that is cut off, at every place where it asks: what it gives then is what the whole work gives, or it
// is said to be missing; never something else.
#include "sim/kernel/allowance.hpp"

#include <algorithm>
#include <optional>

#include "sim/certify/certificate.hpp"
#include "sim/check/lockstep.hpp"
#include "sim/check/matrix.hpp"
#include "sim/check/numbers.hpp"
#include "sim/check/sampling.hpp"
#include "sim/check/state_space.hpp"
#include "sim/explain/why.hpp"
#include "tests/unit/toys.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

/// Says no from the n-th question on.
class Questions {
 public:
  explicit Questions(std::size_t allowed) : allowed_(allowed) {}
  std::function<bool(std::uint64_t)> room() {
    return [this](std::uint64_t) { return ++asked_ <= allowed_; };
  }
  /// All of them were answered with yes.
  bool never_cut() const { return asked_ <= allowed_; }

 private:
  std::size_t allowed_, asked_ = 0;
};

/// Calls `work(options, cut)` with one question more allowed each time, until none is refused. `cut`: whether
/// something was refused in the meantime.
template <class Work>
std::size_t cut_everywhere(const Work& work) {
  for (std::size_t allowed = 0;; ++allowed) {
    INFO("cut at question " << allowed + 1);
    Questions questions(allowed);
    check::Options options;
    options.room = questions.room();
    work(options, [&] { return !questions.never_cut(); });
    if (questions.never_cut()) return allowed;
    REQUIRE(allowed < 3000);
  }
}

/// Some thousand states: passes ask more than once.
world::World large(const std::string& design = "redis-py-4.5.1/pool") {
  return world_of(users(3, 2, 2), shipped(design));
}

TEST_CASE("a search without room ends where a smaller one would") {
  const toys::Counters wide(6, 4);
  const auto whole = explore::explore(wide);
  const std::size_t questions = cut_everywhere([&](const check::Options& options, const auto& cut) {
    const auto graph = explore::explore(wide, {}, {}, 1, {}, options.allowance());
    CHECK((graph.stop == (cut() ? explore::Stop::bytes : explore::Stop::finished)));
    REQUIRE(graph.size() <= whole.size());
    REQUIRE(graph.first_edge.size() == graph.size() + 1);
    const auto same = [](const auto& part, const auto& all) {
      return std::equal(part.begin(), part.end(), all.begin());
    };
    CHECK(same(graph.arena, whole.arena));
    CHECK(same(graph.level, whole.level));
    CHECK(same(graph.edges, whole.edges));
    for (const auto& edge : graph.edges) CHECK(edge.target < graph.size());
    if (!cut()) CHECK(graph == whole);
  });
  CHECK(questions > 20);
}

TEST_CASE("a search asks for what it is going to take, not for more") {
  const auto most_asked = [](const auto& system, explore::Graph& graph) {
    std::uint64_t most = 0;
    const Allowance allowance({}, [&](std::uint64_t bytes) {
      most = std::max(most, bytes);
      return true;
    });
    graph = explore::explore(system, {}, {}, 1, {}, allowance);
    return most;
  };
  explore::Graph graph;
  // States of three bytes, with many events; and of a thousand bytes, with one.
  const auto asked_for_small = most_asked(toys::Counters(3, 24), graph);
  const auto size_of = [](const explore::Graph& g) {
    return g.arena.size() + g.edges.size() * sizeof(explore::Edge) + std::uint64_t{g.size()} * 128;
  };
  CHECK(asked_for_small > graph.edges.size() * sizeof(explore::Edge) / 2);   // the copy of an array that doubles
  CHECK(asked_for_small < 2 * size_of(graph));
  const auto asked_for_large = most_asked(toys::Corridor(3'000, 1, false, 1'000), graph);
  CHECK(asked_for_large > graph.arena.size() / 2);
  CHECK(asked_for_large < 2 * size_of(graph));
}

TEST_CASE("an analysis says what it knows, and names what it left out") {
  const auto world = large();
  check::Options all;
  all.numbers = check::WhichNumbers::all;
  all.explain = check::Explain::all;
  const auto whole = analysis_of(world, all);
  REQUIRE(whole.left_out.empty());
  std::size_t known = 0, counted = 0;
  const std::size_t questions = cut_everywhere([&](check::Options options, const auto& cut) {
    options.numbers = all.numbers;
    options.explain = all.explain;
    const auto analysis = analysis_of(world, options);
    REQUIRE(analysis.judgements.size() == whole.judgements.size());
    bool explained = true;
    for (std::size_t i = 0; i < whole.judgements.size(); ++i) {
      const auto& judged = analysis.judgements[i];
      if (judged.verdict == check::Verdict::unknown) {
        CHECK(analysis.stop == check::Stop::bytes);
        continue;
      }
      known += 1;
      CHECK(judged.verdict == whole.judgements[i].verdict);
      CHECK(judged.schedule == whole.judgements[i].schedule);
      explained = explained && (!judged.why || judged.why->left_out == whole.judgements[i].why->left_out);
    }
    const auto names = [&](const std::string& what) {
      return std::count(analysis.left_out.begin(), analysis.left_out.end(), what) == 1;
    };
    const bool finished = analysis.stop == check::Stop::finished;
    CHECK((!finished || analysis.counts.has_value() || names("counts")));
    CHECK((!finished || analysis.numbers.has_value() || names("probabilities")));
    CHECK((analysis.left_out.empty() || analysis.left_out_by == check::Stop::bytes));
    if (analysis.counts) CHECK(analysis.counts->by_outcome == whole.counts->by_outcome);
    if (analysis.numbers) {
      CHECK(analysis.numbers->by_outcome.at("leak").uniform == whole.numbers->by_outcome.at("leak").uniform);
    }
    counted += analysis.counts ? 1 : 0;
    if (cut()) CHECK((!finished || !analysis.left_out.empty() || !explained));
  });
  CHECK(questions > 50);
  CHECK(known > questions);   // most of them are known most of the time
  CHECK(counted > 10);
}

TEST_CASE("a folded search that is cut tells no other schedule") {
  const auto world = world_of(users(3, 2, 1), shipped("patterns/release-in-finally"));
  const auto whole = analysis_of(world);
  REQUIRE(whole.kept < whole.states);
  cut_everywhere([&](const check::Options& options, const auto&) {
    const auto analysis = analysis_of(world, options);
    for (std::size_t i = 0; i < whole.judgements.size(); ++i) {
      const auto& judged = analysis.judgements[i];
      if (judged.verdict == check::Verdict::unknown) continue;
      CHECK(judged.verdict == whole.judgements[i].verdict);
      CHECK(judged.schedule == whole.judgements[i].schedule);
    }
  });
}

TEST_CASE("a certificate is whole or not there") {
  const auto world = large("redis-py-4.5.5/pool");
  check::Options with;
  with.certificate = std::make_shared<const certify::Head>();
  const std::string whole = analysis_of(world, with).certificate;
  REQUIRE_FALSE(whole.empty());
  cut_everywhere([&](check::Options options, const auto&) {
    options.certificate = with.certificate;
    const auto analysis = analysis_of(world, options);
    const bool known = std::all_of(analysis.judgements.begin(), analysis.judgements.end(),
                                   [](const auto& j) { return j.verdict != check::Verdict::unknown; });
    CHECK((analysis.certificate.empty() || !known || analysis.certificate == whole));
  });
}

TEST_CASE("matrices, pairs, samples and states that are cut say so") {
  const auto first = large(), second = large("redis-py-4.5.5/pool");
  const auto column = check::cancellation_matrix(first, check::MatrixRows::awaits, {});
  cut_everywhere([&](const check::Options& options, const auto& cut) {
    const auto part = check::cancellation_matrix(first, check::MatrixRows::awaits, options);
    CHECK(part.exact == !cut());
    CHECK((part.stop == check::Stop::finished) == !cut());
    if (part.exact) CHECK(part.all.schedules == column.all.schedules);
  });
  const auto pair = check::lockstep(first, second, std::nullopt, {});
  cut_everywhere([&](const check::Options& options, const auto& cut) {
    const auto part = check::lockstep(first, second, std::nullopt, options);
    CHECK(part.exact == !cut());
    if (part.exact) CHECK(part.shared == pair.shared);
  });
  check::SampleOptions draw;
  draw.by = check::Sampler::uniform;
  draw.count = 10;
  const auto sample = check::sample(first, {}, draw, {});
  cut_everywhere([&](const check::Options& options, const auto& cut) {
    const auto part = check::sample(first, {}, draw, options);
    CHECK(part.stopped_by.empty() == !cut());
    if (!cut()) CHECK(part.schedules == sample.schedules);
  });
  cut_everywhere([&](const check::Options& options, const auto& cut) {
    const auto space = check::state_space(first, world::fact::outcome(world::Outcome::leak), options);
    CHECK(space.seen.closed() == !cut());
    CHECK((space.futures.has_value() && space.onward.has_value()) == !cut());
  });
}

TEST_CASE("what was asked to end is still judged") {
  const auto world = large();
  check::Options options;
  options.interrupt = Interrupt::armed();
  options.numbers = check::WhichNumbers::all;
  std::size_t levels = 0;
  options.progress = [&](const check::Progress&) {
    if (++levels == 9) options.interrupt.raise();
  };
  const auto analysis = analysis_of(world, options);
  CHECK(analysis.stop == check::Stop::interrupted);
  CHECK(judgement(analysis, "no-leak").verdict == check::Verdict::violated);
  CHECK(judgement(analysis, "no-double-owner").verdict == check::Verdict::unknown);
  CHECK_FALSE(analysis.counts);
}

}  // namespace
}  // namespace interleak::test

// Two versions of a design under one scenario: what sim/check/changes.hpp says of two analyses.
#include "sim/check/changes.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::check {
namespace {

Judgement judged(std::string_view name, Verdict verdict, std::size_t steps = 0) {
  Judgement out;
  out.invariant.name = name;
  out.verdict = verdict;
  out.witness.resize(steps);
  return out;
}

Turn turn(const Judgement& before, const Judgement& after) {
  Analysis left, right;
  left.judgements = {before};
  right.judgements = {after};
  return changes_between(left, right).verdicts.at(0).turn;
}

}  // namespace

TEST_CASE("what becomes of a verdict, and of its shortest witness") {
  const auto holds = judged("no-leak", Verdict::holds), unknown = judged("no-leak", Verdict::unknown);
  const auto six = judged("no-leak", Verdict::violated, 6), nine = judged("no-leak", Verdict::violated, 9);
  CHECK(turn(holds, holds) == Turn::same);
  CHECK(turn(six, six) == Turn::same);
  CHECK(turn(six, holds) == Turn::mended);
  CHECK(turn(holds, six) == Turn::broken);
  CHECK(turn(six, nine) == Turn::longer);
  CHECK(turn(nine, six) == Turn::shorter);
  for (const auto& other : {holds, six, unknown}) {
    CHECK(turn(unknown, other) == Turn::unclear);
    CHECK(turn(other, unknown) == Turn::unclear);
  }
}

TEST_CASE("what is not known is not told as unchanged") {
  Analysis cut;
  cut.judgements = {judged("no-leak", Verdict::unknown)};
  CHECK(changes_between(cut, cut).any());
  Analysis uncounted;
  uncounted.judgements = {judged("no-leak", Verdict::holds)};
  CHECK(changes_between(uncounted, uncounted).any());
}

TEST_CASE("shares are those of the analyses, and nothing changes between twice the same") {
  const auto analysis = [](const char* design) {
    return test::analysis_of(test::world_of(test::users(2, 1, 1), test::shipped(design)));
  };
  const Analysis before = analysis("redis-py-4.5.1/pool"), after = analysis("redis-py-4.5.5/pool");
  CHECK_FALSE(changes_between(before, before).any());
  const Changes changes = changes_between(before, after);
  CHECK(changes.any());
  const auto verdict = std::ranges::find(changes.verdicts, "no-cross-user-reply", &VerdictChange::invariant);
  REQUIRE(verdict != changes.verdicts.end());
  CHECK(verdict->turn == Turn::mended);
  Rational of_outcomes = 0;
  for (const ShareChange& each : changes.shares) {
    const auto outcome = before.counts->by_outcome.find(each.name);
    if (outcome == before.counts->by_outcome.end()) continue;
    CHECK(each.before->schedules == outcome->second);
    CHECK(each.after->schedules == after.counts->by_outcome.at(each.name));
    of_outcomes += each.after->share;
  }
  CHECK(of_outcomes == 1);   // each schedule has one worst outcome
}

}  // namespace interleak::check

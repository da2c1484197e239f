#include "sim/check/changes.hpp"

#include <algorithm>

#include "sim/kernel/ensure.hpp"
#include "sim/terms/names.hpp"

namespace interleak::check {
namespace {

VerdictSide side_of(const Judgement& judgement) { return {judgement.verdict, judgement.witness.size()}; }

Turn turn_of(const VerdictSide& before, const VerdictSide& after) {
  if (before.verdict == Verdict::unknown || after.verdict == Verdict::unknown) return Turn::unclear;
  if (before.verdict == Verdict::violated && after.verdict == Verdict::violated) {
    return before.steps == after.steps ? Turn::same : before.steps < after.steps ? Turn::longer : Turn::shorter;
  }
  if (before.verdict == after.verdict) return Turn::same;
  return after.verdict == Verdict::violated ? Turn::broken : Turn::mended;
}

using Counted = std::map<std::string, BigInt>;

std::optional<ShareSide> share_of(const std::optional<Counts>& counts, const Counted Counts::*kind,
                                  const std::string& name) {
  if (!counts) return std::nullopt;
  const BigInt& number = ((*counts).*kind).at(name);
  return ShareSide{number, Rational(number, counts->schedules)};
}

}  // namespace

bool ShareChange::changed() const {
  if (!before || !after) return before.has_value() != after.has_value();
  return before->schedules != after->schedules || before->share != after->share;
}

bool Changes::any() const {
  return std::ranges::any_of(verdicts, [](const VerdictChange& each) { return each.turn != Turn::same; }) ||
         !schedules_before || schedules_before != schedules_after ||
         std::ranges::any_of(shares, [](const ShareChange& each) { return each.changed(); });
}

Changes changes_between(const Analysis& before, const Analysis& after) {
  ensure(before.judgements.size() == after.judgements.size(), "two versions are judged by the same invariants");
  Changes out;
  for (std::size_t i = 0; i < before.judgements.size(); ++i) {
    const VerdictSide left = side_of(before.judgements[i]), right = side_of(after.judgements[i]);
    out.verdicts.push_back({std::string(before.judgements[i].invariant.name), left, right, turn_of(left, right)});
  }
  if (before.counts) out.schedules_before = before.counts->schedules;
  if (after.counts) out.schedules_after = after.counts->schedules;
  const auto add = [&](const Counted Counts::*kind, const std::string& name) {
    out.shares.push_back({name, share_of(before.counts, kind, name), share_of(after.counts, kind, name)});
  };
  for (int i = world::kOutcomes - 1; i >= 0; --i) {
    add(&Counts::by_outcome, std::string(world::kOutcomeNames[static_cast<std::size_t>(i)]));
  }
  for (const auto& finding : world::kPoolFindings) add(&Counts::by_finding, std::string(finding.name));
  return out;
}

}  // namespace interleak::check

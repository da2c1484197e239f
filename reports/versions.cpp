// See versions.hpp: what all its formats say alike.
#include "reports/versions.hpp"

#include <algorithm>
#include <map>

#include "reports/words.hpp"

namespace interleak::reports {
namespace {

constexpr std::size_t kLinesAround = 3;   // equal lines around each change

std::string steps_words(std::size_t steps) { return plural(std::to_string(steps), "step"); }

std::string side_words(const check::VerdictSide& side, const Result& result) {
  switch (side.verdict) {
    case check::Verdict::holds: return "holds";
    case check::Verdict::violated: return "violated in " + steps_words(side.steps);
    default: return "unknown (" + why_unknown(result) + ")";
  }
}

std::string turn_words(const check::VerdictChange& change) {
  using check::Turn;
  const std::size_t before = change.before.steps, after = change.after.steps;
  switch (change.turn) {
    case Turn::same: return "";
    case Turn::mended: return "no longer violated";
    case Turn::broken: return "newly violated";
    case Turn::longer: return steps_words(after - before) + " longer";
    case Turn::shorter: return steps_words(before - after) + " shorter";
    case Turn::unclear: return "not known";
  }
  return "";
}

std::string share_words(const std::optional<check::ShareSide>& side) {
  if (!side) return "not counted";
  if (side->schedules == 0) return "0";
  return short_count(side->schedules) + " (" + check::percent(side->share) + ")";
}

std::string number_words(const std::optional<check::BigInt>& schedules) {
  return schedules ? short_count(*schedules) : "not counted";
}

bool occurs(const check::ShareChange& share) {
  return (share.before && share.before->schedules != 0) || (share.after && share.after->schedules != 0);
}

}  // namespace

std::string version_label(const design::Design& design, const design::Design& other) {
  const std::string file = design.id == other.id ? " (" + design.file + ")" : "";
  return design.id + file;
}

/// A mark for one hidden line would take as much room as the line.
std::vector<bool> shown_lines(const std::vector<design::DiffLine>& lines) {
  std::vector<bool> out(lines.size(), false);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].left != 0 && lines[i].right != 0) continue;
    const std::size_t first = i < kLinesAround ? 0 : i - kLinesAround;
    const std::size_t last = std::min(lines.size(), i + kLinesAround + 1);
    for (std::size_t j = first; j < last; ++j) out[j] = true;
  }
  const auto seen = [&](std::size_t i) { return i >= out.size() || out[i]; };
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i] && (i == 0 || out[i - 1]) && seen(i + 1)) out[i] = true;
  }
  return out;
}

std::string procedure_note(const design::ProcedureDiff& procedure, const std::string& before,
                           const std::string& after) {
  if (procedure.left_origin.empty()) return "only in " + after;
  if (procedure.right_origin.empty()) return "only in " + before;
  return procedure.comments_only ? "the same statements" : "";
}

std::string turns_line(const VersionsReport& report) {
  constexpr std::pair<check::Turn, std::string_view> kTold[] = {{check::Turn::broken, "newly violated"},
                                                                {check::Turn::mended, "no longer violated"},
                                                                {check::Turn::shorter, "violated in fewer steps"},
                                                                {check::Turn::longer, "violated in more steps"},
                                                                {check::Turn::unclear, "not known"},
                                                                {check::Turn::same, "as before"}};
  std::map<check::Turn, int> numbers;
  int verdicts = 0;
  for (const VersionsCase& each : report.cases) {
    for (const auto& change : each.changes.verdicts) ++numbers[change.turn], ++verdicts;
  }
  std::vector<std::string> parts;
  for (const auto& [turn, words] : kTold) {
    if (numbers[turn] > 0) parts.push_back(std::to_string(numbers[turn]) + " " + std::string(words));
  }
  return plural(std::to_string(report.cases.size()), "scenario") + ", " + plural(std::to_string(verdicts), "verdict") +
         ": " + listed(parts);
}

std::vector<VersionsRow> rows_of(const VersionsCase& each, bool all) {
  std::vector<VersionsRow> rows;
  const check::Changes& changes = each.changes;
  for (const auto& change : changes.verdicts) {
    if (change.turn == check::Turn::same && !all) continue;
    rows.push_back({change.invariant, side_words(change.before, each.before), side_words(change.after, each.after),
                    turn_words(change), true, change.turn});
  }
  if (all || !changes.schedules_before || changes.schedules_before != changes.schedules_after) {
    rows.push_back({"all schedules",
                    number_words(changes.schedules_before),
                    number_words(changes.schedules_after),
                    "",
                    false,
                    {}});
  }
  for (const auto& share : changes.shares) {
    if (!share.changed() && !(all && occurs(share))) continue;
    rows.push_back({share.name, share_words(share.before), share_words(share.after), "", false, {}});
  }
  return rows;
}

}  // namespace interleak::reports

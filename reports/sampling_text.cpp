// A sample for people: see sampling.hpp. One function a paragraph, in the order in which they are printed.
#include <algorithm>

#include "reports/chart.hpp"
#include "reports/sampling.hpp"
#include "reports/text.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

using check::SampledJudgement;
using check::Sampler;
using check::Sampling;
using check::Verdict;

std::string grouped_number(std::uint64_t n) { return grouped(std::to_string(n)); }
std::string grouped_schedules(std::uint64_t n) { return plural(grouped_number(n), "schedule"); }

class SamplingText {
 public:
  SamplingText(const SamplingReport& report, const Style& style)
      : report_(report), world_(*report.world), sampling_(report.sampling), style_(style) {}

  std::string verdicts() const {
    std::string out;
    for (const SampledJudgement& judgement : sampling_.judgements) out += verdict(judgement);
    return out;
  }

  std::string rest() const {
    return how() + table() + witness() + guarantee() + line("A sample is no proof: what it does not show is unknown.");
  }

 private:
  std::string line(const std::string& text) const { return "\n  " + paragraph(text, 2, style_.width) + "\n"; }

  // --- verdicts ------------------------------------------------------------------------------------

  std::string verdict(const SampledJudgement& judgement) const {
    constexpr int kVerdictWidth = 10;
    const bool violated = judgement.verdict == Verdict::violated;
    const std::string word = violated ? "VIOLATED" : "unknown";
    const std::string name = name_column(judgement.invariant.name);
    const int indent = 2 + kVerdictWidth + display_width(name);
    return "  " + paint(style_, violated ? Tone::bad : Tone::warning, word) +
           std::string(static_cast<std::size_t>(kVerdictWidth - display_width(word)), ' ') + name +
           paragraph(violated ? seen(judgement) : not_seen(), indent, style_.width) + "\n";
  }

  std::string seen(const SampledJudgement& judgement) const {
    const words::Trace trace = words::trace(world_, judgement.witness);
    return decorated(what_happened(world_, judgement.invariant, trace), style_.ascii) + ", in " +
           grouped_number(judgement.violated.schedules) + " of " + grouped_schedules(sampling_.drawn) + " [" +
           std::string(judgement.invariant.code) + "]";
  }

  std::string not_seen() const {
    if (sampling_.drawn == 0) return "no schedule was drawn: " + why_fewer();
    return "in none of " + grouped_schedules(sampling_.drawn);
  }

  std::string why_fewer() const { return report_.stopped_by.empty() ? sampling_.stopped_by : report_.stopped_by; }

  // --- how it was drawn ----------------------------------------------------------------------------

  std::string strategy() const {
    const check::SampleOptions& options = sampling_.options;
    switch (options.by) {
      case Sampler::uniform:
        return "uniformly from all " + (sampling_.schedules ? short_count(*sampling_.schedules) : std::string());
      case Sampler::scheduler: return "by the uniform scheduler";
      case Sampler::rate: return "with " + trimmed(options.rate) + " cancels";
      case Sampler::pct: return "by priorities with " + plural(grouped_number(options.depth - 1), "change");
    }
    return {};
  }

  /// "1 %" for "1.00 %".
  static std::string trimmed(const check::Rational& rate) {
    std::string text = check::percent(rate);
    text.resize(text.size() - 2);
    if (text.find('.') != std::string::npos && text.find('e') == std::string::npos) {
      text.erase(text.find_last_not_of('0') + 1);
      if (text.back() == '.') text.pop_back();
    }
    return text + " %";
  }

  std::string how() const {
    if (sampling_.drawn == 0) {
      return sampling_.options.by == Sampler::uniform
                 ? line(
                       "Not all states were seen, so that there is nothing to draw from. --by scheduler, --by "
                       "rate:P and --by pct:D need no states.")
                 : std::string();
    }
    std::string text = "Sampled, not explored: " + grouped_schedules(sampling_.drawn) + ", drawn " + strategy() +
                       ", seed " + std::to_string(sampling_.options.seed) + "; the longest has " +
                       plural(grouped_number(sampling_.longest), "step") + ".";
    if (!why_fewer().empty())
      text += " Stopped before " + grouped_number(sampling_.options.count) + ": " + why_fewer() + ".";
    if (sampling_.broken_off > 0) {
      text +=
          " Broken off as too long or endless, and without an outcome: " + grouped_number(sampling_.broken_off) + ".";
    }
    return line(text);
  }

  // --- the table -----------------------------------------------------------------------------------

  struct Row {
    std::string name, seen, likely;
  };

  static Row row(const std::string& name, const check::Share& share) {
    return {name, grouped_number(share.schedules),
            check::percent(share.likely.low) + " to " + check::percent(share.likely.high)};
  }

  std::string table() const {
    if (sampling_.drawn == 0) return {};
    std::vector<Row> rows = {
        {"", "schedules", "how likely, with " + trimmed(sampling_.options.confidence) + " confidence"}};
    for (int i = world::kOutcomes - 1; i >= 0; --i) {
      const auto found = sampling_.by_outcome.find(std::string(world::kOutcomeNames[static_cast<std::size_t>(i)]));
      if (found != sampling_.by_outcome.end()) rows.push_back(row(found->first, found->second));
    }
    for (const auto& finding : world::kPoolFindings) {
      const auto found = sampling_.by_finding.find(std::string(finding.name));
      if (found != sampling_.by_finding.end()) rows.push_back(row(found->first, found->second));
    }
    for (const SampledJudgement& judgement : sampling_.judgements) {
      if (judgement.verdict != Verdict::unknown) continue;
      rows.push_back(row("not " + std::string(judgement.invariant.name), judgement.violated));
    }
    std::size_t names = 0, counts = 0;
    for (const Row& each : rows) {
      names = std::max(names, each.name.size());
      counts = std::max(counts, each.seen.size());
    }
    std::string out = "\n";
    for (const Row& each : rows) {
      out += "    " + padded(each.name, static_cast<int>(names)) + "  " +
             right_aligned(each.seen, static_cast<int>(counts)) + "  " + each.likely + "\n";
    }
    return out;
  }

  // --- the schedule --------------------------------------------------------------------------------

  /// The violation that is told in full: the gravest, then the shortest.
  const SampledJudgement* gravest() const {
    const SampledJudgement* best = nullptr;
    for (const SampledJudgement& each : sampling_.judgements) {
      if (each.verdict != Verdict::violated) continue;
      const bool graver =
          best == nullptr || each.invariant.severity > best->invariant.severity ||
          (each.invariant.severity == best->invariant.severity && each.witness.size() < best->witness.size());
      if (graver) best = &each;
    }
    return best;
  }

  std::string witness() const {
    const SampledJudgement* told = gravest();
    if (told == nullptr) return {};
    return line("The shortest that violates " + std::string(told->invariant.name) + " is number " +
                grouped_number(told->drawn_as) + ", with " + plural(grouped_number(told->witness.size()), "step") +
                " up to there; there may be shorter ones.") +
           "\n" + chart(world_, words::trace(world_, told->witness), style_, false) + "\n  Replay    " +
           replay_command(report_.replay_words, told->schedule) + "\n";
  }

  // --- the guarantee -------------------------------------------------------------------------------

  std::string guarantee() const {
    if (!sampling_.guarantee) return {};
    const check::Guarantee& promise = *sampling_.guarantee;
    if (promise.exceeded) {
      return line("No guarantee: a schedule has more than the " + plural(grouped_number(promise.steps), "step") +
                  " that were planned for. --steps " + std::to_string(sampling_.longest + 1) + " plans for it.");
    }
    const std::string power = promise.depth == 1 ? ""
                              : promise.depth == 2
                                  ? " " + std::to_string(promise.steps)
                                  : " " + std::to_string(promise.steps) + "^" + std::to_string(promise.depth - 1);
    return line("Guarantee: what " + plural(grouped_number(promise.depth), "ordering constraint") +
                (promise.depth == 1 ? " brings" : " bring") + " about is in a schedule with a probability of 1/(" +
                std::to_string(promise.actors) + power + ") = " + check::percent(promise.each) +
                " at least, and in one of these with " + check::percent(promise.all) +
                ", if no schedule has more than the " + plural(grouped_number(promise.actors), "actor") + " and " +
                plural(grouped_number(promise.steps), "step") + " (the end is one of each) that were seen.");
  }

  const SamplingReport& report_;
  const world::World& world_;
  const Sampling& sampling_;
  const Style& style_;
};

}  // namespace

std::string sampling_text(const SamplingReport& report, const Style& style, bool quiet) {
  const SamplingText text(report, style);
  std::string out = header_line(*report.world, style);
  if (!quiet) out += "\n";
  out += text.verdicts();
  if (!quiet) out += text.rest();
  return trim_lines(out);
}

}  // namespace interleak::reports

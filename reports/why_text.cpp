// The explanation of a witness for people: see why.hpp. One function a paragraph, in the order in which
// they are printed.
#include <algorithm>

#include "reports/result.hpp"
#include "reports/why.hpp"
#include "reports/words.hpp"
#include "sim/explain/why.hpp"
#include "sim/kernel/schedule.hpp"

namespace interleak::reports {
namespace {

constexpr int kTextColumn = 12;

/// "  Because   ...", wrapped behind the heading.
std::string headed(std::string_view heading, const std::string& text, const Style& style) {
  return "\n  " + paint(style, Tone::strong, heading) +
         std::string(static_cast<std::size_t>(kTextColumn - 2) - heading.size(), ' ') +
         paragraph(text, kTextColumn, style.width) + "\n";
}

std::string told(const words::Prose& text, const Style& style) { return printable(decorated(text, style.ascii)); }

std::string because_text(const explain::Why& why, const Style& style) {
  if (why.because.empty()) return {};
  std::string text;
  for (const explain::Sentence& sentence : why.because) {
    std::string each = told(sentence.text, style);
    text += (text.empty() ? "" : " ") + each;
  }
  return headed("Because", text, style);
}

std::string chance_text(const check::Judgement& judgement, const Style& style) {
  const auto& along = judgement.why->along;
  if (!along) return {};
  std::string text = "P: how likely it is after each step that " + std::string(judgement.invariant.name) +
                     " is violated, if each enabled event is equally likely; at the start " +
                     percent_text(along->probability.front()) + ".";
  if (along->last_safe_choice < 0) text += " It is never avoided.";
  return "       " + paint(style, Tone::dim, paragraph(text, 7, style.width)) + "\n";
}

std::string safe_text(const explain::Why& why, const Style& style) {
  if (why.never_safe) {
    return headed("Safe", "No maximal schedule is: the violation is not a matter of order.", style);
  }
  if (!why.safe) return {};
  const explain::SafeSchedule& safe = *why.safe;
  std::string text = "The nearest safe schedule is " + plural(std::to_string(safe.edits), "edit") +
                     " away: " + told(safe.difference.text, style);
  if (safe.check) text += " " + told(safe.check->text, style);
  if (!safe.ending.empty()) text += " In the end " + told(safe.ending, style) + ".";
  if (!safe.nothing_violated) text += " Another invariant is violated in it: no schedule is free of all.";
  return headed("Safe", text, style) + std::string(kTextColumn, ' ') + "-s " + shell_quoted(safe.schedule) + "\n";
}

/// Steps with the places where they may stand.
std::string freedom_text(const explain::Why& why, const Style& style) {
  std::string ranges, droppable;
  for (std::size_t i = 0; i < why.freedom.size(); ++i) {
    const explain::Freedom& step = why.freedom[i];
    const std::string number = std::to_string(i + 1);
    if (step.droppable) droppable += (droppable.empty() ? "" : ", ") + number;
    if (step.earliest == step.latest) continue;
    ranges += (ranges.empty() ? "step " : ", ") + number + " from " + std::to_string(step.earliest) + " to " +
              std::to_string(step.latest);
  }
  std::string text;
  if (!ranges.empty()) {
    text = "Where a step may stand, the others as they are, with the same outcome: " + ranges + ".";
  } else if (!why.freedom.empty()) {
    text = "No step may stand elsewhere.";
  }
  if (!droppable.empty()) text += " Not needed at all: " + droppable + ".";
  return text.empty() ? "" : headed("Order", text, style);
}

std::string cause_words(const explain::RootCause& cause) {
  const auto line = [](const words::LineView& at) { return "`" + at.text + "` (" + place(at) + ")"; };
  std::string text = cause.cancel ? "the cancel lands at " + line(*cause.cancel) +
                                        " and leaves: " + std::string(explain::residue_name(cause.residue))
                                  : "without a cancel of who asked";
  return text + (cause.read ? "; read at " + line(*cause.read) : "; no reply was read");
}

std::string schedule_text(const world::World& world, const Events& events) {
  std::vector<std::string> texts;
  for (const Event event : events) texts.push_back(world.text(event));
  return join_schedule(texts);
}

std::string causes_text(const world::World& world, const explain::Why& why, const Style& style, bool all) {
  if (!why.causes) return {};
  constexpr std::size_t kMost = 4;
  const explain::Causes& causes = *why.causes;
  const std::size_t shown = all ? causes.classes.size() : std::min(kMost, causes.classes.size());
  const std::string outcome(world::kOutcomeNames[static_cast<std::size_t>(causes.outcome)]);
  const std::string_view name = "Root causes";
  const std::string title =
      paragraph(std::string(name) + " of the " + plural(grouped(short_count(causes.schedules)), "schedule") +
                    " with a " + outcome + ", each in one class",
                2, style.width);
  std::string out = "\n  " + paint(style, Tone::strong, std::string(name)) + title.substr(name.size()) + "\n";
  for (std::size_t i = 0; i < shown; ++i) {
    const explain::RootCause& cause = causes.classes[i];
    const std::string number = right_aligned(grouped(short_count(cause.schedules)), 9) + "  P " +
                               padded(percent_text(cause.probability), 7) + "  ";
    out += "  " + number + paragraph(cause_words(cause), 2 + display_width(number), style.width) + "\n";
    const int column = 2 + display_width(number);
    const std::string schedule = "in " + plural(std::to_string(cause.witness.size()), "step") + ": -s " +
                                 shell_quoted(schedule_text(world, cause.witness));
    out += std::string(static_cast<std::size_t>(column), ' ') + paragraph(schedule, column, style.width) + "\n";
  }
  if (shown < causes.classes.size()) {
    out += "  and " + plural(std::to_string(causes.classes.size() - shown), "class") + " more (-v or --json)\n";
  }
  return out;
}

}  // namespace

std::string percent_text(const explain::Rational& probability) {
  using explain::BigInt;
  if (probability == 0) return "0 %";
  if (probability == 1) return "100 %";
  const BigInt scaled = boost::multiprecision::numerator(probability) * 1000;
  const BigInt& whole = boost::multiprecision::denominator(probability);
  const auto tenths = static_cast<int>((scaled * 2 + whole) / (whole * 2));  // rounded
  if (tenths == 0) return "<0.1 %";
  if (tenths == 1000) return ">99.9 %";
  const std::string fraction = tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10);
  return std::to_string(tenths / 10) + fraction + " %";
}

std::vector<StepMargin> margins_of(const check::Judgement& judgement, const Style&) {
  std::vector<StepMargin> margins;
  if (!judgement.why) return margins;
  const explain::Why& why = *judgement.why;
  for (std::size_t i = 0; i < judgement.witness.size(); ++i) {
    StepMargin& margin = margins.emplace_back();
    if (i < why.freedom.size()) margin.movable = why.freedom[i].earliest != why.freedom[i].latest;
    if (!why.along) continue;
    margin.chance = percent_text(why.along->probability[i + 1]);
    const int step = static_cast<int>(i) + 1;
    if (step == why.along->last_safe_choice) margin.mark = "last safe choice";
    if (why.along->last_safe_choice >= 0 && step == why.along->last_safe_choice + 1) {
      margin.mark = "point of no return";
    }
  }
  return margins;
}

std::string why_text(const world::World& world, const check::Judgement& judgement, const Style& style, bool all) {
  if (!judgement.why) return {};
  const explain::Why& why = *judgement.why;
  std::string out = chance_text(judgement, style) + because_text(why, style) + safe_text(why, style) +
                    freedom_text(why, style) + causes_text(world, why, style, all);
  for (const std::string& each : why.left_out) {
    out += "\n  " + paragraph("Left out (--why always asks for it): " + each + ".", 2, style.width) + "\n";
  }
  return out;
}

}  // namespace interleak::reports

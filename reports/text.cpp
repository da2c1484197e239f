// The text report: see text.hpp. One function a paragraph, in the order in which they are printed.
#include "reports/text.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "reports/certificate.hpp"
#include "reports/chart.hpp"
#include "reports/numbers_text.hpp"
#include "reports/why.hpp"
#include "reports/words.hpp"
#include "sim/check/faultless.hpp"
#include "sim/explain/why.hpp"
#include "sim/scenario/reader.hpp"

namespace interleak::reports {
namespace {

using check::Judgement;
using check::Verdict;

std::string dot(const Style& style) { return style.ascii ? " | " : " · "; }

std::string suspends_name(design::SendSuspends suspends) {
  static constexpr std::array<std::string_view, 4> kNames = {"never", "after", "before", "may"};
  return std::string(kNames[static_cast<std::size_t>(suspends)]);
}

/// Of an invariant about failures.
constexpr std::string_view kNotJudged =
    "the world without faults is too large to be seen whole, and so it is not known "
    "which errors are no matter of faults";

std::string count_text(std::uint64_t number) { return grouped(std::to_string(number)); }

// --- verdicts ------------------------------------------------------------------------------------

/// " (not judged: none free, which needs no fault)": the failures that an invariant leaves out.
std::string not_judged(const world::World& world, const property::Invariant& invariant) {
  if ((invariant.violated_by & check::kFailures) == 0 || world.excused() == nullptr) return {};
  std::bitset<world::kMaxFailureNames> all;
  for (const auto& names : world.excused()->names) all |= names;
  if (all.none()) return {};
  std::string out;
  for (std::size_t name = 0; name < all.size(); ++name) {
    if (!all.test(name)) continue;
    out += (out.empty() ? "" : ", ") + world::failure_text(world, static_cast<world::FailureName>(name));
  }
  return " (not judged: " + out + ", which " + (all.count() == 1 ? "needs" : "need") + " no fault)";
}

std::string verdict_line(const Result& result, std::size_t index, const Style& style) {
  const Judgement& judgement = result.analysis.judgements[index];
  std::string word, text;
  Tone tone = Tone::good;
  if (judgement.verdict == Verdict::violated) {
    word = "VIOLATED";
    tone = Tone::bad;
    if (result.traces[index]) {
      text = decorated(what_happened(*result.world, judgement.invariant, *result.traces[index]), style.ascii);
    }
    if (judgement.without_cancel) text += ", with no cancel at all";
    text += " [" + std::string(judgement.invariant.code) + "]";
  } else if (judgement.verdict == Verdict::unknown) {
    word = "unknown";
    tone = Tone::warning;
    const bool seen = result.analysis.diverges || check::can_judge(*result.world, judgement.invariant);
    text = "no violation within " + plural(std::to_string(result.analysis.clear_steps), "step") + "; " +
           (result.analysis.diverges ? "the design diverges"
            : seen                   ? why_unknown(result)
                                     : std::string(kNotJudged));
  } else if (!judgement.vacuous.empty()) {
    word = "holds";
    tone = Tone::warning;
    text = "(vacuous: " + judgement.vacuous + ")";
  } else {
    word = "holds";
    text = std::string(judgement.invariant.meaning) + not_judged(*result.world, judgement.invariant);
  }
  return verdict_row({word, tone, judgement.invariant.name, text}, style);
}

// --- the witness ---------------------------------------------------------------------------------

/// The listing around one line, with a mark on it.
std::string excerpt(const world::World& world, const words::LineView& at, const std::string& mark, const Style& style) {
  constexpr int kAround = 3;
  const auto found = world.design().procedures.find(at.procedure);
  if (found == world.design().procedures.end()) return {};
  const auto& lines = found->second.lines;
  const int count = static_cast<int>(lines.size());
  const std::string bar = style.ascii ? " | " : " │ ";
  std::string out = "     " + paint(style, Tone::dim, at.origin + dot(style) + at.procedure) + "\n";
  for (int n = std::max(1, at.line - kAround); n <= std::min(count, at.line + kAround); ++n) {
    std::string text = printable(lines[static_cast<std::size_t>(n - 1)].text);
    const std::string number = right_aligned(std::to_string(n), 6);
    if (n != at.line) {
      out += paint(style, Tone::dim, number + bar) + clipped(text, style.width - 9, style.ascii) + "\n";
      continue;
    }
    const int room = std::max(style.width - 9 - display_width(mark) - 2, 10);
    text = padded(clipped(text, room, style.ascii), std::min(36, room));
    out += paint(style, Tone::strong, number + bar + text) + "  " + paint(style, Tone::warning, mark) + "\n";
  }
  return out;
}

/// One excerpt for each line that a cancel lands on.
std::string excerpts(const world::World& world, const words::Trace& trace, const Style& style) {
  std::set<std::string> shown;
  std::string out;
  for (const words::StepView& step : trace.steps) {
    if (!step.cancel || !step.line || !shown.insert(place(*step.line)).second) continue;
    const std::string mark = std::string(style.ascii ? "<- " : "← ") + "the cancel lands here";
    out += "\n" + excerpt(world, *step.line, mark, style);
  }
  return out;
}

std::string replay_line(const Result& result, const Judgement& judgement) {
  return "  Replay    " + replay_command(result.replay_words, judgement.schedule) + "\n";
}

int cancels_in(const words::Trace& trace) {
  return static_cast<int>(
      std::count_if(trace.steps.begin(), trace.steps.end(), [](const auto& step) { return step.cancel; }));
}

/// What such a scheduler does run, where that is known.
std::string under_fifo(const Judgement& judgement) {
  if (!judgement.why || !judgement.why->under_fifo) return "";
  const explain::UnderFifo& fifo = *judgement.why->under_fifo;
  const std::string invariant(judgement.invariant.name);
  if (fifo.events.empty()) return " No schedule that it runs violates " + invariant + ".";
  return " The shortest one that it runs, and that violates " + invariant + ", has " +
         plural(std::to_string(fifo.events.size()), "step") + ":";
}

std::string story_of(const Result& result, std::size_t index, const TextOptions& options) {
  const Judgement& judgement = result.analysis.judgements[index];
  const words::Trace& trace = *result.traces[index];
  const Style& style = options.style;
  const int cancels = cancels_in(trace);
  const std::string title = "Shortest violation of " + std::string(judgement.invariant.name) + ": " +
                            plural(std::to_string(judgement.witness.size()), "step") + ", " +
                            (cancels == 0 ? "no cancel" : plural(std::to_string(cancels), "cancel"));
  std::string out = "\n  " + paragraph(title, 2, style.width) + "\n\n";
  out += chart(*result.world, trace, style, options.verbose, margins_of(judgement, style));
  out += why_text(*result.world, judgement, style, options.verbose);
  if (judgement.without_cancel) {
    out += "\n  It happens without any cancel, too.\n";
  }
  if (!trace.possible_under_fifo) {
    out += "\n  " +
           paragraph(
               "A scheduler that always resumes the task that has been ready for longest (asyncio's) "
               "does not run this schedule." +
                   under_fifo(judgement),
               2, style.width) +
           "\n";
    if (judgement.why && judgement.why->under_fifo && !judgement.why->under_fifo->events.empty()) {
      out += "  -s " + shell_quoted(judgement.why->under_fifo->schedule) + "\n";
    }
  }
  out += excerpts(*result.world, trace, style);
  return out + "\n" + replay_line(result, judgement);
}

std::string witnesses(const Result& result, const TextOptions& options) {
  const int first = gravest_violation(result.analysis);
  if (first < 0) return {};
  std::string out, also;
  std::set<std::string> told;
  const auto tell = [&](std::size_t index) {
    out += story_of(result, index, options);
    told.insert(result.analysis.judgements[index].schedule);
  };
  tell(static_cast<std::size_t>(first));
  for (std::size_t i = 0; i < result.analysis.judgements.size(); ++i) {
    const Judgement& judgement = result.analysis.judgements[i];
    if (judgement.verdict != Verdict::violated || told.count(judgement.schedule) != 0) continue;
    if (options.verbose) {
      tell(i);
    } else {
      told.insert(judgement.schedule);
      also += "  Also      " + std::string(judgement.invariant.name) + " in " +
              plural(std::to_string(judgement.witness.size()), "step") + ": -s " + shell_quoted(judgement.schedule) +
              "\n";
    }
  }
  return out + also;
}

// --- totals --------------------------------------------------------------------------------------

std::string counts_text(const check::Counts& counts, const Style& style) {
  std::string outcomes, findings;
  const auto add = [](std::string& out, std::string_view name, const check::BigInt& number) {
    if (number == 0) return;
    out += (out.empty() ? "" : ", ") + grouped(number.str()) + " " + std::string(name);
  };
  for (int i = world::kOutcomes - 1; i >= 0; --i) {
    const std::string name(world::kOutcomeNames[static_cast<std::size_t>(i)]);
    const auto found = counts.by_outcome.find(name);
    if (found != counts.by_outcome.end()) add(outcomes, name, found->second);
  }
  for (const auto& finding : world::kPoolFindings) {
    const auto found = counts.by_finding.find(std::string(finding.name));
    if (found != counts.by_finding.end()) add(findings, finding.name, found->second);
  }
  std::string out = "  Schedules by worst outcome: " + paragraph(outcomes, 30, style.width) + "\n";
  if (!findings.empty()) {
    out += "  Schedules with a finding:   " + paragraph(findings, 30, style.width) + "\n";
  }
  return out;
}

/// A budget counts what was kept.
std::string kept_text(const check::Analysis& analysis, bool ended_early) {
  if (!ended_early || analysis.kept == analysis.states) return "";
  return " (" + count_text(analysis.kept) + " kept for them)";
}

/// What the design runs into, and the schedule that shows it.
std::string divergence(const Result& result, const Style& style) {
  const std::string who = "The design";
  const std::string text = paragraph(divergence_text(who, result.analysis.bound) + ", after", 2, style.width);
  const auto painted = (who + " diverges").size();
  return "  " + paint(style, Tone::bad, text.substr(0, painted)) + text.substr(painted) + "\n  " +
         replay_command(result.replay_words, result.analysis.diverges_schedule) + "\n";
}

std::string totals(const Result& result, const Style& style) {
  const check::Analysis& analysis = result.analysis;
  const std::string why = why_unknown(result);
  std::string text = why.empty() ? "Explored all of it: " : "Ended early (" + why + "): ";
  text += plural(count_text(analysis.states), "state") + kept_text(analysis, !why.empty()) + ", " +
          plural(count_text(analysis.transitions), "transition") + ", ";
  if (analysis.counts) {
    text += plural(grouped(analysis.counts->schedules.str()), "schedule") + ", ";
  }
  text += "depth " + std::to_string(analysis.depth) + ".";
  text += !why.empty() ? " What was not seen is not judged."
          : analysis.left_out.empty()
              ? " Nothing left out."
              : " Left out, for " + check::ended_by(analysis) + " ended it: " + listed(analysis.left_out) + ".";
  std::string out = "\n  " + paragraph(text, 2, style.width) + "\n";
  if (analysis.counts) out += counts_text(*analysis.counts, style);
  if (analysis.diverges) {
    out += "\n" + divergence(result, style);
  }
  return out;
}

/// Who gets to see what in some schedule. Bounded: the rest is in the JSON.
std::string disclosures_text(const check::Analysis& analysis, const world::World& world, const Style& style) {
  constexpr std::size_t kMost = 8;
  const auto& all = analysis.disclosures;
  if (all.empty()) return {};
  std::string out = "\n  Who gets what in some schedule\n";
  for (std::size_t i = 0; i < std::min(kMost, all.size()); ++i) {
    const std::string text = printable(decorated(words::told(world, all[i]), style.ascii));
    out += "    " + paint(style, Tone::bad, paragraph(text, 6, style.width)) + "\n";
  }
  if (all.size() > kMost) {
    out += "    and " + std::to_string(all.size() - kMost) + " more (--json has all)\n";
  }
  return out;
}

std::string coverage_text(const Result& result, const Style& style) {
  std::string out = "\n  Coverage: lines that ran, and awaits that a cancel landed on\n", heading;
  for (const check::LineCoverage& line : result.analysis.coverage) {
    const std::string title = line.line.origin + dot(style) + line.line.procedure;
    if (title != heading) out += "\n     " + paint(style, Tone::dim, title) + "\n";
    heading = title;
    std::string mark = !line.ran ? "never ran" : "";
    if (line.ran && line.is_await) {
      mark = line.cancelled_waiting && line.cancelled_ready ? "cancelled waiting, and ready"
             : line.cancelled_waiting                       ? "cancelled waiting"
             : line.cancelled_ready                         ? "cancelled ready"
                                                            : "await, never cancelled";
    }
    const int room = std::max(style.width - 42, 20);
    out += right_aligned(std::to_string(line.line.line), 6) + (style.ascii ? " | " : " │ ") +
           padded(clipped(printable(line.line.text), room, style.ascii), room) + "  " +
           paint(style, line.ran ? Tone::dim : Tone::warning, mark) + "\n";
  }
  return trim_lines(out);
}

std::string timings_text(const Result& result) {
  const auto milliseconds = static_cast<long long>(result.seconds * 1000);
  const std::string fraction = std::to_string(milliseconds % 1000);
  return "  " + std::to_string(milliseconds / 1000) + "." + std::string(3 - fraction.size(), '0') + fraction + " s, " +
         std::to_string(result.bytes >> 20) + " MiB, " + plural(std::to_string(result.threads), "thread") +
         (result.known ? ", from the cache" : "") + "\n";
}

/// Settings of the scenario that change what the design does by itself.
std::string overrides_line(const world::World& world) {
  const auto own = world.design().send_suspends;
  if (world.send_suspends() == own) return {};
  return "  send_suspends: " + suspends_name(world.send_suspends()) + " (the scenario's; the design says " +
         suspends_name(own) + ")\n";
}

}  // namespace

std::string name_column(std::string_view invariant) {
  constexpr int kUsual = 21, kGap = 2;   // what is behind a longer name stands further right
  return padded(std::string(invariant), std::max(kUsual, static_cast<int>(invariant.size()) + kGap));
}

std::string verdict_row(const VerdictRow& row, const Style& style) {
  constexpr int kVerdictWidth = 10;
  const int gap = kVerdictWidth - display_width(row.word);
  const std::string name = name_column(row.invariant);
  return "  " + paint(style, row.tone, row.word) + std::string(static_cast<std::size_t>(gap), ' ') + name +
         paragraph(printable(row.text), 2 + kVerdictWidth + display_width(name), style.width) + "\n";
}

/// "≤2 cancels of alice at send or receive".
static std::string faults_words(int max, std::string_view noun, const std::vector<std::string>& who,
                                const std::vector<std::string>& at, const Style& style) {
  std::string out = (style.ascii ? "<=" : "≤") + plural(std::to_string(max), noun);
  const auto list = [&](std::string_view before, std::string_view between, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) out.append(i == 0 ? before : between).append(names[i]);
  };
  list(" of ", " or ", who);
  list(" at ", " or ", at);
  return out;
}

/// "≤2 cancels of alice at send or receive (vanish)".
static std::string cancels_words(const scenario::Scenario& scenario, const Style& style) {
  const scenario::Cancel& cancel = scenario.cancel;
  if (cancel.max == 0) return "no cancel";
  std::string out = faults_words(cancel.max, "cancel", cancel.who, cancel_awaits(scenario), style);
  if (cancel.kind == scenario::CancelKind::raise) return out;
  return out + " (" + std::string(scenario::kCancelKinds[static_cast<std::size_t>(cancel.kind)]) + ")";
}

std::string header_line(const scenario::Scenario& scenario, const std::optional<Places>& places, std::string_view about,
                        const Style& style) {
  const auto number = [](int n, std::string_view noun) { return plural(std::to_string(n), noun); };
  std::string size = number(static_cast<int>(scenario.tasks.size()), "task");
  if (places) size += ", " + number(places->connections, "connection");
  if (places && places->nodes > 1) size += " on " + number(places->nodes, "node");
  size += ", " + cancels_words(scenario, style);
  const scenario::ServerErrors& errors = scenario.server_errors;
  if (errors.max > 0) size += ", " + faults_words(errors.max, "server error", errors.who, errors.at, style);
  if (scenario.ready == scenario::Ready::fifo) size += ", fifo";
  if (scenario.may_be_silent) size += ", silent server";
  if (scenario.protocol->id != scenario::standard_protocol()->id) size += ", protocol " + scenario.protocol->id;
  std::string physics;
  for (const std::string& name : physics_names(scenario)) physics += (physics.empty() ? "" : "+") + name;
  if (!physics.empty()) size += ", physics " + physics;
  if (scenario.ownership_check) size += ", ownership check";
  const std::string line = paint(style, Tone::strong, "interleak " + std::string(kToolVersion)) + dot(style) +
                           printable(scenario_name(scenario)) + dot(style) + size + dot(style) + printable(about);
  return paragraph(line, 2, style.width) + "\n";
}

std::string header_line(const world::World& world, std::string_view about, bool connections, const Style& style) {
  std::optional<Places> places;
  if (connections) places = Places{world.connections(), world.nodes()};
  return header_line(world.scenario(), places, about, style);
}

std::string header_line(const world::World& world, const Style& style) {
  return header_line(world, world.design().id, true, style) + overrides_line(world);
}

std::string run_text(const Result& result, const TextOptions& options) {
  std::string out = header_line(*result.world, options.style);
  if (!options.quiet) out += "\n";
  for (std::size_t i = 0; i < result.analysis.judgements.size(); ++i) {
    out += verdict_line(result, i, options.style);
  }
  if (options.quiet) return out;
  out += witnesses(result, options) + totals(result, options.style) +
         disclosures_text(result.analysis, *result.world, options.style);
  if (options.chances && result.analysis.numbers) out += numbers_text(result, options.rate, options.style);
  out += certificate_line(result, options.style);
  if (options.coverage) out += coverage_text(result, options.style);
  if (options.timings) out += timings_text(result);
  return trim_lines(out);
}

/// Under the uniform scheduler.
static std::string chance_of_leak(const Result& result) {
  if (!result.analysis.numbers) return "-";
  const auto& all = result.analysis.numbers->by_outcome;
  const auto leak = all.find("leak");
  return leak == all.end() ? "0" : check::percent(leak->second.uniform);
}

std::string comparison_text(std::span<const Result> results, const Style& style) {
  static constexpr std::array<std::string_view, 10> kHeads = {"design", "schedules", "leak",      "chance", "wrong",
                                                              "type",   "starved",   "lost slot", "zombie", "verdict"};
  std::vector<std::array<std::string, 10>> rows;
  const bool one_scenario = std::all_of(results.begin(), results.end(), [&](const Result& result) {
    return scenario_name(result.scenario()) == scenario_name(results.front().scenario());
  });
  for (const Result& result : results) {
    std::array<std::string, 10> row;
    row.fill("-");
    const std::string label = result.design().id + (one_scenario ? "" : dot(style) + scenario_name(result.scenario()));
    row[0] = label;
    if (const auto& counts = result.analysis.counts) {
      const auto outcome = [&](const char* name) { return short_count(counts->by_outcome.at(name)); };
      const auto finding = [&](const char* name) { return short_count(counts->by_finding.at(name)); };
      row = {label,
             short_count(counts->schedules),
             outcome("leak"),
             chance_of_leak(result),
             outcome("wrong-value"),
             outcome("type-error"),
             outcome("starved"),
             finding("lost-slot"),
             finding("zombie"),
             ""};
    }
    row[9] = check::verdict_name(verdict_of(result.analysis));
    rows.push_back(std::move(row));
  }
  std::array<int, 10> widths{};
  for (std::size_t i = 0; i < widths.size(); ++i) {
    widths[i] = static_cast<int>(kHeads[i].size());
    for (const auto& row : rows) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  const auto total = [&] {
    int columns = 0;
    for (const int width : widths) columns += width == 0 ? 0 : width + 2;
    return columns;
  };
  for (std::size_t i = 3; i + 1 < widths.size() && total() > style.width; ++i) {
    const bool says_nothing =
        std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return row[i] == "0" || row[i] == "-"; });
    if (says_nothing) widths[i] = 0;  // a column of zeros makes room for the names
  }
  if (const int excess = total() - style.width; excess > 0) {
    widths[0] = std::max(12, widths[0] - excess);
  }
  std::string out = "\n  ";
  const auto put = [&](std::size_t i, const std::string& text) {
    if (widths[i] == 0) return;
    const std::string cell = clipped(text, widths[i], style.ascii);
    out += (i == 0 || i == 9 ? padded(cell, widths[i]) : right_aligned(cell, widths[i])) + "  ";
  };
  for (std::size_t i = 0; i < kHeads.size(); ++i) put(i, std::string(kHeads[i]));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    out += "\n  ";
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) put(i, rows[r][i]);
    const Verdict verdict = verdict_of(results[r].analysis);
    out += paint(style,
                 verdict == Verdict::violated ? Tone::bad
                 : verdict == Verdict::holds  ? Tone::good
                                              : Tone::warning,
                 rows[r][9]);
  }
  return trim_lines(out + "\n");
}

std::string replay_text(const world::World& world, const words::Trace& trace, const TextOptions& options) {
  const Style& style = options.style;
  std::string out = header_line(world, style) + "\n" + chart(world, trace, style, options.verbose);
  if (options.quiet) return out;
  out += excerpts(world, trace, style) + "\n  Outcomes\n";
  bool any = false;
  for (const words::StepView& step : trace.steps) {
    for (const words::OutcomeView& outcome : step.outcomes) {
      any = true;
      const auto& task = world.scenario().tasks[static_cast<std::size_t>(outcome.task)];
      const auto kind = world::kOutcomeNames[static_cast<std::size_t>(outcome.outcome)];
      const Tone tone = outcome.outcome == world::Outcome::ok           ? Tone::good
                        : outcome.outcome >= world::Outcome::type_error ? Tone::bad
                                                                        : Tone::warning;
      out += "    " + tag(outcome.task, task.id, style.ascii) + ", operation " + std::to_string(outcome.operation + 1) +
             ": " + paint(style, tone, kind) + " (step " + std::to_string(step.number) + ")\n";
    }
  }
  if (!any) out += "    none: no operation has ended\n";
  const std::string end = trace.bound != world::Bound::none ? divergence_text("The schedule", trace.bound) + "."
                          : trace.complete ? "The schedule is complete: nothing is left to happen but cancels" +
                                                 std::string(world.pushes().empty() ? "." : " and pushes.")
                                           : "The schedule is not complete: it stops while events are enabled.";
  out += "\n  " + paragraph(end, 2, style.width) + "\n";
  return trim_lines(out);
}

}  // namespace interleak::reports

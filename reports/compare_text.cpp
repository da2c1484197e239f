// Designs in lock-step for people: see compare.hpp. First the one schedule, then the numbers.
#include <algorithm>

#include "reports/compare.hpp"
#include "reports/table.hpp"
#include "reports/text.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

using check::Difference;
using check::Lane;
using check::LanesPart;
using check::PairResult;
using world::Outcome;

constexpr int kIndent = 2, kGap = 2, kMarkWidth = 2, kNumberWidth = 3, kLeastLane = 24, kMostEvent = 16;

std::string words_of(Outcome outcome) { return std::string(terms::name_of(outcome)); }

std::string line_of(const std::string& text, const Style& style, int indent = 2) {
  return std::string(static_cast<std::size_t>(indent), ' ') + paragraph(text, indent, style.width) + "\n";
}

std::string joined(const std::vector<std::string>& texts, const char* between) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : between) + text;
  return out;
}

// --- one schedule --------------------------------------------------------------------------------

class Lanes {
 public:
  Lanes(const ComparisonReport& report, const Style& style) : report_(report), lanes_(*report.lanes), style_(style) {
    for (const auto& part : lanes_.parts) {
      if (part) parting_ = std::min(parting_.value_or(part->step), part->step);
    }
  }

  std::string table() const {
    int events = 5;
    for (const std::string& event : lanes_.events) events = std::max(events, display_width(event));
    events = std::min(events, kMostEvent);
    const int fixed = kIndent + kMarkWidth + kNumberWidth + events + 3 * kGap;
    std::vector<int> least(lanes_.lanes.size(), kLeastLane), natural(lanes_.lanes.size(), 60);
    std::string out;
    for (const ColumnBlock& block : column_blocks(least, natural, style_.width - fixed)) {
      if (!out.empty()) out += "\n";
      out += table(block, events);
    }
    return out;
  }

  std::string words() const {
    std::string out;
    if (!parting_) {
      out += line_of("They never part: each step shows the same in all of them.", style_);
    } else {
      out += line_of("They part " + where(*parting_) + ":", style_);
      for (std::size_t i = 0; i < lanes_.lanes.size(); ++i) out += line_of(at_parting(i), style_, 4);
    }
    out += "\n";
    for (std::size_t i = 0; i < lanes_.lanes.size(); ++i) out += line_of(ending(i), style_);
    return out;
  }

 private:
  std::string design(std::size_t lane) const { return printable(report_.results[lane].design().id); }

  std::string where(std::size_t step) const {
    if (step == 0) return "before the first step";
    if (step > lanes_.events.size()) return "at the end";
    return "at step " + std::to_string(step) + " (" + printable(lanes_.events[step - 1]) + ")";
  }

  std::string table(const ColumnBlock& block, int events) const {
    std::vector<int> widths = {kMarkWidth, kNumberWidth, events};
    widths.insert(widths.end(), block.widths.begin(), block.widths.end());
    std::vector<TableCell> head = {
        {}, {{right_aligned("#", kNumberWidth), Tone::strong, true, false}}, {{"event", Tone::strong, true, false}}};
    for (std::size_t i = block.from; i < block.to; ++i) {
      head.push_back({{design(i), Tone::strong, false, false}});
    }
    std::string out = table_row(head, widths, kIndent, style_);
    for (std::size_t step = 1; step <= lanes_.events.size() + 1; ++step) {
      const bool end = step > lanes_.events.size();
      std::vector<TableCell> row = {mark(step),
                                    {{number(step), Tone::dim, true, false}},
                                    {{end ? "" : printable(lanes_.events[step - 1]), Tone::plain, false, false}}};
      bool anything = !end;
      for (std::size_t i = block.from; i < block.to; ++i) {
        row.push_back(end ? end_cell(lanes_.lanes[i]) : cell(lanes_.lanes[i], step));
        anything = anything || !row.back().empty();
      }
      if (anything) out += table_row(row, widths, kIndent, style_);
    }
    return out;
  }

  TableCell mark(std::size_t step) const {
    if (parting_ != step) return {};
    return {{style_.ascii ? "!=" : "≠", Tone::warning, true, false}};
  }

  std::string number(std::size_t step) const {
    return right_aligned(step > lanes_.events.size() ? "end" : std::to_string(step), kNumberWidth);
  }

  TableCell cell(const Lane& lane, std::size_t step) const {
    const std::size_t ran = lane.trace.steps.size();
    if (step > ran + 1) return {};
    if (step == ran + 1) {
      const std::string why = lane.stopped ? decorated(lane.stopped->told(), style_.ascii) : "";
      return {{(style_.ascii ? "STOPS: " : "✗ stops: ") + printable(why), Tone::warning, false, false}};
    }
    const words::StepView& view = lane.trace.steps[step - 1];
    TableCell cell = {{printable(decorated(deed(view, style_.ascii), style_.ascii)), Tone::plain, false, false}};
    for (const Phrase& phrase : results_of(view, style_.ascii)) {
      cell.push_back({printable(decorated(phrase.text, style_.ascii)), phrase.tone, false, true});
    }
    return cell;
  }

  TableCell end_cell(const Lane& lane) const {
    TableCell cell;
    if (lane.stopped) return cell;
    for (const words::FindingView& finding : lane.trace.end_findings) {
      cell.push_back({printable(decorated(finding.told(), style_.ascii)), Tone::warning, false, true});
    }
    return cell;
  }

  /// What one design does where they part.
  std::string at_parting(std::size_t i) const {
    const Lane& lane = lanes_.lanes[i];
    const std::size_t step = *parting_;
    std::string text = design(i) + ": ";
    if (step > lanes_.events.size()) {
      if (lane.stopped) return text + "stopped before";
      return text +
             (lane.trace.end_findings.empty() ? "no finding" : joined(words::texts_of(lane.trace.end_findings), "; "));
    }
    if (step > lane.trace.steps.size()) {
      return text + (lane.stopped ? printable(lane.stopped->told().text()) : "");
    }
    if (step > 0) {
      const words::StepView& view = lane.trace.steps[step - 1];
      text += printable(decorated(deed(view, style_.ascii), style_.ascii)) + "; ";
      for (const Phrase& phrase : results_of(view, style_.ascii)) {
        text += printable(decorated(phrase.text, style_.ascii)) + "; ";
      }
    }
    const auto& next = lane.enabled[step];
    return text + (next.empty() ? "nothing can happen next" : "next " + joined(next, " or "));
  }

  /// What the schedule comes to under one design.
  std::string ending(std::size_t i) const {
    const Lane& lane = lanes_.lanes[i];
    std::string text = design(i);
    if (lane.stopped) {
      text += " stops at step " + std::to_string(lane.stopped->number) + ", so far ";
    } else {
      text += lane.trace.complete ? " comes to its end with " : " runs all of it, and could go on; so far ";
    }
    std::vector<std::string> results;
    for (const words::StepView& step : lane.trace.steps) {
      for (const words::OutcomeView& outcome : step.outcomes) {
        if (outcome.outcome != lane.worst) continue;
        results.push_back(words_of(lane.worst) + " (" + printable(decorated(outcome.text, style_.ascii)) + ")");
        break;
      }
      if (!results.empty()) break;
    }
    if (results.empty()) results.push_back(lane.worst == Outcome::ok ? "nothing wrong" : words_of(lane.worst));
    const bool bad = lane.worst > Outcome::cancelled;
    if (bad) results[0] = "worst outcome " + results[0];
    for (const words::FindingView& finding : lane.trace.end_findings) {
      results.push_back(printable(decorated(finding.told(), style_.ascii)));
    }
    return text + joined(results, "; ") + ".";
  }

  const ComparisonReport& report_;
  const check::SideBySide& lanes_;
  const Style& style_;
  std::optional<std::size_t> parting_;
};

std::string one_schedule(const ComparisonReport& report, const Style& style, bool quiet) {
  if (!report.lanes) {
    const bool all_seen = std::all_of(report.results.begin(), report.results.end(),
                                      [](const auto& each) { return why_unknown(each).empty(); });
    const std::string text = std::string(all_seen ? "No design violates an invariant of the scenario"
                                                  : "No violation was seen before the search ended") +
                             ", so there is no schedule to show; -s gives one.";
    return quiet ? "" : "\n" + line_of(text, style);
  }
  std::string out;
  if (!quiet) {
    const std::string origin = report.origin.empty() ? "One schedule" : report.origin;
    out += "\n" + line_of(printable(origin) + ": " + printable(report.schedule), style) + "\n";
  }
  const Lanes lanes(report, style);
  return out + lanes.table() + "\n" + lanes.words();
}

// --- all schedules -------------------------------------------------------------------------------

/// Rows: worst outcome under the first design; columns: under the second; and what parts.
class PairTable {
 public:
  PairTable(const check::Counts& first, const check::Counts& second, const PairResult& pair, const Style& style)
      : style_(style) {
    for (int i = world::kOutcomes - 1; i >= 0; --i) {
      const auto outcome = static_cast<Outcome>(i);
      if (first.by_outcome.at(words_of(outcome)) != 0) rows_.push_back(outcome);
      if (second.by_outcome.at(words_of(outcome)) != 0) columns_.push_back(outcome);
    }
    add_head();
    for (const Outcome row : rows_) add_row(row, pair, first.by_outcome.at(words_of(row)));
    add_parting_row(pair, second);
    std::vector<std::string>& last = cells_.emplace_back();
    last.push_back("all");
    for (const Outcome column : columns_) last.push_back(text(second.by_outcome.at(words_of(column))));
    last.insert(last.end(), {"", text(first.schedules)});
  }

  std::string draw() const {
    std::vector<int> widths(cells_[0].size(), 0);
    for (const auto& row : cells_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::vector<int> numbers(widths.begin() + 1, widths.end());
    std::string out;
    for (const ColumnBlock& block : column_blocks(numbers, numbers, style_.width - 4 - widths[0] - kGap)) {
      if (!out.empty()) out += "\n";
      for (std::size_t y = 0; y < cells_.size(); ++y) out += draw(y, block, widths[0]);
    }
    return out;
  }

 private:
  static std::string text(const check::BigInt& number) { return grouped(number.str()); }

  void add_head() {
    std::vector<std::string>& head = cells_.emplace_back();
    head.push_back(style_.ascii ? "first \\ second" : "first ↓ second →");
    for (const Outcome column : columns_) head.push_back(words_of(column));
    head.insert(head.end(), {"parts", "all"});
  }

  void add_row(Outcome row, const PairResult& pair, const check::BigInt& all) {
    std::vector<std::string>& cells = cells_.emplace_back();
    cells.push_back(words_of(row));
    check::BigInt shared = 0;
    for (const Outcome column : columns_) {
      const auto found = std::find_if(pair.cells.begin(), pair.cells.end(),
                                      [&](const auto& cell) { return cell.first == row && cell.second == column; });
      if (found != pair.cells.end()) shared += found->schedules;
      cells.push_back(found == pair.cells.end() ? "-" : text(found->schedules));
    }
    cells.push_back(text(all - shared));
    cells.push_back(text(all));
  }

  void add_parting_row(const PairResult& pair, const check::Counts& second) {
    std::vector<std::string>& cells = cells_.emplace_back();
    cells.push_back("parts");
    for (const Outcome column : columns_) {
      check::BigInt parts = second.by_outcome.at(words_of(column));
      for (const auto& cell : pair.cells) {
        if (cell.second == column) parts -= cell.schedules;
      }
      cells.push_back(text(parts));
    }
    cells.insert(cells.end(), {"", ""});
  }

  Tone tone(std::size_t y, std::size_t x) const {
    if (y == 0) return Tone::strong;
    const bool outcomes = y <= rows_.size() && x >= 1 && x <= columns_.size();
    if (!outcomes) return Tone::plain;
    if (cells_[y][x] == "-") return Tone::dim;
    return rows_[y - 1] == columns_[x - 1] ? Tone::plain : Tone::warning;
  }

  std::string draw(std::size_t y, const ColumnBlock& block, int labels) const {
    std::string out = "    " + padded(paint(style_, tone(y, 0), cells_[y][0]), labels + kGap);
    for (std::size_t x = block.from + 1; x <= block.to; ++x) {
      const std::string shown = right_aligned(cells_[y][x], block.widths[x - 1 - block.from]);
      out += paint(style_, tone(y, x), shown) + std::string(kGap, ' ');
    }
    return trim_lines(out + "\n");
  }

  const Style& style_;
  std::vector<Outcome> rows_, columns_;
  std::vector<std::vector<std::string>> cells_;
};

std::string parting_text(const check::PartingWays& ways, const std::string& one, const std::string& other) {
  const std::string after = ways.schedule.empty() ? "At once" : "After " + shell_quoted(ways.schedule);
  if (ways.events.empty()) return after + " " + one + " may end, and " + other + " must go on.";
  return after + " " + one + " can go on with " + joined(ways.events, " or ") + ", and " + other +
         " cannot: " + ways.why + ".";
}

std::string pair_numbers(const Result& first, const Result& second, const PairResult& pair, const Style& style) {
  const std::string one = printable(first.design().id), other = printable(second.design().id);
  std::string out;
  const auto& a = first.analysis.counts;
  const auto& b = second.analysis.counts;
  std::string text = plural(grouped(pair.shared.str()), "schedule") + " from start to end";
  if (a && b) {
    const check::BigInt apart = a->schedules - pair.shared, others = b->schedules - pair.shared;
    text += "; " + grouped(apart.str()) + " of the first's " + grouped(a->schedules.str()) + " part, and " +
            grouped(others.str()) + " of the second's " + grouped(b->schedules.str());
  }
  out += line_of("They share " + text + ". By worst outcome:", style, 4) + "\n";
  if (a && b) {
    out += PairTable(*a, *b, pair, style).draw() + "\n";
  } else {
    for (const auto& cell : pair.cells) {
      out += line_of(grouped(cell.schedules.str()) + ": " + words_of(cell.first) + " under the first, " +
                         words_of(cell.second) + " under the second",
                     style, 4);
    }
    out += "\n";
  }
  for (const auto& cell : pair.cells) {
    if (cell.first == cell.second) continue;
    out += line_of("The shortest that is " + words_of(cell.first) + " under the first and " + words_of(cell.second) +
                       " under the second: " + shell_quoted(cell.example),
                   style, 4);
  }
  for (const auto& finding : pair.findings) {
    out += line_of("Shared schedules with " + finding.name + ": " + grouped(finding.only_first.str()) +
                       " under the first only, " + grouped(finding.only_second.str()) + " under the second only, " +
                       grouped(finding.both.str()) + " under both.",
                   style, 4);
  }
  if (pair.first_parts) out += line_of(printable(parting_text(*pair.first_parts, one, other)), style, 4);
  if (pair.second_parts) out += line_of(printable(parting_text(*pair.second_parts, other, one)), style, 4);
  return out;
}

std::string wish_text(const check::WishPair& wish, const PairResult& pair, const Style& style) {
  const std::string asked = wish.first.name + " under the first and " + wish.second.name + " under the second";
  if (pair.found) {
    return line_of("Found: " + asked + ", " + plural(std::to_string(pair.found->size()), "step") + ": " +
                       shell_quoted(pair.found_schedule),
                   style, 4);
  }
  return line_of(
      "None of the shared schedules is " + asked + ": all " + grouped(pair.shared.str()) + " of them were looked at.",
      style, 4);
}

std::string pair_text(const ComparisonReport& report, const PairReport& pair, const Style& style) {
  const Result& first = report.results[0];
  const Result& second = report.results[pair.second];
  std::string out = "\n" + line_of("First: " + printable(first.design().id) + (style.ascii ? " | " : " · ") +
                                       "second: " + printable(second.design().id),
                                   style);
  const std::string why = why_inexact(pair);
  if (!why.empty()) {
    return out +
           line_of("No numbers: " + why + ", after " + plural(grouped(std::to_string(pair.result.states)), "pair") +
                       " of states. What was not seen is not told.",
                   style, 4);
  }
  out += pair_numbers(first, second, pair.result, style);
  if (report.wish) out += wish_text(*report.wish, pair.result, style);
  return out;
}

}  // namespace

std::string why_inexact(const PairReport& pair) {
  if (pair.result.exact) return {};
  if (!pair.result.diverges_schedule.empty()) {
    return divergence_text("a design", pair.result.bound);
  }
  if (!pair.stopped_by.empty()) return pair.stopped_by;
  return std::string(check::stop_name(pair.result.stop));
}

std::string compare_text(const ComparisonReport& report, const Style& style, bool quiet) {
  std::string out;
  if (!quiet) {
    out += header_line(*report.results[0].world, std::to_string(report.results.size()) + " designs in lock-step", false,
                       style);
  }
  out += one_schedule(report, style, quiet);
  if (!quiet) out += "\n  All schedules\n";
  out += comparison_text(report.results, style);
  for (const PairReport& pair : report.pairs) out += pair_text(report, pair, style);
  return trim_lines(out);
}

}  // namespace interleak::reports

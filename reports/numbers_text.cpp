#include "reports/numbers_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "reports/words.hpp"
#include "sim/kernel/schedule.hpp"
#include "sim/terms/names.hpp"

namespace interleak::reports {
namespace {

using check::Rational;

class NumbersText {
 public:
  NumbersText(const Result& result, const Rational& rate, const Style& style)
      : world_(*result.world), counts_(*result.analysis.counts), numbers_(*result.analysis.numbers), rate_(rate),
        style_(style) {}

  std::string run() const { return table() + sentence() + cancels() + runs() + adversary(); }

 private:
  bool has_cancels() const { return world_.scenario().cancel.max > 0; }

  /// "at 1 % cancels".
  std::string at_rate() const {
    std::string number = check::percent(rate_);
    number.resize(number.size() - 2);
    if (number.find('.') != std::string::npos && number.find('e') == std::string::npos) {
      number.erase(number.find_last_not_of('0') + 1);
      if (number.back() == '.') number.pop_back();
    }
    return "at " + number + " % cancels";
  }

  // --- the table -----------------------------------------------------------------------------------

  using Row = std::array<std::string, 4>;

  std::string table() const {
    std::vector<Row> rows = {{"", "of all schedules", "probability, uniform", has_cancels() ? at_rate() : ""}};
    for (int i = world::kOutcomes - 1; i >= 0; --i) {
      const std::string name(world::kOutcomeNames[static_cast<std::size_t>(i)]);
      add(rows, name, counts_.by_outcome, numbers_.by_outcome);
    }
    for (const auto& finding : world::kPoolFindings) {
      add(rows, std::string(finding.name), counts_.by_finding, numbers_.by_finding);
    }
    std::array<int, 4> widths{};
    for (const Row& row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string out = "\n  How likely\n";
    for (const Row& row : rows) {
      std::string line = "    " + padded(row[0], widths[0]);
      for (std::size_t i = 1; i < row.size(); ++i) line += "  " + padded(row[i], widths[i]);
      out += line + "\n";
    }
    return out;
  }

  void add(std::vector<Row>& rows, const std::string& name, const std::map<std::string, check::BigInt>& counts,
           const std::map<std::string, check::Chance>& chances) const {
    const auto chance = chances.find(name);
    if (chance == chances.end()) return;
    const Rational share(counts.at(name), counts_.schedules);
    rows.push_back({name, check::percent(share), with_fraction(chance->second.uniform),
                    has_cancels() ? check::percent(chance->second.rate.at(rate_)) : ""});
  }

  static std::string with_fraction(const Rational& number) {
    const std::string fraction = number.str();
    const bool tells = fraction.find('/') != std::string::npos && fraction.size() <= 13;
    return check::percent(number) + (tells ? " (" + fraction + ")" : "");
  }

  // --- sentences -----------------------------------------------------------------------------------

  std::string line(const std::string& text) const { return "    " + paragraph(text, 4, style_.width) + "\n"; }

  std::string sentence() const {
    return line(
        "A share is no probability: it counts every schedule once, but a schedule with many choices "
        "on its way is less likely than one with few.");
  }

  std::string cancels() const {
    if (!has_cancels()) return {};
    const Rational expected = numbers_.cancels.at(rate_) / numbers_.operations;
    return line(std::string("Rate: at most ") + std::to_string(world_.scenario().cancel.max) +
                (world_.scenario().cancel.max == 1 ? " cancel" : " cancels") + " in a schedule; " + at_rate() +
                " all are used up with " + check::percent(numbers_.budget_spent.at(rate_)) +
                ", and an operation meets " + decimal(expected) + " on average.");
  }

  static std::string decimal(const Rational& number) {
    const std::string text = check::percent(number / 100);
    return text.substr(0, text.size() - 2);
  }

  std::string runs() const {
    const std::string& worst = numbers_.adversary_outcome;
    if (worst.empty()) return {};
    const check::Chance& chance = numbers_.by_outcome.at(worst);
    std::string text = "To see " + worst + " once with a chance of 95 %: " + times(chance.uniform);
    if (has_cancels()) text += "; " + at_rate() + ": " + times(chance.rate.at(rate_));
    return line(text + ".");
  }

  static std::string times(const Rational& probability) {
    const auto runs = check::runs_for_95_percent(probability);
    if (!runs) return "never";
    return grouped(std::to_string(*runs)) + (*runs == 1 ? " random run" : " random runs");
  }

  std::string adversary() const {
    std::string out;
    const auto& values = numbers_.adversary;
    for (std::size_t k = values.empty() ? 0 : 1; k < values.size(); ++k) {
      std::vector<std::string> texts;
      for (const Event event : values[k].schedule) texts.push_back(world_.text(event));
      std::string text = "An adversary with " + std::to_string(k) + (k == 1 ? " cancel" : " cancels") + " brings " +
                         numbers_.adversary_outcome + " to anything from " + check::percent(values[k].least) + " to " +
                         check::percent(values[k].greatest);
      if (!texts.empty()) text += ", most likely by: " + join_schedule(texts);
      out += line(text);
    }
    return out;
  }

  const world::World& world_;
  const check::Counts& counts_;
  const check::Numbers& numbers_;
  const Rational& rate_;
  const Style& style_;
};

}  // namespace

std::string numbers_text(const Result& result, const Rational& rate, const Style& style) {
  return NumbersText(result, rate, style).run();
}

}  // namespace interleak::reports

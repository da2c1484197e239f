#include "tests/oracle/weights.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace interleak::oracle {
namespace {

constexpr int kLongestPath = 400;

const std::array<std::string, 8> kBestFirst = {"ok",       "cancelled",  "starved",     "error",
                                               "rejected", "type-error", "wrong-value", "leak"};

int place_of(const std::string& outcome) {
  return static_cast<int>(std::find(kBestFirst.begin(), kBestFirst.end(), outcome) - kBestFirst.begin());
}

bool is_cancel(const std::string& event) { return event.front() == '!'; }

Fraction power(const Fraction& base, int exponent) {
  Fraction result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

/// A beginning of a schedule. Its weight under a rate p is p^cancels (1-p)^passed / choices.
struct Beginning {
  int length = 0, worst = 0;
  int cancels = 0;         ///< that happened
  int passed = 0;          ///< choices of something else, where a cancel was possible
  Fraction uniform = 1;
  Fraction choices = 1;    ///< product of the numbers of choices of the kind that was taken
  std::set<std::string> findings;
};

class Weigher {
 public:
  Weigher(int max_cancels, const std::vector<Fraction>& ps, std::uint64_t max_schedules, std::uint64_t max_steps)
      : max_cancels_(max_cancels), ps_(ps), max_schedules_(max_schedules), steps_left_(max_steps) {
    result_.finished = true;
    result_.cancels.resize(ps.size());
    result_.spent.resize(ps.size());
    result_.all.rate.resize(ps.size());
  }

  Weights run(const Oracle& start) {
    Beginning nothing;
    nothing.findings = start.state_findings();
    visit(start, nothing);
    return std::move(result_);
  }

 private:
  /// What a state lets happen, and the end as one of the choices.
  struct Choices {
    std::vector<std::string> events;
    int cancels = 0, others = 0;
    bool complete = false;
  };

  static Choices choices_of(const Oracle& world) {
    Choices choices{world.enabled(), 0, 0, world.end().complete};
    for (const std::string& event : choices.events) ++(is_cancel(event) ? choices.cancels : choices.others);
    if (choices.complete) ++choices.others;
    return choices;
  }

  static void choose(Beginning& path, const Choices& choices, bool cancel) {
    path.uniform /= choices.cancels + choices.others;
    path.choices *= cancel ? choices.cancels : choices.others;
    if (cancel) ++path.cancels;
    else if (choices.cancels > 0) ++path.passed;
  }

  void add(Weight& weight, const Beginning& path, const std::vector<Fraction>& rates) const {
    ++weight.schedules;
    weight.uniform += path.uniform;
    weight.rate.resize(ps_.size());
    for (std::size_t i = 0; i < ps_.size(); ++i) weight.rate[i] += rates[i];
  }

  void end_here(const EndFacts& end, Beginning path) {
    if (end.starved) path.worst = std::max(path.worst, place_of("starved"));
    if (end.lost_slot) path.findings.insert("lost-slot");
    std::vector<Fraction> rates;
    for (const Fraction& p : ps_) {
      rates.push_back(power(p, path.cancels) * power(Fraction(1) - p, path.passed) / path.choices);
      result_.cancels[rates.size() - 1] += rates.back() * path.cancels;
      if (path.cancels == max_cancels_) result_.spent[rates.size() - 1] += rates.back();
    }
    add(result_.all, path, rates);
    add(result_.by_outcome[kBestFirst[static_cast<std::size_t>(path.worst)]], path, rates);
    for (const std::string& finding : path.findings) add(result_.by_finding[finding], path, rates);
    if (result_.all.schedules > max_schedules_) result_.finished = false;
  }

  void visit(const Oracle& world, const Beginning& path) {
    if (path.length > kLongestPath) result_.finished = false;
    if (!result_.finished) return;
    const Choices choices = choices_of(world);
    if (choices.complete) {
      Beginning whole = path;
      choose(whole, choices, false);
      end_here(world.end(), std::move(whole));
    }
    for (const std::string& event : choices.events) {
      if (steps_left_ == 0) result_.finished = false;
      if (!result_.finished) return;
      --steps_left_;
      step(world, path, choices, event);
    }
  }

  void step(const Oracle& world, const Beginning& path, const Choices& choices, const std::string& event) {
    Oracle after = world;
    Beginning further = path;
    ++further.length;
    choose(further, choices, is_cancel(event));
    const StepFacts facts = after.step(event);
    if (facts.diverges) {
      result_.diverges = true;
      result_.finished = false;
      return;
    }
    for (const std::string& outcome : facts.outcomes) further.worst = std::max(further.worst, place_of(outcome));
    further.findings.merge(after.state_findings());
    visit(after, further);
  }

  const int max_cancels_;
  const std::vector<Fraction>& ps_;
  std::uint64_t max_schedules_, steps_left_;
  Weights result_;
};

}  // namespace

Weights weigh(const Oracle& start, int max_cancels, const std::vector<Fraction>& ps, std::uint64_t max_schedules,
              std::uint64_t max_steps) {
  return Weigher(max_cancels, ps, max_schedules, max_steps).run(start);
}

}  // namespace interleak::oracle

#include "tests/oracle/explorer.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace interleak::oracle {
namespace {

constexpr int kMaxDepth = 400;

const std::array<std::string, 8> kWorstLast = {"ok",       "cancelled",  "starved",     "error",
                                               "rejected", "type-error", "wrong-value", "leak"};

int rank(const std::string& outcome) {
  return static_cast<int>(std::find(kWorstLast.begin(), kWorstLast.end(), outcome) - kWorstLast.begin());
}

/// What has happened on the way to a state.
struct Path {
  int length = 0;
  bool cancelled = false;
  int worst = 0;
  std::set<std::string> findings;
};

class Explorer {
 public:
  Explorer(std::uint64_t max_schedules, std::uint64_t max_steps)
      : max_schedules_(max_schedules), steps_left_(max_steps) {
    for (const std::string& name : kWorstLast) result_.by_outcome[name] = result_.without_cancel[name] = 0;
    for (const char* name : {"lost-slot", "double-owner", "zombie", "dirty-idle"}) {
      result_.by_finding[name] = 0;
    }
    result_.finished = true;
  }

  Enumeration run(const Oracle& start) {
    Path path;
    look(start, path);
    visit(start, path);
    return result_;
  }

 private:
  /// The first of the shortest violations is the least of all lengths.
  void saw(const std::string& fact, int length) {
    for (const Judged& each : judged()) {
      if (std::find(each.violated_by.begin(), each.violated_by.end(), fact) == each.violated_by.end()) continue;
      const auto [at, is_new] = result_.shortest.emplace(each.invariant, length);
      if (!is_new) at->second = std::min(at->second, length);
    }
  }

  void look(const Oracle& world, Path& path) {
    for (const std::string& finding : world.state_findings()) {
      path.findings.insert(finding);
      saw(finding, path.length);
    }
  }

  void note(const StepFacts& facts, Path& path) {
    for (const std::string& outcome : facts.outcomes) {
      path.worst = std::max(path.worst, rank(outcome));
      saw(outcome, path.length);
    }
    if (facts.late_write) saw("late-write", path.length);
    if (facts.foreign_session) saw("foreign-session", path.length);
    if (facts.double_effect) saw("double-effect", path.length);
    if (facts.assertion) saw("assertion", path.length);
    if (facts.lasting_failure) saw("lasting-failure", path.length);
    if (facts.collateral_failure) saw("collateral-failure", path.length);
    result_.failures.insert(facts.failures.begin(), facts.failures.end());
    if (facts.cancel_waits) saw("cancel-waits", path.length);
  }

  void end_here(const EndFacts& end, Path path) {
    if (end.starved) path.worst = std::max(path.worst, rank("starved"));
    if (end.starved) saw("starved", path.length);
    if (end.hostage) saw("hostage", path.length);
    if (end.lost_slot) path.findings.insert("lost-slot");
    if (end.lost_slot) saw("lost-slot", path.length);
    ++result_.schedules;
    ++result_.by_outcome[kWorstLast[path.worst]];
    if (!path.cancelled) ++result_.without_cancel[kWorstLast[path.worst]];
    for (const std::string& finding : path.findings) ++result_.by_finding[finding];
    if (result_.schedules > max_schedules_) result_.finished = false;
  }

  void visit(const Oracle& world, const Path& path) {
    if (path.length > kMaxDepth) result_.finished = false;
    if (!result_.finished) return;
    const EndFacts end = world.end();
    if (end.complete) end_here(end, path);
    for (const std::string& event : world.enabled()) {
      if (!result_.finished || steps_left_ == 0) {
        result_.finished = false;
        return;
      }
      --steps_left_;
      Oracle after = world;
      Path further = path;
      ++further.length;
      further.cancelled = further.cancelled || event.front() == '!';
      const StepFacts facts = after.step(event);
      if (facts.diverges) {
        result_.diverges = true;
        result_.finished = false;
        return;
      }
      note(facts, further);
      look(after, further);
      visit(after, further);
    }
  }

  std::uint64_t max_schedules_, steps_left_;
  Enumeration result_;
};

}  // namespace

const std::vector<Judged>& judged() {
  static const std::vector<Judged> all = {
      {"no-cross-user-reply", {"leak", "type-error"}},
      {"no-leak", {"leak"}},
      {"no-foreign-session", {"foreign-session"}},
      {"no-wrong-value", {"wrong-value"}},
      {"no-double-effect", {"double-effect"}},
      {"assertions", {"assertion"}},
      {"no-double-owner", {"double-owner"}},
      {"no-lasting-failure", {"lasting-failure"}},
      {"no-lost-slot", {"lost-slot"}},
      {"no-starvation", {"starved"}},
      {"cancel-frees", {"hostage"}},
      {"no-collateral-failure", {"collateral-failure"}},
      {"no-zombie", {"zombie"}},
      {"idle-is-clean", {"dirty-idle"}},
      {"no-late-write", {"late-write"}},
      {"cancel-is-prompt", {"cancel-waits"}},
  };
  return all;
}

Enumeration enumerate(const Oracle& start, std::uint64_t max_schedules, std::uint64_t max_steps) {
  return Explorer(max_schedules, max_steps).run(start);
}

scenario::Scenario without_faults(scenario::Scenario scenario) {
  scenario.cancel.max = scenario.server_errors.max = 0;
  scenario.physics.timeouts = false;
  return scenario;
}

std::shared_ptr<const Failures> excused_in(const scenario::Scenario& scenario, const design::Design& design,
                                           std::uint64_t max_schedules, std::uint64_t max_steps) {
  const Enumeration first = enumerate(Oracle(without_faults(scenario), design), max_schedules, max_steps);
  return first.finished ? std::make_shared<const Failures>(first.failures) : nullptr;
}

}  // namespace interleak::oracle

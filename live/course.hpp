// The present schedule so far: who has started and ended, how, and what each event did in words. It is told what the
// outside does and what the client reports; nothing happens here.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "live/action.hpp"
#include "live/client.hpp"
#include "live/judge.hpp"
#include "live/results.hpp"
#include "sim/kernel/system.hpp"
#include "sim/terms/names.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::live {

/// What one event did, in words.
struct Step {
  std::string event;
  std::string summary;
  terms::Outcome worst = terms::Outcome::ok;
  std::string shows;          ///< the part of the summary that is the worst of it: "bob received alice's history"
  int task = -1;              ///< that starts or is cancelled; -1: server or network
  bool cancel = false;
  std::vector<std::size_t> known = {};  ///< by task: operations that have ended by then
};

class Course {
 public:
  /// Borrows both.
  Course(const scenario::Scenario& scenario, const Judge& judge);

  /// Another schedule begins.
  void clear();

  // What the outside does.
  void begin_step();
  void end_step(const Action& action);
  void tell(std::string what) { happened_.push_back(std::move(what)); }
  bool has_told() const { return !happened_.empty(); }
  void start(int task) { started_.insert(id_of(task)); }
  void cancel() { ++cancels_; }
  void cancel_at(int task, int suspension);
  void close() { ++closes_; }

  // What the client reports.
  void hear_waits(const ClientReport& report);
  /// False: no task of the scenario is called so. Throws LiveFailure if the operation is not the one that was to end.
  bool hear(const ClientEnd& end);
  /// Every task that was started has ended, or waits by that report. Throws LiveFailure.
  void check_complete(const ClientReport& report, const std::string& client) const;
  /// Who has not ended never will. True if there is anybody.
  bool starve();

  bool has_started(const std::string& task) const { return started_.contains(task); }
  bool has_started(int task) const { return started_.contains(id_of(task)); }
  bool has_ended(int task) const { return ended_.contains(id_of(task)); }
  /// Nobody who has started is still at it.
  bool all_ended() const { return started_.size() == ended_.size(); }
  /// How often a task was suspended until now.
  int suspensions(int task) const;
  /// False: a task was to be cancelled at a suspension that it did not have.
  bool every_cancel_landed() const;
  int cancels() const { return cancels_; }
  int closes() const { return closes_; }
  const Results& results() const { return results_; }
  const std::vector<Step>& steps() const { return steps_; }
  /// Of the present step.
  const StepLabel& label() const { return label_; }

 private:
  const std::string& id_of(int task) const { return scenario_.tasks[static_cast<std::size_t>(task)].id; }
  int task_named(const std::string& id) const;
  void note(const ClientEnd& end, const Result& result);

  const scenario::Scenario& scenario_;
  const Judge& judge_;
  std::set<std::string> started_, ended_;  ///< tasks
  std::map<std::string, int> suspensions_;  ///< by task, until now
  std::map<std::string, int> cancel_at_;  ///< tasks that were started with a cancel
  int cancels_ = 0, closes_ = 0;
  Results results_;
  std::vector<Step> steps_;
  std::vector<std::string> happened_;  ///< in the present step
  std::string shows_;  ///< the worst of that
  StepLabel label_;
};

}  // namespace interleak::live

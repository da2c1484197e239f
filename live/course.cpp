#include "live/course.hpp"

#include <algorithm>
#include <utility>

#include "live/failure.hpp"

namespace interleak::live {
namespace {

using terms::Outcome;
namespace fact = terms::fact;

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::string told(const ClientEnd& end, const Result& result) {
  switch (end.how) {
    case ClientEnd::How::value: return end.task + " received " + result.text;
    case ClientEnd::How::cancelled: return end.task + " ends as cancelled";
    default: return end.task + " ends by an error: " + result.text;
  }
}

}  // namespace

Course::Course(const scenario::Scenario& scenario, const Judge& judge) : scenario_(scenario), judge_(judge) { clear(); }

void Course::clear() {
  started_.clear();
  ended_.clear();
  suspensions_.clear();
  cancel_at_.clear();
  cancels_ = closes_ = 0;
  results_.assign(scenario_.tasks.size(), {});
  steps_.clear();
  begin_step();
}

void Course::begin_step() {
  happened_.clear();
  shows_.clear();
  label_ = {};
}

void Course::end_step(const Action& action) {
  steps_.push_back({action.text(scenario_),
                    joined(happened_),
                    static_cast<Outcome>(label_.worst),
                    shows_,
                    action.task,
                    action.is_cancel(),
                    {}});
  for (const auto& each : results_) steps_.back().known.push_back(each.size());
}

void Course::cancel_at(int task, int suspension) {
  cancel_at_[id_of(task)] = suspension;
  cancel();
}

int Course::suspensions(int task) const {
  const auto found = suspensions_.find(id_of(task));
  return found == suspensions_.end() ? 0 : found->second;
}

bool Course::every_cancel_landed() const {
  return std::ranges::all_of(cancel_at_, [this](const auto& each) {
    const auto found = suspensions_.find(each.first);
    return found != suspensions_.end() && found->second >= each.second;
  });
}

int Course::task_named(const std::string& id) const {
  const auto found = std::ranges::find(scenario_.tasks, id, &scenario::Task::id);
  return found == scenario_.tasks.end() ? -1 : static_cast<int>(found - scenario_.tasks.begin());
}

void Course::hear_waits(const ClientReport& report) {
  for (const auto& [task, count] : report.waits) suspensions_[task] = count;
}

bool Course::hear(const ClientEnd& end) {
  if (end.suspensions > 0) suspensions_[end.task] = end.suspensions;
  const int task = task_named(end.task);
  if (task < 0) return false;
  auto& results = results_[static_cast<std::size_t>(task)];
  const std::size_t operations = scenario_.tasks[static_cast<std::size_t>(task)].operations.size();
  if (end.operation != static_cast<int>(results.size()) || results.size() >= operations) {
    throw LiveFailure("the client reports the end of operation " + std::to_string(end.operation) + " of " + end.task +
                      " out of turn");
  }
  Result result = judge_.result_of(task, end);
  note(end, result);
  results.push_back(std::move(result));
  if (end.how != ClientEnd::How::value || results.size() == operations) ended_.insert(end.task);
  return true;
}

void Course::note(const ClientEnd& end, const Result& result) {
  const auto outcome = static_cast<std::uint8_t>(result.outcome);
  tell(told(end, result));
  if (outcome >= label_.worst) shows_ = happened_.back();
  label_.facts |= fact::outcome(result.outcome);
  label_.worst = std::max(label_.worst, outcome);
}

void Course::check_complete(const ClientReport& report, const std::string& client) const {
  for (const std::string& id : started_) {
    const bool waits = std::ranges::any_of(report.waits, [&](const auto& each) { return each.first == id; });
    if (waits || ended_.contains(id)) continue;
    throw LiveFailure("the client " + client + " tells nothing of " + id +
                      ": it is neither in \"ended\" nor in \"waits\"");
  }
}

bool Course::starve() {
  bool any = false;
  for (std::size_t t = 0; t < scenario_.tasks.size(); ++t) {
    if (has_ended(static_cast<int>(t))) continue;
    results_[t].push_back({Outcome::starved, -1, "never ended"});
    any = true;
  }
  return any;
}

}  // namespace interleak::live

// A step that a mutant does not end is ended by the processor time that it takes, so that a machine with other work
// kills no mutant. Only what waits for ever is ended by the clock.
#include "tests/engine_mutants/trial.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tests/engine_mutants/switch.hpp"

namespace interleak::engine_mutants {
namespace {

using std::chrono::seconds;

/// Ten times what it takes without a mutant.
Limits limits_for(const Measured& step) {
  Limits limits;
  limits.processor = seconds(3) + std::chrono::ceil<seconds>(10 * step.processor);
  limits.clock = seconds(120) + 10 * limits.processor;
  return limits;
}

/// Does jobs 0 to n-1 on some threads; `job` gets the number of its worker, too. What one throws is thrown here.
void parallel(std::size_t n, int workers, const std::function<void(std::size_t, int)>& job) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failed;
  std::mutex one;
  const auto work = [&](int worker) {
    try {
      for (std::size_t at = next++; at < n; at = next++) job(at, worker);
    } catch (...) {
      const std::lock_guard lock(one);
      failed = std::current_exception();
      next = n;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int worker = 0; worker < workers; ++worker) threads.emplace_back(work, worker);
  }
  if (failed) std::rethrow_exception(failed);
}

std::vector<bool> numbers_in(const std::string& text) {
  std::vector<bool> numbers(mutant::kNumbers);
  std::istringstream lines(text);
  for (std::size_t number = 0; lines >> number;) numbers.at(number) = true;
  return numbers;
}

std::string file_of(const Place& place, const std::string& name, int worker) {
  return place.scratch + "/" + name + "-" + std::to_string(worker) + ".txt";
}

/// What a step has done so far.
struct Tally {
  std::atomic<std::size_t> runs = 0, kills = 0;
};

class Trials {
 public:
  Trials(const std::vector<Measured>& steps, const Hints& hints, const Suite& suite, const Place& place)
      : steps_(steps), hints_(hints), suite_(suite), place_(place), tallies_(steps.size()) {}

  Fate fate_of(const Entry& mutant, int worker) {
    std::vector<std::string> variables = suite_.variables;
    variables.push_back("INTERLEAK_MUTANT=" + std::to_string(mutant.number));
    const std::string output = file_of(place_, "output", worker);
    Fate fate;
    fate.told = "no step comes there";
    for (const std::size_t i : order_for(mutant)) {
      const Measured& each = steps_[i];
      const Ended ended = run(each.step.words, place_.root, variables, output, limits_for(each));
      fate.processor += ended.processor;
      fate.told = "no step notices";
      ++tallies_[i].runs;
      if (ended.how == Ended::How::passed) continue;
      ++tallies_[i].kills;
      fate.kind = ended.how == Ended::How::failed ? Fate::Kind::killed : Fate::Kind::timed_out;
      fate.step = each.step.name;
      fate.told = ended.told;
      break;
    }
    return fate;
  }

 private:
  /// The steps that come to its place, by what a kill is likely to cost.
  std::vector<std::size_t> order_for(const Entry& mutant) const {
    const auto hint = hints_.find(mutant.id);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (!steps_[i].reached[mutant.number]) continue;
      const bool known = hint != hints_.end() && hint->second == steps_[i].step.name;
      const double runs = static_cast<double>(tallies_[i].runs), kills = static_cast<double>(tallies_[i].kills);
      const double cost = 5 + static_cast<double>(steps_[i].processor.count());   // a process takes some, too
      order.emplace_back(known ? 0 : cost * (runs + 2) / (kills + 1), i);
    }
    std::sort(order.begin(), order.end());
    std::vector<std::size_t> out;
    for (const auto& [cost, i] : order) out.push_back(i);
    return out;
  }

  const std::vector<Measured>& steps_;
  const Hints& hints_;
  const Suite& suite_;
  const Place& place_;
  std::vector<Tally> tallies_;   // by step
};

}  // namespace

std::vector<Measured> clean_run(const Suite& suite, const Place& place) {
  std::vector<Measured> all(suite.steps.size());
  parallel(all.size(), place.workers, [&](std::size_t i, int worker) {
    const std::string reached = file_of(place, "reached", worker), output = file_of(place, "output", worker);
    std::filesystem::remove(reached);
    std::vector<std::string> variables = suite.variables;
    variables.push_back("INTERLEAK_MUTANT=0");
    variables.push_back("INTERLEAK_MUTANT_REACHED=" + reached);
    const Ended ended = run(suite.steps[i].words, place.root, variables, output, {});
    if (ended.how != Ended::How::passed) {
      throw std::runtime_error("without a mutant, " + suite.steps[i].name + ": " + ended.told + "\n" +
                               read_file(output));
    }
    all[i] = {suite.steps[i], ended.processor, numbers_in(read_file(reached))};
  });
  return all;
}

void try_all(const std::vector<Entry>& mutants, const std::vector<Measured>& steps, const Hints& hints,
             const Suite& suite, const Place& place, const std::function<void(const Entry&, const Fate&)>& tell) {
  Trials trials(steps, hints, suite, place);
  std::mutex one;
  parallel(mutants.size(), place.workers, [&](std::size_t i, int worker) {
    const Fate fate = trials.fate_of(mutants[i], worker);
    const std::lock_guard lock(one);
    tell(mutants[i], fate);
  });
}

}  // namespace interleak::engine_mutants

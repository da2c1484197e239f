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

Fate fate_of(const Entry& mutant, const std::vector<Measured>& steps, const Suite& suite, const Place& place,
             int worker) {
  std::vector<std::string> variables = suite.variables;
  variables.push_back("INTERLEAK_MUTANT=" + std::to_string(mutant.number));
  Fate fate;
  fate.by = "no step comes there";
  for (const Measured& each : steps) {
    if (!each.reached[mutant.number]) continue;
    const Ended ended = run(each.step.words, place.root, variables, file_of(place, "output", worker), limits_for(each));
    fate.processor += ended.processor;
    fate.by = "no step notices";
    if (ended.how == Ended::How::passed) continue;
    fate.kind = ended.how == Ended::How::failed ? Fate::Kind::killed : Fate::Kind::timed_out;
    fate.by = each.step.name + ": " + ended.told;
    break;
  }
  return fate;
}

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
      throw std::runtime_error("without a mutant, " + suite.steps[i].name + ": " + ended.told + "\n" + read_file(output));
    }
    all[i] = {suite.steps[i], ended.processor, numbers_in(read_file(reached))};
  });
  std::stable_sort(all.begin(), all.end(), [](const Measured& a, const Measured& b) { return a.processor < b.processor; });
  return all;
}

void try_all(const std::vector<Entry>& mutants, const std::vector<Measured>& steps, const Suite& suite,
             const Place& place, const std::function<void(const Entry&, const Fate&)>& tell) {
  std::mutex one;
  parallel(mutants.size(), place.workers, [&](std::size_t i, int worker) {
    const Fate fate = fate_of(mutants[i], steps, suite, place, worker);
    const std::lock_guard lock(one);
    tell(mutants[i], fate);
  });
}

}  // namespace interleak::engine_mutants

// What do the exact numbers cost? redis-py-4.5.1/blocking with five users, two connections and two cancels: all
// states, counts, witnesses, and the probabilities of all outcomes and findings under both schedulers and the
// adversary. All in one run; prints seconds and ratios; no test looks at them.
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/property/invariants.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/world/world.hpp"
#include "tools/embedded.hpp"

namespace {

using namespace interleak;

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

world::World world_of(int users, int connections, int cancels, const std::string& id) {
  scenario::Scenario scenario;
  scenario.protocol = scenario::standard_protocol();
  scenario.pool_max = connections;
  scenario.cancel.max = cancels;
  for (int i = 0; i < users; ++i) {
    scenario::Operation operation;
    operation.does = "get";
    operation.keys = {"history"};
    operation.accepts = {"value"};
    scenario::Task task;
    task.id = task.owner = "user" + std::to_string(i);
    task.operations = {operation};
    scenario.tasks.push_back(task);
  }
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  const auto design = library.find(id, errors);
  const auto program = scenario::compile(*design, errors);
  return world::World(scenario, *design, *program, false);
}

/// Two workers.
check::Options options_of(check::WhichNumbers numbers, bool counts) {
  check::Options options;
  options.numbers = numbers;
  options.counts = counts;
  options.workers = 2;
  options.executor = [](std::vector<std::function<void()>>& jobs) {
    std::vector<std::thread> threads;
    for (auto& job : jobs) threads.emplace_back(job);
    for (auto& thread : threads) thread.join();
  };
  return options;
}

/// One way to explore.
double measure(const char* name, const world::World& world, const std::function<void(check::Options&)>& change) {
  const auto all = property::all_invariants();
  check::Analysis analysis;
  const auto run = [&](check::WhichNumbers numbers, bool counts) {
    check::Options options = options_of(numbers, counts);
    change(options);
    return seconds([&] { analysis = check::analyse(world, {all.begin(), all.end()}, options); });
  };
  const double search = run(check::WhichNumbers::none, false), counted = run(check::WhichNumbers::none, true),
               everything = run(check::WhichNumbers::all, true);
  std::printf("%s: %llu states (%llu kept), %llu transitions, %s schedules\n", name,
              static_cast<unsigned long long>(analysis.states), static_cast<unsigned long long>(analysis.kept),
              static_cast<unsigned long long>(analysis.transitions), analysis.counts->schedules.str().c_str());
  std::printf("  all numbers, seconds     %.2f\n  with counts / search     %.2f\n  all numbers / search     %.2f\n",
              everything, counted / search, everything / search);
  return everything;
}

}  // namespace

int main() {
  const auto world = world_of(5, 2, 2, "redis-py-4.5.1/blocking");
  std::printf("redis-py-4.5.1/blocking, 5 users, 2 connections, 2 cancels, two threads\n");
  const double whole = measure("unreduced", world, [](check::Options& options) { options.fold = false; });
  const double folded = measure("folded", world, [](check::Options& options) { options.fold = true; });
  std::printf("unreduced / folded         %.1f\n", whole / folded);
}

// How fast is the exhaustive search, against the two things that one would do without it? All in one
// run, on the same scenario: (a) enumerating every maximal schedule one by one, (b) the same search
// with one thread. Prints ratios; no test looks at them.
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/explore/stateless.hpp"
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

scenario::Scenario users(int count, int max, int cancels) {
  scenario::Scenario scenario;
  scenario.protocol = scenario::standard_protocol();
  scenario.pool_max = max;
  scenario.cancel.max = cancels;
  for (int i = 0; i < count; ++i) {
    scenario::Operation operation;
    operation.does = "get";
    operation.keys = {"history"};
    operation.accepts = {"value"};
    scenario::Task task;
    task.id = task.owner = "user" + std::to_string(i);
    task.operations = {operation};
    scenario.tasks.push_back(task);
  }
  return scenario;
}

world::World world_of(const scenario::Scenario& scenario, const std::string& id) {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  const auto design = library.find(id, errors);
  const auto program = scenario::compile(*design, errors);
  return world::World(scenario, *design, *program, false);
}

check::Analysis analyse(const world::World& world, int workers) {
  check::Options options;
  options.workers = workers;
  if (workers > 1) {
    options.executor = [](std::vector<std::function<void()>>& jobs) {
      std::vector<std::thread> threads;
      for (auto& job : jobs) threads.emplace_back(job);
      for (auto& thread : threads) thread.join();
    };
  }
  const auto all = property::all_invariants();
  return check::analyse(world, {all.begin(), all.end()}, options);
}

}  // namespace

int main() {
  const auto small = world_of(users(3, 1, 1), "redis-py-4.5.1/cluster");
  check::Analysis analysis;
  const double closed = seconds([&] { analysis = analyse(small, 1); });
  std::uint64_t schedules = 0;
  const double one_by_one = seconds([&] {
    Stepper<world::World> stepper(small);
    schedules = explore::every_schedule(stepper, {}, [](const explore::Run&) {}).schedules;
  });
  std::printf("3 users, 1 connection, 1 cancel: %llu schedules in %llu states\n",
              static_cast<unsigned long long>(schedules), static_cast<unsigned long long>(analysis.states));
  std::printf("  enumeration / search   %.1f\n", one_by_one / closed);

  const auto big = world_of(users(5, 2, 2), "redis-py-4.5.1/cluster");
  const double one = seconds([&] { analysis = analyse(big, 1); });
  const double two = seconds([&] { analysis = analyse(big, 2); });
  std::printf("5 users, 2 connections, 2 cancels: %llu states, %llu transitions\n",
              static_cast<unsigned long long>(analysis.states), static_cast<unsigned long long>(analysis.transitions));
  std::printf("  one thread / two       %.2f\n  states a second, one   %.0f\n", one / two,
              static_cast<double>(analysis.states) / one);
}

#include "tests/oracle/fuzz_case.hpp"

#include <algorithm>
#include <exception>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/oracle/choices.hpp"
#include "tests/oracle/random_case.hpp"
#include "tests/oracle/shrink.hpp"

namespace interleak::oracle {
namespace {

/// One design of so many is small enough to be enumerated.
constexpr std::uint64_t kSmallOnes = 8;
constexpr int kShrinkTries = 20'000;

bool is_small(std::uint64_t number) { return number % kSmallOnes == 0; }

Effort effort_for(std::uint64_t seed, std::uint64_t number, int schedules) {
  Effort effort;
  effort.seed = Random(seed, ~number).bits();
  effort.schedules = schedules;
  effort.enumerates = is_small(number);
  if (effort.enumerates) effort.sweep = 1'500;
  return effort;
}

std::optional<Found> run(const Case& each, const world::World& world, const Effort& effort, Figures& figures) {
  Oracle oracle(each.scenario, each.design);
  oracle.note_in(&figures.coverage);
  for (int i = 0; i < effort.schedules; ++i) {
    Chooser chooser;
    chooser.seed = effort.seed + static_cast<std::uint64_t>(i);
    const Walk walked = walk(world, oracle, chooser, figures.tally);
    if (walked.difference) return Found{each, walked.schedule, *walked.difference};
  }
  const Walk swept = sweep(world, oracle, effort.seed, effort.sweep, figures.tally);
  if (swept.difference) return Found{each, swept.schedule, *swept.difference};
  if (!effort.enumerates) return std::nullopt;
  ++figures.enumerations;
  bool compared = false;
  const auto difference = compare_analyses(world, oracle, effort.enough, compared);
  if (compared) ++figures.compared;
  if (difference) return Found{each, {}, *difference};
  return std::nullopt;
}

/// A schedule of the same case that is as short as many tries make it.
Found with_short_schedule(Found found) {
  if (found.schedule.empty()) return found;
  std::string error;
  const auto world = world_of(found.files, error);
  if (!world) return found;
  const Oracle oracle(found.files.scenario, found.files.design);
  Tally tally;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    Chooser chooser;
    chooser.seed = seed;
    chooser.longest = static_cast<int>(found.schedule.size()) - 1;
    const Walk walked = walk(*world, oracle, chooser, tally);
    if (walked.difference) found = {found.files, walked.schedule, *walked.difference};
  }
  return found;
}

}  // namespace

void Figures::add(const Figures& other) {
  designs += other.designs;
  enumerations += other.enumerations;
  compared += other.compared;
  for (const auto& [code, count] : other.refused) refused[code] += count;
  for (const auto& [name, count] : other.choices) choices[name] += count;
  tally.add(other.tally);
  coverage.add(other.coverage);
}

std::vector<std::pair<std::string, std::uint64_t>> Figures::table() const {
  std::vector<std::pair<std::string, std::uint64_t>> list;
  for (const std::string& name : all_choices()) {
    const auto found = choices.find(name);
    list.emplace_back(name, found == choices.end() ? 0 : found->second);
  }
  for (const auto& part : {coverage.all(), happened(tally)}) list.insert(list.end(), part.begin(), part.end());
  return list;
}

std::optional<Found> examine(const Case& each, const Effort& effort, Figures& figures) {
  ++figures.designs;
  try {
    std::string error;
    const auto world = world_of(each, error);
    if (!world) {
      ++figures.refused[error.substr(0, error.find(' '))];
      return std::nullopt;
    }
    for (const std::string& name : choices_of(each)) ++figures.choices[name];
    return run(each, *world, effort, figures);
  } catch (const std::exception& defect) {
    return Found{each, {}, std::string("an engine gave up: ") + defect.what()};
  }
}

Case case_number(std::uint64_t seed, std::uint64_t number) {
  Random random(seed, number);
  const Scale scale = is_small(number) ? Scale{3, 2, false} : Scale{};
  return random_case(scale, random);
}

std::optional<Found> examine(std::uint64_t seed, std::uint64_t number, int schedules, Figures& figures) {
  return examine(case_number(seed, number), effort_for(seed, number, schedules), figures);
}

bool ends_the_program(const Case& each, const Effort& effort) {
  const pid_t child = fork();
  if (child == 0) {
    Figures unused;
    close(STDERR_FILENO);
    examine(each, effort, unused);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

Found smallest(const Found& found, bool alone) {
  Effort effort;
  effort.schedules = 40;
  effort.sweep = 3'000;
  effort.enumerates = !alone && found.schedule.empty();
  Found best = found;
  const auto shows = [&](const Case& candidate) {
    if (alone) return ends_the_program(candidate, effort);
    Figures unused;
    const auto still = examine(candidate, effort, unused);
    if (still) best = *still;
    return still.has_value();
  };
  const Case least = shrunk(found.files, shows, kShrinkTries);
  if (alone) return {least, {}, found.difference};
  return with_short_schedule(best);
}

}  // namespace interleak::oracle

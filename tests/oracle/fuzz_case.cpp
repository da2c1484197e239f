#include "tests/oracle/fuzz_case.hpp"

#include <algorithm>
#include <exception>

#include <sys/wait.h>
#include <unistd.h>

#include "sim/check/faultless.hpp"
#include "tests/oracle/choices.hpp"
#include "tests/oracle/explorer.hpp"
#include "tests/oracle/random_case.hpp"
#include "tests/oracle/random_protocol.hpp"
#include "tests/oracle/shrink.hpp"

namespace interleak::oracle {
namespace {

/// One design of so many is small enough to be enumerated.
constexpr std::uint64_t kSmallOnes = 8;
/// Of one of so many the failures are tracked, if its first search has few states, and of all that are about errors; of
/// one of so many also if it has many.
constexpr std::uint64_t kTrackedOnes = 3, kManyStates = 15;
constexpr int kShrinkTries = 20'000;

bool is_small(std::uint64_t number) { return number % kSmallOnes == 0; }

Effort effort_for(const Case& each, std::uint64_t seed, std::uint64_t number, int schedules) {
  Effort effort;
  effort.seed = Random(seed, ~number).bits();
  effort.schedules = schedules;
  effort.enumerates = is_small(number);
  if (effort.enumerates) effort.sweep = 1'500;
  const bool tracks = number % kTrackedOnes == 0 || each.scenario.protocol->id == kFailingProtocol;
  if (tracks) effort.first_search = number % kManyStates == 0 ? 2'000 : 200;
  return effort;
}

/// How operations fail without faults, by the literal engine; null: nobody knows.
std::shared_ptr<const Failures> first_search(const Case& each, const Compiled& parts, const Effort& effort) {
  constexpr std::uint64_t kSchedules = 400, kEvents = 2'000;
  if (effort.enumerates) {
    if (auto excused = excused_in(each.scenario, each.design, kSchedules, kEvents)) return excused;
  }
  // Its states tell names of failures apart only if it tracks these.
  const world::World faultless(without_faults(each.scenario), parts.design, parts.program, false,
                               std::make_shared<const world::Excused>());
  return excused_in(faultless, effort.first_search);
}

std::optional<Found> compare(const Case& each, const Start& start, const Effort& effort, Figures& figures) {
  const world::World& world = start.world;
  Oracle oracle = start.oracle;
  oracle.note_in(&figures.coverage);
  for (int i = 0; i < effort.schedules; ++i) {
    Chooser chooser;
    chooser.seed = effort.seed + static_cast<std::uint64_t>(i);
    const Walk walked = walk(world, oracle, chooser, figures.tally);
    if (walked.difference) return Found{each, walked.schedule, *walked.difference, 0};
  }
  const Walk swept = sweep(world, oracle, effort.seed, effort.sweep, figures.tally);
  if (swept.difference) return Found{each, swept.schedule, *swept.difference, 0};
  if (!effort.enumerates) return std::nullopt;
  ++figures.enumerations;
  bool compared = false;
  const auto difference = compare_analyses(world, oracle, effort.enough, compared);
  if (compared) ++figures.compared;
  if (difference) return Found{each, {}, *difference, 0};
  return std::nullopt;
}

std::optional<Found> run(const Case& each, const Start& start, const Effort& effort, Figures& figures) {
  Figures one;
  if (start.world.tracks_failures() && start.world.excused()->whole) ++one.tracked;
  auto found = compare(each, start, effort, one);
  if (found) found->first_search = effort.first_search;
  one.tally_of_designs.add_once(one.tally);
  one.coverage_of_designs.add_once(one.coverage);
  figures.add(one);
  return found;
}

/// A schedule of the same case that is as short as many tries make it.
Found with_short_schedule(Found found) {
  if (found.schedule.empty()) return found;
  std::string error;
  Effort effort;
  effort.first_search = found.first_search;
  const auto start = start_of(found.files, effort, error);
  if (!start) return found;
  Tally tally;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    Chooser chooser;
    chooser.seed = seed;
    chooser.longest = static_cast<int>(found.schedule.size()) - 1;
    const Walk walked = walk(start->world, start->oracle, chooser, tally);
    if (walked.difference) found = {found.files, walked.schedule, *walked.difference, found.first_search};
  }
  return found;
}

}  // namespace

std::optional<Start> start_of(const Case& each, const Effort& effort, std::string& error) {
  const auto parts = compiled(each, error);
  if (!parts) return std::nullopt;
  std::shared_ptr<const Failures> excused;
  std::shared_ptr<const world::Excused> fast;
  if (effort.first_search > 0) {
    excused = first_search(each, *parts, effort);
    fast = std::make_shared<const world::Excused>();  // the names are tracked, and nothing is known of them
  }
  if (excused != nullptr) {
    fast = check::excused_of(each.scenario, parts->design, parts->program);
    if (!fast->whole) throw std::logic_error("the first search of the engine is not whole");
  }
  return Start{world::World(each.scenario, parts->design, parts->program, true, fast),
               Oracle(each.scenario, each.design, excused)};
}

void Figures::add(const Figures& other) {
  designs += other.designs;
  tracked += other.tracked;
  enumerations += other.enumerations;
  compared += other.compared;
  for (const auto& [code, count] : other.refused) refused[code] += count;
  for (const auto& [name, count] : other.choices) choices[name] += count;
  tally.add(other.tally);
  tally_of_designs.add(other.tally_of_designs);
  coverage.add(other.coverage);
  coverage_of_designs.add(other.coverage_of_designs);
}

std::vector<Line> Figures::table() const {
  std::vector<Line> lines;
  for (const std::string& name : all_choices()) {
    const auto found = choices.find(name);
    const std::uint64_t designs = found == choices.end() ? 0 : found->second;
    lines.push_back({name, designs, designs});
  }
  const auto add = [&](const auto& counts, const auto& designs) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      lines.push_back({counts[i].first, counts[i].second, designs[i].second});
    }
  };
  add(coverage.all(), coverage_of_designs.all());
  add(happened(tally), happened(tally_of_designs));
  return lines;
}

std::optional<Found> examine(const Case& each, const Effort& effort, Figures& figures) {
  ++figures.designs;
  try {
    std::string error;
    const auto start = start_of(each, effort, error);
    if (!start) {
      ++figures.refused[error.substr(0, error.find(' '))];
      return std::nullopt;
    }
    for (const std::string& name : choices_of(each)) ++figures.choices[name];
    return run(each, *start, effort, figures);
  } catch (const std::exception& defect) {
    return Found{each, {}, std::string("an engine gave up: ") + defect.what(), effort.first_search};
  }
}

Case case_number(std::uint64_t seed, std::uint64_t number) {
  Random random(seed, number);
  const Scale scale = is_small(number) ? Scale{3, 2, false} : Scale{};
  return random_case(scale, random);
}

std::optional<Found> examine(std::uint64_t seed, std::uint64_t number, int schedules, Figures& figures) {
  const Case each = case_number(seed, number);
  return examine(each, effort_for(each, seed, number, schedules), figures);
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
  effort.first_search = found.first_search;
  Found best = found;
  const auto shows = [&](const Case& candidate) {
    if (alone) return ends_the_program(candidate, effort);
    Figures unused;
    const auto still = examine(candidate, effort, unused);
    if (still) best = *still;
    return still.has_value();
  };
  const Case least = shrunk(found.files, shows, kShrinkTries);
  if (alone) return {least, {}, found.difference, found.first_search};
  return with_short_schedule(best);
}

}  // namespace interleak::oracle

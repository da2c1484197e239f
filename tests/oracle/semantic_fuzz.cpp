// Random designs over all statements of the language, and random scenarios over all options, run in both
// engines: step by step along random schedules, the small ones by whole analyses. The last line of a run has
// its figures.
//
//   semantic_fuzz                                  20,000 designs of a fixed seed
//   semantic_fuzz --seed 0x1f3a --designs 1000000  other ones, more of them
//   semantic_fuzz --only 4711                      design 4711 of the seed, made smaller if it shows something
//   semantic_fuzz --replay SCENARIO DESIGN -s '...'  one schedule, or random ones, of two files; behind them may stand
//                                                  that of a protocol
//
// A difference is made smaller, printed as files and a schedule, and written to a folder. A run of
// --designs 20000 or more fails as well if something of the table of coverage.hpp was never executed.
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "sim/scenario/reader.hpp"
#include "tests/oracle/fuzz_case.hpp"
#include "tests/oracle/random_protocol.hpp"
#include "tools/embedded.hpp"

// So that a handler can say which design it was.
// Where memory was allocated is told in few lines: long ones take a third of the time.
// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizers look for these names
extern "C" const char* __asan_default_options() { return "abort_on_error=1:malloc_context_size=3"; }
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }
// NOLINTEND(bugprone-reserved-identifier)

namespace interleak::oracle {
namespace {

struct Options {
  std::uint64_t seed = 20'230'320, designs = 20'000, from = 0;
  std::uint64_t only = 0;
  int schedules = 5, threads = 0;
  std::uint64_t most_found = 3;
  bool table = false, raw = false;
  std::string out = "semantic-fuzz";
  std::vector<std::string> replay;
  std::string schedule;
};

/// So long a run must have executed everything.
constexpr std::uint64_t kLongRun = 20'000;

// --- what ends the program -----------------------------------------------------------------------------

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): all that a handler of signals can read
std::uint64_t g_seed = 0;
thread_local std::uint64_t t_design = 0;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void tell_design(int signal) {
  const auto number = [](std::uint64_t n, char* end) {
    *--end = '\n';
    do *--end = static_cast<char>('0' + n % 10);
    while ((n /= 10) != 0);
    return end;
  };
  char text[32];
  for (const auto& [what, n] : {std::pair{"semantic_fuzz: the program ends in design ", t_design},
                                std::pair{"semantic_fuzz: try --only with it, and --seed ", g_seed}}) {
    const char* digits = number(n, std::end(text));
    [[maybe_unused]] auto written = write(STDERR_FILENO, what, std::strlen(what));
    written = write(STDERR_FILENO, digits, static_cast<std::size_t>(std::end(text) - digits));
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// --- what is told --------------------------------------------------------------------------------------

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// Prints what was found and writes it to a folder of its own.
void tell(const Found& found, const std::string& name, const std::string& out) {
  const std::filesystem::path folder = std::filesystem::path(out) / name;
  std::filesystem::create_directories(folder);
  write_file(folder / "scenario.json", to_json(found.files.scenario));
  write_file(folder / "design.json", to_json(found.files.design));
  write_file(folder / "schedule.txt", joined(found.schedule) + "\n");
  const protocol::Protocol& protocol = *found.files.scenario.protocol;
  if (!is_built_in(protocol)) write_file(folder / "protocol.json", to_json(protocol));
  std::cout << "DIFFERENCE " << name << ": " << found.difference << "\n"
            << found.files << "schedule: " << joined(found.schedule) << "\n"
            << "again: semantic_fuzz --replay " << (folder / "scenario.json").string() << " "
            << (folder / "design.json").string();
  if (!is_built_in(protocol)) std::cout << " " << (folder / "protocol.json").string();
  if (!found.schedule.empty()) std::cout << " --schedule '" << joined(found.schedule) << "'";
  std::cout << "\n\n";
}

std::string counts(const std::map<std::string, std::uint64_t>& from) {
  std::string text;
  for (const auto& [name, count] : from) text += (text.empty() ? "" : ", ") + name + " " + std::to_string(count);
  return text.empty() ? "none" : text;
}

std::uint64_t sum(const std::map<std::string, std::uint64_t>& from) {
  std::uint64_t all = 0;
  for (const auto& [name, count] : from) all += count;
  return all;
}

std::string summary(const Options& options, const Figures& figures, std::uint64_t differences, std::size_t missing) {
  const std::size_t things = figures.table().size();
  std::ostringstream text;
  text << "semantic_fuzz: seed " << options.seed << ", " << figures.designs << " designs (" << sum(figures.refused)
       << " refused: " << counts(figures.refused) << "), " << figures.tally.schedules << " schedules, "
       << figures.tally.states << " states, " << figures.tally.steps << " steps; " << figures.compared << " of "
       << figures.enumerations << " enumerations compared; failures of " << figures.tracked
       << " tracked; diverges: " << counts(figures.tally.bounds) << "; executed: " << things - missing << " of "
       << things << "; " << differences << (differences == 1 ? " difference" : " differences");
  return text.str();
}

// --- the run -------------------------------------------------------------------------------------------

int run(const Options& options) {
  std::atomic<std::uint64_t> next = options.from, differences = 0;
  std::mutex mutex;
  Figures all;
  const auto work = [&] {
    Figures mine;
    for (;;) {
      t_design = next++;
      if (t_design >= options.from + options.designs || differences >= options.most_found) break;
      const auto found = examine(options.seed, t_design, options.schedules, mine);
      if (!found) continue;
      ++differences;
      const Found least = options.raw ? *found : smallest(*found, false);
      const std::lock_guard lock(mutex);
      tell(least, std::to_string(options.seed) + "-" + std::to_string(t_design), options.out);
    }
    const std::lock_guard lock(mutex);
    all.add(mine);
  };
  const int width = options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency());
  std::vector<std::jthread> workers;
  for (int i = 0; i < std::max(1, width); ++i) workers.emplace_back(work);
  workers.clear();
  Texts missing;
  for (const Line& line : all.table()) {
    if (options.table) std::cout << line.count << "\t" << line.designs << "\t" << line.name << "\n";
    if (line.count == 0) missing.push_back(line.name);
  }
  const bool too_little = options.designs >= kLongRun && differences == 0 && !missing.empty();
  if (too_little) {
    for (const std::string& name : missing) std::cout << "never executed: " << name << "\n";
  }
  std::cout << summary(options, all, differences, missing.size()) << std::endl;
  return too_little || differences > 0 ? 1 : 0;
}

int run_one(const Options& options) {
  const Case each = case_number(options.seed, options.only);
  Effort effort;
  effort.schedules = 200;
  const std::string name = std::to_string(options.seed) + "-" + std::to_string(options.only);
  Figures figures;
  if (ends_the_program(each, effort)) {
    tell(smallest({each, {}, "a process that runs it ends", effort.first_search}, true), name, options.out);
    return 1;
  }
  auto found = examine(options.seed, options.only, options.schedules, figures);
  if (!found) found = examine(each, effort, figures);
  if (found) tell(smallest(*found, false), name, options.out);
  std::cout << (found ? "" : "both engines say the same\n") << counts(figures.tally.events) << "\n";
  return found ? 1 : 0;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The files of `--replay`, or nothing and what is wrong with them on standard error.
std::optional<Case> read(const std::vector<std::string>& paths) {
  Diagnostics errors;
  scenario::DesignLibrary library;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  scenario::ProtocolLibrary protocols;
  if (paths.size() > 2) protocols.add(text_of(paths[2]), paths[2], errors);
  const auto scenarios = scenario::read_scenario(text_of(paths[0]), paths[0], errors, protocols);
  const auto id = library.add(text_of(paths[1]), paths[1], errors);
  const auto design = id ? library.find(*id, errors) : std::nullopt;
  for (const Diagnostic& error : errors) std::cerr << error.file << ": " << error.code << " " << error.message << "\n";
  if (scenarios.empty() || !design) return std::nullopt;
  return Case{scenarios.front(), *design};
}

int replay(const Options& options) {
  const auto files = read(options.replay);
  if (!files) return 2;
  std::string error;
  Figures figures;
  Effort effort;
  effort.schedules = 2'000;
  effort.enumerates = true;
  effort.first_search = 20'000;
  const auto start = start_of(*files, effort, error);
  if (!start) {
    std::cerr << "refused: " << error << "\n";
    return 2;
  }
  std::istringstream words(options.schedule);
  const Texts schedule{std::istream_iterator<std::string>(words), {}};
  const Walk walked = follow(start->world, start->oracle, schedule);
  auto found = walked.difference
                   ? std::optional(Found{*files, walked.schedule, *walked.difference, effort.first_search})
               : schedule.empty() ? examine(*files, effort, figures)
                                  : std::nullopt;
  if (!found) {
    std::cout << "both engines say the same along [" << joined(walked.schedule) << "]\n";
    return 0;
  }
  std::cout << "after [" << joined(found->schedule) << "] " << found->difference << "\n";
  return 1;
}

int run_with(int argc, char** argv) {
  Options options;
  CLI::App app("Random designs and scenarios in both engines of interleak.", "semantic_fuzz");
  app.add_option("--seed", options.seed, "of the first number: 0x... is hexadecimal");
  app.add_option("--designs", options.designs, "how many");
  app.add_option("--from", options.from, "number of the first design");
  app.add_option("--schedules", options.schedules, "of each design");
  app.add_option("--threads", options.threads, "0: one a core");
  app.add_option("--differences", options.most_found, "the run ends with so many");
  app.add_option("--out", options.out, "folder for what is found");
  app.add_flag("--table", options.table, "how often each thing was executed");
  app.add_flag("--raw", options.raw, "what is found is not made smaller");
  auto* only = app.add_option("--only", options.only, "number of the one design to run");
  app.add_option("--replay", options.replay, "scenario, design, and the protocol if it is not built in")
      ->expected(2, 3);
  app.add_option("-s,--schedule", options.schedule, "of --replay; without it: random ones");
  CLI11_PARSE(app, argc, argv);
  if (!options.replay.empty()) {
    try {
      return replay(options);
    } catch (const std::logic_error& difference) {  // before a schedule begins
      std::cout << difference.what() << "\n";
      return 1;
    }
  }
  g_seed = options.seed;
  if (*only) return run_one(options);
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, tell_design);
  return run(options);
}

}  // namespace
}  // namespace interleak::oracle

int main(int argc, char** argv) { return interleak::oracle::run_with(argc, argv); }

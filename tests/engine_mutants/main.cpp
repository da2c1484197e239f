// The mutants of the engine (tests/engine_mutants/README.md). `write` and `leave-out` belong to the build; `run`,
// `sum`, `check`, `bless` and `list` are for people and CI. Exit code 0: as it should be; 1: not; 2: it could not
// be found out.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/engine_mutants/catalogue.hpp"
#include "tests/engine_mutants/results.hpp"
#include "tests/engine_mutants/suite.hpp"
#include "tests/engine_mutants/trial.hpp"

namespace {

using namespace interleak;
using namespace interleak::engine_mutants;
namespace fs = std::filesystem;

/// At least so many of a hundred mutants are to be killed.
constexpr std::size_t kLeastPercent = 85;
/// At least so many mutants are to be there.
constexpr std::size_t kLeastMutants = 300;

struct Options {
  std::string root = ".", build = "build/mutants", results, log, only, seed;
  std::uint32_t share = kShare;
  std::size_t draw = 0;
  int workers = 2;
  bool again = false;

  std::string copies() const { return build + "/engine"; }
  std::string room() const { return root + "/tests/engine_mutants"; }
  std::string list_of_survivors() const { return room() + "/survivors.txt"; }
  std::string left_out() const { return build + "/left_out.txt"; }
  std::string result_file() const { return results.empty() ? build + "/results.tsv" : results; }
};

mutation::SurvivorList survivors(const Options& options) {
  return mutation::parse_survivors(read_file(options.list_of_survivors()));
}

std::vector<std::string> lines_of(const std::string& path) {
  std::istringstream text(read_file(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// Those that are in the program that was built.
Catalogue built(const Options& options) {
  Catalogue catalogue = read_catalogue(read_file(options.copies() + "/catalogue.txt"));
  if (catalogue.entries.empty()) throw std::runtime_error(options.copies() + ": no mutant was built");
  return catalogue;
}

std::vector<std::string> names_of(const std::vector<Entry>& mutants) {
  std::vector<std::string> names;
  for (const Entry& mutant : mutants) names.push_back(mutant.name);
  return names;
}

/// The mutants that the sources have now, without a build.
std::vector<Entry> present(const Options& options) {
  std::vector<Entry> mutants;
  for (const Source& source : sources_of(options.root)) {
    for (const Mutant& mutant : source.mutants) {
      if (is_chosen(mutant, options.share)) mutants.push_back({0, mutant.line, mutant.id(), mutant.name()});
    }
  }
  return mutants;
}

int complain(const std::vector<std::string>& faults, const std::string& about) {
  for (const std::string& fault : faults) std::cout << about << ": " << fault << "\n";
  return faults.empty() ? 0 : 1;
}

/// `most` of the mutants, which only the seed and their names decide, in their order.
std::vector<Entry> drawn(std::vector<Entry> mutants, std::size_t most, const std::string& seed) {
  const auto rank = [&](const Entry& mutant) { return lot_of(seed, mutant.name); };
  std::vector<std::uint32_t> lots;
  for (const Entry& mutant : mutants) lots.push_back(rank(mutant));
  std::sort(lots.begin(), lots.end());
  if (most >= lots.size()) return mutants;
  std::erase_if(mutants, [&](const Entry& mutant) { return rank(mutant) >= lots[most]; });
  return mutants;
}

// --- verbs

int write(const Options& options) {
  write_copies(sources_of(options.root), options.copies(), options.share, lines_of(options.left_out()));
  return 0;
}

int leave_out(const Options& options) {
  std::vector<std::string> names = lines_of(options.left_out());
  const auto more = refused(sources_of(options.root), options.copies(), built(options), read_file(options.log));
  for (const std::string& name : more) std::cout << "does not compile: " << name << "\n";
  names.insert(names.end(), more.begin(), more.end());
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  write_file(options.left_out(), text);
  return more.empty() ? 1 : 0;
}

int list(const Options& options) {
  for (const Entry& mutant : present(options)) {
    if (mutant.name.find(options.only) == std::string::npos && mutant.id != options.only) continue;
    std::cout << mutant.id << " " << mutant.told() << "\n";
  }
  return 0;
}

int check(const Options& options) {
  const std::vector<Entry> mutants = present(options);
  std::vector<std::string> faults = faults_of(survivors(options), names_of(mutants));
  if (mutants.size() < kLeastMutants) faults.push_back("fewer than " + std::to_string(kLeastMutants) + " mutants");
  std::cout << mutants.size() << " mutants, " << survivors(options).entries.size() << " listed as survivors\n";
  return complain(faults, options.list_of_survivors());
}

int bless(const Options& options) {
  const Catalogue catalogue = built(options);
  const Results results(options.result_file(), catalogue.engine);
  const auto alive = survivors_of(catalogue.entries, results.fates());
  write_file(options.list_of_survivors(), mutation::print_survivors(mutation::blessed(survivors(options), alive)));
  return 0;
}

/// What the results come to; with `all`, for every mutant that was built.
int judge(const Options& options, const std::vector<Entry>& mutants, const Fates& fates, bool all) {
  const mutation::SurvivorList kept = survivors(options);
  std::cout << table(mutants, fates);
  int code = complain(unlisted(kept, survivors_of(mutants, fates)), "survives, and is not listed");
  if (!all) return code;
  code |= complain(noticed_now(kept, fates), "listed as a survivor, but killed");
  if (percent_killed(mutants, fates) < kLeastPercent) {
    std::cout << "fewer than " << kLeastPercent << " % are killed\n";
    code = 1;
  }
  return code;
}

int sum(const Options& options) {
  const Catalogue catalogue = built(options);
  const Results results(options.result_file(), catalogue.engine);
  std::cout << results.fates().size() << " of " << catalogue.entries.size() << " mutants were tried\n";
  return judge(options, catalogue.entries, results.fates(), results.fates().size() == catalogue.entries.size());
}

/// The mutants that are still to be tried.
std::vector<Entry> waiting(const Options& options, const std::vector<Entry>& mutants, const Fates& known) {
  std::vector<Entry> out;
  for (const Entry& mutant : mutants) {
    if (mutant.name.find(options.only) == std::string::npos && mutant.id != options.only) continue;
    const auto fate = known.find(mutant.name);
    const bool open = fate == known.end() || (options.again && fate->second.kind == Fate::Kind::survived);
    if (open) out.push_back(mutant);
  }
  return out;
}

void tell(const Entry& mutant, const Fate& fate, std::size_t done, std::size_t all) {
  constexpr const char* kWords[] = {"killed   ", "timed out", "SURVIVED "};
  std::cout << "[" << done << "/" << all << "] " << kWords[static_cast<std::size_t>(fate.kind)] << " " << mutant.id << " "
            << mutant.told() << "\n    " << fate.processor.count() << " ms; " << fate.by << std::endl;
}

int run(const Options& options) {
  const Place place{options.root, options.build, options.build + "/scratch", options.workers};
  fs::create_directories(place.scratch);
  const Catalogue catalogue = built(options);
  const Suite suite = suite_of(read_file(options.room() + "/suite.txt"), place.root, place.build, place.scratch);
  const std::vector<Measured> steps = clean_run(suite, place);
  std::chrono::milliseconds clean{};
  for (const Measured& step : steps) clean += step.processor;
  std::cout << steps.size() << " steps take " << clean.count() << " ms without a mutant" << std::endl;

  // A draw is over soon, and what is in the file of another run shall not decide it.
  const bool draws = options.draw != 0;
  const std::string file = draws ? place.scratch + "/drawn.tsv" : options.result_file();
  if (draws) fs::remove(file);
  Results results(file, catalogue.engine);
  const std::vector<Entry> mutants =
      draws ? drawn(catalogue.entries, options.draw, options.seed) : catalogue.entries;
  const std::vector<Entry> open = waiting(options, mutants, results.fates());
  std::size_t done = 0;
  try_all(open, steps, suite, place, [&](const Entry& mutant, const Fate& fate) {
    results.add(mutant, fate);
    tell(mutant, fate, ++done, open.size());
  });
  return judge(options, mutants, results.fates(), !draws && options.only.empty());
}

int parse_and_run(int count, char** words) {
  Options options;
  CLI::App app("Mutants of the engine (tests/engine_mutants/README.md)");
  app.require_subcommand(1);
  app.add_option("--root", options.root, "The tree");
  app.add_option("--build", options.build, "The folder of the build with mutants (preset mutants)");
  app.add_option("--share", options.share, "One of how many mutants is taken")->check(CLI::PositiveNumber);
  int (*verb)(const Options&) = nullptr;
  const auto add = [&](const std::string& name, const std::string& text, int (*what)(const Options&)) {
    CLI::App* sub = app.add_subcommand(name, text)->fallthrough();
    sub->callback([&verb, what] { verb = what; });
    return sub;
  };
  add("write", "Write the engine with its mutants", write);
  add("leave-out", "Leave out what does not compile", leave_out)->add_option("log", options.log, "What the compiler said")->required();
  add("check", "Look whether survivors.txt fits the sources", check);
  add("list", "List the mutants", list)->add_option("--only", options.only, "Those with this in their name");
  CLI::App* run_verb = add("run", "Try the mutants that have no result yet", run);
  run_verb->add_option("--workers", options.workers, "So many at a time")->check(CLI::Range(1, 64));
  run_verb->add_option("--only", options.only, "Those with this in their name, or this id");
  run_verb->add_option("--draw", options.draw, "Only so many, drawn by the seed; needs no file of results");
  run_verb->add_option("--seed", options.seed, "Of the draw: any text");
  run_verb->add_flag("--again", options.again, "Also those that survived before");
  for (CLI::App* each : {run_verb, add("sum", "Print the table of the results", sum),
                         add("bless", "Rewrite survivors.txt, keep its reasons", bless)}) {
    each->add_option("--results", options.results, "File of results; else results.tsv of the build");
  }
  CLI11_PARSE(app, count, words);
  options.root = fs::canonical(options.root).string();
  options.build = fs::weakly_canonical(options.build).string();
  return verb(options);
}

}  // namespace

int main(int count, char** words) {
  try {
    return parse_and_run(count, words);
  } catch (const std::exception& failed) {
    std::cerr << "engine_mutants: " << failed.what() << "\n";
    return 2;
  }
}

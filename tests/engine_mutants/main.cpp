// The mutants of the engine (tests/engine_mutants/README.md). `write` and `leave-out` belong to the build; `run`,
// `sum`, `check`, `bless` and `list` are for people and CI. Exit code 0: as it should be; 1: not; 2: it could not
// be found out.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/engine_mutants/catalogue.hpp"
#include "tests/engine_mutants/kept.hpp"
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
/// At most so many of a hundred may be newer than the last whole run.
constexpr std::size_t kMostUnmeasured = 10;
/// What README.md shows is what this prints.
constexpr const char* kFigures = "$ build/release/tests/engine_mutants figures";

struct Options {
  std::string root = ".", build = "build/mutants", results, log, only, seed;
  std::uint32_t share = kShare;
  std::size_t draw = 20;
  int workers = 2;
  bool again = false, only_new = false;

  std::string copies() const { return build + "/engine"; }
  std::string room() const { return root + "/tests/engine_mutants"; }
  std::string list_of_survivors() const { return room() + "/survivors.txt"; }
  std::string readme() const { return room() + "/README.md"; }
  std::string list_of_kills() const { return room() + "/killed.txt"; }
  /// What does not compile: as it is known, and as the build has found.
  std::string refused() const { return room() + "/refused.txt"; }
  std::string left_out() const { return build + "/left_out.txt"; }
  std::string result_file() const { return results.empty() ? build + "/results.tsv" : results; }
};

mutation::SurvivorList survivors(const Options& options) {
  return mutation::parse_survivors(read_file(options.list_of_survivors()));
}

Kills kills(const Options& options) { return parse_kills(read_file(options.list_of_kills())); }

std::vector<std::string> lines_of(const std::string& path) {
  std::istringstream text(read_file(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    if (line.rfind('#', 0) != 0) lines.push_back(line);
  }
  return lines;
}

std::set<std::string> left_out(const Options& options) {
  std::set<std::string> names;
  for (const std::string& path : {options.refused(), options.left_out()}) {
    for (std::string& name : lines_of(path)) names.insert(std::move(name));
  }
  return names;
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

/// The mutants that the sources have now, without a build; those that do not compile, too.
std::vector<Entry> written_down(const Options& options) {
  std::vector<Entry> mutants;
  for (const Source& source : sources_of(options.root)) {
    for (const Mutant& mutant : source.mutants) {
      if (is_chosen(mutant, options.share)) mutants.push_back({0, mutant.line, mutant.id(), mutant.name()});
    }
  }
  return mutants;
}

/// Of them those that compile, as far as that is known.
std::vector<Entry> present(const Options& options) {
  std::vector<Entry> mutants = written_down(options);
  const std::set<std::string> without = left_out(options);
  std::erase_if(mutants, [&](const Entry& mutant) { return without.count(mutant.name) != 0; });
  return mutants;
}

int complain(const std::vector<std::string>& faults, const std::string& about) {
  for (const std::string& fault : faults) std::cout << about << ": " << fault << "\n";
  return faults.empty() ? 0 : 1;
}

/// `most` of the mutants, which only the seed and their names decide.
std::vector<Entry> drawn(std::vector<Entry> mutants, std::size_t most, const std::string& seed) {
  std::stable_sort(mutants.begin(), mutants.end(),
                   [&](const Entry& a, const Entry& b) { return lot_of(seed, a.name) < lot_of(seed, b.name); });
  mutants.resize(std::min(most, mutants.size()));
  return mutants;
}

// --- verbs

int write(const Options& options) {
  write_copies(sources_of(options.root), options.copies(), options.share, left_out(options));
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

int show_figures(const Options& options) {
  std::cout << figures(kills(options), survivors(options));
  return 0;
}

int check(const Options& options) {
  const std::vector<Entry> mutants = present(options);
  const auto list = survivors(options);
  const std::size_t open = unmeasured(mutants, kills(options), list).size();
  std::cout << mutants.size() << " mutants, " << open << " of them newer than the last run of all\n";
  int code = complain(faults_of(list, names_of(mutants)), options.list_of_survivors());
  if (mutants.size() < kLeastMutants) code |= complain({"there should be " + std::to_string(kLeastMutants)}, "too few");
  if (open * 100 > mutants.size() * kMostUnmeasured) {
    code |= complain({"run all of them, and bless"}, "more than " + std::to_string(kMostUnmeasured) + " % are newer");
  }
  const std::string readme = read_file(options.readme());
  if (with_figures(readme, kFigures, figures(kills(options), list)) != readme) {
    code |= complain({"it shows other figures; bless writes them"}, options.readme());
  }
  return code;
}

int bless(const Options& options) {
  const Results results(options.result_file(), built(options).engine);
  std::string refused =
      "# Mutants of the engine that do not compile, and so are none: see README.md. Written by\n"
      "# `engine_mutants bless`, never by hand.\n";
  const std::set<std::string> without = left_out(options);
  for (const Entry& mutant : written_down(options)) {
    if (without.count(mutant.name) != 0) refused += mutant.name + "\n";
  }
  write_file(options.refused(), refused);
  const std::vector<Entry> mutants = present(options);
  const Kills killed = blessed(kills(options), mutants, results.fates());
  const mutation::SurvivorList list = blessed(survivors(options), mutants, results.fates());
  write_file(options.list_of_kills(), print_kills(killed));
  write_file(options.list_of_survivors(), mutation::print_survivors(list));
  write_file(options.readme(), with_figures(read_file(options.readme()), kFigures, figures(killed, list)));
  return 0;
}

/// What the results come to; with `all`, for every mutant that was built.
int judge(const Options& options, const std::vector<Entry>& mutants, const Fates& fates, bool all) {
  const mutation::SurvivorList kept = survivors(options);
  std::cout << table(mutants, fates);
  int code = 0;
  const std::vector<std::string> unknown = unlisted(kept, survivors_of(mutants, fates));
  for (const Entry& mutant : mutants) {
    if (std::find(unknown.begin(), unknown.end(), mutant.name) == unknown.end()) continue;
    std::cout << "survives, and is not listed: " << mutant.name << "\n  To see it: INTERLEAK_MUTANT=" << mutant.number
              << " " << options.build << "/tests/unit_tests.\n  Write a test that fails then, or list it with a reason"
              << " in " << options.list_of_survivors() << ".\n  engine_mutants run --only " << mutant.id
              << " tries it again.\n";
    code = 1;
  }
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
  std::cout << "[" << done << "/" << all << "] " << kWords[static_cast<std::size_t>(fate.kind)] << " " << mutant.id
            << " " << mutant.told() << "\n    " << fate.processor.count() << " ms; " << fate.step
            << (fate.step.empty() ? "" : ": ") << fate.told << std::endl;
}

/// Each step without a mutant, which tells what it takes.
std::vector<Measured> measured(const Suite& suite, const Place& place) {
  std::vector<Measured> steps = clean_run(suite, place);
  std::chrono::milliseconds clean{};
  for (const Measured& step : steps) clean += step.processor;
  std::cout << steps.size() << " steps take " << clean.count() << " ms without a mutant" << std::endl;
  return steps;
}

/// Tries the mutants, with the steps of the suite; fates go to `results`.
void try_and_tell(const std::vector<Entry>& mutants, const Suite& suite, const Hints& hints, const Place& place,
                  Results& results) {
  const std::vector<Measured> steps = measured(suite, place);
  std::size_t done = 0;
  try_all(mutants, steps, hints, suite, place, [&](const Entry& mutant, const Fate& fate) {
    results.add(mutant, fate);
    tell(mutant, fate, ++done, mutants.size());
  });
}

Suite whole_suite(const Options& options, const Place& place) {
  fs::create_directories(place.scratch);
  return suite_of(read_file(options.room() + "/suite.txt"), place.root, place.build, place.scratch);
}

int show_steps(const Options& options) {
  const Place place{options.root, options.build, options.build + "/scratch", options.workers};
  std::vector<Measured> steps = measured(whole_suite(options, place), place);
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Measured& a, const Measured& b) { return a.processor > b.processor; });
  for (const Measured& each : steps) std::cout << each.processor.count() << " ms " << each.step.name << "\n";
  return 0;
}

Hints hints(const Options& options) {
  Hints out;
  for (const auto& [id, kill] : kills(options)) out[id] = kill.step;
  return out;
}

int run(const Options& options) {
  const Place place{options.root, options.build, options.build + "/scratch", options.workers};
  const Catalogue catalogue = built(options);
  Results results(options.result_file(), catalogue.engine);
  std::vector<Entry> open = waiting(options, catalogue.entries, results.fates());
  if (options.only_new) open = unmeasured(open, kills(options), survivors(options));
  // So what is there when the run is ended early is a sample of all.
  std::stable_sort(open.begin(), open.end(),
                   [](const Entry& a, const Entry& b) { return rank_of(a.name) < rank_of(b.name); });
  if (!open.empty()) try_and_tell(open, whole_suite(options, place), hints(options), place, results);
  return judge(options, catalogue.entries, results.fates(), options.only.empty() && !options.only_new);
}

/// The suite with just the steps that are known to notice the mutants.
Suite known_steps(Suite suite, const std::vector<Entry>& mutants, const Hints& hints) {
  std::set<std::string> known;
  for (const Entry& mutant : mutants) {
    if (const auto hint = hints.find(mutant.id); hint != hints.end()) known.insert(hint->second);
  }
  std::erase_if(suite.steps, [&](const Step& step) { return known.count(step.name) == 0; });
  return suite;
}

/// Mutants that are not listed as survivors are still killed: first by the steps that did it before, then by any.
int confirm(const Options& options) {
  const Place place{options.root, options.build, options.build + "/scratch", options.workers};
  const Catalogue catalogue = built(options);
  const Suite suite = whole_suite(options, place);
  const Hints known = hints(options);
  std::set<std::string> listed;
  for (const auto& entry : survivors(options).entries) listed.insert(entry.name);
  std::vector<Entry> mutants = catalogue.entries;
  std::erase_if(mutants, [&](const Entry& mutant) { return listed.count(mutant.name) != 0; });
  mutants = drawn(std::move(mutants), options.draw, options.seed);
  // What is in the file of another run shall not decide it.
  const std::string file = place.scratch + "/drawn.tsv";
  fs::remove(file);
  Results results(file, catalogue.engine);
  try_and_tell(mutants, known_steps(suite, mutants, known), known, place, results);
  std::vector<Entry> open;
  for (const Entry& mutant : mutants) {
    if (results.fates().at(mutant.name).kind == Fate::Kind::survived) open.push_back(mutant);
  }
  if (!open.empty()) {
    std::cout << "what is left has the whole suite before it" << std::endl;
    try_and_tell(open, suite, known, place, results);
  }
  return judge(options, mutants, results.fates(), false);
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
  CLI::App* leave_verb = add("leave-out", "Leave out what does not compile", leave_out);
  leave_verb->add_option("log", options.log, "What the compiler said")->required();
  add("check", "Look whether survivors.txt fits the sources", check);
  add("list", "List the mutants", list)->add_option("--only", options.only, "Those with this in their name");
  CLI::App* run_verb = add("run", "Try the mutants that have no result yet", run);
  run_verb->add_option("--workers", options.workers, "So many at a time")->check(CLI::Range(1, 64));
  run_verb->add_option("--only", options.only, "Those with this in their name, or this id");
  run_verb->add_flag("--new", options.only_new, "Those that killed.txt and survivors.txt do not know");
  run_verb->add_flag("--again", options.again, "Also those that survived before");
  CLI::App* confirm_verb = add("confirm", "See that some that are not listed as survivors are killed", confirm);
  confirm_verb->add_option("--workers", options.workers, "So many at a time")->check(CLI::Range(1, 64));
  confirm_verb->add_option("--draw", options.draw, "So many, drawn by the seed");
  confirm_verb->add_option("--seed", options.seed, "Of the draw: any text");
  add("steps", "Run the suite without a mutant, and print what each step takes", show_steps);
  add("figures", "Print what the last run of all came to", show_figures);
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

// The mutation test of the shipped designs (tests/mutation/README.md):
//
//   mutation SCENARIOS PROBES SURVIVORS [--bless] [--all] [--only TEXT] [--jobs N]
//
// SCENARIOS is the folder of shipped designs and scenarios, PROBES a folder of more scenarios, SURVIVORS
// the kept list. --bless rewrites the list; --all tells the fate of every change; --only takes the
// changes whose name has the text in it, and compares no list. Exit code 0: enough is noticed and the
// list is right; 1: not; 2: there was no test.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/mutation/judge.hpp"
#include "tests/mutation/survivors.hpp"
#include "tests/mutation/tree.hpp"

namespace {

using namespace interleak;
using namespace interleak::mutation;

/// At least so many of a hundred mutants are to be noticed.
constexpr std::size_t kLeastPercent = 90;

struct Arguments {
  std::string folder, probes, list, only;
  bool bless = false, all = false;
  int jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
};

bool read_number(const std::string& text, int& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && number >= 1 && number <= 64;
}

bool parse(const std::vector<std::string>& words, Arguments& arguments) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool more = i + 1 < words.size();
    if (words[i] == "--bless") {
      arguments.bless = true;
    } else if (words[i] == "--all") {
      arguments.all = true;
    } else if (words[i] == "--only" && more) {
      arguments.only = words[++i];
    } else if (words[i] == "--jobs" && more) {
      if (!read_number(words[++i], arguments.jobs)) return false;
    } else {
      paths.push_back(words[i]);
    }
  }
  if (paths.size() != 3 || (arguments.bless && !arguments.only.empty())) return false;
  arguments.folder = paths[0];
  arguments.probes = paths[1];
  arguments.list = paths[2];
  return true;
}

struct Sums {
  std::size_t mutants = 0, noticed = 0, survived = 0, refused = 0, same = 0;

  void add(Fate::Kind kind) {
    noticed += kind == Fate::Kind::noticed;
    survived += kind == Fate::Kind::survived;
    refused += kind == Fate::Kind::refused;
    same += kind == Fate::Kind::same || kind == Fate::Kind::repeated;
    mutants = noticed + survived;
  }
};

void print_row(const std::string& name, const Sums& sums) {
  std::printf("  %-40s %8zu %8zu %9zu %8zu %6zu\n", name.c_str(), sums.mutants, sums.noticed, sums.survived,
              sums.refused, sums.same);
}

Sums print_table(const Tree& tree, const std::vector<Change>& changes, const std::vector<Fate>& fates) {
  std::printf("  %-40s %8s %8s %9s %8s %6s\n", "design", "mutants", "noticed", "survivors", "refused", "same");
  Sums total;
  for (std::size_t file = 0; file < tree.files.size(); ++file) {
    Sums sums;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (changes[i].file != file) continue;
      sums.add(fates[i].kind);
      total.add(fates[i].kind);
    }
    print_row(tree.files[file].id, sums);
  }
  print_row("all", total);
  return total;
}

std::string_view word_of(Fate::Kind kind) {
  constexpr std::string_view kWords[] = {"refused", "same", "repeated", "noticed", "SURVIVED"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Change> all_changes(const Tree& tree, const std::string& only) {
  std::vector<Change> changes;
  for (std::size_t file = 0; file < tree.files.size(); ++file) {
    for (Change& change : changes_of(tree, file)) {
      if (change.name(tree).find(only) != std::string::npos) changes.push_back(std::move(change));
    }
  }
  return changes;
}

/// A tree without errors, or a message.
std::optional<Tree> readable_tree(const std::string& folder) {
  Diagnostics errors;
  Tree tree = read_tree(folder, errors);
  for (const Diagnostic& error : errors) std::cerr << error.file << ": " << error.message << "\n";
  if (errors.empty() && tree.scenarios.empty()) std::cerr << folder << ": no scenario is there\n";
  if (!errors.empty() || tree.scenarios.empty()) return std::nullopt;
  return tree;
}

/// A survivor, and what is known of it.
struct Left {
  Change change;
  std::string name, why;
};

/// The survivors, in the order of the changes. Told in full if asked for.
std::vector<Left> survivors_of(const Tree& tree, const std::vector<Change>& changes, const std::vector<Fate>& fates,
                               bool all) {
  std::vector<Left> out;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string name = changes[i].name(tree);
    if (all) std::cout << word_of(fates[i].kind) << "  " << name << "\n    " << fates[i].why << "\n";
    if (fates[i].kind == Fate::Kind::survived) out.push_back({changes[i], name, fates[i].why});
  }
  return out;
}

/// Prints the survivors, and what the probes make of them. Returns the probe that tells each from
/// the original, if one does.
std::map<std::string, std::string> probed(const Judge& judge, const std::vector<Left>& survivors,
                                          const std::vector<scenario::Scenario>& probes) {
  std::vector<Change> changes;
  for (const Left& left : survivors) changes.push_back(left.change);
  const std::vector<std::string> found = judge.told_apart(changes, probes);
  std::map<std::string, std::string> told;
  std::cout << "\nSurvivors:\n" << (survivors.empty() ? "  none\n" : "");
  for (std::size_t i = 0; i < survivors.size(); ++i) {
    if (!found[i].empty()) told[survivors[i].name] = found[i];
    std::cout << "  " << survivors[i].name << "\n      " << survivors[i].why << "; "
              << (found[i].empty() ? "the same under all probes" : "other under " + found[i]) << "\n";
  }
  return told;
}

/// "12 of 13 ...: 92.3 %"
std::string share(std::size_t part, std::size_t whole, const std::string& of) {
  const std::size_t tenths = whole == 0 ? 0 : part * 1000 / whole;
  return std::to_string(part) + " of " + std::to_string(whole) + " " + of + ": " + std::to_string(tenths / 10) + "." +
         std::to_string(tenths % 10) + " %\n";
}

/// Compares the list, or rewrites it. True if it is right.
bool settle(const Arguments& arguments, const Sums& total, const std::vector<std::string>& names,
            const std::map<std::string, std::string>& told) {
  const SurvivorList kept = parse_survivors(read(arguments.list));
  if (arguments.bless) {
    std::ofstream file(arguments.list, std::ios::binary);
    file << print_survivors(blessed(kept, names));
    return file.good();
  }
  const auto equivalent = static_cast<std::size_t>(std::count_if(
      kept.entries.begin(), kept.entries.end(), [](const Survivor& entry) { return entry.equivalent(); }));
  const std::vector<std::string> wrong = differences(kept, names, told);
  if (wrong.empty()) {
    std::cout << share(total.noticed, total.mutants - equivalent, "that are not listed as equivalent");
    return true;
  }
  std::cout << "\n" << arguments.list << " is not right:\n";
  for (const std::string& message : wrong) std::cout << "  " << message << "\n";
  std::cout << "Add a scenario that notices the mutant, or run this with --bless and give the reason.\n";
  return false;
}

int run(const Arguments& arguments) {
  const std::optional<Tree> tree = readable_tree(arguments.folder);
  const std::optional<Tree> probes = readable_tree(arguments.probes);
  if (!tree || !probes) return 2;
  std::vector<std::string> faults;
  const Judge judge(*tree, arguments.jobs, faults);
  for (const std::string& fault : faults) std::cerr << "without any change: " << fault << "\n";
  if (!faults.empty()) return 2;

  const std::vector<Change> changes = all_changes(*tree, arguments.only);
  const std::vector<Fate> fates = judge.fates(changes);
  const std::vector<Left> survivors = survivors_of(*tree, changes, fates, arguments.all);
  const Sums total = print_table(*tree, changes, fates);
  if (total.mutants == 0) {
    std::cerr << "no mutant was made\n";
    return 2;
  }
  const auto told = probed(judge, survivors, probes->scenarios);
  std::cout << "\n"
            << share(total.noticed, total.mutants,
                     "mutants are noticed by " + std::to_string(judge.cases()) + " cases");
  if (!arguments.only.empty()) return 0;
  std::vector<std::string> names;
  for (const Left& left : survivors) names.push_back(left.name);
  const bool right = settle(arguments, total, names, told);
  const bool enough = total.noticed * 100 >= total.mutants * kLeastPercent;
  if (!enough) std::cout << "fewer than " << kLeastPercent << " % are noticed\n";
  return right && enough ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  Arguments arguments;
  if (!parse({words + 1, words + count}, arguments)) {
    std::cerr << "usage: mutation SCENARIOS PROBES SURVIVORS [--bless] [--all] [--only TEXT] [--jobs N]\n"
                 "--only compares no list, so it goes without --bless\n";
    return 2;
  }
  return run(arguments);
}

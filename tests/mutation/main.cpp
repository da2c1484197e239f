// The mutation test of the shipped designs (docs/mutation.md):
//
//   mutation SCENARIOS SURVIVORS [--bless] [--all] [--only TEXT] [--jobs N]
//
// SCENARIOS is the folder of shipped designs and scenarios, SURVIVORS the kept list. --bless rewrites
// the list; --all tells the fate of every change; --only takes changes whose name has the text in it,
// and compares no list. Exit code 0: enough is noticed and the list is right; 1: not; 2: no test.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
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
  std::string folder, list, only;
  bool bless = false, all = false;
  int jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
};

bool read_number(const std::string& text, int& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && number >= 1 &&
         number <= 64;
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
  if (paths.size() != 2 || (arguments.bless && !arguments.only.empty())) return false;
  arguments.folder = paths[0];
  arguments.list = paths[1];
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
  std::printf("  %-40s %8zu %8zu %9zu %8zu %6zu\n", name.c_str(), sums.mutants, sums.noticed,
              sums.survived, sums.refused, sums.same);
}

Sums print_table(const Tree& tree, const std::vector<Change>& changes,
                 const std::vector<Fate>& fates) {
  std::printf("  %-40s %8s %8s %9s %8s %6s\n", "design", "mutants", "noticed", "survivors",
              "refused", "same");
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

/// Compares the list, or rewrites it. True if it is right.
bool settle(const Arguments& arguments, const std::vector<std::string>& survivors) {
  const SurvivorList kept = parse_survivors(read(arguments.list));
  if (arguments.bless) {
    std::ofstream file(arguments.list, std::ios::binary);
    file << print_survivors(blessed(kept, survivors));
    return file.good();
  }
  const std::vector<std::string> wrong = differences(kept, survivors);
  for (const std::string& message : wrong) std::cout << "  " << message << "\n";
  if (!wrong.empty()) {
    std::cout << "\n" << arguments.list << " is not right: add a scenario that notices the mutant,"
              << "\nor run this program with --bless and give the reason there\n";
  }
  return wrong.empty();
}

int run(const Arguments& arguments) {
  Diagnostics errors;
  const Tree tree = read_tree(arguments.folder, errors);
  for (const Diagnostic& error : errors) std::cerr << error.file << ": " << error.message << "\n";
  if (!errors.empty()) return 2;
  std::vector<std::string> faults;
  const Judge judge(tree, arguments.jobs, faults);
  for (const std::string& fault : faults) std::cerr << "without any change: " << fault << "\n";
  if (!faults.empty()) return 2;

  const std::vector<Change> changes = all_changes(tree, arguments.only);
  const std::vector<Fate> fates = judge.fates(changes);
  std::vector<std::string> survivors;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string name = changes[i].name(tree);
    if (arguments.all) {
      std::cout << word_of(fates[i].kind) << "  " << name << "\n    " << fates[i].why << "\n";
    }
    if (fates[i].kind == Fate::Kind::survived) survivors.push_back(name);
  }
  const Sums total = print_table(tree, changes, fates);
  if (total.mutants == 0) {
    std::cerr << "no mutant was made of " << arguments.folder << "\n";
    return 2;
  }
  std::cout << "\nSurvivors:\n" << (survivors.empty() ? "  none\n" : "");
  for (const std::string& name : survivors) std::cout << "  " << name << "\n";
  const std::size_t tenths = total.noticed * 1000 / total.mutants;
  std::cout << "\n" << total.noticed << " of " << total.mutants << " mutants are noticed by "
            << judge.cases() << " cases: " << tenths / 10 << "." << tenths % 10 << " %\n";
  if (!arguments.only.empty()) return 0;
  const bool right = settle(arguments, survivors);
  const bool enough = tenths >= kLeastPercent * 10;
  if (!enough) std::cout << "fewer than " << kLeastPercent << " %\n";
  return right && enough ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  Arguments arguments;
  if (!parse({words + 1, words + count}, arguments)) {
    std::cerr << "usage: mutation SCENARIOS SURVIVORS [--bless] [--all] [--only TEXT] [--jobs N]\n"
                 "--only compares no list, so it goes without --bless\n";
    return 2;
  }
  return run(arguments);
}

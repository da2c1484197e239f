#include "tests/engine_mutants/results.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace interleak::engine_mutants {
namespace {

constexpr std::array<std::string_view, 3> kWords = {"killed", "timed-out", "survived"};
constexpr std::array<std::string_view, 3> kReasons = {"equivalent: ", "performance: ", "unnoticed: "};

std::string heading(const std::string& engine) { return "# of engine " + engine; }

std::string file_of(const Entry& mutant) { return mutant.name.substr(0, mutant.name.find(' ')); }

struct Sums {
  std::size_t all = 0;
  std::array<std::size_t, 3> by_kind{};

  void add(Fate::Kind kind) {
    ++all;
    ++by_kind[static_cast<std::size_t>(kind)];
  }
  std::string row(const std::string& name) const {
    const std::size_t tenths = all == 0 ? 0 : (all - by_kind[2]) * 1000 / all;
    std::array<char, 160> line{};
    std::snprintf(line.data(), line.size(), "%-30s %8zu %8zu %10zu %10zu %4zu.%zu %%\n", name.c_str(), all, by_kind[0],
                  by_kind[1], by_kind[2], tenths / 10, tenths % 10);
    return line.data();
  }
};

}  // namespace

Results::Results(std::string path, const std::string& engine) : path_(std::move(path)) {
  std::ifstream file(path_);
  std::string line;
  if (std::getline(file, line) && line != heading(engine)) {
    throw std::runtime_error(path_ + ": results of another engine; remove the file to begin anew");
  }
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string word, milliseconds, name, step, told;
    const bool whole = std::getline(fields, word, '\t') && std::getline(fields, milliseconds, '\t') &&
                       std::getline(fields, name, '\t') && std::getline(fields, step, '\t') &&
                       std::getline(fields, told, '\t');
    const auto kind = std::find(kWords.begin(), kWords.end(), word);
    if (!whole || kind == kWords.end()) continue;   // the run was ended in the middle of a line
    fates_[name] = {static_cast<Fate::Kind>(kind - kWords.begin()), step, told,
                    std::chrono::milliseconds(std::stoul(milliseconds))};
  }
  if (!std::filesystem::exists(path_)) write_file(path_, heading(engine) + "\n");
}

void Results::add(const Entry& mutant, const Fate& fate) {
  fates_[mutant.name] = fate;
  std::ofstream file(path_, std::ios::app);
  file << kWords[static_cast<std::size_t>(fate.kind)] << '\t' << fate.processor.count() << '\t' << mutant.name << '\t'
       << fate.step << '\t' << fate.told << std::endl;
  if (!file) throw std::runtime_error(path_ + ": cannot be written");
}

std::string table(const std::vector<Entry>& mutants, const Fates& fates) {
  Sums total;
  std::map<std::string, Sums> by_file;
  for (const Entry& mutant : mutants) {
    const auto fate = fates.find(mutant.name);
    if (fate == fates.end()) continue;
    total.add(fate->second.kind);
    by_file[file_of(mutant)].add(fate->second.kind);
  }
  std::string out = "file                            mutants   killed  timed out   survived   killed\n";
  for (const auto& [file, sums] : by_file) out += sums.row(file);
  return out + total.row("all");
}

std::size_t percent_killed(const std::vector<Entry>& mutants, const Fates& fates) {
  const std::size_t survived = survivors_of(mutants, fates).size();
  return mutants.empty() ? 0 : (mutants.size() - survived) * 100 / mutants.size();
}

std::vector<std::string> survivors_of(const std::vector<Entry>& mutants, const Fates& fates) {
  std::vector<std::string> names;
  for (const Entry& mutant : mutants) {
    const auto fate = fates.find(mutant.name);
    if (fate != fates.end() && fate->second.kind == Fate::Kind::survived) names.push_back(mutant.name);
  }
  return names;
}

std::vector<std::string> faults_of(const mutation::SurvivorList& list, const std::vector<std::string>& names) {
  const std::set<std::string> known(names.begin(), names.end());
  std::set<std::string> seen;
  std::vector<std::string> out;
  for (const mutation::Survivor& entry : list.entries) {
    const bool reasoned = std::any_of(kReasons.begin(), kReasons.end(), [&](std::string_view word) {
      return entry.reason.rfind(word, 0) == 0 && entry.reason.size() > word.size();
    });
    if (!seen.insert(entry.name).second) out.push_back("listed twice: " + entry.name);
    if (known.count(entry.name) == 0) out.push_back("listed, but no mutant (any more): " + entry.name);
    if (!reasoned) out.push_back("listed without \"equivalent:\", \"performance:\" or \"unnoticed:\": " + entry.name);
  }
  return out;
}

std::vector<std::string> unlisted(const mutation::SurvivorList& list, const std::vector<std::string>& survivors) {
  std::vector<std::string> out;
  for (const std::string& name : survivors) {
    const bool listed = std::any_of(list.entries.begin(), list.entries.end(),
                                    [&](const mutation::Survivor& entry) { return entry.name == name; });
    if (!listed) out.push_back(name);
  }
  return out;
}

std::vector<std::string> noticed_now(const mutation::SurvivorList& list, const Fates& fates) {
  std::vector<std::string> out;
  for (const mutation::Survivor& entry : list.entries) {
    const auto fate = fates.find(entry.name);
    if (fate != fates.end() && fate->second.kind != Fate::Kind::survived) out.push_back(entry.name);
  }
  return out;
}

}  // namespace interleak::engine_mutants

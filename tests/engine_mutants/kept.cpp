#include "tests/engine_mutants/kept.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <sstream>
#include <stdexcept>
#include <tuple>

namespace interleak::engine_mutants {
namespace {

constexpr const char* kPreface =
    "# Mutants of the engine that the kill suite kills, and the step that does: see README.md. Written by\n"
    "# `engine_mutants bless`, never by hand.\n";

/// "sim/world" of "sim/world/machine.cpp ..."
std::string room_of(const std::string& path) { return path.substr(0, path.find('/', path.find('/') + 1)); }

struct Figures {
  std::size_t killed = 0, equivalent = 0, performance = 0, unnoticed = 0;

  std::string row(const std::string& name) const {
    const std::size_t all = killed + equivalent + performance + unnoticed;
    const std::size_t tenths = all == 0 ? 0 : killed * 1000 / all;
    std::array<char, 160> line{};
    std::snprintf(line.data(), line.size(), "%-13s %8zu %7zu %11zu %12zu %10zu %5zu.%zu %%\n", name.c_str(), all,
                  killed, equivalent, performance, unnoticed, tenths / 10, tenths % 10);
    return line.data();
  }
};

}  // namespace

Kills parse_kills(const std::string& text) {
  Kills kills;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string file, id, step;
    if (line.rfind('#', 0) == 0 || !(fields >> file >> id) || !std::getline(fields >> std::ws, step)) continue;
    kills[id] = {file, step};
  }
  return kills;
}

std::string print_kills(const Kills& kills) {
  std::vector<std::tuple<std::string, std::string, std::string>> lines;
  for (const auto& [id, kill] : kills) lines.emplace_back(kill.file, id, kill.step);
  std::sort(lines.begin(), lines.end());
  std::string text = kPreface;
  for (const auto& [file, id, step] : lines) text += file + " " + id + " " + step + "\n";
  return text;
}

Kills blessed(const Kills& kept, const std::vector<Entry>& present, const Fates& fates) {
  Kills out;
  for (const Entry& mutant : present) {
    const auto fate = fates.find(mutant.name);
    const auto known = kept.find(mutant.id);
    if (fate == fates.end()) {
      if (known != kept.end()) out.insert(*known);
    } else if (fate->second.kind != Fate::Kind::survived) {
      out[mutant.id] = {mutant.name.substr(0, mutant.name.find(' ')), fate->second.step};
    }
  }
  return out;
}

mutation::SurvivorList blessed(const mutation::SurvivorList& kept, const std::vector<Entry>& present,
                               const Fates& fates) {
  std::set<std::string> listed;
  for (const mutation::Survivor& entry : kept.entries) listed.insert(entry.name);
  std::vector<std::string> alive;
  for (const Entry& mutant : present) {
    const auto fate = fates.find(mutant.name);
    const bool lives = fate == fates.end() ? listed.count(mutant.name) != 0 : fate->second.kind == Fate::Kind::survived;
    if (lives) alive.push_back(mutant.name);
  }
  return mutation::blessed(kept, alive);
}

std::vector<Entry> unmeasured(const std::vector<Entry>& present, const Kills& kills,
                              const mutation::SurvivorList& survivors) {
  std::set<std::string> listed;
  for (const mutation::Survivor& entry : survivors.entries) listed.insert(entry.name);
  std::vector<Entry> out;
  for (const Entry& mutant : present) {
    if (kills.count(mutant.id) == 0 && listed.count(mutant.name) == 0) out.push_back(mutant);
  }
  return out;
}

std::string figures(const Kills& kills, const mutation::SurvivorList& survivors) {
  std::map<std::string, Figures> rooms;
  Figures all;
  const auto count = [&](const std::string& path, std::size_t Figures::*what) {
    ++(rooms[room_of(path)].*what);
    ++(all.*what);
  };
  for (const auto& [id, kill] : kills) count(kill.file, &Figures::killed);
  for (const mutation::Survivor& entry : survivors.entries) {
    count(entry.name, entry.reason.rfind("equivalent", 0) == 0    ? &Figures::equivalent
                      : entry.reason.rfind("performance", 0) == 0 ? &Figures::performance
                                                                  : &Figures::unnoticed);
  }
  std::string out = "room           mutants  killed  equivalent  performance  unnoticed   killed\n";
  for (const auto& [room, sums] : rooms) out += sums.row(room);
  return out + all.row("all");
}

std::string with_figures(const std::string& readme, const std::string& command, const std::string& figures) {
  const std::size_t shown = readme.find("\n" + command + "\n");
  const std::size_t begin = shown + command.size() + 2;
  const std::size_t end = shown == std::string::npos ? shown : readme.find("```", begin);
  if (end == std::string::npos) throw std::runtime_error("README.md shows no figures behind \"" + command + "\"");
  return readme.substr(0, begin) + figures + readme.substr(end);
}

}  // namespace interleak::engine_mutants

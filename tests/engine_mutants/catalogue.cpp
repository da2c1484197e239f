// A mutant's number is made of the place of its file among the files, and its place in the file: an edit of one
// file makes no other one compile again.
#include "tests/engine_mutants/catalogue.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/engine_mutants/switch.hpp"

namespace interleak::engine_mutants {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 5> kRooms = {"sim/certify", "sim/explore", "sim/property", "sim/words", "sim/world"};
constexpr std::uint32_t kNumbersOfFile = 2048;

std::string hex(std::uint32_t number) {
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(number >> shift) & 15];
  return digits;
}

/// FNV-1a
std::uint32_t mixed(std::uint32_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

std::vector<const Mutant*> chosen(const Source& source, std::uint32_t share, const std::set<std::string>& left_out,
                                  std::vector<std::uint32_t>& numbers) {
  std::vector<const Mutant*> out;
  for (std::size_t i = 0; i < source.mutants.size(); ++i) {
    const Mutant& mutant = source.mutants[i];
    if (!is_chosen(mutant, share) || left_out.count(mutant.name()) != 0) continue;
    out.push_back(&mutant);
    numbers.push_back(source.first_number + static_cast<std::uint32_t>(i));
  }
  return out;
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  if (fs::exists(path) && read_file(path) == text) return;
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(path + ": cannot be written");
}

std::vector<Source> sources_of(const std::string& root) {
  std::vector<std::string> paths;
  for (const char* room : kRooms) {
    for (const auto& entry : fs::directory_iterator(fs::path(root) / room)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp") continue;
      paths.push_back(std::string(room) + "/" + entry.path().filename().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Source> sources;
  for (const std::string& path : paths) {
    Source source{path, read_file((fs::path(root) / path).string()), {}, 1};
    source.first_number += static_cast<std::uint32_t>(sources.size()) * kNumbersOfFile;
    source.mutants = mutants_of(path, source.text);
    const bool fits = source.mutants.size() < kNumbersOfFile && source.first_number + kNumbersOfFile < mutant::kNumbers;
    if (!fits) throw std::runtime_error(path + ": more mutants than there are numbers");
    sources.push_back(std::move(source));
  }
  return sources;
}

std::uint32_t rank_of(const std::string& name) {
  // The upper digits of such a hash depend too little on the end of the text.
  std::uint32_t hash = mixed(2166136261u, "chosen " + name);
  hash = (hash ^ (hash >> 16)) * 0x45d9f3bu;
  hash = (hash ^ (hash >> 16)) * 0x45d9f3bu;
  return hash ^ (hash >> 16);
}

bool is_chosen(const Mutant& mutant, std::uint32_t share) {
  return mutant.file.rfind("sim/property/", 0) == 0 || rank_of(mutant.name()) <= 0xffffffffu / share;
}

std::uint32_t lot_of(const std::string& seed, const std::string& name) {
  return mixed(2166136261u, "lot " + seed + " " + name);
}

std::string Entry::told() const {
  const std::size_t space = name.find(' ');
  return name.substr(0, space) + ":" + std::to_string(line) + name.substr(space);
}

std::string printed(const Catalogue& catalogue) {
  std::string text = catalogue.engine + "\n";
  for (const Entry& each : catalogue.entries) {
    text += std::to_string(each.number) + " " + std::to_string(each.line) + " " + each.id + " " + each.name + "\n";
  }
  return text;
}

Catalogue read_catalogue(const std::string& text) {
  Catalogue catalogue;
  std::istringstream lines(text);
  std::getline(lines, catalogue.engine);
  Entry entry;
  while (lines >> entry.number >> entry.line >> entry.id && std::getline(lines >> std::ws, entry.name)) {
    catalogue.entries.push_back(entry);
  }
  return catalogue;
}

void write_copies(const std::vector<Source>& sources, const std::string& out, std::uint32_t share,
                  const std::set<std::string>& left_out) {
  Catalogue catalogue;
  std::uint32_t digest = 2166136261u;
  std::set<std::string> ids;
  for (const Source& source : sources) {
    std::vector<std::uint32_t> numbers;
    const std::vector<const Mutant*> mutants = chosen(source, share, left_out, numbers);
    write_file(out + "/" + source.path, guarded(source.text, mutants, numbers));
    digest = mixed(mixed(digest, source.path), source.text);
    for (std::size_t i = 0; i < mutants.size(); ++i) {
      const Entry entry{numbers[i], mutants[i]->line, mutants[i]->id(), mutants[i]->name()};
      catalogue.entries.push_back(entry);
      if (!ids.insert(entry.id).second) throw std::runtime_error("two mutants have one id: " + entry.name);
    }
  }
  catalogue.engine = hex(digest);
  write_file(out + "/catalogue.txt", printed(catalogue));
}

namespace {

using Places = std::set<std::pair<std::string, std::size_t>>;

/// Lines of copies that errors are about. Of one in the guards themselves it is the line that first led there.
Places wrong_lines(const std::string& out, const std::string& log) {
  static const std::regex place("^([^ ]+):([0-9]+):[0-9]+: +(error|required from)");
  const std::string prefix = fs::weakly_canonical(out).string() + "/";
  const fs::path build = fs::path(out).parent_path();   // ccache may tell paths from there
  Places places;
  std::pair<std::string, std::size_t> led_there;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("In instantiation of") != std::string::npos || line.find("In substitution of") != std::string::npos) {
      led_there = {};
    }
    std::smatch found;
    if (!std::regex_search(line, found, place)) continue;
    const std::string path = fs::weakly_canonical(build / found[1].str()).string();
    const bool in_copy = path.rfind(prefix, 0) == 0;
    const std::pair here{in_copy ? path.substr(prefix.size()) : "", std::stoul(found[2])};
    if (found[3] == "error") {
      places.insert(in_copy ? here : led_there);
    } else if (in_copy && led_there.first.empty()) {
      led_there = here;
    }
  }
  return places;
}

std::size_t line_of(const std::string& text, std::size_t offset) {
  return 1 +
         static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

}  // namespace

std::vector<std::string> refused(const std::vector<Source>& sources, const std::string& out, const Catalogue& catalogue,
                                 const std::string& log) {
  const Places places = wrong_lines(out, log);
  std::set<std::string> present;
  for (const Entry& entry : catalogue.entries) present.insert(entry.name);
  std::vector<std::string> names;
  for (const Source& source : sources) {
    for (const Mutant& mutant : source.mutants) {
      const bool touches = std::any_of(mutant.edits.begin(), mutant.edits.end(), [&](const Edit& edit) {
        return places.count({source.path, line_of(source.text, edit.begin)}) != 0 ||
               places.count({source.path, line_of(source.text, edit.end)}) != 0;
      });
      if (touches && present.count(mutant.name()) != 0) names.push_back(mutant.name());
    }
  }
  return names;
}

}  // namespace interleak::engine_mutants

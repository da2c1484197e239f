// Designs that a scenario names and nobody knows: they are looked for in the folder of the scenario's file. See
// session.hpp; what a folder has is told by design_files.hpp.
//
// All scenarios of a command share one library, in which an id stands for one design. So what was found beside one
// scenario is hidden from those in other folders, and where two folders say different things under one id, the user has
// to choose. What is known anyway, built in or named by its file, is never looked for.
#include <algorithm>
#include <filesystem>

#include "reports/result.hpp"
#include "reports/style.hpp"
#include "sim/design/parse.hpp"
#include "sim/scenario/design_head.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/exit_codes.hpp"
#include "tools/scenario_names.hpp"
#include "tools/session.hpp"
#include "tools/suggestions.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void ambiguous(const std::string& id, const std::string& first, const std::string& second) {
  throw Failure(kExitUsage, "there are two designs " + reports::quoted(id) + ", in " + reports::quoted(first) +
                                " and in " + reports::quoted(second) + "\n  name the file of the one with -d or -L");
}

}  // namespace

void Session::look_beside(const std::vector<std::string>& scenarios) {
  std::error_code ignored;
  for (const std::string& name : scenarios) {
    if (name == "-" || !fs::is_regular_file(name, ignored) || !scenario_files_.insert(name).second) continue;
    std::string folder = folder_of(name);
    if (std::ranges::count(folders_, folder) == 0) folders_.push_back(std::move(folder));
  }
}

/// Nothing of what is built in, and of standard input.
Session::Folders Session::folders_of(const scenario::Scenario& scenario) const {
  if (scenario_files_.count(scenario.file) == 0) return {};
  return {folder_of(scenario.file)};
}

const DesignFolder& Session::folder(const std::string& name) {
  const auto [looked, fresh] = looked_at_.try_emplace(name);
  if (fresh) looked->second = designs_in(name);
  return looked->second;
}

/// It is known, and no secret of another folder.
bool Session::may_mean(const std::string& id, const Folders& folders) const {
  if (!worlds_.library().contains(id)) return false;
  const auto hidden = hidden_.find(id);
  return hidden == hidden_.end() ||
         std::ranges::any_of(folders, [&](const std::string& each) { return hidden->second.count(each) != 0; });
}

/// Sorted, each once; whether they are known or not.
std::vector<std::string> Session::ids_beside(const std::string& pattern, const Folders& folders) {
  std::set<std::string> ids;
  for (const std::string& name : folders) {
    for (const DesignFile& each : folder(name).designs) {
      if (!each.id.empty() && scenario::glob_match(pattern, each.id)) ids.insert(each.id);
    }
  }
  return {ids.begin(), ids.end()};
}

/// Null: no file has it. Throws if two say different things.
const DesignFile* Session::file_beside(const std::string& id, const Folders& folders) {
  const DesignFile* first = nullptr;
  for (const std::string& name : folders) {
    for (const DesignFile& each : folder(name).designs) {
      if (each.id != id) continue;
      if (first == nullptr) first = &each;
      if (each.text != first->text) ambiguous(id, first->file, each.file);
    }
  }
  return first;
}

/// The scenarios of these folders may mean the design from now on. False: nobody knows it, and no file there has it, or
/// its file has errors, which are told.
bool Session::bring(const std::string& id, const Folders& folders) {
  if (may_mean(id, folders)) return true;
  const DesignFile* const found = file_beside(id, folders);
  if (found == nullptr) return false;
  if (const auto hidden = hidden_.find(id); hidden != hidden_.end()) {
    const std::string& file = files_.at(id);
    if (sources.at(file) != found->text) ambiguous(id, file, found->file);
  } else {
    if (!tried_.insert(found->file).second) return false;
    sources[found->file] = found->text;
    if (!worlds_.add_design(found->text, found->file, errors)) return false;
    files_[id] = found->file;
    brought_.push_back(id);
  }
  hidden_[id].insert(folder_of(found->file));
  return true;
}

/// The same with all that it inherits. What is found nowhere is told where the design is asked for.
void Session::bring_with_parents(const std::string& id, const Folders& folders) {
  std::vector<std::string> open = {id};
  std::set<std::string> seen = {id};
  while (!open.empty()) {
    const std::string each = std::move(open.back());
    open.pop_back();
    const bool known = bring(each, folders);
    if (!known && worlds_.library().contains(each)) beside_another(id, each);
    const auto file = files_.find(each);
    if (!known || file == files_.end()) continue;  // what is built in has all
    for (std::string& parent : scenario::design_head(sources.at(file->second), file->second).extends) {
      if (seen.insert(parent).second) open.push_back(std::move(parent));
    }
  }
}

/// A design, or one that it extends, stands where this scenario may not look.
void Session::beside_another(const std::string& id, const std::string& parent) const {
  const std::string what = id == parent ? "the design " + reports::quoted(id)
                                        : reports::quoted(id) + " extends " + reports::quoted(parent) + ", which";
  throw Failure(kExitUsage, what + " stands in " + reports::quoted(files_.at(parent)) +
                                ", beside another scenario\n  name that file with -L");
}

std::vector<std::string> Session::matching(const std::string& pattern, const Folders& folders) {
  const auto known = [&] {
    std::vector<std::string> ids = worlds_.library().matching(pattern);
    std::erase_if(ids, [&](const std::string& id) { return !may_mean(id, folders); });
    return ids;
  };
  std::vector<std::string> ids = known();
  if (!ids.empty() || pattern == "all") return ids;
  for (const std::string& id : ids_beside(pattern, folders)) {
    bring_with_parents(id, folders);
    if (!worlds_.library().runs(id) && worlds_.library().contains(id)) find_design(id);  // says why not
  }
  return known();
}

std::vector<std::string> Session::designs(const std::vector<std::string>& patterns) {
  std::vector<std::string> ids = found(patterns, folders_);
  for (const std::string& id : ids) {  // the command line means it for all scenarios
    for (const std::string& each : worlds_.library().lineage(id)) hidden_.erase(each);
  }
  return ids;
}

std::vector<std::string> Session::designs_of(const scenario::Scenario& scenario) {
  return found(scenario.designs, folders_of(scenario));
}

void Session::find_beside(const scenario::Scenario& scenario) {
  const Folders folders = folders_of(scenario);
  for (const std::string& pattern : scenario.designs) {
    for (const std::string& id : matching(pattern, folders)) bring_with_parents(id, folders);
  }
  for (const scenario::ExpectedDesign& each : scenario.expected_designs) {
    if (!is_pattern(each.glob)) bring_with_parents(each.glob, folders);
  }
}

std::vector<std::string> Session::known_to(const scenario::Scenario& scenario) const {
  const Folders folders = folders_of(scenario);
  std::vector<std::string> ids = worlds_.library().ids();
  std::erase_if(ids, [&](const std::string& id) { return !may_mean(id, folders); });
  return ids;
}

std::string Session::beside_text() const {
  constexpr std::size_t kMost = 6;
  std::string out;
  for (std::size_t i = 0; i < std::min(brought_.size(), kMost); ++i) {
    out += (i == 0 ? "found beside the scenario: " : ", ") + brought_[i] + " in " +
           reports::printable(files_.at(brought_[i]));
  }
  return brought_.size() <= kMost ? out : out + " and " + std::to_string(brought_.size() - kMost) + " more";
}

std::vector<std::string> Session::parents_beside(const std::string& id) const {
  std::vector<std::string> files;
  for (const std::string& each : worlds_.library().lineage(id)) {
    if (each != id && std::ranges::count(brought_, each) != 0) files.push_back(files_.at(each));
  }
  return files;
}

/// Says what may have been meant, and what makes a design known.
void Session::no_design(const std::string& pattern, const Folders& folders) {
  const Folders here = {""};
  std::vector<std::string> names = worlds_.library().ids();
  for (const Folders& each : {folders, here}) {
    for (std::string& id : ids_beside("*", each)) names.push_back(std::move(id));
  }
  std::string text = "no design matches " + reports::quoted(pattern), more;
  const bool stands_here = std::ranges::count(names, pattern) != 0;  // else it would have been found
  const std::string guess = stands_here ? pattern : design::closest_name(pattern, names);
  if (!guess.empty() && guess != pattern) text += "; did you mean " + reports::quoted(guess) + "?";
  const bool known = worlds_.library().contains(guess) || !ids_beside(guess, folders).empty();
  if (const auto hidden = hidden_.find(pattern); hidden != hidden_.end()) {
    const std::string file = reports::shell_quoted(files_.at(pattern));
    more = "\n  " + file + " has it, beside another scenario: -L " + file;
  } else if (worlds_.library().contains(pattern)) {
    more = "\n  it is made to be extended, and cannot be run";
  } else if (!guess.empty() && !known) {
    const std::string file = reports::shell_quoted(file_beside(guess, here)->file);
    more = "\n  " + file + " in this folder has it: -d " + file;
  } else if (guess.empty()) {
    const std::string file = closest_file(pattern);
    if (!file.empty()) text += "; did you mean the file " + reports::quoted(file) + "?";
  }
  for (const std::string& name : folders) {
    for (const DesignFile& each : folder(name).designs) {
      if (!each.id.empty()) continue;
      const std::string file = reports::shell_quoted(each.file);
      more += "\n  " + file + " beside the scenario says no id: interleak validate " + file;
    }
    if (!folder(name).left_out.empty()) {
      more +=
          "\n  the folder " + reports::quoted(name.empty() ? "." : name) + " is not searched: " + folder(name).left_out;
    }
  }
  throw Failure(kExitNothing, text + more + "\n  interleak designs lists those that are known; -L FILE adds your own");
}

/// Errors from there on that a file which is named would mend say so.
void Session::tell_library(std::size_t first) {
  for (std::size_t i = first; i < errors.size(); ++i) {
    const bool unknown = errors[i].code == "ILK0016" || errors[i].code == "ILK0023";
    if (unknown && errors[i].help.empty()) errors[i].help = "-L FILE makes the designs of a file known";
  }
}

}  // namespace interleak::tools

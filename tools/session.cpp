// Reading of files and looking up of names: see session.hpp.
#include "tools/session.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "reports/style.hpp"
#include "sim/design/parse.hpp"
#include "sim/protocol/texts.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/pool_text.hpp"
#include "tools/embedded.hpp"
#include "tools/exit_codes.hpp"
#include "tools/scenario_names.hpp"
#include "tools/suggestions.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

Diagnostic unreadable(const std::string& path, const std::string& why, const std::string& help) {
  Diagnostic error;
  error.code = "ILK0008";
  error.message = "cannot read \"" + path + "\": " + why;
  error.file = path;
  error.help = help;
  return error;
}

/// The embedded scenario that a name on the command line stands for; null: it stands for a file.
const embedded::File* built_in_scenario(const std::string& name) {
  std::error_code ignored;
  return name != "-" && !fs::exists(name, ignored) ? embedded::find_scenario(name) : nullptr;
}

/// Some embedded scenario has that id, and none that has it has this text.
bool replaces_a_scenario(const std::string& id, std::string_view text) {
  bool any = false;
  for (const embedded::File& file : embedded::scenarios()) {
    if (file.text == text) return false;
    Diagnostics none;
    const auto found = scenario::read_scenario(file.text, std::string(file.path), none);
    any = any || (!found.empty() && found.front().id == id);
  }
  return any;
}

/// False: whatever it is, it says nothing of itself that is ours: a `package.json` may say "interleak" somewhere below.
/// Of a file that cannot be read, is too large or is no JSON the reader shall say so.
bool may_be_ours(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return true;
  std::string text(scenario::kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (scenario::looks_like_pool_text(text)) return true;
  if (text.find("\"interleak\"") == std::string::npos) return false;
  if (scenario::root_keys(text).count("interleak") != 0) return true;
  Diagnostics faults;
  scenario::read_json(text, faults);
  return !faults.empty();
}

}  // namespace

std::vector<std::string> override_words(const check::Overrides& overrides) {
  std::vector<std::string> out;
  if (!overrides.owner_types.empty()) out.insert(out.end(), {"--owner-types", overrides.owner_types});
  if (overrides.max_cancels >= 0) out.insert(out.end(), {"--max-cancels", std::to_string(overrides.max_cancels)});
  if (!overrides.cancel_kind.empty()) out.insert(out.end(), {"--cancel-kind", overrides.cancel_kind});
  for (const std::string& await : overrides.cancel_at) out.insert(out.end(), {"--cancel-at", await});
  if (overrides.silent_server) out.push_back("--silent-server");
  for (const std::string& option : overrides.physics) out.insert(out.end(), {"--physics", option});
  return out;
}

Session::Session() {
  for (const embedded::File& file : embedded::designs()) {
    const std::string path(file.path);
    sources[path] = file.text;
    if (const auto id = worlds_.add_design(file.text, path, errors)) built_in_[*id] = path;
  }
}

std::optional<std::string> Session::read(const std::string& path) {
  const auto fail = [&](const std::string& why, const std::string& help = "") {
    errors.push_back(unreadable(path, why, help));
    return std::nullopt;
  };
  const auto known = sources.find(path);
  if (path == "-" && known != sources.end()) return known->second;  // it can be read once only
  std::error_code ignored;
  if (path != "-" && fs::is_directory(path, ignored)) {
    return fail("it is a directory", "interleak check takes directories");
  }
  std::ifstream file;
  if (path != "-") {
    errno = 0;
    file.open(path, std::ios::binary);
    if (!file) {
      const int reason = errno;
      return fail(std::strerror(reason), reason == ENOENT ? help_for_missing(path) : "");
    }
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  for (std::array<char, 16'384> piece; text.size() <= scenario::kMaxFileBytes;) {
    in.read(piece.data(), piece.size());
    if (in.gcount() == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return fail("reading failed");
  if (text.size() > scenario::kMaxFileBytes) return fail("it is larger than 1 MiB");
  sources[path] = text;
  return text;
}

std::vector<std::string> Session::files_below(const std::string& folder) {
  std::vector<std::string> files;
  std::vector<fs::path> folders = {folder};
  while (!folders.empty()) {
    const fs::path at = std::move(folders.back());
    folders.pop_back();
    std::error_code failed;
    fs::directory_iterator entry(at, failed), end;
    for (; !failed && entry != end; entry.increment(failed)) {
      std::error_code ignored;
      const bool link = entry->is_symlink(ignored);
      if (entry->is_directory(ignored) && !link) folders.push_back(entry->path());
      if (!named_as_design(entry->path().string()) || !entry->is_regular_file(ignored)) continue;
      if (may_be_ours(entry->path())) files.push_back(entry->path().string());
      else foreign_.insert(entry->path().string());
    }
    if (failed) errors.push_back(unreadable(at.string(), failed.message(), ""));
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> Session::files_of(const std::string& path) {
  std::error_code failed;
  return fs::is_directory(path, failed) ? files_below(path) : std::vector{path};
}

std::string Session::foreign_text() const {
  if (foreign_.empty()) return {};
  const bool json = std::ranges::all_of(foreign_, [](const std::string& each) { return each.ends_with(".json"); });
  const std::string files = reports::plural(std::to_string(foreign_.size()), json ? "other JSON file" : "other file");
  return files + " left out: no " + (json ? "" : "design, no ") + "field \"interleak\" in " +
         (foreign_.size() == 1 ? "it" : "them");
}

std::string Session::help_for_missing(const std::string& path) const {
  if (worlds_.library().contains(path)) return "it is a design: interleak run SCENARIO -d " + path;
  if (const std::string file = closest_file(path); !file.empty()) return "did you mean " + reports::quoted(file) + "?";
  const std::string guess = closest_scenario(path);
  if (guess.empty()) return {};
  return "did you mean the built-in scenario" + std::string(is_pattern(guess) ? "s " : " ") + reports::quoted(guess) +
         "?";
}

std::vector<scenario::Scenario> Session::scenarios(const std::string& name) {
  if (const embedded::File* file = built_in_scenario(name)) {
    sources[std::string(file->path)] = file->text;
    return worlds_.scenarios(file->text, std::string(file->path), errors);
  }
  look_beside({name});
  const auto text = read(name);
  if (!text) return {};
  if (scenario::looks_like_design(*text, name)) {
    Diagnostic error = unreadable(name, "it is a design, not a scenario", "interleak run SCENARIO -d " + name);
    error.at = {1, 1};
    errors.push_back(error);
    return {};
  }
  return worlds_.scenarios(*text, name, errors);
}

std::vector<std::string> Session::add_designs(const std::string& path) {
  std::vector<std::string> ids;
  for (const std::string& file : files_of(path)) {
    const auto text = read(file);
    if (text && scenario::looks_like_protocol(*text)) {
      if (const auto id = worlds_.add_protocol(*text, file, errors)) protocol_files_[*id] = file;
      continue;
    }
    if (!text || (file != path && !scenario::looks_like_design(*text, file))) continue;
    if (const auto id = worlds_.add_design(*text, file, errors)) {
      files_[*id] = file;
      ids.push_back(*id);
    }
  }
  return ids;
}

std::vector<std::string> Session::found(const std::vector<std::string>& patterns, const Folders& folders) {
  const auto is_file = [](const std::string& word) {
    std::error_code ignored;
    return named_as_design(word) || (word.find('/') != std::string::npos && fs::is_regular_file(word, ignored));
  };
  std::map<std::string, std::vector<std::string>> of_files;  // first: what a file says goes before what stands beside
  for (const std::string& word : patterns) {
    if (is_file(word) && of_files.count(word) == 0) of_files[word] = add_designs(word);
  }
  std::vector<std::string> ids;
  std::set<std::string> seen;
  for (const std::string& pattern : patterns) {
    const bool in_full = of_files.count(pattern) != 0 || worlds_.library().contains(pattern);
    const auto file = of_files.find(pattern);
    const auto its = file != of_files.end() ? file->second : matching(pattern, folders);
    if (its.empty() && file == of_files.end()) {
      if (worlds_.library().contains(pattern)) find_design(pattern);  // says why it cannot be run
      if (errors.empty()) no_design(pattern, folders);
    }
    for (const std::string& id : its) {  // none, but errors: it may be what could not be read, and that is told
      bring_with_parents(id, folders);
      if (in_full) by_pattern_.erase(id), in_full_.insert(id);
      else if (in_full_.count(id) == 0) by_pattern_.insert(id);
      if (seen.insert(id).second) ids.push_back(id);
    }
  }
  return ids;
}

bool Session::leaves_out(const std::string& design, const scenario::Scenario& scenario) {
  if (by_pattern_.count(design) == 0 || worlds_.speaks(scenario, design)) return false;
  left_out_.insert(design);
  return true;
}

std::vector<std::string> Session::speaking(std::vector<std::string> designs, const scenario::Scenario& scenario) {
  std::erase_if(designs, [&](const std::string& id) { return leaves_out(id, scenario); });
  return designs;
}

std::string Session::left_out_text() const {
  constexpr std::size_t kMost = 3;
  std::string out;
  std::size_t told = 0;
  for (const std::string& id : left_out_) {
    if (told == kMost) return out + " and " + std::to_string(left_out_.size() - kMost) + " more";
    out += (told++ == 0 ? "left out, for they speak another protocol: " : ", ") + reports::printable(id);
  }
  return out;
}

std::shared_ptr<const world::World> Session::world(const scenario::Scenario& scenario, const std::string& design,
                                                   const std::vector<property::Invariant>& invariants) {
  const std::size_t before = errors.size();
  auto world = worlds_.world(scenario, design, invariants, errors);
  tell_library(before);
  return world;
}

std::optional<design::Design> Session::find_design(const std::string& id) {
  const std::size_t before = errors.size();
  auto design = worlds_.find_design(id, errors);
  tell_library(before);
  return design;
}

std::string Session::protocol_text(const std::string& id) const {
  if (const auto file = protocol_files_.find(id); file != protocol_files_.end()) return sources.at(file->second);
  const std::string path = "scenarios/protocols/" + id + ".json";
  const auto texts = protocol::texts();
  const auto found = std::ranges::find(texts, path, &protocol::File::path);
  return found == texts.end() ? std::string() : std::string(found->text);
}

std::vector<std::string> Session::designs_of_file(const std::string& file) const {
  std::vector<std::string> ids;
  for (const auto& [id, its] : files_) {
    if (its == file) ids.push_back(id);
  }
  return ids;
}

std::vector<std::string> Session::designs_below(const std::string& folder) const {
  const std::string begin = (fs::path(folder) / "").string();
  std::vector<std::string> ids;
  for (const auto& [id, its] : files_) {
    if (its.compare(0, begin.size(), begin) == 0) ids.push_back(id);
  }
  return ids;
}

std::string Session::design_word(const std::string& id) const {
  const auto file = files_.find(id);
  return file == files_.end() ? id : file->second;
}

Session::Origin Session::origin_of(const std::string& name, const scenario::Scenario& scenario) const {
  if (const embedded::File* file = built_in_scenario(name)) return {std::string(file->path), true, false};
  const auto text = sources.find(scenario.file);
  return {scenario.file, false, text != sources.end() && replaces_a_scenario(scenario.id, text->second)};
}

Session::Origin Session::origin_of_design(const std::string& id) const {
  const auto built_in = built_in_.find(id);
  const auto file = files_.find(id);
  if (file == files_.end()) return {built_in == built_in_.end() ? "" : built_in->second, true, false};
  if (built_in == built_in_.end()) return {file->second, false, false};
  const auto text = sources.find(file->second);
  const bool same = std::ranges::any_of(embedded::designs(), [&](const embedded::File& each) {
    return each.path == built_in->second && text != sources.end() && each.text == text->second;
  });
  return {file->second, false, !same};
}

bool still_holds(const std::string& file, const std::string& text) {
  std::error_code failed;
  if (!fs::is_regular_file(file, failed)) return false;  // a FIFO would be waited for
  std::ifstream in(file, std::ios::binary);
  std::string now(text.size() + 1, '\0');
  in.read(now.data(), static_cast<std::streamsize>(now.size()));
  now.resize(static_cast<std::size_t>(in.gcount()));
  return !in.bad() && now == text;
}

std::string Session::tree_file(const std::string& file) const {
  const auto source = sources.find(file);
  if (file == "-" || source == sources.end()) return {};
  if (!still_holds(file, source->second)) return {};
  std::error_code failed;
  const fs::path here = fs::current_path(failed);
  const fs::path relative = fs::absolute(file, failed).lexically_normal().lexically_relative(here);
  if (failed || relative.empty() || *relative.begin() == "..") return file;
  return relative.generic_string();
}

std::string Session::tree_file_of_design(const std::string& id) const {
  for (const auto* files : {&files_, &built_in_}) {
    const auto found = files->find(id);
    if (found != files->end()) return tree_file(found->second);
  }
  return {};
}

std::vector<property::Invariant> chosen_invariants(const std::vector<std::string>& names,
                                                   const scenario::Scenario& scenario) {
  std::vector<std::string> globs = names;
  std::ranges::replace(globs, std::string("all"), std::string("*"));
  const check::ChosenInvariants chosen = check::choose_invariants(globs, scenario);
  if (chosen.unknown.empty()) return chosen.invariants;
  std::vector<std::string> known;
  std::string list;
  for (const property::Invariant& invariant : property::all_invariants()) {
    known.emplace_back(invariant.name);
    list += "\n  " + known.back();
  }
  const std::string& name = chosen.unknown.front();
  const std::string guess = did_you_mean(name, known);
  throw Failure(kExitUsage, "no invariant " + reports::quoted(name) + (guess.empty() ? "; there are:" + list : guess));
}

}  // namespace interleak::tools

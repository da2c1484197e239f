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
#include "sim/scenario/pool_text.hpp"
#include "tools/embedded.hpp"
#include "tools/exit_codes.hpp"

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

bool ends_with(std::string_view name, std::string_view ending) {
  return name.size() > ending.size() && name.ends_with(ending);
}

/// Files of ours have one of these names: scenarios and designs, designs.
bool is_file_name(std::string_view name) { return ends_with(name, ".json") || ends_with(name, ".pool"); }

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

/// "did you mean" for a scenario that is no file.
std::string closest_scenario(const std::string& name) {
  std::vector<std::string> names;
  for (const embedded::File& file : embedded::scenarios()) {
    std::string path(file.path.substr(std::string_view("scenarios/").size()));
    names.push_back(path.substr(0, path.size() - 5));
  }
  const std::string guess = design::closest_name(embedded::with_folder_of_today(name), names);
  return guess.empty() ? "" : "did you mean the built-in scenario \"" + guess + "\"?";
}

/// False: whatever it is, it says nothing of itself that is ours. Of a file that cannot be read or is too large the
/// reader shall say so.
bool may_be_ours(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return true;
  std::string text(scenario::kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text.find("\"interleak\"") != std::string::npos || scenario::looks_like_pool_text(text);
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
  if (path == "-" && known != sources.end()) return known->second;   // it can be read once only
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
      return fail(std::strerror(reason), reason == ENOENT ? closest_scenario(path) : "");
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
      if (!is_file_name(entry->path().string()) || !entry->is_regular_file(ignored)) continue;
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
  const bool json = std::ranges::all_of(foreign_, [](const std::string& each) { return ends_with(each, ".json"); });
  const std::string files = reports::plural(std::to_string(foreign_.size()), json ? "other JSON file" : "other file");
  return files + " left out: no " + (json ? "" : "design, no ") + "\"interleak\" in " +
         (foreign_.size() == 1 ? "it" : "them");
}

std::vector<scenario::Scenario> Session::scenarios(const std::string& name) {
  if (const embedded::File* file = built_in_scenario(name)) {
    sources[std::string(file->path)] = file->text;
    return scenario::read_scenario(file->text, std::string(file->path), errors);
  }
  const auto text = read(name);
  if (!text) return {};
  if (scenario::looks_like_design(*text, name)) {
    Diagnostic error = unreadable(name, "it is a design, not a scenario", "interleak run SCENARIO -d " + name);
    error.at = {1, 1};
    errors.push_back(error);
    return {};
  }
  return scenario::read_scenario(*text, name, errors);
}

std::vector<std::string> Session::add_designs(const std::string& path) {
  std::vector<std::string> ids;
  for (const std::string& file : files_of(path)) {
    const auto text = read(file);
    if (!text || (file != path && !scenario::looks_like_design(*text, file))) continue;
    if (const auto id = worlds_.add_design(*text, file, errors)) {
      files_[*id] = file;
      ids.push_back(*id);
    }
  }
  return ids;
}

std::vector<std::string> Session::designs(const std::vector<std::string>& patterns) {
  std::vector<std::string> found;
  std::set<std::string> seen;
  const auto add = [&](const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      if (seen.insert(id).second) found.push_back(id);
    }
  };
  for (const std::string& pattern : patterns) {
    std::error_code ignored;
    if (is_file_name(pattern) || (pattern.find('/') != std::string::npos && fs::is_regular_file(pattern, ignored))) {
      add(add_designs(pattern));
      continue;
    }
    const auto ids = worlds_.library().matching(pattern);
    if (ids.empty() && !errors.empty()) continue;   // it may be what could not be read: that is told
    if (ids.empty()) {
      const std::string guess = design::closest_name(pattern, worlds_.library().ids());
      throw Failure(kExitNothing, "no design matches " + reports::quoted(pattern) +
                                      (guess.empty() ? "" : "; did you mean \"" + guess + "\"?") +
                                      "\n  interleak designs lists those that are known");
    }
    add(ids);
  }
  return found;
}

std::shared_ptr<const world::World> Session::world(const scenario::Scenario& scenario, const std::string& id,
                                                   const std::vector<property::Invariant>& invariants) {
  return worlds_.world(scenario, id, invariants, errors);
}

std::optional<design::Design> Session::find_design(const std::string& id) { return worlds_.find_design(id, errors); }

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
  if (!fs::is_regular_file(file, failed)) return false;   // a FIFO would be waited for
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
  const std::string guess = design::closest_name(name, known);
  throw Failure(kExitUsage, "no invariant " + reports::quoted(name) +
                                (guess.empty() ? "; there are:" + list : "; did you mean \"" + guess + "\"?"));
}

}  // namespace interleak::tools

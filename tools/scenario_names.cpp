// See scenario_names.hpp.
#include "tools/scenario_names.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "reports/style.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/embedded.hpp"

namespace interleak::tools {
namespace {

constexpr const char* kOnCommandLine =
    "the old name works for now: change it in the command, or in the script, CI file or CMakeLists.txt behind it";

/// The flag -q may stand behind the name: where values are changed, all words have been counted.
bool is_mute(const CLI::App& verb) {
  const CLI::Option* quiet = verb.get_option_no_throw("--quiet");
  return quiet != nullptr && quiet->count() > 1;
}

/// No file or folder is called so.
bool is_free(const std::string& name) {
  std::error_code ignored;
  return !std::filesystem::exists(name, ignored);
}

/// What a pattern stands for where one scenario is taken.
std::string only_match(const std::string& pattern) {
  const std::vector<std::string> found = shipped_matching(pattern);
  if (found.size() > 1) {
    throw CLI::ValidationError(reports::quoted(pattern) + " matches " + std::to_string(found.size()) +
                               " scenarios; name one, for example " + found[0]);
  }
  return found.empty() ? pattern : found[0];
}

}  // namespace

std::vector<std::string> shipped_scenarios() {
  std::vector<std::string> names;
  for (const embedded::File& file : embedded::scenarios()) names.emplace_back(embedded::scenario_name(file.path));
  std::ranges::sort(names);   // without the endings their order is another one
  return names;
}

bool is_pattern(std::string_view name) { return name.find_first_of("*?") != std::string_view::npos; }

std::vector<std::string> shipped_matching(std::string_view pattern) {
  std::vector<std::string> names = shipped_scenarios();
  const std::string_view wanted = embedded::scenario_name(pattern);
  std::erase_if(names, [&](const std::string& name) { return !scenario::glob_match(wanted, name); });
  return names;
}

std::vector<std::string> expanded(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    const auto found = is_pattern(name) && is_free(name) ? shipped_matching(name) : std::vector<std::string>();
    if (found.empty()) out.push_back(name);
    for (const std::string& each : found) {
      if (std::ranges::count(out, each) == 0) out.push_back(each);
    }
  }
  return out;
}

std::string scenario_of_today(const std::string& name) {
  if (!is_free(name)) return name;
  if (is_pattern(name) && shipped_matching(name).empty()) {
    std::string now = embedded::with_folder_of_today(name);
    return shipped_matching(now).empty() ? name : now;
  }
  return embedded::moved_to(name).value_or(name);
}

void tell_moved(const std::string& before, const std::string& now, const char* where) {
  if (before != now) std::fputs(embedded::moved_text(before, now, where).c_str(), stderr);
}

CLI::Option* takes_scenarios(const CLI::App& verb, CLI::Option* option) {
  return option->transform([&verb, option, told = std::set<std::string>()](const std::string& name) mutable {
    std::string now = scenario_of_today(name);
    if (!is_mute(verb) && told.insert(name).second) tell_moved(name, now, kOnCommandLine);
    const bool one = option->get_items_expected_max() == 1;
    return one && is_pattern(now) && is_free(now) ? only_match(now) : now;
  });
}

}  // namespace interleak::tools

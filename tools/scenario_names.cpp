// See scenario_names.hpp.
#include "tools/scenario_names.hpp"

#include <cstdio>
#include <filesystem>
#include <set>

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

}  // namespace

std::string scenario_of_today(const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::exists(name, ignored)) return name;
  return embedded::moved_to(name).value_or(name);
}

void tell_moved(const std::string& before, const std::string& now, const char* where) {
  if (before != now) std::fputs(embedded::moved_text(before, now, where).c_str(), stderr);
}

CLI::Option* takes_scenarios(const CLI::App& verb, CLI::Option* option) {
  return option->transform([&verb, told = std::set<std::string>()](const std::string& name) mutable {
    std::string now = scenario_of_today(name);
    if (!is_mute(verb) && told.insert(name).second) tell_moved(name, now, kOnCommandLine);
    return now;
  });
}

}  // namespace interleak::tools

// The names of the shipped scenarios, those of today and those of before: see embedded.hpp.
#include <algorithm>
#include <array>

#include "tools/embedded.hpp"

namespace interleak::embedded {
namespace {

constexpr std::string_view kRoot = "scenarios/", kEnding = ".json";
constexpr std::string_view kOfFolder = "/scenario";   // a scenario that has a folder for itself is called as that is

/// Folders of scenarios that have been given another name.
struct Renamed {
  std::string_view before, now;
};
constexpr std::array kRenamed = {Renamed{"lessons/", "regression/"}};

}  // namespace

std::string_view scenario_name(std::string_view name) {
  if (name.starts_with(kRoot)) name.remove_prefix(kRoot.size());
  if (name.ends_with(kEnding)) name.remove_suffix(kEnding.size());
  if (name.ends_with(kOfFolder)) name.remove_suffix(kOfFolder.size());
  return name;
}

const File* find_scenario(std::string_view name) {
  const auto found = std::ranges::find_if(
      scenarios(), [&](const File& file) { return scenario_name(file.path) == scenario_name(name); });
  return found == scenarios().end() ? nullptr : &*found;
}

std::string with_folder_of_today(std::string_view name) {
  const std::string_view root = name.starts_with(kRoot) ? kRoot : "";
  const std::string_view rest = name.substr(root.size());
  for (const Renamed& each : kRenamed) {
    if (!rest.starts_with(each.before)) continue;
    return std::string(root).append(each.now).append(rest.substr(each.before.size()));
  }
  return std::string(name);
}

std::optional<std::string> moved_to(std::string_view name) {
  if (find_scenario(name) != nullptr) return std::nullopt;   // that may be a later one, in a folder of that name
  std::string now = with_folder_of_today(name);
  if (find_scenario(now) == nullptr) return std::nullopt;
  return now;
}

std::string moved_text(std::string_view before, std::string_view now, std::string_view where) {
  return std::string("interleak: ").append(before).append(" is ").append(now).append(" now\n  ").append(where) + "\n";
}

}  // namespace interleak::embedded

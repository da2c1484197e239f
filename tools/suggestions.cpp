// See suggestions.hpp.
#include "tools/suggestions.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "reports/style.hpp"
#include "sim/design/parse.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/design_files.hpp"
#include "tools/embedded.hpp"
#include "tools/scenario_names.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

/// What stands behind the last "/", and what stands before it, with it.
std::string_view last_part(std::string_view name) { return name.substr(name.rfind('/') + 1); }
std::string_view folder_part(std::string_view name) { return name.substr(0, name.rfind('/') + 1); }

/// The names of all regular files of the folder, sorted; nothing if there are too many to be looked at.
std::vector<std::string> neighbours(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failed, ignored;
  int seen = 0;
  fs::directory_iterator entry(folder, failed), end;
  for (; !failed && entry != end; entry.increment(failed)) {
    if (++seen > kMostNeighbours) return {};
    if (entry->is_regular_file(ignored)) names.push_back(entry->path().filename().string());
  }
  if (failed) return {};
  std::sort(names.begin(), names.end());
  return names;
}

/// The name without an ending of ours.
std::string_view stem_of(std::string_view name) {
  for (const std::string_view ending : kDesignEndings) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return name;
}

/// Of files that have an ending of ours, the one that is near without it: with it "none.json" would be near
/// "pool.json".
std::string closest_stem(std::string_view wrong, const std::vector<std::string>& names) {
  std::vector<std::string> files, stems;
  for (const std::string& name : names) {
    if (!named_as_design(name)) continue;
    files.push_back(name);
    stems.emplace_back(stem_of(name));
  }
  const std::string guess = design::closest_name(stem_of(wrong), stems);
  if (guess.empty()) return {};
  return files[static_cast<std::size_t>(std::ranges::find(stems, guess) - stems.begin())];
}

/// "incidnt/two-*" -> "incident/two-*", if that matches something.
std::string closest_pattern(std::string_view wrong, const std::vector<std::string>& names) {
  std::set<std::string> folders;
  for (const std::string& name : names) folders.emplace(folder_part(name));
  const std::string folder =
      design::closest_name(folder_part(wrong), std::vector<std::string>(folders.begin(), folders.end()));
  const std::string guess = folder + std::string(last_part(wrong));
  const bool any = !folder.empty() && std::ranges::any_of(names, [&](const std::string& name) {
    return scenario::glob_match(guess, name);
  });
  return any ? guess : "";
}

}  // namespace

std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& names) {
  const std::string guess = design::closest_name(wrong, names);
  return guess.empty() ? "" : "; did you mean " + reports::quoted(guess) + "?";
}

std::string closest_file(const std::string& missing) {
  const std::string folder(folder_part(missing)), name(last_part(missing));
  if (name.empty()) return {};
  const std::vector<std::string> names = neighbours(folder.empty() ? "." : folder);
  for (const std::string_view ending : kDesignEndings) {
    const std::string whole = name + std::string(ending);
    if (std::ranges::binary_search(names, whole)) return folder + whole;
  }
  const std::string guess = named_as_design(name) ? closest_stem(name, names) : design::closest_name(name, names);
  return guess.empty() ? "" : folder + guess;
}

std::string closest_scenario(std::string_view wrong) {
  const std::string name(embedded::scenario_name(embedded::with_folder_of_today(wrong)));
  const std::vector<std::string> names = shipped_scenarios();
  if (is_pattern(name)) return closest_pattern(name, names);
  if (std::string guess = design::closest_name(name, names); !guess.empty()) return guess;
  std::vector<std::string> parts;
  for (const std::string& each : names) parts.emplace_back(last_part(each));
  const std::string part = design::closest_name(last_part(name), parts);
  if (part.empty() || std::ranges::count(parts, part) != 1) return {};
  return names[static_cast<std::size_t>(std::ranges::find(parts, part) - parts.begin())];
}

}  // namespace interleak::tools

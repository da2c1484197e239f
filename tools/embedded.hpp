// The files that travel inside the command: built-in designs, shipped scenarios, JSON schemas,
// the explanations.
// The definitions are generated at build time by cmake/embed.cmake from the files of the tree; those of the names
// stand in embedded_names.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace interleak::embedded {

/// One file of the source tree, as it was when the command was built.
struct File {
  std::string_view path;  ///< from the project root, "scenarios/incident/two-users.json"
  std::string_view text;  ///< the bytes of the file
};

/// scenarios/designs/**/*.pool and scenarios/museum/**/*.pool, sorted by path.
std::span<const File> designs();

/// scenarios/**/*.json without the designs and the protocols, sorted by path.
std::span<const File> scenarios();

/// sim/scenario/schema/*.json, sorted by path.
std::span<const File> schemas();

/// docs/explain.md.
std::span<const File> texts();

/// reports/page/explorer.css and explorer.js: what a page looks like, and what runs in it.
std::span<const File> page();

/// "incident/two-users" of "scenarios/incident/two-users.json", "museum/stream" of
/// "scenarios/museum/stream/scenario.json": the name without what need not be said.
std::string_view scenario_name(std::string_view name);

/// The shipped scenario of that name, "incident/two-users", with or without "scenarios/" and ".json". Null: none.
const File* find_scenario(std::string_view name);

/// The name with the folder as it is called today: "lessons/writes" -> "regression/writes". As it is if its folder was
/// never called otherwise. Whether there is such a scenario is not asked.
std::string with_folder_of_today(std::string_view name);

/// What a shipped scenario of before is called now, with "scenarios/" and ".json" as they were. Nothing: the name is
/// one of today, or never was one.
std::optional<std::string> moved_to(std::string_view name);

/// What is told of that on standard error, two lines; `where`: what is to be changed.
std::string moved_text(std::string_view before, std::string_view now, std::string_view where);

}  // namespace interleak::embedded

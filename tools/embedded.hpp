// The files that travel inside the command: built-in designs, shipped scenarios, JSON schemas,
// the explanations.
// The definitions are generated at build time by cmake/embed.cmake from the files of the tree.
#pragma once

#include <span>
#include <string_view>

namespace interleak::embedded {

/// One file of the source tree, as it was when the command was built.
struct File {
  std::string_view path;  ///< from the project root, "scenarios/incident/two-users.json"
  std::string_view text;  ///< the bytes of the file
};

/// scenarios/designs/**/*.json, sorted by path.
std::span<const File> designs();

/// scenarios/**/*.json without the designs, sorted by path.
std::span<const File> scenarios();

/// sim/scenario/schema/*.json, sorted by path.
std::span<const File> schemas();

/// docs/explain.md.
std::span<const File> texts();

/// reports/page/explorer.css and explorer.js: what a page looks like, and what runs in it.
std::span<const File> page();

}  // namespace interleak::embedded

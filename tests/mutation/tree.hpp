// The shipped designs and scenarios, read from a folder; and the designs' texts, changed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/kernel/diagnostic.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::mutation {

struct DesignFile {
  std::string id, path;
  std::string text;   ///< in the JSON form, whichever the file has
};

/// Everything that ships. Files are sorted by path, so every run sees them in the same order.
struct Tree {
  std::vector<DesignFile> files;
  std::vector<scenario::Scenario> scenarios;  ///< variants too
  scenario::DesignLibrary library;
};

/// Reads all *.json and *.pool below the folder. What cannot be read is in `errors`.
Tree read_tree(const std::string& folder, Diagnostics& errors);

/// A design file with one change in it.
struct Change {
  std::size_t file = 0;       ///< index into Tree::files
  std::string procedure;      ///< empty: a setting was changed
  std::string place;          ///< "execute:4", "pool.order"
  std::string before, after;
  std::string text;           ///< the whole file, changed

  /// `DESIGN PLACE "BEFORE" -> AFTER`: what lists and tables call it.
  std::string name(const Tree& tree) const;
};

/// All changes of one design file: each line of each procedure, then each setting that it gives.
std::vector<Change> changes_of(const Tree& tree, std::size_t file);

}  // namespace interleak::mutation

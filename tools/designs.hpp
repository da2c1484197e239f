// What the verbs below `interleak designs` share; each is a file of its own where it is long.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/json.hpp"
#include "sim/design/syntax.hpp"
#include "tools/flags.hpp"

namespace interleak::tools {

struct DesignsFlags {
  std::string name, other;   ///< show, convert: name; list: a pattern, or nothing; diff: both
  std::vector<std::string> files;   ///< fmt
  bool check = false;        ///< fmt
  bool all = false;          ///< show
  std::vector<std::string> verdicts;   ///< diff: scenario files, or folders of them
  bool markdown = false;     ///< diff
  SearchFlags search;        ///< -L of all; the rest of diff
  OutputFlags output;
};

/// The one design that a word names: an id (also `prelude`), a glob of one match, a file. Nothing,
/// and an error in the session, if its file is bad; throws Failure if the word names none or many.
std::optional<design::Design> one_design(Session& session, const std::string& word);

/// What `list --json` tells of a design.
reports::Json design_facts(const design::Design& design);

// The verbs; each returns the exit code.

int list_designs(const DesignsFlags& flags);
int show_design(const DesignsFlags& flags);
int diff_designs(const DesignsFlags& flags);
int format_designs(const DesignsFlags& flags);
int convert_design(const DesignsFlags& flags);

}  // namespace interleak::tools

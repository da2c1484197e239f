// Mutants of a listing and of a design's settings: each is the same text with one small change that
// a person could make by mistake. Which changes there are is said in tests/mutation/README.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace interleak::mutation {

/// One change of one line. `before` and `after` say it in words, for tables and lists.
struct Mutant {
  int line = 0;                    ///< of the listing, from 1
  std::string before;              ///< the line, without indentation and comment
  std::string after;               ///< what stands there instead, or what was done: "(removed)"
  std::vector<std::string> lines;  ///< the changed listing; comments and blank lines are gone
};

/// All mutants of the lines of one procedure, in the order of the lines. Some of them will be no
/// listings (the compiler refuses them), and some will mean the same: the caller finds out.
std::vector<Mutant> mutants_of(const std::vector<std::string>& listing);

/// The line without indentation and comment; empty if nothing else stands there.
std::string code_of(std::string_view line);

}  // namespace interleak::mutation

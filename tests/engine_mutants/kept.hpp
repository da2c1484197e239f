// What the last whole run found, in the tree: killed.txt has the mutants that were killed and the step that did it,
// survivors.txt the others, with reasons; refused.txt those that do not compile. So CI confirms instead of finding out,
// and the figures in README.md are sums of files.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/engine_mutants/catalogue.hpp"
#include "tests/engine_mutants/results.hpp"
#include "tests/mutation/survivors.hpp"

namespace interleak::engine_mutants {

struct Kill {
  std::string file;  ///< "sim/world/machine.cpp"
  std::string step;  ///< its name
};
using Kills = std::map<std::string, Kill>;  ///< by the mutant's id

/// The text of killed.txt: lines "FILE ID STEP", `#` begins a comment.
Kills parse_kills(const std::string& text);
std::string print_kills(const Kills& kills);

/// What is kept after a run, also one of a part: fates that are known count, what was kept counts for the other
/// mutants of `present`, and of what is no mutant any more nothing is kept.
Kills blessed(const Kills& kept, const std::vector<Entry>& present, const Fates& fates);
mutation::SurvivorList blessed(const mutation::SurvivorList& kept, const std::vector<Entry>& present,
                               const Fates& fates);

/// The mutants of which neither says anything.
std::vector<Entry> unmeasured(const std::vector<Entry>& present, const Kills& kills,
                              const mutation::SurvivorList& survivors);

/// The figures, a line a room.
std::string figures(const Kills& kills, const mutation::SurvivorList& survivors);

/// The text of README.md with `figures` where it shows them: behind the line `command`, in a fence. Throws
/// std::runtime_error if it shows none.
std::string with_figures(const std::string& readme, const std::string& command, const std::string& figures);

}  // namespace interleak::engine_mutants

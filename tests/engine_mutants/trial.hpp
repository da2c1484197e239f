// What becomes of mutants: the clean run of the suite, then the steps that can tell.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/engine_mutants/catalogue.hpp"
#include "tests/engine_mutants/child.hpp"
#include "tests/engine_mutants/suite.hpp"

namespace interleak::engine_mutants {

struct Place {
  std::string root, build, scratch;   ///< folders, absolute
  int workers = 2;
};

/// A step without a mutant.
struct Measured {
  Step step;
  std::chrono::milliseconds processor{};
  std::vector<bool> reached;   ///< by number: guards that it asks
};

/// What a mutant comes to.
struct Fate {
  enum class Kind { killed, timed_out, survived } kind = Kind::survived;
  std::string step;                        ///< the one that notices; empty: none does
  std::string told;                        ///< how it ended, or why there is none
  std::chrono::milliseconds processor{};   ///< of all its steps
};

/// By the mutant's id: the name of the step that is known to notice it.
using Hints = std::map<std::string, std::string>;

/// Runs each step once without a mutant. Throws std::runtime_error if one fails.
std::vector<Measured> clean_run(const Suite& suite, const Place& place);

/// Tries the mutants, some at a time, and tells each fate as it is known, one call at a time. A step that never
/// comes to the mutant's place runs as it does without it, and is left out. The hint comes first, then what costs
/// little and has noticed much so far: the order changes no fate but the step that is told.
void try_all(const std::vector<Entry>& mutants, const std::vector<Measured>& steps, const Hints& hints,
             const Suite& suite, const Place& place, const std::function<void(const Entry&, const Fate&)>& tell);

}  // namespace interleak::engine_mutants

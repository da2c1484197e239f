// The exit codes of the command. They are documented in docs/output.md, tested and stable.
#pragma once

#include <algorithm>
#include <array>

namespace interleak::tools {

enum ExitCode : int {
  kExitOk = 0,             ///< everything asked for came out as expected
  kExitViolated = 1,       ///< an invariant was violated, or an expectation was not met
  kExitUsage = 2,          ///< the command line is wrong
  kExitInvalid = 3,        ///< a scenario or design file is invalid
  kExitUnknown = 4,        ///< a budget ended the search before a verdict
  kExitNothing = 5,        ///< nothing was selected
  kExitDiverged = 6,       ///< replay: the schedule is not legal here
  kExitInternal = 70,      ///< a fault of interleak itself
  kExitOutput = 74,        ///< the output could not be written
  kExitInterrupted = 130,  ///< SIGINT; the partial result was written first
  kExitTerminated = 143,   ///< SIGTERM; likewise
};

/// The one that counts when several apply: 70 > 74 > 3 > 1 > 4 > 5 > 0. A leak beats an unknown.
/// Codes outside of this order (usage, diverged, signals) beat all others.
constexpr int worse_exit(int a, int b) {
  constexpr std::array<int, 7> kOrder = {kExitOk,      kExitNothing, kExitUnknown, kExitViolated,
                                         kExitInvalid, kExitOutput,  kExitInternal};
  const auto rank = [&](int code) { return std::find(kOrder.begin(), kOrder.end(), code); };
  return rank(a) < rank(b) ? b : a;
}

}  // namespace interleak::tools

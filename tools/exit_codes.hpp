// The exit codes of the command. They are documented in docs/output.md, tested and stable.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace interleak::tools {

enum ExitCode : int {
  kExitOk = 0,             ///< everything asked for came out as expected
  kExitViolated = 1,       ///< an invariant was violated, or an expectation was not met
  kExitUsage = 2,          ///< the command line is wrong
  kExitInvalid = 3,        ///< a scenario or design file is invalid
  kExitUnknown = 4,        ///< a budget ended the search before a verdict
  kExitNothing = 5,        ///< nothing was selected
  kExitDiverged = 6,       ///< replay: the schedule is not legal here
  kExitUnavailable = 69,   ///< live: the server or the client failed
  kExitInternal = 70,      ///< a fault of interleak itself
  kExitOutput = 74,        ///< the output could not be written
  kExitInterrupted = 130,  ///< SIGINT; the partial result was written first
  kExitTerminated = 143,   ///< SIGTERM; likewise
};

struct ExitMeaning {
  ExitCode code;
  std::string_view meaning;
};
/// For people: the man page.
inline constexpr std::array<ExitMeaning, 12> kExitMeanings = {{
    {kExitOk, "Everything asked for came out as expected."},
    {kExitViolated, "An invariant was violated (run, sample), or an expectation was not met (check)."},
    {kExitUsage, "The command line is wrong, or a schedule is malformed."},
    {kExitInvalid, "A scenario or design file is invalid or cannot be read."},
    {kExitUnknown, "Inconclusive: a budget ended the search before a verdict, or a sample found nothing."},
    {kExitNothing, "Nothing was selected to run."},
    {kExitDiverged, "The schedule of replay is not legal here."},
    {kExitUnavailable, "The server or the client of live cannot be run, or failed."},
    {kExitInternal, "Internal error."},
    {kExitOutput, "The output could not be written."},
    {kExitInterrupted, "Interrupted by SIGINT; the partial result was written first."},
    {kExitTerminated, "Interrupted by SIGTERM; likewise."},
}};

/// The one that counts when several apply: 70 > 74 > 3 > 1 > 4 > 5 > 0. A leak beats an unknown.
/// Codes outside of this order (usage, diverged, unavailable, signals) beat all others.
constexpr int worse_exit(int a, int b) {
  constexpr std::array<int, 7> kOrder = {kExitOk,      kExitNothing, kExitUnknown, kExitViolated,
                                         kExitInvalid, kExitOutput,  kExitInternal};
  const auto rank = [&](int code) { return std::find(kOrder.begin(), kOrder.end(), code); };
  return rank(a) < rank(b) ? b : a;
}

}  // namespace interleak::tools

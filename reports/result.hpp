// What a report is about: one scenario under one design, explored, with the story of each witness.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

inline constexpr std::string_view kToolVersion = "0.1.0";
inline constexpr int kSemanticsVersion = 1;
inline constexpr int kFormatVersion = 1;   ///< of the JSON document

struct Result {
  std::shared_ptr<const world::World> world;
  check::Analysis analysis;
  std::vector<std::optional<words::Trace>> traces;  ///< one for each judgement; violated: its witness
  std::vector<std::string> replay_words;  ///< the command that replays, without its schedule
  std::string certificate_file;           ///< where the certificate goes; empty: none was asked for
  bool known = false;                     ///< from a cache of verdicts: it was not explored now
  double seconds = 0;                     ///< wall clock, for --timings only
  std::uint64_t bytes = 0;                ///< memory, for --timings only
  int threads = 1;                        ///< for --timings only

  const scenario::Scenario& scenario() const { return world->scenario(); }
  const design::Design& design() const { return world->design(); }
};

/// Worst verdict of all judgements: violated before unknown before holds.
check::Verdict verdict_of(const check::Analysis& analysis);

/// Index of the violated invariant that is told in full: the gravest, then the shortest. -1: none.
int gravest_violation(const check::Analysis& analysis);

/// "the design diverges: more than 3 children of one task at a time"; `who`: "the design".
std::string divergence_text(std::string_view who, world::Bound bound);
/// Why the search did not see everything: "states budget", "--max-time", "the design diverges";
/// empty: it did.
std::string why_unknown(const Result& result);

/// A word as a shell reads it back: in '...' where it must be, and in $'...' if it could not be shown as it is.
std::string shell_quoted(std::string_view word);

/// Words of a command as they are typed.
std::string command_line(const std::vector<std::string>& words);

/// `interleak replay ... -s 'SCHEDULE'`.
std::string replay_command(const std::vector<std::string>& words, const std::string& schedule);

/// "two-users", with a variant "two-users [two-cancels]".
std::string scenario_name(const scenario::Scenario& scenario);

/// The awaits on which its cancels may land, by name; empty: on any.
std::vector<std::string> cancel_awaits(const scenario::Scenario& scenario);

/// Its options of the model that are on, by name.
std::vector<std::string> physics_names(const scenario::Scenario& scenario);

}  // namespace interleak::reports

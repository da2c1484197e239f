// What `interleak live` writes: text (live_text.cpp), JSON (live_json.cpp), and the cases of which the
// result files are made (live_cases.cpp).
#pragma once

#include <string>
#include <vector>

#include "live/explore.hpp"
#include "reports/json.hpp"
#include "reports/observed.hpp"
#include "reports/style.hpp"

namespace interleak::tools {

/// "leak", "type-error".
std::string outcome_name(world::Outcome outcome);

/// The words of the command that plays schedules again, without the schedule itself.
using Words = std::vector<std::string>;

// --- text ---

/// The first line: tool, scenario, its size, the client.
std::string live_head(const scenario::Scenario& scenario, const std::string& client, const reports::Style& style);
/// What shows the violation of an invariant, in one sentence: "bob received alice's history", "bob never ends".
std::string live_headline(const live::Judgement& violated, const scenario::Scenario& scenario);
/// One line for each step.
std::string live_steps(const live::Played& played, const reports::Style& style);
struct LiveTextOptions {
  reports::Style style;
  bool brief = false;        ///< verdicts only
  bool verbose = false;      ///< the shortest violation of each invariant, not only of the gravest
  bool interrupted = false;  ///< by a signal, not by a budget
};
/// Verdicts, the shortest violation with the command that plays it again, counts.
std::string exploration_text(const live::Exploration& found, const scenario::Scenario& scenario, const Words& replay,
                             const LiveTextOptions& options);
/// How many schedules of the model the outside can force; `examples`: and some that it cannot.
std::string forceable_text(const live::Forceable& forceable, bool examples, const reports::Style& style);

// --- JSON ---

reports::Json played_json(const live::Played& played, const scenario::Scenario& scenario);
reports::Json exploration_json(const live::Exploration& found, const scenario::Scenario& scenario);

// --- cases ---

/// What was seen, as the result files tell it.
reports::Observed observed_of(const live::Exploration& found, const scenario::Scenario& scenario,
                              const std::string& client, const Words& replay);

}  // namespace interleak::tools

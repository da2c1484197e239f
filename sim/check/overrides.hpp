// What whoever asks changes in a scenario, without a change of its text: the flags of a command, the switches of a
// page.
#pragma once

#include <string>
#include <vector>

#include "sim/terms/scenario.hpp"

namespace interleak::check {

struct Overrides {
  std::string owner_types;   ///< "same", "distinct"; empty: as in the file
  int max_cancels = -1;      ///< -1: as in the file
  std::string cancel_kind;   ///< of scenario::kCancelKinds; empty: as in the file
  std::vector<std::string> cancel_at;   ///< names of awaits, or "any-await"; empty: as in the file
  bool silent_server = false;           ///< a server may be silent; false: as in the file
  std::vector<std::string> physics;     ///< options, or "all", or "none"; empty: as in the file
};

/// The scenario with the changes. Names that are unknown change nothing: whoever reads them refuses them.
scenario::Scenario overridden(scenario::Scenario scenario, const Overrides& overrides);

}  // namespace interleak::check

// A finding, as a value with its words. Reports and explanations speak of these; what is found in a state is in
// findings.hpp, so that a change there is no change for them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/system.hpp"
#include "sim/words/prose.hpp"

namespace interleak::words {

/// One thing that is wrong, and what it is about.
struct FindingView {
  Facts fact = 0;            ///< that it tells of; where somebody starves, a hostage, too
  int connection = 0;        ///< number of the connection that it is about; 0: of none
  int frame = -1;            ///< of whom it tells; -1: of nobody
  Prose text;                ///< "c1 never comes back to the pool"

  /// "lost-slot": as reports and `explain` call it.
  std::string_view kind() const;
  /// "lost-slot: c1 never comes back to the pool".
  Prose told() const;
  friend bool operator==(const FindingView&, const FindingView&) = default;
};

/// What each of them tells.
std::vector<std::string> texts_of(const std::vector<FindingView>& findings);
/// The first that tells of one of the facts; null: none does.
const FindingView* finding_of(const std::vector<FindingView>& findings, Facts facts);

}  // namespace interleak::words

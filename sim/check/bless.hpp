// Rewrites what a scenario file expects from what came out. Only values inside `expect` change (and
// entries come, for designs that go apart from their pattern, or that the file did not name); all
// other bytes of the file stay as they are. Pure: text in, text out.
//
// An entry whose cases all agree is changed in place and keeps its detail: `shortest`, `witness` and
// `counts` are brought up to date where they stand, `because` and `skip` stay. Where the cases of a
// pattern disagree, the designs that fail get an entry of their own before it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/check/expectations.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/world/world.hpp"

namespace interleak::check {

/// A case of the file, explored. The file says nothing of its design if `added`.
struct Explored {
  const scenario::Scenario* scenario = nullptr;
  const Case* expectations = nullptr;
  const world::World* world = nullptr;
  const Analysis* analysis = nullptr;
  bool added = false;
};

struct Blessing {
  std::string text;                    ///< the file; unchanged if nothing was to be blessed
  std::vector<std::string> left;       ///< what could not be blessed, and why, in words
};

/// `text`: the file that all scenarios were read from. Verdicts that were not reached are never blessed,
/// nor what holds vacuously. The new text is read again, and what it still does not meet is in `left`.
Blessing bless(std::string_view text, const std::vector<Explored>& cases);

}  // namespace interleak::check

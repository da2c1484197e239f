// An analysis as text, so that it need not be found again (check --cache, docs/ci.md), and back. What is read is held
// against the world: a witness must be a schedule of it and show its violation. What was counted and what holds is
// believed, as far as it is of one piece; who must not believe it wants a certificate (sim/certify).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/check/analysis.hpp"

namespace interleak::check {

/// Of such a search the same comes out again: it saw everything, or ended at a number of states or steps. And
/// everything of it can be written: no probabilities, explanations and certificates.
bool may_be_kept(const Analysis& analysis);

/// Precondition: may_be_kept().
std::string kept_text(const Analysis& analysis);

/// Nothing if the text is none of an analysis of this world with these invariants.
std::optional<Analysis> kept_analysis(std::string_view text, const world::World& world,
                                      const std::vector<property::Invariant>& invariants);

}  // namespace interleak::check

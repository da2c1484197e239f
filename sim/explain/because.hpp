// Why a schedule shows what it shows, as a chain of sentences: which reply, of whose request, left
// behind by which cancel at which line, taken by whom, and which check looked where and saw nothing.
// All of it is read off the ghost labels and the events; nothing knows any design.
#pragma once

#include <vector>

#include "sim/kernel/system.hpp"
#include "sim/words/names.hpp"
#include "sim/words/prose.hpp"
#include "sim/world/world.hpp"

namespace interleak::explain {

struct Sentence {
  words::Prose text;                   ///< with a full stop; tasks and owners by name
  std::vector<int> steps;              ///< that it speaks of, from 1, ascending
  std::vector<words::LineView> lines;  ///< of listings, that it speaks of
};

/// The chain of the finding that a schedule ends with: of what `mask` holds on its last event, in its
/// last state or at its end, the worst. Empty if none of it does.
std::vector<Sentence> because(const world::World& world, const Events& events, Facts mask);

}  // namespace interleak::explain

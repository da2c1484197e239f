// The world without faults: by which names operations fail there, which is no matter of faults
// (docs/semantics.md, Faults). It is explored before the one with them.
#pragma once

#include <memory>

#include "sim/property/invariants.hpp"
#include "sim/world/world.hpp"

namespace interleak::check {

/// Facts that are judged by what happens without faults.
inline constexpr Facts kFailures = world::fact::kLastingFailure | world::fact::kCollateralFailure;

/// So many states are kept of it at most; beyond that the names are not known.
inline constexpr std::uint64_t kMostFaultless = 1'000'000;

/// `program` was compiled from `design` for the scenario, which is spoken.
std::shared_ptr<const world::Excused> excused_of(const scenario::Scenario& scenario,
                                                 const std::shared_ptr<const design::Design>& design,
                                                 const std::shared_ptr<const design::Program>& program);

/// The world knows what it takes to say that such an invariant holds.
bool can_judge(const world::World& world, const property::Invariant& invariant);

}  // namespace interleak::check

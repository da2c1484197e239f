// The `expect` block of a scenario: what designs are expected to do under which invariants.
#pragma once

#include "sim/scenario/fields.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::scenario {

/// The names of property::all_invariants(), for messages that say what is allowed.
std::vector<std::string> invariant_names();

/// Reads the block into the scenario. Two expectations that are equally specific and can meet in
/// one design and invariant are an error (ILK0031).
void read_expectations(Context& context, const Value& block, Scenario& scenario);

}  // namespace interleak::scenario

// Variants of a scenario: dotted paths into its JSON tree, and the values to put there.
#pragma once

#include "sim/scenario/fields.hpp"

namespace interleak::scenario {

/// Puts the overrides of one variant into a copy of the file's tree. The new values keep their own
/// places in the file, so errors in them point at the override. A path that leads nowhere is an
/// error (ILK0022) and changes nothing.
void apply_overrides(Context& context, const Value& overrides, Value& root);

}  // namespace interleak::scenario

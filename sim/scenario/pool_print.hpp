// The tree of a design (of either form) -> the text form, and -> JSON. Both are laid out in one way, so that a design
// which was printed once comes back to the same bytes through the other form. Lines of listings are taken as they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/document.hpp"

namespace interleak::scenario {

// Fields keep their order. Not kept are empty fields that mean the same as none, blanks of lines that have nothing
// else, and blank lines at the end of a listing.

/// The text form of a design without errors.
std::string pool_text(const Value& design);

/// The JSON form of a design without errors.
std::string design_json(const Value& design);

/// What comments can belong to, in the order of the text: "title", "pool.order", "variables.op.tries",
/// "procedures.execute", "end". Also of a design with errors.
std::vector<std::string> pool_anchors(const Value& design);

}  // namespace interleak::scenario

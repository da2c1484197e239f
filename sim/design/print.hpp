// Syntax tree -> listing text, in the one canonical form: four spaces a level, single spaces
// between words, brackets only where they are needed, `v` for `v != 0`, no comments.
#pragma once

#include <string>
#include <vector>

#include "sim/design/syntax.hpp"

namespace interleak::design {

/// The lines of a listing that parse_listing() reads as this tree again (positions aside).
std::vector<std::string> print_listing(const Block& block);

/// A condition as it stands in a listing.
std::string print_condition(const Expression& condition);

/// True if the trees are equal in all but positions and line numbers.
bool same_listing(const Block& a, const Block& b);

}  // namespace interleak::design

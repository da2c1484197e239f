// Listing text -> syntax tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/design/syntax.hpp"

namespace interleak::design {

/// Parses the lines of one procedure into a tree (grammar: docs/language.md). All errors of the
/// listing are appended to `errors`, each at its line and column in the file (the column of a
/// token is the column where the line's text begins plus the token's offset). Names of variables,
/// queues and procedures are not resolved here; compile() does that.
Block parse_listing(const std::vector<ListingLine>& lines, Diagnostics& errors);

/// The allowed name that is closest to `wrong` (edit distance at most a third of its length, at
/// least 1), or an empty string. For "did you mean".
std::string closest_name(std::string_view wrong, const std::vector<std::string>& allowed);

}  // namespace interleak::design

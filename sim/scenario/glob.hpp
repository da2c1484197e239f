// Globs with `*` (any run of characters, also across `/`) and `?` (one character): which of two is
// the more specific, and whether they can meet. Matching itself is glob_match() in reader.hpp.
#pragma once

#include <cstddef>
#include <string_view>

namespace interleak::scenario {

/// The greater, the more specific: 2 for each literal character, 1 for each `?`, 1 more for a
/// pattern without wildcards. Of two patterns that match one text the greater one wins.
int glob_specificity(std::string_view pattern);

bool has_wildcard(std::string_view pattern);

/// No pattern of a file is longer.
inline constexpr std::size_t kMaxGlobBytes = 128;

/// True if some text matches both patterns. Precondition: neither is longer than that.
bool globs_overlap(std::string_view a, std::string_view b);

}  // namespace interleak::scenario

// See glob.hpp. Matching backtracks to the last star only, which is enough and keeps it quadratic.
#include "sim/scenario/glob.hpp"

#include <vector>

#include "sim/scenario/reader.hpp"

namespace interleak::scenario {

bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool has_wildcard(std::string_view pattern) {
  return pattern.find_first_of("*?") != std::string_view::npos;
}

int glob_specificity(std::string_view pattern) {
  int result = has_wildcard(pattern) ? 0 : 1;
  for (const char c : pattern) result += c == '*' ? 0 : c == '?' ? 1 : 2;
  return result;
}

bool globs_overlap(std::string_view a, std::string_view b) {
  // row[j]: the rests of a from i and of b from j have a common text; computed from the ends.
  std::vector<bool> below, row;
  for (std::size_t i = a.size() + 1; i-- > 0; below = row) {
    row.assign(b.size() + 1, false);
    for (std::size_t j = b.size() + 1; j-- > 0;) {
      const bool more_a = i < a.size(), more_b = j < b.size();
      if (!more_a && !more_b) {
        row[j] = true;
      } else if ((more_a && a[i] == '*') || (more_b && b[j] == '*')) {
        const bool skip_a = more_a && (a[i] == '*' || more_b) && below[j];
        const bool skip_b = more_b && (b[j] == '*' || more_a) && row[j + 1];
        row[j] = skip_a || skip_b;
      } else if (more_a && more_b) {
        row[j] = (a[i] == b[j] || a[i] == '?' || b[j] == '?') && below[j + 1];
      }
    }
  }
  return row[0];
}

}  // namespace interleak::scenario

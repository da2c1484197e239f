// "Did you mean": the edit distance of Damerau and Levenshtein in its simple form, in which a
// swap of two neighbours is one edit and nothing is edited twice.
#include <algorithm>
#include <utility>

#include "sim/design/parse.hpp"

namespace interleak::design {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string closest_name(std::string_view wrong, const std::vector<std::string>& allowed) {
  std::string closest;
  // A name that shares nothing with the wrong one is no guess, however short they are.
  std::size_t limit = std::min(std::max<std::size_t>(1, wrong.size() / 3) + 1, wrong.size());
  for (const std::string& name : allowed) {
    // The lengths alone say enough about most pairs, so that a huge name costs nothing.
    const std::size_t longer = std::max(name.size(), wrong.size());
    if (longer - std::min(name.size(), wrong.size()) >= limit) continue;
    if (const std::size_t distance = edit_distance(wrong, name); distance < limit) {
      limit = distance;
      closest = name;
    }
  }
  return closest;
}

}  // namespace interleak::design

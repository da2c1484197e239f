// "Did you mean": the edit distance of Damerau and Levenshtein in its simple form, in which a
// swap of two neighbours is one edit and nothing is edited twice. Only distances below a limit are of
// interest, so only the part of the table near its diagonal is filled in, and only as long as it pays.
#include <algorithm>
#include <utility>

#include "sim/design/parse.hpp"

namespace interleak::design {
namespace {

/// Entries of tables for one wrong name: beyond, the best guess so far has to do.
constexpr std::size_t kMostEntries = 4'000'000;

/// The distance, or `limit` if it is not below that. The lengths differ by less than `limit`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  std::vector<std::size_t> before(b.size() + 1, limit), last(b.size() + 1, limit), row(b.size() + 1, limit);
  for (std::size_t j = 0; j <= std::min(b.size(), limit); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    const std::size_t first = i < limit ? 1 : i - limit + 1, end = std::min(b.size(), i + limit - 1);
    row[first - 1] = first == 1 ? i : limit;
    std::size_t least = row[first - 1];
    for (std::size_t j = first; j <= end; ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1, limit});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (end < b.size()) row[end + 1] = limit;
    if (least >= limit && *std::min_element(last.begin(), last.end()) >= limit) return limit;
  }
  return row[b.size()];
}

}  // namespace

std::string closest_name(std::string_view wrong, const std::vector<std::string>& allowed) {
  std::string closest;
  // A name that shares nothing with the wrong one is no guess, however short they are.
  std::size_t limit = std::min(std::max<std::size_t>(1, wrong.size() / 3) + 1, wrong.size());
  std::size_t entries = 0;
  for (const std::string& name : allowed) {
    if (entries > kMostEntries) break;
    entries += 1;
    // The lengths alone say enough about most pairs, so that a huge name costs nothing.
    const std::size_t longer = std::max(name.size(), wrong.size());
    if (longer - std::min(name.size(), wrong.size()) >= limit) continue;
    entries += (wrong.size() + 1) * std::min(2 * limit, name.size());
    if (const std::size_t distance = edit_distance(wrong, name, limit); distance < limit) {
      limit = distance;
      closest = name;
    }
  }
  return closest;
}

}  // namespace interleak::design

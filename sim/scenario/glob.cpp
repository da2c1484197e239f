// See glob.hpp. Matching backtracks to the last star only, which is enough and keeps it quadratic.
//
// Whether two patterns can meet is a table: do the rest of the one from i and the rest of the other from
// j have a common text? It is filled from the ends, a row at a time, and a row is a set of bits, so that
// thousands of pairs take no time worth mentioning.
#include "sim/scenario/glob.hpp"

#include <array>
#include <bitset>
#include <cassert>
#include <string>

#include "sim/scenario/reader.hpp"

namespace interleak::scenario {
namespace {

/// One pattern, prepared for being compared with others.
class Overlap {
 public:
  explicit Overlap(std::string_view pattern) {
    for (const char c : pattern) {   // two stars side by side are one
      if (c != '*' || b_.empty() || b_.back() != '*') b_ += c;
    }
    for (std::size_t j = 0; j < b_.size(); ++j) {
      if (b_[j] == '*') {
        stars_.set(j);
        continue;
      }
      one_.set(j);
      if (b_[j] == '?') any_.set(j);
      else literal_[static_cast<unsigned char>(b_[j])].set(j);
    }
  }

  bool with(std::string_view a) const {
    Row row;   // of the end of `a`: what is left of this pattern must be able to be nothing
    row.set(b_.size());
    if (!b_.empty()) row[b_.size() - 1] = b_.back() == '*';
    for (std::size_t i = a.size(); i-- > 0 && row.any();) row = before(a[i], row);
    return row[0];
  }

 private:
  using Row = std::bitset<kMaxGlobBytes + 1>;   // bit j: the rest from j on

  /// The row of a rest that begins with `c`, from the row of the rest behind it.
  Row before(char c, const Row& below) const {
    if (c == '*') {   // any j from which what is below can be reached
      Row row = below;
      for (std::size_t step = 1; step <= b_.size(); step *= 2) row |= row >> step;
      return row;
    }
    const Row same = c == '?' ? one_ : any_ | literal_[static_cast<unsigned char>(c)];
    const Row taken = same & below >> 1;           // one character of both
    return taken | (stars_ & (below | taken >> 1));  // the star takes `c`, or nothing
  }

  std::string b_;
  Row stars_, one_, any_;                // places of `*`, of all others, of `?`
  std::array<Row, 256> literal_;         // of each byte that stands for itself
};

}  // namespace

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

bool has_wildcard(std::string_view pattern) { return pattern.find_first_of("*?") != std::string_view::npos; }

int glob_specificity(std::string_view pattern) {
  int result = has_wildcard(pattern) ? 0 : 1;
  for (const char c : pattern) result += c == '*' ? 0 : c == '?' ? 1 : 2;
  return result;
}

bool globs_overlap(std::string_view a, std::string_view b) {
  assert(a.size() <= kMaxGlobBytes && b.size() <= kMaxGlobBytes);
  return Overlap(b).with(a);
}

}  // namespace interleak::scenario

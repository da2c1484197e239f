// See unified_diff.hpp. Lines that begin and end both texts are set aside; of the rest the longest
// common subsequence is found by the table of lengths, or, where that would be too large, none.
#include "reports/unified_diff.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace interleak::reports {
namespace {

constexpr std::size_t kContext = 3;
constexpr std::size_t kMostCells = 4'000'000;

struct Line {
  char sign;   // ' ', '-', '+'
  std::string_view text;
};

std::vector<std::string_view> lines_in(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    lines.push_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return lines;
}

using Lines = std::vector<std::string_view>;

/// The middle part, line by line; what goes stands before what comes.
void add_middle(const Lines& a, const Lines& b, std::vector<Line>& out) {
  const std::size_t width = b.size() + 1;
  std::vector<std::uint32_t> common;
  if ((a.size() + 1) * width <= kMostCells) {
    common.assign((a.size() + 1) * width, 0);
    for (std::size_t i = a.size(); i-- > 0;) {
      for (std::size_t j = b.size(); j-- > 0;) {
        common[i * width + j] = a[i] == b[j] ? common[(i + 1) * width + j + 1] + 1
                                             : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
      }
    }
  }
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const bool both = i < a.size() && j < b.size() && !common.empty();
    if (both && a[i] == b[j]) {
      out.push_back({' ', a[i]});
      ++i, ++j;
    } else if (j == b.size() || (i < a.size() && (!both || common[(i + 1) * width + j] >= common[i * width + j + 1]))) {
      out.push_back({'-', a[i++]});
    } else {
      out.push_back({'+', b[j++]});
    }
  }
}

std::vector<Line> compared(const Lines& a, const Lines& b) {
  std::vector<Line> out;
  std::size_t front = 0, back = 0;
  const std::size_t shorter = std::min(a.size(), b.size());
  while (front < shorter && a[front] == b[front]) ++front;
  while (back < shorter - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  for (std::size_t i = 0; i < front; ++i) out.push_back({' ', a[i]});
  const auto middle = [&](const Lines& all) {
    return Lines(all.begin() + static_cast<std::ptrdiff_t>(front), all.end() - static_cast<std::ptrdiff_t>(back));
  };
  add_middle(middle(a), middle(b), out);
  for (std::size_t i = a.size() - back; i < a.size(); ++i) out.push_back({' ', a[i]});
  return out;
}

std::string shown(const Line& line, const Style& style) {
  std::string_view text = line.text;
  const bool ended = text.ends_with('\n');
  if (ended) text.remove_suffix(1);
  std::string out = line.sign + printable(text);
  if (line.sign != ' ') out = paint(style, line.sign == '-' ? Tone::bad : Tone::good, out);
  return out + (ended ? "\n" : "\n\\ No newline at end of file\n");
}

/// "3,4", and of a single line "3".
std::string range(std::size_t begin, std::size_t count) {
  const std::string first = std::to_string(count == 0 ? begin : begin + 1);
  return count == 1 ? first : first + "," + std::to_string(count);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, const std::string& name, const Style& style) {
  if (before == after) return "";
  const std::vector<Line> lines = compared(lines_in(before), lines_in(after));
  std::string out = paint(style, Tone::strong, "--- " + printable(name)) + "\n" +
                    paint(style, Tone::strong, "+++ " + printable(name)) + "\n";
  std::size_t left = 0, right = 0;   // lines of either text before `at`
  const auto pass = [&](const Line& line) {
    left += line.sign != '+';
    right += line.sign != '-';
  };
  for (std::size_t at = 0; at < lines.size();) {
    if (lines[at].sign == ' ' &&
        std::all_of(lines.begin() + static_cast<std::ptrdiff_t>(at),
                    lines.begin() + static_cast<std::ptrdiff_t>(std::min(at + kContext + 1, lines.size())),
                    [](const Line& line) { return line.sign == ' '; })) {
      pass(lines[at++]);
      continue;
    }
    // A hunk goes on until more lines than two contexts are the same.
    std::size_t end = at, same = 0;
    for (std::size_t i = at; i < lines.size() && same <= 2 * kContext; ++i) {
      same = lines[i].sign == ' ' ? same + 1 : 0;
      if (same == 0) end = i + 1;
    }
    end = std::min(end + kContext, lines.size());
    const std::size_t from_left = left, from_right = right;
    std::string body;
    for (; at < end; ++at) {
      body += shown(lines[at], style);
      pass(lines[at]);
    }
    out += "@@ -" + range(from_left, left - from_left) + " +" + range(from_right, right - from_right) + " @@\n" + body;
  }
  return out;
}

}  // namespace interleak::reports

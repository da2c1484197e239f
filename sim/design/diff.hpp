// What sets two designs apart: the settings that differ, and each listing that differs, line by
// line. Compared is what is compiled, so with everything that the designs inherit.
#pragma once

#include <string>
#include <vector>

#include "sim/design/syntax.hpp"

namespace interleak::design {

/// A line of either listing or of both. A line number counts from 1; 0: not in that listing.
struct DiffLine {
  int left = 0;
  int right = 0;
  std::string text;
};

/// A setting that differs, both values as text ("lifo", "lockers waiters", "-" for none).
struct FieldDiff {
  std::string name;   ///< as in a design file: "pool.order", "variables.conn"
  std::string left, right;
};

/// A procedure that differs, or that only one of the designs has.
struct ProcedureDiff {
  std::string name;
  std::string left_origin, right_origin;  ///< where it was written; empty: that design has none
  bool comments_only = false;   ///< the statements are the same, only comments or blanks differ
  std::vector<DiffLine> lines;  ///< all lines of both, in order; removed before added
};

struct DesignDiff {
  std::vector<FieldDiff> fields;
  std::vector<ProcedureDiff> procedures;   ///< `execute` first, then by name
  bool same() const { return fields.empty() && procedures.empty(); }
};

/// Texts as one sequence: a longest common subsequence keeps its place, what is left of `left`
/// stands before what is left of `right`. Time and memory are the product of the lengths at most.
std::vector<DiffLine> diff_lines(const std::vector<std::string>& left, const std::vector<std::string>& right);

/// Left out are `id`, `title`, `source`, `leaves_out`, which change no result, and procedures of
/// the prelude that neither design runs.
DesignDiff diff(const Design& left, const Design& right);

}  // namespace interleak::design

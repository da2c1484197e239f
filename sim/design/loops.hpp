// The rule that loops end (docs/language.md, "Loops end"), checked on the step program.
#pragma once

#include <vector>

#include "sim/design/program.hpp"

namespace interleak::design {

/// The test of a `loop while` in the program, and the statement that it came from.
struct WhileLoop {
  Pc header = 0;
  const Statement* statement = nullptr;
};

/// Appends an error for each loop with a way around that neither takes a reply nor lowers a counter
/// of its condition, at most kMaxErrorsOfFile; the error shows the lines of that way, the first ones of a
/// long one.
void check_loops(const Program& program, const Design& design, const std::vector<WhileLoop>& loops,
                 Diagnostics& errors);

}  // namespace interleak::design

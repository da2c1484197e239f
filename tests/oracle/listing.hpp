// A design from lines of listings, for tests that need no file.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/design/parse.hpp"
#include "sim/design/syntax.hpp"

namespace interleak::oracle {

using Lines = std::vector<std::string>;

inline Lines operator+(Lines left, const Lines& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// Adds the procedure to the design. Throws with the message of the first error.
inline void add_procedure(design::Design& design, const std::string& name, const Lines& lines) {
  design::Procedure procedure;
  procedure.name = name;
  procedure.origin = design.id;
  std::uint32_t number = 1;
  for (const std::string& line : lines) procedure.lines.push_back({line, {number++, 1}});
  Diagnostics errors;
  procedure.block = design::parse_listing(procedure.lines, errors);
  if (!errors.empty()) {
    throw std::runtime_error(name + ":" + std::to_string(errors.front().at.line) + ": " + errors.front().message);
  }
  design.procedures[name] = procedure;
}

}  // namespace interleak::oracle

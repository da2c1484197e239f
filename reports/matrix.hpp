// The cancellation matrix as a table of text, and as JSON.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "sim/check/matrix.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// One scenario under some designs.
struct MatrixReport {
  check::MatrixRows rows = check::MatrixRows::awaits;
  bool chances = false;   ///< the text shows probabilities instead of counts
  std::vector<std::shared_ptr<const world::World>> worlds;
  std::vector<check::MatrixColumn> columns;  ///< one for each world
  std::vector<std::string> stopped_by;  ///< of each: "--max-time", "SIGINT"; empty: see the column
};

/// Why there are no numbers of a design: "states budget", "the design diverges"; empty: there are.
std::string why_inexact(const check::MatrixColumn& column, const std::string& stopped_by);

/// Designs side by side, in as many blocks as the width asks for. `quiet`: the tables only.
std::string matrix_text(const MatrixReport& report, const Style& style, bool quiet);

/// What stands under "matrix" in the document.
Json matrix_json(const MatrixReport& report);

}  // namespace interleak::reports

// A run as one HTML file: complete without a script and on paper, and with its script a place to
// step through schedules, take other branches, and see designs side by side. Nothing is fetched
// from anywhere; a content policy forbids it. The same report has the same bytes everywhere.
//
//   html.cpp          the frame: policy, sections in order, how much of the states fits
//   html_story.cpp    what happened, and what would have prevented it, in sentences
//   html_mended.cpp   which design would have prevented it
//   html_diff.cpp     what that one does otherwise, line by line
//   html_steps.cpp    a schedule as a table, with both queues of each connection
//   html_lanes.cpp    the same as a picture: lanes of tasks, connections, servers
//   html_tables.cpp   verdicts, designs, the cancellation matrix
//   html_listing.cpp  the listings, with the lines where cancels may land
//   html_extras.cpp   numbers, root causes and reasons that others have worked out
//   html_graph.cpp    the states, for the script
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/html_extras.hpp"
#include "reports/html_graph.hpp"
#include "reports/matrix.hpp"
#include "reports/result.hpp"
#include "sim/check/state_space.hpp"

namespace interleak::reports {

/// One design of a page.
struct HtmlDesign {
  Result result;
  check::StateSpace space;  ///< of the same world; `harm` is html_harm() of all results
  Extras extras;
};

struct HtmlReport {
  std::vector<HtmlDesign> designs;     ///< not empty, all of one scenario
  std::optional<MatrixReport> matrix;  ///< one column a design
  std::size_t max_bytes = 5u << 20;    ///< the page is made to fit, if it can be
};

/// What the page looks like and what runs in it: reports/page, built.
struct PageAssets {
  std::string_view style, script;
};

/// The invariant that the page is about: the gravest that is violated by the first design that
/// violates any; else the first that was asked about.
const property::Invariant& html_subject(const std::vector<const Result*>& results);

std::string html(const HtmlReport& report, const PageAssets& assets);

}  // namespace interleak::reports

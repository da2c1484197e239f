// Cases as JUnit XML, for the test views of CI systems: a suite for each scenario file, a test case
// for each invariant of each design. A violation that was not expected is a failure; a verdict that
// was not reached is an error, neither passed nor failed.
#pragma once

#include <string>
#include <string_view>

#include "reports/cases.hpp"

namespace interleak::reports {

/// `timings`: with seconds; otherwise each `time` is 0.000, so that equal inputs give equal bytes.
std::string junit(const Cases& cases, bool timings);

/// Text inside an XML 1.0 element or attribute. What XML cannot hold becomes U+FFFD; line ends and
/// tabs are kept, in attributes as references.
std::string xml_text(std::string_view text, bool attribute);

/// What failed, for a view that shows nothing but plain text: what happened, the schedule as a
/// table, the command that replays it. ASCII, at most 8 KB.
std::string failure_body(const Case& each, const Finding& finding);

}  // namespace interleak::reports

// Cases as JUnit XML, for the test views of CI systems: a suite for each scenario file, a test case
// for each invariant of each design. A violation that was not expected is a failure; a verdict that
// was not reached is an error, neither passed nor failed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/cases.hpp"

namespace interleak::reports {

struct JunitOptions {
  bool timings = false;        ///< with seconds; otherwise each `time` is 0.000: equal inputs, equal bytes
  std::string attachments;     ///< folder of the attachments, as viewers are told it; empty: there are none
};
std::string junit(const Cases& cases, const JunitOptions& options);

/// A file that a test case refers to, in the way that Jenkins (plugin JUnit Attachments) and GitLab know.
struct Attachment {
  std::string name;            ///< letters, digits, "_", ".", "-"
  std::string text;
};
/// For each case that fails with a schedule the whole report of it, which the body of a failure may be too
/// short for.
std::vector<Attachment> junit_attachments(const Cases& cases);

/// Text inside an XML 1.0 element or attribute. What XML cannot hold becomes U+FFFD; line ends and
/// tabs are kept, in attributes as references.
std::string xml_text(std::string_view text, bool attribute);

/// What failed, for a view that shows nothing but plain text: what happened, the schedule as a
/// table, the command that replays it. ASCII, at most 8 KB.
std::string failure_body(const Case& each, const Finding& finding);

}  // namespace interleak::reports

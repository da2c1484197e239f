// Two versions of a design: how their listings differ, and, of the scenarios that were asked for, which verdicts,
// shortest witnesses and shares of schedules do. As text, as JSON, and in Markdown for a pull request.
#pragma once

#include <string>
#include <vector>

#include "reports/json.hpp"
#include "reports/result.hpp"
#include "reports/style.hpp"
#include "sim/check/changes.hpp"
#include "sim/design/diff.hpp"

namespace interleak::reports {

/// One scenario under both.
struct VersionsCase {
  Result before, after;
  check::Changes changes;
};

struct VersionsReport {
  design::Design before, after;
  design::DesignDiff diff;
  std::vector<VersionsCase> cases;   ///< empty: no verdicts were asked for
};

/// A name that tells the version apart from the other one: two files may hold one id.
std::string version_label(const design::Design& design, const design::Design& other);

/// Which lines of a listing are shown: the changed ones and those near them, of which there are `context` on each side.
std::vector<bool> shown_lines(const std::vector<design::DiffLine>& lines);
/// "only in A", "the same statements"; empty: nothing but what its lines show.
std::string procedure_note(const design::ProcedureDiff& procedure, const std::string& before, const std::string& after);

/// "3 scenarios, 15 verdicts: 1 newly violated, 2 no longer violated, 12 as before".
std::string turns_line(const VersionsReport& report);

/// A line of the table of a case.
struct VersionsRow {
  std::string name;  ///< of an invariant, an outcome, a finding; "all schedules"
  std::string before, after;  ///< "violated in 6 steps", "unknown (states budget)"; "3 (1.85 %)", "not counted"
  std::string became;  ///< "no longer violated", "3 steps longer"; empty: nothing, or it is no verdict
  bool is_verdict = false;
  check::Turn turn = check::Turn::same;
};
/// What changes; `all`: what does not, too, but outcomes and findings that no schedule has.
std::vector<VersionsRow> rows_of(const VersionsCase& each, bool all);

/// `all`: what has not changed, too. `quiet`: without the listings, if verdicts were asked for.
std::string versions_text(const VersionsReport& report, const Style& style, bool all, bool quiet);
/// At most kMostSummaryBytes (markdown.hpp); what is left out is said.
std::string versions_markdown(const VersionsReport& report, bool all);
/// What stands under "diff" in the document.
Json versions_json(const VersionsReport& report);

}  // namespace interleak::reports

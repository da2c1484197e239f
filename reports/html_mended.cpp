// Which designs would have prevented it, the best first: what the story, the difference and the
// explorer show beside the design that the page is about. See html_parts.hpp.
#include <algorithm>
#include <compare>
#include <utility>

#include "reports/html_parts.hpp"
#include "sim/design/diff.hpp"

namespace interleak::reports {
namespace {

/// What makes a design the better answer; less is better, in this order.
struct Cost {
  std::size_t others = 0;    ///< other invariants that are not known to hold under it
  std::size_t changes = 0;   ///< lines and settings that differ from the violating design
  std::size_t from_end = 0;  ///< so far from the end of the report: the later one wins a tie

  auto operator<=>(const Cost&) const = default;
};

std::size_t changes_between(const design::Design& from, const design::Design& to) {
  const design::DesignDiff diff = design::diff(from, to);
  std::size_t changes = diff.fields.size();
  for (const design::ProcedureDiff& procedure : diff.procedures) {
    if (procedure.comments_only) continue;
    changes +=
        static_cast<std::size_t>(std::count_if(procedure.lines.begin(), procedure.lines.end(),
                                               [](const auto& line) { return line.left == 0 || line.right == 0; }));
  }
  return changes;
}

}  // namespace

std::vector<const check::Judgement*> others_not_holding(const PageSubject& page, const HtmlDesign& design) {
  std::vector<const check::Judgement*> out;
  for (const check::Judgement& each : design.result.analysis.judgements) {
    if (each.verdict != check::Verdict::holds && each.invariant.name != page.invariant.name) out.push_back(&each);
  }
  return out;
}

std::vector<std::size_t> mended_designs(const PageSubject& page) {
  if (judgement_on(page, page.design()).verdict != check::Verdict::violated) return {};
  std::vector<std::pair<Cost, std::size_t>> found;
  const auto& designs = page.report.designs;
  for (std::size_t i = 0; i < designs.size(); ++i) {
    if (judgement_on(page, designs[i]).verdict != check::Verdict::holds) continue;
    found.push_back({{others_not_holding(page, designs[i]).size(),
                      changes_between(page.design().result.design(), designs[i].result.design()), designs.size() - i},
                     i});
  }
  std::sort(found.begin(), found.end());
  std::vector<std::size_t> out;
  for (const auto& each : found) out.push_back(each.second);
  return out;
}

}  // namespace interleak::reports

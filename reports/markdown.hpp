// A summary of cases in Markdown, as GitHub and GitLab draw it: what came out, a table of the
// designs, and the counterexamples of what failed, as diagrams.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "reports/cases.hpp"

namespace interleak::reports {

/// GitHub takes at most 1 MiB of summary for a step.
inline constexpr std::size_t kMostSummaryBytes = 900'000;

/// At most kMostSummaryBytes; what is left out is said.
std::string summary_markdown(const Cases& cases);

/// Collects sections while they fit.
class MarkdownPage {
 public:
  void add(const std::string& section);
  /// With a last line that says how many were left out, if any.
  std::string text() const;

 private:
  std::string text_;
  std::size_t left_out_ = 0;
};

/// A block of code that its text cannot end: the fence is longer than any run of backticks inside.
std::string fenced(std::string_view language, const std::string& text);
/// Lines for such a block: what is not printable is escaped.
std::string markdown_lines(std::string_view text);
/// Text that stays text: what means something in Markdown or HTML becomes a reference.
std::string markdown_text(std::string_view text);
/// The same in a <code> element, which works inside tables too.
std::string markdown_code(std::string_view text);

}  // namespace interleak::reports

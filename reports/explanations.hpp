// The long text behind a name: error codes, invariants, outcomes, findings, terms. The one source
// is docs/explain.md: `## GROUP`, below it `### NAME, OTHER NAME` sections, whose first paragraph
// says it in short. Here that file becomes values, and these text for the terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/style.hpp"

namespace interleak::reports {

struct Explanation {
  std::string group;                 ///< "Invariants"
  std::vector<std::string> names;    ///< "no-leak", "ILK0107"; never empty
  std::string text;                  ///< Markdown, without the heading
};

/// The sections of the file, in its order. Text outside of sections is not taken.
std::vector<Explanation> read_explanations(std::string_view markdown);

/// The sections of that name, in any case of letters ("ilk0107"): none, one, or for a name that
/// means two things (the outcome `leak`, ...) more.
std::vector<const Explanation*> explanations_of(const std::vector<Explanation>& all, std::string_view name);

/// First paragraph on one line.
std::string summary_of(const Explanation& explanation);

/// One section, wrapped to the width. Code blocks stay as they are, four columns in.
std::string explanation_text(const Explanation& explanation, const Style& style);

/// All names with their summaries, by group.
std::string explanation_list(const std::vector<Explanation>& all, const Style& style);

}  // namespace interleak::reports

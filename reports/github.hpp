// What a step of GitHub Actions shows of cases: annotations at the lines of files, and outputs for
// later steps. The job's summary is Markdown (markdown.hpp).
#pragma once

#include <string>
#include <string_view>

#include "reports/cases.hpp"

namespace interleak::reports {

/// Workflow commands for standard output, one for each finding. GitHub shows ten of a step: beyond
/// that nine, and a tenth that says how many more there are.
std::string github_annotations(const Cases& cases);

/// Begins a group of lines that the log folds away under its title; it ends with kGithubEndGroup.
std::string github_group(std::string_view title);
inline constexpr std::string_view kGithubEndGroup = "::endgroup::\n";

/// Lines for $GITHUB_OUTPUT: verdict, passed, failed, skipped.
std::string github_outputs(const Cases& cases);

/// Text in which no line is a workflow command any more: for everything that is printed beside the
/// annotations.
std::string without_commands(std::string_view text);

/// The message of a workflow command; `property`: a value before its `::`.
std::string github_text(std::string_view text, bool property);

}  // namespace interleak::reports

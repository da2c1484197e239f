// `interleak check --list`: the cases by name, one for each scenario file and design (its variants are
// one case there), for people and for cmake/InterleakDiscover.cmake.
#pragma once

#include <string>
#include <vector>

#include "tools/check_cases.hpp"

namespace interleak::tools {

/// "FILE DESIGN", one a line.
std::string text_list(const std::vector<CaseJob>& jobs);

/// Calls of a CMake command `interleak_case(NAME FILE DESIGN)`, one a line. The arguments are bracketed, so
/// no text can end them.
std::string ctest_list(const std::vector<CaseJob>& jobs);

}  // namespace interleak::tools

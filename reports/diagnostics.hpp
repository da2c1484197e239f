// Errors of the user as text, in the style of rustc: message, place, the line with the fault
// underlined, what was expected, and a guess at what was meant.
#pragma once

#include <map>
#include <string>

#include "reports/style.hpp"
#include "sim/kernel/diagnostic.hpp"

namespace interleak::reports {

/// Text of each file that was read, by the name that diagnostics use.
using Sources = std::map<std::string, std::string>;

/// All of them, and a last line with their number.
std::string diagnostics_text(const Diagnostics& errors, const Sources& sources, const Style& style);

}  // namespace interleak::reports

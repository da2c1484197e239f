// Two texts as a unified diff: what `diff -u` and patch(1) know.
#pragma once

#include <string>
#include <string_view>

#include "reports/style.hpp"

namespace interleak::reports {

/// Empty if the texts are the same. Three lines of context. Control characters of the texts come out
/// as `?`; colour by the style.
std::string unified_diff(std::string_view before, std::string_view after, const std::string& name, const Style& style);

}  // namespace interleak::reports

// Errors of the user as text for people, in the style of rustc: what is wrong, where, the line
// itself with the place underlined, what was expected, what was probably meant.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sim/kernel/diagnostic.hpp"

namespace interleak::reports {

/// The text of a file by the name in Diagnostic::file; nothing if it is not at hand, then the
/// lines are left out. What it returns must outlive the call of render().
using SourceLookup = std::function<std::optional<std::string_view>(const std::string& file)>;

/// All errors in the order given, an empty line between two. Ends with a line end; empty if there
/// are no errors. `colour`: ANSI escapes. `ascii`: nothing but ASCII, other characters are escaped.
/// Whatever the errors and files hold, no control character but the line end comes through.
std::string render(const Diagnostics& errors, const SourceLookup& source, bool colour, bool ascii);

}  // namespace interleak::reports

// A design in the text form, laid out anew: one blank between words, four a level, one blank line between parts. Only
// blanks and line ends change; lines stay in their order, and comments where they are.
#pragma once

#include <string>
#include <string_view>

namespace interleak::scenario {

/// The text of a design without errors in the one layout. Formatting that again changes nothing. A line of a listing
/// that would become too long to be read keeps its whole listing as it was.
std::string format_pool_text(std::string_view text);

}  // namespace interleak::scenario

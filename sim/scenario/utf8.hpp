// The little of UTF-8 that reading and quoting text needs: where a character ends, and whether it
// is safe to show.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace interleak::scenario {

/// One character of a text; `length` 0 means that the bytes are not UTF-8.
struct Character {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

/// The first character of a text that is not empty. Overlong forms, surrogates and anything beyond
/// U+10FFFF are not UTF-8.
Character first_character(std::string_view text);

/// False for characters that move the cursor or reorder what stands around them: controls (C0, C1,
/// DEL), line and paragraph separators, bidirectional controls, the byte order mark.
bool is_printable(std::uint32_t code);

/// The text with everything that is not printable escaped: "\n", "\t", "\u{202e}", "\xff".
std::string escaped(std::string_view text);

/// The same, and everything beyond ASCII escaped too.
std::string ascii_only(std::string_view text);

}  // namespace interleak::scenario

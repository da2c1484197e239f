// JSON text -> a tree of values that know where they stand. The text is read through nlohmann's SAX
// interface, which keeps no positions and no duplicate keys; a cursor that follows the events
// through the text gives every value and key its exact place. Limits (size, nesting, UTF-8) are
// checked before or while parsing, so no input can make the reader crash or crawl.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "sim/scenario/document.hpp"

namespace interleak::scenario {

/// Reads the text. Errors (ILK0001 to ILK0007, ILK0018) are appended; after one of syntax the root
/// holds what stood before it.
Document read_json(std::string_view text, Diagnostics& errors);

/// The keys of the outermost object that have a value, as far as the text can be read. What kind of file
/// it is can be told from these; it costs much less than the tree.
std::set<std::string> root_keys(std::string_view text);

/// JSON text of a string of printable characters, as the reader lets them through.
std::string json_text(std::string_view text);

}  // namespace interleak::scenario

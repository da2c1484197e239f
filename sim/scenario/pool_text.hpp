// A design in the text form -> the tree that its JSON form has, with the places of the text. The grammar is in
// docs/language.md. What a field may hold is not checked here but by the one reader of both forms; here is checked
// what only the text form can have wrong: words that begin no line, quotes, commas, the margin of a listing.
//
// Comments of listings are lines of these, as in JSON. Comments of other lines become the field `comments`: for the
// first thing on a line those above it, for the last one the comment beside it.
#pragma once

#include <string_view>

#include "sim/scenario/document.hpp"

namespace interleak::scenario {

/// Which form a design has: JSON if the first character that is no blank is `{`; else what its name says, `.json` or
/// `.pool`; else the text form.
Form form_of_design(std::string_view text, std::string_view file);

/// Some line begins as one of a design in the text form: with `design`, `extends` or `def`.
bool looks_like_pool_text(std::string_view text);

/// Reads the text. Errors (ILK0001 to ILK0004, ILK0012, ILK0018, ILK0051, ILK0052) are appended; what can be understood
/// is in the tree all the same.
Document read_pool_text(std::string_view text, Diagnostics& errors);

}  // namespace interleak::scenario

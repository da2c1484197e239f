// A schedule as a Mermaid sequence diagram, which GitHub and GitLab draw inside Markdown.
#pragma once

#include <string>
#include <string_view>

#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// At most 60 messages and notes, then a note that says how many were left out.
std::string mermaid(const world::World& world, const words::Trace& trace);

/// Text that Mermaid shows as it is: whatever could end a message or mean something is a reference
/// (`#59;`).
std::string mermaid_text(std::string_view text);

}  // namespace interleak::reports

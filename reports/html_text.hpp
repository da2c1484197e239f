// Text inside a page. Everything that comes from a scenario or a design goes through here.
#pragma once

#include <string>
#include <string_view>

#include "reports/json.hpp"
#include "sim/words/prose.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// Text as it may stand between tags and in quoted attributes: what is not printable is escaped
/// visibly ("\u{202e}"), and the five characters that mean something to HTML are references.
std::string html_text(std::string_view text);

/// The same, with every name of a task or owner behind its symbol and in its colour
/// (`<b class="o0">●alice</b>`).
std::string html_names(const words::Prose& text);

/// A task: its symbol and name, in its colour.
std::string html_task(const world::World& world, int task);

/// JSON as it may stand inside `<script type="application/json">`: no `<`, `>`, `&`, no separators
/// of lines beyond ASCII.
std::string script_json(const Json& value);

}  // namespace interleak::reports

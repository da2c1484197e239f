// Results of one scenario as an HTML file: explores once more for the states, and writes the page.
// What `report` and `run --report` share.
#pragma once

#include <string>
#include <vector>

#include "reports/html.hpp"
#include "tools/flags.hpp"

namespace interleak::tools {

/// The page as it was built: reports/page/explorer.css and .js.
reports::PageAssets page_assets();

/// Adds a design to stand beside, where there is only one, and it violates something: the next of
/// the same client under which everything holds, else the next under which at least what the page
/// is about does; none if no such design is known.
void add_companion(Session& session, Engine& engine, std::vector<reports::Result>& results, const SearchFlags& flags);

/// The page of these results, all of one scenario, not empty.
std::string html_of(Engine& engine, const std::vector<reports::Result>& results, const SearchFlags& flags,
                    std::size_t max_bytes);

/// Results of more than one scenario do not go on one page: throws Failure(2).
void refuse_many_scenarios(const std::vector<const scenario::Scenario*>& scenarios);

}  // namespace interleak::tools

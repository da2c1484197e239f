// Names of scenarios on the command line: patterns of built-in ones, and names of before. A scenario that was moved is
// still found by its name of before: that is told once on standard error, and taken for the name of today at once, so
// that nothing behind the command line, no output and no certificate knows of the old one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace interleak::tools {

/// The names of all built-in scenarios, sorted: "incident/two-users".
std::vector<std::string> shipped_scenarios();

/// It has a `*` or a `?`, and so is no name of something built in.
bool is_pattern(std::string_view name);

/// The built-in scenarios that match a pattern, as glob_match() says, sorted; with or without "scenarios/" and ".json".
std::vector<std::string> shipped_matching(std::string_view pattern);

/// Each pattern of built-in scenarios is what it matches, without what stands there already. What is called so in the
/// file system, and what matches nothing, stays as it is, and will be told as any name that is wrong.
std::vector<std::string> expanded(const std::vector<std::string>& names);

/// The name of today. What is called so in the file system is the user's, and keeps its name.
std::string scenario_of_today(const std::string& name);

/// Tells that the one is the other now; nothing if they are equal. `where`: what is to be changed.
void tell_moved(const std::string& before, const std::string& now, const char* where);

/// Makes the option of that verb take names of before, too, with -qq without a word. If it takes one scenario, a
/// pattern stands for the only one that it matches; where it matches several, the command line is wrong.
CLI::Option* takes_scenarios(const CLI::App& verb, CLI::Option* option);

}  // namespace interleak::tools

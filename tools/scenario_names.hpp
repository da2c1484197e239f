// Names of scenarios on the command line. A scenario that was moved is still found by its name of before: that is
// told once on standard error, and taken for the name of today at once, so that nothing behind the command line, no
// output and no certificate knows of the old one.
#pragma once

#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace interleak::tools {

/// The name of today. What is called so in the file system is the user's, and keeps its name.
std::string scenario_of_today(const std::string& name);

/// Tells that the one is the other now; nothing if they are equal. `where`: what is to be changed.
void tell_moved(const std::string& before, const std::string& now, const char* where);

/// Makes the option of that verb take names of before, too. With -qq nothing is told.
CLI::Option* takes_scenarios(const CLI::App& verb, CLI::Option* option);

}  // namespace interleak::tools

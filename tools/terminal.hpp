// What the terminal can show: flags first, then the environment, then the terminal itself.
// NO_COLOR, TERM=dumb and a pipe mean no colour; CLICOLOR_FORCE and --color always win.
#pragma once

#include <string>

#include "reports/style.hpp"

namespace interleak::tools {

/// As given on the command line.
struct TerminalFlags {
  std::string colour = "auto";   ///< auto, always, never
  bool ascii = false;
  int width = 0;                 ///< 0: COLUMNS, else the terminal, else 100
};

/// For output to the file descriptor `fd`.
reports::Style terminal_style(const TerminalFlags& flags, int fd);
bool is_terminal(int fd);
/// A variable of the environment; empty if it is not set.
std::string environment(const char* name);

}  // namespace interleak::tools

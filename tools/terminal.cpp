// Rules of colour and width: see terminal.hpp.
#include "tools/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace interleak::tools {
namespace {

constexpr int kDefaultWidth = 100, kMinWidth = 40, kMaxWidth = 400;

bool wants_colour(const std::string& flag, int fd) {
  if (flag != "auto") return flag == "always";
  const std::string force = environment("CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return environment("NO_COLOR").empty() && environment("TERM") != "dumb" && is_terminal(fd);
}

int width_of(int flag, int fd) {
  if (flag > 0) return std::clamp(flag, kMinWidth, kMaxWidth);
  if (const std::string columns = environment("COLUMNS"); !columns.empty()) {
    const int value = std::atoi(columns.data());
    if (value > 0) return std::clamp(value, kMinWidth, kMaxWidth);
  }
  winsize size{};
  if (is_terminal(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return std::clamp<int>(size.ws_col, kMinWidth, kMaxWidth);
  }
  return kDefaultWidth;
}

}  // namespace

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_terminal(int fd) { return isatty(fd) == 1; }

reports::Style terminal_style(const TerminalFlags& flags, int fd) {
  return {.colour = wants_colour(flags.colour, fd), .ascii = flags.ascii, .width = width_of(flags.width, fd)};
}

}  // namespace interleak::tools

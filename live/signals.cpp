#include "live/signals.hpp"

#include <algorithm>
#include <array>
#include <csignal>

#include "live/failure.hpp"

namespace interleak::live {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): all that a handler of signals can write to
volatile std::sig_atomic_t the_signal = 0;
void remember(int number) {
  if (the_signal == 0) the_signal = number;
}

/// These end nothing, cannot be caught, or tell of a fault of the program itself. SIGPIPE is a failed write.
bool is_left_alone(int number) {
  constexpr std::array kAlone = {SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGURG, SIGWINCH, SIGPIPE,
                                 SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGTRAP, SIGABRT, SIGSYS, SIGCHLD};
  return std::ranges::count(kAlone, number) != 0;
}

bool stays_ignored(int number, const struct sigaction& before) {
  return before.sa_handler == SIG_IGN && number != SIGINT && number != SIGQUIT && number != SIGTERM;
}

}  // namespace

SignalWatch::SignalWatch() {
  the_signal = 0;
  struct sigaction action = {};
  action.sa_handler = remember;
  for (int number = 1; number <= SIGRTMAX; ++number) {
    struct sigaction before = {};
    if (is_left_alone(number) || ::sigaction(number, nullptr, &before) != 0) continue;
    if (stays_ignored(number, before) || ::sigaction(number, &action, nullptr) != 0) continue;
    before_.push_back({number, before});
  }
  struct sigaction child = {}, before = {};
  child.sa_handler = SIG_DFL;
  if (::sigaction(SIGCHLD, &child, &before) == 0) before_.push_back({SIGCHLD, before});
}

SignalWatch::~SignalWatch() {
  for (const Before& each : before_) ::sigaction(each.number, &each.action, nullptr);
}

int signal_that_came() { return the_signal; }

void check_signals() {
  if (the_signal != 0) throw Interrupted(the_signal);
}

}  // namespace interleak::live

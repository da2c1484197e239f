// Signals of a live run. While a run lasts every signal that would end the program, and can be caught, is only
// remembered; what waits asks for it, so that all that the run has started is ended and removed first.
#pragma once

#include <signal.h>

#include <vector>

namespace interleak::live {

/// While it lives such signals are remembered, however often they come. One that its starter wants ignored, as
/// nohup does with SIGHUP, stays ignored; but SIGINT and SIGQUIT, which a shell ignores for what runs in the
/// background, are not. Children that end can be waited for, whatever was set before.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();   ///< puts back what was set before
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  struct Before {
    int number;
    struct sigaction action;
  };
  std::vector<Before> before_;
};

/// The first signal that came since the last SignalWatch began; 0: none.
int signal_that_came();
/// Throws Interrupted if one has come.
void check_signals();

}  // namespace interleak::live

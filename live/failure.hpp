// What goes wrong around a live run: no server, no client, a client that does not keep to the protocol.
#pragma once

#include <stdexcept>

namespace interleak::live {

/// The run cannot go on. The text says what was expected, and what happened.
struct LiveFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Somebody else has the port.
struct PortTaken : LiveFailure {
  using LiveFailure::LiveFailure;
};

/// A signal came (signals.hpp).
struct Interrupted : std::runtime_error {
  explicit Interrupted(int number) : std::runtime_error("interrupted"), signal(number) {}
  int signal;
};

}  // namespace interleak::live

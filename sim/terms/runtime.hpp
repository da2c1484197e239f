// What runtimes do to cancels on their own: an await inside a timeout of the runtime may take a cancel
// for the end of its own timeout, and the task never hears of it. Only with the physics `swallow`.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/terms/awaits.hpp"

namespace interleak::terms {

struct Runtime {
  std::string_view name;
  std::uint16_t swallows = 0;   ///< awaits at which a cancel is lost, 1 << AwaitKind
};

/// Known runtimes. Measured: Python 3.11.2. `wait_for` starts what it waits for as a task, and drops a
/// cancel that meets its end; async_timeout 4.0.2 takes a cancel in the turn in which its timeout of
/// zero fires for that timeout. A send runs in `wait_for`, a poll in a timeout of zero.
inline constexpr std::array<Runtime, 2> kRuntimes = {{
    {"python-3.11", await_bit(AwaitKind::send)},
    {"python-3.11/async_timeout-4.0.2", await_bit(AwaitKind::send) | await_bit(AwaitKind::poll)},
}};

/// The awaits at which this runtime loses cancels; none for one that is not known.
constexpr std::uint16_t swallowed_by(std::string_view runtime) {
  for (const Runtime& each : kRuntimes) {
    if (each.name == runtime) return each.swallows;
  }
  return 0;
}

}  // namespace interleak::terms

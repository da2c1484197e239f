// One controlled trial of a real client, and what the model predicts for it. A trial: a task A runs an
// operation and is cancelled at its k-th suspension; what becomes of its left-over replies is under
// control; then B runs an operation, then C a GET. The prediction is read off one run of the model: a
// directed schedule of a scenario that is made from the trial. Nothing here knows of releases: what
// they do is in their designs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/design/program.hpp"
#include "sim/kernel/system.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/world/world.hpp"

namespace interleak::conform {

/// What A and B may do. Their commands, and what the client makes of replies of other types, are those
/// of redis-py.
enum class Command : std::uint8_t { get, lrange, pipe_notx, pipe_tx, watch_tx, hgetall, incr, set, ttl };
inline constexpr std::array<std::string_view, 9> kCommandNames = {
    "get", "lrange", "pipe_notx", "pipe_tx", "watch_tx", "hgetall", "incr", "set", "ttl"};

/// When the cancel comes, once A is suspended for the k-th time.
enum class Mode : std::uint8_t {
  imm,          ///< at once
  soon,         ///< when everything else that is ready has run once
  settled,      ///< when nothing is ready any more; the reply is held back
  arrived,      ///< the reply is in the stream buffer, A has not run yet
  partial,      ///< the header of the reply and some more have been delivered
  partial_hdr,  ///< exactly the header
  after1,
  after2,  ///< so many replies have been consumed behind a shield
};
inline constexpr std::array<std::string_view, 8> kModeNames = {"imm",     "soon",        "settled", "arrived",
                                                               "partial", "partial_hdr", "after1",  "after2"};

/// What becomes of the replies that A leaves behind.
enum class LeftOver : std::uint8_t {
  early,      ///< in the stream buffer before B begins
  kernel,     ///< in the kernel's buffer when B begins
  late,       ///< held until B's request is on the wire, then nothing is held any more
  sustained,  ///< each new request lets go one held reply
};
inline constexpr std::array<std::string_view, 4> kLeftOverNames = {"early", "kernel", "late", "sustained"};

struct Trial {
  bool cold = false;            ///< no connection is open at the start
  Command operation = Command::get;
  int cancel_point = 1;         ///< the k
  Mode mode = Mode::imm;
  LeftOver left_over = LeftOver::early;
  Command victim = Command::get;
  int connections = 1;          ///< limit of the pool
};

struct Prediction {
  std::string codes;            ///< of B, then of C, one letter each: see docs/conform.md
  bool delivered = false;       ///< A ended of its cancel before anything was let go
  int suspensions = 0;          ///< of A, if nothing cancels it
  std::string phase;            ///< kind of the await that the cancel landed at
  int requests_sent = 0;        ///< by A, until it came to rest after the cancel
  int replies_owed = 0;         ///< to A, on connections that are open, at that time
  std::vector<Event> events;    ///< the directed schedule
  bool possible = true;         ///< A has a k-th suspension at which the mode can be had
};

/// The scenario of a trial; `physics` are the options that it runs with.
scenario::Scenario scenario_of(const Trial& trial, const scenario::Physics& physics);

/// The world must be that of scenario_of() for the trial, under some design.
Prediction predict(const world::World& world, const Trial& trial);

}  // namespace interleak::conform

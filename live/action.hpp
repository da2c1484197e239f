// What the outside can force, as an event of a system (sim/kernel/system.hpp), and in words.
#pragma once

#include <cstdint>
#include <string>

#include "sim/kernel/system.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::live {

struct Action {
  enum class Kind : std::uint8_t {
    start,   ///< task
    cancel,  ///< task
    serve,                   ///< connection: the oldest request there
    deliver,  ///< connection: the oldest reply there
    header,   ///< likewise, the beginning of it
    part,     ///< likewise
    start_cancel,            ///< task, suspension: it starts, and is cancelled there
    turn,                    ///< connection, task: a reply comes, and the task starts in the same turn
    together,                ///< task, other: both start in the same turn, the task first
    close                    ///< connection
  };
  /// Most tasks, connections and suspensions that an action with two of them can name are from 0 to this.
  static constexpr int kMostPaired = 15;

  static Action of_task(Kind kind, int task) { return {.kind = kind, .task = task}; }
  static Action of_connection(Kind kind, int connection) { return {.kind = kind, .connection = connection}; }
  static Action of(Event event);
  Event event() const;

  bool is_cancel() const { return kind == Kind::cancel || kind == Kind::start_cancel; }
  bool is_fault() const { return is_cancel() || kind == Kind::close; }
  /// As a word of a schedule: "alice", "!alice", "net.1:hdr", "alice!2", "net.1+bob", "alice+bob".
  std::string text(const scenario::Scenario& scenario) const;

  Kind kind = Kind::start;
  int task = -1;        ///< that starts or is cancelled; -1: server or network
  int connection = 0;
  int suspension = 0;
  int other = -1;
};

}  // namespace interleak::live

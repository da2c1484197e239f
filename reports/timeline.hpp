// A trace by what lasts in it: each message from its sending to its end, each operation from its
// first step to its last. What the exports draw spans and arrows from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// A request and its reply. Steps are numbers from 1; 0: it never happened.
struct Message {
  int connection = 0;
  int sent = 0, served = 0;
  int written = 0;             ///< all of it is on its way, with the physics `flush`
  std::vector<int> pieces;     ///< deliveries of its beginning, with the physics `fragments`
  int delivered = 0;           ///< off the wire, all of it or the rest
  int drained = 0;             ///< out of the kernel's buffer, with the physics `kernel`
  int read = 0;                ///< taken out of the stream buffer, by whomever
  int lost = 0;                ///< the socket was closed before that, or the server has skipped it
  int sent_out = 0;            ///< on the wire, with all that went there in this step
  std::string sender, reader;  ///< frames: "alice", "alice'"; reader empty: nobody read it
  int reader_task = -1;
  bool discarded = false;   ///< read by `await discard`
  words::ItemView request;  ///< task -1: a handshake
  std::string reply;        ///< "alice's history"; empty: it was never read
  /// Read, not thrown away, by a task that is not the one that asked.
  bool crossed() const { return read > 0 && !discarded && request.task >= 0 && request.task != reader_task; }
};

struct OperationSpan {
  int task = 0, operation = 0;
  int begin = 0, end = 0;                     ///< steps; end 0: it has not ended
  std::optional<words::OutcomeView> outcome;  ///< nothing: it has not ended
};

struct Timeline {
  std::vector<Message> messages;          ///< in the order of sending
  std::vector<OperationSpan> operations;  ///< that began, in the order of beginning
};

Timeline timeline(const world::World& world, const words::Trace& trace);

/// Who acts in a step: a frame ("alice", "alice'"), or "srv.1", "net.1", "krn.1", "flu.1".
std::string actor_of(const world::World& world, const words::StepView& step);

/// Who acts where no task does: "server", "network", or "event loop" (which reads and writes the sockets).
std::string_view machine_of(const words::StepView& step);

/// "get history", "pipeline a, b": an operation as its scenario writes it.
std::string operation_words(const world::World& world, int task, int operation);

/// "leak: bob received alice's history", "alice: cancelled".
std::string outcome_words(const words::OutcomeView& outcome);

/// "requests [A], wire [], stream [B]": a connection as plain text.
std::string connection_words(const words::ConnectionView& connection);

}  // namespace interleak::reports

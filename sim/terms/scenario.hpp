// What a scenario file says, as values. The format is docs/formats.md; the reader is
// sim/scenario/reader.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/design/syntax.hpp"
#include "sim/kernel/diagnostic.hpp"
#include "sim/kernel/ensure.hpp"
#include "sim/protocol/protocol.hpp"
#include "sim/terms/awaits.hpp"

namespace interleak::terms {

/// What becomes of a value that an operation has read.
enum class Effect : std::uint8_t { none, show, send };

/// What a value is for, where it is sent: what the message says, or whom it goes to.
enum class Role : std::uint8_t { content, recipient };

/// What an operation sends that no protocol has, as it was written: the commands are known with the protocol.
struct OwnOperation {
  struct Request {
    std::string command;
    protocol::Keys keys = protocol::Keys::first;
    bool ignored = false;
    Position at;
  };
  std::vector<std::vector<Request>> steps;
  std::optional<std::vector<std::string>> result;   ///< kinds of messages
  bool many = false;                  ///< it was written with an array of keys
};

/// One operation of a task. What it sends, and which listing of the design runs it, its protocol says, or the scenario.
struct Operation {
  std::string does;  ///< an operation of the scenario's protocol, "pipeline", or its own
  std::optional<OwnOperation> written;  ///< it is the scenario's own
  std::shared_ptr<const protocol::Operation> own;  ///< the same, when the protocol is known
  std::vector<std::string> keys;  ///< one per command; a key is the owner's own
  std::string type = "value";  ///< type of the data in its replies
  std::vector<std::string> accepts;  ///< types that are taken without an error; default: own type
  bool own_accepts = false;  ///< they were said, and are not those of the protocol
  std::vector<std::string> mangles;  ///< types that are silently turned into nonsense
  bool shared = false;  ///< what another operation of the same owner has read is as good an answer
  bool strict = false;  ///< a reply of nobody's data is an error, too, if not accepted
  std::string flow;  ///< user-facing flow that it serves, empty: none
  std::vector<std::vector<std::string>> fields;  ///< what is in each value, by key; empty: not said
  Effect effect = Effect::none;
  Role role = Role::content;  ///< recipient: only with effect `send`
  std::optional<int> node;  ///< cluster node, from 1; default: the slot of the key
  std::optional<int> moved_to;  ///< the key lives there by now, and the clients do not know
  bool large = false;  ///< its requests do not fit into the socket's buffers
  Position at;
};

struct Task {
  std::string id;
  std::string owner;  ///< default: the id
  bool goes_on = false;  ///< to the next operation, when one has ended by an error or was cancelled
  std::vector<Operation> operations;
  Position at;
};

/// `raise`: an exception at the await, once. `vanish`: the task is dropped, only its `on drop` blocks
/// run. `raise_at_every_await`: an exception there, and at each later await that would suspend.
/// `kill`: nothing of the task runs any more. `as_error`: an exception that `except error` catches, too.
enum class CancelKind : std::uint8_t { raise, vanish, raise_at_every_await, kill, as_error };
inline constexpr std::array<std::string_view, 5> kCancelKinds = {"raise", "vanish", "raise-at-every-await", "kill",
                                                                 "return"};
/// No handler runs: the task ends where it is.
constexpr bool ends_at_once(CancelKind kind) { return kind == CancelKind::vanish || kind == CancelKind::kill; }

struct Cancel {
  std::vector<std::string> who;  ///< ids of tasks; empty: any
  std::uint16_t at = kAnyAwait;  ///< where it may land, one bit for each kind of await
  int max = 0;
  CancelKind kind = CancelKind::raise;
};

/// Errors with which servers answer requests in place of executing them.
struct ServerErrors {
  std::vector<std::string> who;  ///< ids of tasks whose requests fail; empty: any, and what no operation sends
  std::vector<std::string> at;  ///< commands that fail; empty: any
  int max = 0;  ///< in one schedule
  Position place;  ///< where that is said
};

/// Options of the model; each is off by default and adds events or suspensions, see docs/semantics.md.
struct Physics {
  bool poll = false;  ///< `await poll` that sees nothing suspends
  bool resolve = false;  ///< `await resolve` suspends
  bool kernel = false;  ///< replies wait in the kernel's socket buffer
  bool fragments = false;  ///< replies may arrive in pieces
  bool swallow = false;  ///< the runtime may swallow cancels
  bool timeouts = false;  ///< what may time out does
  bool session = false;  ///< the server knows which commands of the handshake it has executed
  bool flush = false;  ///< large requests are written in two parts
  bool linger = false;  ///< the server executes writes that it had when the client closed
};

struct PhysicsOption {
  std::string_view name;
  bool Physics::*option;
};
inline constexpr std::array<PhysicsOption, 9> kPhysicsOptions = {{{"poll", &Physics::poll},
                                                                  {"resolve", &Physics::resolve},
                                                                  {"kernel", &Physics::kernel},
                                                                  {"fragments", &Physics::fragments},
                                                                  {"swallow", &Physics::swallow},
                                                                  {"timeouts", &Physics::timeouts},
                                                                  {"session", &Physics::session},
                                                                  {"flush", &Physics::flush},
                                                                  {"linger", &Physics::linger}}};

/// All options on.
constexpr Physics all_physics() {
  Physics physics;
  for (const PhysicsOption& each : kPhysicsOptions) physics.*each.option = true;
  return physics;
}

enum class Ready : std::uint8_t { any, fifo };

/// What one design is expected to do under one invariant.
struct Expectation {
  std::string design;  ///< glob, as written
  std::string invariant;  ///< glob, as written; "counts" stands in `counts`, not here
  std::string verdict;  ///< "holds", "violated" or "any"
  std::optional<int> shortest;  ///< exact length of the shortest witness
  std::optional<int> shortest_at_most;  ///< "<=9"
  std::string witness;  ///< a schedule that must still show it; empty: none
  std::string because;  ///< free text
  std::string skip;  ///< why it is not judged for now; empty: it is
  Position at;  ///< of the entry
};

struct ExpectedCounts {
  std::string design;  ///< glob, as written
  std::map<std::string, std::string> counts;  ///< name of a count -> decimal digits
  Position at;
};

/// A pattern of `expect`: for which designs something is expected.
struct ExpectedDesign {
  std::string glob;
  Position at;
  std::uint32_t length = 1;  ///< on its line, for the message that underlines it
  friend bool operator==(const ExpectedDesign&, const ExpectedDesign&) = default;
};

struct Scenario {
  protocol::ProtocolPtr protocol;  ///< never null in one that was read
  bool names_protocol = false;  ///< it says which; else that of the design goes before
  bool named = false;  ///< it does, or the design with which it is to be run
  bool asserts = false;  ///< the design with which it is to be run has an assertion
  std::string id;
  std::string title;
  std::string description;
  int pool_max = 1;
  int pool_warm = -1;  ///< -1: as many as `pool_max`
  int nodes = 1;
  std::vector<Task> tasks;
  bool may_be_silent = false;  ///< a server may stop to answer on a connection
  int pushes = 1;  ///< how often servers may push, in one schedule
  bool ownership_check = false;  ///< every operation compares the owner in its reply with its own
  Physics physics;
  Cancel cancel;
  ServerErrors server_errors;
  Ready ready = Ready::any;
  std::optional<design::SendSuspends> send_suspends;  ///< overrides the design's
  std::vector<std::string> invariants;  ///< empty: the default ones
  std::vector<std::string> designs;  ///< designs that `run` takes when none is named
  std::vector<Expectation> expectations;
  std::vector<ExpectedCounts> expected_counts;
  std::vector<ExpectedDesign> expected_designs;  ///< in file order
  std::string variant;  ///< name of the variant, empty: the file as it stands
  std::string file;
  Position at;  ///< of its id, for errors of the whole
};

/// What a design decides of what is judged where a scenario has no list.
struct DesignAsks {
  bool names_protocol = false;
  bool asserts = false;
};
inline void ask(Scenario& scenario, DesignAsks design) {
  scenario.named = scenario.named || design.names_protocol;
  scenario.asserts = scenario.asserts || design.asserts;
}

/// What an operation sends: the scenario's own words, or those of the protocol. Null: neither has any, or the
/// scenario's own were not read with a protocol yet.
inline const protocol::Operation* protocol_of(const protocol::Protocol& protocol, const Operation& operation) {
  return operation.written ? operation.own.get() : protocol.operation(operation.does);
}
/// The same. Precondition: there are such words, and the scenario is spoken (sim/scenario/reader.hpp).
inline const protocol::Operation& protocol_of(const Scenario& scenario, const Operation& operation) {
  const protocol::Operation* found = protocol_of(*scenario.protocol, operation);
  ensure(found != nullptr, "an operation that the protocol does not have");
  return *found;
}

}  // namespace interleak::terms

/// Whoever reads scenarios calls these values by the name of the room that reads them.
namespace interleak::scenario {
using namespace terms;
}

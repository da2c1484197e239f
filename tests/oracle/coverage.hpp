// What the literal interpreter has executed, counted: statements, what became of awaits, conditions by
// their value, and a table of marks, one for each thing that docs/language.md and docs/semantics.md say
// can happen inside an event. The interpreter notes, semantic_fuzz asks what is missing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/design/syntax.hpp"

namespace interleak::oracle {

/// What may become of an await.
enum class Way : std::uint8_t { at_once, suspends, raises, resumes, cancelled, timed_out };
inline constexpr std::size_t kWays = 6;

inline constexpr auto kMarks = std::to_array<std::string_view>({
    // Blocks.
    "if: the first condition",
    "if: an elif",
    "if: the else",
    "if: nothing",
    "loop: a number of times",
    "loop: commands times",
    "loop: handshake times",
    "loop: no round at all",
    "except: an error",
    "except: a rejection",
    "except: a cancel",
    "except: a cancel as an error",
    "except: another kind passes by",
    "except: a new exception replaces the old one",
    "finally: normally",
    "finally: on a return",
    "finally: on an exception",
    "finally: a return drops the exception",
    "finally: a new exception replaces the old one",
    "on drop: runs",
    "on drop: the outer one after the inner",
    "on drop: an error ends it",
    "on drop: a return ends it",
    "raise: an error",
    "raise: a rejection",
    "raise: again",
    "return: from a call",
    "return: from the listing",
    // Variables.
    "variable: of the operation",
    "variable: of the connection",
    "variable: of the pool",
    "variable: of the socket",
    "variable: of the socket, behind a new one",
    "variable: of the socket, behind a new one, and not what it was",
    "variable: of the socket, without a socket",
    "variable: of the socket, with an empty register",
    "variable: of the connection, with an empty register",
    "variable: stops at 255",
    "variable: stops at 0",
    "an empty register raises",
    "copy: of something else",
    "copy: of what it is",
    "copy: of itself",
    "copy: raises",
    "assert: true",
    "assert: not true",
    "assert: not true, a second time in the event",
    "assert: raises",
    // The pool.
    "take: a free one",
    "take: a new one",
    "take: there is none",
    "take: by a detached frame",
    "take: where the key has moved to",
    "share: makes slots",
    "share: one that was free",
    "share: one that is shared",
    "share: above the limit",
    "put: first",
    "put: last",
    "put: a shared one",
    "put: one that is free already",
    "put: by a detached frame",
    "close: not connected",
    "close: readers get an error",
    "close: drops unwritten requests",
    "close: leaves a write behind",
    "close: leaves a write behind, where the server runs on",
    "close: a write that is begun is not left behind",
    "close: in the middle of a reply",
    "close: a silent server executes nothing of it",
    "renew: a free slot",
    "renew: one that somebody has",
    "renew: one that nobody has",
    "renew: leaves shared ones",
    "follow: where the key is",
    "follow: nothing",
    "forget: the last one",
    "forget: nothing",
    // Queues.
    "join: again, the old entry dies",
    "leave: takes it out",
    "leave: nothing there",
    "wake: nobody there",
    "wake: a waiting frame",
    "wake: one that does not wait there",
    "wake: a tombstone",
    "hand reply: to a frame",
    "hand reply: to a tombstone",
    "hand reply: beyond eight",
    "hand conn: to a frame",
    "hand conn: to a tombstone",
    "hand conn: there is none",
    "hand conn: to a detached frame",
    "hand conn: by a detached frame",
    "queue: an entry dies with its operation",
    // Stores.
    "keep: where nothing was",
    "keep: in place of something",
    "keep: nothing",
    "serve: of the one place",
    "serve: of a key",
    "serve: of a name",
    "serve: nothing",
    "serve: beyond eight",
    "drop: what is kept",
    "drop: nothing",
    "store: a detached frame has no place",
    "store: of a detached frame, behind a push",
    "store: the place of the key that a push is about",
    // Children.
    "spawn: by a child",
    "spawn: in place of one that nobody awaits any more",
    "spawn detached: by a detached frame",
    "child: its value",
    "child: its exception",
    "child: beyond eight",
    "orphan: runs",
    "detached: runs when its operation is over",
    // Awaits.
    "turn: takes a wake that was there",
    "receive: a ninth",
    "receive: a push",
    "receive: the rest of a lost beginning",
    "receive: of no kind",
    "receive: the rest of a lost beginning, behind a message of a kind",
    "receive: another one reads",
    "receive: behind another one",
    "receive: another one was faster",
    "receive: the socket was closed",
    "until: the first is it",
    "until: one behind the first is it",
    "until: waits for more",
    "until: a ninth",
    "until: one of its kinds",
    "got: one of its kinds",
    "saw: one of its kinds",
    "saw: ends with a send",
    "mine: a push of another owner's",
    "poll: sees something",
    "poll: sees nothing",
    "poll: another one reads",
    "parser: takes a header",
    "parser: takes all there is",
    "parser: loses a beginning",
    "parser: loses that of a group of several",
    "send: the same again",
    "send: beyond the last step",
    "send: beyond the handshake",
    "send: no socket",
    "send: waits for its writing",
    "send: waits behind another one",
    "send: the socket was closed",
    "send: a command, by a detached frame",
    "send: a command for the client",
    "choice: the first send",
    "choice: the second send",
    "choice: one beyond the 31st",
    // Cancels.
    "cancel: raise",
    "cancel: vanish",
    "cancel: raise-at-every-await",
    "cancel: kill",
    "cancel: return",
    "cancel: of a frame that is ready",
    "cancel: of one that waits",
    "cancel: a second one in the same operation",
    "cancel: not of this task",
    "cancel: not at this await",
    "cancel: passed on",
    "cancel: passed on twice",
    "cancel: of a child that has not started",
    "cancel: swallowed at a send",
    "cancel: swallowed at a poll",
    "cancel: again",
    "cancel: again, passed on",
    "cancel: again, in the next operation",
    "cancel: again, ends with the operation",
    "timeout: of a turn",
    "timeout: of a read",
    // Servers and the network.
    "server: not here",
    "server: a late write",
    "server: strays",
    "server: a command of a listing changes the session",
    "server: a command of a listing, for its operation, changes the session",
    "server: a command of a listing that the protocol knows",
    "server: a command of a listing that it does not know",
    "server: the first of several groups",
    "server: a group between the first and the last",
    "server: the last of several groups",
    "server: a late write of a closed socket",
    "server: not here, of a closed socket",
    "server: a write, again",
    "server: a write, again, of an operation that is over",
    "server: a write of a closed socket, again",
    "server: a write of a listing, again",
    "server: a repeatable write, again",
    "server: is silent",
    "server: is silent in the middle of a reply",
    "deliver: to a reader",
    "deliver: to nobody",
    "deliver: several messages at once",
    "deliver: one group to several readers",
    "deliver: a piece of a group of several",
    "push: data of an owner",
    "push: of a kind that is data, and nobody's",
    "push: of a kind that is no data",
    "push: in the middle of a reply",
    "push: behind what is on the wire",
    "push: changes the session",
    "push: unread, and nothing is owed",
    "push: one too many",
    "push: none is left",
    "push: none, of a silent server",
    "end: where a push may still come",
    "caused: to who asked",
    "caused: to all, who asked",
    "caused: to all, another one",
    "caused: to the others",
    "caused: to readers, who asked",
    "caused: to readers, another one",
    "caused: to readers of no key",
    "caused: about a key",
    "caused: about no key",
    "caused: ahead of the reply",
    "caused: behind the reply",
    "caused: by what a closed socket has left",
    "caused: not, as a test is not true",
    "caused: not, of a silent server",
    "caused: not where another server is",
    "readers: of a key",
    "readers: of all keys of an operation",
    "readers: not remembered, as a test is not true",
    "readers: forgotten",
    "invalidation: taken",
    "invalidation: taken behind a later one",
    // Errors of servers.
    "fail: a command of an operation",
    "fail: a command of a listing, for its operation",
    "fail: a command of no operation",
    "fail: in one of several ways",
    "fail: none is left",
    "fail: not what is redirected",
    "fail: not this command",
    "fail: not what is of no task",
    "fail: not of this task",
    "error: messages follow that of a case",
    "error: messages follow one that comes in place of the command",
    "error: that of a case changes the session",
    "error: one that comes in place of the command changes the session",
    "error: changes no session, as a test is not true",
    "skip: a request of an operation",
    "skip: a request of no operation",
    "skip: up to the command, over others",
    "skip: ends at once",
    "skip: goes on with what comes later",
    "skip: what is sent later",
    "skip: what is written later",
    "skip: dirty-idle by that alone",
    "held: waits",
    "held: a redirection does not wait",
    "held: an error does not wait",
    "held: what it causes does not wait",
    "held: goes out with another reply",
    "held: goes out with an error",
    "held: goes out with a redirection",
    "held: goes with the socket",
    "held: owed by what waits",
    // Sessions.
    "case: the first of several",
    "case: one between the first and the last",
    "case: the last of several",
    "session: a setting is set",
    "session: an identity becomes an owner",
    "session: an identity becomes no owner",
    "session: leaves its base",
    "session: is at its base again",
    "session: begins away from its base",
    "session: shared, not at its base",
    "session: dirty-idle by that alone",
    "session: the same owner, with another type",
    "under: a setting at its base",
    "under: a setting of no operation",
    "under: a setting of another operation",
    "under: a setting of an operation that is over",
    "under: its own setting",
    "under: its own setting, of one that never took the connection",
    "under: its own setting, from before it took the connection again",
    "under: an identity that is no owner",
    "under: the identity of the owner",
    "under: the identity of another owner",
    "under: shared, foreign to nobody",
    // Faults, and failures.
    "hit: by a cancel",
    "hit: by a timeout",
    "hit: nobody, by a timeout of a detached frame",
    "hit: by an error for it",
    "hit: one that is over, of which a frame lives",
    "hit: nobody, by an error for an operation that is over",
    "hit: who owns the connection",
    "hit: all that own the connection",
    "hit: nobody yet, by an error for no operation",
    "hit: who sends next",
    "hit: who takes a message next",
    "hit: not by a detached frame",
    "hit: the next operation, whose awaits raise",
    "hit: again",
    "hit: another one runs, and is not clear any more",
    "clear: begins behind all that were hit",
    "clear: not, as one that was hit is under way",
    "failure: as without faults",
    "failure: of one that was hit",
    "failure: of one that was not hit, and is not clear",
    "failure: of a clear one",
    "name: a text",
    "name: the last error of the server that was taken",
    "name: an error, as none was taken",
    "name: a rejection, as no error was taken",
    "name: a push is no error of the server",
    "name: an error in the value",
    "name: none free",
    "name: no connection",
    "name: no socket",
    "name: socket closed",
    "name: two readers",
    "name: timed out",
    "name: no reply",
    "name: value full",
    "name: all sent",
    "name: no child",
    "name: redirected",
    "name: rejected",
    // Operations.
    "operation: of the scenario's own",
    "operation: runs one of its name",
    "operation: the next one begins",
    "operation: the next one is there, behind an error",
    "operation: the next one is there, behind a rejection",
    "operation: the next one is there, behind a type-error",
    "operation: the next one is there, behind a cancel",
    "operation: the last one fails, of a task that goes on",
    "operation: no next one of a task that was killed",
    "operation: of another node",
    "judged: ok",
    "judged: ok, behind the first message of its reply",
    "judged: another message that answers it",
    "judged: enough",
    "judged: too few",
    "judged: too few, behind an error",
    "judged: a leak",
    "judged: a leak that the check rejects",
    "judged: of a type that is not accepted",
    "judged: mangled",
    "judged: stale, of the same owner",
    "judged: nobody's",
    "judged: nobody's, strictly",
    "judged: without a name",
    "judged: without a name, strictly",
    "judged: ignored",
    "judged: stray",
    "judged: not here",
    "judged: not here, to a command of the listing",
    "judged: an error of the server",
    "judged: an error of the server, to a command of the listing",
    "judged: an error that answers another one",
    "judged: what answers a command of the listing",
    "judged: what answers a command of another one's listing",
    "judged: a push of its own owner's data",
    "judged: a push of another owner's data",
    "judged: a push of nobody's",
    "judged: what another one has read",
    "judged: an error that another one shares",
    "judged: another message that answers what it shares",
    "shared: good",
    "shared: good, read again",
    "shared: good, as it began before",
    "shared: stale",
    "shared: of a type that is not accepted",
    "ended: cancelled",
    "ended: error",
    "ended: rejected",
    "ready: the first of several",
    // Bounds.
    "bound: steps",
    "bound: children",
    "bound: requests",
    "bound: waiters",
    "bound: readers",
    "bound: free-list",
    "bound: lingering",
});

/// A mark by its text; one that is not in the table does not compile.
struct Mark {
  std::size_t index = 0;
  consteval Mark(const char* text) : index(find(text)) {}  // NOLINT: meant to be implicit

 private:
  static consteval std::size_t find(std::string_view text) {
    const auto found = std::find(kMarks.begin(), kMarks.end(), text);
    if (found == kMarks.end()) throw "there is no such mark";
    return static_cast<std::size_t>(found - kMarks.begin());
  }
};

/// What tables call them: "await receive", "condition: readable".
std::string name_in_tables(design::Statement::Kind kind);
std::string name_in_tables(design::Expression::Kind kind);
/// Those of all that there are.
std::vector<std::string> all_statements();

class Coverage {
 public:
  void see(Mark mark) { ++marks_[mark.index]; }
  void see(const design::Statement& statement) { ++statements_.at(index(statement.kind)); }
  void see(const design::Statement& await, Way way) { ++awaits_.at(index(await.kind))[static_cast<std::size_t>(way)]; }
  void see(const design::Expression& condition, bool value);
  /// A bound by its name; one that has no mark is an error of the caller.
  void see_bound(std::string_view name) { see_named("bound: ", name); }
  /// Likewise what the engine raises, by the name of that failure.
  void see_failure(std::string_view name) { see_named("name: ", name); }

  void add(const Coverage& other);
  /// Each thing that happened there once, however often that was: adds up to the number of runs in which it did.
  void add_once(const Coverage& other);
  /// What has never happened, in words; empty: all has.
  std::vector<std::string> missing() const;
  /// How many things there are to happen, and how often each has: for tables.
  std::vector<std::pair<std::string, std::uint64_t>> all() const;

 private:
  void add(const Coverage& other, std::uint64_t most);
  void see_named(std::string_view what, std::string_view name);

  static constexpr std::size_t kStatements = static_cast<std::size_t>(design::Statement::Kind::spawn_detached) + 1;
  static constexpr std::size_t kConditions = static_cast<std::size_t>(design::Expression::Kind::disjunction) + 1;
  static constexpr std::size_t kComparisons = 6;  ///< to a number; as many to a variable stand behind these
  using Count = std::uint64_t;
  static std::size_t index(design::Statement::Kind kind) { return static_cast<std::size_t>(kind); }

  std::array<Count, kMarks.size()> marks_{};
  std::array<Count, kStatements> statements_{};
  std::array<std::array<Count, kWays>, kStatements> awaits_{};
  std::array<std::array<Count, 2>, kConditions> conditions_{};
  std::array<std::array<Count, 2>, 2 * kComparisons> comparisons_{};
};

}  // namespace interleak::oracle

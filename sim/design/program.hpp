// The step program: what compile() makes of a design, and what the engine runs.
//
// Calls are expanded in place, so a program counter says everything about where a frame is: which
// line of which procedure, inside which handlers. Every instruction that can raise knows its
// handler, every await the `on drop` code around it, and every instruction its line.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/design/syntax.hpp"

namespace interleak::design {

using Pc = std::uint16_t;
inline constexpr Pc kNowhere = 0xffff;

/// Limits of a program (docs/language.md).
inline constexpr int kMaxInstructions = 4096;
inline constexpr int kMaxCalls = 16'384;   ///< that are expanded
inline constexpr int kMaxCallDepth = 24;   ///< calls inside each other
inline constexpr int kMaxSaved = 8;        ///< exceptions being handled inside each other
inline constexpr int kMaxCounters = 4;     ///< counted loops inside each other
inline constexpr int kMaxVariables = 8;    ///< of one scope
inline constexpr int kMaxQueues = 2;       ///< of one scope
inline constexpr int kMaxStores = 2;       ///< of the pool
inline constexpr int kMaxAssertions = 128; ///< with different texts
inline constexpr int kMaxRaised = 128;     ///< texts of `raise`, different ones

enum class Op : std::uint8_t {
  jump,          ///< to target
  branch,        ///< if test[a] fails, to target
  loop_init,     ///< counter[a] = count (b: Statement::Count, number)
  loop_test,     ///< counter[a] == 0: to target; else one less
  assert_,       ///< test a + 256 b; if it fails that is told, with text `other` of Program::assertions
  assign,        ///< variable (scope b, index a), number
  copy,          ///< variable (scope b, index a), from variable `other` of scope `other_scope`
  add,           ///< likewise
  subtract,      ///< likewise
  take,
  share,
  put,
  close,
  renew,
  follow,
  forget,
  await_resolve,
  await_connect,
  await_send_request,
  await_send_handshake,
  await_send_command,  ///< command a of Program::commands
  await_send_own,      ///< command a of Program::own_commands
  await_receive,       ///< a: 0, or 1 + the kind up to which
  await_discard,       ///< likewise
  await_turn,          ///< number = 1: it may time out
  await_child,
  await_task,
  await_close,
  await_poll,
  await_pause,
  yield,
  join,        ///< queue (scope b, index a)
  leave,       ///< likewise
  wake,        ///< likewise
  hand_reply,  ///< likewise
  hand_conn,   ///< likewise
  keep,        ///< store a
  serve,       ///< likewise
  drop,        ///< likewise
  spawn,         ///< entry a; b = 1: detached
  raise,         ///< exception a; b: 1 + its text in Program::raised; 0: none
  save,          ///< handler entry: saved[a] = what was raised; deeper saved and counters >= b clear
  match,         ///< unless saved[a] is in the set b, to target
  clear,         ///< saved >= a and counters >= b become empty
  reraise,       ///< raises saved[a] again
  end,           ///< the listing ends normally
  end_dropped,   ///< the last `on drop` block has run
};

/// True for the instructions that can suspend.
constexpr bool is_await(Op op) { return op >= Op::await_resolve && op <= Op::yield; }

/// True for what counts as a step (docs/semantics.md, Bounds): a statement that does something, a look at a condition,
/// a look at the count of a loop; not what only leads from one to the next.
constexpr bool is_step(Op op) {
  return op != Op::jump && op != Op::loop_init && op != Op::save && op != Op::match && op != Op::clear &&
         op != Op::reraise && op != Op::end && op != Op::end_dropped;
}

struct Instruction {
  Op op = Op::end;
  std::uint8_t a = 0;
  std::uint8_t b = 0;
  std::uint8_t number = 0;
  std::uint8_t other = 0;
  Scope other_scope = Scope::op;
  Pc target = kNowhere;
  Pc handler = kNowhere;   ///< where an exception raised here goes; kNowhere: out of the listing
  Pc drop = kNowhere;      ///< the `on drop` code around it; kNowhere: none
  std::uint16_t line = 0;  ///< index into Program::lines
  std::uint32_t site = 0;  ///< index into Program::sites; 0: in no called procedure
};

/// A condition, with its names resolved.
struct Test {
  Expression::Kind kind = Expression::Kind::always;
  Scope scope = Scope::op;
  std::uint8_t index = 0;  ///< of the variable or queue in its scope; of the store; of the kind of message
  Expression::Comparison comparison = Expression::Comparison::unequal;
  std::uint8_t number = 0;
  bool variables = false;  ///< compare: with a variable, index `other` of its scope, and not with the number
  Scope other_scope = Scope::op;
  std::uint8_t other = 0;
  std::vector<Test> operands;
};

/// A line of a listing that some instruction came from.
struct SourceLine {
  std::string procedure;
  std::string origin;      ///< id of the design that it was written in
  int line = 0;            ///< index in the listing, from 0
  std::string text;        ///< without indentation and comment
  Position at;
};

/// A call that was expanded in place.
struct CallSite {
  SourceLine line;         ///< of the `call`
  std::uint32_t outer = 0; ///< the call around it, index into Program::sites; 0: none
};

struct Program {
  std::vector<Instruction> code;
  std::vector<Pc> entries;                 ///< 0: `execute`; then what else operations begin with, and spawned ones
  std::vector<std::string> entry_names;    ///< the procedure of each
  std::vector<std::string> commands;       ///< of `await send "COMMAND"`, and `await send COMMAND for client`
  std::vector<std::string> own_commands;   ///< of `await send COMMAND`
  std::vector<std::string> kinds;          ///< of messages that it asks for: by `got`, `saw`, `until`
  std::vector<Test> tests;
  std::vector<SourceLine> lines;           ///< in order of first use
  std::vector<CallSite> sites = {{}};      ///< the first one is none
  std::vector<std::string> op_variables, conn_variables, pool_variables, socket_variables;
  std::vector<std::uint8_t> op_initial, conn_initial, pool_initial, socket_initial;
  std::vector<std::string> assertions;  ///< what each `assert` says, in the order of the code
  std::vector<std::string> raised;      ///< what each `raise` says, in the order of the code
  bool carries_refusals = false;        ///< some `raise` says nothing: it carries on what the server has said
  std::vector<std::string> conn_queues, pool_queues;
  std::vector<std::string> pool_stores;    ///< by name
  std::vector<Places> store_places;        ///< of each of them

  /// What a branch or an assertion asks.
  const Test& test_of(const Instruction& i) const { return tests[i.a + 256u * i.b]; }
};

/// What listings know of the protocol for which they are compiled.
struct ProtocolNames {
  std::string protocol;
  std::vector<std::string> entries;   ///< procedures that operations may begin with, `execute` first
  std::vector<std::string> kinds;     ///< of messages
  std::vector<std::string> commands;
};

/// Compiles a design, or appends what is wrong with it to `errors` (unknown names, recursion, too
/// long, a loop that may not end) and returns nothing. Of the entries those that the design does not have are left out,
/// but the first, without which there is no program.
std::optional<Program> compile(const Design& design, const ProtocolNames& names, Diagnostics& errors);

}  // namespace interleak::design

// The operations of a scenario and the commands of a design, as the engine needs them: owners, types and keys are
// numbers, and each operation knows its commands and what it makes of their replies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/design/program.hpp"
#include "sim/protocol/protocol.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/world/keys.hpp"
#include "sim/world/state.hpp"

namespace interleak::world {

inline constexpr std::uint8_t kNoPlace = 0xff;

/// What is kept of the session of a socket: variables that something depends on, or, with the physics `session`, all.
struct SessionInfo {
  std::vector<std::uint8_t> kept;  ///< by place in Socket::variables: index in Protocol::session; settings come first
  std::size_t settings = 0;  ///< how many of them are settings
  std::vector<bool> watched;  ///< by place: a setting under which some command is executed, and that is not shared
};

/// A message of a reply.
struct MessageInfo {
  std::uint8_t command = 0;  ///< index of the one that it answers
  std::string text;  ///< whose data: its key, or all of them; of what is nobody's, its text
  int key = -1;  ///< index of the key that it holds; -1: none, or all of them
  std::uint8_t kind = 0;  ///< index in Protocol::kinds; kNoKind: none
  bool nobodys = false;  ///< it is nobody's data
  bool ignored = false;  ///< the client throws it away, whatever it is
  bool error = false;  ///< it says that the server refused
  bool push = false;  ///< it answers nothing
  bool held = false;  ///< it waits at the server for a reply that is not held
  bool refused = false;  ///< of a reply that has an error
  std::uint8_t place = kNoPlace;  ///< in the operation's value; kNoPlace: none
  bool closes_group = false;  ///< the last of its group; none of what is held is
  bool closes_reply = false;  ///< the last of its reply
  std::uint8_t type = 0;  ///< type index
};
inline constexpr std::uint8_t kNoKind = 0xff;

/// What comes of a command in a session of which the tests are true. Of these, and of the assignments, the variable is
/// its place in Socket::variables.
struct CaseInfo {
  std::uint8_t first = 0;  ///< the first message of its reply, counted from that of the command
  std::vector<protocol::Test> when;
  std::vector<protocol::Assignment> sets;
  std::vector<protocol::Cause> causes;  ///< what its execution pushes
  bool data = false;  ///< some message of its reply is data
  bool refuses = false;  ///< some message of its reply is an error
};

/// An error that may answer a command without its being executed.
struct FailureInfo {
  std::uint8_t kind = 0;  ///< index in Protocol::kinds
  std::uint8_t first = 0;  ///< the first message of that reply, counted from that of the command
};

/// What is so where an error answers a command; tests and assignments are of places in Socket::variables.
struct RefusalInfo {
  std::vector<protocol::Test> when;
  std::vector<protocol::Assignment> sets;
  bool skips = false;  ///< what is asked behind it is skipped
};

/// What a server may push; the tests and assignments are of places in Socket::variables.
struct PushInfo {
  std::vector<protocol::Test> when;
  std::vector<protocol::Assignment> sets;
  bool caused = false;  ///< it comes with a command, and in no other way
  bool invalidates = false;  ///< it says that a key has changed
};

/// A command of an operation, or one that a listing names.
struct CommandInfo {
  std::string request;  ///< its name, and its key, if it has one
  std::uint8_t told = 0xff;  ///< index in Protocol::commands; 0xff: the protocol does not know it
  int key = -1;  ///< index of the key that it is for; -1: none, or all of them
  std::uint8_t first = 0;  ///< the first message that may answer it
  std::uint8_t labels = 0;  ///< how many may, those of all cases and failures
  std::uint8_t messages = 0;  ///< how many do at most, in one of these
  bool writes = false;  ///< it changes data
  bool once = false;  ///< a write of the operation's own steps that is not to be executed twice
  bool ignored = false;  ///< the client throws the reply away, whatever it is
  std::vector<CaseInfo> cases = {{}};
  std::vector<FailureInfo> failures;  ///< by kind
  RefusalInfo refusal;
  std::vector<std::uint8_t> under;  ///< variables on which its effect depends: places in Socket::variables
  std::uint8_t end_place = 0;  ///< behind the places of its results in the operation's value
};

/// What is asked, in order, and what answers it, command by command; behind these, what may be pushed.
struct Exchange {
  std::vector<CommandInfo> commands;
  std::vector<MessageInfo> messages;
  std::size_t first_push = 0;  ///< where the pushes begin, in the order of the protocol
};

/// An operation as the engine needs it.
struct OperationInfo : Exchange {
  std::uint8_t task = 0;
  std::uint8_t script = 0;  ///< index in the task's script
  std::uint8_t owner = 0;  ///< index of the owner: tasks may share one
  OpId identity = 0;  ///< the first operation of the same owner with the same type, as which a session knows them
  std::uint8_t sort = 0;  ///< operations of one sort are of a kind (docs/semantics.md, Faults)
  std::uint8_t type = 0;  ///< of its data: type index
  std::uint8_t node = 0;  ///< from 0: where the clients believe its key to be
  std::uint8_t home = 0;  ///< where it is
  std::uint8_t moved_key = 0;  ///< number of the key among those that have moved, if home is not node
  bool large = false;  ///< its requests do not fit into the socket's buffers
  std::uint8_t entry = 0;  ///< index into Program::entries
  std::vector<std::uint8_t> places;  ///< of its value: the command that each answers
  std::vector<std::uint8_t> steps;  ///< where each group of commands that is sent together ends
  std::size_t by_name = 0;  ///< where the commands begin that listings send for it by name
  std::uint64_t accepts = 0;  ///< set of type indices
  std::uint64_t mangles = 0;  ///< likewise
  bool shared = false;  ///< what another operation of the same owner has read is as good an answer
  bool strict = false;  ///< replies of nobody's data are errors, unless accepted
};

/// All operations of all tasks, in their order, and what is found out about them on the way.
struct Operations {
  std::vector<OperationInfo> all;
  std::vector<OpId> first;  ///< of each task
  std::size_t moved_keys = 0;  ///< keys that have moved to another node
  bool stepped = false;  ///< some operation is sent in more than one step
  bool grouped = false;  ///< some reply is made in more than one group
  bool held = false;  ///< some reply waits at the server
  std::size_t sorts = 0;
  std::size_t once = 0;  ///< of each operation so many commands, from the first, may be ones to execute once
};

/// What is kept of sessions.
SessionInfo session_of(const protocol::Protocol& protocol, bool all);

/// The pushes of a protocol, in its order.
std::vector<PushInfo> pushes_of(const protocol::Protocol& protocol, const SessionInfo& session);

/// Precondition: the scenario is one that the reader has let through.
Operations operations_of(const scenario::Scenario& scenario, const design::Program& program, const SessionInfo& session,
                         int nodes);

/// The commands of the handshake, then those that the listings send by name, and for no operation.
Exchange named_commands(const protocol::Protocol& protocol, const design::Design& design,
                        const design::Program& program, const SessionInfo& session);

/// How many messages may answer an operation, those included that answer what the listings send for it by name.
std::size_t messages_of(const scenario::Scenario& scenario, const scenario::Operation& operation,
                        const design::Program& program);

/// Some reply is made in more than one group.
bool has_groups(const Exchange& exchange);
/// Some reply waits at the server for another.
bool has_held(const Exchange& exchange);

/// Node (from 0) that holds the hash slot of a key, slots divided evenly (hash_slot.hpp).
int node_of_key(std::string_view key, int nodes);

}  // namespace interleak::world

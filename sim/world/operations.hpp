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
#include "sim/world/state.hpp"

namespace interleak::world {

/// A message of a reply.
struct MessageInfo {
  std::uint8_t command = 0;      ///< index of the one that it answers
  std::string text;              ///< whose data: its key, or all of them; of what is nobody's, its text
  int key = -1;                  ///< index of the key that it holds; -1: none, or all of them
  std::uint8_t kind = 0;         ///< index in Protocol::kinds; kNoKind: none
  bool nobodys = false;          ///< it is nobody's data
  bool ignored = false;          ///< the client throws it away, whatever it is
  bool result = false;           ///< it has a place in the operation's value
  bool closes_group = false;     ///< the last of its group
  std::uint8_t type = 0;         ///< type index
};
inline constexpr std::uint8_t kNoKind = 0xff;

/// A command of an operation, or one that a listing names.
struct CommandInfo {
  std::string request;           ///< its name, and its key, if it has one
  std::uint8_t first = 0;        ///< the first message that answers it
  std::uint8_t messages = 1;     ///< how many do
  bool writes = false;           ///< it changes data
  protocol::Flags raises = 0, lowers = 0;   ///< what it does to the session
};

/// What is asked, in order, and what answers it, command by command.
struct Exchange {
  std::vector<CommandInfo> commands;
  std::vector<MessageInfo> messages;
};

/// An operation as the engine needs it.
struct OperationInfo : Exchange {
  std::uint8_t task = 0;
  std::uint8_t script = 0;       ///< index in the task's script
  std::uint8_t owner = 0;        ///< index of the owner: tasks may share one
  std::uint8_t node = 0;         ///< from 0: where the clients believe its key to be
  std::uint8_t home = 0;         ///< where it is
  std::uint8_t moved_key = 0;    ///< number of the key among those that have moved, if home is not node
  bool large = false;            ///< its requests do not fit into the socket's buffers
  std::uint8_t entry = 0;        ///< index into Program::entries
  std::vector<std::uint8_t> results;   ///< the messages that its value is made of, in order
  std::vector<std::uint8_t> steps;  ///< where each group of commands that is sent together ends
  std::uint64_t accepts = 0;     ///< set of type indices
  std::uint64_t mangles = 0;     ///< likewise
  bool strict = false;           ///< replies of nobody's data are errors, unless accepted
};

/// All operations of all tasks, in their order, and what is found out about them on the way.
struct Operations {
  std::vector<OperationInfo> all;
  std::vector<OpId> first;          ///< of each task
  std::size_t moved_keys = 0;       ///< keys that have moved to another node
  bool stepped = false;             ///< some operation is sent in more than one step
  bool grouped = false;             ///< some reply is made in more than one group
};

/// Precondition: the scenario is one that the reader has let through.
Operations operations_of(const scenario::Scenario& scenario, const design::Program& program, int nodes);

/// The commands of the handshake, then those that the listings send by name.
Exchange named_commands(const protocol::Protocol& protocol, const design::Design& design,
                        const design::Program& program);

/// Some reply is made in more than one group.
bool has_groups(const Exchange& exchange);

/// Node (from 0) that holds the hash slot of a key, slots divided evenly (hash_slot.hpp).
int node_of_key(std::string_view key, int nodes);

}  // namespace interleak::world

// Words for the things of one world: tasks, owners, frames, connections, queues, commands, lines of listings.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/design/program.hpp"
#include "sim/words/prose.hpp"
#include "sim/world/world.hpp"

namespace interleak::words {

/// A line of a listing.
struct LineView {
  std::string procedure;
  std::string origin;        ///< id of the design in which it was written
  int line = 0;              ///< from 1
  std::string text;          ///< without its indentation
  std::vector<LineView> callers = {};   ///< the lines that called this procedure, the innermost first
};

/// Without the callers.
LineView line_of(const design::SourceLine& source);
/// The line that an instruction came from, without the callers and with them.
LineView line_of(const world::World& world, design::Pc pc);
LineView line_with_callers(const world::World& world, design::Pc pc);

/// "c1".
std::string connection(world::ConnId conn);
/// "1 reply", "2 replies"; `one`: the noun.
std::string count_of(std::size_t number, const std::string& one);

/// A task by its id, by the index of the task.
Prose task(const world::World& world, int task);
/// The task that does an operation. Precondition: not of the handshake, as for owner().
Prose task_of(const world::World& world, world::OpId op);
/// Whose data an operation is about. Tasks may share an owner: it is named as that of the first of them.
Prose owner_of(const world::World& world, world::OpId op);
Prose owner_named(const world::World& world, const std::string& owner);
/// A task's own frame, or a child: "alice", "alice'".
Prose frame(const world::World& world, world::FrameId frame);
/// The frame that acts in an event, by the event's text in a schedule: "alice", "!alice'", "alice~1"; -1: none does.
int frame_of_event(const world::World& world, std::string_view text);
/// What an event is called in a schedule; a frame that acts in it is named.
Prose event_text(const world::World& world, const std::string& text);

/// "GET history", "AUTH".
const std::string& request(const world::World& world, world::Label label);
/// "alice's history", "OK for alice's SET history", "the reply to AUTH".
Prose reply(const world::World& world, world::Label label);

/// "no reply", "1 of 2 replies": how much of what an operation asked for is in its value.
std::string taken(const world::World& world, world::OpId op, std::span<const world::Label> value);

/// "pool.cache": the store that an instruction names.
std::string store_name(const world::World& world, const design::Instruction& instruction);
/// "conn.owed".
std::string variable_name(const world::World& world, design::Scope scope, std::uint8_t index);
/// "pool.waiters": the queue that an instruction names.
std::string queue_name(const world::World& world, const design::Instruction& instruction);

}  // namespace interleak::words

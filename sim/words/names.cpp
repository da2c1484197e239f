// See names.hpp.
#include "sim/words/names.hpp"

#include <algorithm>

#include "sim/world/findings.hpp"

namespace interleak::words {
namespace {

using world::Label;
using world::OpId;
using world::World;

const scenario::Task& scenario_task(const World& world, OpId op) {
  return world.scenario().tasks[world.operations()[op].task];
}

/// What a reply is, if the session in which it was asked for is as it should be.
Prose whole_reply(const World& world, Label label) {
  const world::MessageInfo& message = world.message(label);
  if (label.op == world::kHandshakeOp || (message.push && message.nobodys)) return Prose(message.text);
  if (message.nobodys) return message.text + " for " + owner_of(world, label.op) + "'s " + request(world, label);
  return owner_of(world, label.op) + "'s " + message.text;
}

}  // namespace

LineView line_of(const design::SourceLine& source) {
  return {source.procedure, source.origin, source.line + 1, source.text, {}};
}

LineView line_of(const World& world, design::Pc pc) {
  const design::Program& program = world.program();
  return line_of(program.lines[program.code[pc].line]);
}

LineView line_with_callers(const World& world, design::Pc pc) {
  const design::Program& program = world.program();
  LineView view = line_of(world, pc);
  for (auto site = program.code[pc].site; site != 0; site = program.sites[site].outer) {
    view.callers.push_back(line_of(program.sites[site].line));
  }
  return view;
}

std::string connection(world::ConnId conn) { return "c" + std::to_string(conn); }

std::string count_of(std::size_t number, const std::string& one) {
  const bool consonant_y = one.back() == 'y';
  const std::string many = consonant_y ? one.substr(0, one.size() - 1) + "ies" : one + "s";
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

Prose task(const World& world, int task) {
  return Prose::name(task, world.scenario().tasks[static_cast<std::size_t>(task)].id);
}

Prose task_of(const World& world, OpId op) { return task(world, world.operations()[op].task); }

Prose owner_of(const World& world, OpId op) { return owner_named(world, scenario_task(world, op).owner); }

Prose owner_named(const World& world, const std::string& owner) {
  const auto& tasks = world.scenario().tasks;
  const auto first = std::find_if(tasks.begin(), tasks.end(), [&](const auto& each) { return each.owner == owner; });
  return first == tasks.end() ? Prose(owner) : Prose::name(static_cast<int>(first - tasks.begin()), owner);
}

Prose frame(const World& world, world::FrameId frame) {
  return task(world, world::task_of(frame)) + std::string(static_cast<std::size_t>(world::place_of(frame)), '\'');
}

int frame_of_event(const World& world, std::string_view text) {
  if (!text.empty() && text[0] == '!') text.remove_prefix(1);
  const std::string_view name = text.substr(0, text.find('~'));
  for (int f = 0; f < world.frames(); ++f) {
    if (world.frame_name(static_cast<world::FrameId>(f)) == name) return f;
  }
  return -1;
}

Prose event_text(const World& world, const std::string& text) {
  const int acting = frame_of_event(world, text);
  if (acting < 0) return Prose(text);
  const std::size_t choice = text.find('~');
  return (text[0] == '!' ? "!" : "") + frame(world, static_cast<world::FrameId>(acting)) +
         (choice == std::string::npos ? "" : text.substr(choice));
}

const std::string& request(const World& world, Label label) { return world.command(label).request; }

Prose reply(const World& world, Label label) {
  if (label.mark() == world::Mark::moved) {
    return world.scenario().protocol->elsewhere + " for " + owner_of(world, label.op) + "'s " + request(world, label);
  }
  Prose out = whole_reply(world, label);
  if (label.mark() == world::Mark::stray) out += " of a session that was not set up";
  return out;
}

std::string taken(const World& world, OpId op, std::span<const Label> value) {
  const auto counts = [&](Label each) { return world::is_looked_at(world, each, op); };
  const auto had = std::ranges::count_if(value, counts);
  if (had == 0) return "no reply";
  return std::to_string(had) + " of " + count_of(world.operations()[op].places.size(), "reply");
}

std::string variable_name(const World& world, design::Scope scope, std::uint8_t index) {
  const design::Program& program = world.program();
  switch (scope) {
    case design::Scope::op: return "op." + program.op_variables[index];
    case design::Scope::conn: return "conn." + program.conn_variables[index];
    case design::Scope::socket: return "socket." + program.socket_variables[index];
    case design::Scope::pool: break;
  }
  return "pool." + program.pool_variables[index];
}

std::string store_name(const World& world, const design::Instruction& instruction) {
  return "pool." + world.program().pool_stores[instruction.a];
}

std::string queue_name(const World& world, const design::Instruction& instruction) {
  const bool of_pool = static_cast<design::Scope>(instruction.b) == design::Scope::pool;
  const auto& names = of_pool ? world.program().pool_queues : world.program().conn_queues;
  return (of_pool ? "pool." : "conn.") + names[instruction.a];
}

}  // namespace interleak::words

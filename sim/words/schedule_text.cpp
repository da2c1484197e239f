// See schedule_text.hpp.
#include "sim/words/schedule_text.hpp"

#include <algorithm>
#include <variant>

#include "sim/terms/events.hpp"
#include "sim/words/frames.hpp"
#include "sim/words/names.hpp"

namespace interleak::words {
namespace {

using terms::EventKind;
using world::FrameId;
using world::State;
using world::World;

/// Why the event of a frame is not enabled; `cancel`: it is cancelled by it.
Prose why_frame_rests(const World& world, const State& state, FrameId id, bool cancel) {
  if (cancel && !world::is_own(id)) return Prose("a child cannot be cancelled");
  if (cancel && state.budget == 0) return Prose("no cancels are left");
  const bool behind = !cancel && world.fifo() && state.frame(id).status == world::Status::ready;
  return frame(world, id) + " " + posture(world, state, id) + (behind ? ", but another task is before it" : "");
}

/// Why an event of this kind on a connection is not enabled.
std::string why_connection_rests(const State& state, world::ConnId conn, EventKind kind) {
  const std::string name = connection(conn);
  switch (kind) {
    case EventKind::serve:
    case EventKind::silence:
      return state.socket(conn).silent ? "the server is silent on " + name : name + " has no unanswered request";
    case EventKind::deliver: return name + " has no reply on the wire";
    case EventKind::deliver_header:
    case EventKind::deliver_part:
      return name + " has no reply on the wire of which less has come, or replies come whole (physics: fragments)";
    case EventKind::drain: return name + " has nothing in the kernel's buffer";
    case EventKind::flush: return name + " has nothing left to write";
    case EventKind::linger: return "no closed socket of " + name + " has left a write";
    case EventKind::fail: return "the server cannot fail so on " + name + " now";
    case EventKind::push: return "the server pushes no such thing on " + name + " now";
    case EventKind::resume:
    case EventKind::cancel:
    case EventKind::timeout: break;
  }
  return "";
}

/// Why the event of a connection that has this text is not enabled; empty: there is no such event.
std::string why_connections_rest(const World& world, const State& state, std::string_view text) {
  for (int c = 1; c <= world.connections(); ++c) {
    for (const terms::EventInfo& event : terms::kEvents) {
      const std::string_view plain = terms::without_name(event.kind, text);
      if (terms::is_run(event.kind) || plain != terms::text_of(event.kind, std::to_string(c))) continue;
      return why_connection_rests(state, static_cast<world::ConnId>(c), event.kind);
    }
  }
  return "";
}

/// Says which event of this text is not enabled in this state, and why.
void refuse(const World& world, const State& state, const std::string& text, Refusal& refusal) {
  if (const int acting = frame_of_event(world, text); acting >= 0) {
    refusal.event = event_text(world, text);
    refusal.reason = why_frame_rests(world, state, static_cast<FrameId>(acting), text[0] == '!');
    return;
  }
  const bool timeout = text.starts_with(terms::info_of(EventKind::timeout).prefix);
  const std::string reason = timeout ? "nothing there may time out now" : why_connections_rest(world, state, text);
  if (!reason.empty()) refusal.event = Prose(text);
  refusal.reason = Prose(reason.empty() ? "there is no event \"" + text + "\"" : reason);
}

/// Plays the words of a schedule; stops at the first event that is not enabled.
std::optional<Refusal> play(const World& world, const std::vector<ScheduleWord>& words, Events& events) {
  State state = world.initial();
  Events enabled;
  for (const ScheduleWord& word : words) {
    for (std::uint32_t i = 0; i < word.count; ++i) {
      enabled.clear();
      world.enabled(state, enabled);
      const auto found =
          std::find_if(enabled.begin(), enabled.end(), [&](Event event) { return world.text(event) == word.text; });
      if (found == enabled.end()) {
        Refusal refusal;
        refusal.number = events.size() + 1;
        refusal.offset = word.offset;
        refuse(world, state, std::string(word.text), refusal);
        for (const Event event : enabled) refusal.enabled.push_back(world.text(event));
        return refusal;
      }
      events.push_back(*found);
      world.apply(state, events.back());
    }
  }
  return std::nullopt;
}

}  // namespace

Prose Refusal::told() const { return event.empty() ? reason : event + " is not enabled: " + reason; }

Refusal refusal_of(const ScheduleError& malformed) { return {0, malformed.offset, {}, Prose(malformed.message), {}}; }

std::optional<Refusal> parse_schedule(const World& world, std::string_view text, Events& events) {
  events.clear();
  const auto split = split_schedule(text);
  if (const auto* error = std::get_if<ScheduleError>(&split)) return refusal_of(*error);
  return play(world, std::get<std::vector<ScheduleWord>>(split), events);
}

}  // namespace interleak::words

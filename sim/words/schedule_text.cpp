// See schedule_text.hpp.
#include "sim/words/schedule_text.hpp"

#include <algorithm>
#include <variant>

#include "sim/words/frames.hpp"
#include "sim/words/names.hpp"

namespace interleak::words {
namespace {

using world::FrameId;
using world::State;
using world::World;

/// Why the event of a frame is not enabled; `cancel`: it is cancelled by it.
Prose why_frame_rests(const World& world, const State& state, FrameId id, bool cancel) {
  if (cancel && id % world::kFramesPerTask != 0) return Prose("a child cannot be cancelled");
  if (cancel && state.budget == 0) return Prose("no cancels are left");
  const bool behind = !cancel && world.fifo() && state.frames[id].status == world::Status::ready;
  return frame(world, id) + " " + posture(world, state, id) + (behind ? ", but another task is before it" : "");
}

/// Why an event on a connection is not enabled; empty: there is no such event on it.
std::string why_connection_rests(const State& state, int conn, std::string_view text) {
  const std::string number = std::to_string(conn), name = "c" + number;
  if (text == "srv." + number || text == "sil." + number) {
    return state.conns[conn - 1].silent ? "the server is silent on " + name : name + " has no unanswered request";
  }
  if (text == "flu." + number) return name + " has nothing left to write";
  if (text == "srv." + number + "@old") return "no closed socket of " + name + " has left a write";
  if (text == "krn." + number) return name + " has nothing in the kernel's buffer";
  if (text.starts_with("net." + number + ":")) {
    return name + " has no reply on the wire of which less has come, or replies come whole (physics: fragments)";
  }
  return text == "net." + number ? name + " has no reply on the wire" : "";
}

/// Says which event of this text is not enabled in this state, and why.
void refuse(const World& world, const State& state, const std::string& text, Refusal& refusal) {
  if (const int acting = frame_of_event(world, text); acting >= 0) {
    refusal.event = event_text(world, text);
    refusal.reason = why_frame_rests(world, state, static_cast<FrameId>(acting), text[0] == '!');
    return;
  }
  std::string reason = text.starts_with("tmo.") ? "nothing there may time out now" : "";
  for (int c = 1; c <= world.connections() && reason.empty(); ++c) reason = why_connection_rests(state, c, text);
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
      const auto found = std::find_if(enabled.begin(), enabled.end(),
                                      [&](Event event) { return world.text(event) == word.text; });
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

// Replay of one schedule, and schedules as texts.
//
// A text is read against the system: each word must be the text of an event that is enabled when
// its turn comes, so no driver needs to know how events are named.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/explore/run.hpp"
#include "sim/kernel/schedule.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// The first event that could not happen.
struct NotEnabled {
  std::size_t number = 0;  ///< from 1
  Events enabled;          ///< what could have happened instead
};

/// Plays `events` from the start. What happened, or where it could not go on.
template <Replayable R>
std::variant<Run, NotEnabled> replay(R& system, std::span<const Event> events) {
  Player<R> player(system);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!player.is_enabled(events[i])) return NotEnabled{i + 1, player.enabled()};
    player.step(events[i]);
  }
  return player.run();
}

namespace detail {

template <Replayable R>
std::vector<std::string> texts_of(const R& system, const Events& events) {
  std::vector<std::string> texts;
  texts.reserve(events.size());
  for (const Event event : events) texts.push_back(system.text(event));
  return texts;
}

}  // namespace detail

/// Text -> events, all of them enabled in turn; `system` is left behind the last one. The error has
/// number 0 if the text itself is malformed.
template <Replayable R>
std::variant<Events, ScheduleError> parse_schedule(R& system, std::string_view text) {
  auto words = split_schedule(text);
  if (auto* error = std::get_if<ScheduleError>(&words)) return std::move(*error);
  Player<R> player(system);
  Events events;
  for (const ScheduleWord& word : std::get<std::vector<ScheduleWord>>(words)) {
    for (std::uint32_t i = 0; i < word.count; ++i) {
      auto texts = detail::texts_of(system, player.enabled());
      const auto found = std::ranges::find(texts, word.text);
      if (found == texts.end()) {
        return not_enabled(word, events.size() + 1, std::move(texts));
      }
      events.push_back(player.enabled()[static_cast<std::size_t>(found - texts.begin())]);
      player.step(events.back());
    }
  }
  return events;
}

/// Events -> text, with `*n` for repetitions.
template <Replayable R>
std::string print_schedule(const R& system, const Events& events) {
  return join_schedule(detail::texts_of(system, events));
}

}  // namespace interleak::explore

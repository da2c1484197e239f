// Schedules as texts: event texts with blanks between, `alice*3` for three times the same event.
// Pure text; what the words mean is the system's business (explore/replay.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace interleak {

inline constexpr std::size_t kMaxScheduleEvents = 100'000;
inline constexpr std::size_t kMaxScheduleBytes = std::size_t{1} << 20;

/// One word of a schedule.
struct ScheduleWord {
  std::string_view text;     ///< without the count; points into the schedule's text
  std::uint32_t count = 1;   ///< 1 to kMaxScheduleEvents
  std::size_t offset = 0;    ///< where the word begins, in bytes
};

/// Why a text is not a schedule of a system.
struct ScheduleError {
  std::size_t number = 0;            ///< of the event that is not enabled, from 1; 0: malformed
  std::size_t offset = 0;            ///< in the text, in bytes
  std::string message;               ///< one line, no full stop
  std::vector<std::string> enabled;  ///< what would have been enabled
};

/// Cuts a text at blanks (space, tab, line ends) and reads the counts. At most kMaxScheduleBytes
/// bytes and kMaxScheduleEvents events.
std::variant<std::vector<ScheduleWord>, ScheduleError> split_schedule(std::string_view text);

/// The reverse: words with one space between, repetitions as `*n`.
std::string join_schedule(std::span<const std::string> texts);

/// The error for the event with this number.
ScheduleError not_enabled(const ScheduleWord& word, std::size_t number, std::vector<std::string> enabled);

}  // namespace interleak

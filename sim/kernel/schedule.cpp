// Schedules as texts: see schedule.hpp.
#include "sim/kernel/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace interleak {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// A word of a stranger, fit for one line of a message.
std::string quoted(std::string_view word) {
  constexpr std::size_t kLongest = 60;
  std::string text(word.substr(0, kLongest));
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return "'" + text + (word.size() > kLongest ? "...'" : "'");
}

ScheduleError malformed(std::size_t offset, std::string message) { return {0, offset, std::move(message), {}}; }

std::optional<std::uint32_t> read_count(std::string_view digits) {
  std::uint32_t count = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, count);
  if (error != std::errc() || stop != end || count == 0 || count > kMaxScheduleEvents) return {};
  return count;
}

std::variant<ScheduleWord, ScheduleError> read_word(std::string_view word, std::size_t offset) {
  const std::size_t star = word.rfind('*');
  if (star == std::string_view::npos) return ScheduleWord{word, 1, offset};
  if (star == 0) return malformed(offset, quoted(word) + " names no event before its '*'");
  const auto count = read_count(word.substr(star + 1));
  if (count) return ScheduleWord{word.substr(0, star), *count, offset};
  return malformed(offset + star + 1,
                   "the count of " + quoted(word) + " is not a number from 1 to " + std::to_string(kMaxScheduleEvents));
}

}  // namespace

std::variant<std::vector<ScheduleWord>, ScheduleError> split_schedule(std::string_view text) {
  if (text.size() > kMaxScheduleBytes) {
    return malformed(kMaxScheduleBytes, "the schedule is longer than " + std::to_string(kMaxScheduleBytes) + " bytes");
  }
  std::vector<ScheduleWord> words;
  std::size_t events = 0;
  for (std::size_t at = 0; (at = text.find_first_not_of(kBlanks, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    auto word = read_word(text.substr(at, end - at), at);
    if (auto* error = std::get_if<ScheduleError>(&word)) return std::move(*error);
    words.push_back(std::get<ScheduleWord>(word));
    events += words.back().count;
    if (events > kMaxScheduleEvents) {
      return malformed(at, "the schedule has more than " + std::to_string(kMaxScheduleEvents) + " events");
    }
    at = end;
  }
  return words;
}

std::string join_schedule(std::span<const std::string> texts) {
  std::string result;
  for (std::size_t i = 0; i < texts.size();) {
    std::size_t end = i + 1;
    while (end < texts.size() && texts[end] == texts[i]) ++end;
    if (i != 0) result += ' ';
    result += texts[i];
    if (end - i > 1) result += '*' + std::to_string(end - i);
    i = end;
  }
  return result;
}

ScheduleError not_enabled(const ScheduleWord& word, std::size_t number, std::vector<std::string> enabled) {
  return {number, word.offset, quoted(word.text) + " is not enabled", std::move(enabled)};
}

}  // namespace interleak

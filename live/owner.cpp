#include "live/owner.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>

#define XXH_INLINE_ALL  // header-only: nothing to link
#include <xxhash.h>

#include "live/processes.hpp"

namespace interleak::live {
namespace {

constexpr std::size_t kPlaceDigits = 12;

std::string place_of_this() {
  std::string all;
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), all);
  for (const char* name : {"/proc/self/ns/pid", "/proc/self/ns/time"}) {
    std::error_code failed;
    all += " " + std::filesystem::read_symlink(name, failed).string();
  }
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(all.data(), all.size())));
  return std::string(digits.data(), kPlaceDigits);
}

/// The number before the next dot, which is taken away with it.
template <class Number>
bool take_number(std::string_view& text, Number& out) {
  const char* last = text.data() + text.size();
  const auto [end, failed] = std::from_chars(text.data(), last, out);
  if (failed != std::errc{} || end == last || *end != '.' || out <= 0) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return true;
}

}  // namespace

Owner this_owner() {
  const auto self = process_of(::getpid());
  return {::getpid(), self ? self->start : 1, place_of_this()};
}

std::string text_of(const Owner& owner) {
  return std::to_string(owner.process) + "." + std::to_string(owner.start) + "." + owner.place;
}

std::optional<Owner> owner_of(std::string_view text) {
  Owner out;
  if (!take_number(text, out.process) || !take_number(text, out.start)) return std::nullopt;
  if (text.size() != kPlaceDigits || text.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return std::nullopt;
  }
  out.place = text;
  return out;
}

bool is_gone(const Owner& owner) {
  static const std::string kHere = place_of_this();
  if (owner.place != kHere) return false;
  if (const auto found = process_of(owner.process)) return found->start != owner.start || found->is_dead();
  return ::kill(owner.process, 0) != 0 && errno == ESRCH;   // where /proc hides those of others
}

}  // namespace interleak::live

// Where a frame can be suspended: the kinds of await, one table with all that is said of them elsewhere.
// Definitions: docs/semantics.md, Frames and awaits; the statements: docs/language.md.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/terms/table.hpp"

namespace interleak::terms {

enum class AwaitKind : std::uint8_t {
  connect,
  send,
  receive,
  discard,
  turn,
  child,
  close,
  pause,
  resolve,
  poll,
  task,
  yield
};

struct AwaitInfo {
  AwaitKind kind = AwaitKind::connect;
  std::string_view name;          ///< as scenarios and reports write it; the statement is "await NAME"
  bool cancellable = false;       ///< a cancel may land there
  bool on_connection = false;     ///< whoever is suspended there works on the connection of its register
};

/// In the order of the enumeration. Those where a cancel may land come first.
inline constexpr std::array<AwaitInfo, 12> kAwaits = {{
    {AwaitKind::connect, "connect", true, true},
    {AwaitKind::send, "send", true, true},
    {AwaitKind::receive, "receive", true, true},
    {AwaitKind::discard, "discard", true, true},
    {AwaitKind::turn, "turn", true, false},
    {AwaitKind::child, "child", true, false},
    {AwaitKind::close, "close", true, true},
    {AwaitKind::pause, "pause", true, false},
    {AwaitKind::resolve, "resolve", true, true},
    {AwaitKind::poll, "poll", true, true},
    {AwaitKind::task, "task", true, false},
    {AwaitKind::yield, "yield", false, false},
}};
static_assert(in_order(kAwaits, &AwaitInfo::kind), "kAwaits is indexed by the enumeration");

constexpr const AwaitInfo& info_of(AwaitKind kind) { return kAwaits[static_cast<std::size_t>(kind)]; }

inline constexpr auto kAwaitNames = column(kAwaits, &AwaitInfo::name);

/// Names of the awaits where a cancel may land; the index is the kind. What `cancel.at` chooses from.
inline constexpr auto kCancellableAwaits = [] {
  std::array<std::string_view, count_of(kAwaits, &AwaitInfo::cancellable)> names{};
  std::copy_n(kAwaitNames.begin(), names.size(), names.begin());
  return names;
}();
static_assert(std::is_partitioned(kAwaits.begin(), kAwaits.end(), [](const AwaitInfo& row) { return row.cancellable; }),
              "kCancellableAwaits is indexed by the kind");

/// A set of awaits has one bit for each kind.
constexpr std::uint16_t await_bit(AwaitKind kind) { return static_cast<std::uint16_t>(1u << static_cast<int>(kind)); }
static_assert(kAwaits.size() <= 16, "a set of awaits has 16 bits");

/// All of them.
inline constexpr std::uint16_t kAnyAwait = 0xffff;

}  // namespace interleak::terms

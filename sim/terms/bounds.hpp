// The bounds of the engine that a design can run into, in one table. Whoever runs into one *diverges*
// (docs/semantics.md, Bounds): the schedule ends there, what comes behind it is not known, and no
// invariant holds by it. No bound is passed in silence: `ensure` guards the containers in every build.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/kernel/ensure.hpp"
#include "sim/terms/table.hpp"

namespace interleak::terms {

inline constexpr int kMaxTasks = 8;
inline constexpr int kMaxChildren = 3;         ///< of one task, at a time
inline constexpr int kMaxConnections = 8;
inline constexpr int kMaxNodes = 8;
inline constexpr int kMaxCommands = 8;         ///< of one operation; and replies that a frame keeps
inline constexpr int kMaxAnswers = 60;  ///< messages that answer one operation: they share six bits with others
inline constexpr int kMaxQueued = 32;  ///< messages on one connection, those that are still to be made included
inline constexpr int kMaxWaiters = 16;  ///< entries of one queue of waiters, dead ones too
inline constexpr int kMaxReaders = 16;  ///< frames that wait for a reply of one connection
inline constexpr int kMaxFree = 16;  ///< entries of one pool's list of free connections
inline constexpr int kMaxKeys = 32;      ///< of all operations, where something is kept by key
inline constexpr int kMaxPlaces = 16;    ///< of all stores of all pools together
inline constexpr int kMaxVersions = 200;  ///< ages of the data of one key that are told apart
inline constexpr int kMaxLingering = 8;  ///< writes that the closed sockets of a slot have left
inline constexpr int kMaxSteps = 10'000;  ///< of one event

/// What a schedule ran into. `none`: nothing.
enum class Bound : std::uint8_t { none, steps, children, requests, waiters, readers, free, versions, lingering };

struct BoundInfo {
  Bound bound;
  std::string_view name;  ///< in JSON and in the docs
  int most;
  std::string_view of;  ///< what there are so many of at most
};

/// In the order of the enumeration.
inline constexpr std::array<BoundInfo, 9> kBounds = {{
    {Bound::none, "none", 0, ""},
    {Bound::steps, "steps", kMaxSteps, "steps in one event"},
    {Bound::children, "children", kMaxChildren, "children of one task at a time"},
    {Bound::requests, "requests", kMaxQueued, "messages on one connection, those still to come included"},
    {Bound::waiters, "waiters", kMaxWaiters, "entries in one queue of waiters, dead ones included"},
    {Bound::readers, "readers", kMaxReaders, "frames that wait for a reply on one connection"},
    {Bound::free, "free-list", kMaxFree, "entries in the list of free connections of one pool"},
    {Bound::versions, "versions", kMaxVersions, "ages of the data of one key that are told apart"},
    {Bound::lingering, "lingering", kMaxLingering,
     "unanswered writes that the closed sockets of one connection have left"},
}};

static_assert(in_order(kBounds, &BoundInfo::bound), "kBounds is indexed by the enumeration");

constexpr const BoundInfo& info_of(Bound bound) {
  const auto index = static_cast<std::size_t>(bound);
  ensure(index < kBounds.size(), "a bound that is none");
  return kBounds[index];
}

/// "more than 3 children of one task at a time".
inline std::string text_of(Bound bound) {
  const BoundInfo& info = info_of(bound);
  return "more than " + std::to_string(info.most) + " " + std::string(info.of);
}

}  // namespace interleak::terms

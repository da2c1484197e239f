// What an operation comes to, and what can be true of an event, a state or an end: outcomes and facts, one
// table each, with all that is said of them elsewhere. Definitions: docs/semantics.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/kernel/system.hpp"
#include "sim/terms/table.hpp"

namespace interleak::terms {

/// Outcome of an operation, worst last, so that the greatest is the class of a schedule.
/// 0 is "nothing ended" and counts as ok.
enum class Outcome : std::uint8_t { ok, cancelled, starved, error, rejected, type_error, wrong_value, leak };
inline constexpr int kOutcomes = 8;
inline constexpr std::array<std::string_view, kOutcomes> kOutcomeNames = {
    "ok", "cancelled", "starved", "error", "rejected", "type-error", "wrong-value", "leak"};

constexpr std::string_view name_of(Outcome outcome) { return kOutcomeNames[static_cast<std::size_t>(outcome)]; }

/// Facts, one bit each (see kernel/system.hpp). What they are about is in kFacts.
namespace fact {
inline constexpr Facts outcome(Outcome o) { return Facts{1} << static_cast<int>(o); }
inline constexpr Facts kCancelWaits = 1u << 8;    ///< a cancelled task went to wait
inline constexpr Facts kDoubleOwner = 1u << 9;
inline constexpr Facts kZombie = 1u << 10;
inline constexpr Facts kDirtyIdle = 1u << 11;
inline constexpr Facts kLostSlot = 1u << 12;
inline constexpr Facts kStarved = 1u << 13;
inline constexpr Facts kDiverges = 1u << 14;      ///< an engine limit was hit
inline constexpr Facts kLateWrite = 1u << 15;     ///< a write of an operation that is over
inline constexpr Facts kHostage = 1u << 16;       ///< somebody starves, and no operation that runs is kept waiting
                                                  ///< by a silent server
inline constexpr Facts kForeignSession = 1u << 17;  ///< a command is executed in a session that is not as its
                                                    ///< operation can expect
inline constexpr Facts kDoubleEffect = 1u << 18;  ///< a write is executed a second time
inline constexpr Facts kAssertion = 1u << 19;  ///< what an `assert` of the design says is not true
inline constexpr Facts kLastingFailure = 1u << 20;  ///< a clear operation fails as none does without faults
inline constexpr Facts kCollateralFailure = 1u << 21;  ///< so does one that no fault has hit
}  // namespace fact

/// Of what a fact can be true.
enum class FactOf : std::uint8_t { event, state, end };

struct FactInfo {
  Facts fact = 0;  ///< its bit
  std::string_view name;  ///< as reports print it: "lost-slot"
  FactOf of = FactOf::event;
  bool counted = false;  ///< a finding about the pool: schedules with it are counted apart
  bool outside = false;  ///< seen of a client without looking into it, as a live run does
  int harm = 0;  ///< its place among what the page calls harm, 1 the worst; 0: none
  std::string_view words;  ///< in "Violated by: ... or ..."
  std::string_view page;  ///< its name in the data of the page; empty: the page does not have it
};

/// All facts, in the order in which they are listed: outcomes, the worst first, then what else is known of a
/// schedule, then the findings about the pool. (An operation that starves is no event: see `starved`.)
inline constexpr std::array<FactInfo, 21> kFacts = {{
    {fact::outcome(Outcome::leak), "leak", FactOf::event, false, true, 1, "leak", "leak"},
    {fact::outcome(Outcome::wrong_value), "wrong-value", FactOf::event, false, true, 2, "wrong-value", "wrong-value"},
    {fact::outcome(Outcome::type_error), "type-error", FactOf::event, false, true, 3, "type-error", "type-error"},
    {fact::outcome(Outcome::rejected), "rejected", FactOf::event, false, true, 8, "rejected", "rejected"},
    {fact::outcome(Outcome::error), "error", FactOf::event, false, true, 0, "error", "error"},
    {fact::outcome(Outcome::cancelled), "cancelled", FactOf::event, false, true, 0, "cancelled", ""},
    {fact::outcome(Outcome::ok), "ok", FactOf::event, false, true, 0, "ok", ""},
    {fact::kStarved, "starved", FactOf::end, false, true, 6, "starved", "starved"},
    {fact::kCancelWaits, "cancel-waits", FactOf::event, false, false, 0, "a cancelled task that waits",
     "cancelled task waits"},
    {fact::kLateWrite, "late-write", FactOf::event, false, false, 0, "a late write", ""},
    {fact::kForeignSession, "foreign-session", FactOf::event, false, false, 0, "a foreign session", ""},
    {fact::kDoubleEffect, "double-effect", FactOf::event, false, false, 0, "a double effect", ""},
    {fact::kAssertion, "assertion", FactOf::event, false, false, 0, "an assertion that is not true", ""},
    {fact::kLastingFailure, "lasting-failure", FactOf::event, false, false, 0, "a failure that outlasts a fault", ""},
    {fact::kCollateralFailure, "collateral-failure", FactOf::event, false, false, 0, "a failure of who was not hit",
     ""},
    {fact::kHostage, "hostage", FactOf::end, false, false, 0,
     "starved though no silent server keeps an operation that runs", "kept by an ended operation"},
    {fact::kDiverges, "diverges", FactOf::event, false, false, 0, "a limit of the engine", ""},
    {fact::kLostSlot, "lost-slot", FactOf::end, true, true, 5, "lost-slot", "lost-slot"},
    {fact::kDoubleOwner, "double-owner", FactOf::state, true, false, 4, "double-owner", "double-owner"},
    {fact::kZombie, "zombie", FactOf::state, true, false, 7, "zombie", "zombie"},
    {fact::kDirtyIdle, "dirty-idle", FactOf::state, true, false, 0, "dirty-idle", "dirty-idle"},
}};

/// Each fact has one bit, and one row.
constexpr bool apart(const std::array<FactInfo, kFacts.size()>& table) {
  Facts all = 0;
  for (const FactInfo& row : table) {
    if (row.fact == 0 || (row.fact & (row.fact - 1)) != 0 || (all & row.fact) != 0) return false;
    all |= row.fact;
  }
  return true;
}
static_assert(apart(kFacts), "a fact has one bit, and one row");

/// All that is seen of a client without looking into it.
inline constexpr Facts kSeenOutside = [] {
  Facts seen = 0;
  for (const FactInfo& row : kFacts) seen |= row.outside ? row.fact : 0;
  return seen;
}();

/// Findings about the pool that are counted apart, in the order of the table.
inline constexpr auto kPoolFindings = [] {
  std::array<FactInfo, count_of(kFacts, &FactInfo::counted)> findings{};
  std::size_t next = 0;
  for (const FactInfo& row : kFacts) {
    if (row.counted) findings[next++] = row;
  }
  return findings;
}();

}  // namespace interleak::terms

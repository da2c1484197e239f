#include "sim/property/invariants.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "sim/terms/names.hpp"

namespace interleak::property {
namespace {

namespace fact = terms::fact;
using terms::Outcome;

constexpr Facts kLeak = fact::outcome(Outcome::leak);
constexpr Facts kTypeError = fact::outcome(Outcome::type_error);
constexpr Facts kWrongValue = fact::outcome(Outcome::wrong_value);

constexpr auto kInvariants = std::to_array<Invariant>({
    {"no-cross-user-reply", "ILK0101", 9, kLeak | kTypeError, "no operation consumes another owner's reply", "leak",
     "cwe-488", 1},   // exposure of data element to wrong session
    {"no-leak", "ILK0107", 9, kLeak, "no operation takes another owner's data as its own", "leak", "cwe-488", 0},
    {"no-foreign-session", "ILK0113", 9, fact::kForeignSession,
     "the server executes no command in a session that is another's", "foreign session", "cwe-488", 0},
    {"no-wrong-value", "ILK0102", 7, kWrongValue, "no operation takes a reply that is not its own", "wrong value",
     "cwe-664", 0},   // improper control of a resource through its lifetime
    {"no-double-effect", "ILK0114", 7, fact::kDoubleEffect, "the server executes no write of an operation twice",
     "double effect", "cwe-837", 0},  // improper enforcement of a single, unique action
    {"assertions", "ILK0115", 7, fact::kAssertion, "every assertion of the design is true", "assertion", "cwe-617",
     0},  // reachable assertion
    {"no-double-owner", "ILK0108", 7, fact::kDoubleOwner, "no connection is in two hands at once", "double owner",
     "cwe-362", 3},   // concurrent use of a shared resource
    {"no-lasting-failure", "ILK0116", 6, fact::kLastingFailure, "no operation fails of a fault that is over",
     "lasting failure", "cwe-460", 0},  // improper cleanup on thrown exception
    {"no-lost-slot", "ILK0103", 6, fact::kLostSlot, "every connection returns to the pool", "lost slot", "cwe-404",
     2},   // improper resource shutdown or release
    {"no-starvation", "ILK0104", 6, fact::kStarved, "every operation ends", "starvation", "cwe-833", 4},  // deadlock
    {"cancel-frees", "ILK0112", 5, fact::kHostage, "nobody waits for ever for what an ended operation keeps", "hostage",
     "", 0},
    {"no-collateral-failure", "ILK0117", 4, fact::kCollateralFailure,
     "no operation fails of a fault that did not hit it", "collateral failure", "cwe-460", 0},
    {"no-zombie", "ILK0109", 4, fact::kZombie, "a cancelled task leaves no orphan on a connection", "zombie", "cwe-772",
     0},  // missing release of resource
    {"idle-is-clean", "ILK0110", 4, fact::kDirtyIdle, "an idle connection owes no reply", "dirty idle", "cwe-459",
     0},  // incomplete cleanup
    {"no-late-write", "ILK0111", 4, fact::kLateWrite, "the server executes no write of an operation that has ended",
     "late write", "", 0},
    {"cancel-is-prompt", "ILK0105", 3, fact::kCancelWaits, "a cancelled task never waits", "late cancel", "", 0},
});

constexpr std::size_t kUnasked = static_cast<std::size_t>(
    std::count_if(kInvariants.begin(), kInvariants.end(), [](const Invariant& each) { return each.unasked != 0; }));

constexpr std::array<std::string_view, kUnasked> kDefaults = [] {
  std::array<std::string_view, kUnasked> names{};
  for (const Invariant& each : kInvariants) {
    if (each.unasked != 0) names.at(static_cast<std::size_t>(each.unasked - 1)) = each.name;
  }
  return names;
}();

}  // namespace

std::span<const Invariant> all_invariants() { return kInvariants; }

const Invariant* find_invariant(std::string_view name) {
  const auto found =
      std::find_if(kInvariants.begin(), kInvariants.end(), [&](const Invariant& each) { return each.name == name; });
  return found == kInvariants.end() ? nullptr : &*found;
}

std::span<const std::string_view> default_invariants() { return kDefaults; }

std::span<const std::string_view> more_invariants_where_named() {
  static constexpr std::array<std::string_view, 4> kMore = {"no-wrong-value", "no-foreign-session", "no-double-effect",
                                                            "no-lasting-failure"};
  return kMore;
}

}  // namespace interleak::property

#include "sim/property/invariants.hpp"

#include <algorithm>
#include <array>

#include "sim/world/names.hpp"

namespace interleak::property {
namespace {

using world::Outcome;
namespace fact = world::fact;

constexpr Facts kLeak = fact::outcome(Outcome::leak);
constexpr Facts kTypeError = fact::outcome(Outcome::type_error);
constexpr Facts kWrongValue = fact::outcome(Outcome::wrong_value);

constexpr std::array<Invariant, 11> kInvariants = {{
    {"no-cross-user-reply", "ILK0101", 9, kLeak | kTypeError,
     "no operation consumes another owner's reply"},
    {"no-leak", "ILK0107", 9, kLeak, "no operation takes another owner's data as its own"},
    {"no-wrong-value", "ILK0102", 7, kWrongValue, "no operation takes a reply that is not its own"},
    {"no-double-owner", "ILK0108", 7, fact::kDoubleOwner, "no connection is in two hands at once"},
    {"no-lost-slot", "ILK0103", 6, fact::kLostSlot, "every connection returns to the pool"},
    {"no-starvation", "ILK0104", 6, fact::kStarved, "every operation ends"},
    {"cancel-frees", "ILK0112", 5, fact::kHostage,
     "nobody waits for ever for what an ended operation keeps"},
    {"no-zombie", "ILK0109", 4, fact::kZombie, "a cancelled task leaves no orphan on a connection"},
    {"idle-is-clean", "ILK0110", 4, fact::kDirtyIdle, "an idle connection owes no reply"},
    {"no-late-write", "ILK0111", 4, fact::kLateWrite,
     "the server executes no write of an operation that has ended"},
    {"cancel-is-prompt", "ILK0105", 3, fact::kCancelWaits, "a cancelled task never waits"},
}};

constexpr std::array<std::string_view, 4> kDefaults = {"no-cross-user-reply", "no-lost-slot",
                                                       "no-double-owner", "no-starvation"};

}  // namespace

std::span<const Invariant> all_invariants() { return kInvariants; }

const Invariant* find_invariant(std::string_view name) {
  const auto found = std::find_if(kInvariants.begin(), kInvariants.end(),
                                  [&](const Invariant& each) { return each.name == name; });
  return found == kInvariants.end() ? nullptr : &*found;
}

std::span<const std::string_view> default_invariants() { return kDefaults; }

}  // namespace interleak::property

// What a leak means for people: who gets which fields of whom, through which flow, shown or sent.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/words/prose.hpp"
#include "sim/world/world.hpp"

namespace interleak::words {

/// One reply in wrong hands, told as what comes of it.
struct Disclosure {
  std::string to;                   ///< owner that gets to see it
  std::string of;                   ///< owner whose data it is
  std::string flow;                 ///< through which flow, empty: not said
  std::vector<std::string> fields;  ///< what is seen; the key, if the scenario names no fields
  scenario::Effect effect = scenario::Effect::none;
  /// The wrong reply said whom to send to, so the message itself goes astray: its owner's data
  /// reach the owner of the reply.
  bool wrong_recipient = false;
  friend bool operator==(const Disclosure&, const Disclosure&) = default;
};

/// What comes of the operation `op` taking `reply`, another owner's, for its own.
/// Precondition: judge() calls it a leak.
Disclosure disclosure_of(const world::World& world, world::OpId op, world::Label reply);

/// The disclosures of an operation that ended with this value, in the order of the replies. Replies of
/// one owner to one operation are one disclosure.
std::vector<Disclosure> disclosures_of(const world::World& world, world::OpId op, const world::Value& value);

/// "bob is shown alice's titles (sidebar)", "carol is sent dave's card type (email, wrong recipient)";
/// of several, joined by "; ". The owners are those of this world.
Prose told(const world::World& world, const Disclosure& disclosure);
Prose told(const world::World& world, std::span<const Disclosure> disclosures);
/// The same without what stands in brackets.
Prose gist_of(const world::World& world, const Disclosure& disclosure);

}  // namespace interleak::words

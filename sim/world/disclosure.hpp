// What a leak means for people: who gets which fields of whom, through which flow, shown or sent.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/world/world.hpp"

namespace interleak::world {

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
Disclosure disclosure_of(const World& world, OpId op, Label reply);

/// The disclosures of an operation that ended with this value, in the order of the replies. Replies of
/// one owner to one operation are one disclosure.
std::vector<Disclosure> disclosures_of(const World& world, OpId op, const Value& value);

/// "bob is shown alice's titles (sidebar)", "carol is sent dave's card type (email, wrong recipient)";
/// of several, joined by "; ".
std::string text_of(const Disclosure& disclosure);
std::string text_of(std::span<const Disclosure> disclosures);

}  // namespace interleak::world

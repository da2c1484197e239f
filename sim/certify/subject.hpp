// What a certificate is about, as one digest: everything in a scenario and a design that can change
// a state, an event or a finding, and their names. Two subjects of one digest have one state space.
#pragma once

#include "sim/certify/sha256.hpp"
#include "sim/world/world.hpp"

namespace interleak::certify {

Digest subject_digest(const world::World& world);

/// Of the same, and of the words in which an analysis tells what it found: flows, fields, where a listing comes from.
Digest told_digest(const world::World& world);

}  // namespace interleak::certify

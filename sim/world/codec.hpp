// State <-> bytes, both made of the one walk of fields.hpp, so that the two directions cannot drift apart. Absent
// frames and slots that were never made take one byte. Equal states have equal bytes, and only they.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/world/fields.hpp"

namespace interleak::world {

/// Adds the bytes of a state to `out`.
void encode(const Shape& shape, const State& state, std::vector<std::uint8_t>& out);

/// Precondition: encode() of the same shape has made the bytes.
State decode(const Shape& shape, const std::uint8_t* bytes, std::size_t size);

}  // namespace interleak::world

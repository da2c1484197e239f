// State <-> bytes, both made of the one walk of fields.hpp, so that the two directions cannot drift apart. Absent
// frames and slots that were never made take one byte. Equal states have equal bytes, and only they.
//
// A component of a state is a frame, a slot with its socket, a pool, or the rest: the budget, the bound that was run
// into, the learned keys, the order of the ready ones. Each can be hashed alone, which tells in which of them two
// states differ: XXH3 over the bytes that it has in the encoding, as sim/explore hashes whole states.
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

/// Of one component, wherever it stands: components with equal fields have equal hashes, in any build. Others have too,
/// with a chance of 2^-64: a hash says what has changed, but does not prove that nothing has. What the shape leaves
/// out does not count.
std::uint64_t hash_of(const Shape& shape, const Frame& frame);
std::uint64_t hash_of(const Shape& shape, const Connection& connection);
std::uint64_t hash_of(const Shape& shape, const Pool& pool);
std::uint64_t hash_of_rest(const Shape& shape, const State& state);

}  // namespace interleak::world

// The independent checker: sees from a certificate that invariants hold, trusting nothing of the
// search that wrote it. It looks at each state once and uses of the engine only the initial state,
// enabled(), apply(), facts(), end() and the encoding of a state (docs/certificates.md says what must be
// trusted then).
//
// A state of the file is decoded only when an event of an earlier one has led to exactly its bytes,
// so no bytes of the file are ever run. Memory: the states that were met and do not stand in the
// file yet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/certify/certificate.hpp"
#include "sim/world/world.hpp"

namespace interleak::certify {

struct Checked {
  Head head;                    ///< what the file says, as far as it could be read
  std::string refused;          ///< why it is not valid, one line, no full stop; empty: it is
  std::uint64_t states = 0, transitions = 0, ends = 0;  ///< that were looked at
  bool valid() const { return refused.empty(); }
};

/// Reads the head alone, and sees that the file is whole (its digest).
Checked read(std::string_view certificate);

/// Does the certificate prove its invariants for this world, under these semantics? The world must
/// track prompt cancels just if the head says so. `max_bytes`: of states kept at once.
Checked check(const world::World& world, int semantics, std::string_view certificate,
              std::uint64_t max_bytes = 4ull << 30);

}  // namespace interleak::certify

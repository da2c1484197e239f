// Random cases: a design (random_design.hpp) and a scenario for it.
#pragma once

#include "tests/oracle/case.hpp"
#include "tests/oracle/random_design.hpp"

namespace interleak::oracle {

/// The same for the same numbers, everywhere; with a random protocol (random_protocol.hpp), or in the words of one.
Case random_case(const Scale& scale, Random& random);
Case random_case(const Scale& scale, protocol::ProtocolPtr protocol, Random& random);

}  // namespace interleak::oracle

// Random small scenarios and random designs, for RapidCheck. A design is text: lines of listings put
// together from well-formed fragments, so that it goes through the parser as a user's would. Most
// are nonsense as pools; what matters is that both engines run the same nonsense.
#pragma once

#include <rapidcheck.h>

#include "tests/oracle/case.hpp"

namespace interleak::oracle {

/// How large a random case may be.
struct Size {
  int tasks = 3;
  int operations = 2;
  int statements = 5;   ///< of one block
  int depth = 3;        ///< of nested blocks
  bool foreign = true;  ///< protocols other than the standard one
};

/// A random case; it shrinks towards fewer, simpler lines.
rc::Gen<Case> arbitrary_case(Size size);

}  // namespace interleak::oracle

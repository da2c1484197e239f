// Random small scenarios and random designs, for RapidCheck. A design is text: lines of listings put
// together from well-formed fragments, so that it goes through the parser as a user's would. Most
// are nonsense as pools; what matters is that both engines run the same nonsense.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "sim/design/syntax.hpp"
#include "sim/scenario/scenario.hpp"

namespace interleak::oracle {

/// A scenario and a design under test.
struct Case {
  scenario::Scenario scenario;
  design::Design design;
};

/// How large a random case may be.
struct Size {
  int tasks = 3;
  int operations = 2;
  int statements = 5;   ///< of one block
  int depth = 3;        ///< of nested blocks
};

/// A random case; it shrinks towards fewer, simpler lines.
rc::Gen<Case> arbitrary_case(Size size);

/// The JSON text of the two files, as the command reads them.
std::string to_json(const scenario::Scenario& scenario);
std::string to_json(const design::Design& design);
std::ostream& operator<<(std::ostream& out, const Case& that);

}  // namespace interleak::oracle

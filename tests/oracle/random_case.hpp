// Random cases: a design (random_design.hpp) and a scenario for it.
#pragma once

#include "tests/oracle/case.hpp"
#include "tests/oracle/random_design.hpp"

namespace interleak::oracle {

/// The same for the same numbers, everywhere.
Case random_case(const Scale& scale, Random& random);

}  // namespace interleak::oracle

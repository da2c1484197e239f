// Smaller cases that still show the same: tasks, options, procedures and statements are left out, one at a
// time, until nothing can go.
#pragma once

#include <functional>

#include "tests/oracle/case.hpp"

namespace interleak::oracle {

/// Whether a case still shows what it is kept for.
using Shows = std::function<bool(const Case&)>;

/// The least case that was found. `tries`: so many candidates are looked at, at most.
Case shrunk(Case each, const Shows& shows, int tries);

}  // namespace interleak::oracle

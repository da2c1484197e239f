// What a random case has beside its listings, by name: the physics, the kind of its cancels, what its
// operations are, how the design is set up. semantic_fuzz counts them, and asks which were never drawn.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/oracle/case.hpp"

namespace interleak::oracle {

/// All names that there are, each once, in the order of tables.
std::vector<std::string> all_choices();

/// Those of one case.
std::set<std::string> choices_of(const Case& each);

/// The statements and conditions that stand in the listings of a design, by the names of coverage.hpp.
std::set<std::string> statements_of(const design::Design& design);

}  // namespace interleak::oracle

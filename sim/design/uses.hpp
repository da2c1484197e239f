// What of a design its operations use: procedures that they reach, and the variables, queues and stores that
// these name.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/design/syntax.hpp"

namespace interleak::design {

/// Such a design is the prelude, or that of a protocol.
bool is_of_prelude(const std::string& id);

/// What operations run under any protocol: `execute`, and `execute_...` of the kinds of operations that have one.
bool is_entry(const std::string& procedure);

/// The procedures that operations reach by calls and spawns, each once: `execute` first, the other entries next, then
/// in the order in which they are named. In a design that names a protocol an entry is also what is not the prelude's
/// and what no other procedure names: an operation may be called so. Of a design that has no `execute`: all that are
/// not the prelude's, by name, and what these reach.
std::vector<std::string> used_procedures(const Design& design);

using Names = std::set<std::pair<Scope, std::string>>;

/// The variables, the queues, and the stores, that these procedures name.
Names used_variables(const Design& design, const std::vector<std::string>& procedures);
Names used_queues(const Design& design, const std::vector<std::string>& procedures);
Names used_stores(const Design& design, const std::vector<std::string>& procedures);

/// Some listing asserts something.
bool has_assertions(const Design& design);

}  // namespace interleak::design

// Invariants: named sets of facts that must never be seen. One table of them, with all that is said of them
// elsewhere. Definitions: docs/semantics.md.
#pragma once

#include <span>
#include <string_view>

#include "sim/kernel/system.hpp"

namespace interleak::property {

struct Invariant {
  std::string_view name;        ///< "no-cross-user-reply"
  std::string_view code;        ///< "ILK0101"
  int severity = 0;             ///< 1 to 9, 9 the worst
  Facts violated_by = 0;        ///< any of these facts violates it
  std::string_view meaning;     ///< "no task ever reads another owner's reply"
  std::string_view violation;   ///< what a violation is, in a word or two: "lost slot"
  std::string_view weakness;    ///< Common Weakness Enumeration: "cwe-488"; empty: it is no matter of security
  int unasked = 0;  ///< its place among those that a scenario without a list checks, from 1; 0: not there
};

/// All invariants, the gravest first.
std::span<const Invariant> all_invariants();
/// Null if there is none of that name.
const Invariant* find_invariant(std::string_view name);
/// The names that a scenario without a list checks.
std::span<const std::string_view> default_invariants();
/// And those beside them where a scenario, or its design, names a protocol.
std::span<const std::string_view> more_invariants_where_named();

}  // namespace interleak::property

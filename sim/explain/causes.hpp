// Root causes: all schedules that end in the worst kind of wrong reply, in classes by the line where
// the fatal cancel lands, the residue that it leaves, and the line that reads it.
//
// The past that this needs is no part of a state: of each operation the monitor remembers the last
// cancel that hit it (or, if it took a reply that it had not asked for, what was remembered of the
// operation that had), and of each reply in somebody's hands the line that read it. The product of the
// graph and the monitor is gone through once, in topological order, up to the first wrong reply of each
// schedule; what comes after that is a number of the graph alone. So each schedule is in one class,
// and the classes add up. Definitions: docs/output.md, "Root causes".
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/explain/chance.hpp"
#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"
#include "sim/words/names.hpp"
#include "sim/world/world.hpp"

namespace interleak::explain {

/// Where the oldest unread reply of an operation was when the cancel landed: what it leaves behind.
enum class Residue : std::uint8_t { no_cancel, nothing_sent, unanswered, on_the_wire, in_the_kernel, unread };
/// "unanswered request", "reply on the wire", ...
std::string_view residue_name(Residue residue);

struct RootCause {
  std::optional<words::LineView> cancel;   ///< nothing: no cancel was needed
  Residue residue = Residue::no_cancel;
  std::optional<words::LineView> read;     ///< nothing: no reply was read
  BigInt schedules;                        ///< maximal schedules of this class
  Rational probability;                    ///< of this class, under `uniform`
  Events witness;                          ///< the least, up to its finding; see docs/semantics.md
};

struct Causes {
  world::Outcome outcome = world::Outcome::leak;  ///< what the schedules come to
  BigInt schedules;                        ///< of all classes together
  std::vector<RootCause> classes;          ///< the most schedules first, then the shortest witness
};

struct CauseLimits {
  std::size_t max_nodes = 0;               ///< of the product; 0: none
};

/// The worst outcome of leak, wrong-value and type-error that some edge has; nothing if none has.
std::optional<world::Outcome> worst_reply(const explore::Graph& graph);

/// The classes of that outcome, the worst there is. Nothing if the product is too large. Of a
/// finished graph of whole states, without cycle. Throws Cut where the allowance ends.
std::optional<Causes> root_causes(const world::World& world, const explore::Graph& graph, const explore::Order& order,
                                  const Chances& chances, world::Outcome outcome, const CauseLimits& limits,
                                  const Allowance& allowance = {});

}  // namespace interleak::explain

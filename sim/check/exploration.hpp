// The generic drivers under the options of a check: explored, put in order, and asked whether every
// schedule comes to its end. What verdicts, matrices and lock-steps begin with.
#pragma once

#include <algorithm>
#include <optional>

#include "sim/check/analysis.hpp"
#include "sim/explore/exhaustive.hpp"
#include "sim/explore/order.hpp"
#include "sim/explore/shortest.hpp"
#include "sim/terms/names.hpp"

namespace interleak::check {

struct Exploration {
  explore::Graph graph;
  explore::Order order;
  Stop stop = Stop::finished;
  std::optional<Events> diverges;  ///< into an endless event, or into a cycle and once around it

  /// Everything was seen, and every schedule ends: then there are exact numbers.
  bool closed() const { return stop == Stop::finished && !diverges; }
  /// Length of the longest of the shortest paths to a state.
  int depth() const { return static_cast<int>(*std::max_element(graph.level.begin(), graph.level.end())); }
};

inline Stop stop_of(explore::Stop stop) {
  switch (stop) {
    case explore::Stop::finished: return Stop::finished;
    case explore::Stop::states: return Stop::states;
    case explore::Stop::depth: return Stop::depth;
    case explore::Stop::bytes: return Stop::bytes;
    case explore::Stop::interrupted: return Stop::interrupted;
  }
  return Stop::interrupted;
}

/// `diverging`: facts of an event after which nothing can be said any more. If not even an order of the
/// states was allowed, the search counts as ended by that, whatever ended it.
template <Stateful S>
Exploration explore_all(const S& system, const Options& options, Facts diverging = world::fact::kDiverges) {
  explore::Limits limits;
  limits.max_states = options.budget.max_states;
  limits.max_depth = static_cast<std::uint32_t>(options.budget.max_depth);
  limits.max_bytes = options.budget.max_bytes;
  limits.fatal_facts = diverging;
  const auto progress = [&](const explore::Progress& p) {
    if (options.progress) {
      options.progress({static_cast<int>(p.depth), p.frontier, p.states, p.bytes});
    }
  };
  Exploration result;
  result.graph = explore::explore(system, limits, options.executor, options.workers, progress, options.allowance());
  result.stop = stop_of(result.graph.stop);
  const Allowance allowance = options.judging();
  try {
    result.order = explore::topological_order(result.graph, allowance);
    if (result.order.cycle) {
      result.diverges = result.order.cycle->events;
    } else {
      result.diverges = explore::shortest(system, result.graph, diverging, false, allowance);
    }
  } catch (const Cut&) {
    result.stop = options.ended_by();
  }
  return result;
}

}  // namespace interleak::check

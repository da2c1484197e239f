// Graphs in which one state is kept for several, and the way back from them.
//
// A folding knows, for each state of a system, a renaming of its processes that makes of it the state that
// is kept: one for all states that differ in names alone. A search that encodes only kept states finds a
// folded graph. An edge of it is an event of the kept state, by the names that it has there; its target is
// kept for where the event leads. So each schedule of the system is one path of the folded graph, and the
// other way round: what is counted on it, or weighed, is what the system would give. Only names need the
// way back: unfold() and follow() go along with a state of the system itself.
#pragma once

#include <algorithm>
#include <concepts>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/explore/graph.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

template <class F, class State>
concept Folding =
    requires(const F& folding, const State& state, Event event, int process, const typename F::Renaming& renaming) {
      { folding.renaming(state) } -> std::same_as<typename F::Renaming>;   // to the kept state
      { folding.renamed(event, renaming) } -> std::same_as<Event>;
      { folding.renamed_process(process, renaming) } -> std::same_as<int>;
    };

/// Every state is kept for itself.
struct NoFolding {
  struct Renaming {};
  template <class State>
  Renaming renaming(const State&) const {
    return {};
  }
  Event renamed(Event event, Renaming) const { return event; }
  int renamed_process(int process, Renaming) const { return process; }
};

namespace detail {

/// A state of the system, and the one that is kept for it.
template <class State>
struct Place {
  State state;
  std::uint32_t kept;
};

/// The edge that an event of a state is in the folded graph; null if it is not one.
template <class F, class State>
const Edge* edge_of(const F& folding, const Graph& graph, const Place<State>& place, Event event) {
  const Event kept = folding.renamed(event, folding.renaming(place.state));
  for (const Edge& edge : graph.edges_of(place.kept)) {
    if (edge.event == kept) return &edge;
  }
  return nullptr;
}

}  // namespace detail

/// The states of the system, from its initial one on, that the edges for which `keep(const Edge&)` is true lead
/// to. Encoded states are not kept. There may be many times as many as kept ones; throws Cut where the allowance
/// ends.
template <Stateful S, Folding<typename S::State> F, class Keep>
Graph unfold(const S& system, const F& folding, const Graph& graph, const Keep& keep, const Allowance& allowance = {}) {
  Graph out;
  Pace pace(allowance);
  std::vector<detail::Place<typename S::State>> places;
  std::unordered_map<std::string, std::uint32_t> numbers;   // only looked up, never walked through
  std::vector<std::uint8_t> bytes;
  const auto number_of = [&](const typename S::State& state, std::uint32_t kept, std::uint32_t level) {
    bytes.clear();
    system.encode(state, bytes);
    const auto next = static_cast<std::uint32_t>(places.size());
    const auto [at, fresh] = numbers.try_emplace(std::string(bytes.begin(), bytes.end()), next);
    if (fresh) {
      places.push_back({state, kept});
      out.facts.push_back(graph.facts[kept]);
      out.end.push_back(graph.end[kept]);
      out.level.push_back(level);
    }
    return at->second;
  };
  number_of(system.initial(), 0, 0);
  out.first_edge.push_back(0);
  Events events;
  for (std::uint32_t n = 0; n < places.size(); ++n) {
    pace.step();
    if (places.size() == places.capacity()) allowance.take(places.size() * 2 * sizeof(places[0]));
    events.clear();
    const auto place = places[n];
    system.enabled(place.state, events);
    for (const Event event : events) {
      const Edge* edge = detail::edge_of(folding, graph, place, event);
      if (edge == nullptr || !keep(*edge)) continue;
      auto next = place.state;
      system.apply(next, event);
      Edge copy = *edge;
      copy.event = event;
      copy.target = number_of(next, edge->target, out.level[n] + 1);
      out.edges.push_back(copy);
    }
    out.first_edge.push_back(out.edges.size());
  }
  return out;
}

/// From the initial state on the first event, in event order, whose edge is `good(const Edge&)`, until there is
/// none or an edge has one of `facts`.
template <Stateful S, Folding<typename S::State> F, class Good>
Events follow(const S& system, const F& folding, const Graph& graph, const Good& good, Facts facts) {
  Events path, events;
  detail::Place<typename S::State> place{system.initial(), 0};
  for (bool going = true; going;) {
    going = false;
    events.clear();
    system.enabled(place.state, events);
    for (const Event event : events) {
      const Edge* edge = detail::edge_of(folding, graph, place, event);
      if (edge == nullptr || !good(*edge)) continue;
      path.push_back(event);
      system.apply(place.state, event);
      place.kept = edge->target;
      going = (edge->facts & facts) == 0;
      break;
    }
  }
  return path;
}

}  // namespace interleak::explore

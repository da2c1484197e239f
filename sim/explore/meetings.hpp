// Did anything interesting ever happen? Without faults that landed, or processes that met, a
// verdict `holds` says little.
//
// One forward pass: for each state, which processes can have used which resource on some path to
// it. An edge by one process on a resource that another can have used before is a meeting in one
// schedule: that path, then the edge. Names are those of the kept states (folding.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/explore/folding.hpp"
#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

struct Meetings {
  bool met = false;           ///< two processes used one resource in one schedule
  bool fault_landed = false;  ///< some schedule has a fault
};

namespace detail {

/// Byte r of the result has bit p: process p uses resource r.
inline std::uint64_t uses(std::uint8_t resources, int process) {
  std::uint64_t result = 0;
  for (int r = 0; r < 8; ++r) {
    if (((resources >> r) & 1) != 0) result |= std::uint64_t{1} << (8 * r + (process & 7));
  }
  return result;
}

/// Byte r of the result is full: somebody else than `process` can have used resource r.
inline bool meets(std::uint64_t used, std::uint8_t resources, int process) {
  const std::uint64_t everybody = uses(resources, 0) * 0xff;
  return (used & everybody & ~uses(resources, process)) != 0;
}

}  // namespace detail

namespace detail {

/// The same uses by other names.
template <class F>
std::uint64_t renamed_uses(std::uint64_t used, const F& folding, const typename F::Renaming& renaming) {
  std::uint64_t result = 0;
  for (int process = 0; process < 8; ++process) {
    const std::uint64_t its = used >> process & 0x0101010101010101ull;
    result |= its << folding.renamed_process(process, renaming);
  }
  return result;
}

/// How the target of an edge was renamed to be the kept one.
template <Stateful S, class F>
typename F::Renaming renaming_behind(const S& system, const F& folding, const Graph& graph, std::uint32_t s,
                                     const Edge& edge) {
  if constexpr (std::same_as<F, NoFolding>) return {};
  const auto bytes = graph.bytes_of(s);
  auto state = system.decode(bytes.data(), bytes.size());
  system.apply(state, edge.event);
  return folding.renaming(state);
}

}  // namespace detail

/// `order` is the topological order of the graph (on a graph with a cycle the answer may lack
/// meetings). `actor(state, edge)` says as whom, 0 to 7, somebody acts, or kNoProcess; the folding renames these.
/// Throws Cut where the allowance ends.
template <Stateful S, class Actor, Folding<typename S::State> F = NoFolding>
Meetings meetings(const S& system, const Graph& graph, const Order& order, const Actor& actor, const F& folding = {},
                  const Allowance& allowance = {}) {
  allowance.take(graph.size() * sizeof(std::uint64_t));
  Pace pace(allowance);
  Meetings result;
  std::vector<std::uint64_t> used(graph.size());
  for (const std::uint32_t s : order.states) {
    pace.step();
    for (const Edge& edge : graph.edges_of(s)) {
      std::uint64_t after = used[s];
      const int who = actor(s, edge);
      if (who != kNoProcess) {
        result.met = result.met || detail::meets(used[s], edge.resources, who);
        after |= detail::uses(edge.resources, who);
      }
      result.fault_landed = result.fault_landed || system.is_fault(edge.event);
      if (result.met || after == 0) continue;
      const auto renaming = detail::renaming_behind(system, folding, graph, s, edge);
      used[edge.target] |= detail::renamed_uses(after, folding, renaming);
    }
    if (result.met && result.fault_landed) break;
  }
  return result;
}

/// Whether some process used one resource twice in one schedule, in different parts of what it does. `part(state,
/// edge)` says which process acts, 0 to 7, or kNoProcess, and in which of its parts, 0 to 7. Else as meetings().
template <Stateful S, class Part, Folding<typename S::State> F = NoFolding>
bool meets_itself(const S& system, const Graph& graph, const Order& order, const Part& part, const F& folding = {},
                  const Allowance& allowance = {}) {
  using Used = std::array<std::uint64_t, 8>;   // by process: byte r has bit p, part p can have used resource r
  allowance.take(graph.size() * sizeof(Used));
  Pace pace(allowance);
  std::vector<Used> used(graph.size());
  for (const std::uint32_t s : order.states) {
    pace.step();
    for (const Edge& edge : graph.edges_of(s)) {
      Used after = used[s];
      const auto [process, in] = part(s, edge);
      if (process != kNoProcess) {
        std::uint64_t& its = after[static_cast<std::size_t>(process)];
        if (detail::meets(its, edge.resources, in)) return true;
        its |= detail::uses(edge.resources, in);
      }
      if (after == Used{}) continue;
      const auto renaming = detail::renaming_behind(system, folding, graph, s, edge);
      for (int p = 0; p < 8; ++p) {
        if (after[static_cast<std::size_t>(p)] == 0) continue;
        used[edge.target][static_cast<std::size_t>(folding.renamed_process(p, renaming))] |=
            after[static_cast<std::size_t>(p)];
      }
    }
  }
  return false;
}

}  // namespace interleak::explore

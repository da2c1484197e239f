#include "sim/check/certificate.hpp"
#include "sim/kernel/ensure.hpp"

#include <cstdint>
#include <vector>

namespace interleak::check {

std::string certificate_of(const world::World& world, const explore::Graph& graph, const explore::Order& order,
                           certify::Head head, const Allowance& allowance) {
  Pace pace(allowance);
  ensure(graph.stop == explore::Stop::finished && !order.cycle, "the graph is not whole, or has a cycle");
  std::vector<std::uint32_t> place(graph.size());
  for (std::uint32_t i = 0; i < order.states.size(); ++i) place[order.states[i]] = i;
  certify::Writer writer(world, std::move(head));
  std::vector<std::uint32_t> targets;
  for (const std::uint32_t s : order.states) {
    pace.step();
    targets.clear();
    for (const explore::Edge& edge : graph.edges_of(s)) targets.push_back(place[edge.target]);
    writer.add(graph.bytes_of(s), targets);
  }
  return writer.finish();
}

}  // namespace interleak::check

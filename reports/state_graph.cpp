// See state_graph.hpp.
#include "reports/state_graph.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "reports/csv.hpp"
#include "reports/style.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

using EdgeName = std::pair<std::uint32_t, Event>;

std::string outcome_name(std::uint8_t worst) { return std::string(world::kOutcomeNames[worst]); }

bool is_bad(std::uint8_t worst) { return worst >= static_cast<std::uint8_t>(world::Outcome::type_error); }

/// What the edges of a state hardly ever exceed, in bytes of a table.
constexpr std::size_t kPerState = 4096;

/// The edges of a schedule.
std::set<EdgeName> edges_on(const explore::Graph& graph, std::span<const Event> path) {
  std::set<EdgeName> edges;
  std::uint32_t state = 0;
  for (const Event event : path) {
    const auto all = graph.edges_of(state);
    const auto edge =
        std::find_if(all.begin(), all.end(), [&](const explore::Edge& each) { return each.event == event; });
    if (edge == all.end()) break;  // the path leaves what was explored
    edges.emplace(state, event);
    state = edge->target;
  }
  return edges;
}

/// Letters of the tasks whose messages lie in a queue, "-" for nobody's.
template <class Queue>
std::string letters(const world::World& world, const Queue& queue) {
  std::string out;
  for (const world::Label& label : queue) {
    const bool nobodys = label.op == world::kHandshakeOp;
    out += symbol(nobodys ? -1 : world.operations()[label.op].task, true);
  }
  return out;
}

std::string node_words(const world::World& world, const explore::Graph& graph, std::uint32_t number) {
  const auto bytes = graph.bytes_of(number);
  const world::State state = world.decode(bytes.data(), bytes.size());
  std::string out = std::to_string(number);
  for (int c = 1; c <= world.connections(); ++c) {
    const world::Connection& connection = state.conn(static_cast<world::ConnId>(c));
    if (!connection.created) continue;
    const world::Socket& socket = connection.socket;
    const std::string held = socket.held.empty() ? "" : letters(world, socket.held) + ":";
    const std::string kernel = socket.kernel.empty() ? "" : "|" + letters(world, socket.kernel);
    out += "\nc" + std::to_string(c) + " ";
    out += !socket.connected ? "closed"
                             : "[" + letters(world, socket.requests) + "] -> [" + held + letters(world, socket.wire) +
                                   kernel + "|" + letters(world, socket.stream) + "]";
  }
  return out;
}

std::string node(const world::World& world, const explore::Graph& graph, std::uint32_t number) {
  std::string out = "  s" + std::to_string(number) + " [label=\"" + dot_text(node_words(world, graph, number)) + "\"";
  if (graph.end[number].complete) out += ", peripheries=2";
  if (number == 0) out += ", penwidth=2";
  return out + "];\n";
}

std::string edge(const world::World& world, std::uint32_t from, const explore::Edge& each, bool thick) {
  std::string label = world.text(each.event);
  if (is_bad(each.worst)) label += "\n" + outcome_name(each.worst);
  std::string out =
      "  s" + std::to_string(from) + " -> s" + std::to_string(each.target) + " [label=\"" + dot_text(label) + "\"";
  if (is_bad(each.worst)) {
    out += ", color=red, fontcolor=red";
  } else if (world.is_fault(each.event)) {
    out += ", style=dashed, color=darkorange, fontcolor=darkorange";
  }
  if (thick) out += ", penwidth=3";
  return out + "];\n";
}

}  // namespace

std::string dot_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    for (const char c : scenario::escaped(text.substr(0, end))) {
      if (c == '"' || c == '\\') out += '\\';
      out += c == '&' ? "&amp;" : std::string(1, c);  // Graphviz reads references in labels
    }
    if (end == std::string_view::npos) break;
    out += "\\n";
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string dot(const world::World& world, const explore::Graph& graph, std::span<const Event> path) {
  const std::set<EdgeName> thick = edges_on(graph, path);
  std::string legend;
  for (int t = 0; t < world.tasks(); ++t) {
    const std::string& id = world.scenario().tasks[static_cast<std::size_t>(t)].id;
    legend += (t == 0 ? "" : ", ") + tag(t, id, true);
  }
  std::string out =
      "digraph interleak {\n  label=\"" +
      dot_text(world.scenario().id + " under " + world.design().id + "; " + legend + "; [requests] -> [wire|stream]") +
      "\";\n  node [shape=box, fontname=monospace];\n  edge [fontname=monospace];\n";
  for (std::uint32_t s = 0; s < graph.size(); ++s) out += node(world, graph, s);
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    for (const explore::Edge& each : graph.edges_of(s)) {
      out += edge(world, s, each, thick.count({s, each.event}) != 0);
    }
  }
  return out + "}\n";
}

std::string edges_csv(const world::World& world, const explore::Graph& graph, const Allowance& allowance) {
  const std::vector<std::string> head = {"source", "event", "target", "cancel", "outcome", "target may end"};
  std::string out = csv_record(head);
  Pace pace(allowance);
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    pace.step();
    if (out.capacity() - out.size() < kPerState) allowance.take(out.size());   // a copy, soon
    for (const explore::Edge& each : graph.edges_of(s)) {
      const std::vector<std::string> row = {
          std::to_string(s),           world.text(each.event),
          std::to_string(each.target), world.is_fault(each.event) ? "yes" : "no",
          outcome_name(each.worst),    graph.end[each.target].complete ? "yes" : "no"};
      out += csv_record(row);
    }
  }
  return out;
}

}  // namespace interleak::reports

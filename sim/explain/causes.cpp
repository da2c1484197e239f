#include "sim/explain/causes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>

#include "sim/explain/monitor.hpp"
#include "sim/explore/shortest.hpp"
#include "sim/kernel/ensure.hpp"

namespace interleak::explain {
namespace {

using explore::Edge;
using explore::kNoState;

/// States from which an edge with one of the facts can be reached.
std::vector<bool> can_reach(const explore::Graph& graph, const explore::Order& order, Facts facts) {
  std::vector<bool> can(graph.size());
  for (std::size_t i = order.states.size(); i-- > 0;) {
    const std::uint32_t s = order.states[i];
    const auto edges = graph.edges_of(s);
    can[s] = std::any_of(edges.begin(), edges.end(),
                         [&](const Edge& edge) { return (edge.facts & facts) != 0 || can[edge.target]; });
  }
  return can;
}

/// How many maximal schedules begin in each state.
std::vector<BigInt> completions(const explore::Graph& graph, const explore::Order& order, const Allowance& allowance) {
  allowance.take(graph.size() * sizeof(BigInt));
  Pace pace(allowance);
  std::vector<BigInt> from(graph.size());
  for (std::size_t i = order.states.size(); i-- > 0;) {
    pace.step();
    const std::uint32_t s = order.states[i];
    from[s] = graph.end[s].complete ? 1 : 0;
    for (const Edge& edge : graph.edges_of(s)) from[s] += from[edge.target];
  }
  return from;
}

class Product {
 public:
  Product(const world::World& world, const explore::Graph& graph, const explore::Order& order, const Chances& chances,
          world::Outcome outcome, const Allowance& allowance)
      : allowance_(allowance), world_(world), graph_(graph), order_(order), chances_(chances), outcome_(outcome),
        facts_(world::fact::outcome(outcome)), monitor_(world, outcome) {}

  /// False if there are too many nodes.
  bool run(std::size_t max_nodes) {
    useful_ = can_reach(graph_, order_, facts_);
    from_ = completions(graph_, order_, allowance_);
    Pace pace(allowance_);
    waiting_.resize(graph_.size());
    if (useful_[0]) {
      Node& first = waiting_[0].emplace_back();
      first.memory = monitor_.initial();
      first.number = created_++;
      first.paths = 1;
      first.chance = chances_.whole();
    }
    for (const std::uint32_t s : order_.states) {
      for (Node& node : waiting_[s]) {
        pace.step();
        expand(s, node);
      }
      waiting_[s] = {};
      if (max_nodes != 0 && created_ > max_nodes) return false;
    }
    return true;
  }

  Causes result() {
    Causes causes;
    causes.outcome = outcome_;
    const explore::Graph graph = drawn();
    for (const auto& [key, found] : classes_) {
      RootCause& cause = causes.classes.emplace_back();
      if (key.fatal.line != 0) cause.cancel = line(key.fatal.line);
      cause.residue = key.fatal.residue;
      if (key.read != 0) cause.read = line(key.read);
      cause.schedules = found.schedules;
      cause.probability = chances_.rational(found.chance);
      causes.schedules += found.schedules;
      allowance_.take(arrows_.size() * sizeof(Edge));
      cause.witness = explore::shortest(world_, marked(graph, found.number), 1, false, allowance_).value();
    }
    std::stable_sort(causes.classes.begin(), causes.classes.end(), before);
    return causes;
  }

 private:
  /// A state with what is remembered on the way to it, before the first finding.
  struct Node {
    Memory memory;
    std::uint32_t number = 0;   ///< in the order of creation
    BigInt paths, chance;       ///< that lead here; in parts
  };
  struct Class {
    BigInt schedules, chance;
    std::uint32_t number = 0;   ///< in the order of discovery
  };
  struct Arrow {
    std::uint32_t target;       ///< number of a node; kNoState: a finding
    std::uint32_t found;        ///< number of its class
    Event event;
    std::uint8_t resources;
  };

  static bool before(const RootCause& a, const RootCause& b) {
    if (a.schedules != b.schedules) return a.schedules > b.schedules;
    if (a.witness.size() != b.witness.size()) return a.witness.size() < b.witness.size();
    return a.witness < b.witness;
  }

  words::LineView line(LineNumber number) const { return words::line_of(world_.program().lines[number - 1u]); }

  void expand(std::uint32_t s, Node& node) {
    position_.push_back(node.number);
    first_arrow_.push_back(arrows_.size());
    const auto bytes = graph_.bytes_of(s);
    const world::State state = world_.decode(bytes.data(), bytes.size());
    const BigInt share = node.chance / choices_in(graph_, s);
    for (const Edge& edge : graph_.edges_of(s)) {
      if ((edge.facts & facts_) == 0 && !useful_[edge.target]) continue;
      world::State next = state;
      Memory memory = node.memory;
      const auto found = monitor_.apply(next, memory, edge.event);
      ensure(found.has_value() == ((edge.facts & facts_) != 0),
             "the watch over a run disagrees with the search about a violation");
      if (found) {
        add(*found, node, edge, share);
      } else {
        go_on(std::move(memory), node, edge, share);
      }
    }
    node.memory = {};
  }

  void add(const CauseKey& key, const Node& node, const Edge& edge, const BigInt& share) {
    const auto [at, fresh] = classes_.try_emplace(key);
    if (fresh) at->second.number = static_cast<std::uint32_t>(classes_.size() - 1);
    at->second.schedules += node.paths * from_[edge.target];
    at->second.chance += share;
    arrows_.push_back({kNoState, at->second.number, edge.event, edge.resources});
  }

  void go_on(Memory memory, const Node& node, const Edge& edge, const BigInt& share) {
    auto& nodes = waiting_[edge.target];
    auto same = std::find_if(nodes.begin(), nodes.end(), [&](const Node& each) { return each.memory == memory; });
    if (same == nodes.end()) {
      same = nodes.emplace(nodes.end());
      same->memory = std::move(memory);
      same->number = created_++;
    }
    same->paths += node.paths;
    same->chance += share;
    arrows_.push_back({same->number, 0, edge.event, edge.resources});
  }

  /// The product as a graph, numbered in the order of expansion, with one state more for all findings.
  explore::Graph drawn() const {
    std::vector<std::uint32_t> place(created_, kNoState);
    for (std::uint32_t i = 0; i < position_.size(); ++i) place[position_[i]] = i;
    explore::Graph graph;
    const std::size_t size = position_.size() + 1;
    graph.facts.resize(size);
    graph.level.resize(size);
    graph.end.resize(size);
    graph.first_edge.assign(first_arrow_.begin(), first_arrow_.end());
    graph.first_edge.resize(size + 1, arrows_.size());
    for (const Arrow& arrow : arrows_) {
      const bool finds = arrow.target == kNoState;
      const auto target = finds ? static_cast<std::uint32_t>(position_.size()) : place[arrow.target];
      graph.edges.push_back({target, arrow.event, 0, arrow.resources, 0});
    }
    return graph;
  }

  explore::Graph marked(explore::Graph graph, std::uint32_t found) const {
    for (std::size_t i = 0; i < arrows_.size(); ++i) {
      const bool finds = arrows_[i].target == kNoState && arrows_[i].found == found;
      graph.edges[i].facts = finds ? 1 : 0;
    }
    return graph;
  }

  const Allowance& allowance_;
  const world::World& world_;
  const explore::Graph& graph_;
  const explore::Order& order_;
  const Chances& chances_;
  const world::Outcome outcome_;
  const Facts facts_;
  Monitor monitor_;
  std::vector<bool> useful_;
  std::vector<BigInt> from_;
  std::vector<std::vector<Node>> waiting_;      // of each state, until it is expanded
  std::uint32_t created_ = 0;
  std::vector<std::uint32_t> position_;         // numbers of nodes, in the order of expansion
  std::vector<std::uint64_t> first_arrow_;      // likewise
  std::vector<Arrow> arrows_;
  std::map<CauseKey, Class> classes_;
};

}  // namespace

std::string_view residue_name(Residue residue) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "no cancel",   "nothing sent yet", "unanswered request", "reply on the wire", "reply in the kernel's buffer",
      "unread reply"};
  return kNames[static_cast<std::size_t>(residue)];
}

std::optional<world::Outcome> worst_reply(const explore::Graph& graph) {
  using world::Outcome;
  std::optional<Outcome> worst;
  for (const Edge& edge : graph.edges) {
    for (const Outcome each : {Outcome::type_error, Outcome::wrong_value, Outcome::leak}) {
      if ((edge.facts & world::fact::outcome(each)) == 0) continue;
      worst = std::max(worst.value_or(each), each);
    }
  }
  return worst;
}

std::optional<Causes> root_causes(const world::World& world, const explore::Graph& graph, const explore::Order& order,
                                  const Chances& chances, world::Outcome outcome, const CauseLimits& limits,
                                  const Allowance& allowance) {
  Product product(world, graph, order, chances, outcome, allowance);
  if (!product.run(limits.max_nodes)) return std::nullopt;
  return product.result();
}

}  // namespace interleak::explain

// See html_graph.hpp. Columns of numbers: one entry a state, or one an edge; what repeats (words of
// a step, queues, where the tasks stand) is stored once and named by its index.
#include "reports/html_graph.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "reports/graph_layout.hpp"
#include "reports/sha256.hpp"
#include "reports/words.hpp"
#include "sim/words/findings.hpp"
#include "sim/words/frames.hpp"
#include "sim/world/listener.hpp"

namespace interleak::reports {
namespace {

using explore::Graph;
using explore::kNoState;

constexpr std::uint32_t kMostDrawn = 2000;
constexpr std::uint32_t kNearStates = 3;

/// Values that occur often, each once, in the order of their first use.
class Table {
 public:
  int of(const Json& value) {
    const auto [at, fresh] =
        index_.emplace(value.dump(-1, ' ', false, Json::error_handler_t::replace), static_cast<int>(index_.size()));
    if (fresh) values_.push_back(value);
    return at->second;
  }
  Json values_ = Json::array();

 private:
  std::map<std::string, int> index_;
};

/// Names of what a step is drawn with; empty: it is only told.
std::string_view act_name(world::Listener::Act act) {
  using Act = world::Listener::Act;
  switch (act) {
    case Act::takes:
    case Act::makes:
    case Act::shares: return "take";
    case Act::puts: return "put";
    case Act::closes: return "close";
    case Act::connects: return "connect";
    case Act::sends: return "send";
    case Act::receives: return "receive";
    case Act::discards: return "discard";
    default: return {};
  }
}

/// Which states a page holds: how far each is from the schedules that are told, kNoState: it is
/// not.
std::vector<std::uint32_t> distances(const Graph& graph, Rung rung, std::span<const Events> paths) {
  std::vector<std::uint32_t> distance(graph.size(), rung == Rung::all ? 0 : kNoState);
  if (rung == Rung::all) return distance;
  std::vector<std::uint32_t> queue = {0};
  distance[0] = 0;
  for (const Events& path : paths) {
    std::uint32_t state = 0;
    for (const Event event : path) {
      const auto edges = graph.edges_of(state);
      const auto edge =
          std::find_if(edges.begin(), edges.end(), [&](const explore::Edge& each) { return each.event == event; });
      if (edge == edges.end()) break;
      state = edge->target;
      if (distance[state] == kNoState) queue.push_back(state);
      distance[state] = 0;
    }
  }
  const std::uint32_t most = rung == Rung::near ? kNearStates : 1;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const std::uint32_t state = queue[i];
    if (distance[state] == most) continue;
    for (const explore::Edge& edge : graph.edges_of(state)) {
      if (distance[edge.target] != kNoState) continue;
      distance[edge.target] = distance[state] + 1;
      queue.push_back(edge.target);
    }
  }
  return distance;
}

/// A number that JavaScript holds exactly, else its digits.
Json number_json(const check::BigInt& number) {
  if (number <= 9007199254740991) return static_cast<std::int64_t>(number);
  return number.str();
}

class GraphWriter {
 public:
  GraphWriter(const world::World& world, const check::StateSpace& space, Rung rung, TextTable& texts)
      : world_(world), space_(space), graph_(space.seen.graph), rung_(rung), texts_(texts) {}

  Json write(std::span<const Events> paths) {
    distance_ = distances(graph_, rung_, paths);
    number_.assign(graph_.size(), kNoState);
    for (std::uint32_t s = 0; s < graph_.size(); ++s) {
      if (distance_[s] != kNoState) number_[s] = held_++;
    }
    for (std::uint32_t s = 0; s < graph_.size(); ++s) {
      if (number_[s] != kNoState) add_state(s);
    }
    Json out = head();
    add_columns(out);
    if (rung_ == Rung::all && graph_.size() <= kMostDrawn) out["layout"] = layout();
    return out;
  }

 private:
  Json head() const {
    Json out = {{"states", graph_.size()}, {"edges", graph_.edges.size()}, {"held", held_}};
    if (rung_ == Rung::all) out["digest"] = graph_digest(world_, graph_);
    return out;
  }

  void add_columns(Json& out) {
    if (rung_ != Rung::all) out["number"] = std::move(numbers_);
    out["lines"] = std::move(lines_.values_);
    out["tells"] = std::move(tells_.values_);
    out["queues"] = std::move(queues_.values_);
    out["frames"] = std::move(frames_.values_);
    out["ends"] = std::move(ends_.values_);
    out["state"] = {{"degree", std::move(degree_)},
                    {"queues", std::move(state_queues_)},
                    {"frames", std::move(state_frames_)},
                    {"facts", std::move(facts_)},
                    {"end", std::move(end_)}};
    if (space_.futures) {
      out["state"]["may"] = std::move(may_);
      out["state"]["must"] = std::move(must_);
      out["state"]["all"] = std::move(all_);
      out["state"]["harmless"] = std::move(harmless_);
    }
    out["edge"] = {{"event", std::move(event_)},
                   {"target", std::move(target_)},
                   {"tell", std::move(tell_)},
                   {"facts", std::move(edge_facts_)},
                   {"worst", std::move(worst_)}};
  }

  /// The rim is shown, but not what follows it.
  bool has_edges(std::uint32_t s) const {
    if (rung_ == Rung::all) return true;
    const auto edges = graph_.edges_of(s);
    return std::all_of(edges.begin(), edges.end(),
                       [&](const explore::Edge& edge) { return number_[edge.target] != kNoState; });
  }

  void add_state(std::uint32_t s) {
    const auto bytes = graph_.bytes_of(s);
    const world::State state = world_.decode(bytes.data(), bytes.size());
    const bool open = graph_.end[s].expanded && has_edges(s);
    if (rung_ != Rung::all) numbers_.push_back(s);
    degree_.push_back(open ? static_cast<std::int64_t>(graph_.edges_of(s).size()) : -1);
    state_queues_.push_back(queues_.of(queues_of(state)));
    state_frames_.push_back(frames_.of(frames_of(state)));
    facts_.push_back(graph_.facts[s]);
    end_.push_back(end_of(s, state));
    if (space_.futures) {
      may_.push_back(space_.futures->may[s]);
      must_.push_back(space_.futures->must[s]);
      all_.push_back(number_json(space_.onward->all[s]));
      harmless_.push_back(number_json(space_.onward->without[s]));
    }
    if (!open) return;
    for (const explore::Edge& edge : graph_.edges_of(s)) add_edge(edge, state);
  }

  void add_edge(const explore::Edge& edge, const world::State& from) {
    world::State state = from;
    event_.push_back(text(world_.text(edge.event)));
    target_.push_back(number_[edge.target]);
    tell_.push_back(tells_.of(tell_of(words::tell(world_, state, edge.event))));
    edge_facts_.push_back(edge.facts);
    worst_.push_back(edge.worst);
  }

  /// What holds if a schedule ends there: -1: it cannot.
  Json end_of(std::uint32_t s, const world::State& state) {
    const explore::End& end = graph_.end[s];
    if (!end.complete) return -1;
    Json findings = Json::array();
    for (const words::FindingView& each : words::end_findings_in(world_, state))
      findings.push_back(marked(each.told()));
    return ends_.of({end.facts, end.worst, std::move(findings)});
  }

  Json queues_of(const world::State& state) {
    Json connections = Json::array();
    for (const words::ConnectionView& c : words::connections_in(world_, state)) {
      const int flags = (c.created ? 1 : 0) | (c.connected ? 2 : 0) | (c.idle ? 4 : 0);
      connections.push_back({flags, items(c.requests), items(c.wire), items(c.stream), items(c.kernel)});
      if (!c.held.empty()) connections.back().push_back(items(c.held));
    }
    Json free = Json::array();
    for (int n = 0; n < world_.nodes(); ++n) {
      for (const world::ConnId each : state.pools[n].free) free.push_back(each);
    }
    return {std::move(connections), std::move(free)};
  }

  Json items(const std::vector<words::ItemView>& items) {
    Json out = Json::array();
    for (const words::ItemView& item : items) out.push_back({item.task, text(item.text)});
    return out;
  }

  Json frames_of(const world::State& state) {
    Json out = Json::array();
    for (const words::FrameView& frame : words::frames_in(world_, state)) {
      out.push_back({frame.task, text(frame.name), text(frame.posture), line_of(frame.line)});
    }
    return out;
  }

  /// -1: none.
  int line_of(const std::optional<words::LineView>& line) {
    if (!line) return -1;
    return lines_.of({text(line->origin), text(line->procedure), line->line});
  }

  Json tell_of(const words::StepView& step) {
    const int flags = (step.cancel ? 1 : 0) | (step.was_ready ? 2 : 0) | (step.child ? 4 : 0);
    Json outcomes = Json::array(), findings = Json::array(), acts = Json::array();
    for (const words::OutcomeView& each : step.outcomes) {
      outcomes.push_back({each.task, static_cast<int>(each.outcome), each.from_task, marked(each.text)});
    }
    for (const words::FindingView& each : step.findings) findings.push_back(marked(each.told()));
    for (const words::ActionView& each : step.actions) {
      const std::string_view name = act_name(each.act);
      if (name.empty()) continue;
      acts.push_back({text(std::string(name)), each.connection, each.item.task, line_of(each.line)});
    }
    return {step.task,
            flags,
            marked(step.summary),
            text(step.await),
            line_of(step.line),
            std::move(outcomes),
            std::move(findings),
            std::move(acts)};
  }

  int text(const std::string& text) { return texts_.of(text); }
  /// A sentence, with the symbols before the names.
  int marked(const words::Prose& text) { return texts_.of(decorated(text, false)); }

  Json layout() const {
    const GraphLayout layout = layered(graph_);
    return {{"level", graph_.level}, {"place", layout.place}, {"width", layout.width}};
  }

  const world::World& world_;
  const check::StateSpace& space_;
  const Graph& graph_;
  Rung rung_;
  TextTable& texts_;
  std::vector<std::uint32_t> distance_, number_;
  std::uint32_t held_ = 0;
  Table lines_, tells_, queues_, frames_, ends_;
  Json numbers_ = Json::array(), degree_ = Json::array(), state_queues_ = Json::array(), state_frames_ = Json::array(),
       facts_ = Json::array(), end_ = Json::array(), may_ = Json::array(), must_ = Json::array(), all_ = Json::array(),
       harmless_ = Json::array(), event_ = Json::array(), target_ = Json::array(), tell_ = Json::array(),
       edge_facts_ = Json::array(), worst_ = Json::array();
};

// --- the digest ----------------------------------------------------------------------------------

std::string digest_words(const std::vector<words::ItemView>& items) {
  std::string out = "[";
  for (const words::ItemView& item : items) {
    out += (out.size() == 1 ? "" : ",") + std::to_string(item.task) + " " + item.text;
  }
  return out + "]";
}

std::string digest_words(const words::ConnectionView& c) {
  return std::string(" ") + (c.created ? "1" : "0") + (c.connected ? "1" : "0") + (c.idle ? "1" : "0") +
         digest_words(c.requests) + (c.held.empty() ? "" : digest_words(c.held)) + digest_words(c.wire) +
         digest_words(c.stream) + digest_words(c.kernel);
}

}  // namespace

std::string_view rung_words(Rung rung) {
  static constexpr std::array<std::string_view, 4> kWords = {
      "",
      "This run has more states than a page should hold: those within three steps of the schedules "
      "told here are in it.",
      "This run has more states than a page should hold: the states of the schedules told here are "
      "in it, and what else may happen next in each.",
      "This run has more states than a page can hold, or was not seen to its end: schedules are "
      "told "
      "without their alternatives."};
  return kWords[static_cast<std::size_t>(rung)];
}

int TextTable::of(const std::string& text) {
  const auto [at, fresh] = index_.emplace(text, static_cast<int>(texts_.size()));
  if (fresh) texts_.push_back(text);
  return at->second;
}

Json graph_json(const world::World& world, const check::StateSpace& space, Rung rung, std::span<const Events> paths,
                TextTable& texts) {
  if (rung == Rung::none) return nullptr;
  return GraphWriter(world, space, rung, texts).write(paths);
}

std::string graph_digest(const world::World& world, const Graph& graph, const Allowance& allowance) {
  certify::Hasher hasher;
  std::string text;   // of one state and its events
  Pace pace(allowance);
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    pace.step();
    text.clear();
    const auto bytes = graph.bytes_of(s);
    const explore::End& end = graph.end[s];
    text += "s " + std::to_string(graph.facts[s]);
    text += end.complete ? " " + std::to_string(end.facts) + " " + std::to_string(end.worst) : " -";
    const world::State state = world.decode(bytes.data(), bytes.size());
    for (const words::ConnectionView& each : words::connections_in(world, state)) {
      text += digest_words(each);
    }
    text += '\n';
    for (const explore::Edge& edge : graph.edges_of(s)) {
      text += "e " + world.text(edge.event) + " " + std::to_string(edge.target) + " " + std::to_string(edge.facts) +
              " " + std::to_string(edge.worst) + "\n";
    }
    hasher.add(text);
  }
  return hex_of(hasher.finish());
}

}  // namespace interleak::reports

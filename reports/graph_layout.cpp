// See graph_layout.hpp.
#include "reports/graph_layout.hpp"

#include <algorithm>

namespace interleak::reports {
namespace {

using Layers = std::vector<std::vector<std::uint32_t>>;
constexpr int kSweeps = 6;

class Arranger {
 public:
  explicit Arranger(const explore::Graph& graph) : neighbours_(graph.size()), layout_() {
    layout_.place.resize(graph.size());
    for (std::uint32_t s = 0; s < graph.size(); ++s) {
      const std::size_t level = graph.level[s];
      if (layers_.size() <= level) layers_.resize(level + 1);
      layout_.place[s] = static_cast<std::uint32_t>(layers_[level].size());
      layers_[level].push_back(s);
      for (const explore::Edge& edge : graph.edges_of(s)) {
        neighbours_[s].push_back(edge.target);
        neighbours_[edge.target].push_back(s);
      }
    }
    level_ = graph.level;
  }

  GraphLayout arrange() {
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      if (sweep % 2 == 0) {
        for (std::size_t l = 1; l < layers_.size(); ++l) sort(l, l - 1);
      } else {
        for (std::size_t l = layers_.size() - 1; l-- > 0;) sort(l, l + 1);
      }
    }
    for (const auto& layer : layers_) {
      layout_.width.push_back(static_cast<std::uint32_t>(layer.size()));
    }
    return std::move(layout_);
  }

 private:
  /// Mean place, in thousandths of the other layer, of the neighbours in it; its own without any.
  std::uint64_t wish(std::uint32_t state, std::size_t other) const {
    std::uint64_t sum = 0, count = 0;
    for (const std::uint32_t each : neighbours_[state]) {
      if (level_[each] != other) continue;
      sum += 2 * layout_.place[each] + 1;
      ++count;
    }
    const std::size_t own = level_[state];
    if (count == 0) return (2 * layout_.place[state] + 1) * 500'000ull / layers_[own].size();
    return sum * 500'000ull / (count * layers_[other].size());
  }

  void sort(std::size_t level, std::size_t other) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> wishes;
    for (const std::uint32_t s : layers_[level]) wishes.emplace_back(wish(s, other), s);
    std::stable_sort(wishes.begin(), wishes.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < wishes.size(); ++i) {
      layers_[level][i] = wishes[i].second;
      layout_.place[wishes[i].second] = static_cast<std::uint32_t>(i);
    }
  }

  std::vector<std::vector<std::uint32_t>> neighbours_;
  std::vector<std::uint32_t> level_;
  Layers layers_;
  GraphLayout layout_;
};

}  // namespace

GraphLayout layered(const explore::Graph& graph) { return Arranger(graph).arrange(); }

}  // namespace interleak::reports

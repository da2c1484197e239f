// See lineage.hpp. Tarjan's algorithm, without recursion (a chain may be as long as there are files),
// yields the strongly connected components, parents before children. A component of several designs, or
// of one that extends itself, is a circle; of all others the order follows from those of their parents.
#include "sim/scenario/lineage.hpp"

#include <algorithm>
#include <utility>

#include "sim/scenario/json.hpp"

namespace interleak::scenario {
namespace {

constexpr std::size_t kMostNamesShown = 8;   // of a circle

Diagnostic at_parent(const WrittenDesign& written, const WrittenDesign::Parent& parent, std::string code,
                     std::string message) {
  Diagnostic d;
  d.code = std::move(code);
  d.message = std::move(message);
  d.file = written.design.file;
  d.at = parent.at;
  d.length = parent.length;
  d.path = parent.path;
  return d;
}

/// "a -> b -> c"; of many names the first and the last.
std::string chain(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool cut = names.size() > kMostNamesShown;
    if (cut && i == kMostNamesShown / 2) {
      out += " -> ... " + std::to_string(names.size() - kMostNamesShown) + " more ...";
      i += names.size() - kMostNamesShown;
    }
    out += (out.empty() ? "" : " -> ") + std::string(names[i]);
  }
  return out;
}

/// Adds those that are not there yet.
void add_all(const std::vector<std::size_t>& from, std::vector<std::size_t>& to) {
  for (const std::size_t each : from) {
    if (std::find(to.begin(), to.end(), each) == to.end()) to.push_back(each);
  }
}

}  // namespace

class LineageFinder {
 public:
  using Index = Lineages::Index;

  LineageFinder(const std::map<std::string, WrittenDesign>& designs, Lineages& result)
      : r_(result), count_(designs.size()), seen_(count_, 0), low_(count_, 0), open_(count_, false),
        in_component_(count_, false) {
    for (const auto& [id, written] : designs) {
      designs_.push_back(&written);
      std::vector<Index>& parents = parents_.emplace_back();
      for (const WrittenDesign::Parent& parent : written.parents) {
        const auto found = r_.index_.find(parent.id);
        parents.push_back(found == r_.index_.end() ? Lineages::kNone : found->second);
      }
    }
  }

  void run() {
    for (Index d = 0; d < count_; ++d) {
      if (seen_[d] == 0) visit(d);
    }
  }

 private:
  /// A design whose parents are being looked at.
  struct Visit {
    Index design;
    std::size_t next = 0;   // of its parents
  };

  void visit(Index first) {
    enter(first);
    while (!visits_.empty()) {
      Visit& top = visits_.back();
      if (top.next == parents_[top.design].size()) {
        leave();
        continue;
      }
      const Index parent = parents_[top.design][top.next++];
      if (parent == Lineages::kNone) continue;
      if (seen_[parent] == 0) {
        enter(parent);
      } else if (open_[parent]) {
        low_[top.design] = std::min(low_[top.design], seen_[parent]);
      }
    }
  }

  void enter(Index design) {
    seen_[design] = low_[design] = ++visited_;
    open_[design] = true;
    stack_.push_back(design);
    visits_.push_back({design});
  }

  void leave() {
    const Index design = visits_.back().design;
    visits_.pop_back();
    if (!visits_.empty()) {
      const Index child = visits_.back().design;
      low_[child] = std::min(low_[child], low_[design]);
    }
    if (low_[design] != seen_[design]) return;
    const auto begin = std::find(stack_.rbegin(), stack_.rend(), design).base() - 1;
    const std::vector<Index> component(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    for (const Index each : component) open_[each] = false;
    settle(component);
  }

  /// All parents outside of the component are settled.
  void settle(const std::vector<Index>& component) {
    const Index least = *std::min_element(component.begin(), component.end());
    const auto& parents = parents_[least];
    const bool circle = component.size() > 1 || std::find(parents.begin(), parents.end(), least) != parents.end();
    for (const Index each : component) {
      r_.lines_[each].has_execute = has_execute(each);
    }
    if (!circle) return put_together(least);
    const Index wrong = add({circle_error(least, component), ""});
    const bool any =
        std::any_of(component.begin(), component.end(), [&](Index each) { return r_.lines_[each].has_execute; });
    for (const Index each : component) {
      r_.lines_[each].wrong = wrong;
      r_.lines_[each].has_execute = any;
    }
  }

  bool has_execute(Index design) const {
    const auto runs = [&](Index parent) { return parent != Lineages::kNone && r_.lines_[parent].has_execute; };
    return designs_[design]->design.procedures.count("execute") != 0 ||
           std::any_of(parents_[design].begin(), parents_[design].end(), runs);
  }

  Index add(Lineages::Wrong wrong) {
    r_.wrongs_.push_back(std::move(wrong));
    return r_.wrongs_.size() - 1;
  }

  /// The orders of its parents, one after another, and the design itself.
  void put_together(Index design) {
    const WrittenDesign& written = *designs_[design];
    Lineages::Line& line = r_.lines_[design];
    std::vector<Index> order;
    for (std::size_t i = 0; i < parents_[design].size() && line.wrong == Lineages::kNone; ++i) {
      const Index parent = parents_[design][i];
      const WrittenDesign::Parent& named = written.parents[i];
      if (parent == Lineages::kNone) {
        line.wrong = add(
            {at_parent(written, named, "ILK0023", "the design extends " + quote(named.id) + ", which does not exist"),
             named.id});
      } else if (r_.lines_[parent].wrong != Lineages::kNone) {
        line.wrong = r_.lines_[parent].wrong;
      } else {
        add_all(r_.lines_[parent].order, order);
        if (order.size() > kMaxAncestors) line.wrong = add({too_many(written, named), ""});
      }
    }
    if (line.wrong != Lineages::kNone) return;
    order.push_back(design);
    line.order = std::move(order);
  }

  static Diagnostic too_many(const WrittenDesign& written, const WrittenDesign::Parent& parent) {
    Diagnostic d = at_parent(written, parent, "ILK0025", "the design is put together from too many others");
    d.expected = "at most " + std::to_string(kMaxAncestors) + ", parents of parents included";
    return d;
  }

  /// The shortest circle through the design of the least id, told from there on. It stands where the last
  /// of them names that one.
  Diagnostic circle_error(Index least, const std::vector<Index>& component) {
    for (const Index each : component) in_component_[each] = true;
    std::map<Index, Index> from;
    std::vector<Index> queue = {least};
    Index last = Lineages::kNone;
    for (std::size_t i = 0; last == Lineages::kNone; ++i) {
      for (const Index parent : parents_[queue[i]]) {
        if (parent == least) last = queue[i];
        if (parent == least) break;
        if (parent == Lineages::kNone || !in_component_[parent]) continue;
        if (from.emplace(parent, queue[i]).second) queue.push_back(parent);
      }
    }
    for (const Index each : component) in_component_[each] = false;
    std::vector<std::string_view> names = {designs_[least]->design.id};
    for (Index at = last; at != least; at = from.at(at)) names.push_back(designs_[at]->design.id);
    names.push_back(designs_[least]->design.id);
    std::reverse(names.begin(), names.end());
    const auto& named = designs_[last]->parents;
    const auto closing =
        std::find_if(named.begin(), named.end(), [&](const auto& parent) { return parent.id == names.front(); });
    return at_parent(*designs_[last], *closing, "ILK0024", "a design extends itself: " + chain(names));
  }

  Lineages& r_;
  const Index count_;
  std::vector<const WrittenDesign*> designs_;
  std::vector<std::vector<Index>> parents_;   // kNone: does not exist
  std::vector<std::size_t> seen_, low_;       // 0: not seen yet
  std::vector<bool> open_;                    // on the stack
  std::vector<bool> in_component_;            // scratch
  std::vector<Index> stack_;
  std::vector<Visit> visits_;
  std::size_t visited_ = 0;
};

Lineages::Lineages(const std::map<std::string, WrittenDesign>& designs) : lines_(designs.size()) {
  for (const auto& [id, written] : designs) {
    index_.emplace(id, ids_.size());
    ids_.push_back(id);
    protocols_.push_back(written.design.protocol);
  }
  if (const auto root = index_.find(kPreludeId); root != index_.end()) prelude_ = root->second;
  LineageFinder(designs, *this).run();
}

const Lineages::Wrong* Lineages::wrong(std::string_view id) const {
  for (const Index each : {prelude_, index_.find(id)->second, second_prelude(id)}) {
    if (each != kNone && lines_[each].wrong != kNone) return &wrongs_[lines_[each].wrong];
  }
  return nullptr;
}

Lineages::Index Lineages::second_prelude(std::string_view id) const {
  const auto& order = line(id).order;
  const auto named = std::find_if(order.rbegin(), order.rend(), [&](Index each) { return !protocols_[each].empty(); });
  if (named == order.rend()) return kNone;
  const auto found = index_.find(prelude_of(protocols_[*named]));
  return found == index_.end() ? kNone : found->second;
}

std::vector<std::string> Lineages::order(std::string_view id) const {
  if (wrong(id) != nullptr) return {};
  std::vector<Index> all;
  if (prelude_ != kNone) all = lines_[prelude_].order;
  const Index second = second_prelude(id);
  if (second != kNone) add_all(lines_[second].order, all);
  add_all(line(id).order, all);
  std::vector<std::string> result;
  for (const Index each : all) result.push_back(ids_[each]);
  return result;
}

bool Lineages::has_execute(std::string_view id) const {
  return line(id).has_execute || (prelude_ != kNone && lines_[prelude_].has_execute);
}

}  // namespace interleak::scenario

// The counts come from one question, asked once for each place: how many schedules keep away from
// it? What is left of all schedules is what landed there.
#include "sim/check/matrix.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "sim/check/exploration.hpp"
#include "sim/explore/count.hpp"
#include "sim/kernel/schedule.hpp"
#include "sim/world/schedules.hpp"

namespace interleak::check {
namespace {

using design::Op;
using world::World;

auto key_of(const CancelPlace& place) {
  const words::LineView line = place.line.value_or(words::LineView{});
  return std::tuple(line.procedure, line.line, line.text, place.rank, place.await, place.ready);
}

/// The kinds of await as an operation usually meets them.
struct Kind {
  Op op;
  const char* name;
  bool can_wait;
};
constexpr std::array<Kind, 14> kKinds = {{{Op::await_turn, "turn", true},
                                          {Op::await_resolve, "resolve", false},
                                          {Op::await_poll, "poll", false},
                                          {Op::await_connect, "connect", false},
                                          {Op::await_send_handshake, "send handshake", false},
                                          {Op::await_send_request, "send request", false},
                                          {Op::await_send_own, "send", false},
                                          {Op::await_send_command, "send", false},
                                          {Op::await_receive, "receive", true},
                                          {Op::await_discard, "discard", true},
                                          {Op::await_child, "child", true},
                                          {Op::await_task, "task", true},
                                          {Op::await_close, "close", false},
                                          {Op::await_pause, "pause", false}}};

std::string queue_of(const World& world, const design::Instruction& at) {
  const bool pool = static_cast<design::Scope>(at.b) == design::Scope::pool;
  return pool ? " pool." + world.program().pool_queues[at.a] : " conn." + world.program().conn_queues[at.a];
}

CancelPlace place_at(const World& world, design::Pc pc, bool ready, MatrixRows rows) {
  const design::Instruction& at = world.program().code[pc];
  CancelPlace place;
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& each) { return each.op == at.op; });
  place.rank = static_cast<int>(kind - kKinds.begin());
  if (kind != kKinds.end()) {
    place.await = kind->name;
    const bool sends = world::await_kind(at.op) == world::AwaitKind::send;
    place.can_wait = kind->can_wait || (sends && world.physics().flush);
  } else {  // a kind that has no place in the order yet comes last
    place.await = world::kAwaitNames[static_cast<std::size_t>(world::await_kind(at.op))];
    place.can_wait = !ready;
  }
  if (at.op == Op::await_turn) place.await += queue_of(world, at) + (at.number != 0 ? " timeout" : "");
  const bool reads = at.op == Op::await_receive || at.op == Op::await_discard;
  if (reads && at.a != 0) place.await += " until " + world.program().kinds[at.a - 1u];
  if (at.op == Op::await_send_own) place.await += " " + world.program().own_commands[at.a];
  if (at.op == Op::await_send_command) place.await += " \"" + world.program().commands[at.a] + "\"";
  place.ready = ready;
  if (rows == MatrixRows::lines) {
    place.line = words::line_of(world.program().lines[at.line]);
  }
  return place;
}

class Counter {
 public:
  Counter(const World& world, MatrixRows rows, const Options& options)
      : world_(world), rows_(rows), options_(options), allowance_(options.allowance()),
        seen_(explore_all(world, options)) {}

  MatrixColumn run() {
    MatrixColumn column;
    column.states = seen_.graph.size();
    column.transitions = seen_.graph.edges.size();
    column.depth = seen_.depth();
    column.stop = seen_.stop;
    if (seen_.diverges) {
      std::vector<std::string> texts;
      for (const Event event : *seen_.diverges) texts.push_back(world_.text(event));
      column.diverges_schedule = join_schedule(texts);
      column.bound = world::bound_reached(world_, *seen_.diverges);
    }
    if (!seen_.closed()) return column;
    try {
      count(column);
    } catch (const Cut&) {
      column.stop = options_.ended_by();
    }
    return column;
  }

 private:
  using Tag = std::uint32_t;  // 0: no cancel; else the number of a place, from 1

  /// Tags each cancel of the graph with its place: the await at which its task stood before.
  std::vector<CancelPlace> tag_edges() {
    std::map<CancelPlace, Tag> numbers;
    std::vector<CancelPlace> places;
    allowance_.take(seen_.graph.edges.size() * sizeof(Tag));
    Pace pace(allowance_);
    tags_.assign(seen_.graph.edges.size(), 0);
    for (std::uint32_t s = 0; s < seen_.graph.size(); ++s) {
      std::optional<world::State> state;
      pace.step();
      for (const explore::Edge& edge : seen_.graph.edges_of(s)) {
        if (!world_.is_fault(edge.event)) continue;
        const auto bytes = seen_.graph.bytes_of(s);
        if (!state) state = world_.decode(bytes.data(), bytes.size());
        const world::Frame& frame = state->frames[world::parts_of(edge.event).frame];
        const CancelPlace place = place_at(world_, frame.pc, frame.status == world::Status::ready, rows_);
        const auto [at, fresh] = numbers.try_emplace(place, static_cast<Tag>(places.size() + 1));
        if (fresh) places.push_back(place);
        tags_[index_of(edge)] = at->second;
      }
    }
    return places;
  }

  std::size_t index_of(const explore::Edge& edge) const {
    return static_cast<std::size_t>(&edge - seen_.graph.edges.data());
  }

  /// Schedules that use only cancels whose tag is allowed; every name is present.
  template <class Allowed>
  MatrixCell schedules(explore::Tally& tally, const Allowed& allowed) const {
    const auto by_tag = [&](const explore::Edge& edge) { return allowed(tags_[index_of(edge)]); };
    MatrixCell cell;
    cell.schedules = tally.count({}, by_tag);
    const auto present = explore::classes_of(seen_.graph);
    BigInt below;
    for (int c = 0; c < world::kOutcomes; ++c) {
      if (!present[static_cast<std::size_t>(c)]) continue;
      const BigInt up_to = tally.count({.worst = static_cast<std::uint8_t>(c)}, by_tag);
      cell.by_outcome[std::string(world::kOutcomeNames[static_cast<std::size_t>(c)])] = up_to - below;
      below = up_to;
    }
    if (uniform_) add_chances(cell, by_tag, present);
    for (const auto& finding : world::kPoolFindings) {
      cell.by_finding[std::string(finding.name)] = cell.schedules - tally.count({.never = finding.fact}, by_tag);
    }
    return cell;
  }

  template <class Allowed, class Present>
  void add_chances(MatrixCell& cell, const Allowed& allowed, const Present& present) const {
    cell.chance = uniform_->probability({}, allowed);
    Rational below = 0;
    for (int c = 0; c < world::kOutcomes; ++c) {
      if (!present[static_cast<std::size_t>(c)]) continue;
      const Rational up_to = uniform_->probability({.worst = static_cast<std::uint8_t>(c)}, allowed);
      cell.chance_of[std::string(world::kOutcomeNames[static_cast<std::size_t>(c)])] = up_to - below;
      below = up_to;
    }
  }

  bool wants_chances() const {
    return options_.numbers == WhichNumbers::all ||
           (options_.numbers == WhichNumbers::cheap && seen_.graph.edges.size() <= kCheapTransitions);
  }

  void count(MatrixColumn& column) {
    const std::vector<CancelPlace> places = tag_edges();
    explore::Tally tally(seen_.graph, seen_.order, false, allowance_);
    if (wants_chances()) uniform_.emplace(seen_.graph, seen_.order, allowance_);
    column.chances = uniform_.has_value();
    const MatrixCell all = schedules(tally, [](Tag) { return true; });
    column.no_cancel = nonzero(schedules(tally, [](Tag tag) { return tag == 0; }));
    for (Tag number = 1; number <= places.size(); ++number) {
      const MatrixCell away = schedules(tally, [&](Tag tag) { return tag != number; });
      column.cells[places[number - 1]] = nonzero(difference(all, away));
    }
    column.all = nonzero(all);
    column.exact = true;
  }

  static MatrixCell difference(MatrixCell all, const MatrixCell& away) {
    all.schedules -= away.schedules;
    for (auto& [name, number] : all.by_outcome) number -= away.by_outcome.at(name);
    for (auto& [name, number] : all.by_finding) number -= away.by_finding.at(name);
    all.chance -= away.chance;
    for (auto& [name, number] : all.chance_of) number -= away.chance_of.at(name);
    return all;
  }

  static MatrixCell nonzero(MatrixCell cell) {
    std::erase_if(cell.by_outcome, [](const auto& each) { return each.second == 0; });
    std::erase_if(cell.by_finding, [](const auto& each) { return each.second == 0; });
    std::erase_if(cell.chance_of, [](const auto& each) { return each.second == 0; });
    return cell;
  }

  const World& world_;
  const MatrixRows rows_;
  const Options& options_;
  const Allowance allowance_;
  const Exploration seen_;
  std::vector<Tag> tags_;  // of each edge
  std::optional<explore::Uniform> uniform_;
};

}  // namespace

bool operator<(const CancelPlace& a, const CancelPlace& b) { return key_of(a) < key_of(b); }
bool operator==(const CancelPlace& a, const CancelPlace& b) { return key_of(a) == key_of(b); }

MatrixColumn cancellation_matrix(const World& world, MatrixRows rows, const Options& options) {
  return Counter(world, rows, options).run();
}

std::vector<CancelPlace> places_of(std::span<const MatrixColumn> columns) {
  std::set<CancelPlace> places;
  for (const MatrixColumn& column : columns) {
    for (const auto& [place, cell] : column.cells) places.insert(place);
  }
  return {places.begin(), places.end()};
}

}  // namespace interleak::check

// See lockstep.hpp: first the pair as a system, then its counts, then one schedule side by side.
#include "sim/check/lockstep.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "sim/check/exploration.hpp"
#include "sim/explore/count.hpp"
#include "sim/explore/whole.hpp"
#include "sim/world/schedules.hpp"

namespace interleak::check {
namespace {

using world::Outcome;
using world::World;

// --- facts ---------------------------------------------------------------------------------------

/// Facts of one world that the pair knows, in the order of their bits there: how badly a schedule
/// ends (ok needs none), then the findings about the pool.
constexpr std::size_t kWorstFacts = world::kOutcomes - 1;
constexpr std::size_t kSideFacts = kWorstFacts + world::kPoolFindings.size();
static_assert(2 * kSideFacts <= 28, "the facts of the pair itself begin there");

/// The fact that some operation ended so, or is left so at the end.
constexpr Facts fact_of(Outcome outcome) {
  const Facts at_the_end = outcome == Outcome::starved ? world::fact::kStarved : 0;
  return world::fact::outcome(outcome) | at_the_end;
}

constexpr std::array<Facts, kSideFacts> known_facts() {
  std::array<Facts, kSideFacts> known{};
  for (std::size_t i = 0; i < kWorstFacts; ++i) known[i] = fact_of(static_cast<Outcome>(i + 1));
  for (std::size_t i = 0; i < world::kPoolFindings.size(); ++i) {
    known[kWorstFacts + i] = world::kPoolFindings[i].fact;
  }
  return known;
}
constexpr auto kKnown = known_facts();

/// An operation under that design ends worse than this.
Facts worse_than(Outcome outcome, bool second) {
  Facts facts = 0;
  for (int worse = static_cast<int>(outcome) + 1; worse < world::kOutcomes; ++worse) {
    facts |= fact_of(static_cast<Outcome>(worse));
  }
  return Lockstep::side(facts, second);
}

bool contains(const Events& events, Event event) {
  return std::find(events.begin(), events.end(), event) != events.end();
}

bool complete(const World& world, const Events& enabled) {
  return std::all_of(enabled.begin(), enabled.end(), [&](Event e) { return world.is_optional(e); });
}

/// What the first of two worlds enables and the second does not.
Events only_first(const Events& first, const Events& second) {
  Events only;
  for (const Event event : first) {
    if (!contains(second, event)) only.push_back(event);
  }
  return only;
}

/// Some schedule of the one goes another way than those of the other: by an event, or by its end.
bool parts(const World& one, const Events& mine, const World& other, const Events& theirs) {
  return !only_first(mine, theirs).empty() || (complete(one, mine) && !complete(other, theirs));
}

}  // namespace

// --- the pair as a system ------------------------------------------------------------------------

Facts Lockstep::side(Facts facts, bool second) {
  Facts bits = 0;
  for (std::size_t i = 0; i < kSideFacts; ++i) {
    if ((facts & kKnown[i]) != 0) bits |= Facts{1} << (i + (second ? kSideFacts : 0));
  }
  return bits;
}

void Lockstep::enabled(const State& state, Events& out) const {
  Events first, second;
  first_->enabled(state.first, first);
  second_->enabled(state.second, second);
  for (const Event event : first) {
    if (contains(second, event)) out.push_back(event);
  }
}

StepLabel Lockstep::apply(State& state, Event event) const {
  const StepLabel first = first_->apply(state.first, event);
  const StepLabel second = second_->apply(state.second, event);
  StepLabel label;
  label.facts = side(first.facts, false) | side(second.facts, true);
  if (((first.facts | second.facts) & world::fact::kDiverges) != 0) label.facts |= kDiverges;
  label.worst = std::max(first.worst, second.worst);
  label.resources = first.resources | second.resources;
  return label;
}

Facts Lockstep::facts(const State& state) const {
  Events first, second;
  first_->enabled(state.first, first);
  second_->enabled(state.second, second);
  Facts facts = side(first_->facts(state.first), false) | side(second_->facts(state.second), true);
  if (parts(*first_, first, *second_, second)) facts |= kFirstParts;
  if (parts(*second_, second, *first_, first)) facts |= kSecondParts;
  return facts;
}

EndLabel Lockstep::end(const State& state) const {
  Events first, second;
  first_->enabled(state.first, first);
  second_->enabled(state.second, second);
  if (!complete(*first_, first) || !complete(*second_, second)) return {kEndsApart, 0};
  const EndLabel one = first_->end(state.first), other = second_->end(state.second);
  return {side(one.facts, false) | side(other.facts, true), std::max(one.worst, other.worst)};
}

void Lockstep::encode(const State& state, std::vector<std::uint8_t>& out) const {
  const std::size_t at = out.size();
  out.resize(at + 2);
  first_->encode(state.first, out);
  const std::size_t size = out.size() - at - 2;  // below 2^16: every queue of a state is bounded
  out[at] = static_cast<std::uint8_t>(size & 0xff);
  out[at + 1] = static_cast<std::uint8_t>(size >> 8);
  second_->encode(state.second, out);
}

Lockstep::State Lockstep::decode(const std::uint8_t* bytes, std::size_t size) const {
  const std::size_t first = static_cast<std::size_t>(bytes[0]) | static_cast<std::size_t>(bytes[1]) << 8;
  return {first_->decode(bytes + 2, first), second_->decode(bytes + 2 + first, size - 2 - first)};
}

// --- wishes --------------------------------------------------------------------------------------

std::optional<Wish> wish_of(std::string_view name) {
  Wish wish;
  wish.name = name;
  if (name == "any") return wish;
  for (int i = 0; i < world::kOutcomes; ++i) {
    if (world::kOutcomeNames[static_cast<std::size_t>(i)] != name) continue;
    wish.worst = static_cast<Outcome>(i);
    return wish;
  }
  for (const auto& finding : world::kPoolFindings) {
    if (finding.name != name) continue;
    wish.finding = finding.fact;
    return wish;
  }
  return std::nullopt;
}

std::vector<std::string> wish_names() {
  std::vector<std::string> names(world::kOutcomeNames.rbegin(), world::kOutcomeNames.rend());
  for (const auto& finding : world::kPoolFindings) names.emplace_back(finding.name);
  names.emplace_back("any");
  return names;
}

namespace {

void add_wish(explore::Wanted& wanted, const Wish& wish, bool second) {
  if (wish.finding != 0) wanted.met.push_back(Lockstep::side(wish.finding, second));
  if (!wish.worst) return;
  wanted.never |= worse_than(*wish.worst, second);
  if (*wish.worst != Outcome::ok) {
    wanted.met.push_back(Lockstep::side(fact_of(*wish.worst), second));
  }
}

explore::Wanted wanted_of(const Wish& first, const Wish& second) {
  explore::Wanted wanted;
  wanted.never = Lockstep::kEndsApart;
  add_wish(wanted, first, false);
  add_wish(wanted, second, true);
  return wanted;
}

std::string text_of(const World& world, const Events& events) {
  std::vector<std::string> texts;
  for (const Event event : events) texts.push_back(world.text(event));
  return join_schedule(texts);
}

// --- all schedules of a pair ---------------------------------------------------------------------

class PairCounter {
 public:
  PairCounter(const World& first, const World& second, const Options& options)
      : first_(first), second_(second), pair_(first, second), options_(options), allowance_(options.allowance()),
        seen_(explore_all(pair_, options, Lockstep::kDiverges)) {}

  PairResult run(const std::optional<WishPair>& wish) {
    PairResult result;
    result.states = seen_.graph.size();
    result.transitions = seen_.graph.edges.size();
    result.depth = seen_.depth();
    result.stop = seen_.stop;
    if (seen_.diverges) {
      result.diverges_schedule = text_of(first_, *seen_.diverges);
      const world::Bound first = world::bound_reached(first_, *seen_.diverges);
      result.bound = first != world::Bound::none ? first : world::bound_reached(second_, *seen_.diverges);
    }
    if (!seen_.closed()) return result;
    try {
      count(wish, result);
      result.exact = true;
    } catch (const Cut&) {
      result.stop = options_.ended_by();
    }
    return result;
  }

 private:
  void count(const std::optional<WishPair>& wish, PairResult& result) const {
    explore::Tally tally(seen_.graph, seen_.order, false, allowance_);
    result.shared = tally.count({.never = Lockstep::kEndsApart});
    count_cells(tally, result);
    count_findings(tally, result);
    result.first_parts = parting(false);
    result.second_parts = parting(true);
    if (!wish) return;
    result.found = least(wish->first, wish->second);
    if (result.found) result.found_schedule = text_of(first_, *result.found);
  }

  std::optional<Events> least(const Wish& first, const Wish& second) const {
    return explore::shortest_whole(pair_, seen_.graph, wanted_of(first, second), allowance_);
  }

  /// Outcomes that may be the worst one on a side, the least bad first.
  std::vector<Outcome> outcomes(bool second) const {
    Facts present = 0;
    for (const explore::Edge& edge : seen_.graph.edges) present |= edge.facts;
    for (const explore::End& end : seen_.graph.end) present |= end.complete ? end.facts : 0;
    std::vector<Outcome> found = {Outcome::ok};
    for (int i = 1; i < world::kOutcomes; ++i) {
      const auto outcome = static_cast<Outcome>(i);
      if ((present & Lockstep::side(fact_of(outcome), second)) != 0) found.push_back(outcome);
    }
    return found;
  }

  /// "At most a and at most b" is one pass; "a and b" follows from four of these numbers.
  void count_cells(explore::Tally& tally, PairResult& result) const {
    const auto firsts = outcomes(false), seconds = outcomes(true);
    std::vector<BigInt> above(seconds.size()), row(seconds.size());
    for (const Outcome first : firsts) {
      for (std::size_t j = 0; j < seconds.size(); ++j) {
        row[j] = tally.count({.never = Lockstep::kEndsApart | worse_than(first, false) | worse_than(seconds[j], true)});
        SharedCell cell{first, seconds[j], row[j] - above[j], {}};
        if (j > 0) cell.schedules -= row[j - 1] - above[j - 1];
        if (cell.schedules == 0) continue;
        if (cell.first != cell.second) cell.example = example(cell);
        result.cells.push_back(std::move(cell));
      }
      above = row;
    }
    std::reverse(result.cells.begin(), result.cells.end());
  }

  std::string example(const SharedCell& cell) const {
    const auto wish = [](Outcome outcome) {
      return Wish{std::string(world::kOutcomeNames[static_cast<std::size_t>(outcome)]), outcome, 0};
    };
    return text_of(first_, least(wish(cell.first), wish(cell.second)).value());
  }

  void count_findings(explore::Tally& tally, PairResult& result) const {
    for (const auto& finding : world::kPoolFindings) {
      const Facts first = Lockstep::side(finding.fact, false);
      const Facts second = Lockstep::side(finding.fact, true);
      const auto without = [&](Facts facts) { return tally.count({.never = Lockstep::kEndsApart | facts}); };
      const BigInt not_first = without(first), not_second = without(second);
      const BigInt neither = without(first | second);
      SharedFinding counts{std::string(finding.name), not_second - neither, not_first - neither, 0};
      counts.both = result.shared - not_first - not_second + neither;
      if (neither != result.shared) result.findings.push_back(std::move(counts));
    }
  }

  std::optional<PartingWays> parting(bool second) const {
    const Facts mask = second ? Lockstep::kSecondParts : Lockstep::kFirstParts;
    const auto after = explore::shortest(pair_, seen_.graph, mask, false, allowance_);
    if (!after) return std::nullopt;
    const World& one = second ? second_ : first_;
    const World& other = second ? first_ : second_;
    world::State mine = one.initial(), theirs = other.initial();
    for (const Event event : *after) {
      one.apply(mine, event);
      other.apply(theirs, event);
    }
    Events enabled, others;
    one.enabled(mine, enabled);
    other.enabled(theirs, others);
    PartingWays ways{*after, text_of(one, *after), {}, {}};
    for (const Event event : only_first(enabled, others)) ways.events.push_back(one.text(event));
    if (!ways.events.empty()) {
      std::vector<Event> ignored;
      const auto refusal = words::parse_schedule(other, ways.schedule + " " + ways.events[0], ignored);
      if (refusal) ways.why = refusal->reason.text();
    }
    return ways;
  }

  const World& first_;
  const World& second_;
  const Lockstep pair_;
  const Options& options_;
  const Allowance allowance_;
  const Exploration seen_;
};

}  // namespace

PairResult lockstep(const World& first, const World& second, const std::optional<WishPair>& wish,
                    const Options& options) {
  return PairCounter(first, second, options).run(wish);
}

// --- one schedule --------------------------------------------------------------------------------

std::string_view difference_name(Difference difference) {
  constexpr std::array<std::string_view, 6> kNames = {"stopped", "deed", "outcomes", "findings", "enabled", "end"};
  return kNames[static_cast<std::size_t>(difference)];
}

namespace {

Lane lane_of(const World& world, std::string_view schedule) {
  Lane lane;
  std::vector<Event> events;
  lane.stopped = words::parse_schedule(world, schedule, events);
  lane.trace = words::trace(world, events);
  world::State state = world.initial();
  Events enabled;
  const auto note = [&] {
    enabled.clear();
    world.enabled(state, enabled);
    std::vector<std::string>& texts = lane.enabled.emplace_back();
    for (const Event event : enabled) texts.push_back(world.text(event));
  };
  std::uint8_t worst = 0;
  note();
  for (const Event event : events) {
    worst = std::max(worst, world.apply(state, event).worst);
    note();
  }
  if (complete(world, enabled)) worst = std::max(worst, world.end(state).worst);
  lane.worst = static_cast<Outcome>(worst);
  return lane;
}

/// What operations that end in a step end with.
std::vector<std::pair<Outcome, words::Prose>> outcomes_of(const words::StepView& step) {
  std::vector<std::pair<Outcome, words::Prose>> outcomes;
  for (const auto& each : step.outcomes) outcomes.emplace_back(each.outcome, each.text);
  return outcomes;
}

std::optional<Difference> difference_at(const Lane& a, const Lane& b, std::size_t step) {
  const bool first_runs = step <= a.trace.steps.size(), second_runs = step <= b.trace.steps.size();
  if (first_runs != second_runs) return Difference::stopped;
  if (!first_runs) return std::nullopt;
  if (step > 0) {
    const words::StepView& one = a.trace.steps[step - 1];
    const words::StepView& other = b.trace.steps[step - 1];
    if (one.summary != other.summary) return Difference::deed;
    if (outcomes_of(one) != outcomes_of(other)) return Difference::outcomes;
    if (one.findings != other.findings) return Difference::findings;
  }
  if (a.enabled[step] != b.enabled[step]) return Difference::enabled;
  return std::nullopt;
}

std::optional<LanesPart> part_of(const Lane& a, const Lane& b, std::size_t steps) {
  for (std::size_t step = 0; step <= steps; ++step) {
    if (const auto what = difference_at(a, b, step)) return LanesPart{step, *what};
  }
  if (a.trace.end_findings != b.trace.end_findings) return LanesPart{steps + 1, Difference::end};
  return std::nullopt;
}

}  // namespace

std::variant<SideBySide, ScheduleError> side_by_side(const std::vector<std::shared_ptr<const World>>& worlds,
                                                     std::string_view schedule) {
  const auto words = split_schedule(schedule);
  if (const auto* error = std::get_if<ScheduleError>(&words)) return *error;
  SideBySide result;
  for (const ScheduleWord& word : std::get<std::vector<ScheduleWord>>(words)) {
    result.events.insert(result.events.end(), word.count, std::string(word.text));
  }
  for (const auto& world : worlds) {
    result.lanes.push_back(lane_of(*world, schedule));
    result.parts.push_back(part_of(result.lanes.front(), result.lanes.back(), result.events.size()));
  }
  return result;
}

}  // namespace interleak::check

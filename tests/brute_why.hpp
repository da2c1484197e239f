// Explanations by trying everything: each maximal schedule on its own, with its story. Exponential, and
// knows nothing of graphs, products or tables.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "sim/check/exploration.hpp"
#include "sim/explain/nearest.hpp"
#include "sim/explain/story.hpp"
#include "sim/explain/why.hpp"
#include "tests/brute.hpp"

namespace interleak::brute {

using explain::Rational;

/// Probability of a maximal schedule, or of its first `length` events, under `uniform`.
inline Rational chance_of(const world::World& world, const Events& events, bool whole) {
  Rational chance = 1;
  world::State state = world.initial();
  Events enabled;
  for (std::size_t i = 0;; ++i) {
    enabled.clear();
    world.enabled(state, enabled);
    const bool complete =
        std::all_of(enabled.begin(), enabled.end(), [&](Event event) { return world.is_optional(event); });
    if (i == events.size() && !whole) return chance;
    chance /= static_cast<unsigned>(enabled.size() + (complete ? 1 : 0));
    if (i == events.size()) return chance;
    world.apply(state, events[i]);
  }
}

/// Insertions and deletions between two schedules.
inline std::size_t edits(const Events& a, const Events& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = a[i - 1] == b[j - 1] ? diagonal : std::min(above, row[j - 1]) + 1;
      diagonal = above;
    }
  }
  return row.back();
}

inline void check_nearest(const world::World& world, const Runs& runs, const Events& witness, Facts never,
                          const std::optional<explain::Nearest>& nearest) {
  const auto rank_of = [&](const explore::Run& run) {
    return std::tuple_cat(std::tuple(edits(run.events, witness)), rank(world, run));
  };
  const explore::Run* best = nullptr;
  for (const explore::Run& run : runs) {
    if ((run.facts & never) != 0) continue;
    if (best == nullptr || rank_of(run) < rank_of(*best)) best = &run;
  }
  REQUIRE(nearest.has_value() == (best != nullptr));
  if (best == nullptr) return;
  CHECK(nearest->events == best->events);
  CHECK(nearest->edits == static_cast<int>(edits(best->events, witness)));
}

// --- along the witness ---------------------------------------------------------------------------

/// Does one of the facts hold after so many events, or before?
inline bool shown(const world::World& world, const Events& events, std::size_t length, Facts mask) {
  world::State state = world.initial();
  Facts facts = world.facts(state);
  for (std::size_t i = 0; i < length; ++i) {
    facts |= world.apply(state, events[i]).facts;
    facts |= world.facts(state);
  }
  return (facts & mask) != 0;
}

inline void check_along(const world::World& world, const Runs& runs, const Events& witness, Facts mask,
                        const explain::Along& along) {
  REQUIRE(along.probability.size() == witness.size() + 1);
  int last_safe = -1;
  for (std::size_t length = 0; length <= witness.size(); ++length) {
    const Events prefix(witness.begin(), witness.begin() + static_cast<std::ptrdiff_t>(length));
    Rational bad = 0, all = 0;
    for (const explore::Run& run : runs) {
      if (run.events.size() < length || !std::equal(prefix.begin(), prefix.end(), run.events.begin())) {
        continue;
      }
      const Rational chance = chance_of(world, run.events, true);
      all += chance;
      if ((run.facts & mask) != 0) bad += chance;
    }
    CHECK(all == chance_of(world, prefix, false));
    CHECK(along.probability[length] == bad / all);
    if (bad != all && last_safe == static_cast<int>(length) - 1) last_safe = static_cast<int>(length);
  }
  CHECK(along.last_safe_choice == last_safe);
}

// --- relevance -----------------------------------------------------------------------------------

/// What a schedule shows: by definition, from its story.
struct Shows {
  std::set<std::tuple<int, int, int, int>> ends;
  Facts facts = 0;
};
inline std::optional<Shows> shows(const world::World& world, const Events& events, Facts mask, bool last_only) {
  Stepper<world::World> stepper(world);
  Shows found;
  if (!last_only) found.facts |= stepper.facts() & mask;
  for (std::size_t i = 0; i < events.size(); ++i) {
    Events enabled;
    stepper.enabled(enabled);
    if (std::count(enabled.begin(), enabled.end(), events[i]) == 0) return std::nullopt;
    const StepLabel label = stepper.step(events[i]);
    if (!last_only || i + 1 == events.size()) found.facts |= (label.facts | stepper.facts()) & mask;
  }
  Events enabled;
  stepper.enabled(enabled);
  if (std::all_of(enabled.begin(), enabled.end(), [&](Event e) { return world.is_optional(e); })) {
    found.facts |= stepper.end().facts & mask;
  }
  for (const explain::Ending& end : explain::story_of(world, events).endings) {
    if (last_only && end.step != static_cast<int>(events.size())) continue;
    if ((world::fact::outcome(end.outcome) & mask) == 0) continue;
    found.ends.insert({end.op, static_cast<int>(end.outcome), end.reply.op, end.reply.part});
  }
  return found;
}

inline void check_relevance(const world::World& world, const Events& witness, Facts mask,
                            const std::vector<explain::Freedom>& freedom) {
  const Shows wanted = *shows(world, witness, mask, true);
  const auto same = [&](const Events& events) {
    const auto found = shows(world, events, mask, false);
    return found && (found->facts & wanted.facts) == wanted.facts &&
           std::includes(found->ends.begin(), found->ends.end(), wanted.ends.begin(), wanted.ends.end());
  };
  REQUIRE(freedom.size() == witness.size());
  for (std::size_t i = 0; i < witness.size(); ++i) {
    Events without = witness;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(freedom[i].droppable == same(without));
    const auto at = [&](int place) {
      Events events = without;
      events.insert(events.begin() + place - 1, witness[i]);
      return same(events);
    };
    for (int place = freedom[i].earliest; place <= freedom[i].latest; ++place) CHECK(at(place));
    if (freedom[i].earliest > 1) CHECK_FALSE(at(freedom[i].earliest - 1));
    if (freedom[i].latest < static_cast<int>(witness.size())) CHECK_FALSE(at(freedom[i].latest + 1));
  }
}

// --- root causes ---------------------------------------------------------------------------------

/// Line of the cancel (-1: none), residue, line of the read (-1: none), as indices.
using CauseClass = std::tuple<int, explain::Residue, int>;

class Classifier {
 public:
  Classifier(const world::World& world, const Events& events)
      : world_(world), story_(explain::story_of(world, events)) {}

  /// The class of the first ending with that outcome, and the step that it is in.
  std::pair<CauseClass, int> first(world::Outcome outcome) const {
    const auto end = std::find_if(story_.endings.begin(), story_.endings.end(),
                                  [&](const auto& each) { return each.outcome == outcome; });
    REQUIRE(end != story_.endings.end());
    const bool named = !end->has_reply || end->reply.op == world::kHandshakeOp;
    const auto [line, residue] = fatal(named ? end->op : end->reply.op, end->when);
    int read = -1;
    std::size_t when = 0;
    for (const explain::Message& m : story_.messages) {
      const bool taken = m.read != 0 && !m.discarded && m.read_when < end->when;
      if (!end->has_reply || (m.label.op != end->reply.op || m.label.part != end->reply.part) || !taken ||
          m.read_when < when)
        continue;
      when = m.read_when;
      read = world_.program().code[m.read_at].line;
    }
    return {{line, residue, read}, end->step};
  }

 private:
  using Fatal = std::pair<int, explain::Residue>;

  Fatal fatal(world::OpId op, std::size_t before) const {
    Fatal latest{-1, explain::Residue::no_cancel};
    std::size_t when = 0;
    for (const explain::Landing& cancel : story_.cancels) {
      if (cancel.op != op || cancel.swallowed || cancel.when >= before || cancel.when < when) continue;
      when = cancel.when;
      latest = {world_.program().code[cancel.pc].line, residue(cancel)};
    }
    for (const explain::Message& m : story_.messages) {
      const bool taken = m.read != 0 && !m.discarded && !m.reader_detached && m.reader == op;
      if (!taken || m.sender == op || m.read_when >= before || m.read_when < when) continue;
      when = m.read_when;
      latest = fatal(m.sender, m.read_when);
    }
    for (const explain::Ending& end : story_.endings) {
      if (end.op != op || end.when >= before || end.when < when) continue;
      for (const world::Label& label : end.value) {
        if (label.op == op || label.op == world::kHandshakeOp) continue;
        when = end.when;
        latest = fatal(label.op, end.when);
      }
    }
    return latest;
  }

  explain::Residue residue(const explain::Landing& cancel) const {
    using explain::Residue;
    Residue best = Residue::nothing_sent;
    for (const explain::Message& m : story_.messages) {
      const auto by_then = [&](int step) { return step != 0 && step < cancel.step; };
      if (m.sender != cancel.op || !by_then(m.sent) || by_then(m.read) || by_then(m.lost)) continue;
      best = std::max(best, by_then(m.arrived)   ? Residue::unread
                            : by_then(m.drained) ? Residue::in_the_kernel
                            : by_then(m.served)  ? Residue::on_the_wire
                                                 : Residue::unanswered);
    }
    return best;
  }

  const world::World& world_;
  const explain::Story story_;
};

inline void check_causes(const world::World& world, const Runs& runs, const explain::Causes& causes) {
  struct Sum {
    explain::BigInt schedules;
    Rational probability;
    std::optional<explore::Run> witness;
  };
  std::map<CauseClass, Sum> sums;
  explain::BigInt all;
  for (const explore::Run& run : runs) {
    if (run.worst != static_cast<std::uint8_t>(causes.outcome)) continue;
    const auto [key, step] = Classifier(world, run.events).first(causes.outcome);
    Sum& sum = sums[key];
    ++sum.schedules;
    ++all;
    sum.probability += chance_of(world, run.events, true);
    explore::Run prefix;
    prefix.events.assign(run.events.begin(), run.events.begin() + step);
    prefix.faults = static_cast<std::uint32_t>(
        std::count_if(prefix.events.begin(), prefix.events.end(), [&](Event event) { return world.is_fault(event); }));
    if (!sum.witness || rank(world, prefix) < rank(world, *sum.witness)) sum.witness = prefix;
  }
  CHECK(causes.schedules == all);
  CHECK(causes.classes.size() == sums.size());
  const auto index = [&](const std::optional<words::LineView>& line) {
    if (!line) return -1;
    const auto& lines = world.program().lines;
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const design::SourceLine& each) {
      return each.procedure == line->procedure && each.line + 1 == line->line;
    });
    return static_cast<int>(found - lines.begin());
  };
  for (const explain::RootCause& cause : causes.classes) {
    const auto found = sums.find({index(cause.cancel), cause.residue, index(cause.read)});
    INFO(explain::residue_name(cause.residue)
         << ", cancel line " << index(cause.cancel) << ", read line " << index(cause.read));
    REQUIRE(found != sums.end());
    CHECK(cause.schedules == found->second.schedules);
    CHECK(cause.probability == found->second.probability);
    CHECK(cause.witness == found->second.witness->events);
  }
}

// --- all of it -----------------------------------------------------------------------------------

/// Explanations of each violated invariant against all schedules. False if there are too many of
/// them, or nothing is violated.
inline bool check_why(const world::World& world, std::uint64_t most) {
  const auto runs = all_runs(world, most);
  if (!runs) return false;
  const check::Exploration seen = check::explore_all(world, {});
  REQUIRE(seen.closed());
  Facts checked = 0;
  for (const auto& invariant : property::all_invariants()) checked |= invariant.violated_by;
  bool any = false;
  for (const auto& invariant : property::all_invariants()) {
    const auto witness = explore::shortest(world, seen.graph, invariant.violated_by);
    if (!witness) continue;
    INFO(invariant.name);
    any = true;
    const Facts mask = invariant.violated_by;
    const auto why =
        explain::why(world, seen.graph, seen.order, explain::Seen::all, {*witness, mask, checked, true}, {});
    CHECK(why.left_out.empty());
    REQUIRE(why.along);
    check_along(world, *runs, *witness, mask, *why.along);
    check_relevance(world, *witness, mask, why.freedom);
    for (const Facts never : {mask, checked}) {
      check_nearest(world, *runs, *witness, never,
                    explain::nearest_safe(world, seen.graph, seen.order, *witness, never));
    }
    CHECK(why.never_safe ==
          std::all_of(runs->begin(), runs->end(), [&](const explore::Run& run) { return (run.facts & mask) != 0; }));
    if (why.causes) check_causes(world, *runs, *why.causes);
    const Facts replies = world::fact::outcome(world::Outcome::leak) |
                          world::fact::outcome(world::Outcome::wrong_value) |
                          world::fact::outcome(world::Outcome::type_error);
    if ((mask & ~replies) == 0 || mask == world::fact::kStarved || mask == world::fact::kLostSlot) {
      CHECK_FALSE(why.because.empty());
    }
  }
  return any;
}

}  // namespace interleak::brute

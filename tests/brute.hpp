// Matrices and lock-steps by trying everything: each maximal schedule on its own, with a listener
// that hears where cancels land. Exponential, and knows nothing of graphs, filters or pairs.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/check/lockstep.hpp"
#include "sim/check/matrix.hpp"
#include "sim/explore/stateless.hpp"
#include "sim/world/listener.hpp"
#include "tests/catch.hpp"

namespace interleak::brute {

using Runs = std::vector<explore::Run>;

/// All maximal schedules; nothing if there are more than `most`, or if the design diverges.
inline std::optional<Runs> all_runs(const world::World& world, std::uint64_t most) {
  Runs runs;
  Stepper<world::World> stepper(world);
  bool diverges = false;
  const auto all =
      explore::every_schedule(stepper, {.max_schedules = most, .max_length = 120}, [&](const explore::Run& run) {
        diverges |= (run.facts & world::fact::kDiverges) != 0;
        runs.push_back(run);
      });
  if (!all.finished || diverges) return std::nullopt;
  return runs;
}

// --- the matrix ----------------------------------------------------------------------------------

/// Procedure and line (by line), text of the await, ready.
using Place = std::tuple<std::string, int, std::string, bool>;

/// Hears where cancels land.
struct Ear final : world::Listener {
  Ear(const world::World& its, check::MatrixRows by) : world(its), rows(by) {}
  void ran(world::FrameId, design::Pc) override {}
  void ended(const world::OperationEnd&) override {}
  void act(world::FrameId, design::Pc, Act, world::ConnId, world::Label) override {}
  void landed(world::FrameId, design::Pc pc, bool ready) override {
    const auto& line = world.program().lines[world.program().code[pc].line];
    const bool by_line = rows == check::MatrixRows::lines;
    places.insert({by_line ? line.procedure : "", by_line ? line.line + 1 : 0, await_of(line.text), ready});
  }
  /// What a line awaits; a command that is sent for the client is called as between quotes.
  static std::string await_of(const std::string& line) {
    const std::string await = "await ", send = "send ", client = " for client";
    const std::string text = line.substr(await.size());
    if (!text.ends_with(client)) return text;
    return send + '"' + text.substr(send.size(), text.size() - send.size() - client.size()) + '"';
  }
  const world::World& world;
  const check::MatrixRows rows;
  std::set<Place> places;
};

inline void add(check::MatrixCell& cell, const explore::Run& run, const check::Rational& weight) {
  ++cell.schedules;
  ++cell.by_outcome[std::string(world::kOutcomeNames[run.worst])];
  cell.chance += weight;
  cell.chance_of[std::string(world::kOutcomeNames[run.worst])] += weight;
  for (const auto& finding : world::kPoolFindings) {
    if ((run.facts & finding.fact) != 0) ++cell.by_finding[std::string(finding.name)];
  }
}

/// Probability of a maximal schedule under the uniform scheduler.
inline check::Rational uniform_weight(const world::World& world, const std::vector<Event>& events) {
  check::Rational weight = 1;
  world::State state = world.initial();
  for (std::size_t i = 0; i <= events.size(); ++i) {
    Events enabled;
    world.enabled(state, enabled);
    const bool complete = std::all_of(enabled.begin(), enabled.end(), [&](Event e) { return world.is_optional(e); });
    weight /= static_cast<int>(enabled.size()) + (complete ? 1 : 0);
    if (i < events.size()) world.apply(state, events[i]);
  }
  return weight;
}

inline bool same(const check::MatrixCell& a, const check::MatrixCell& b) {
  return a.schedules == b.schedules && a.by_outcome == b.by_outcome && a.by_finding == b.by_finding &&
         a.chance == b.chance && a.chance_of == b.chance_of;
}

/// The matrix against all schedules. False if there are too many of them.
inline bool check_matrix(const world::World& world, check::MatrixRows rows, std::uint64_t most) {
  const auto runs = all_runs(world, most);
  if (!runs) return false;
  check::MatrixCell all, no_cancel;
  std::map<Place, check::MatrixCell> cells;
  for (const explore::Run& run : *runs) {
    Ear ear(world, rows);
    world::State state = world.initial();
    for (const Event event : run.events) world.apply(state, event, &ear);
    const check::Rational weight = uniform_weight(world, run.events);
    add(all, run, weight);
    if (ear.places.empty()) add(no_cancel, run, weight);
    for (const Place& place : ear.places) add(cells[place], run, weight);
  }
  check::Options options;
  options.numbers = check::WhichNumbers::all;
  const auto column = check::cancellation_matrix(world, rows, options);
  CHECK(column.exact);
  CHECK(same(column.all, all));
  CHECK(same(column.no_cancel, no_cancel));
  CHECK(column.cells.size() == cells.size());
  check::BigInt sum = column.no_cancel.schedules;
  for (const auto& [place, cell] : column.cells) {
    const auto line = place.line.value_or(words::LineView{});
    const auto found = cells.find({line.procedure, line.line, place.await, place.ready});
    INFO(line.procedure << ":" << line.line << " " << place.await << (place.ready ? ", ready" : ""));
    REQUIRE(found != cells.end());
    CHECK(same(cell, found->second));
    CHECK((place.ready || place.can_wait));
    sum += cell.schedules;
  }
  if (world.scenario().cancel.max <= 1) CHECK(sum == column.all.schedules);
  return true;
}

// --- the lock-step -------------------------------------------------------------------------------

/// A shared schedule, as each of the two runs it.
struct Shared {
  explore::Run first, second;
};

/// Order of witnesses: length, cancels, switches, then event by event.
inline auto rank(const world::World& world, const explore::Run& run) {
  int last = kNoProcess;
  std::size_t switches = 0;
  for (const Event event : run.events) {
    const int process = world.process(event);
    if (process == kNoProcess) continue;
    if (last != kNoProcess && process != last) ++switches;
    last = process;
  }
  return std::tuple(run.events.size(), run.faults, switches, run.events);
}

inline bool is(const explore::Run& run, const check::Wish& wish) {
  if (wish.finding != 0) return (run.facts & wish.finding) != 0;
  return !wish.worst || run.worst == static_cast<std::uint8_t>(*wish.worst);
}

/// Fewest events after which a schedule of `mine` that is none of `theirs` can do what no schedule
/// of theirs does; nothing if there is no such schedule.
inline std::optional<std::size_t> parting_after(const Runs& mine, const Runs& theirs) {
  std::set<Events> whole, beginnings;
  for (const explore::Run& run : theirs) {
    whole.insert(run.events);
    for (std::size_t n = 0; n <= run.events.size(); ++n) {
      beginnings.insert(Events(run.events.begin(), run.events.begin() + static_cast<std::ptrdiff_t>(n)));
    }
  }
  std::optional<std::size_t> least;
  for (const explore::Run& run : mine) {
    if (whole.count(run.events) != 0) continue;
    std::size_t common = run.events.size();
    while (beginnings.count(Events(run.events.begin(), run.events.begin() + static_cast<std::ptrdiff_t>(common))) ==
           0) {
      --common;
    }
    least = std::min(least.value_or(common), common);
  }
  return least;
}

/// The lock-step against all schedules of both, asked for every pair of wishes. False if there are
/// too many of them.
inline bool check_lockstep(const world::World& first, const world::World& second, std::uint64_t most) {
  const auto mine = all_runs(first, most), theirs = all_runs(second, most);
  if (!mine || !theirs) return false;
  std::map<Events, explore::Run> others;
  for (const explore::Run& run : *theirs) others[run.events] = run;
  std::vector<Shared> shared;
  for (const explore::Run& run : *mine) {
    const auto found = others.find(run.events);
    if (found != others.end()) shared.push_back({run, found->second});
  }
  const auto result = check::lockstep(first, second, std::nullopt, {});
  REQUIRE(result.exact);
  CHECK(result.shared == shared.size());

  std::map<std::pair<int, int>, std::size_t> cells;
  for (const Shared& each : shared) ++cells[{each.first.worst, each.second.worst}];
  CHECK(result.cells.size() == cells.size());
  for (const auto& cell : result.cells) {
    CHECK(cell.schedules == cells[{static_cast<int>(cell.first), static_cast<int>(cell.second)}]);
    CHECK((cell.first != cell.second) == !cell.example.empty());
  }
  std::map<std::string, std::array<std::size_t, 3>> findings;
  for (const auto& finding : world::kPoolFindings) {
    for (const Shared& each : shared) {
      const bool one = (each.first.facts & finding.fact) != 0, other = (each.second.facts & finding.fact) != 0;
      if (one || other) ++findings[std::string(finding.name)][one && other ? 2 : one ? 0 : 1];
    }
  }
  CHECK(result.findings.size() == findings.size());
  for (const auto& finding : result.findings) {
    const auto& counts = findings[finding.name];
    CHECK((finding.only_first == counts[0] && finding.only_second == counts[1] && finding.both == counts[2]));
  }
  const auto parts = parting_after(*mine, *theirs), others_part = parting_after(*theirs, *mine);
  CHECK((result.first_parts ? std::optional(result.first_parts->after.size()) : std::nullopt) == parts);
  CHECK((result.second_parts ? std::optional(result.second_parts->after.size()) : std::nullopt) == others_part);
  return true;
}

/// --find against all schedules, for each pair of names.
inline void check_wishes(const world::World& first, const world::World& second, std::uint64_t most) {
  const auto mine = all_runs(first, most), theirs = all_runs(second, most);
  REQUIRE((mine && theirs));
  std::map<Events, explore::Run> others;
  for (const explore::Run& run : *theirs) others[run.events] = run;
  for (const std::string& one : check::wish_names()) {
    for (const std::string& other : check::wish_names()) {
      INFO(one << "," << other);
      const check::WishPair wish{check::wish_of(one).value(), check::wish_of(other).value()};
      std::optional<explore::Run> least;
      for (const explore::Run& run : *mine) {
        const auto found = others.find(run.events);
        if (found == others.end() || !is(run, wish.first) || !is(found->second, wish.second)) continue;
        if (!least || rank(first, run) < rank(first, *least)) least = run;
      }
      const auto result = check::lockstep(first, second, wish, {});
      CHECK(result.found == (least ? std::optional(least->events) : std::nullopt));
    }
  }
}

}  // namespace interleak::brute

// Every schedule that the outside can force on a live client, one after another and none twice, and
// what that says about the invariants. With a model: where the two worlds differ.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "live/model.hpp"
#include "live/system.hpp"
#include "sim/property/invariants.hpp"

namespace interleak::live {

/// One complete schedule, played live.
struct Played {
  std::string schedule;
  std::vector<Step> steps;
  Results results;
  std::uint32_t cancels = 0;
  Facts facts = 0;
  world::Outcome worst = world::Outcome::ok;
  bool complete = false;         ///< nothing but cancels was left to happen
  std::string end_note;
};

enum class Seen : std::uint8_t { holds, violated, unknown, invisible };
struct Judgement {
  const property::Invariant* invariant = nullptr;
  Seen verdict = Seen::unknown;
  std::optional<Played> witness;   ///< the shortest, with the fewest cancels, the first of those
  std::string vacuous;             ///< why a `holds` says little; empty: it does not
};

/// A schedule on which model and client differ.
struct Difference {
  std::string schedule, what;
};
struct Agreement {
  std::string design;
  std::uint64_t compared = 0;              ///< schedules played in both worlds
  std::uint64_t agreed = 0;
  std::vector<Difference> differences;     ///< the first few
  std::uint64_t model_schedules = 0;       ///< that the outside can force, by the model; 0: not counted
  std::uint64_t only_model = 0;            ///< of these, not possible live
  bool all() const { return agreed == compared && only_model == 0; }
};

struct Exploration {
  std::vector<Judgement> judgements;
  std::uint64_t schedules = 0;
  bool finished = false;                   ///< every one was played
  std::string failed;                      ///< why the client or the server could not go on; empty: they could
  std::set<std::pair<std::size_t, std::size_t>> ever_ok;  ///< task and operation, both from 0
  std::map<world::Outcome, std::uint64_t> by_outcome;
  std::uint64_t lost_slots = 0;
  std::uint64_t mixed_without_cancel = 0;  ///< schedules with a reply in wrong hands, or half of one, and no cancel
  std::uint64_t not_landed = 0;            ///< tried, but the task had no such suspension; not counted
  std::optional<Agreement> agreement;
};

/// Invariants that can be seen from outside; the others are inside of the client.
bool is_visible(const property::Invariant& invariant);

/// An exploration that has seen nothing yet.
Exploration begun(const std::vector<property::Invariant>& invariants);
/// `model` may be null; `out` has begun. What was seen before an exception of the system is in it.
void explore(LiveSystem& system, ModelSystem* model, std::uint64_t max_schedules, Exploration& out);

/// Plays one schedule, as the text has it. Words that the client's own loop takes care of (the resume of
/// a task that has started) are passed over. Throws ScheduleError.
Played play(LiveSystem& system, std::string_view schedule);

/// How the two worlds differ on a schedule; empty: they agree.
std::string difference(ModelSystem& model, const Played& live);

}  // namespace interleak::live

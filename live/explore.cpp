#include "live/explore.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "live/signals.hpp"
#include "sim/explore/run.hpp"
#include "sim/explore/stateless.hpp"
#include "sim/kernel/schedule.hpp"

namespace interleak::live {
namespace {

using world::Outcome;
namespace fact = world::fact;

constexpr std::size_t kExamples = 5;
constexpr Facts kMixed =
    fact::outcome(Outcome::leak) | fact::outcome(Outcome::type_error) | fact::outcome(Outcome::wrong_value);

Played played(const LiveSystem& system, const explore::Run& run) {
  std::vector<std::string> texts;
  for (const Event event : run.events) texts.push_back(system.text(event));
  const auto cancels = static_cast<std::uint32_t>(std::ranges::count_if(system.steps(), &Step::cancel));
  return {join_schedule(texts), system.steps(),   system.results(), cancels, run.facts, static_cast<Outcome>(run.worst),
          run.complete,         system.end_note()};
}

/// How often another task acts than the one before.
std::size_t switches(const Played& played) {
  std::size_t count = 0;
  int last = -1;
  for (const Step& step : played.steps) {
    if (step.task < 0) continue;
    count += last >= 0 && step.task != last;
    last = step.task;
  }
  return count;
}

/// The order of witnesses of docs/semantics.md; what is equal by it comes in event order.
bool shorter(const Played& a, const Played& b) {
  return std::tuple(a.steps.size(), a.cancels, switches(a)) < std::tuple(b.steps.size(), b.cancels, switches(b));
}

/// A violation that an event shows is told up to that event; one at the end needs all of it.
Played cut_at(const Played& whole, Facts wanted) {
  Played out = whole;
  const auto shows = std::ranges::find_if(out.steps, [&](const Step& step) {
    return (fact::outcome(step.worst) & wanted) != 0 && step.worst != Outcome::ok;
  });
  if (shows == out.steps.end()) return out;
  if (shows + 1 == out.steps.end()) return out;
  out.complete = false;
  out.end_note.clear();
  out.steps.erase(shows + 1, out.steps.end());
  for (std::size_t t = 0; t < out.results.size(); ++t) out.results[t].resize(out.steps.back().known[t]);
  std::vector<std::string> texts;
  for (const Step& step : out.steps) texts.push_back(step.event);
  out.schedule = join_schedule(texts);
  out.cancels = static_cast<std::uint32_t>(std::ranges::count_if(out.steps, &Step::cancel));
  return out;
}

void judge(Exploration& out, const Played& one) {
  ++out.schedules;
  ++out.by_outcome[one.worst];
  out.lost_slots += (one.facts & fact::kLostSlot) != 0;
  for (std::size_t t = 0; t < one.results.size(); ++t) {
    for (std::size_t i = 0; i < one.results[t].size(); ++i) {
      if (one.results[t][i].outcome == Outcome::ok) out.ever_ok.emplace(t, i);
    }
  }
  out.mixed_without_cancel += (one.facts & kMixed) != 0 && one.cancels == 0;
  for (Judgement& each : out.judgements) {
    if ((one.facts & each.invariant->violated_by) == 0) continue;
    Played witness = cut_at(one, each.invariant->violated_by);
    if (!each.witness || shorter(witness, *each.witness)) each.witness = std::move(witness);
    each.verdict = Seen::violated;
  }
}

std::string told(const Result& result, const scenario::Scenario& scenario) {
  std::string out(world::kOutcomeNames[static_cast<std::size_t>(result.outcome)]);
  if (result.from_task < 0) return out;
  return out + " (" + scenario.tasks[static_cast<std::size_t>(result.from_task)].id + "'s data)";
}

/// The client is at its end, the model is not: who has ended here and waits there, and what it waits for.
std::string goes_on(const ModelSystem& model, const Events& enabled, const Results& expected, const Played& live) {
  const scenario::Scenario& scenario = model.world().scenario();
  std::string next, who;
  for (const Event event : enabled) {
    if (!model.is_fault(event)) next += (next.empty() ? "" : ", ") + model.text(event);
  }
  for (std::size_t t = 0; t < expected.size() && who.empty(); ++t) {
    for (std::size_t i = 0; i < live.results[t].size() && who.empty(); ++i) {
      const bool ended = i < expected[t].size() && expected[t][i].outcome != Outcome::starved;
      if (!ended)
        who = scenario.tasks[t].id + ": live " + told(live.results[t][i], scenario) + ", in the model not ended; ";
    }
  }
  return who + "in the model " + next + " would come next";
}

/// Why a verdict that something holds says little.
std::string vacuous_because(const Exploration& found, const scenario::Scenario& scenario) {
  for (std::size_t t = 0; t < scenario.tasks.size(); ++t) {
    for (std::size_t i = 0; i < scenario.tasks[t].operations.size(); ++i) {
      if (found.ever_ok.contains({t, i})) continue;
      return "operation " + std::to_string(i + 1) + " of " + scenario.tasks[t].id + " never ends ok";
    }
  }
  return {};
}

/// The model's own list of what the outside can force, and which of it was not played.
void count_model(ModelSystem& model, const std::set<std::string>& live, std::uint64_t max_schedules, Agreement& out) {
  explore::every_schedule(model, {.max_schedules = max_schedules, .max_length = 0}, [&](const explore::Run& run) {
    check_signals();
    std::vector<std::string> texts;
    for (const Event event : run.events) texts.push_back(model.text(event));
    const std::string schedule = join_schedule(texts);
    if (!model.every_cancel_landed()) return;
    ++out.model_schedules;
    if (live.contains(schedule)) return;
    ++out.only_model;
    if (out.differences.size() < kExamples) {
      out.differences.push_back({schedule, "possible in the model, not with the client"});
    }
  });
}

}  // namespace

bool is_visible(const property::Invariant& invariant) {
  return (invariant.violated_by & terms::kSeenOutside) == invariant.violated_by;
}

std::string difference(ModelSystem& model, const Played& live) {
  const auto words = std::get<std::vector<ScheduleWord>>(split_schedule(live.schedule));
  explore::Player<ModelSystem> player(model);
  std::size_t number = 0;
  for (const ScheduleWord& word : words) {
    for (std::uint32_t i = 0; i < word.count; ++i) {
      ++number;
      const auto found =
          std::ranges::find_if(player.enabled(), [&](Event each) { return model.text(each) == word.text; });
      if (found == player.enabled().end()) {
        return "step " + std::to_string(number) + ", " + std::string(word.text) + ", is not possible in the model";
      }
      player.step(*found);
    }
  }
  const Results expected = model.results();
  const scenario::Scenario& scenario = model.world().scenario();
  if (live.complete && !player.complete()) return goes_on(model, player.enabled(), expected, live);
  for (std::size_t t = 0; t < expected.size(); ++t) {
    for (std::size_t i = 0; i < std::max(expected[t].size(), live.results[t].size()); ++i) {
      const bool both = i < expected[t].size() && i < live.results[t].size();
      if (both && expected[t][i] == live.results[t][i]) continue;
      return scenario.tasks[t].id + ": live " +
             (i < live.results[t].size() ? told(live.results[t][i], scenario) : "nothing") + ", model " +
             (i < expected[t].size() ? told(expected[t][i], scenario) : "nothing");
    }
  }
  if (!live.complete) return {};
  const bool model_lost = (player.run().facts & fact::kLostSlot) != 0;
  const bool live_lost = (live.facts & fact::kLostSlot) != 0;
  if (model_lost == live_lost) return {};
  return live_lost ? "live a slot is lost, in the model none" : "in the model a slot is lost, live none";
}

Exploration begun(const std::vector<property::Invariant>& invariants) {
  Exploration out;
  for (const property::Invariant& each : invariants) {
    const Seen verdict = is_visible(each) ? Seen::unknown : Seen::invisible;
    out.judgements.push_back({property::find_invariant(each.name), verdict, {}, {}});
  }
  return out;
}

void explore(LiveSystem& system, ModelSystem* model, std::uint64_t max_schedules, Exploration& out) {
  if (model) {
    out.agreement.emplace().design = model->world().design().id;
    model->offer(system.passing(), system.more().same_turn);
  }
  std::set<std::string> all;
  const auto seen =
      explore::every_schedule(system, {.max_schedules = max_schedules, .max_length = 0}, [&](const explore::Run& run) {
        const Played one = played(system, run);
        if (!system.every_cancel_landed()) {
          ++out.not_landed;
          return;
        }
        judge(out, one);
        if (!model) return;
        all.insert(one.schedule);
        const std::string differs = difference(*model, one);
        ++out.agreement->compared;
        out.agreement->agreed += differs.empty();
        if (!differs.empty() && out.agreement->differences.size() < kExamples) {
          out.agreement->differences.push_back({one.schedule, differs});
        }
      });
  out.finished = seen.finished;
  if (!out.finished) return;
  const std::string vacuous = vacuous_because(out, system.scenario());
  for (Judgement& each : out.judgements) {
    if (each.verdict != Seen::unknown) continue;
    each.verdict = Seen::holds;
    each.vacuous = vacuous;
  }
  if (model) count_model(*model, all, max_schedules, *out.agreement);
}

Played play(LiveSystem& system, std::string_view schedule) {
  auto words = split_schedule(schedule);
  if (auto* error = std::get_if<ScheduleError>(&words)) throw *error;
  explore::Player<LiveSystem> player(system);
  std::size_t number = 0;
  for (const ScheduleWord& word : std::get<std::vector<ScheduleWord>>(words)) {
    for (std::uint32_t i = 0; i < word.count; ++i) {
      ++number;
      std::vector<std::string> texts;
      for (const Event event : player.enabled()) texts.push_back(system.text(event));
      const auto found = std::ranges::find(texts, word.text);
      if (found != texts.end()) {
        player.step(player.enabled()[static_cast<std::size_t>(found - texts.begin())]);
        continue;
      }
      const std::string task(word.text.substr(0, word.text.find_first_of("'~")));
      if (!system.has_started(task)) throw not_enabled(word, number, std::move(texts));
    }
  }
  return played(system, player.run());
}

}  // namespace interleak::live

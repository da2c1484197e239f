// `interleak live SCENARIO --client CMD`: forces schedules on a real client that talks to a real
// server, through a proxy that holds back every reply. docs/live.md.
#include <csignal>
#include <cstdio>
#include <set>

#include "live/client.hpp"
#include "live/explore.hpp"
#include "live/failure.hpp"
#include "live/process.hpp"
#include "live/server.hpp"
#include "reports/json.hpp"
#include "reports/style.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

using live::Seen;
using reports::Json;
using reports::Style;
using reports::Tone;
using world::Outcome;

struct LiveFlags {
  std::string scenario, client, schedule, model, server = "redis-server";
  std::vector<std::string> invariants;
  std::uint16_t port = 0;
  int timeout_ms = 5000, repeat = 1;
  std::uint64_t max_schedules = 10'000;
  live::MoreEvents more;
  SearchFlags search;
  OutputFlags output;
};

/// Everything that a run needs, in the order in which it comes up and goes down.
struct Stage {
  Stage(const LiveFlags& flags, const scenario::Scenario& scenario)
      : server(flags.server, flags.port, directory.path()),
        proxy(live::resp(), server.port()),
        client(flags.client, directory.path() + "/client.log", proxy, flags.timeout_ms),
        system(scenario, server, proxy, client, flags.timeout_ms, flags.more) {}

  live::SignalWatch signals;
  live::TemporaryDirectory directory;
  live::Server server;
  live::Proxy proxy;
  live::Client client;
  live::LiveSystem system;
};

std::string outcome_name(Outcome outcome) {
  return std::string(world::kOutcomeNames[static_cast<std::size_t>(outcome)]);
}

/// Line by line, so that a message with the end of a log stays readable.
std::string printable_lines(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += (at == 0 ? "" : "\n") + reports::printable(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// --- text ---

std::string head(const scenario::Scenario& scenario, const std::string& client, const Style& style) {
  const std::string dot = style.ascii ? " - " : " · ";
  const auto number = [](std::size_t n, std::string_view noun) {
    return reports::plural(std::to_string(n), noun);
  };
  const std::string cancels =
      scenario.cancel.max == 0
          ? "no cancel"
          : (style.ascii ? "<=" : "≤") + number(static_cast<std::size_t>(scenario.cancel.max), "cancel");
  return "interleak " + std::string(reports::kToolVersion) + dot +
         reports::printable(reports::scenario_name(scenario)) + dot +
         number(scenario.tasks.size(), "task") + ", " +
         number(static_cast<std::size_t>(scenario.pool_max), "connection") + ", " + cancels + dot +
         "live: " + reports::printable(client) + "\n";
}

std::string steps_text(const live::Played& played, const Style& style) {
  std::size_t wide = 0;
  for (const live::Step& step : played.steps) wide = std::max(wide, step.event.size());
  std::string out;
  std::size_t number = 0;
  for (const live::Step& step : played.steps) {
    const bool bad = step.worst >= Outcome::type_error;
    const std::string summary = reports::printable(step.summary);
    out += "    " + reports::right_aligned(std::to_string(++number), 2) + "  " +
           reports::padded(step.event, static_cast<int>(wide)) + "  " + summary +
           (bad ? "  " + reports::paint(style, Tone::bad, outcome_name(step.worst)) : "") + "\n";
  }
  return reports::trim_lines(out);
}

std::string verdict_line(const live::Judgement& each, const Style& style) {
  const std::string name = reports::padded(std::string(each.invariant->name), 21);
  switch (each.verdict) {
    case Seen::violated: {
      const auto& steps = each.witness->steps;
      return "  " + reports::paint(style, Tone::bad, "VIOLATED ") + " " + name +
             reports::printable(steps.empty() ? "" : steps.back().summary) + " [" +
             std::string(each.invariant->code) + "]\n";
    }
    case Seen::holds:
      return "  " + reports::paint(style, Tone::good, "holds    ") + " " + name +
             std::string(each.invariant->meaning) + "\n";
    case Seen::unknown:
      return "  unknown   " + name + "a budget ended the search\n";
    case Seen::invisible:
      return "  not seen  " + name + "it is inside of the client\n";
  }
  return {};
}

std::string quoted_command(const LiveFlags& flags, const std::string& schedule) {
  std::string out = "interleak live " + reports::shell_quoted(flags.scenario) + " --client " +
                    reports::shell_quoted(flags.client);
  for (const std::string& word : flags.search.overrides.words()) out += " " + reports::shell_quoted(word);
  if (flags.more.passing) out += " --passing";
  if (flags.more.same_turn) out += " --same-turn";
  return out + " -s '" + schedule + "'";
}

std::string agreement_text(const live::Agreement& agreement) {
  std::string out = "\n  Against the model of " + agreement.design + ": " +
                    std::to_string(agreement.agreed) + " of " + std::to_string(agreement.compared) +
                    " schedules agree";
  if (agreement.model_schedules != 0) {
    out += "; by the model the outside can force " + std::to_string(agreement.model_schedules) +
           ", of which " + std::to_string(agreement.only_model) + " cannot be played";
  }
  out += ".\n";
  for (const live::Difference& each : agreement.differences) {
    out += "    '" + each.schedule + "': " + reports::printable(each.what) + "\n";
  }
  return out;
}

std::string forceable_text(const live::Forceable& forceable) {
  std::string out = "  Of " + std::string(forceable.all ? "all " : "the first ") +
                    std::to_string(forceable.schedules) + " schedules of the model the outside can force " +
                    std::to_string(forceable.forceable) + ".\n";
  if (!forceable.not_forceable.empty()) out += "  Not forceable, for example:\n";
  for (const auto& each : forceable.not_forceable) {
    out += "    '" + each.schedule + "': " + each.why + "\n";
  }
  return out;
}

std::string exploration_text(const live::Exploration& found, const LiveFlags& flags, const Style& style) {
  std::string out;
  for (const live::Judgement& each : found.judgements) out += verdict_line(each, style);
  if (flags.output.quiet > 0) return out;
  const auto gravest = std::ranges::find_if(
      found.judgements, [](const live::Judgement& each) { return each.witness.has_value(); });
  if (gravest != found.judgements.end()) {
    const live::Played& witness = *gravest->witness;
    out += "\n  Shortest violation of " + std::string(gravest->invariant->name) + ": " +
           reports::plural(std::to_string(witness.steps.size()), "step") + "\n\n" +
           steps_text(witness, style) + "\n  Replay    " + quoted_command(flags, witness.schedule) + "\n";
  }
  out += "\n  " +
         std::string(found.finished ? "Played all that the outside can force: "
                                    : "A budget ended the search behind ") +
         reports::plural(std::to_string(found.schedules), "schedule") + ", none twice.\n";
  std::string counts;
  for (auto each = found.by_outcome.rbegin(); each != found.by_outcome.rend(); ++each) {
    counts += (counts.empty() ? "" : ", ") + std::to_string(each->second) + " " + outcome_name(each->first);
  }
  out += "  Schedules by worst outcome: " + (counts.empty() ? "none" : counts) + "\n";
  if (found.leaks_without_cancel > 0) {
    out += "  Schedules that leak without any cancel: " + std::to_string(found.leaks_without_cancel) + "\n";
  }
  if (found.lost_slots > 0) {
    out += "  Schedules with a lost slot: " + std::to_string(found.lost_slots) + "\n";
  }
  return found.agreement ? out + agreement_text(*found.agreement) : out;
}

// --- JSON ---

Json played_json(const live::Played& played, const scenario::Scenario& scenario) {
  Json out = {{"schedule", played.schedule}, {"complete", played.complete}};
  out["steps"] = Json::array();
  for (const live::Step& step : played.steps) {
    out["steps"].push_back({{"event", step.event}, {"summary", step.summary}});
  }
  out["outcomes"] = Json::array();
  for (std::size_t t = 0; t < played.results.size(); ++t) {
    for (std::size_t i = 0; i < played.results[t].size(); ++i) {
      const live::Result& result = played.results[t][i];
      Json entry = {{"task", scenario.tasks[t].id}, {"operation", i},
                    {"outcome", outcome_name(result.outcome)}, {"text", result.text}};
      if (result.from_task >= 0) {
        entry["from"] = scenario.tasks[static_cast<std::size_t>(result.from_task)].id;
      }
      out["outcomes"].push_back(std::move(entry));
    }
  }
  out["end"] = played.end_note;
  return out;
}

Json agreement_json(const live::Agreement& agreement) {
  Json out = {{"design", agreement.design},
              {"compared", std::to_string(agreement.compared)},
              {"agreed", std::to_string(agreement.agreed)},
              {"model_schedules", std::to_string(agreement.model_schedules)},
              {"only_model", std::to_string(agreement.only_model)},
              {"differences", Json::array()}};
  for (const live::Difference& each : agreement.differences) {
    out["differences"].push_back({{"schedule", each.schedule}, {"what", each.what}});
  }
  return out;
}

Json exploration_json(const live::Exploration& found, const scenario::Scenario& scenario) {
  static constexpr const char* kVerdicts[] = {"holds", "violated", "unknown", "not-seen"};
  Json out = {{"invariants", Json::array()}};
  for (const live::Judgement& each : found.judgements) {
    Json entry = {{"invariant", each.invariant->name}, {"code", each.invariant->code},
                  {"verdict", kVerdicts[static_cast<int>(each.verdict)]}};
    if (each.witness) entry["witness"] = played_json(*each.witness, scenario);
    out["invariants"].push_back(std::move(entry));
  }
  out["schedules"] = std::to_string(found.schedules);
  out["finished"] = found.finished;
  Json counts = Json::object();
  for (const auto& [outcome, count] : found.by_outcome) counts[outcome_name(outcome)] = std::to_string(count);
  counts["lost-slot"] = std::to_string(found.lost_slots);
  counts["leak-without-cancel"] = std::to_string(found.leaks_without_cancel);
  out["counts"] = std::move(counts);
  if (found.agreement) out["agreement"] = agreement_json(*found.agreement);
  return out;
}

Json document_of(const scenario::Scenario& scenario, const std::string& client) {
  Json out = reports::document("live");
  out["scenario"] = reports::scenario_name(scenario);
  out["client"] = client;
  return out;
}

// --- the two ways to run ---

/// The model in the loop's own order, with the same scenario. Null without --compare-model.
std::shared_ptr<const world::World> model_of(Session& session, const LiveFlags& flags,
                                             scenario::Scenario scenario, scenario::Ready ready) {
  if (flags.model.empty()) return nullptr;
  const auto ids = session.designs({flags.model});
  if (ids.size() != 1) {
    throw Failure(kExitUsage, "--compare-model takes one design, but " + std::to_string(ids.size()) +
                                  " match");
  }
  scenario.ready = ready;
  return session.world(scenario, ids[0], {});
}

bool violates(const live::Played& played, const std::vector<property::Invariant>& invariants) {
  return std::ranges::any_of(invariants, [&](const property::Invariant& each) {
    return live::is_visible(each) && (played.facts & each.violated_by) != 0;
  });
}

int play_one(Stage& stage, live::ModelSystem* model, const LiveFlags& flags,
             const scenario::Scenario& scenario, const std::vector<property::Invariant>& invariants,
             Output& out) {
  int violations = 0;
  std::optional<live::Played> last;
  std::set<std::string> endings;
  if (model) model->offer(stage.system.passing(), flags.more.same_turn);
  for (int i = 0; i < flags.repeat; ++i) {
    last = live::play(stage.system, flags.schedule);
    violations += violates(*last, invariants) ? 1 : 0;
    endings.insert(played_json(*last, scenario).dump());
  }
  const std::string differs = model ? live::difference(*model, *last) : "";
  if (flags.output.json) {
    Json document = document_of(scenario, stage.client.name());
    document["played"] = played_json(*last, scenario);
    document["repeats"] = flags.repeat;
    document["violations"] = violations;
    document["endings"] = endings.size();
    if (model) document["difference"] = differs;
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    const Style style = flags.output.style();
    std::string text = head(scenario, stage.client.name(), style) + "\n" + steps_text(*last, style);
    if (last->complete) text += "\n  " + last->end_note + ".\n";
    if (flags.repeat > 1) {
      text += "\n  Played " + std::to_string(flags.repeat) + " times: " + std::to_string(violations) +
              " violate an invariant, " + reports::plural(std::to_string(endings.size()), "ending") + ".\n";
    }
    if (model) {
      text += "\n  " + model->world().design().id + ": " + (differs.empty() ? "agrees" : differs) + "\n";
    }
    out.write(text);
  }
  return violations > 0 || !differs.empty() ? kExitViolated : kExitOk;
}

int exit_code_of(const live::Exploration& found) {
  const auto any = [&](Seen verdict) {
    return std::ranges::any_of(found.judgements,
                               [&](const live::Judgement& each) { return each.verdict == verdict; });
  };
  if (any(Seen::violated)) return kExitViolated;
  if (found.agreement && found.agreement->agreed != found.agreement->compared) return kExitViolated;
  return any(Seen::unknown) ? kExitUnknown : kExitOk;
}

int play_all(Stage& stage, live::ModelSystem* model, const world::World* any_order,
             const LiveFlags& flags, const scenario::Scenario& scenario,
             const std::vector<property::Invariant>& invariants, Output& out) {
  live::Exploration found;
  int interrupted = 0;
  try {
    live::explore(stage.system, model, {flags.max_schedules, invariants}, found);
  } catch (const live::Interrupted& signal) {
    interrupted = signal.signal == SIGINT ? kExitInterrupted : kExitTerminated;
  }
  if (flags.output.json) {
    Json document = document_of(scenario, stage.client.name());
    document.update(exploration_json(found, scenario));
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    const Style style = flags.output.style();
    std::string text = head(scenario, stage.client.name(), style) + "\n" +
                       exploration_text(found, flags, style);
    if (any_order && interrupted == 0 && flags.output.quiet == 0) {
      text += forceable_text(live::forceable(scenario, any_order->design(), any_order->program(),
                                             flags.max_schedules));
    }
    out.write(text);
  }
  return interrupted != 0 ? interrupted : exit_code_of(found);
}

int run_live(const LiveFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto scenario = one_scenario(session, flags.scenario, flags.search, "live");
  if (!scenario || !session.errors.empty()) return refuse(session, flags.output, "live");
  const std::string why_not = live::not_live(*scenario);
  if (!why_not.empty()) {
    throw Failure(kExitNothing, "this scenario cannot be run live: " + why_not);
  }
  const auto world = model_of(session, flags, *scenario, scenario::Ready::fifo);
  if (!session.errors.empty()) return refuse(session, flags.output, "live");
  std::optional<live::ModelSystem> model;
  if (world) model.emplace(world);
  const auto invariants = chosen_invariants(flags.invariants, *scenario);

  Output out(flags.output.file);
  int code = kExitOk;
  try {
    Stage stage(flags, *scenario);
    live::ModelSystem* const compared = model ? &*model : nullptr;
    code = flags.schedule.empty()
               ? play_all(stage, compared, world.get(), flags, *scenario, invariants, out)
               : play_one(stage, compared, flags, *scenario, invariants, out);
  } catch (const live::LiveFailure& failure) {
    throw Failure(kExitUnavailable, printable_lines(failure.what()));
  } catch (const live::Interrupted& signal) {
    return signal.signal == SIGINT ? kExitInterrupted : kExitTerminated;
  } catch (const ScheduleError& error) {
    throw Failure(error.number == 0 ? kExitUsage : kExitDiverged,
                  "the schedule " +
                      (error.number == 0 ? "is malformed: "
                                         : "cannot be forced at step " + std::to_string(error.number) + ": ") +
                      reports::printable(error.message) + "\n  possible there: " + [&] {
                        std::string list;
                        for (const std::string& each : error.enabled) list += each + " ";
                        return list.empty() ? std::string("nothing") : list;
                      }());
  }
  out.finish();
  return code;
}

}  // namespace

void add_live(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<LiveFlags>();
  CLI::App* verb = app.add_subcommand("live", "force schedules on a real client and a real server");
  verb->add_option("SCENARIO", flags->scenario, "scenario file, or name of a built-in one")
      ->required()->type_name("");
  verb->add_option("--client", flags->client, "command of the driver of the client")
      ->required()->type_name("CMD")->group("What");
  verb->add_option("-s,--schedule", flags->schedule, "play only this one")
      ->type_name("SCHEDULE")->group("What");
  verb->add_option("--repeat", flags->repeat, "play the schedule N times")
      ->check(CLI::Range(1, 100'000))->type_name("N")->group("What");
  verb->add_option("--compare-model", flags->model, "play every schedule under this design, too")
      ->type_name("DESIGN")->group("What");
  verb->add_option("-i,--invariant", flags->invariants, "invariant, a pattern, or 'all'")
      ->type_name("NAME")->allow_extra_args(false)->group("What");
  flags->search.add_live_selection_to(*verb);
  verb->add_flag("--passing", flags->more.passing, "cancel also where a task is suspended for a moment")
      ->group("What");
  verb->add_flag("--same-turn", flags->more.same_turn, "let replies come and tasks start in one turn")
      ->group("What");
  verb->add_option("--server", flags->server, "program of the server")->type_name("FILE")->group("Server");
  verb->add_option("--port", flags->port, "its port on 127.0.0.1; otherwise a free one")
      ->check(CLI::Range(1, 65535))->type_name("N")->group("Server");
  verb->add_option("--timeout", flags->timeout_ms, "milliseconds for each answer of client and server")
      ->check(CLI::Range(10, 600'000))->type_name("MS")->group("Budget");
  verb->add_option("--max-schedules", flags->max_schedules, "end the search after N schedules")
      ->check(CLI::PositiveNumber)->type_name("N")->group("Budget");
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = run_live(*flags); });
}

}  // namespace interleak::tools

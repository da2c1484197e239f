// `interleak live SCENARIO --client CMD`: forces schedules on a real client that talks to a real
// server, through a proxy that holds back every reply. docs/live.md.
#include <cstdio>
#include <fstream>
#include <memory>
#include <set>

#include "live/client.hpp"
#include "live/cluster.hpp"
#include "live/explore.hpp"
#include "live/failure.hpp"
#include "live/folder.hpp"
#include "live/household.hpp"
#include "live/leftovers.hpp"
#include "live/signals.hpp"
#include "reports/cases.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/live_report.hpp"
#include "tools/report_files.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

using live::Seen;
using reports::Json;
using reports::Style;

struct LiveFlags {
  std::string scenario, client, model, trace, server = "redis-server";
  std::optional<std::string> schedule;
  std::vector<std::string> invariants;
  std::uint16_t port = 0;
  int timeout_ms = 5000, repeat = 1;
  std::uint64_t max_schedules = 10'000;
  live::MoreEvents more;
  SearchFlags search;
  OutputFlags output;
  ReportFiles files;
};

void say(const std::string& what) { std::fprintf(stderr, "interleak: %s\n", reports::printable(what).c_str()); }

/// Those of a run that was killed.
void clean_up_after_others() {
  const live::Leftovers left = live::clear_leftovers(live::temporary_root());
  if (left.processes == 0 && left.folders == 0) return;
  say("a live run was killed before: ended " + std::to_string(left.processes) + " of its processes, removed " +
      std::to_string(left.folders) + " of its folders");
}

/// Everything that a run needs, in the order in which it comes up and goes down.
struct Stage {
  Stage(const LiveFlags& flags, const scenario::Scenario& scenario)
      : ports(live::ports_for(scenario.nodes, flags.port)), proxy(live::resp(), ports, scenario.pool_max),
        client(household, flags.client, proxy, flags.timeout_ms, open_trace(flags.trace)),
        servers(servers_for(flags, scenario)), system(scenario, servers, proxy, client, flags.timeout_ms, flags.more) {}

  /// The client says whether it needs a cluster; the nodes announce the ports of the proxy.
  live::Servers servers_for(const LiveFlags& flags, const scenario::Scenario& scenario) {
    if (client.needs("cluster")) return {household, flags.server, ports, proxy.ports(), directory.path()};
    if (scenario.nodes == 1) return {household, flags.server, ports[0], directory.path()};
    throw live::LiveFailure("the scenario has " + std::to_string(scenario.nodes) + " nodes, and the client " +
                            client.name() + " does not say that it needs a \"cluster\"");
  }

  /// Null if there is to be none.
  std::ostream* open_trace(const std::string& file) {
    if (file.empty()) return nullptr;
    trace.open(file);
    if (!trace) throw Failure(kExitOutput, "cannot write " + file);
    return &trace;
  }

  std::ofstream trace;
  live::TemporaryDirectory directory;
  live::Household household{say};   // ends before the folder goes, in which its processes may write
  std::vector<std::uint16_t> ports;
  live::Proxy proxy;
  live::Client client;
  live::Servers servers;
  live::LiveSystem system;
};

/// Ports that we chose ourselves may be gone when the servers come: then others do as well.
std::unique_ptr<Stage> stage_for(const LiveFlags& flags, const scenario::Scenario& scenario) {
  constexpr int kMostTries = 5;
  for (int tries = 1;; ++tries) {
    try {
      return std::make_unique<Stage>(flags, scenario);
    } catch (const live::PortTaken&) {
      if (flags.port != 0 || tries == kMostTries) throw;
    }
  }
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

/// The words that play a schedule again.
Words words_of(const LiveFlags& flags) {
  Words words = {"interleak", "live", flags.scenario, "--client", flags.client};
  const auto add = [&](const std::string& flag, const std::string& value) { words.insert(words.end(), {flag, value}); };
  for (const std::string& path : flags.search.libraries) add("-L", path);
  for (const std::string& variant : flags.search.variants) add("--variant", variant);
  const auto changes = override_words(flags.search.overrides);
  words.insert(words.end(), changes.begin(), changes.end());
  if (flags.more.passing) words.emplace_back("--passing");
  if (flags.more.same_turn) words.emplace_back("--same-turn");
  if (flags.more.closes > 0) add("--closes", std::to_string(flags.more.closes));
  if (!flags.model.empty()) add("--compare-model", flags.model);
  return words;
}

/// What both ways to run say first.
Json head_of(const scenario::Scenario& scenario, const std::string& client) {
  return {{"scenario", reports::scenario_name(scenario)}, {"client", client}};
}

std::string document_of(Json told) {
  Json out = reports::document("live");
  out["live"] = std::move(told);
  return reports::text_of(out);
}

/// As a shell tells of what a signal has ended: 130 for SIGINT.
int exit_code_of(const live::Interrupted& signal) { return 128 + signal.signal; }

// --- the two ways to run ---

/// The model in the loop's own order, with the same scenario. Null without --compare-model.
std::shared_ptr<const world::World> model_of(Session& session, const LiveFlags& flags, scenario::Scenario scenario,
                                             scenario::Ready ready) {
  if (flags.model.empty()) return nullptr;
  const auto ids = session.designs({flags.model});
  if (!session.errors.empty()) return nullptr;
  if (ids.size() != 1) {
    throw Failure(kExitUsage, "--compare-model takes one design, but " + std::to_string(ids.size()) + " match " +
                                  reports::quoted(flags.model));
  }
  scenario.ready = ready;
  return session.world(scenario, ids[0], {});
}

bool violates(const live::Played& played, const std::vector<property::Invariant>& invariants) {
  return std::ranges::any_of(invariants, [&](const property::Invariant& each) {
    return live::is_visible(each) && (played.facts & each.violated_by) != 0;
  });
}

int play_one(Stage& stage, live::ModelSystem* model, const LiveFlags& flags, const scenario::Scenario& scenario,
             const std::vector<property::Invariant>& invariants, Output& out) {
  int violations = 0;
  std::optional<live::Played> last;
  std::set<std::string> endings;
  if (model) model->offer(stage.system.passing(), flags.more.same_turn);
  for (int i = 0; i < flags.repeat; ++i) {
    last = live::play(stage.system, *flags.schedule);
    violations += violates(*last, invariants) ? 1 : 0;
    endings.insert(played_json(*last, scenario).dump());
  }
  const std::string differs = model ? live::difference(*model, *last) : "";
  if (flags.output.json) {
    Json told = head_of(scenario, stage.client.name());
    told["played"] = played_json(*last, scenario);
    told["repeats"] = flags.repeat;
    told["violations"] = violations;
    told["endings"] = endings.size();
    if (model) told["difference"] = differs;
    out.write(document_of(std::move(told)));
  } else if (flags.output.quiet < 2) {
    const Style style = flags.output.style();
    std::string text = live_head(scenario, stage.client.name(), style) + "\n" + live_steps(*last, style);
    text += last->complete ? "\n  " + last->end_note + ".\n"
                           : "\n  " +
                                 reports::paragraph(
                                     "The schedule is not complete: nobody has looked for lost "
                                     "slots and for operations that never end.",
                                     2, style.width) +
                                 "\n";
    if (flags.repeat > 1) {
      text += "\n  Played " + std::to_string(flags.repeat) + " times: " + std::to_string(violations) +
              " violate an invariant, " +
              (endings.size() == 1 ? "all end alike" : std::to_string(endings.size()) + " different ends") + ".\n";
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
    return std::ranges::any_of(found.judgements, [&](const live::Judgement& each) { return each.verdict == verdict; });
  };
  if (any(Seen::violated)) return kExitViolated;
  if (found.agreement && !found.agreement->all()) return kExitViolated;
  const bool nothing = !any(Seen::holds) && !found.agreement;  // all that was asked for is inside of the client
  return any(Seen::unknown) || nothing ? kExitUnknown : kExitOk;
}

void write_files(const Session& session, const LiveFlags& flags, reports::Observed observed) {
  if (!flags.files.wanted()) return;
  reports::Cases cases;
  reports::Case each = reports::case_of_live(std::move(observed));
  locate(each, session);
  reports::add(cases, std::move(each));
  flags.files.write(cases, flags.output);
}

/// How many schedules of the model can be forced. Nothing if a signal came before that was known.
std::string forceable_part(const world::World& any_order, const scenario::Scenario& scenario, const LiveFlags& flags,
                           const Style& style, int& interrupted) {
  try {
    return forceable_text(live::forceable(scenario, any_order.design(), any_order.program(), flags.max_schedules),
                          flags.output.verbose, style);
  } catch (const live::Interrupted& signal) {
    interrupted = exit_code_of(signal);
    return {};
  }
}

int play_all(Stage& stage, live::ModelSystem* model, const world::World* any_order, const Session& session,
             const LiveFlags& flags, const scenario::Scenario& scenario, live::Exploration& found, Output& out) {
  int interrupted = 0;
  try {
    live::explore(stage.system, model, flags.max_schedules, found);
  } catch (const live::Interrupted& signal) {
    interrupted = exit_code_of(signal);
  }
  if (flags.output.json) {
    Json told = head_of(scenario, stage.client.name());
    told.update(exploration_json(found, scenario));
    out.write(document_of(std::move(told)));
  } else if (flags.output.quiet < 2) {
    const Style style = flags.output.style();
    std::string text = live_head(scenario, stage.client.name(), style) + "\n" +
                       exploration_text(found, scenario, words_of(flags),
                                        {style, flags.output.quiet > 0, flags.output.verbose, interrupted != 0});
    if (any_order && interrupted == 0 && flags.output.quiet == 0) {
      text += forceable_part(*any_order, scenario, flags, style, interrupted);
    }
    out.write(flags.files.guarded(text));
  }
  write_files(session, flags, observed_of(found, scenario, stage.client.name(), words_of(flags)));
  return interrupted != 0 ? interrupted : exit_code_of(found);
}

/// The client or the server could not go on: what was seen until then, for programs that read it.
void write_failed(const Session& session, const LiveFlags& flags, const scenario::Scenario& scenario,
                  const live::Exploration& found, Output& out) {
  if (flags.output.json) {
    Json told = head_of(scenario, flags.client);
    told.update(exploration_json(found, scenario));
    out.write(document_of(std::move(told)));
    out.finish();
  }
  write_files(session, flags, observed_of(found, scenario, flags.client, words_of(flags)));
}

/// Combinations that say nothing, or that cannot be.
void refuse_combinations(const LiveFlags& flags) {
  flags.files.refuse_combinations(flags.output);
  if (flags.repeat > 1 && !flags.schedule) {
    throw Failure(kExitUsage, "--repeat plays one schedule again: give it with --schedule");
  }
  if (flags.files.wanted() && flags.schedule) {
    throw Failure(kExitUsage,
                  "--junit, --sarif, --summary-md and --github tell of a whole search: leave "
                  "--schedule out");
  }
  if (flags.more.closes > 0 && !flags.model.empty()) {
    throw Failure(kExitUsage,
                  "the server of a model closes no connection: --closes and --compare-model do not "
                  "go together");
  }
}

int run_live(const LiveFlags& flags) {
  refuse_combinations(flags);
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
  tell_beside(session, flags.output.quiet);
  std::optional<live::ModelSystem> model;
  if (world) model.emplace(world);
  const auto invariants = chosen_invariants(flags.invariants, world ? world->scenario() : *scenario);

  const live::SignalWatch signals;   // to the very end: a second one does not cut off what the first one lets us say
  Output out(flags.output.file);
  int code = kExitOk;
  live::Exploration found = live::begun(invariants);
  try {
    clean_up_after_others();
    const auto made = stage_for(flags, *scenario);
    Stage& stage = *made;
    live::ModelSystem* const compared = model ? &*model : nullptr;
    code = !flags.schedule ? play_all(stage, compared, world.get(), session, flags, *scenario, found, out)
                           : play_one(stage, compared, flags, *scenario, invariants, out);
  } catch (const live::LiveFailure& failure) {
    found.failed = failure.what();
    if (!flags.schedule) write_failed(session, flags, *scenario, std::move(found), out);
    throw Failure(kExitUnavailable, printable_lines(failure.what()));
  } catch (const live::Interrupted& signal) {
    return exit_code_of(signal);
  } catch (const ScheduleError& error) {
    throw Failure(
        error.number == 0 ? kExitUsage : kExitDiverged,
        "the schedule " +
            (error.number == 0 ? "is malformed: " : "cannot be forced at step " + std::to_string(error.number) + ": ") +
            reports::printable(error.message) + "\n  possible there: " + [&] {
              std::string list;
              for (const std::string& each : error.enabled) list += (list.empty() ? "" : " ") + each;
              return list.empty() ? std::string("nothing") : list;
            }());
  }
  out.finish();
  const int signal = live::signal_that_came();   // when all was said, while the run was ended
  return signal != 0 ? 128 + signal : code;
}

}  // namespace

void add_live(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<LiveFlags>();
  CLI::App* verb = app.add_subcommand("live", "force schedules on a real client and a real server");
  takes_scenarios(*verb, verb->add_option("SCENARIO", flags->scenario, "scenario file, or name of a built-in one"))
      ->required()
      ->type_name("");
  verb->add_option("--client", flags->client, "command of the driver of the client")
      ->required()
      ->type_name("CMD")
      ->group("What");
  verb->add_option("-s,--schedule", flags->schedule, "play only this one")->type_name("SCHEDULE")->group("What");
  verb->add_option("--repeat", flags->repeat, "play the schedule N times")
      ->check(in_range(1, 100'000))
      ->type_name("N")
      ->group("What");
  verb->add_option("--compare-model", flags->model, "play every schedule under this design, too")
      ->type_name("DESIGN")
      ->group("What");
  verb->add_option("-i,--invariant", flags->invariants, "invariant, a pattern, or 'all'")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group("What");
  flags->search.add_live_selection_to(*verb);
  verb->add_flag("--passing", flags->more.passing, "cancel also where a task is suspended for a moment")->group("What");
  verb->add_flag("--same-turn", flags->more.same_turn, "let replies come and tasks start in one turn")->group("What");
  verb->add_option("--closes", flags->more.closes, "the server closes up to N connections while they are quiet")
      ->check(in_range(0, 8))
      ->type_name("N")
      ->group("What");
  verb->add_option("--trace", flags->trace, "write what is said to the client and what it answers to FILE")
      ->type_name("FILE")
      ->group("Output");
  verb->add_option("--server", flags->server, "program of the server")->type_name("FILE")->group("Server");
  verb->add_option("--port", flags->port, "its port on 127.0.0.1; otherwise a free one")
      ->check(in_range(1, 65535))
      ->type_name("N")
      ->group("Server");
  verb->add_option("--timeout", flags->timeout_ms, "milliseconds for each answer of client and server")
      ->check(in_range(10, 600'000))
      ->type_name("MS")
      ->group("Budget");
  verb->add_option("--max-schedules", flags->max_schedules, "end the search after N schedules")
      ->check(in_range(1, 1'000'000'000))
      ->type_name("N")
      ->group("Budget");
  flags->output.add_to(*verb);
  flags->files.add_to(*verb, false);
  verb->callback([flags, &exit_code] { exit_code = run_live(*flags); });
}

}  // namespace interleak::tools

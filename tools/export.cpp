// `interleak export SCENARIO --format F`: one schedule, or all states, in a format that other
// programs read. The schedule is the one given, else the shortest that violates something.
#include <algorithm>
#include <array>
#include <cstdio>

#include "reports/chrome_trace.hpp"
#include "reports/csv.hpp"
#include "reports/html_graph.hpp"
#include "reports/itf.hpp"
#include "reports/mermaid.hpp"
#include "reports/otlp.hpp"
#include "reports/shiviz.hpp"
#include "reports/state_graph.hpp"
#include "sim/check/exploration.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct ExportFlags {
  std::string scenario, schedule, format, file;
  SearchFlags search;
};

/// Formats of one schedule.
struct ScheduleFormat {
  std::string_view name;
  std::string (*write)(const world::World&, const words::Trace&);
};
constexpr std::array<ScheduleFormat, 6> kScheduleFormats = {{{"itf", reports::itf},
                                                             {"mermaid", reports::mermaid},
                                                             {"chrome-trace", reports::chrome_trace},
                                                             {"shiviz", reports::shiviz},
                                                             {"otlp-json", reports::otlp_json},
                                                             {"csv", reports::csv}}};
/// Formats of all states, and how many of them they may have: a drawing beyond that helps nobody.
struct GraphFormat {
  std::string_view name;
  std::uint64_t most_states;
};
constexpr std::array<GraphFormat, 3> kGraphFormats = {{{"dot", 500}, {"digest", 1'000'000}, {"edges-csv", 1'000'000}}};

const ScheduleFormat* schedule_format(std::string_view name) {
  const auto found = std::find_if(kScheduleFormats.begin(), kScheduleFormats.end(),
                                  [&](const ScheduleFormat& each) { return each.name == name; });
  return found == kScheduleFormats.end() ? nullptr : &*found;
}

const GraphFormat* graph_format(std::string_view name) {
  const auto found = std::find_if(kGraphFormats.begin(), kGraphFormats.end(),
                                  [&](const GraphFormat& each) { return each.name == name; });
  return found == kGraphFormats.end() ? nullptr : &*found;
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const ScheduleFormat& each : kScheduleFormats) names.emplace_back(each.name);
  for (const GraphFormat& each : kGraphFormats) names.emplace_back(each.name);
  return names;
}

/// "itf, mermaid, csv"
std::string schedule_format_names() {
  std::string names;
  for (const ScheduleFormat& each : kScheduleFormats) names += (names.empty() ? "" : ", ") + std::string(each.name);
  return names;
}

/// Flags that say nothing to a format.
void refuse_combinations(const ExportFlags& flags) {
  const bool graph = graph_format(flags.format) != nullptr;
  const bool chosen = !flags.schedule.empty() || !flags.search.invariants.empty();
  if ((flags.format == "edges-csv" || flags.format == "digest") && chosen) {
    throw Failure(kExitUsage, flags.format + " writes all states: -s and -i choose a schedule, which " +
                                  schedule_format_names() + " write and dot marks");
  }
  if (!flags.schedule.empty() && !flags.search.invariants.empty()) {
    throw Failure(kExitUsage, "-s gives the schedule, -i looks for one: choose one of them");
  }
  if (!flags.schedule.empty() && flags.search.budget.max_states != 0 && !graph) {
    throw Failure(kExitUsage, "with -s nothing is searched, so --max-states says nothing");
  }
}

std::string design_of(Session& session, const ExportFlags& flags, const scenario::Scenario& scenario) {
  const bool chosen = !flags.search.designs.empty();
  const auto found = chosen ? session.designs(flags.search.designs) : session.designs_of(scenario);
  if (found.empty()) throw Failure(kExitNothing, "no design chosen: add -d NAME");
  if (found.size() > 1) {
    throw Failure(kExitUsage, "export takes one design, but " + std::to_string(found.size()) +
                                  " match; choose one with -d, for example -d " + found[0]);
  }
  return found[0];
}

/// The events of a schedule that was given.
std::vector<Event> given_schedule(const world::World& world, const std::string& text) {
  std::vector<Event> events;
  const auto error = words::parse_schedule(world, text, events);
  if (!error) return events;
  const bool malformed = error->number == 0;
  throw Failure(malformed ? kExitUsage : kExitDiverged,
                (malformed ? "the schedule is malformed at byte " + std::to_string(error->offset + 1)
                           : "the schedule diverges at step " + std::to_string(error->number)) +
                    ": " + reports::printable(error->told().text()) +
                    "\n  interleak replay shows what is enabled there");
}

/// Nothing can be written: something ended the search, or the writing, before.
[[noreturn]] void ended_early(const Engine& engine, check::Stop stop, const std::string& before) {
  if (engine.signal() != 0) throw Failure(128 + engine.signal(), "interrupted");
  const std::string by = engine.stopped_by(stop);
  throw Failure(kExitUnknown,
                "the search ended (" + (by.empty() ? std::string(check::stop_name(stop)) : by) + ") before " + before);
}

/// Explores for a witness; nothing if there is none.
std::optional<std::vector<Event>> found_witness(Engine& engine, const world::World& world,
                                                const std::vector<property::Invariant>& invariants,
                                                const ExportFlags& flags) {
  auto found = shortest_violation(engine, world, invariants, flags.search, flags.scenario);
  if (!found) return std::nullopt;
  return std::move(found->witness);
}

/// Explores for a witness; throws if there is none.
std::vector<Event> shortest_schedule(Engine& engine, const world::World& world,
                                     const std::vector<property::Invariant>& invariants, const ExportFlags& flags) {
  if (auto found = found_witness(engine, world, invariants, flags)) return *found;
  throw Failure(kExitNothing,
                "nothing is violated, so there is no shortest schedule to export\n"
                "  give one with -s, or all states with --format dot or edges-csv");
}

[[noreturn]] void too_many_states(const explore::Graph& graph, const GraphFormat& format) {
  throw Failure(kExitUnknown, "more than " + std::to_string(graph.size()) + " states: too many for " +
                                  std::string(format.name) +
                                  "\n  fewer tasks, connections or cancels "
                                  "(--max-cancels) make fewer states; --max-states N allows more,\n"
                                  "  --format edges-csv takes up to " +
                                  std::to_string(kGraphFormats.back().most_states) + "; one schedule is always small");
}

/// All states, by name: no folding.
explore::Graph graph_of(const world::World& world, const ExportFlags& flags, const GraphFormat& format,
                        const Engine& engine, const check::Options& options) {
  explore::Limits limits;
  limits.max_states = options.budget.max_states;
  limits.max_depth = static_cast<std::uint32_t>(options.budget.max_depth);
  limits.fatal_facts = world::fact::kDiverges;
  if (limits.max_states == 0) limits.max_states = format.most_states;
  const auto progress = [&](const explore::Progress& p) {
    options.progress({static_cast<int>(p.depth), p.frontier, p.states, p.bytes});
  };
  explore::Graph graph =
      explore::explore(world, limits, options.executor, options.workers, progress, options.allowance());
  if (graph.stop == explore::Stop::finished) return graph;
  if (graph.stop == explore::Stop::states) too_many_states(graph, format);
  ended_early(engine, check::stop_of(graph.stop), "all states of " + flags.scenario + " were seen");
}

std::string graph_text(Engine& engine, const world::World& world, const std::vector<property::Invariant>& invariants,
                       const ExportFlags& flags) {
  const GraphFormat& format = *graph_format(flags.format);
  check::Options options;
  options.budget = flags.search.budget;
  std::string text;
  engine.explore(options, flags.scenario, [&](const check::Options& with) {
    const explore::Graph graph = graph_of(world, flags, format, engine, with);
    try {
      if (format.name == "edges-csv") {
        text = reports::edges_csv(world, graph, with.allowance());
      } else if (format.name == "digest") {
        text = reports::graph_digest(world, graph, with.allowance()) + "\n";
      } else {
        const auto path = flags.schedule.empty() ? found_witness(engine, world, invariants, flags)
                                                 : std::optional(given_schedule(world, flags.schedule));
        text = reports::dot(world, graph, path.value_or(std::vector<Event>()));
      }
    } catch (const Cut&) {
      ended_early(engine, with.ended_by(), "the " + flags.format + " was complete");
    }
  });
  return text;
}

std::string exported(const world::World& world, const std::vector<property::Invariant>& invariants,
                     const ExportFlags& flags) {
  const ScheduleFormat* format = schedule_format(flags.format);
  if (format != nullptr && !flags.schedule.empty()) {
    return format->write(world, words::trace(world, given_schedule(world, flags.schedule)));
  }
  Engine engine(flags.search.engine_options({}));
  if (format == nullptr) return graph_text(engine, world, invariants, flags);
  return format->write(world, words::trace(world, shortest_schedule(engine, world, invariants, flags)));
}

int run_export(const ExportFlags& flags) {
  refuse_combinations(flags);
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto scenarios = chosen_scenarios(session, flags.scenario, flags.search);
  if (!session.errors.empty()) return refuse(session, {}, "export");
  if (scenarios.size() != 1) throw Failure(kExitUsage, "export takes one --variant");
  const auto invariants = chosen_invariants(flags.search.invariants, scenarios[0]);
  const auto world = session.world(scenarios[0], design_of(session, flags, scenarios[0]), invariants);
  if (!session.errors.empty()) return refuse(session, {}, "export");
  tell_beside(session, 0);
  Output out(flags.file);
  out.write(exported(*world, chosen_invariants(flags.search.invariants, world->scenario()), flags));
  out.finish();
  return kExitOk;
}

}  // namespace

void add_export(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<ExportFlags>();
  CLI::App* verb = app.add_subcommand("export", "a schedule or all states, for other programs");
  takes_scenarios(*verb, verb->add_option("SCENARIO", flags->scenario, "scenario file, or name of a built-in one"))
      ->required()
      ->type_name("");
  verb->add_option("-f,--format", flags->format,
                   "of a schedule: " + schedule_format_names() +
                       ";\n"
                       "of all states: dot, edges-csv; digest, as in a report")
      ->required()
      ->check(CLI::IsMember(format_names()))
      ->type_name("FORMAT")
      ->group("Output");
  verb->add_option("-o,--output", flags->file, "write to FILE instead of standard output")
      ->type_name("FILE")
      ->group("Output");
  flags->search.add_selection_to(*verb);
  verb->add_option("-s,--schedule", flags->schedule, "this one; default: the shortest violation")
      ->type_name("SCHEDULE")
      ->group("What");
  verb->add_option("-i,--invariant", flags->search.invariants, "the shortest violation of this one")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group("What");
  flags->search.add_budget_to(*verb);
  verb->remove_option(verb->get_option("--no-counts"));
  verb->callback([flags, &exit_code] { exit_code = run_export(*flags); });
}

}  // namespace interleak::tools

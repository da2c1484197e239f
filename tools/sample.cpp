// `interleak sample SCENARIO -d DESIGN`: schedules by chance, for scenarios that are too large to explore, and
// for who wants to see what tests by chance see. It exits 1 with a violation, else 4: a sample proves nothing.
#include <charconv>

#include "reports/sampling.hpp"
#include "reports/style.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

constexpr std::uint64_t kMostSchedules = 10'000'000, kMostDepth = 20, kMostSteps = 1'000'000;

struct SampleFlags {
  std::string scenario;
  check::SampleOptions sample;
  SearchFlags search;
  OutputFlags output;
};

[[noreturn]] void bad_strategy(const std::string& text) {
  throw CLI::ValidationError("--by", reports::quoted(text) +
                                         " is none of uniform, scheduler, rate:P (0.01, 1/100, 1%) and " +
                                         "pct:D (1 to " + std::to_string(kMostDepth) + ")");
}

void read_strategy(const std::string& text, check::SampleOptions& sample) {
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const std::string value = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (text == "uniform") {
    sample.by = check::Sampler::uniform;
  } else if (text == "scheduler") {
    sample.by = check::Sampler::scheduler;
  } else if (name == "rate" && check::parse_probability(value)) {
    sample.by = check::Sampler::rate;
    sample.rate = *check::parse_probability(value);
  } else if (name == "pct") {
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), sample.depth);
    const bool whole = failed == std::errc{} && end == value.data() + value.size();
    if (!whole || sample.depth < 1 || sample.depth > kMostDepth) bad_strategy(text);
    sample.by = check::Sampler::pct;
  } else {
    bad_strategy(text);
  }
}

void read_confidence(const std::string& text, check::SampleOptions& sample) {
  const auto confidence = check::parse_probability(text);
  if (!confidence || *confidence <= 0 || *confidence >= 1) {
    throw CLI::ValidationError("--confidence", reports::quoted(text) + " is not between 0 and 1: 0.95, 99%");
  }
  sample.confidence = *confidence;
}

reports::SamplingReport draw(Engine& engine, Session& session, std::shared_ptr<const world::World> world,
                             const std::vector<property::Invariant>& invariants, const SampleFlags& flags) {
  reports::SamplingReport report;
  const std::string title = reports::scenario_name(world->scenario()) + " · " + world->design().id;
  check::SampleOptions sample = flags.sample;
  if (flags.search.budget.max_depth > 0) sample.max_length = static_cast<std::size_t>(flags.search.budget.max_depth);
  engine.explore(check_options(flags.search), title, [&](const check::Options& options) {
    report.sampling = check::sample(*world, invariants, sample, options);
  });
  if (report.sampling.stopped_by == check::stop_name(check::Stop::bytes)) {
    report.stopped_by = engine.stopped_by(check::Stop::bytes);
  } else if (!report.sampling.stopped_by.empty() && engine.stopped()) {
    report.stopped_by = engine.stopped_by(check::Stop::interrupted);
  }
  report.replay_words = replay_words(session, flags.scenario, world->scenario(), world->design().id, flags.search);
  report.world = std::move(world);
  return report;
}

void write(const std::vector<reports::SamplingReport>& all, const SampleFlags& flags) {
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("sample");
    document["samples"] = reports::Json::array();
    for (const auto& report : all) document["samples"].push_back(reports::sampling_json(report));
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    for (const auto& report : all) {
      out.write((&report == &all.front() ? "" : "\n") +
                reports::sampling_text(report, flags.output.style(), flags.output.quiet > 0));
    }
  }
  out.finish();
}

int sample(const SampleFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto scenario = one_scenario(session, flags.scenario, flags.search, "sample");
  if (!scenario || !session.errors.empty()) return refuse(session, flags.output, "sample");
  const auto invariants = chosen_invariants(flags.search.invariants, *scenario);
  std::vector<std::shared_ptr<const world::World>> worlds;
  for (const std::string& id : designs_for(session, session.designs(flags.search.designs), *scenario)) {
    worlds.push_back(session.world(*scenario, id, invariants));
  }
  if (!session.errors.empty()) return refuse(session, flags.output, "sample");
  tell_beside(session, flags.output.quiet);

  Engine engine(flags.search.engine_options(flags.output));
  std::vector<reports::SamplingReport> all;
  int code = kExitOk;
  for (auto& world : worlds) {
    if (engine.signal() != 0) break;
    const auto judged = chosen_invariants(flags.search.invariants, world->scenario());
    all.push_back(draw(engine, session, std::move(world), judged, flags));
    const bool violated = check::verdict_of(all.back().sampling) == check::Verdict::violated;
    code = worse_exit(code, violated ? kExitViolated : kExitUnknown);
  }
  write(all, flags);
  return exit_after(engine, code);
}

}  // namespace

void add_sample(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<SampleFlags>();
  CLI::App* verb = app.add_subcommand("sample", "draw schedules by chance; what they show, and how often");
  takes_scenarios(*verb, verb->add_option("SCENARIO", flags->scenario, "scenario file, or name of a built-in one"))
      ->required()
      ->type_name("");
  flags->search.add_selection_to(*verb);
  verb->add_option("-i,--invariant", flags->search.invariants, "invariant, a pattern, or 'all'")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group("What");
  verb->add_option_function<std::string>(
          "--by", [flags](const std::string& text) { read_strategy(text, flags->sample); },
          "scheduler (the default), uniform, rate:P or pct:D")
      ->type_name("STRATEGY")
      ->group("Sample");
  verb->add_option("--count", flags->sample.count, "schedules to draw (1000)")
      ->check(in_range(std::uint64_t{1}, kMostSchedules))
      ->type_name("N")
      ->group("Sample");
  verb->add_option("--seed", flags->sample.seed, "the same seed draws the same schedules (1)")
      ->type_name("N")
      ->group("Sample");
  verb->add_option("--steps", flags->sample.steps, "pct: steps of the longest schedule, the end included")
      ->check(in_range(std::uint64_t{1}, kMostSteps))
      ->type_name("N")
      ->group("Sample");
  verb->add_option_function<std::string>(
          "--confidence", [flags](const std::string& text) { read_confidence(text, flags->sample); },
          "of the intervals: 95% (the default), 0.99")
      ->type_name("P")
      ->group("Sample");
  flags->search.add_budget_to(*verb);
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = sample(*flags); });
}

}  // namespace interleak::tools

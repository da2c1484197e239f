// Shared flags and what follows from them: see flags.hpp.
#include "tools/flags.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <set>
#include <thread>

#include "reports/diagnostics.hpp"
#include "reports/json.hpp"
#include "reports/style.hpp"
#include "sim/certify/certificate.hpp"
#include "tools/exit_codes.hpp"
#include "tools/suggestions.hpp"
#include "tools/verdict_cache.hpp"
#include "tools/whole_file.hpp"

namespace interleak::tools {
namespace {

// Budgets by name. States are counted alike on every machine, so they decide verdicts; time does not.
constexpr std::uint64_t kQuickStates = 100'000;
constexpr std::uint64_t kMostStatesAsked = 1'000'000'000'000;
constexpr std::uint64_t kCiStates = 5'000'000;

/// A whole number and what follows it; nothing if there is no number.
std::optional<std::pair<std::uint64_t, std::string>> number_and_unit(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || number > 1'000'000'000'000ull) return std::nullopt;
  return std::pair{number, std::string(end, text.data() + text.size())};
}

[[noreturn]] void bad_value(const char* flag, const std::string& text, const char* expected) {
  throw CLI::ValidationError(std::string(flag), reports::quoted(text) + " is not " + expected);
}

std::chrono::milliseconds duration_of(const std::string& text) {
  const auto parsed = number_and_unit(text);
  if (parsed && parsed->first > 0 && parsed->first <= 1'000'000'000) {
    const auto n = static_cast<std::int64_t>(parsed->first);
    if (parsed->second == "ms") return std::chrono::milliseconds(n);
    if (parsed->second == "s") return std::chrono::seconds(n);
    if (parsed->second == "m") return std::chrono::minutes(n);
    if (parsed->second == "h" && n < 100'000) return std::chrono::hours(n);
  }
  bad_value("--max-time", text, "a duration such as 500ms, 30s, 2m or 1h");
}

/// Where the codes of these errors are explained; the first few, each once.
std::string explain_hint(const Diagnostics& errors) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> codes;
  for (const Diagnostic& error : errors) {
    const bool seen = std::find(codes.begin(), codes.end(), error.code) != codes.end();
    if (!seen && codes.size() < kMost) codes.push_back(error.code);
  }
  std::string out = "  interleak explain";
  for (const std::string& code : codes) out += " " + code;
  return codes.empty() ? "" : out + " tells more\n";
}

}  // namespace

std::uint64_t bytes_of(const char* flag, const std::string& text) {
  const auto parsed = number_and_unit(text);
  const std::string unit = parsed ? parsed->second : "?";
  const int shift = unit == "KiB" ? 10 : unit == "MiB" ? 20 : unit == "GiB" ? 30 : unit.empty() ? 0 : -1;
  if (shift >= 0 && parsed->first > 0 && parsed->first < (1ull << (62 - shift))) {
    return parsed->first << shift;
  }
  bad_value(flag, text, "a size such as 500MiB or 4GiB");
}

void Output::write(std::string text) {
  if (!path_.empty()) {
    if (text_.empty()) text_ = std::move(text);
    else text_ += text;
  } else if (!write_all(STDOUT_FILENO, text)) {
    throw Failure(kExitOutput, std::string("cannot write the output: ") + std::strerror(errno));
  }
}

void Output::finish() {
  if (!path_.empty()) write_whole(path_, text_);
}

void OutputFlags::add_to(CLI::App& app) {
  app.add_flag("--json", json, "one JSON document on standard output")->group("Output");
  app.add_option("-o,--output", file, "write to FILE instead of standard output")->type_name("FILE")->group("Output");
  app.add_flag("-q,--quiet", quiet, "verdict lines only; -qq: nothing but the exit code")->group("Output");
  app.add_flag("-v,--verbose", verbose, "every witness in full, with the lines of the listing")->group("Output");
  app.add_flag("--timings", timings, "also tell time, memory and threads")->group("Output");
  app.add_option("--color", terminal.colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN")
      ->group("Output");
  app.add_flag("--ascii", terminal.ascii, "plain ASCII: letters for symbols")->group("Output");
  app.add_option("--width", terminal.width, "columns of the output")
      ->check(in_range(40, 400))
      ->type_name("N")
      ->group("Output");
}

reports::Style OutputFlags::style() const {
  reports::Style style = terminal_style(terminal, STDOUT_FILENO);
  if (!file.empty() && terminal.colour == "auto") style.colour = false;
  return style;
}

reports::Style OutputFlags::error_style() const { return terminal_style(terminal, STDERR_FILENO); }

reports::TextOptions OutputFlags::text_options() const {
  return {.style = style(), .quiet = quiet > 0, .verbose = verbose, .coverage = false, .timings = timings};
}

void SearchFlags::add_selection_to(CLI::App& app) {
  app.add_option("-d,--design", designs, "design: an id, a pattern such as 'redis-py-*/pool', 'all', or a FILE.pool")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group("What");
  add_live_selection_to(app);
}

void SearchFlags::add_live_selection_to(CLI::App& app) {
  app.add_option("-L,--library", libraries, "design or protocol file, or directory of them, to know, for `extends`")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->group("What");
  app.add_option("--variant", variants, "variant of the scenario, or 'all'")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group("What");
  app.add_option("--owner-types", overrides.owner_types, "give all values one type, or each owner its own")
      ->check(CLI::IsMember({"same", "distinct"}))
      ->type_name("same|distinct")
      ->group("What");
  std::vector<std::string> physics = {"all", "none"};
  for (const auto& each : scenario::kPhysicsOptions) physics.emplace_back(each.name);
  app.add_option("--physics", overrides.physics, "options of the model: all, none, or some by name")
      ->check(CLI::IsMember(physics))
      ->type_name("OPTION")
      ->allow_extra_args(false)
      ->group("What");
  app.add_option("--max-cancels", overrides.max_cancels, "cancels in one schedule, at most")
      ->check(in_range(0, scenario::kMaxCancels))
      ->type_name("N")
      ->group("What");
  const std::vector<std::string> kinds(scenario::kCancelKinds.begin(), scenario::kCancelKinds.end());
  app.add_option("--cancel-kind", overrides.cancel_kind, "what a cancel does to its task")
      ->check(CLI::IsMember(kinds))
      ->type_name("KIND")
      ->group("What");
  std::vector<std::string> awaits(terms::kCancellableAwaits.begin(), terms::kCancellableAwaits.end());
  awaits.emplace_back("any-await");
  app.add_option("--cancel-at", overrides.cancel_at, "awaits that a cancel may land on")
      ->check(CLI::IsMember(awaits))
      ->type_name("AWAIT")
      ->allow_extra_args(false)
      ->group("What");
  app.add_flag("--silent-server", overrides.silent_server, "a server may stop to answer on a connection")
      ->group("What");
}

void SearchFlags::add_budget_to(CLI::App& app) {
  const auto states = std::make_shared<CLI::Option*>();
  app.add_option_function<std::string>(
         "--budget",
         [this, states](const std::string& name) {
           if ((*states)->count() > 0) return;
           budget.max_states = name == "quick" ? kQuickStates : name == "ci" ? kCiStates : 0;
         },
         "quick: 100,000 states, ci: 5,000,000, deep: no end")
      ->check(CLI::IsMember({"quick", "ci", "deep"}))
      ->type_name("NAME")
      ->group("Budget");
  *states = app.add_option("--max-states", budget.max_states, "end the search after N states that had to be kept")
                ->check(in_range(std::uint64_t{1}, kMostStatesAsked))
                ->type_name("N")
                ->group("Budget");
  app.add_option("--max-depth", budget.max_depth, "end the search at schedules of N steps")
      ->check(in_range(1, 1'000'000))
      ->type_name("N")
      ->group("Budget");
  app.add_option_function<std::string>(
         "--max-time", [this](const std::string& text) { max_time = duration_of(text); },
         "end the command after that time: 30s, 2m")
      ->type_name("TIME")
      ->group("Budget");
  app.add_option_function<std::string>(
         "--max-mem", [this](const std::string& text) { budget.max_bytes = bytes_of("--max-mem", text); },
         "end the search at that memory: 4GiB (the default), 500MiB")
      ->type_name("SIZE")
      ->group("Budget");
  app.add_option("--threads", threads, "worker threads; they change no result")
      ->check(in_range(1, 256))
      ->type_name("N")
      ->group("Budget");
  app.add_flag("--no-reduction", no_reduction, "look at each state by name, though some tasks are alike")
      ->group("Budget");
  app.add_flag("--no-counts", no_counts, "do not count schedules")->group("Budget");
  app.add_flag("--no-progress", no_progress, "say nothing while it runs")->group("Output");
}

EngineOptions SearchFlags::engine_options(const OutputFlags& output) const {
  const int hardware = static_cast<int>(std::thread::hardware_concurrency());
  return {.threads = threads > 0 ? threads : std::max(hardware, 1),
          .max_time = max_time,
          .max_bytes = budget.max_bytes,
          .progress = !no_progress && output.quiet < 2};
}

namespace {

[[noreturn]] void no_variant(const std::string& name, const std::string& variant,
                             const std::vector<scenario::Scenario>& all) {
  std::vector<std::string> names;
  for (const scenario::Scenario& each : all) {
    if (!each.variant.empty()) names.push_back(each.variant);
  }
  const std::string guess = did_you_mean(variant, names);
  const std::string list = names.empty() ? "; it has none" : "\n  it has " + reports::listed(names);
  throw Failure(kExitNothing,
                reports::quoted(name) + " has no variant " + reports::quoted(variant) + (guess.empty() ? list : guess));
}

}  // namespace

std::vector<scenario::Scenario> chosen_scenarios(Session& session, const std::string& name, const SearchFlags& flags) {
  const auto all = session.scenarios(name);
  if (all.empty()) return {};
  std::vector<scenario::Scenario> chosen;
  const auto take = [&](const scenario::Scenario& scenario) {
    chosen.push_back(check::without_expectations(check::overridden(scenario, flags.overrides)));
  };
  if (flags.variants.empty()) take(all[0]);
  for (const std::string& variant : flags.variants) {
    if (variant == "all") {
      for (const scenario::Scenario& scenario : all) take(scenario);
    } else if (const auto one = check::variant_of(all, variant)) {
      take(*one);
    } else {
      no_variant(name, variant, all);
    }
  }
  return chosen;
}

namespace {

/// At least one of them, or Failure(5).
std::vector<std::string> those_that_speak(Session& session, const std::vector<std::string>& designs,
                                          const scenario::Scenario& scenario) {
  auto speaking = session.speaking(designs, scenario);
  if (speaking.empty() && !designs.empty()) {
    throw Failure(kExitNothing,
                  "none of these designs speaks the protocol of \"" + scenario.id + "\": " + reports::listed(designs));
  }
  return speaking;
}

}  // namespace

std::vector<std::string> designs_for(Session& session, const std::vector<std::string>& chosen,
                                     const scenario::Scenario& scenario) {
  if (!chosen.empty()) return those_that_speak(session, chosen, scenario);
  if (scenario.designs.empty() && !session.errors.empty()) return {};   // they are what is told
  if (scenario.designs.empty()) {
    throw Failure(kExitNothing, "no design chosen, and \"" + scenario.id + "\" names none\n" +
                                    "  add -d NAME; interleak designs lists them");
  }
  return those_that_speak(session, session.designs_of(scenario), scenario);
}

std::optional<scenario::Scenario> one_scenario(Session& session, const std::string& name, const SearchFlags& flags,
                                               std::string_view verb) {
  const auto scenarios = chosen_scenarios(session, name, flags);
  if (scenarios.size() > 1) {
    throw Failure(kExitUsage, std::string(verb) + " takes one --variant");
  }
  if (scenarios.empty()) return std::nullopt;
  return scenarios[0];
}

check::Options check_options(const SearchFlags& flags) {
  check::Options options;
  options.budget = flags.budget;
  options.counts = !flags.no_counts;
  options.fold = !flags.no_reduction;
  options.explain = flags.why == "always" ? check::Explain::all
                    : flags.why == "auto" ? check::Explain::bounded
                                          : check::Explain::no;
  options.numbers = flags.numbers;
  return options;
}

std::vector<std::string> replay_words(const Session& session, const std::string& scenario_word,
                                      const scenario::Scenario& scenario, const std::string& design,
                                      const SearchFlags& flags) {
  std::vector<std::string> words = {scenario_word, "-d", session.design_word(design)};
  for (const std::string& path : flags.libraries) words.insert(words.end(), {"-L", path});
  for (const std::string& path : session.parents_beside(design)) words.insert(words.end(), {"-L", path});
  if (!scenario.variant.empty()) words.insert(words.end(), {"--variant", scenario.variant});
  const auto changes = override_words(flags.overrides);
  words.insert(words.end(), changes.begin(), changes.end());
  return words;
}

reports::Result explore(Engine& engine, std::shared_ptr<const world::World> world,
                        const std::vector<property::Invariant>& invariants, const SearchFlags& flags,
                        std::vector<std::string> words) {
  const auto begun = std::chrono::steady_clock::now();
  reports::Result result;
  check::Options options = check_options(flags);
  for (const auto& invariant : invariants) options.invariants.emplace_back(invariant.name);
  if (!flags.certificate.empty()) {
    certify::Head head;
    head.tool = reports::kToolVersion;
    head.semantics = reports::kSemanticsVersion;
    head.words = words;
    options.certificate = std::make_shared<const certify::Head>(std::move(head));
  }
  const auto found = [&] {
    return engine.analyse(*world, invariants, options,
                          reports::scenario_name(world->scenario()) + " · " + world->design().id);
  };
  if (flags.cache == nullptr) {
    result.analysis = found();
  } else {
    const std::string key = flags.cache->key_of(*world, invariants, options);
    auto known = flags.cache->find(key, *world, invariants);
    result.known = known.has_value();
    result.analysis = known ? std::move(*known) : found();
    if (!result.known) flags.cache->keep(key, result.analysis);
  }
  for (const check::Judgement& judgement : result.analysis.judgements) {
    result.traces.emplace_back();
    if (judgement.verdict == check::Verdict::violated) {
      result.traces.back() = words::trace(*world, judgement.witness);
    }
  }
  result.world = std::move(world);
  result.replay_words = std::move(words);
  result.certificate_file = flags.certificate;
  const check::Stop ended = result.analysis.stop;
  result.analysis.stopped_by = engine.stopped_by(ended != check::Stop::finished ? ended : result.analysis.left_out_by);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  result.seconds = took.count();
  result.bytes = engine.bytes();
  result.threads = engine.threads();
  return result;
}

std::optional<check::Judgement> shortest_violation(Engine& engine, const world::World& world,
                                                   const std::vector<property::Invariant>& invariants,
                                                   const SearchFlags& flags, const std::string& title) {
  check::Options options;
  options.budget = flags.budget;
  options.counts = false;
  options.fold = !flags.no_reduction;
  const check::Analysis analysis = engine.analyse(world, invariants, options, title);
  const int gravest = reports::gravest_violation(analysis);
  if (gravest >= 0) return analysis.judgements[static_cast<std::size_t>(gravest)];
  if (engine.signal() != 0) throw Failure(128 + engine.signal(), "interrupted");
  if (reports::verdict_of(analysis) != check::Verdict::unknown) return std::nullopt;
  std::string by = engine.stopped_by(analysis.stop);
  if (by.empty()) by = analysis.diverges ? "the design diverges" : std::string(check::stop_name(analysis.stop));
  throw Failure(kExitUnknown, "the search ended (" + by + ") before it found a violation; give a schedule with -s");
}

int refuse(const Session& session, const OutputFlags& flags, std::string_view command) {
  if (flags.json) {
    reports::Json document = reports::document(command);
    document["errors"] = reports::errors_json(session.errors);
    Output out(flags.file);
    out.write(reports::text_of(document));
    out.finish();
  } else if (flags.quiet < 2) {
    std::fputs(errors_text(session, flags.error_style()).c_str(), stderr);
  }
  return kExitInvalid;
}

std::string errors_text(const Session& session, const reports::Style& style, std::string_view consequence) {
  const auto source = [&](const std::string& file) -> std::optional<std::string_view> {
    const auto found = session.sources.find(file);
    if (found == session.sources.end()) return std::nullopt;
    return found->second;
  };
  Diagnostics errors;
  std::set<std::string> files, shown;
  for (const Diagnostic& error : session.errors) {
    const std::string place = std::to_string(error.at.line) + ":" + std::to_string(error.at.column);
    if (!shown.insert(error.file + ":" + place + ":" + error.code + error.message).second) continue;
    errors.push_back(error);
    if (!error.file.empty()) files.insert(error.file);
  }
  std::string out = reports::render(errors, source, style.colour, style.ascii) + "\n";
  out += reports::plural(std::to_string(errors.size()), "error");
  if (!files.empty()) out += " in " + reports::plural(std::to_string(files.size()), "file");
  return out + ". " + std::string(consequence) + "\n" + explain_hint(errors);
}

void tell_beside(const Session& session, int quiet) {
  const std::string text = session.beside_text();
  if (!text.empty() && quiet == 0) std::fprintf(stderr, "interleak: %s\n", text.c_str());
  const std::string left_out = session.left_out_text();
  if (!left_out.empty() && quiet == 0) std::fprintf(stderr, "interleak: %s\n", left_out.c_str());
}

int exit_after(const Engine& engine, int code) { return engine.signal() == 0 ? code : 128 + engine.signal(); }

}  // namespace interleak::tools

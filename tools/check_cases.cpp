// See check_cases.hpp.
#include "tools/check_cases.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>

#include "tools/report_files.hpp"
#include "tools/scenario_names.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

bool among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Designs that nothing is expected of, but that are to be explored all the same.
std::vector<std::string> designs_beyond(Session& session, const scenario::Scenario& scenario,
                                        const std::vector<std::string>& wanted, const std::vector<check::Case>& cases) {
  std::vector<std::string> designs = wanted;
  if (wanted.empty() && cases.empty()) designs = session.designs_of(scenario);
  std::erase_if(designs, [&](const std::string& id) {
    return std::any_of(cases.begin(), cases.end(), [&](const auto& c) { return c.design == id; });
  });
  return designs;
}

/// Entries of a baseline have no file: two scenarios of one name would share them.
void refuse_namesakes(Session& session, const std::vector<CaseJob>& jobs) {
  std::set<std::string> seen;
  for (const CaseJob& job : jobs) {
    const auto& scenario = job.world->scenario();
    if (seen.insert(check::baseline_prefix(scenario, job.expectations.design)).second) continue;
    Diagnostic error;
    error.code = "ILK0042";
    error.message = "two scenarios are named \"" + scenario.id + "\": a baseline cannot tell them apart";
    error.file = scenario.file;
    error.at = {1, 1};
    error.help = "give one of them another id";
    session.errors.push_back(std::move(error));
    return;
  }
}

}  // namespace

std::vector<std::string> scenario_files(Session& session, const std::vector<std::string>& paths) {
  const auto is_other = [&](const std::string& file) {
    const auto text = session.read(file);
    return !text || scenario::looks_like_design(*text, file) || scenario::looks_like_protocol(*text) ||
           check::looks_like_baseline(*text);
  };
  std::vector<std::string> files;
  for (const std::string& path : expanded(paths)) {
    for (const std::string& file : session.files_of(path)) {
      if (file == path || !is_other(file)) files.push_back(file);
    }
  }
  return files;
}

void CaseFlags::add_to(CLI::App& app) {
  takes_scenarios(app, app.add_option("PATH", paths, "scenario files, or directories of them"))
      ->required()
      ->type_name("");
  app.add_option("-d,--design", search.designs, "only these designs")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group("What");
  app.add_option("-L,--library", search.libraries, "design or protocol file, or directory of them, to know")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->group("What");
  app.add_option("--baseline", baseline, "what is known: only what is new or changed fails")
      ->type_name("FILE")
      ->group("What");
  app.add_option_function<std::string>(
         "--baseline-mode", [this](const std::string& mode) { ratchet = mode == "ratchet"; },
         "ratchet: nothing may get worse, and no less be explored")
      ->check(CLI::IsMember({"exact", "ratchet"}))
      ->type_name("exact|ratchet")
      ->group("What");
  search.add_budget_to(app);
  app.add_option("--jobs", jobs, "explore N cases at a time; each may use --max-mem")
      ->check(in_range(1, 256))
      ->type_name("N")
      ->group("Budget");
}

EngineOptions CaseFlags::engine_options(const OutputFlags& output) const {
  EngineOptions options = search.engine_options(output);
  options.jobs = jobs;
  return options;
}

std::vector<NamedDesign> named_designs(const Session& session, const CaseFlags& flags) {
  std::vector<NamedDesign> named;
  const auto add = [&](const std::vector<std::string>& ids, const std::string& word, bool alone) {
    for (const std::string& id : ids) {
      const auto same = [&](const NamedDesign& other) { return other.id == id; };
      const auto known = std::find_if(named.begin(), named.end(), same);
      if (known == named.end()) named.push_back({id, word, alone});
      else known->alone |= alone;
    }
  };
  for (const std::string& word : flags.search.designs) {
    const auto file = session.designs_of_file(word);
    add(file.empty() ? session.library().matching(word) : file, word,
        !file.empty() || session.library().contains(word));
  }
  for (const std::string& word : flags.search.libraries) {
    std::error_code failed;
    if (fs::is_directory(word, failed)) add(session.designs_below(word), word, false);
    else add(session.designs_of_file(word), word, true);
  }
  return named;
}

std::vector<CaseJob> case_jobs(Session& session, const CaseFlags& flags, bool beyond) {
  std::vector<std::string> of_run;
  for (const std::string& path : flags.search.libraries) {
    for (std::string& id : session.add_designs(path)) of_run.push_back(std::move(id));
  }
  const std::vector<std::string> files = scenario_files(session, flags.paths);
  session.look_beside(files);
  const std::vector<std::string> wanted = session.designs(flags.search.designs);
  of_run.insert(of_run.end(), wanted.begin(), wanted.end());
  std::vector<CaseJob> jobs;
  const auto add = [&](const scenario::Scenario& bare, check::Case each, bool expected, const std::string& file) {
    if (session.leaves_out(each.design, bare)) return;
    auto world = session.world(bare, each.design, each.invariants);
    const bool chosen = wanted.empty() || among(wanted, each.design);
    if (world) jobs.push_back({std::move(each), std::move(world), file, chosen, expected});
  };
  for (const std::string& file : files) {
    for (const scenario::Scenario& scenario : session.scenarios(file)) {
      session.find_beside(scenario);
      std::vector<check::Case> cases;
      if (!beyond || !scenario.expected_designs.empty()) {
        cases = check::cases_of(scenario, session.known_to(scenario), session.errors, &of_run,
                                [&](const std::string& id) { return session.asked_by(id); });
      }
      const auto more = beyond ? designs_beyond(session, scenario, wanted, cases) : std::vector<std::string>();
      const scenario::Scenario bare = check::without_expectations(scenario);
      for (check::Case& each : cases) add(bare, std::move(each), true, file);
      for (const std::string& design : more) {
        scenario::Scenario asked = bare;
        ask(asked, session.asked_by(design));
        add(bare, {design, check::invariants_of(asked), {}, {}}, false, file);
      }
    }
  }
  if (!flags.baseline.empty()) refuse_namesakes(session, jobs);
  return jobs;
}

reports::Case prepared(const Session& session, const CaseJob& job) {
  reports::Case each;
  each.world = job.world;
  each.expected = job.expectations.expected;
  each.counts = job.expectations.counts;
  locate(each, session);
  return each;
}

reports::Result explored(Engine& engine, const Session& session, const CaseJob& job, const SearchFlags& flags,
                         bool counts) {
  SearchFlags search = flags;
  search.no_counts = !counts;
  return explore(engine, job.world, job.expectations.invariants, search,
                 replay_words(session, job.scenario_word, job.world->scenario(), job.expectations.design, flags));
}

void in_order(std::size_t count, int threads, const std::function<void(std::size_t)>& work,
              const std::function<void(std::size_t)>& done) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<bool> ready(count, false);
  std::exception_ptr failure;
  std::atomic<std::size_t> next = 0;
  const auto worker = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      std::exception_ptr thrown;
      try {
        work(i);
      } catch (...) {
        thrown = std::current_exception();
        next = count;   // the others end when they are through with theirs
      }
      const std::lock_guard lock(mutex);
      ready[i] = true;
      if (thrown && !failure) failure = thrown;
      changed.notify_all();
    }
  };
  std::vector<std::jthread> workers;
  const auto wanted = std::min<std::size_t>(static_cast<std::size_t>(threads), count);
  for (std::size_t i = 0; i < wanted; ++i) workers.emplace_back(worker);
  try {
    for (std::size_t i = 0; i < count; ++i) {
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return ready[i] || failure; });
        if (failure) break;
      }
      done(i);
    }
  } catch (...) {
    next = count;
    throw;
  }
  workers.clear();   // joins
  if (failure) std::rethrow_exception(failure);
}

std::optional<check::Baseline> read_baseline(Session& session, const CaseFlags& flags, bool may_miss) {
  std::error_code failed;
  if (may_miss && !fs::exists(flags.baseline, failed)) return check::Baseline{};
  const auto text = session.read(flags.baseline);
  if (!text) return std::nullopt;
  return check::read_baseline(*text, flags.baseline, reports::kSemanticsVersion, session.errors);
}

}  // namespace interleak::tools

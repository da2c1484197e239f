// `interleak bless PATH...`: makes what came out what is expected, in scenario files and baselines. The
// difference is shown first; files are written only on --yes, or on a `y` at a terminal.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "reports/style.hpp"
#include "reports/unified_diff.hpp"
#include "sim/check/bless.hpp"
#include "tools/check_cases.hpp"
#include "tools/exit_codes.hpp"
#include "tools/verbs.hpp"
#include "tools/whole_file.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

struct BlessFlags {
  CaseFlags cases;
  OutputFlags output;
  bool yes = false, dry_run = false;
};

/// A file, as it is and as it will be.
struct Change {
  std::string file, before, after;
};

struct Blessed {
  std::vector<Change> changes;
  std::vector<std::string> left;   ///< what cannot be blessed
  bool inconclusive = false;
};

bool has_verdicts(const check::Analysis& analysis) {
  return std::none_of(analysis.judgements.begin(), analysis.judgements.end(),
                      [](const auto& j) { return j.verdict == check::Verdict::unknown; });
}

std::string refused(const CaseJob& job, const std::string& why) {
  return reports::scenario_name(job.world->scenario()) + " under " + job.expectations.design + ": " + why;
}

/// Each scenario file with its expectations from what came out.
void bless_scenarios(const Session& session, const std::vector<CaseJob>& jobs,
                     const std::vector<std::optional<reports::Result>>& results, Blessed& blessed) {
  std::vector<std::string> files;
  for (const CaseJob& job : jobs) {
    if (std::find(files.begin(), files.end(), job.scenario_word) == files.end()) {
      files.push_back(job.scenario_word);
    }
  }
  for (const std::string& file : files) {
    std::vector<check::Explored> cases;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (jobs[i].scenario_word != file || !results[i]) continue;
      cases.push_back({&jobs[i].world->scenario(), &jobs[i].expectations, jobs[i].world.get(), &results[i]->analysis,
                       !jobs[i].expected});
    }
    if (cases.empty()) continue;
    const std::string& before = session.sources.at(file);
    check::Blessing blessing = check::bless(before, cases);
    if (blessing.text != before) blessed.changes.push_back({file, before, std::move(blessing.text)});
    blessed.left.insert(blessed.left.end(), blessing.left.begin(), blessing.left.end());
  }
}

/// The baseline with the entries of what came out. With ratchet it only gets better.
void bless_baseline(const Session& session, const CaseFlags& flags, check::Baseline baseline,
                    const std::vector<CaseJob>& jobs, const std::vector<std::optional<reports::Result>>& results,
                    Blessed& blessed) {
  const auto source = session.sources.find(flags.baseline);
  const std::string before = source == session.sources.end() ? "" : source->second;
  const bool tighten = flags.ratchet && !before.empty();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!results[i]) continue;
    const auto& scenario = jobs[i].world->scenario();
    const auto& analysis = results[i]->analysis;
    auto entries =
        check::baseline_entries(scenario, jobs[i].expectations.design, analysis, reports::witness_digests(*results[i]));
    const std::string prefix = check::baseline_prefix(scenario, jobs[i].expectations.design);
    if (has_verdicts(analysis)) {   // what is no longer judged goes
      std::erase_if(baseline.entries, [&](const auto& entry) {
        return entry.first.starts_with(prefix) && entries.count(entry.first) == 0;
      });
    } else {
      blessed.inconclusive = true;
      blessed.left.push_back(refused(jobs[i], "a verdict is unknown: " + reports::why_unknown(*results[i])));
    }
    for (auto& [key, entry] : entries) {
      const auto found = baseline.entries.find(key);
      const auto change = check::change_of(found == baseline.entries.end() ? nullptr : &found->second, entry);
      const bool worse = change == check::Change::fresh || change == check::Change::changed;
      if (tighten && worse) {
        blessed.left.push_back(key + ": " + std::string(check::change_name(change)) +
                               ", which --baseline-mode ratchet does not let in");
      } else {
        const bool both = found != baseline.entries.end() && entry.verdict == check::Verdict::violated;
        if (both) entry.waiver = found->second.waiver;   // that somebody gave, and nobody takes back here
        baseline.entries[key] = std::move(entry);
      }
    }
  }
  std::string after = check::baseline_text(baseline, reports::kSemanticsVersion);
  if (after != before) blessed.changes.push_back({flags.baseline, before, std::move(after)});
}

/// True if the person at the terminal says y.
bool agreed() {
  if (!is_terminal(STDIN_FILENO) || !is_terminal(STDERR_FILENO)) return false;
  std::fputs("Write this? [y/N] ", stderr);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

/// Somebody may have edited a file while it was being explored, or while the question stood: their work stays.
void refuse_if_edited(const Change& change) {
  std::error_code failed;
  const bool is_new = change.before.empty() && !fs::exists(change.file, failed);
  if (is_new || still_holds(change.file, change.before)) return;
  throw Failure(kExitOutput,
                reports::quoted(change.file) + " was edited in the meantime: nothing is written, bless again");
}

/// Files that are part of the command, or standard input, cannot be written.
void refuse_what_is_no_file(const std::vector<CaseJob>& jobs) {
  for (const CaseJob& job : jobs) {
    std::error_code failed;
    if (job.scenario_word != "-" && fs::exists(job.scenario_word, failed)) continue;
    throw Failure(kExitUsage, reports::quoted(job.scenario_word) + " is no file that could be written");
  }
}

int conclude(const Blessed& blessed, const BlessFlags& flags) {
  Output out(flags.output.file);
  const reports::Style style = flags.output.style();
  const bool quiet = flags.output.quiet > 1;
  for (const Change& change : blessed.changes) {
    if (!quiet) out.write(reports::unified_diff(change.before, change.after, change.file, style));
  }
  out.finish();
  for (const std::string& each : blessed.left) {
    if (!quiet) std::fprintf(stderr, "interleak: not blessed: %s\n", reports::printable(each).c_str());
  }
  int code = blessed.left.empty() ? kExitOk : blessed.inconclusive ? kExitUnknown : kExitViolated;
  if (blessed.changes.empty()) {
    if (!quiet) std::fputs("interleak: nothing to bless\n", stderr);
    return code;
  }
  const std::string number = reports::plural(std::to_string(blessed.changes.size()), "file");
  if (flags.dry_run || !(flags.yes || agreed())) {
    if (!quiet) {
      std::fprintf(stderr, "interleak: %s to write%s\n", number.c_str(), flags.dry_run ? "" : "; --yes writes");
    }
    return worse_exit(code, kExitViolated);
  }
  for (const Change& change : blessed.changes) refuse_if_edited(change);
  for (const Change& change : blessed.changes) write_whole(change.file, change.after);
  if (!quiet) std::fprintf(stderr, "interleak: %s written\n", number.c_str());
  return code;
}

int bless_all(const BlessFlags& flags) {
  const CaseFlags& cases = flags.cases;
  if (cases.ratchet && cases.baseline.empty()) {
    throw Failure(kExitUsage, "--baseline-mode says how --baseline FILE is written: add it");
  }
  Session session;
  const bool baselined = !cases.baseline.empty();
  std::optional<check::Baseline> baseline;
  if (baselined) baseline = read_baseline(session, cases, true);
  const std::vector<CaseJob> jobs = case_jobs(session, cases, true);
  if (!session.errors.empty()) return refuse(session, flags.output, "bless");
  if (!baselined) refuse_what_is_no_file(jobs);
  tell_beside(session, flags.output.quiet);

  Engine engine(cases.engine_options(flags.output));
  std::vector<std::optional<reports::Result>> results(jobs.size());
  bool any = false, inconclusive = false;
  in_order(
      jobs.size(), cases.jobs,
      [&](std::size_t i) {
        const bool counts = baselined || jobs[i].expectations.counts.has_value();
        if (!jobs[i].wanted || check::skipped(jobs[i].expectations) || engine.signal() != 0) return;
        results[i] = explored(engine, session, jobs[i], cases.search, counts);
      },
      [&](std::size_t i) {
        any |= results[i].has_value();
        inconclusive |= results[i] && !has_verdicts(results[i]->analysis);
      });
  if (engine.signal() != 0) return exit_after(engine, kExitOk);   // of a part nothing is concluded
  if (!any) throw Failure(kExitNothing, "nothing was selected to bless");
  Blessed blessed;
  blessed.inconclusive = inconclusive;
  if (baselined) {
    bless_baseline(session, cases, std::move(*baseline), jobs, results, blessed);
  } else {
    bless_scenarios(session, jobs, results, blessed);
  }
  return conclude(blessed, flags);
}

}  // namespace

void add_bless(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<BlessFlags>();
  CLI::App* verb = app.add_subcommand("bless", "make what came out what is expected");
  flags->cases.add_to(*verb);
  CLI::Option* yes = verb->add_flag("--yes", flags->yes, "write without asking")->group("Output");
  verb->add_flag("--dry-run", flags->dry_run, "show the difference, write nothing")->excludes(yes)->group("Output");
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = bless_all(*flags); });
}

}  // namespace interleak::tools

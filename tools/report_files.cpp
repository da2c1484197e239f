// See report_files.hpp.
#include "tools/report_files.hpp"

#include <filesystem>
#include <vector>

#include "reports/github.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/sarif.hpp"
#include "sim/scenario/utf8.hpp"
#include "tools/exit_codes.hpp"
#include "tools/terminal.hpp"
#include "tools/whole_file.hpp"

namespace interleak::tools {
namespace {

void write_file(const std::string& path, const std::string& text) {
  if (!path.empty()) write_whole(path, text);
}

/// The files of the runner are shared by the steps of a job: each adds to them.
void add_to_file(const std::string& path, const std::string& text) {
  if (!path.empty()) append_to(path, text);
}

}  // namespace

void ReportFiles::add_to(CLI::App& app, bool attachments) {
  const char* group = "Result files";
  app.add_option("--junit", junit_, "JUnit XML, for the test view of a CI system")->type_name("FILE")->group(group);
  if (attachments) {
    app.add_option("--attachments", attachments_,
                   "with --junit: the whole report of each failure, in files that its test refers to")
        ->type_name("FOLDER")
        ->group(group);
  }
  app.add_option("--sarif", sarif_, "SARIF 2.1.0, for code scanning")->type_name("FILE")->group(group);
  app.add_option("--sarif-include", sarif_include_, "all: expected violations too, as notes")
      ->check(CLI::IsMember({"unexpected", "all"}))
      ->type_name("unexpected|all")
      ->group(group);
  app.add_option("--summary-md", summary_, "a summary in Markdown")->type_name("FILE")->group(group);
  app.add_flag("--github{on}", github_,
               "annotations, job summary and outputs of GitHub Actions; --github=auto: only there")
      ->check(CLI::IsMember({"on", "auto", "off"}))
      ->group(group);
}

bool ReportFiles::github() const {
  return github_ == "on" || (github_ == "auto" && environment("GITHUB_ACTIONS") == "true");
}

void ReportFiles::refuse_combinations(const OutputFlags& output) const {
  for (const std::string& file : {junit_, sarif_, summary_}) {
    if (file == "-") {
      throw Failure(kExitUsage, "a result file needs a name: standard output holds the report");
    }
  }
  if (!attachments_.empty() && junit_.empty()) {
    throw Failure(kExitUsage, "--attachments belong to the tests of --junit FILE: add it");
  }
  if (attachments_.find(']') != std::string::npos || scenario::escaped(attachments_) != attachments_) {
    throw Failure(kExitUsage,
                  "the folder of --attachments may not have \"]\" or control characters in its "
                  "name: viewers would not find it");
  }
  if (sarif_.empty() && sarif_include_ != "unexpected") {
    throw Failure(kExitUsage, "--sarif-include says what --sarif FILE holds: add it");
  }
  if (github() && output.json && output.file.empty()) {
    throw Failure(kExitUsage,
                  "--github prints annotations on standard output, where --json wants to "
                  "be alone: add -o FILE");
  }
}

bool ReportFiles::wanted() const { return !junit_.empty() || !sarif_.empty() || !summary_.empty() || github(); }

void ReportFiles::write(const reports::Cases& cases, const OutputFlags& output) const {
  if (!junit_.empty()) write_junit(cases, output);
  if (!sarif_.empty()) write_file(sarif_, reports::sarif(cases, sarif_include_ == "all"));
  if (!summary_.empty()) write_file(summary_, reports::summary_markdown(cases));
  if (github()) write_github(cases, output);
}

void ReportFiles::write_junit(const reports::Cases& cases, const OutputFlags& output) const {
  namespace fs = std::filesystem;
  const auto attached = attachments_.empty() ? std::vector<reports::Attachment>() : reports::junit_attachments(cases);
  std::error_code failed;
  if (!attached.empty()) fs::create_directories(attachments_, failed);
  for (const reports::Attachment& each : attached) {
    write_file((fs::path(attachments_) / each.name).string(), each.text);
  }
  write_file(junit_, reports::junit(cases, {.timings = output.timings, .attachments = attachments_}));
}

void ReportFiles::write_github(const reports::Cases& cases, const OutputFlags& output) const {
  Output standard("");
  if (output.quiet < 2) standard.write(reports::github_annotations(cases));
  add_to_file(environment("GITHUB_STEP_SUMMARY"), reports::summary_markdown(cases));
  add_to_file(environment("GITHUB_OUTPUT"), reports::github_outputs(cases));
}

void ReportFiles::write_errors(const Session& session, const OutputFlags& output) const {
  reports::Cases cases;
  cases.errors = session.errors;
  for (Diagnostic& error : cases.errors) {
    const std::string file = session.tree_file(error.file);
    if (!file.empty()) error.file = file;
  }
  write(cases, output);
}

std::string ReportFiles::guarded(std::string text) const {
  return github() ? reports::without_commands(text) : std::move(text);
}

void locate(reports::Case& each, const Session& session) {
  each.file = session.tree_file(each.scenario().file);
  if (!each.world) return;
  for (const auto& [name, procedure] : each.world->design().procedures) {
    if (each.design_files.count(procedure.origin) != 0) continue;
    const std::string file = session.tree_file_of_design(procedure.origin);
    if (!file.empty()) each.design_files[procedure.origin] = file;
  }
}

}  // namespace interleak::tools

// `interleak validate FILE...`: are scenario and design files well-formed, and does everything that
// they name exist? Nothing is explored.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "reports/json.hpp"
#include "sim/check/expectations.hpp"
#include "sim/design/parse.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

struct ValidateFlags {
  std::vector<std::string> paths, libraries;
  OutputFlags output;
};

std::vector<std::string> all_files(Session& session, const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : expanded(paths)) {
    const std::vector<std::string> found = session.files_of(path);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

/// The designs that a scenario names exist, and its expectations are not ambiguous.
void validate_names(Session& session, const std::vector<scenario::Scenario>& scenarios) {
  for (const scenario::Scenario& scenario : scenarios) {
    session.find_beside(scenario);
    const std::vector<std::string> known = session.known_to(scenario);
    for (const std::string& pattern : scenario.designs) {
      const auto is_meant = [&](const std::string& id) {
        return pattern == "all" || scenario::glob_match(pattern, id);
      };
      if (std::ranges::any_of(known, is_meant)) continue;
      Diagnostic error;
      error.code = "ILK0033";
      error.message = "\"" + pattern + "\" matches no design";
      error.file = scenario.file;
      error.at = scenario.at;
      error.path = "$.designs";
      const std::string guess = design::closest_name(pattern, known);
      error.help = guess.empty() ? "interleak designs lists those that are known; -L FILE adds your own"
                                 : "did you mean \"" + guess + "\"?";
      session.errors.push_back(std::move(error));
    }
    if (!scenario.expected_designs.empty()) {
      check::cases_of(scenario, known, session.errors);
    }
  }
}

/// The design compiles, with all that it inherits; the prelude and other bases need no `execute`.
void validate_design(Session& session, const std::string& id) {
  if (!session.library().runs(id)) {
    session.find_design(id);
    return;
  }
  scenario::Scenario nobody;
  nobody.tasks.emplace_back();
  session.world(nobody, id, {});
}

int validate(const ValidateFlags& flags) {
  Session session;
  for (const std::string& path : flags.libraries) session.add_designs(path);
  const std::vector<std::string> files = all_files(session, flags.paths);
  std::vector<std::string> scenarios, designs;
  std::size_t protocols = 0;
  for (const std::string& file : files) {   // designs and protocols first: scenarios may name them
    std::error_code failed;
    const bool is_file = file == "-" || fs::exists(file, failed);
    const auto text = is_file ? session.read(file) : std::nullopt;
    if (is_file && !text) continue;
    if (text && scenario::looks_like_protocol(*text)) {
      session.add_designs(file);
      ++protocols;
      continue;
    }
    if (!text || !scenario::looks_like_design(*text, file)) {
      scenarios.push_back(file);
      continue;
    }
    for (const std::string& id : session.add_designs(file)) designs.push_back(id);
  }
  for (const std::string& id : designs) validate_design(session, id);
  std::size_t variants = 0;
  for (const std::string& file : scenarios) {
    const auto found = session.scenarios(file);
    variants += found.size() > 1 ? found.size() - 1 : 0;
    validate_names(session, found);
  }
  if (!session.errors.empty()) return refuse(session, flags.output, "validate");
  if (files.empty()) throw Failure(kExitNothing, "no scenario and no design was found");
  if (const std::string foreign = session.foreign_text(); !foreign.empty() && flags.output.quiet == 0) {
    std::fprintf(stderr, "interleak: %s\n", foreign.c_str());
  }
  tell_beside(session, flags.output.quiet);
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("validate");
    document["errors"] = reports::Json::array();
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    const auto number = [](std::size_t n, std::string_view noun) { return reports::plural(std::to_string(n), noun); };
    out.write("valid: " + number(scenarios.size(), "scenario") + " (" + number(variants, "variant") + "), " +
              number(designs.size(), "design") + (protocols == 0 ? "" : ", " + number(protocols, "protocol")) + "\n");
  }
  out.finish();
  return kExitOk;
}

}  // namespace

void add_validate(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<ValidateFlags>();
  CLI::App* verb = app.add_subcommand("validate", "check scenario and design files, run nothing");
  takes_scenarios(*verb, verb->add_option("PATH", flags->paths, "scenario or design files, or directories of them"))
      ->required()
      ->type_name("");
  verb->add_option("-L,--library", flags->libraries, "design file or directory to know")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->group("What");
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = validate(*flags); });
}

}  // namespace interleak::tools

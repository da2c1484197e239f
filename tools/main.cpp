// The command `interleak`. Each verb is a file of its own; this one knows only how a command line
// becomes a verb, and how what is thrown becomes an exit code.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "reports/result.hpp"
#include "reports/style.hpp"
#include "tools/exit_codes.hpp"
#include "tools/memory.hpp"
#include "tools/session.hpp"
#include "tools/suggestions.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

constexpr const char* kExamples =
    "Every interleaving and every cancellation of a connection pool: who can get whose reply?\n\n"
    "  interleak                                               the incident of March 2023\n"
    "  interleak run incident/two-users -d redis-py-4.5.1/pool   its shortest leak\n"
    "  interleak run regression/one-cancel -d 'patterns/*'       designs side by side\n";

constexpr const char* kFooter =
    "Exit codes: 0 as expected, 1 violated or not as expected, 2 command line, 3 invalid file,\n"
    "4 inconclusive, 5 nothing selected, 6 replay diverged, 69 live: no server or client,\n"
    "70 internal error, 74 cannot write, 130/143 interrupted.";

std::string version_text() {
  return "interleak " + std::string(reports::kToolVersion) + "\nsemantics " +
         std::to_string(reports::kSemanticsVersion) + "\n";
}

std::vector<std::string> verbs_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); })) {
    names.push_back(verb->get_name());
  }
  return names;
}

/// Of a first word that is neither.
std::string what_was_meant(const std::string& word, const std::vector<std::string>& verbs) {
  if (std::string verb = did_you_mean(word, verbs); !verb.empty()) return verb;
  std::string scenario = closest_scenario(word);
  if (scenario.empty()) scenario = closest_file(word);
  return scenario.empty() ? "" : "; did you mean " + reports::quoted(scenario) + "?";
}

/// Names of the flags of a verb, "--design".
std::vector<std::string> flags_of(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// The verbs that have that flag; "run, check".
std::string verbs_with(const CLI::App& app, const std::string& flag) {
  std::vector<std::string> names;
  for (const std::string& name : verbs_of(app)) {
    const auto flags = flags_of(*app.get_subcommand(name));
    if (std::ranges::count(flags, flag) != 0) names.push_back(name);
  }
  return reports::listed(names);
}

/// What a word was meant to be that the verb does not know: the first flag of these, else the name of a verb below.
/// `told`: that the word is not known stands before it.
std::string meant_instead(const CLI::App& app, bool told) {
  const CLI::App* verb = &app;
  while (!verb->get_subcommands().empty()) verb = verb->get_subcommands().back();
  const std::vector<std::string> words = app.remaining(true);
  const auto flag = std::ranges::find_if(words, [](const std::string& each) { return each.starts_with("--"); });
  if (flag == words.end()) return words.empty() ? "" : did_you_mean(words[0], verbs_of(*verb));
  const std::string name = flag->substr(0, flag->find('='));
  const std::string before = told ? "" : ", and " + reports::quoted(name) + " was not expected";
  if (std::string guess = did_you_mean(name, flags_of(*verb)); !guess.empty()) return before + guess;
  const std::string others = verbs_with(app, name);
  return before + (others.empty() ? "" : "; it is a flag of " + others);
}

/// `interleak FILE ...` is `interleak run FILE ...`.
void add_default_verb(const CLI::App& app, std::vector<std::string>& words) {
  if (words.empty() || words[0].empty() || words[0][0] == '-') return;
  const auto known = app.get_subcommands([&](const CLI::App* verb) { return verb->get_name() == words[0]; });
  const bool looks_like_file = words[0].find_first_of("./") != std::string::npos;
  if (!known.empty()) return;
  if (!looks_like_file) {
    throw Failure(kExitUsage, reports::quoted(words[0]) + " is neither a verb nor a scenario" +
                                  what_was_meant(words[0], verbs_of(app)) + "\n  interleak --help tells more");
  }
  words.insert(words.begin(), "run");
}

int complain(int code, const std::string& message) {
  std::fprintf(stderr, "interleak: %s\n", message.c_str());
  return code;
}

/// Help and version go to standard output; everything else is a wrong command line.
int parse_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error) == 0 ? kExitOk : kExitInternal;
  const bool told = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  return complain(kExitUsage,
                  reports::printable(error.what()) + meant_instead(app, told) + "\n  interleak --help tells more");
}

int run_command(std::vector<std::string> words) {
  if (words.empty()) return tell_story();
  CLI::App app(kExamples, "interleak");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text());
  int exit_code = kExitOk;
  add_run(app, exit_code);
  add_check(app, exit_code);
  add_bless(app, exit_code);
  add_replay(app, exit_code);
  add_compare(app, exit_code);
  add_matrix(app, exit_code);
  add_sample(app, exit_code);
  add_verify(app, exit_code);
  add_validate(app, exit_code);
  add_designs(app, exit_code);
  add_protocols(app, exit_code);
  add_scenarios(app, exit_code);
  add_conform(app, exit_code);
  add_new(app, exit_code);
  add_explain(app, exit_code);
  add_schema(app, exit_code);
  add_completion(app, exit_code);
  add_export(app, exit_code);
  add_live(app, exit_code);
  add_report(app, exit_code);
  add_default_verb(app, words);
  std::vector<std::string> reversed(words.rbegin(), words.rend());  // as CLI11 wants them
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return parse_error(app, error);
  }
  return exit_code;
}

}  // namespace
}  // namespace interleak::tools

int main(int argc, char** argv) {
  using namespace interleak::tools;
  return_freed_memory();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a failed write: exit code 74
  try {
    return run_command({argv + 1, argv + argc});
  } catch (const Failure& failure) {
    return complain(failure.code, failure.what());
  } catch (const std::bad_alloc&) {
    return complain(kExitInternal, "out of memory; --max-mem and --max-states end a search early");
  } catch (const std::exception& error) {
    return complain(kExitInternal,
                    std::string("internal error: ") + error.what() + "\n  please report it with the command line");
  }
}

// `interleak completion SHELL`: a completion script, generated from the command line's own
// description (command_tree.hpp). Names that depend on what is built in are asked for at the time,
// through the hidden verb `interleak __complete KIND`. The hidden `interleak __man` writes the man page.
#include "reports/explanations.hpp"
#include "sim/property/invariants.hpp"
#include "tools/command_tree.hpp"
#include "tools/embedded.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct CompletionFlags {
  std::string what, file;
};

int write(const std::string& text, const std::string& file) {
  Output out(file);
  out.write(text);
  out.finish();
  return kExitOk;
}

std::string script(const CLI::App& app, const std::string& shell) {
  const std::vector<Verb> verbs = command_tree(app);
  return shell == "bash" ? bash_completion(verbs) : shell == "zsh" ? zsh_completion(verbs) : fish_completion(verbs);
}

/// One name a line.
std::string names(const std::string& kind) {
  std::string out;
  const auto add = [&](std::string_view name) { out.append(name).append("\n"); };
  if (kind == "designs") {
    for (const std::string& id : Session().library().ids()) add(id);
    add("prelude");
  } else if (kind == "scenarios") {
    for (const std::string& name : shipped_scenarios()) add(name);
  } else if (kind == "invariants") {
    for (const property::Invariant& invariant : property::all_invariants()) add(invariant.name);
    add("all");
  } else {
    for (const auto& each : reports::read_explanations(embedded::texts()[0].text)) {
      for (const std::string& name : each.names) add(name);
    }
  }
  return out;
}

}  // namespace

void add_completion(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<CompletionFlags>();
  const auto add_output = [flags](CLI::App* verb) {
    verb->add_option("-o,--output", flags->file, "write to FILE instead of standard output")->type_name("FILE");
  };
  CLI::App* verb = app.add_subcommand("completion", "print a completion script for a shell");
  verb->add_option("SHELL", flags->what, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("");
  add_output(verb);
  verb->callback([flags, &app, &exit_code] { exit_code = write(script(app, flags->what), flags->file); });

  CLI::App* dynamic = app.add_subcommand("__complete", "names for a completion script")->group("");
  dynamic->add_option("KIND", flags->what, "what names")
      ->required()
      ->check(CLI::IsMember({"designs", "scenarios", "invariants", "explain"}));
  dynamic->callback([flags, &exit_code] { exit_code = write(names(flags->what), ""); });

  CLI::App* man = app.add_subcommand("__man", "the man page")->group("");
  add_output(man);
  man->callback([flags, &app, &exit_code] { exit_code = write(man_page(command_tree(app)), flags->file); });
}

}  // namespace interleak::tools

// `interleak designs`: the verbs below it, and how a word names a design. Each verb is a file of its own,
 // designs_*.cpp.
#include "tools/designs.hpp"
#include "reports/style.hpp"
#include "tools/exit_codes.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

/// What `designs diff` has of its own.
void add_verdicts(CLI::App& verb, const std::shared_ptr<DesignsFlags>& flags) {
  takes_scenarios(verb, verb.add_option("--verdicts", flags->verdicts,
                                        "scenarios, or directories of them: what comes out otherwise there"))
      ->type_name("SCENARIO")
      ->group("What");
  verb.add_flag("--markdown", flags->markdown, "for a pull request")
      ->group("Output")
      ->excludes(verb.get_option("--json"));
  flags->search.add_live_selection_to(verb);
  flags->search.add_budget_to(verb);
}

/// What only --verdicts reads would be ignored without it.
void refuse_idle_flags(const CLI::App& verb) {
  if (verb.count("--verdicts") > 0) return;
  for (const CLI::Option* each : verb.get_options()) {
    const bool of_search = each->get_group() == "What" || each->get_group() == "Budget";
    if (!of_search || each->count() == 0 || each->get_name() == "--library") continue;
    throw Failure(kExitUsage, each->get_name() + " says how scenarios are explored: add --verdicts SCENARIO");
  }
}

/// `fmt` and `convert` print no results, so they have few of the common flags.
void add_format_flags(CLI::App& fmt, CLI::App& convert, const std::shared_ptr<DesignsFlags>& flags) {
  fmt.add_option("FILE", flags->files, "files, or directories of them; - : standard input, to standard output")
      ->required()
      ->type_name("");
  fmt.add_flag("--check", flags->check, "write nothing; name the files that would change, and exit 1");
  convert.add_option("FILE", flags->name, "a design file; - : standard input")->required()->type_name("");
  convert.add_option("-o,--output", flags->output.file, "write to FILE; a name in .json or .pool says the form, too")
      ->type_name("FILE");
}

}  // namespace

std::optional<design::Design> one_design(Session& session, const std::string& word) {
  std::string id = word;
  if (!session.library().contains(id)) {
    const auto found = session.designs({id});
    if (found.size() != 1) {
      if (!session.errors.empty()) return std::nullopt;
      throw Failure(kExitUsage, reports::quoted(id) + " matches " + std::to_string(found.size()) +
                                    " designs; name one, for example " + found[0]);
    }
    id = found[0];
  }
  return session.find_design(id);
}

void add_designs(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<DesignsFlags>();
  CLI::App* verb = app.add_subcommand("designs", "list the pool designs, show one, compare two, format files");
  verb->require_subcommand(0, 1);
  const auto library = [flags](CLI::App* to) {
    to->add_option("-L,--library", flags->search.libraries, "design or protocol file, or directory of them, to know")
        ->type_name("PATH")
        ->allow_extra_args(false);
  };
  CLI::App* list_verb = verb->add_subcommand("list", "all designs, with their titles");
  CLI::App* show_verb = verb->add_subcommand("show", "one design as text, to read, to save and to change");
  CLI::App* diff_verb = verb->add_subcommand("diff", "what sets two designs apart, line by line");
  CLI::App* fmt_verb = verb->add_subcommand("fmt", "lay out .pool files anew; only blanks and line ends change");
  CLI::App* convert_verb = verb->add_subcommand("convert", "a design file from text to JSON, or from JSON to text");
  for (CLI::App* each : {verb, list_verb, show_verb}) library(each);
  for (CLI::App* each : {verb, list_verb, show_verb, diff_verb}) flags->output.add_to(*each);
  list_verb->add_option("PATTERN", flags->name, "only the designs that it matches, such as 'patterns/*'")
      ->type_name("");
  show_verb->add_option("DESIGN", flags->name, "id of a design, or a FILE.pool; also `prelude`")
      ->required()
      ->type_name("");
  show_verb->add_flag("--all", flags->all, "also the procedures that it does not use")->group("What");
  add_format_flags(*fmt_verb, *convert_verb, flags);
  diff_verb->add_option("LEFT", flags->name, "id of a design, or a FILE.pool")->required()->type_name("");
  diff_verb->add_option("RIGHT", flags->other, "the design to compare it with")->required()->type_name("");
  add_verdicts(*diff_verb, flags);
  verb->callback([=, &exit_code] {
    if (diff_verb->parsed()) refuse_idle_flags(*diff_verb);
    exit_code = diff_verb->parsed()      ? diff_designs(*flags)
                : show_verb->parsed()    ? show_design(*flags)
                : fmt_verb->parsed()     ? format_designs(*flags)
                : convert_verb->parsed() ? convert_design(*flags)
                                         : list_designs(*flags);
  });
}

}  // namespace interleak::tools

// `interleak scenarios [list] [GLOB]`: what scenarios are built in, and what each has: under how many designs it runs,
// its variants, whether it says what is to come out.
#include <algorithm>

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "tools/embedded.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/scenario_names.hpp"
#include "tools/suggestions.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct ScenariosFlags {
  std::string pattern;
  OutputFlags output;
};

/// One scenario, as it is listed.
struct Entry {
  std::string name;                        ///< on a command line: "incident/two-users"
  scenario::Scenario scenario;             ///< the file as it stands
  std::vector<std::string> designs, variants;
};

Entry entry_of(Session& session, const std::string& name) {
  const auto all = session.scenarios(name);
  if (all.empty()) throw Failure(kExitInternal, "the built-in scenario " + name + " has errors");
  Entry entry{name, all.front(), session.designs_of(all.front()), {}};
  for (const scenario::Scenario& each : all) {
    if (!each.variant.empty()) entry.variants.push_back(each.variant);
  }
  return entry;
}

/// Those that the pattern matches, or all. Throws Failure(5) if it matches none.
std::vector<std::string> chosen(const std::string& pattern) {
  if (pattern.empty()) return shipped_scenarios();
  std::vector<std::string> names = shipped_matching(pattern);
  if (!names.empty()) return names;
  const std::string guess = closest_scenario(pattern);
  throw Failure(kExitNothing, "no built-in scenario matches " + reports::quoted(pattern) +
                                  (guess.empty() ? "" : "; did you mean " + reports::quoted(guess) + "?") +
                                  "\n  interleak scenarios lists all");
}

reports::Json entry_json(const Entry& entry) {
  return {{"name", entry.name},
          {"id", entry.scenario.id},
          {"title", entry.scenario.title},
          {"file", entry.scenario.file},
          {"designs", entry.designs},
          {"variants", entry.variants},
          {"expects", !entry.scenario.expected_designs.empty()}};
}

/// "9 designs, 2 variants, with expectations".
std::string facts_of(const Entry& entry) {
  std::string out = reports::plural(std::to_string(entry.designs.size()), "design");
  if (!entry.variants.empty()) out += ", " + reports::plural(std::to_string(entry.variants.size()), "variant");
  return out + (entry.scenario.expected_designs.empty() ? ", no expectations" : ", with expectations");
}

std::string list_text(const std::vector<Entry>& entries, const reports::Style& style) {
  int width = 0;
  for (const Entry& entry : entries) width = std::max(width, reports::display_width(entry.name));
  const int indent = width + 4;
  std::string out;
  for (const Entry& entry : entries) {
    out += "  " + reports::padded(entry.name, width + 2) +
           reports::paragraph(reports::printable(entry.scenario.title), indent, style.width) + "\n" +
           std::string(static_cast<std::size_t>(indent), ' ') +
           reports::paint(style, reports::Tone::dim, reports::paragraph(facts_of(entry), indent, style.width)) + "\n";
  }
  return out + "\n  " +
         reports::paragraph("interleak run NAME explores one, interleak run 'incident/*' several.", 2, style.width) +
         "\n";
}

int list(const ScenariosFlags& flags) {
  Session session;
  std::vector<Entry> entries;
  for (const std::string& name : chosen(flags.pattern)) entries.push_back(entry_of(session, name));
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("scenarios");
    document["scenarios"] = reports::Json::array();
    for (const Entry& entry : entries) document["scenarios"].push_back(entry_json(entry));
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    out.write(list_text(entries, flags.output.style()));
  }
  out.finish();
  return kExitOk;
}

}  // namespace

void add_scenarios(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<ScenariosFlags>();
  CLI::App* verb = app.add_subcommand("scenarios", "list the built-in scenarios");
  verb->require_subcommand(0, 1);
  CLI::App* list_verb = verb->add_subcommand("list", "all of them, or those that a pattern matches");
  for (CLI::App* each : {verb, list_verb}) flags->output.add_to(*each);
  list_verb->add_option("GLOB", flags->pattern, "name or pattern, such as 'incident/*'")->type_name("");
  verb->callback([flags, &exit_code] { exit_code = list(*flags); });
}

}  // namespace interleak::tools

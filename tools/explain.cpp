// `interleak explain [TERM...]`: what an error code, an invariant, an outcome, a finding or a term
// means, from docs/explain.md, which travels inside the command. Without a term: a list of them.
#include <algorithm>

#include "reports/explanations.hpp"
#include "reports/json.hpp"
#include "tools/embedded.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/suggestions.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

using reports::Explanation;

struct ExplainFlags {
  std::vector<std::string> names;
  OutputFlags output;
};

[[noreturn]] void unknown_name(const std::vector<Explanation>& all, const std::string& name) {
  std::vector<std::string> known;
  for (const Explanation& each : all) {
    known.insert(known.end(), each.names.begin(), each.names.end());
  }
  throw Failure(kExitUsage, "nothing is called " + reports::quoted(name) + did_you_mean(name, known) +
                                "\n  interleak explain lists all names");
}

/// The sections asked for, none twice; all of them if no name was given.
std::vector<const Explanation*> chosen(const std::vector<Explanation>& all, const std::vector<std::string>& names) {
  std::vector<const Explanation*> out;
  const auto add = [&](const Explanation* each) {
    if (std::find(out.begin(), out.end(), each) == out.end()) out.push_back(each);
  };
  for (const std::string& name : names) {
    const auto found = reports::explanations_of(all, name);
    if (found.empty()) unknown_name(all, name);
    for (const Explanation* each : found) add(each);
  }
  if (names.empty()) {
    for (const Explanation& each : all) add(&each);
  }
  return out;
}

reports::Json explanation_json(const Explanation& each) {
  return {
      {"names", each.names}, {"group", each.group}, {"summary", reports::summary_of(each)}, {"markdown", each.text}};
}

int explain(const ExplainFlags& flags) {
  const auto all = reports::read_explanations(embedded::texts()[0].text);
  const auto sections = chosen(all, flags.names);
  const reports::Style style = flags.output.style();
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("explain");
    document["explanations"] = reports::Json::array();
    for (const Explanation* each : sections) {
      document["explanations"].push_back(explanation_json(*each));
    }
    out.write(reports::text_of(document));
  } else if (flags.names.empty()) {
    out.write(reports::explanation_list(all, style));
  } else {
    for (std::size_t i = 0; i < sections.size(); ++i) {
      out.write((i == 0 ? "" : "\n") + reports::explanation_text(*sections[i], style));
    }
  }
  out.finish();
  return kExitOk;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<ExplainFlags>();
  CLI::App* verb = app.add_subcommand("explain", "what a code, an invariant, a finding, a term means");
  verb->add_option("TERM", flags->names, "such as ILK0012, no-lost-slot, vacuous; none: list them")->type_name("");
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = explain(*flags); });
}

}  // namespace interleak::tools

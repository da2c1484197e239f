// `interleak designs [list]` and `interleak designs show NAME`: what designs there are, and their
// listings with line numbers, the ones that they inherit included. `diff`: designs_diff.cpp.
#include <algorithm>
#include <array>

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "sim/design/parse.hpp"
#include "tools/designs.hpp"
#include "tools/exit_codes.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

std::vector<design::Design> all_designs(Session& session) {
  std::vector<design::Design> designs;
  for (const std::string& id : session.library().ids()) {
    if (auto design = session.find_design(id)) designs.push_back(std::move(*design));
  }
  return designs;
}

reports::Json design_json(const design::Design& design) {
  return {{"id", design.id},
          {"title", design.title},
          {"source", design.source},
          {"file", design.file},
          {"leaves_out", design.leaves_out}};
}

std::string list_text(const std::vector<design::Design>& designs, const reports::Style& style) {
  int width = 0;
  for (const auto& design : designs) width = std::max(width, reports::display_width(design.id));
  std::string out;
  for (const auto& design : designs) {
    out += "  " + reports::padded(design.id, width + 2) +
           reports::paragraph(reports::printable(design.title), width + 4, style.width) + "\n";
  }
  return out + "\n  interleak designs show NAME prints a listing.\n";
}

int list(const DesignsFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto designs = all_designs(session);
  if (!session.errors.empty()) return refuse(session, flags.output, "designs");
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("designs");
    document["designs"] = reports::Json::array();
    for (const auto& design : designs) document["designs"].push_back(design_json(design));
    out.write(reports::text_of(document));
  } else {
    out.write(list_text(designs, flags.output.style()));
  }
  out.finish();
  return kExitOk;
}

std::string settings_line(const design::Design& design) {
  static constexpr std::array<std::string_view, 4> kSuspends = {"never", "after", "before", "may"};
  std::string out = std::string("order ") + (design.order == design::Order::lifo ? "lifo" : "fifo");
  out += std::string(", cluster ") + (design.cluster ? "yes" : "no");
  out += std::string(", second reader ") + (design.readers == design::Readers::error ? "error" : "queue");
  out += ", send suspends " + std::string(kSuspends[static_cast<std::size_t>(design.send_suspends)]);
  if (design.handshake.empty()) return out;
  out += ", handshake";
  for (const std::string& command : design.handshake) out += " " + command;
  return out;
}

/// `execute` first, the design's own listings next, those that it inherits last.
std::vector<const design::Procedure*> in_order(const design::Design& design) {
  std::vector<const design::Procedure*> procedures;
  for (const auto& entry : design.procedures) procedures.push_back(&entry.second);
  const auto rank = [&](const design::Procedure* p) {
    return p->name == "execute" ? 0 : p->origin == design.id ? 1 : 2;
  };
  std::stable_sort(procedures.begin(), procedures.end(),
                   [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  return procedures;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string show_text(const design::Design& design, const reports::Style& style) {
  using reports::Tone;
  std::string out = reports::paint(style, Tone::strong, design.id) + "\n";
  const auto fact = [&](std::string_view name, const std::string& text) {
    if (text.empty()) return;
    out += "  " + reports::padded(std::string(name), 12) +
           reports::paragraph(reports::printable(text), 14, style.width) + "\n";
  };
  fact("title", design.title);
  fact("source", design.source);
  fact("extends", joined(design.extends));
  fact("file", design.file);
  fact("pool", settings_line(design));
  for (const std::string& note : design.leaves_out) fact("leaves out", note);
  for (const design::Procedure* procedure : in_order(design)) {
    out += "\n  " + reports::paint(style, Tone::strong, procedure->name);
    if (procedure->origin != design.id) {
      out += reports::paint(style, Tone::dim, "   from " + procedure->origin);
    }
    out += "\n";
    for (std::size_t i = 0; i < procedure->lines.size(); ++i) {
      const std::string number = reports::right_aligned(std::to_string(i + 1), 5);
      out += reports::paint(style, Tone::dim, number + (style.ascii ? " | " : " │ ")) +
             reports::printable(procedure->lines[i].text) + "\n";
    }
  }
  return out;
}

reports::Json listing_json(const design::Design& design) {
  reports::Json out = design_json(design);
  out["extends"] = design.extends;
  reports::Json procedures = reports::Json::array();
  for (const design::Procedure* procedure : in_order(design)) {
    reports::Json lines = reports::Json::array();
    for (const auto& line : procedure->lines) lines.push_back(line.text);
    procedures.push_back({{"name", procedure->name}, {"origin", procedure->origin}, {"lines", std::move(lines)}});
  }
  out["procedures"] = std::move(procedures);
  return out;
}

int show(const DesignsFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto design = one_design(session, flags.name);
  if (!session.errors.empty()) return refuse(session, flags.output, "designs");
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("designs");
    document["design"] = listing_json(*design);
    out.write(reports::text_of(document));
  } else {
    out.write(show_text(*design, flags.output.style()));
  }
  out.finish();
  return kExitOk;
}

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
  CLI::App* verb = app.add_subcommand("designs", "list the pool designs, show one, compare two");
  verb->require_subcommand(0, 1);
  const auto library = [flags](CLI::App* to) {
    to->add_option("-L,--library", flags->search.libraries, "design or protocol file, or directory of them, to know")
        ->type_name("PATH")
        ->allow_extra_args(false);
  };
  CLI::App* list_verb = verb->add_subcommand("list", "all designs, with their titles");
  CLI::App* show_verb = verb->add_subcommand("show", "one design: its listings, with line numbers");
  CLI::App* diff_verb = verb->add_subcommand("diff", "what sets two designs apart, line by line");
  for (CLI::App* each : {verb, list_verb, show_verb}) library(each);
  for (CLI::App* each : {verb, list_verb, show_verb, diff_verb}) flags->output.add_to(*each);
  show_verb->add_option("DESIGN", flags->name, "id of a design, or a FILE.json; also `prelude`")
      ->required()
      ->type_name("");
  diff_verb->add_option("LEFT", flags->name, "id of a design, or a FILE.json")->required()->type_name("");
  diff_verb->add_option("RIGHT", flags->other, "the design to compare it with")->required()->type_name("");
  add_verdicts(*diff_verb, flags);
  verb->callback([flags, show_verb, diff_verb, &exit_code] {
    if (diff_verb->parsed()) refuse_idle_flags(*diff_verb);
    exit_code = diff_verb->parsed() ? diff_designs(*flags) : show_verb->parsed() ? show(*flags) : list(*flags);
  });
}

}  // namespace interleak::tools

// `interleak designs show NAME`: a design as a file of its own would have it, in the text form, with what it inherits.
// What is printed can be saved, changed and run.
#include <algorithm>

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "sim/scenario/pool_lines.hpp"
#include "sim/scenario/pool_print.hpp"
#include "sim/scenario/pool_tree.hpp"
#include "tools/designs.hpp"
#include "tools/exit_codes.hpp"

namespace interleak::tools {
namespace {

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

reports::Json listing_json(const design::Design& design) {
  reports::Json out = design_facts(design);
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

std::string text_of(Session& session, const design::Design& design, bool all) {
  scenario::Written what;
  what.part = session.library().is_part(design.id);
  what.all = all;
  const auto prelude = session.find_design("prelude");
  if (prelude && design.id != prelude->id) what.prelude = &*prelude;
  return scenario::pool_text(scenario::written_tree(design, what));
}

/// The text with its words and comments painted.
std::string painted(const std::string& text, const reports::Style& style) {
  using reports::Tone;
  if (!style.colour) return text;
  std::string out;
  for (const scenario::PoolLine& line : scenario::pool_lines(text)) {
    const bool strong = line.kind == scenario::PoolLine::Kind::header || line.kind == scenario::PoolLine::Kind::def;
    const std::size_t word = strong ? scenario::header_start(text, line.code).written.length : 0;
    const std::size_t comment = line.comment.length > 0 ? line.comment.offset : line.code.offset + line.code.length;
    const std::size_t code = line.code.length > 0 ? line.code.offset : comment;
    out += text.substr(line.begin, code - line.begin);
    if (word > 0) out += reports::paint(style, Tone::strong, text.substr(code, word));
    out += text.substr(code + word, comment - code - word);
    if (line.comment.length > 0) out += reports::paint(style, Tone::dim, text.substr(comment, line.comment.length));
    out += "\n";
  }
  return out;
}

}  // namespace

int show_design(const DesignsFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto design = one_design(session, flags.name);
  if (!session.errors.empty()) return refuse(session, flags.output, "designs");
  const std::string text = text_of(session, *design, flags.all);
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("designs");
    document["design"] = listing_json(*design);
    document["design"]["text"] = text;
    out.write(reports::text_of(document));
  } else {
    out.write(painted(text, flags.output.style()));
  }
  out.finish();
  return kExitOk;
}

}  // namespace interleak::tools

// `interleak designs [list [PATTERN]]`: what designs there are, with their titles.
#include <algorithm>

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "tools/designs.hpp"
#include "tools/exit_codes.hpp"

namespace interleak::tools {
namespace {

/// All of them, or those of a pattern.
std::vector<design::Design> matching_designs(Session& session, const std::string& pattern) {
  std::vector<design::Design> designs;
  for (const std::string& id : pattern.empty() ? session.library().ids() : session.designs({pattern})) {
    if (auto design = session.find_design(id)) designs.push_back(std::move(*design));
  }
  return designs;
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

}  // namespace

reports::Json design_facts(const design::Design& design) {
  return {{"id", design.id},
          {"title", design.title},
          {"source", design.source},
          {"file", design.file},
          {"leaves_out", design.leaves_out}};
}

int list_designs(const DesignsFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto designs = matching_designs(session, flags.name);
  if (!session.errors.empty()) return refuse(session, flags.output, "designs");
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("designs");
    document["designs"] = reports::Json::array();
    for (const auto& design : designs) document["designs"].push_back(design_facts(design));
    out.write(reports::text_of(document));
  } else {
    out.write(list_text(designs, flags.output.style()));
  }
  out.finish();
  return kExitOk;
}

}  // namespace interleak::tools

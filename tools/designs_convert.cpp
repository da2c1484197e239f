// `interleak designs convert FILE [-o OUT]`: a design file from the text form to JSON, or back. Both go through the
// same tree; nothing but the layout is lost.
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "sim/scenario/document.hpp"
#include "sim/scenario/pool_print.hpp"
#include "sim/scenario/pool_text.hpp"
#include "tools/designs.hpp"
#include "tools/exit_codes.hpp"

namespace interleak::tools {
namespace {

/// What the name of the output says, else the form that the file has not.
scenario::Form wanted_form(const std::string& output, scenario::Form given) {
  if (output.ends_with(".json")) return scenario::Form::json;
  if (output.ends_with(".pool")) return scenario::Form::text;
  return given == scenario::Form::json ? scenario::Form::text : scenario::Form::json;
}

}  // namespace

int convert_design(const DesignsFlags& flags) {
  Session session;
  if (session.add_designs(flags.name).empty() || !session.errors.empty()) {
    if (session.errors.empty()) throw Failure(kExitNothing, "no design was found");
    std::fputs(errors_text(session, flags.output.error_style(), "Nothing was written.").c_str(), stderr);
    return kExitInvalid;
  }
  const auto source = session.sources.find(flags.name);
  if (source == session.sources.end()) throw Failure(kExitUsage, "convert takes one file");
  Diagnostics none;
  const scenario::Document document = scenario::read_design_tree(source->second, flags.name, none);
  std::error_code failed;
  if (!flags.output.file.empty() && std::filesystem::equivalent(flags.output.file, flags.name, failed)) {
    throw Failure(kExitUsage, "-o names the file that is converted; interleak designs fmt lays it out in place");
  }
  Output out(flags.output.file);
  out.write(wanted_form(flags.output.file, document.form) == scenario::Form::json
                ? scenario::design_json(*document.root)
                : scenario::pool_text(*document.root));
  out.finish();
  return kExitOk;
}

}  // namespace interleak::tools

// `interleak protocols [list]` and `interleak protocols show NAME`: what servers may speak, and the file of one, as it
// can be saved, changed and given back by -L.
#include <algorithm>
#include <memory>

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "sim/design/parse.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct ProtocolsFlags {
  std::vector<std::string> libraries;
  std::string name;
  OutputFlags output;
};

std::string operations_of(const protocol::Protocol& protocol) {
  std::string out;
  for (const protocol::Operation& each : protocol.operations) out += (out.empty() ? "" : ", ") + each.name;
  return out;
}

std::string list_text(const Session& session, const reports::Style& style) {
  const auto ids = session.protocols().ids();
  int width = 0;
  for (const std::string& id : ids) width = std::max(width, reports::display_width(id));
  std::string out;
  for (const std::string& id : ids) {
    const auto protocol = session.protocols().find(id);
    const std::string words = reports::printable(protocol->title) + (protocol->title.empty() ? "" : ": ") +
                              reports::printable(operations_of(*protocol));
    out += "  " + reports::padded(id, width + 2) + reports::paragraph(words, width + 4, style.width) + "\n";
  }
  return out + "\n  interleak protocols show NAME prints the file of one.\n";
}

reports::Json list_json(const Session& session) {
  reports::Json all = reports::Json::array();
  for (const std::string& id : session.protocols().ids()) {
    const auto protocol = session.protocols().find(id);
    reports::Json operations = reports::Json::array();
    for (const protocol::Operation& each : protocol->operations) operations.push_back(each.name);
    all.push_back({{"id", id}, {"title", protocol->title}, {"source", protocol->source}, {"operations", operations}});
  }
  return all;
}

int list(const ProtocolsFlags& flags) {
  Session session;
  for (const std::string& path : flags.libraries) session.add_designs(path);
  if (!session.errors.empty()) return refuse(session, flags.output, "protocols");
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("protocols");
    document["protocols"] = list_json(session);
    out.write(reports::text_of(document));
  } else {
    out.write(list_text(session, flags.output.style()));
  }
  out.finish();
  return kExitOk;
}

int show(const ProtocolsFlags& flags) {
  Session session;
  for (const std::string& path : flags.libraries) session.add_designs(path);
  if (!session.errors.empty()) return refuse(session, flags.output, "protocols");
  const std::string text = session.protocol_text(flags.name);
  if (text.empty()) {
    const std::string guess = design::closest_name(flags.name, session.protocols().ids());
    throw Failure(kExitNothing, "no protocol is called " + reports::quoted(flags.name) +
                                    (guess.empty() ? "" : "; did you mean \"" + guess + "\"?") +
                                    "\n  interleak protocols lists those that are known; -L FILE adds one");
  }
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("protocols");
    document["protocol"] = reports::Json::parse(text);
    out.write(reports::text_of(document));
  } else {
    out.write(text);
  }
  out.finish();
  return kExitOk;
}

}  // namespace

void add_protocols(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<ProtocolsFlags>();
  CLI::App* verb = app.add_subcommand("protocols", "list what servers may speak, show one");
  verb->require_subcommand(0, 1);
  CLI::App* list_verb = verb->add_subcommand("list", "all protocols, with their operations");
  CLI::App* show_verb = verb->add_subcommand("show", "the file of one, to be saved and changed");
  for (CLI::App* each : {verb, list_verb, show_verb}) {
    each->add_option("-L,--library", flags->libraries, "design or protocol file, or directory of them, to know")
        ->type_name("PATH")
        ->allow_extra_args(false);
    flags->output.add_to(*each);
  }
  show_verb->add_option("PROTOCOL", flags->name, "id of a protocol")->required()->type_name("");
  verb->callback([flags, show_verb, &exit_code] { exit_code = show_verb->parsed() ? show(*flags) : list(*flags); });
}

}  // namespace interleak::tools

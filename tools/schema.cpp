// `interleak schema KIND`: the JSON Schema of a file format, for editors and other programs.
#include "tools/embedded.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct SchemaFlags {
  std::string kind, file;
};

int schema(const SchemaFlags& flags) {
  for (const embedded::File& file : embedded::schemas()) {
    if (!file.path.ends_with("/" + flags.kind + ".schema.json")) continue;
    Output out(flags.file);
    out.write(std::string(file.text));
    out.finish();
    return kExitOk;
  }
  throw Failure(kExitInternal, "no schema of " + flags.kind + " was built in");
}

}  // namespace

void add_schema(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<SchemaFlags>();
  CLI::App* verb = app.add_subcommand("schema", "print the JSON Schema of a file format");
  verb->add_option("KIND", flags->kind, "scenario, design, protocol, or result (of --json)")
      ->required()
      ->check(CLI::IsMember({"scenario", "design", "protocol", "result"}))
      ->type_name("");
  verb->add_option("-o,--output", flags->file, "write to FILE instead of standard output")->type_name("FILE");
  verb->callback([flags, &exit_code] { exit_code = schema(*flags); });
}

}  // namespace interleak::tools

// `interleak new scenario|design [-o FILE]`: a skeleton that is valid, runs, and explains itself. A scenario is JSON,
// which has no comments, and says it in its description; a design is text, or JSON where FILE ends in .json.

#include "reports/style.hpp"
#include "sim/scenario/pool_print.hpp"
#include "sim/scenario/pool_text.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"
#include "tools/whole_file.hpp"

namespace interleak::tools {
namespace {

constexpr std::string_view kScenario = R"({ "interleak": 1,
  "id": "my-scenario",
  "title": "two users, one connection, one cancelled request",
  "description": "Who does what (tasks), on how many connections (pool), and what goes wrong (faults). `interleak run FILE` explores it; `interleak check FILE` compares it with `expect`, where * means the designs of the run: `interleak check FILE -L my.pool` judges yours (`interleak new design -o my.pool`).",
  "pool":   {"max": 1, "warm": 1},
  "tasks":  [{"id": "alice", "do": [{"get": "history", "type": "list"}]},
             {"id": "bob",   "do": [{"get": "history", "type": "list"}]}],
  "faults": {"cancel": {"max": 1}},
  "invariants": ["no-cross-user-reply", "no-lost-slot", "no-double-owner", "no-starvation"],
  "designs": ["redis-py-4.5.1/pool", "redis-py-4.5.5/pool"],
  "expect": {
    "redis-py-4.5.1/pool": {"no-cross-user-reply": "violated", "*": "any"},
    "*": "holds"
  }
}
)";

constexpr std::string_view kDesign =
    R"(# What a pool does when it takes, opens, uses and returns a connection. Judge it:
#     interleak new scenario -o my-scenario.json
#     interleak check my-scenario.json -L THIS-FILE
design  my-pool/simple
title   close on a cancel or an error, release in finally
leaves out timeouts
pool    order lifo

# One operation of a task. Whatever stands between two awaits happens at once; a cancel lands on an
# await. The statements are described in docs/language.md.
def execute:
    call acquire  # a listing of the prelude: interleak designs show prelude
    try:
        call open
        await send request
        loop commands times:
            await receive  # cancelled here, the reply is still to come ...
    except cancelled|error:
        close  # ... so the connection must not be used again: try without this line
        raise
    finally:
        call give_back
)";

struct NewFlags {
  std::string kind, file;
  bool force = false;
};

std::string design_text(const std::string& file) {
  if (!file.ends_with(".json")) return std::string(kDesign);
  Diagnostics none;
  return scenario::design_json(*scenario::read_pool_text(kDesign, none).root);
}

int make(const NewFlags& flags) {
  if (!flags.file.empty() && !flags.force && replaces_file(flags.file)) {
    throw Failure(kExitOutput, reports::quoted(flags.file) + " exists; --force writes over it");
  }
  Output out(flags.file);
  out.write(flags.kind == "design" ? design_text(flags.file) : std::string(kScenario));
  out.finish();
  return kExitOk;
}

}  // namespace

void add_new(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<NewFlags>();
  CLI::App* verb = app.add_subcommand("new", "print the skeleton of a scenario or a design");
  verb->add_option("KIND", flags->kind, "scenario or design")
      ->required()
      ->check(CLI::IsMember({"scenario", "design"}))
      ->type_name("");
  verb->add_option("-o,--output", flags->file, "write to FILE instead of standard output")->type_name("FILE");
  verb->add_flag("--force", flags->force, "write over a file that exists");
  verb->callback([flags, &exit_code] { exit_code = make(*flags); });
}

}  // namespace interleak::tools

// The man page interleak(1), generated from the command line's own description (command_tree.hpp)
// and the table of exit codes. No date, so that one version has one page.
#include <algorithm>

#include "reports/result.hpp"
#include "tools/command_tree.hpp"
#include "tools/exit_codes.hpp"

namespace interleak::tools {
namespace {

/// Text that troff prints as it is: no escapes, requests, hyphens for minus signs, quotes.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.empty() && (c == '.' || c == '\'')) out += "\\&";
    switch (c) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '\'': out += "\\(aq"; break;
      case '`': out += "\\(ga"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      case '"': out += "\\(dq"; break;
      default: out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + plain(text) + "\\fR"; }

/// "\fB\-d\fR, \fB\-\-design\fR \fINAME\fR".
std::string head_of(const Argument& argument) {
  if (argument.positional()) return italic(argument.value) + (argument.repeats ? " ..." : "");
  std::string out;
  if (!argument.short_name.empty()) out += bold("-" + argument.short_name);
  if (!argument.short_name.empty() && !argument.long_name.empty()) out += ", ";
  if (!argument.long_name.empty()) out += bold("--" + argument.long_name);
  return argument.takes_value() ? out + " " + italic(argument.value) : out;
}

std::string entry(const Argument& argument) {
  std::string out = ".TP\n" + head_of(argument) + "\n" + plain(argument.help);
  const std::string said = argument.value + " " + argument.help;
  if (!argument.choices.empty() && said.find(argument.choices.back()) == std::string::npos) {
    out += " (";
    for (const std::string& choice : argument.choices) {
      out += (out.ends_with("(") ? "" : ", ") + bold(choice);
    }
    out += ")";
  }
  return out + "\n";
}

bool same(const Argument& a, const Argument& b) { return head_of(a) == head_of(b) && a.help == b.help; }

bool is_help(const Argument& argument) { return argument.long_name == "help"; }

/// Options of the group "Output" that three verbs or more have in common: they stand once, in a
/// section of their own.
std::vector<Argument> shared_options(const std::vector<Verb>& verbs) {
  std::vector<Argument> shared;
  for (const Verb& verb : verbs) {
    for (const Argument& argument : verb.arguments) {
      if (argument.group != "Output") continue;
      const auto equal = [&](const Argument& other) { return same(argument, other); };
      const auto in = [&](const Verb& other) {
        return std::any_of(other.arguments.begin(), other.arguments.end(), equal);
      };
      const bool known = std::any_of(shared.begin(), shared.end(), equal);
      if (!known && std::count_if(verbs.begin(), verbs.end(), in) > 2) shared.push_back(argument);
    }
  }
  return shared;
}

std::string synopsis(const Verb& verb) {
  std::string out = ".B interleak" + (verb.path.empty() ? "" : " " + plain(verb.name())) + "\n";
  bool options = false;
  std::string words;
  for (const Argument& argument : verb.arguments) {
    options |= !argument.positional();
    if (!argument.positional() && !argument.required) continue;
    words += argument.required ? " " + head_of(argument) : " [" + head_of(argument) + "]";
  }
  return out + (options ? "[" + italic("OPTION") + " ...]" : "") + words + "\n";
}

std::string section_of(const Verb& verb, const std::vector<Argument>& shared) {
  std::string help = verb.help;
  if (!help.empty() && help[0] >= 'a' && help[0] <= 'z') help[0] = static_cast<char>(help[0] - 32);
  std::string out = ".SS interleak " + plain(verb.name()) + "\n" + plain(help) + ".\n.PP\n" + synopsis(verb);
  bool any_shared = false;
  for (const Argument& argument : verb.arguments) {
    const bool is_shared =
        std::any_of(shared.begin(), shared.end(), [&](const Argument& other) { return same(argument, other); });
    any_shared |= is_shared;
    if (!is_shared && !is_help(argument)) out += entry(argument);
  }
  if (any_shared) out += ".PP\nAlso the options under OUTPUT OPTIONS.\n";
  return out;
}

std::string exit_status() {
  std::string out = ".SH EXIT STATUS\n";
  for (const ExitMeaning& each : kExitMeanings) {
    out += ".TP\n" + bold(std::to_string(each.code)) + "\n" + plain(each.meaning) + "\n";
  }
  return out + ".PP\nWhen several apply: 70, 74, 3, 1, 4, 5, 0 in this order.\n";
}

constexpr std::string_view kDescription = R"(.SH DESCRIPTION
.B interleak
tells whether a connection pool can hand one user\(aqs data to another. It takes a pool design and a
scenario, runs every interleaving and every place where a task can be cancelled, and says which
schedules leak, with the shortest one that shows it.
.PP
Without arguments it tells the incident of March 2023, computed on the spot. A word with a dot or a
slash in the place of the verb is a scenario to run:
.B interleak FILE
is
.BR "interleak run FILE" .
.PP
A
.I SCENARIO
is a JSON file, the name of a built\-in scenario such as
.BR incident/two\-users ,
or
.B \-
for standard input. A
.I DESIGN
is the id of a built\-in design, a pattern such as
.BR "redis\-py\-*/pool" ,
or a file, text or JSON.
)";

constexpr std::string_view kEnvironment = R"(.SH ENVIRONMENT
.TP
.B COLUMNS
Width of the output, if
.B \-\-width
is not given.
.TP
.B NO_COLOR
If it is not empty, there is no colour.
.TP
.B CLICOLOR_FORCE
If it is neither empty nor 0, there is colour even in a pipe; it wins over
.BR NO_COLOR .
.TP
.B TERM
If it is
.BR dumb ,
there is no colour.
.SH FILES
All designs, scenarios, schemas and explanations are inside of the command. Copies to read and to
change are installed below the prefix, in
.IR share/interleak/scenarios ;
the documents are in
.IR share/doc/interleak .
.SH EXAMPLES
.TP
.B interleak run incident/two\-users \-d redis\-py\-4.5.1/pool
The shortest leak of a pool.
.TP
.B interleak run regression/one\-cancel \-d \(aqpatterns/*\(aq
Designs side by side.
.TP
.B interleak designs diff redis\-py\-4.5.1/pool redis\-py\-4.5.5/pool
What a release changed.
.TP
.B interleak designs show redis\-py\-4.5.1/pool \-o mine.pool
A design to change; then
.BR "interleak run incident/two\-users \-d mine.pool" .
.TP
.B interleak new scenario \-o mine.json
A scenario of your own; then
.BR "interleak run mine.json" .
.TP
.B interleak check scenarios
For CI: every scenario must do what it expects.
.TP
.B eval \(dq$(interleak completion bash)\(dq
Completion in this shell.
.SH SEE ALSO
.BR bash (1),
.BR jq (1)
.PP
.B interleak explain
lists what it can explain: error codes, invariants, outcomes, findings, terms.
)";

}  // namespace

std::string man_page(const std::vector<Verb>& verbs) {
  std::string out = ".TH INTERLEAK 1 \"\" \"interleak " + std::string(reports::kToolVersion) +
                    "\" \"User Commands\"\n.SH NAME\ninterleak \\- which interleavings and "
                    "cancellations let a connection pool leak\n.SH SYNOPSIS\n.B interleak\n";
  for (const Verb& verb : verbs) {
    if (!verb.path.empty()) out += ".br\n" + synopsis(verb);
  }
  out += kDescription;
  const std::vector<Argument> shared = shared_options(verbs);
  out += ".SH VERBS\n";
  for (const Verb& verb : verbs) {
    if (!verb.path.empty()) out += section_of(verb, shared);
  }
  out += ".SH OUTPUT OPTIONS\n";
  for (const Argument& argument : shared) out += entry(argument);
  out += ".SH OTHER OPTIONS\n";
  for (const Argument& argument : verbs[0].arguments) out += entry(argument);
  out += exit_status();
  return out + std::string(kEnvironment);
}

}  // namespace interleak::tools

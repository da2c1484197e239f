// The command line as plain values: verbs, flags, what they take. Made from the CLI11 app that
// parses it, so what is generated from here (completions, the man page) knows every flag.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace interleak::tools {

/// What a value can be completed with.
enum class Values : unsigned char { none, choices, files, designs, scenarios, invariants, terms };

/// A flag, an option with a value, or a positional word.
struct Argument {
  std::string short_name, long_name;   ///< "d", "design"; both empty: positional
  std::string value;       ///< "NAME"; a flag: empty; a positional word: its name, "SCENARIO"
  std::string help;
  std::string group;       ///< "Output"
  bool required = false;
  bool repeats = false;
  Values values = Values::none;
  std::vector<std::string> choices;

  bool positional() const { return short_name.empty() && long_name.empty(); }
  bool takes_value() const { return !value.empty(); }
};

struct Verb {
  std::vector<std::string> path;       ///< {"designs", "show"}; the command itself: empty
  std::string help;
  std::vector<Argument> arguments;     ///< in the order of --help
  std::vector<std::string> children;   ///< names of the verbs below it

  std::string name() const;            ///< "designs show"
};

/// The command itself, then every verb, each before those below it. Hidden verbs are left out.
std::vector<Verb> command_tree(const CLI::App& app);

/// What `interleak __complete KIND` is called with: "designs", ...; empty if it is not asked.
std::string_view dynamic_kind(Values values);

/// Text of the generators, each of all verbs.
std::string bash_completion(const std::vector<Verb>& verbs);
std::string zsh_completion(const std::vector<Verb>& verbs);
std::string fish_completion(const std::vector<Verb>& verbs);
std::string man_page(const std::vector<Verb>& verbs);

}  // namespace interleak::tools

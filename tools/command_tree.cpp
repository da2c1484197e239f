// See command_tree.hpp.
#include "tools/command_tree.hpp"

namespace interleak::tools {
namespace {

/// The words of a CLI::IsMember: its description, "{auto,always,never}", ends the type's name.
std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> words;
  const std::size_t open = type.find('{');
  if (open == std::string::npos || !type.ends_with("}")) return words;
  std::string word;
  for (std::size_t i = open + 1; i < type.size(); ++i) {
    if (type[i] == ',' || type[i] == '}') {
      words.push_back(std::move(word));
      word.clear();
    } else {
      word += type[i];
    }
  }
  return words;
}

Values values_of(const Argument& argument, const std::vector<std::string>& path) {
  if (!argument.choices.empty()) return Values::choices;
  const std::string& value = argument.value;
  if (argument.positional() && path == std::vector<std::string>{"explain"}) return Values::terms;
  if (argument.positional() && !path.empty() && path[0] == "designs" && value != "FILE") return Values::designs;
  if (argument.positional() && !path.empty() && path[0] == "scenarios") return Values::scenarios;
  if (argument.long_name == "design") return Values::designs;
  if (argument.long_name == "invariant") return Values::invariants;
  if (value == "SCENARIO") return Values::scenarios;
  if (value == "PATH" || value == "FILE") return Values::files;
  return Values::none;
}

/// "N:INT in [0 - 16]" -> "N": CLI11 appends what its validators say.
std::string value_name(const std::string& type) { return type.substr(0, type.find(':')); }

Argument argument_of(const CLI::Option& option, const std::vector<std::string>& path) {
  Argument out;
  if (!option.get_snames().empty()) out.short_name = option.get_snames()[0];
  if (!option.get_lnames().empty()) out.long_name = option.get_lnames()[0];
  const std::string type = option.get_type_name();
  out.value = option.get_positional()                ? option.get_name(true)
              : option.get_items_expected_max() == 0 ? ""
                                                     : value_name(type);
  out.help = option.get_description();
  out.group = option.get_group();
  out.required = option.get_required();
  out.repeats = option.get_expected_max() > 1;
  out.choices = choices_of(type);
  out.values = values_of(out, path);
  return out;
}

void add(const CLI::App& app, std::vector<std::string> path, std::vector<Verb>& out) {
  const std::size_t index = out.size();
  out.push_back({path, app.get_description(), {}, {}});
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    out[index].arguments.push_back(argument_of(*option, path));
  }
  const auto visible = [](const CLI::App* verb) { return !verb->get_group().empty(); };
  path.emplace_back();
  for (const CLI::App* verb : app.get_subcommands(visible)) {
    path.back() = verb->get_name();
    out[index].children.push_back(verb->get_name());
    add(*verb, path, out);
  }
}

}  // namespace

std::string Verb::name() const {
  std::string out;
  for (const std::string& word : path) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<Verb> command_tree(const CLI::App& app) {
  std::vector<Verb> verbs;
  add(app, {}, verbs);
  return verbs;
}

std::string_view dynamic_kind(Values values) {
  switch (values) {
    case Values::designs: return "designs";
    case Values::scenarios: return "scenarios";
    case Values::invariants: return "invariants";
    case Values::terms: return "explain";
    default: return "";
  }
}

}  // namespace interleak::tools

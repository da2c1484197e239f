// Changes are made in the JSON form of the file, in place of the value that they concern; so what is tested is what
// the reader makes of a file that somebody has edited.
#include "tests/mutation/tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/scenario/json.hpp"
#include "sim/scenario/pool_print.hpp"
#include "tests/mutation/mutants.hpp"

namespace interleak::mutation {
namespace {

namespace fs = std::filesystem;
using scenario::Member;
using scenario::Value;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Collects the changes of one file.
class Changer {
 public:
  Changer(const Tree& tree, std::size_t file) : file_(file), text_(tree.files[file].text) {}

  std::vector<Change> run() {
    Diagnostics errors;  // the library has read this text before
    const scenario::Document document = scenario::read_json(text_, errors);
    const Value& root = *document.root;
    if (const Value* procedures = root.find("procedures")) {
      for (const Member& member : procedures->members) procedure(member);
    }
    if (const Value* parents = root.find("extends")) shorter("extends", *parents);
    if (const Value* pool = root.find("pool")) {
      for (const Member& member : pool->members) pool_setting(member);
    }
    if (const Value* send = root.find("send_suspends")) {
      choices("send_suspends", *send, {"never", "after", "before", "may"});
    }
    if (const Value* variables = root.find("variables")) first_values(*variables);
    return std::move(out_);
  }

 private:
  void procedure(const Member& member) {
    std::vector<std::string> listing;
    for (const Value& item : member.value.items) listing.push_back(item.text);
    for (const Mutant& mutant : mutants_of(listing)) {
      Change& change =
          add(member.key + ":" + std::to_string(mutant.line), member.value, nlohmann::json(mutant.lines).dump());
      change.procedure = member.key;
      change.before = mutant.before;
      change.after = mutant.after;
    }
  }

  void pool_setting(const Member& member) {
    const std::string place = "pool." + member.key;
    if (member.key == "order") choices(place, member.value, {"lifo", "fifo"});
    if (member.key == "readers") choices(place, member.value, {"error", "queue"});
    if (member.key == "cluster") add(place, member.value, member.value.boolean ? "false" : "true");
    if (member.key == "handshake") shorter(place, member.value);
  }

  /// The list without each of its items in turn. (A value that is no list has none.)
  void shorter(const std::string& place, const Value& list) {
    for (std::size_t left_out = 0; left_out < list.items.size(); ++left_out) {
      nlohmann::json rest = nlohmann::json::array();
      for (std::size_t i = 0; i < list.items.size(); ++i) {
        if (i != left_out) rest.push_back(list.items[i].text);
      }
      add(place, list, rest.dump());
    }
  }

  void choices(const std::string& place, const Value& value, const std::vector<std::string>& allowed) {
    for (const std::string& other : allowed) {
      if (other != value.text) add(place, value, "\"" + other + "\"");
    }
  }

  void first_values(const Value& variables) {
    for (const Member& scope : variables.members) {
      for (const Member& variable : scope.value.members) {
        const std::string place = "variables." + scope.key + "." + variable.key;
        const auto first = variable.value.integer.value_or(0);
        add(place, variable.value, std::to_string(first + 1));
        if (first > 0) add(place, variable.value, std::to_string(first - 1));
      }
    }
  }

  /// Puts `text` in place of the value.
  Change& add(std::string place, const Value& value, const std::string& text) {
    Change change{file_, "", std::move(place), text_.substr(value.span.offset, value.span.length), text, text_};
    change.text.replace(value.span.offset, value.span.length, text);
    out_.push_back(std::move(change));
    return out_.back();
  }

  std::size_t file_;
  const std::string& text_;
  std::vector<Change> out_;
};

}  // namespace

Tree read_tree(const std::string& folder, Diagnostics& errors) {
  std::vector<fs::path> paths;
  std::error_code failed;
  for (const auto& entry : fs::recursive_directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".json" || entry.path().extension() == ".pool") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  Tree tree;
  for (const fs::path& path : paths) {
    const std::string text = read(path), file = path.lexically_relative(folder).string();
    if (scenario::looks_like_protocol(text)) continue;
    if (scenario::looks_like_design(text, file)) {
      if (const auto id = tree.library.add(text, file, errors)) {
        Diagnostics none;
        const scenario::Document document = scenario::read_design_tree(text, file, none);
        // Those of the museum are what reports say, and each is shown by the one scenario beside it.
        if (file.starts_with("museum/")) continue;
        // Nor those of protocols, which no scenario beside the museum speaks yet.
        if (file.starts_with("designs/preludes/")) continue;
        tree.files.push_back({*id, file, scenario::design_json(*document.root)});
      }
    } else {
      for (auto& each : scenario::read_scenario(text, file, errors)) {
        tree.scenarios.push_back(std::move(each));
      }
    }
  }
  return tree;
}

std::string Change::name(const Tree& tree) const {
  const bool words = after.empty() || after[0] == '(' || procedure.empty();
  const std::string quote = procedure.empty() ? "" : "\"";
  return tree.files[file].id + " " + place + " " + quote + before + quote + " -> " +
         (words ? after : "\"" + after + "\"");
}

std::vector<Change> changes_of(const Tree& tree, std::size_t file) { return Changer(tree, file).run(); }

}  // namespace interleak::mutation

// The tables of sim/terms and sim/property against every other place that lists their rows: schemas, documents,
// the page, SARIF, the world itself. A row that is missing there, or one too many, fails here.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include <nlohmann/json.hpp>

#include "reports/cases.hpp"
#include "reports/explanations.hpp"
#include "reports/sarif.hpp"
#include "sim/design/vocabulary.hpp"
#include "sim/terms/awaits.hpp"
#include "sim/terms/events.hpp"
#include "sim/terms/names.hpp"
#include "sim/terms/runtime.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using nlohmann::json;
using Row = std::vector<std::string>;   // cells
using NameSet = std::set<std::string>;

std::string text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The file as one long line, so that a sentence may go over several.
std::string prose_of(const std::string& path) {
  return std::regex_replace(text_of_file(path), std::regex("\\s+"), " ");
}

/// All that the group of a pattern matches, in order.
Lines matches_of(const std::string& text, const std::string& pattern) {
  const std::regex each(pattern);
  return {std::sregex_token_iterator(text.begin(), text.end(), each, 1), {}};
}

/// The rows below the line that heads a table.
std::vector<Row> table_of(const std::string& path, const std::string& head) {
  const std::string text = text_of_file(path);
  const std::size_t at = text.find("\n" + head + "\n");
  INFO(head);
  REQUIRE(at != std::string::npos);
  std::istringstream lines(text.substr(at + head.size() + 2));
  std::string line;
  std::getline(lines, line);   // |---|---|
  std::vector<Row> rows;
  while (std::getline(lines, line) && line.starts_with("| ")) {
    Row row;
    for (std::size_t from = 2, bar = 0; (bar = line.find(" |", from)) != std::string::npos; from = bar + 3) {
      row.push_back(line.substr(from, bar - from));
    }
    rows.push_back(row);
  }
  return rows;
}

Lines column_of(const std::vector<Row>& rows, std::size_t column) {
  Lines cells;
  for (const Row& row : rows) cells.push_back(row.at(column));
  return cells;
}

std::string ticked(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string listed(const Lines& texts) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : ", ") + each;
  return out;
}

template <class Range>
Lines texts_of(const Range& names) {
  return {names.begin(), names.end()};
}

template <class Range>
NameSet names_of(const Range& names) {
  return {names.begin(), names.end()};
}

Lines all_ticked(const Lines& names) {
  Lines out;
  for (const std::string& name : names) out.push_back(ticked(name));
  return out;
}

Lines invariants() {
  Lines names;
  for (const property::Invariant& each : property::all_invariants()) names.emplace_back(each.name);
  return names;
}

Lines physics() {
  Lines names;
  for (const scenario::PhysicsOption& each : scenario::kPhysicsOptions) names.emplace_back(each.name);
  return names;
}

Lines outcomes_worst_first() { return {terms::kOutcomeNames.rbegin(), terms::kOutcomeNames.rend()}; }

/// A file of sim/scenario/schema, as the command has it.
json schema_of(const std::string& name) {
  for (const embedded::File& file : embedded::schemas()) {
    if (file.path.ends_with("/" + name + ".schema.json")) return json::parse(file.text);
  }
  FAIL("no schema " << name);
  return {};
}

/// An array of a schema that takes any of some names: which, in order. It must have room for all of them.
Lines choices_of(const json& array) {
  Lines names = array.at("items").at("enum").get<Lines>();
  if (array.contains("maxItems")) CHECK(array.at("maxItems") == names.size());
  CHECK((array.contains("maxItems") || array.value("uniqueItems", false)));
  return names;
}

/// Every list of choices in a schema that has this name among them.
void add_enums_with(const json& schema, const std::string& name, std::vector<Lines>& out) {
  if (schema.is_object() && schema.contains("enum")) {
    const Lines names = schema.at("enum").get<Lines>();
    if (std::count(names.begin(), names.end(), name) != 0) out.push_back(names);
  }
  if (!schema.is_structured()) return;
  for (const json& part : schema) add_enums_with(part, name, out);
}

TEST_CASE("the schema of scenarios names invariants, awaits, physics and kinds of cancel as the tables do") {
  const json schema = schema_of("scenario");
  const json& cancel = schema.at("$defs").at("cancel").at("properties");
  CHECK(choices_of(schema.at("properties").at("invariants")) == invariants());
  CHECK(choices_of(schema.at("properties").at("physics").at("anyOf").at(1)) == physics());
  CHECK(choices_of(cancel.at("at").at("oneOf").at(1)) == texts_of(terms::kCancellableAwaits));
  CHECK(cancel.at("kind").at("enum").get<Lines>() == texts_of(terms::kCancelKinds));
}

TEST_CASE("the schema of scenarios has the operations of the standard protocol, with as many keys") {
  const json operation = schema_of("scenario").at("$defs").at("operation");
  Lines required;
  for (const json& each : operation.at("oneOf")) required.push_back(each.at("required").at(0));
  Lines names;
  for (const protocol::Operation& each : scenario::standard_protocol()->operations) {
    CAPTURE(each.name);
    names.push_back(each.name);
    const json& schema = operation.at("properties").at(each.name);
    REQUIRE(schema.contains("maxItems") == each.many);
    if (!each.many) continue;
    const std::size_t most = schema.at("maxItems");
    CHECK(protocol::requests_of(each, most) <= scenario::kMaxCommands);
    CHECK((protocol::requests_of(each, most + 1) > scenario::kMaxCommands || most == scenario::kMaxCommands));
  }
  names.emplace_back("do");   // whatever it is called
  CHECK(required == names);
  names.pop_back();
  const json& properties = operation.at("properties");
  CHECK(properties.size() == names.size() + scenario::operation_fields().size());
  for (const std::string_view field : scenario::operation_fields()) CHECK(properties.contains(std::string(field)));
}

TEST_CASE("the schema of scenarios has the limits of the reader") {
  const json schema = schema_of("scenario");
  const json& fields = schema.at("properties");
  const json& expect = schema.at("$defs").at("expect");
  const json& entry = expect.at("additionalProperties").at("oneOf").at(1);
  CHECK(fields.at("tasks").at("maxItems") == scenario::kMaxTasks);
  CHECK(fields.at("designs").at("maxItems") == scenario::kMaxDesigns);
  CHECK(fields.at("variants").at("maxProperties") == scenario::kMaxVariants);
  CHECK(fields.at("variants").at("additionalProperties").at("maxProperties") == scenario::kMaxOverrides);
  CHECK(expect.at("maxProperties") == scenario::kMaxDesignEntries);
  CHECK(entry.at("maxProperties") == scenario::kMaxInvariantEntries);
  CHECK(entry.at("properties").at("counts").at("maxProperties") == scenario::kMaxCounts);
  CHECK(schema.at("$defs").at("task").at("properties").at("do").at("maxItems") == scenario::kMaxOperations);
  CHECK(schema.at("$defs").at("fields").at("maxItems") == scenario::kMaxFields);
}

TEST_CASE("the schema of scenarios refuses the task names that the reader refuses") {
  const json schema = schema_of("scenario");
  std::string words;
  for (const std::string_view word : terms::kReservedWords) words += (words.empty() ? "" : "|") + std::string(word);
  const json& id = schema.at("$defs").at("task").at("properties").at("id");
  CHECK(id.at("allOf").at(1).at("not").at("pattern") == "^(" + words + ")(\\.|$)");
}

TEST_CASE("the other schemas name outcomes, kinds of cancel and runtimes as the tables do") {
  std::vector<Lines> outcomes, kinds;
  add_enums_with(schema_of("result"), "ok", outcomes);
  add_enums_with(schema_of("result"), "vanish", kinds);
  CHECK(outcomes.size() >= 4);
  CHECK(kinds.size() == 1);
  for (const Lines& each : outcomes) CHECK(each == texts_of(terms::kOutcomeNames));
  for (const Lines& each : kinds) CHECK(each == texts_of(terms::kCancelKinds));
  Lines runtimes;
  for (const terms::Runtime& each : terms::kRuntimes) runtimes.emplace_back(each.name);
  CHECK(schema_of("design").at("properties").at("runtime").at("enum").get<Lines>() == runtimes);
}

TEST_CASE("docs/semantics.md has every invariant, with code, severity and whether a live run sees it, in order") {
  const auto rows = table_of("docs/semantics.md", "| name | code | severity | live | violated by |");
  std::vector<Row> expected;
  for (const property::Invariant& each : property::all_invariants()) {
    const bool outside = (each.violated_by & ~terms::kSeenOutside) == 0;
    expected.push_back(
        {ticked(each.name), std::string(each.code), std::to_string(each.severity), outside ? "seen" : "not seen"});
  }
  std::vector<Row> told;
  for (const Row& row : rows) {
    REQUIRE(row.size() == 5);
    CHECK_FALSE(row[4].empty());
    told.emplace_back(row.begin(), row.begin() + 4);
  }
  CHECK(told == expected);
  const Lines defaults = all_ticked(texts_of(property::default_invariants()));
  CHECK(prose_of("docs/semantics.md").find("a scenario checks " + listed(defaults) + "; ") != std::string::npos);
  const Lines more = all_ticked(texts_of(property::more_invariants_where_named()));
  CHECK(prose_of("docs/semantics.md").find("names a protocol, " + listed(more) + ", too") != std::string::npos);
}

TEST_CASE("the table of invariants is whole") {
  int before = 9, unasked = 0;
  NameSet codes, names;
  for (const property::Invariant& each : property::all_invariants()) {
    INFO(each.name);
    CHECK(each.severity <= before);
    before = each.severity;
    CHECK(codes.emplace(each.code).second);
    CHECK(names.emplace(each.name).second);
    CHECK(each.violated_by != 0);
    CHECK_FALSE(each.meaning.empty());
    CHECK_FALSE(each.violation.empty());
    unasked += each.unasked != 0 ? 1 : 0;
  }
  const auto defaults = property::default_invariants();
  CHECK(defaults.size() == static_cast<std::size_t>(unasked));
  for (const std::string_view name : defaults) CHECK(property::find_invariant(name) != nullptr);
}

TEST_CASE("every invariant is explained, under its name and code, in the order of the table") {
  std::vector<Lines> explained, expected;
  for (const auto& each : reports::read_explanations(embedded::texts()[0].text)) {
    if (each.group == "Invariants") explained.push_back(each.names);
  }
  for (const property::Invariant& each : property::all_invariants()) {
    expected.push_back({std::string(each.name), std::string(each.code)});
  }
  CHECK(explained == expected);
}

TEST_CASE("SARIF has a rule for every invariant, and says by which facts it is violated") {
  const json log = json::parse(reports::sarif({}, false));
  std::map<std::string, std::string> rules;   // code -> name, of those of invariants
  for (const json& rule : log["runs"][0]["tool"]["driver"]["rules"]) {
    if (!rule.contains("fullDescription")) continue;
    rules[rule["id"]] = rule["name"];
    CHECK_FALSE(std::regex_search(rule["fullDescription"]["text"].get<std::string>(), std::regex("Violated by: \\.")));
  }
  std::map<std::string, std::string> expected;
  for (const property::Invariant& each : property::all_invariants()) {
    expected.emplace(each.code, each.name);
  }
  CHECK(rules == expected);
}

TEST_CASE("docs/semantics.md has every event, with its text, in event order") {
  const auto rows = table_of("docs/semantics.md", "| event | text | enabled when | effect |");
  std::vector<Row> told, expected;
  for (const Row& row : rows) {
    told.push_back({row.at(0), matches_of(row.at(1), "(`[^`]*`)").at(0)});
  }
  for (const terms::EventInfo& each : terms::kEvents) {
    std::string text = terms::text_of(each.kind, terms::is_run(each.kind) ? "alice" : "1");
    if (each.names != '\0') text += each.names + std::string(each.kind == terms::EventKind::push ? "NAME" : "KIND");
    expected.push_back({std::string(each.name), ticked(text)});
  }
  CHECK(told == expected);
}

TEST_CASE("events of the world are those of the table: texts, order, who acts, what is a fault") {
  auto scenario = users(1, 1, 1);
  scenario.protocol = scenario::built_in_protocols().find("redis-resp3");
  const std::string first_kind = scenario.protocol->kinds[0].name;
  const auto world = world_of(scenario, design_of({{"execute", {"take", "put"}}}));
  Event before;
  for (const terms::EventInfo& each : terms::kEvents) {
    INFO(each.name);
    const bool run = terms::is_run(each.kind);
    const Event event = world::make_event({each.kind, 0, 0, static_cast<world::ConnId>(run ? 0 : 1)});
    const std::string name = world.scenario().tasks[0].id;
    const bool push = each.kind == terms::EventKind::push;
    const std::string behind = push ? ":message" : each.names != '\0' ? each.names + first_kind : "";
    CHECK(world.text(event) == terms::text_of(each.kind, run ? name : "1") + behind);
    CHECK(world.is_optional(event) == (push || world.is_fault(event)));
    CHECK(world::parts_of(event).kind == each.kind);
    CHECK((world.process(event) == kNoProcess) == !run);
    CHECK(world.is_fault(event) == (each.kind == terms::EventKind::cancel));
    if (each.kind != terms::EventKind::resume) CHECK(before < event);
    before = event;
  }
}

TEST_CASE("no task is called as an event begins; the documents say so") {
  for (const terms::EventInfo& each : terms::kEvents) {
    const bool plain = terms::word_of(each).empty();
    CHECK(terms::begins_event(terms::text_of(each.kind, "1")) == !plain);
  }
  CHECK(terms::begins_event("srv"));
  CHECK(terms::begins_event("rst.1"));
  CHECK_FALSE(terms::begins_event("srvx"));
  CHECK_FALSE(terms::begins_event("alice"));
  CHECK_FALSE(terms::begins_event(""));
  const std::string words = listed(all_ticked(texts_of(terms::kReservedWords)));
  CHECK(prose_of("docs/formats.md").find("; not " + words + ", nor one of these with a dot") != std::string::npos);
  CHECK(prose_of("docs/explain.md").find(words + " are names of events") != std::string::npos);
}

TEST_CASE("docs/semantics.md and docs/language.md have every await") {
  NameSet suspends;
  for (const std::string& cell : column_of(table_of("docs/semantics.md", "| await | suspends | becomes ready |"), 0)) {
    for (const std::string& name : matches_of(cell, "`([a-z]+)`")) CHECK(suspends.insert(name).second);
  }
  CHECK(suspends == names_of(terms::kAwaitNames));
  NameSet statements;
  for (const std::string& cell : column_of(table_of("docs/language.md", "| statement | effect |"), 0)) {
    for (const std::string& name : matches_of(cell, "^`(?:await )?([a-z]+)[^`]*`")) {
      if (cell.starts_with("`await ") || name == "yield") statements.insert(name);
    }
  }
  CHECK(statements == names_of(terms::kAwaitNames));
}

TEST_CASE("the language has a statement for every await") {
  NameSet words = {"yield"};
  CHECK(design::find_word(design::plain_words, "yield") != nullptr);
  for (const auto& word : design::await_words) words.emplace(word.text);
  CHECK(words == names_of(terms::kAwaitNames));
}

TEST_CASE("the documents say where a cancel may land, and which awaits are on a connection") {
  const std::string formats = prose_of("docs/formats.md"), semantics = prose_of("docs/semantics.md");
  CHECK(formats.find("or a list out of " + listed(texts_of(terms::kCancellableAwaits)) + ".") != std::string::npos);
  Lines never;
  NameSet on_connection;
  for (const terms::AwaitInfo& each : terms::kAwaits) {
    if (!each.cancellable) never.push_back(ticked(each.name));
    if (each.on_connection) on_connection.emplace(each.name);
  }
  CHECK(semantics.find("at a cancellable await (all but " + listed(never) + ")") != std::string::npos);
  const Lines told = matches_of(semantics, "has a frame suspended in a ([a-z, ]+) on it");
  REQUIRE(told.size() == 1);
  const Lines names = matches_of(told[0], "([a-z]{3,})");   // not "or"
  CHECK(names_of(names) == on_connection);
  CHECK(names.size() == on_connection.size());
}

TEST_CASE("docs/semantics.md has every physics, kind of cancel and runtime") {
  const auto options = column_of(table_of("docs/semantics.md", "| option | effect |"), 0);
  CHECK(names_of(options) == names_of(all_ticked(physics())));
  const auto kinds = column_of(table_of("docs/semantics.md", "| kind | what happens at the await | known from |"), 0);
  CHECK(names_of(kinds) == names_of(all_ticked(texts_of(terms::kCancelKinds))));
  const std::string semantics = prose_of("docs/semantics.md"), language = prose_of("docs/language.md");
  for (const terms::Runtime& each : terms::kRuntimes) {
    std::string swallows;
    for (const terms::AwaitInfo& await : terms::kAwaits) {
      if ((each.swallows & terms::await_bit(await.kind)) == 0) continue;
      swallows += (swallows.empty() ? "" : " and ") + ticked(await.name);
    }
    CHECK(semantics.find(ticked(each.name) + ": " + swallows) != std::string::npos);
    CHECK(language.find(ticked(each.name)) != std::string::npos);
  }
}

TEST_CASE("docs/semantics.md has the outcomes in their order, and the findings with what they are true of") {
  const std::string semantics = prose_of("docs/semantics.md");
  CHECK(semantics.find("The order, worst first: " + listed(outcomes_worst_first()) + ".") != std::string::npos);
  const Lines told = matches_of(semantics, "- (`[a-z-]+` \\((?:at the end|in any state)\\)):");
  Lines expected;
  for (const terms::FactInfo& each : terms::kPoolFindings) {
    expected.push_back(ticked(each.name) + (each.of == terms::FactOf::end ? " (at the end)" : " (in any state)"));
  }
  CHECK(told == expected);
}

TEST_CASE("the table of facts has every outcome that ends an operation, and every name once") {
  Lines outcomes, ended = outcomes_worst_first();
  ended.erase(std::remove(ended.begin(), ended.end(), "starved"), ended.end());   // it does not end
  NameSet names;
  Facts violating = 0, known = 0;
  for (const terms::FactInfo& each : terms::kFacts) {
    if (each.fact < terms::fact::kCancelWaits) outcomes.emplace_back(each.name);
    CHECK(names.emplace(each.name).second);
    CHECK_FALSE(each.words.empty());
    known |= each.fact;
  }
  CHECK(outcomes == ended);
  for (const property::Invariant& each : property::all_invariants()) violating |= each.violated_by;
  CHECK((violating & ~known) == 0);
}

TEST_CASE("the recipes of CONTRIBUTING.md name files that there are") {
  const std::string page = text_of_file("CONTRIBUTING.md");
  const std::size_t from = page.find("\n## Recipes\n"), to = page.find("\n## ", from + 1);
  REQUIRE(to != std::string::npos);
  std::istringstream lines(page.substr(from, to - from));
  std::string line;
  int files = 0, recipes = 0;
  while (std::getline(lines, line)) {
    recipes += line.starts_with("### ") ? 1 : 0;
    if (!std::regex_search(line, std::regex("^\\| [0-9]+ \\| "))) continue;
    const std::size_t cell = line.find(" | ") + 3;
    std::string folder;   // of the name before, where one has none
    for (const std::string& name : matches_of(line.substr(cell, line.find(" | ", cell) - cell), "`([^`]+)`")) {
      CAPTURE(line, name);
      const std::size_t slash = name.rfind('/');
      const std::string path = slash == std::string::npos ? folder + name : name;
      if (slash != std::string::npos) folder = name.substr(0, slash + 1);
      if (std::regex_search(name, std::regex("NAME|\\*"))) continue;   // whoever follows the recipe chooses it
      CHECK((std::filesystem::exists(path) || std::filesystem::exists(name)));
      ++files;
    }
  }
  CHECK(recipes == 6);
  CHECK(files > 40);
}

TEST_CASE("the page calls harm what the table does, and takes events for what they are") {
  std::map<int, std::string> ranked;
  for (const terms::FactInfo& each : terms::kFacts) {
    if (each.harm == 0) continue;
    CHECK_FALSE(each.page.empty());
    CHECK(ranked.emplace(each.harm, each.page).second);
  }
  Lines harm;
  for (const auto& [rank, name] : ranked) harm.push_back("'" + name + "'");
  CHECK(text_of_file("reports/page/src/badge.js").find("HARM = [" + listed(harm) + "];") != std::string::npos);

  std::map<std::string, std::string> machines, expected;
  const std::string words = text_of_file("reports/page/src/words.js");
  const Lines list = matches_of(words, "MACHINES = \\{([^}]*)\\}");
  REQUIRE(list.size() == 1);
  const Lines keys = matches_of(list[0], "([a-z]+): '"), names = matches_of(list[0], "'([^']*)'");
  REQUIRE(keys.size() == names.size());
  for (std::size_t i = 0; i < keys.size(); ++i) machines.emplace(keys[i], names[i]);
  for (const terms::EventInfo& each : terms::kEvents) {
    const terms::Actor actor = each.actor;
    if (actor == terms::Actor::task || actor == terms::Actor::network) continue;   // what is none of these
    expected.emplace(terms::word_of(each), terms::info_of(actor).name);
  }
  CHECK(machines == expected);
}

}  // namespace
}  // namespace interleak::test

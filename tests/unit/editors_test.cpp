// The grammar for editors has the words of the language and no others: those of the tables that the parser reads, and
// those of the grammar in docs/language.md, which has the words that stand in no table.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "sim/design/vocabulary.hpp"
#include "sim/scenario/design_words.hpp"
#include "sim/scenario/pool_words.hpp"
#include "tests/catch.hpp"

namespace interleak::editors {
namespace {

using Words = std::set<std::string>;

std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(text.empty());
  return text;
}

const nlohmann::json& grammar() {
  static const auto parsed =
      nlohmann::json::parse(text_of_file("editors/vscode/syntaxes/interleak-pool.tmLanguage.json"));
  return parsed;
}

/// The words of the first group of alternatives in a pattern: `\b(a|b)\b`. Blanks within a word are one.
Words alternatives(std::string pattern) {
  pattern = std::regex_replace(pattern, std::regex(R"(\\s\+)"), " ");
  pattern = std::regex_replace(pattern, std::regex(R"(\(\?: detached\)\?)"), "");
  std::smatch group;
  REQUIRE(std::regex_search(pattern, group, std::regex(R"(\(([a-z |]+)\))")));
  Words words;
  const std::string list = group[1];
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find('|', begin), list.size());
    CHECK(words.insert(list.substr(begin, end - begin)).second);
    begin = end + 1;
  }
  return words;
}

Words rule(const std::string& name, const std::string& key = "match") {
  return alternatives(grammar()["repository"][name][key].get<std::string>());
}

/// Of all rules for what stands in a listing.
Words listing_words() {
  Words all = alternatives(grammar()["repository"]["operator"]["patterns"][0]["match"].get<std::string>());
  for (const char* name : {"control", "statement", "fact"}) all.merge(rule(name));
  return all;
}

template <typename Table>
void add(Words& words, const Table& table) {
  for (const auto& word : table) words.insert(std::string(word.text));
}

/// The tables of vocabulary.hpp, signs aside.
Words vocabulary() {
  using namespace design;
  Words words;
  add(words, plain_words);
  add(words, queue_words);
  add(words, store_words);
  add(words, await_words);
  add(words, send_words);
  add(words, hand_words);
  add(words, count_words);
  add(words, raise_words);
  add(words, except_words);
  add(words, fact_words);
  return words;
}

/// The words between quotes in the grammar of listings.
Words documented() {
  const std::string page = text_of_file("docs/language.md");
  const std::size_t begin = page.find("listing    = ");
  const std::string text = page.substr(begin, page.find("```", begin) - begin);
  Words words;
  const std::regex quoted("\"([a-z]+(?: [a-z]+)*)\"");
  for (std::sregex_iterator each(text.begin(), text.end(), quoted), end; each != end; ++each) {
    std::string phrase = (*each)[1];
    for (std::size_t blank; (blank = phrase.find(' ')) != std::string::npos; phrase.erase(0, blank + 1)) {
      words.insert(phrase.substr(0, blank));
    }
    words.insert(phrase);
  }
  return words;
}

TEST_CASE("the grammar for editors has each word of the tables, and the page has them too") {
  const Words coloured = listing_words(), page = documented();
  for (const std::string& word : vocabulary()) {
    INFO(word);
    CHECK(coloured.count(word) == 1);
    CHECK(page.count(word) == 1);
  }
}

TEST_CASE("the grammar for editors has the words of the page and no others") {
  Words page = documented();
  for (const auto& scope : design::scope_words) page.erase(std::string(scope.text));
  page.insert("conn");   // `hand conn`
  CHECK(listing_words() == page);
  Words scopes;
  add(scopes, design::scope_words);
  CHECK(rule("reference") == scopes);
  CHECK(rule("called") == Words{"call", "spawn"});
}

TEST_CASE("the grammar for editors has the words of the header") {
  Words expected, coloured;
  for (const scenario::HeaderWord& word : scenario::kHeaderWords) expected.insert(std::string(word.text));
  for (const char* name : {"header-names", "header-texts", "header-values", "header-declarations"}) {
    coloured.merge(rule(name, "begin"));
  }
  CHECK(coloured == expected);
  CHECK(rule("procedure", "begin") == Words{std::string(scenario::kProcedureWord)});
}

TEST_CASE("the grammar for editors has the settings and their words") {
  const auto& patterns = grammar()["repository"]["header-values"]["patterns"];
  Words settings, values;
  for (const auto& pattern : patterns) {
    const std::string name = pattern.value("name", "");
    if (name.starts_with("support.type")) settings = alternatives(pattern["match"].get<std::string>());
    if (name.starts_with("constant.language")) values = alternatives(pattern["match"].get<std::string>());
  }
  const auto schema = nlohmann::json::parse(text_of_file("sim/scenario/schema/design.schema.json"));
  Words expected;
  for (const auto& [name, of] : schema["properties"]["pool"]["properties"].items()) expected.insert(name);
  CHECK(settings == expected);
  Words words = {"true", "false", std::string(scenario::kNoHandshake)};
  words.insert(scenario::kDesignOrders.begin(), scenario::kDesignOrders.end());
  words.insert(scenario::kDesignReaders.begin(), scenario::kDesignReaders.end());
  words.insert(scenario::kDesignParsers.begin(), scenario::kDesignParsers.end());
  words.insert(scenario::kDesignSuspends.begin(), scenario::kDesignSuspends.end());
  CHECK(values == words);
}

TEST_CASE("the page has each word of the header in its table and in its grammar") {
  const std::string page = text_of_file("docs/language.md");
  for (const scenario::HeaderWord& word : scenario::kHeaderWords) {
    const std::string text(word.text);
    INFO(text);
    CHECK(page.find("`" + text) != std::string::npos);
    CHECK(page.find("\"" + text + "\"") != std::string::npos);
  }
}

TEST_CASE("the folder for VS Code names files that are there") {
  const std::string folder = "editors/vscode/";
  const auto package = nlohmann::json::parse(text_of_file(folder + "package.json"));
  const auto& contributes = package["contributes"];
  CHECK(contributes["languages"][0]["extensions"] == nlohmann::json({".pool"}));
  const auto configuration =
      nlohmann::json::parse(text_of_file(folder + contributes["languages"][0]["configuration"].get<std::string>()));
  CHECK(configuration["comments"]["lineComment"] == "#");
  CHECK(nlohmann::json::parse(text_of_file(folder + contributes["grammars"][0]["path"].get<std::string>())) ==
        grammar());
  CHECK(contributes["grammars"][0]["scopeName"] == grammar()["scopeName"]);
}

TEST_CASE("the problem matcher reads what validate prints") {
  const auto package = nlohmann::json::parse(text_of_file("editors/vscode/package.json"));
  const auto& lines = package["contributes"]["problemMatchers"][0]["pattern"];
  std::smatch match;
  const std::string head = "error[ILK0050]: unknown statement \"tkae\"", place = " --> my dir/my.pool:6:5";
  REQUIRE(std::regex_match(head, match, std::regex(lines[0]["regexp"].get<std::string>())));
  CHECK(match[lines[0]["code"].get<std::size_t>()] == "ILK0050");
  const std::regex second(lines[1]["regexp"].get<std::string>());
  for (const std::string& line : {place, place + "        at $.pool.max"}) {
    REQUIRE(std::regex_match(line, match, second));
    CHECK(match[lines[1]["file"].get<std::size_t>()] == "my dir/my.pool");
    CHECK(match[lines[1]["line"].get<std::size_t>()] == "6");
    CHECK(match[lines[1]["column"].get<std::size_t>()] == "5");
  }
}

}  // namespace
}  // namespace interleak::editors

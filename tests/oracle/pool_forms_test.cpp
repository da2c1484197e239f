// Random designs in both forms of a file: text -> JSON -> text and JSON -> text -> JSON are the identity, and what is
// compiled is the same. Each has comments and texts that are hard to write.
//
//   POOL_FORMS=10000 oracle_tests "random designs come through both forms as they were"
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/certify/subject.hpp"
#include "sim/scenario/pool_format.hpp"
#include "sim/scenario/pool_print.hpp"
#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/random_case.hpp"

namespace interleak::oracle::forms {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kSeed = 20'230'320;

/// 1,000, or as many as POOL_FORMS says.
std::uint64_t designs() {
  const char* const wanted = std::getenv("POOL_FORMS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 1'000;
}

/// Blanks, quotes, commas and signs that mean something in one of the forms.
std::string odd_text(Random& random) {
  static const std::vector<std::string> pieces = {"a",  "b c",  "  ", " ", "#",      " #", "\"", "\\", ",",
                                                  ", ", "none", ":",  "=", "\u00e9", "{",  "'",  "//", "true"};
  std::string text;
  for (int i = random.below(6); i >= 0; --i) text += random.pick(pieces);
  return text;
}

scenario::Document tree_of(const std::string& text) {
  Diagnostics errors;
  scenario::Document document = scenario::read_design_tree(text, "", errors);
  for (const Diagnostic& d : errors)
    UNSCOPED_INFO(d.at.line << ":" << d.at.column << " " << d.code << " " << d.message);
  REQUIRE(errors.empty());
  return document;
}

std::string to_text(const std::string& text) { return scenario::pool_text(*tree_of(text).root); }
std::string json_of(const std::string& text) { return scenario::design_json(*tree_of(text).root); }

/// No two alike, as lists of a design must be.
Json odd_texts(Random& random) {
  Json texts = Json::array();
  for (int i = random.below(4); i > 0; --i) {
    const std::string text = odd_text(random);
    if (std::ranges::find(texts, Json(text)) == texts.end()) texts.push_back(text);
  }
  return texts;
}

/// A comment stands at each thing with a chance of one in five.
void add_comments(Json& design, Random& random) {
  const std::string text = design.dump();
  for (const std::string& anchor : scenario::pool_anchors(*tree_of(text).root)) {
    if (!random.one_in(5)) continue;
    Json comment;
    if (random.one_in(2)) comment["above"] = {"#" + std::string(random.one_in(2) ? " above" : ""), "# more"};
    if (comment.empty() || (anchor != "end" && random.one_in(2))) comment["beside"] = "# \"beside\", # it";
    if (anchor == "end") comment = {{"above", {"# the end"}}};
    design["comments"][anchor] = comment;
  }
}

/// And the protocol of which it names the kinds.
std::string random_json(Random& random, protocol::ProtocolPtr& protocol) {
  const Case each = random_case(Scale{}, random);
  protocol = each.scenario.protocol;
  Json design = Json::parse(to_json(each.design));
  if (random.one_in(4)) design["protocol"] = random.one_in(2) ? "rpc" : "redis";
  if (random.one_in(2)) design["title"] = odd_text(random);
  if (random.one_in(2)) design["source"] = odd_text(random);
  if (Json notes = odd_texts(random); !notes.empty()) design["leaves_out"] = std::move(notes);
  if (random.one_in(3)) design["extends"] = random.one_in(2) ? Json("base/one") : Json({"base/one", "two"});
  if (random.one_in(4)) design["part"] = random.one_in(2);
  for (auto& [name, lines] : design["procedures"].items()) {
    if (random.one_in(4)) lines.insert(lines.begin(), "# \"begins\"");
    if (random.one_in(4)) lines.insert(lines.begin() + 1, "");
    if (random.one_in(4)) lines.push_back("    # ends");
  }
  add_comments(design, random);
  return design.dump(2);
}

void check_same(const std::string& json, const std::string& text, const protocol::ProtocolPtr& protocol) {
  scenario::DesignLibrary a, b;
  Diagnostics errors;
  const auto left = a.add(json, "a", errors), right = b.add(text, "b", errors);
  REQUIRE(errors.empty());
  const scenario::WrittenDesign& before = a.written(*left);
  const scenario::WrittenDesign& after = b.written(*right);
  CHECK(before.given == after.given);
  CHECK(before.part == after.part);
  CHECK(before.design.title == after.design.title);
  CHECK(before.design.source == after.design.source);
  CHECK(before.design.extends == after.design.extends);
  CHECK(before.design.leaves_out == after.design.leaves_out);
  std::string wrong;
  scenario::Scenario nobody;
  nobody.protocol = protocol;
  nobody.tasks.emplace_back();
  const auto one = world_of({nobody, before.design}, wrong), two = world_of({nobody, after.design}, wrong);
  REQUIRE(one.has_value() == two.has_value());
  if (one) CHECK(certify::told_digest(*one) == certify::told_digest(*two));
}

TEST_CASE("random designs come through both forms as they were") {
  for (std::uint64_t number = 0; number < designs(); ++number) {
    Random random(kSeed, number);
    protocol::ProtocolPtr protocol;
    const std::string written = random_json(random, protocol);
    INFO("design " << number << "\n" << written);
    const std::string json = json_of(written), text = to_text(written);
    REQUIRE(json_of(text) == json);
    REQUIRE(to_text(json) == text);
    REQUIRE(scenario::format_pool_text(text) == scenario::format_pool_text(scenario::format_pool_text(text)));
    check_same(json, text, protocol);
  }
}

}  // namespace
}  // namespace interleak::oracle::forms

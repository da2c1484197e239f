// Positions, paths, limits and syntax errors of the JSON layer.
#include "sim/scenario/json.hpp"

#include <random>

#include "sim/scenario/glob.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/utf8.hpp"
#include "tests/catch.hpp"

namespace interleak::scenario {
namespace {

/// The only error of a text.
Diagnostic only_error(std::string_view text) {
  Diagnostics errors;
  read_json(text, errors);
  REQUIRE(errors.size() == 1);
  return errors[0];
}

Position where(const Document& document, const Value* value) {
  REQUIRE(value != nullptr);
  return document.position(value->span.offset);
}

TEST_CASE("values and keys know where they stand") {
  Diagnostics errors;
  const std::string text = "{\"a\" : [1, -20 ,true],\r\n  \"b \\\" c\":\t{\"d\": \"x\\u0041y\"}}";
  const Document document = read_json(text, errors);
  REQUIRE(errors.empty());
  const Value& root = *document.root;
  CHECK(root.span.length == text.size());
  const Value* a = root.find("a");
  CHECK(where(document, a) == Position{1, 8});
  CHECK(where(document, &a->items[1]) == Position{1, 12});
  CHECK(a->items[1].span.length == 3);
  CHECK(a->items[1].integer == -20);
  CHECK(a->items[2].span.length == 4);
  CHECK(document.path(a->items[2].span.offset) == "$.a[2]");
  const Member& b = root.members[1];
  CHECK(b.key == "b \" c");
  CHECK(document.position(b.key_span.offset) == Position{2, 3});
  CHECK(b.key_span.length == 8);
  const Value* d = b.value.find("d");
  CHECK(d->text == "xAy");
  CHECK(where(document, d) == Position{2, 19});
  CHECK(document.path(d->span.offset) == "$[\"b \" c\"].d");
}

TEST_CASE("a byte order mark is skipped, a number may end the text") {
  Diagnostics errors;
  const Document document = read_json("\xef\xbb\xbf 42", errors);
  REQUIRE(errors.empty());
  CHECK(document.root->integer == 42);
  CHECK(where(document, &*document.root) == Position{1, 5});
}

TEST_CASE("keys of dropped values are checked too") {
  Diagnostics errors;
  const Document document = read_json("{\"b\": 1, \"b\": {\"c\": 1, \"c\": {\"d\": [2], \"d\": 3}}, \"e\": 2}", errors);
  REQUIRE(errors.size() == 3);
  CHECK(errors[0].message == "duplicate key \"b\"");
  CHECK(errors[0].at == Position{1, 10});
  REQUIRE(errors[0].related.size() == 1);
  CHECK(errors[0].related[0].at == Position{1, 2});
  CHECK(errors[0].path == "$.b");
  CHECK(document.root->members.size() == 2);
  CHECK(document.root->find("b")->integer == 1);
  CHECK(document.root->find("e")->integer == 2);
}

TEST_CASE("an unclosed bracket is shown") {
  const Diagnostic d = only_error("{\n  \"a\": 1,\n  \"b\": {\"c\": [1, 2]\n\n");
  CHECK(d.code == "ILK0001");
  CHECK(d.message == "the file ends too early");
  CHECK(d.at == Position{3, 19});
  REQUIRE(d.related.size() == 1);
  CHECK(d.related[0].at == Position{3, 8});
  CHECK(d.related[0].message == "unclosed since 3:8");
}

TEST_CASE("syntax errors say what and where") {
  const Diagnostic comma = only_error("{\"a\": [1, 2,]}");
  CHECK(comma.code == "ILK0001");
  CHECK(comma.message == "unexpected ']'");
  CHECK(comma.at == Position{1, 13});
  const Diagnostic bracket = only_error("{\"a\": [1, 2}");
  CHECK(bracket.message == "unexpected '}'");
  CHECK(bracket.expected == "']'");
  CHECK(bracket.at == Position{1, 12});
  const Diagnostic literal = only_error("{\"a\":\n  trux}");
  CHECK(literal.message == "invalid literal");
  CHECK(literal.at == Position{2, 3});
  CHECK(literal.length == 4);
  const Diagnostic colon = only_error("{\"a\" 1}");
  CHECK(colon.expected == "':'");
  CHECK(colon.at == Position{1, 6});
  CHECK(only_error("{\"a\": \"x\ny\"}").at == Position{1, 9});
  CHECK(only_error("{} x").code == "ILK0007");
  CHECK(only_error("{} {\"a\": 1}").at == Position{1, 4});
  CHECK(only_error("\"abc").code == "ILK0001");
  CHECK(only_error("\xef\xbb").code == "ILK0003");
}

TEST_CASE("huge numbers") {
  const Diagnostic d = only_error("[1, 1e999]");
  CHECK(d.code == "ILK0006");
  CHECK(d.at == Position{1, 5});
  CHECK(d.length == 5);
  Diagnostics errors;
  const Document document = read_json("[99999999999999999999, 9223372036854775808, 1.0, -9223372036854775808]", errors);
  REQUIRE(errors.empty());
  CHECK(!document.root->items[0].integer);
  CHECK(!document.root->items[1].integer);
  CHECK(!document.root->items[2].integer);
  CHECK(document.root->items[3].integer == INT64_MIN);
}

TEST_CASE("deep nesting is refused, not followed") {
  const auto nested = [](int depth) {
    const auto n = static_cast<std::size_t>(depth);
    return std::string(n, '[') + std::string(n, ']');
  };
  Diagnostics errors;
  read_json(nested(kMaxNesting), errors);
  CHECK(errors.empty());
  const Diagnostic d = only_error(nested(kMaxNesting + 1));
  CHECK(d.code == "ILK0005");
  CHECK(d.at == Position{1, kMaxNesting + 1});
  CHECK(only_error(std::string(500000, '[')).code == "ILK0005");
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  CHECK(only_error(objects).code == "ILK0005");
}

TEST_CASE("texts that are not parsed at all") {
  const Diagnostic latin = only_error("{\n \"id\": \"caf\xe9\"}");
  CHECK(latin.code == "ILK0003");
  CHECK(latin.at == Position{2, 12});
  CHECK(only_error("").code == "ILK0004");
  CHECK(only_error(" \r\n\t").code == "ILK0004");
  CHECK(only_error("").at == Position{0, 0});
  CHECK(only_error(std::string(kMaxFileBytes + 1, ' ')).code == "ILK0002");
}

TEST_CASE("UTF-8 is decoded strictly") {
  CHECK(first_character("\xe2\x82\xac").code == 0x20ac);
  CHECK(first_character("\xf0\x9f\x98\x80!").length == 4);
  for (const char* bad :
       {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xff", "\xe2\x82", "\xc3("}) {
    CHECK(first_character(bad).length == 0);
  }
  CHECK(escaped("\xef\xbf\xbe\xef\xbf\xbd") == "\\u{fffe}\xef\xbf\xbd");   // a noncharacter, and U+FFFD
  CHECK(escaped("a\x1b[1m\n\xe2\x80\xae\xff\xc3\xa9") == "a\\u{1b}[1m\\n\\u{202e}\\xff\xc3\xa9");
  CHECK(ascii_only("\xc3\xa9") == "\\u{e9}");
}

TEST_CASE("quoted texts are escaped and cut") {
  CHECK(quote("a\tb") == "\"a\\tb\"");
  CHECK(quote(std::string(59, 'x') + "\xc3\xa9\xc3\xa9") == "\"" + std::string(59, 'x') + "...\"");
}

TEST_CASE("globs") {
  CHECK(glob_match("*", ""));
  CHECK(glob_match("redis-py-*/pool", "redis-py-4.5.1/pool"));
  CHECK(glob_match("a*b*c", "a/b/b/c"));
  CHECK(glob_match("?.*", "4.5"));
  CHECK_FALSE(glob_match("a*b*c", "a/b/b"));
  CHECK_FALSE(glob_match("a?", "a"));
  CHECK_FALSE(glob_match("", "a"));
  CHECK_FALSE(glob_match(std::string(60, '*') + "b", std::string(5000, 'a')));
  CHECK(glob_specificity("abc") > glob_specificity("abc*"));
  CHECK(glob_specificity("ab?") > glob_specificity("ab*"));
  CHECK(globs_overlap("a*", "*b"));
  CHECK(globs_overlap("*", "a?c"));
  CHECK(globs_overlap("", "**"));
  CHECK_FALSE(globs_overlap("a*", "b*"));
  CHECK_FALSE(globs_overlap("*x",
                            "?"
                            "y"));
  CHECK_FALSE(globs_overlap("", "?"));
}

/// The definition: the rests from i and from j have a common text.
bool naive_overlap(std::string_view a, std::string_view b) {
  if (a.empty() && b.empty()) return true;
  if (!a.empty() && a[0] == '*') return naive_overlap(a.substr(1), b) || (!b.empty() && naive_overlap(a, b.substr(1)));
  if (!b.empty() && b[0] == '*') return naive_overlap(b, a);
  const bool same = !a.empty() && !b.empty() && (a[0] == b[0] || a[0] == '?' || b[0] == '?');
  return same && naive_overlap(a.substr(1), b.substr(1));
}

TEST_CASE("whether globs can meet is what the definition says") {
  std::mt19937 random(1);
  const auto pattern = [&] {
    std::string text;
    for (std::size_t i = random() % 9; i > 0; --i) text += "ab*?*"[random() % 5];
    return text;
  };
  int met = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string a = pattern(), b = pattern();
    INFO(a << " and " << b);
    met += globs_overlap(a, b) ? 1 : 0;
    REQUIRE(globs_overlap(a, b) == naive_overlap(a, b));
  }
  CHECK(met > 5000);
  CHECK(met < 15'000);
  const std::string longest(kMaxGlobBytes, '?');
  CHECK(globs_overlap(longest, longest));
  CHECK(globs_overlap(longest, "*"));
  CHECK_FALSE(globs_overlap(longest, longest.substr(1)));
}

TEST_CASE("the keys of the outermost object, without the tree") {
  using Keys = std::set<std::string>;
  CHECK(root_keys(R"({"a": 1, "b": {"c": [{"d": 2}]}, "a": null, "e": [)") == Keys{"a", "b", "e"});
  CHECK(root_keys(R"({"a": {"b": 1}, "c")") == Keys{"a"});
  CHECK(root_keys(R"([{"a": 1}])").empty());
  CHECK(root_keys("").empty());
  CHECK(root_keys("{\"a\": \"\xff\"}").empty());
  for (const std::string_view text : {R"({"x": [1, {"y": 2}], "z": {}})", R"({"x": 1} trailing)", R"({"x": tru)",
                                      R"("x")", R"({"x": 1e999, "y": 1})"}) {
    Diagnostics ignored;
    const Document document = read_json(text, ignored);
    Keys keys;
    if (document.root) {
      for (const Member& member : document.root->members) keys.insert(member.key);
    }
    CHECK(root_keys(text) == keys);
  }
}

}  // namespace
}  // namespace interleak::scenario

// Scenario and design files, whole and broken.
#include "sim/scenario/reader.hpp"

#include <algorithm>
#include <random>

#include "sim/scenario/expectations.hpp"
#include "sim/scenario/glob.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/variants.hpp"
#include "tests/catch.hpp"

namespace interleak::scenario {
namespace {

constexpr std::string_view kFull = R"({ "interleak": 1, "id": "two-users", "title": "Two users",
  "description": "one\ntwo",
  "pool":   {"max": 2, "warm": 1},
  "server": {"may_be_silent": false},
  "tasks":  [{"id": "alice", "owner": "Alice A.", "do": [
               {"get": "history", "type": "list", "accepts": ["list"], "flow": "sidebar"},
               {"set": "name", "shared": true}, {"pipeline": ["a", "b", "a"], "node": 1}]},
             {"id": "bob", "do": [{"get": "history", "type": "list"}]}],
  "faults": {"cancel": {"who": ["bob"], "at": ["send", "receive"], "max": 1, "kind": "vanish"},
             "send_suspends": "may", "ready": "fifo"},
  "invariants": ["no-cross-user-reply", "no-zombie"],
  "designs": ["redis-py-4.5.1/pool", "redis-py-4.*"],
  "expect": {
    "redis-py-4.5.1/pool": {
      "no-cross-user-reply": {"verdict": "violated", "shortest": 8,
                              "witness": "alice*2 !alice bob", "because": "#2624"},
      "no-l*": {"verdict": "violated", "shortest": "<=9"},
      "counts": {"schedules": "104", "leak": "123456789012345678901234567890"} },
    "redis-py-8.1.0/cluster": {"*": "holds", "digest": "sha256:00"},
    "*": "any"
  },
  "variants": {"two-cancels": {"faults.cancel.max": 2, "tasks.1.owner": "Bob"},
               "calm": {"faults.cancel": {"max": 0}, "expect": {"*": {"*": "holds"}},
                        "server.may_be_silent": false},
               "dots": {"expect.redis-py-4.5.1/pool.counts.leak": "7"}}
})";

/// Shows the errors if the next check fails.
void explain(const Diagnostics& errors) {
  for (const Diagnostic& d : errors) {
    UNSCOPED_INFO(d.at.line << ":" << d.at.column << " " << d.message);
  }
}

std::vector<Scenario> good(std::string_view text) {
  Diagnostics errors;
  std::vector<Scenario> result = read_scenario(text, "f.json", errors);
  explain(errors);
  REQUIRE(errors.empty());
  return result;
}

Diagnostics bad(std::string_view text) {
  Diagnostics errors;
  CHECK(read_scenario(text, "f.json", errors).empty());
  CHECK_FALSE(errors.empty());
  for (const Diagnostic& d : errors) CHECK(d.file == "f.json");
  return errors;
}

/// A small scenario with more fields in front of its tasks.
std::string with(const std::string& fields) {
  return "{\"interleak\": 1, \"id\": \"x\",\n" + fields +
         ",\n\"tasks\": [{\"id\": \"a\", \"do\": [{\"get\": \"k\"}]}]}";
}

Diagnostic only(const std::string& text) {
  const Diagnostics errors = bad(text);
  explain(errors);
  REQUIRE(errors.size() == 1);
  return errors[0];
}

/// A small scenario with this list of tasks.
std::string with_tasks(const std::string& tasks) {
  return "{\"interleak\": 1, \"id\": \"x\",\n\"tasks\": [" + tasks + "]}";
}

TEST_CASE("a whole scenario") {
  const std::vector<Scenario> all = good(kFull);
  REQUIRE(all.size() == 4);
  const Scenario& s = all[0];
  CHECK(s.id == "two-users");
  CHECK(s.description == "one\ntwo");
  CHECK(s.pool_max == 2);
  CHECK(s.pool_warm == 1);
  CHECK(s.file == "f.json");
  REQUIRE(s.tasks.size() == 2);
  CHECK(s.tasks[0].owner == "Alice A.");
  CHECK(s.tasks[1].owner == "bob");
  CHECK(s.tasks[1].at == Position{8, 14});
  const auto& operations = s.tasks[0].operations;
  REQUIRE(operations.size() == 3);
  CHECK(operations[0].accepts == std::vector<std::string>{"list"});
  CHECK(operations[0].flow == "sidebar");
  CHECK(operations[1].does == "set");
  CHECK(operations[1].shared);
  CHECK_FALSE(operations[0].shared);
  CHECK(operations[1].accepts == std::vector<std::string>{"ok"});
  CHECK(operations[2].keys == std::vector<std::string>{"a", "b", "a"});
  CHECK(operations[2].accepts == std::vector<std::string>{"value"});
  CHECK(operations[2].node == 1);
  CHECK(s.cancel.who == std::vector<std::string>{"bob"});
  CHECK(s.cancel.at == 0b110);
  CHECK(s.cancel.kind == CancelKind::vanish);
  CHECK(s.send_suspends == design::SendSuspends::may);
  CHECK(s.ready == Ready::fifo);
  CHECK(s.designs.size() == 2);
  REQUIRE(s.expectations.size() == 4);
  CHECK(s.expectations[0].shortest == 8);
  CHECK(s.expectations[0].witness == "alice*2 !alice bob");
  CHECK(s.expectations[0].at == Position{15, 7});
  CHECK(s.expectations[1].shortest_at_most == 9);
  CHECK(s.expectations[3].verdict == "any");
  REQUIRE(s.expected_counts.size() == 1);
  CHECK(s.expected_counts[0].counts.at("leak") == "123456789012345678901234567890");
  REQUIRE(s.expected_designs.size() == 3);
  CHECK(s.expected_designs[0] == ExpectedDesign{"redis-py-4.5.1/pool", {14, 5}, 21});
  CHECK(s.expected_designs[1].glob == "redis-py-8.1.0/cluster");
  CHECK(s.expected_designs[2].glob == "*");
}

TEST_CASE("variants override by path") {
  const std::vector<Scenario> all = good(kFull);
  CHECK(all[0].variant.empty());
  CHECK(all[1].variant == "two-cancels");
  CHECK(all[1].cancel.max == 2);
  CHECK(all[1].cancel.kind == CancelKind::vanish);
  CHECK(all[1].tasks[1].owner == "Bob");
  CHECK(all[2].cancel.max == 0);
  CHECK(all[2].cancel.who.empty());
  CHECK(all[2].expectations.size() == 1);
  CHECK(all[3].expected_counts[0].counts.at("leak") == "7");
}

TEST_CASE("the smallest scenario") {
  const Scenario s = good(with("\"ready\": \"any\""))[0];
  CHECK(s.pool_max == 1);
  CHECK(s.pool_warm == -1);
  CHECK(s.cancel.max == 0);
  CHECK(s.cancel.at == kAnyAwait);
  CHECK(!s.send_suspends);
  CHECK(s.invariants.empty());
}

TEST_CASE("errors in variants point into the variant") {
  const Diagnostic type = only(with(R"("variants": {"v": {"pool.max": "2"}})"));
  CHECK(type.code == "ILK0014");
  CHECK(type.at == Position{2, 32});
  CHECK(type.path == "$.variants.v[\"pool.max\"]");
  const Diagnostic field = only(with(R"("variants": {"v": {"faults.cancle.max": 2}})"));
  CHECK(field.code == "ILK0012");
  CHECK(field.at == Position{2, 20});
  CHECK(field.help == "did you mean \"cancel\"?");
  const Diagnostic far = only(with(R"("pool": {"max": 2, "warm": 2}, )"
                                   R"("variants": {"v": {"pool.max": 1}})"));
  CHECK(far.code == "ILK0021");
  CHECK(far.at == Position{2, 45});
  CHECK(far.related.size() == 2);
  CHECK(only(with(R"("variants": {"v": {"id.x": 2}})")).code == "ILK0022");
  CHECK(only(with(R"("variants": {"v": {"tasks.7.id": "x"}})")).code == "ILK0022");
  CHECK(only(with(R"("variants": {"v": {"pool..max": 2}})")).code == "ILK0022");
  CHECK(only(with(R"("variants": {"v": {"": 2}})")).code == "ILK0022");
  const Diagnostics both = bad(with(R"("variants": {"v": {"a..b": 2, "pool.max": 0}})"));
  CHECK(both.size() == 2);
  std::string deep(200, '.');
  for (std::size_t i = 0; i < deep.size(); i += 2) deep[i] = 'a';
  CHECK(only(with("\"variants\": {\"v\": {\"" + deep + "a\": 2}}")).code == "ILK0022");
}

TEST_CASE("an error of the file is not repeated for its variants") {
  const Diagnostics errors = bad(with(R"("pool": {"max": 0}, "variants": {"a": {"ready": "fifo"}, "b": {}})"));
  CHECK(errors.size() == 1);
}

/// A tree with its places.
std::string shown(const Value& value) {
  std::string out = std::to_string(static_cast<int>(value.kind)) + "@" + std::to_string(value.span.offset) + "+" +
                    std::to_string(value.span.length) + value.text + (value.boolean ? "!" : "");
  if (value.integer) out += std::to_string(*value.integer);
  for (const Value& item : value.items) out += "[" + shown(item) + "]";
  for (const Member& member : value.members) {
    out += "{" + member.key + "@" + std::to_string(member.key_span.offset) + ":" + shown(member.value) + "}";
  }
  return out;
}

TEST_CASE("what a variant changes is taken back, so that the next one finds the file as it is") {
  const std::string tree = R"({"a": {"b": {"c": 1, "d": [1, {"e": 2}, "x"]}, "b.c": 3}, "f": [[1], [2, 3]], "g": "t"})";
  std::mt19937 random(1);
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g", "b.c", "0", "1", "2", "new", "z"};
  const std::vector<std::string> values = {"1", "{}", "[]", "\"s\"", R"({"b": {"c": {"d": 1}}})", "[1, [2], 3]"};
  std::size_t changed = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string overrides;
    for (std::size_t i = 1 + random() % 6; i > 0; --i) {
      std::string path = names[random() % names.size()];
      for (std::size_t step = random() % 4; step > 0; --step) path += "." + names[random() % names.size()];
      overrides += (overrides.empty() ? "\"" : ", \"") + path + "\": " + values[random() % values.size()];
    }
    const std::string text = "{\"tree\": " + tree + ", \"overrides\": {" + overrides + "}}";
    INFO(overrides);
    Diagnostics errors;
    const Document document = read_json(text, errors);
    Value root = *document.root->find("tree");
    const std::string before = shown(root);
    Context context(document, errors);
    Changes changes = apply_overrides(context, *document.root->find("overrides"), root);
    changed += shown(root) != before ? 1 : 0;
    changes.take_back(root);
    REQUIRE(shown(root) == before);
  }
  CHECK(changed > 1000);
}

TEST_CASE("a variant that leaves the expectations alone has those of the file") {
  const auto all = good(with(R"("expect": {"*": {"no-l*": "holds", "counts": {"leak": "0"}}, "a": "any"},)"
                             R"("variants": {"same": {"ready": "fifo"}, "other": {"expect.b": "holds"}})"));
  REQUIRE(all.size() == 3);
  CHECK(all[1].expectations.size() == all[0].expectations.size());
  CHECK(all[1].expected_counts.size() == 1);
  CHECK(all[1].expected_designs == all[0].expected_designs);
  CHECK(all[2].expectations.size() == all[0].expectations.size() + 1);
  CHECK(only(with(R"("expect": {"a": "any"}, "variants": {"v": {"expect.a": "nonsense"}})")).code == "ILK0016");
}

TEST_CASE("an object that is refused for its size is not searched for each path") {
  std::string many = "\"expect\": {";
  for (int i = 0; i < 2000; ++i) many += (i == 0 ? "\"d" : ", \"d") + std::to_string(i) + "\": \"any\"";
  const auto errors = bad(with(many + "}, \"variants\": {\"v\": {\"expect.d7\": \"holds\"}}"));
  REQUIRE(errors.size() == 2);
  CHECK(errors[0].code == "ILK0015");
  CHECK(errors[1].code == "ILK0022");
}

TEST_CASE("unknown fields get a suggestion") {
  const Diagnostic d = only(with("\"pool\": {\"mx\": 1}"));
  CHECK(d.code == "ILK0012");
  CHECK(d.at == Position{2, 10});
  CHECK(d.length == 4);
  CHECK(d.path == "$.pool.mx");
  CHECK(d.expected == "one of: max, warm, nodes");
}

TEST_CASE("fields that are missing, wrong or out of range") {
  const Diagnostics nothing = bad("{}");
  REQUIRE(nothing.size() == 3);
  CHECK(nothing[0].code == "ILK0013");
  CHECK(nothing[0].path == "$.interleak");
  CHECK(only("[]").code == "ILK0014");
  CHECK(only("3").code == "ILK0014");
  CHECK(only(with("\"pool\": 3")).message == "this is a number");
  CHECK(only(with("\"pool\": {\"max\": 9}")).code == "ILK0015");
  CHECK(only(with("\"pool\": {\"max\": 99999999999999999999}")).code == "ILK0015");
  CHECK(only(with("\"pool\": {\"max\": 1.5}")).code == "ILK0014");
  CHECK(only(with("\"pool\": {\"max\": true}")).expected == "an integer from 1 to 8");
  CHECK(only(with("\"pool\": {\"max\": 4, \"nodes\": 3}")).code == "ILK0021");
  CHECK(only(with("\"title\": \"a\\u001b[1m\"")).code == "ILK0019");
  CHECK(only(with("\"ready\": \"fif\"")).help.find("fifo") != std::string::npos);
  CHECK(good(with("\"server\": {\"may_be_silent\": true}")).front().may_be_silent);
  CHECK(only(with("\"server\": {\"may_be_silent\": 1}")).code == "ILK0014");
  CHECK(only(with("\"invariants\": [\"no-leek\"]")).help == "did you mean \"no-leak\"?");
  CHECK(only(with("\"invariants\": [\"no-leak\", \"no-leak\"]")).code == "ILK0017");
  CHECK(only(with("\"invariants\": []")).code == "ILK0015");
  CHECK(only("{\"interleak\": 2, \"id\": \"x\", \"tasks\": [{\"id\": \"a\", \"do\": [{\"get\": "
             "\"k\"}]}]}")
            .code == "ILK0010");
}

TEST_CASE("tasks") {
  const std::string run = R"("do": [{"get": "k"}])";
  CHECK(only(with_tasks("{\"id\": \"a\", " + run + "},{\"id\": \"a\", " + run + "}")).code == "ILK0017");
  for (const char* id : {"srv", "net.1", "krn.x", "rst", "tmo", "sil", "psh", "flu", "!a", "a b", "a*2", ""}) {
    const std::string task = "{\"id\": \"" + std::string(id) + "\", " + run + "}";
    const std::string code = only(with_tasks(task)).code;
    CHECK((code == "ILK0019" || code == "ILK0015"));
  }
  CHECK(good(with_tasks("{\"id\": \"server\", " + run + "}")).size() == 1);
  CHECK(only(with_tasks("")).code == "ILK0015");
  CHECK(only(with_tasks(R"({"id": "a", "do": []})")).code == "ILK0015");
  CHECK(only(with_tasks(R"({"id": "a", "do": [{"type": "t"}]})")).code == "ILK0013");
  CHECK(only(with_tasks(R"({"id": "a", "do": [{"get": "a", "set": "b"}]})")).code == "ILK0021");
  CHECK(only(with_tasks(R"({"id": "a", "do": [{"get": "a", "node": 2}]})")).code == "ILK0015");
  CHECK(only(with_tasks(R"({"id": "a", "do": [{"pipeline": []}]})")).code == "ILK0015");
  std::string many;
  for (int i = 0; i <= kMaxTasks; ++i) {
    many += std::string(i > 0 ? "," : "") + "{\"id\": \"t" + std::to_string(i) + "\", " + run + "}";
  }
  CHECK(only(with_tasks(many)).code == "ILK0015");
}

TEST_CASE("faults") {
  const auto cancel = [](const std::string& fields) {
    return only(with("\"faults\": {\"cancel\": {" + fields + "}}"));
  };
  CHECK(cancel("").code == "ILK0013");
  CHECK(cancel("\"max\": 17").code == "ILK0015");
  CHECK(cancel("\"max\": 1e999").code == "ILK0006");
  CHECK(cancel(R"("max": 1, "kind": "rase")").help == "did you mean \"raise\"?");
  CHECK(cancel(R"("max": 1, "who": ["b"])").message == "unknown task \"b\"");
  CHECK(cancel(R"("max": 1, "who": "a")").help == "for one name write [\"a\"]");
  CHECK(cancel(R"("max": 1, "who": [])").code == "ILK0015");
  CHECK(cancel(R"("max": 1, "at": ["yield"])").code == "ILK0016");
  CHECK(cancel(R"("max": 1, "at": 1)").code == "ILK0014");
  CHECK(only(with(R"("ready": "any", "faults": {"ready": "fifo"})")).code == "ILK0021");
}

TEST_CASE("expectations") {
  const auto expect = [](const std::string& entries) { return only(with("\"expect\": {" + entries + "}")); };
  CHECK(expect(R"("d": {"no-leek": "holds"})").help == "did you mean \"no-leak\"?");
  CHECK(expect(R"("d": {"no-x*": "holds"})").code == "ILK0016");
  CHECK(expect(R"("d": {"*": "hold"})").help == "did you mean \"holds\"?");
  CHECK(expect(R"("d": {"*": {"verdict": "violated", "shortest": "<9"}})").code == "ILK0015");
  CHECK(expect(R"("d": {"*": {"verdict": "violated", "shortest": "<=-1"}})").code == "ILK0015");
  CHECK(expect(R"("d": {"*": {"verdict": "holds", "shortest": 3}})").code == "ILK0021");
  CHECK(expect(R"("d": {"*": {"shortest": 3}})").code == "ILK0013");
  CHECK(expect(R"("d": {"counts": {"leak": 32}})").help == "counts can be huge, write a string: \"32\"");
  CHECK(expect(R"("d": {"counts": {"leak": "3x"}})").code == "ILK0019");
  CHECK(expect(R"("d": 7)").code == "ILK0014");
  CHECK(expect(R"("d e": "any")").code == "ILK0019");
  const Diagnostic clash = expect(R"("a*": "any", "*b": "holds")");
  CHECK(clash.code == "ILK0031");
  CHECK(clash.at == Position{2, 25});
  REQUIRE(clash.related.size() == 1);
  CHECK(clash.related[0].at == Position{2, 12});
  CHECK(expect(R"("d": {"no-l*": "any", "*-leak": "any", "no-*k": "any"})").code == "ILK0031");
  good(with(R"("expect": {"a*": "any", "b*": "any", "a*c": "any", "*": {"*": "holds"}})"));
  good(with(R"("expect": {"a*": {"no-leak": "any"}, "*b": {"no-zombie": "any"}})"));
}

/// The definition: the same specificity for both, some invariant that both match, some design that both may.
bool naive_clash(const Expectation& a, const Expectation& b) {
  if (glob_specificity(a.design) != glob_specificity(b.design)) return false;
  if (glob_specificity(a.invariant) != glob_specificity(b.invariant)) return false;
  const auto& names = invariant_names();
  return globs_overlap(a.design, b.design) && std::any_of(names.begin(), names.end(), [&](const auto& name) {
           return glob_match(a.invariant, name) && glob_match(b.invariant, name);
         });
}

TEST_CASE("expectations clash as the definition says") {
  const std::vector<std::string> designs = {"*", "?*", "*?", "a*", "*a", "a?", "?a", "ab", "a*b", "*b", "b*", "??"};
  const std::vector<std::string> invariants = {"*",       "no-*",  "*-leak", "no-l*",        "no-?e*",
                                               "no-leak", "idle*", "*-*k",   "no-lost-slot", "no-z*"};
  std::mt19937 random(7);
  std::size_t clashes = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string block;
    std::vector<Expectation> entries;
    auto globs = designs;
    std::shuffle(globs.begin(), globs.end(), random);
    for (std::size_t d = 0; d < 1 + random() % 5; ++d) {
      auto names = invariants;
      std::shuffle(names.begin(), names.end(), random);
      std::string under;
      for (std::size_t i = 0; i < 1 + random() % 3; ++i) {
        under += (under.empty() ? "\"" : ", \"") + names[i] + "\": \"any\"";
        entries.emplace_back().design = globs[d];
        entries.back().invariant = names[i];
      }
      block += (block.empty() ? "\"" : ", \"") + globs[d] + "\": {" + under + "}";
    }
    std::size_t expected = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto before = entries.begin() + static_cast<std::ptrdiff_t>(i);
      expected +=
          std::any_of(entries.begin(), before, [&](const auto& other) { return naive_clash(entries[i], other); }) ? 1
                                                                                                                  : 0;
    }
    INFO(block);
    Diagnostics errors;
    read_scenario(with("\"expect\": {" + block + "}"), "s.json", errors);
    CHECK(std::count_if(errors.begin(), errors.end(), [](const auto& d) { return d.code == "ILK0031"; }) ==
          static_cast<std::ptrdiff_t>(expected));
    CHECK(errors.size() == expected);
    clashes += expected;
  }
  CHECK(clashes > 100);
}

TEST_CASE("broken texts") {
  CHECK(only("").code == "ILK0004");
  CHECK(only(with("\"id\": \"y\"")).code == "ILK0018");
  CHECK(only(std::string(kFull.substr(0, kFull.size() - 2))).related.size() == 1);
  CHECK(only(std::string(100000, '[')).code == "ILK0005");
  CHECK(only("\xff").code == "ILK0003");
}

TEST_CASE("every cut of a scenario is refused, none crashes") {
  for (std::size_t length = 0; length + 1 < kFull.size(); length += 7) {
    Diagnostics errors;
    CHECK(read_scenario(kFull.substr(0, length), "f", errors).empty());
    CHECK_FALSE(errors.empty());
  }
}

TEST_CASE("errors come in file order, without repetition, and not without end") {
  const Diagnostics errors = bad(with(R"("ready": 1, "pool": {"x": 1, "max": 0}, "faults": 2)"));
  REQUIRE(errors.size() == 4);
  CHECK(std::is_sorted(errors.begin(), errors.end(),
                       [](const auto& a, const auto& b) { return a.at.column < b.at.column; }));
  std::string many = "\"pool\": {";
  for (int i = 0; i < 50000; ++i) many += "\"f" + std::to_string(i) + "\": 0, ";
  CHECK(bad(with(many + "\"max\": 1}")).size() == 100);
}

// Designs.

std::string design_text(const std::string& id, const std::string& fields, const std::string& procedures) {
  return "{\"interleak\": 1, \"id\": \"" + id + "\",\n" + fields + "\"procedures\": {" + procedures + "}}";
}

const std::string kExecute = R"("execute": ["take", "put"])";

std::string add(DesignLibrary& library, const std::string& text) {
  Diagnostics errors;
  const auto id = library.add(text, "d.json", errors);
  explain(errors);
  REQUIRE(errors.empty());
  return id.value();
}

Diagnostics refused(const std::string& text) {
  DesignLibrary library;
  Diagnostics errors;
  CHECK(!library.add(text, "d.json", errors));
  CHECK_FALSE(errors.empty());
  return errors;
}

TEST_CASE("designs inherit") {
  DesignLibrary library;
  add(library, design_text("prelude", R"("queues": {"pool": ["waiters"]},)", R"("acquire": ["take"])"));
  add(library, design_text("base/pool",
                           R"("pool": {"order": "fifo", "readers": "queue",
                                       "handshake": ["AUTH", "AUTH"]},
                              "send_suspends": "after", "leaves_out": ["timeouts"],
                              "variables": {"op": {"tries": 0, "x": 1}},
                              "queues": {"conn": ["lockers"]},
                              "stores": {"pool": {"cache": "by key", "last": "one"}},)",
                           kExecute));
  add(library, design_text("child/pool",
                           R"("title": "T", "extends": "base/pool", "pool": {"order": "lifo"},
                              "variables": {"op": {"x": 2}},
                              "queues": {"pool": ["waiters", "more"]},
                              "stores": {"pool": {"cache": "by name", "own": "by key"}},)",
                           R"("acquire": ["pass"])"));
  Diagnostics errors;
  const design::Design d = library.find("child/pool", errors).value();
  CHECK(d.id == "child/pool");
  CHECK(d.title == "T");
  CHECK(d.extends == std::vector<std::string>{"base/pool"});
  CHECK(d.order == design::Order::lifo);
  CHECK(d.readers == design::Readers::queue);
  CHECK(d.handshake.size() == 2);
  CHECK(d.send_suspends == design::SendSuspends::after);
  CHECK(d.leaves_out.size() == 1);
  CHECK(d.op_variables == std::map<std::string, int>{{"tries", 0}, {"x", 2}});
  CHECK(d.conn_queues == std::vector<std::string>{"lockers"});
  CHECK(d.pool_queues == std::vector<std::string>{"waiters", "more"});
  using design::Places;
  CHECK(d.pool_stores ==
        std::map<std::string, Places>{{"cache", Places::by_name}, {"last", Places::one}, {"own", Places::by_key}});
  CHECK(d.procedures.at("acquire").origin == "child/pool");
  CHECK(d.procedures.at("execute").origin == "base/pool");
  CHECK(d.procedures.at("execute").block.size() == 2);
  CHECK(library.ids() == std::vector<std::string>{"base/pool", "child/pool"});
  CHECK(library.matching("all").size() == 2);
  CHECK(library.matching("c*") == std::vector<std::string>{"child/pool"});
  CHECK(library.find("prelude", errors));
  CHECK(errors.empty());
}

TEST_CASE("a design is put together from parts, from left to right") {
  DesignLibrary library;
  add(library, R"({"interleak": 1, "id": "prelude", "procedures": {
                   "open": ["await connect"], "exchange": ["pass"]}})");
  add(library, design_text("part/a", R"("leaves_out": ["a"], "pool": {"order": "fifo"},)",
                           R"("open": ["pass"], "one": ["pass"])"));
  add(library,
      design_text("part/b", R"("part": true, "leaves_out": ["b"],)", R"("one": ["take"], "execute": ["pass"])"));
  add(library, R"({"interleak": 1, "id": "whole", "extends": ["part/a", "part/b"],
                   "leaves_out": ["a", "c"], "procedures": {"execute": ["call one"]}})");
  add(library, R"({"interleak": 1, "id": "again", "extends": ["whole", "part/a"]})");
  Diagnostics errors;
  for (const std::string id : {"whole", "again"}) {
    const design::Design d = library.find(id, errors).value();
    CHECK(d.procedures.at("open").origin == "part/a");  // the prelude does not come back
    CHECK(d.procedures.at("one").origin == "part/b");   // nor does a part that was there before
    CHECK(d.procedures.at("exchange").origin == "prelude");
    CHECK(d.order == design::Order::fifo);
    CHECK(d.leaves_out == std::vector<std::string>{"a", "b", "c"});
  }
  CHECK(library.ids() == std::vector<std::string>{"again", "whole"});
  CHECK(refused(design_text("x", R"("extends": ["whole", "whole"],)", kExecute))[0].code == "ILK0017");
  CHECK(refused(R"({"interleak": 1, "id": "x"})")[0].code == "ILK0013");
}

TEST_CASE("lines of listings know their place in the file") {
  DesignLibrary library;
  add(library, design_text("a", "", "\n  \"execute\": [\"if connected:\",\n    \"  put\"]"));
  Diagnostics errors;
  const design::Design d = library.find("a", errors).value();
  const design::Procedure& execute = d.procedures.at("execute");
  CHECK(execute.lines[0].at == Position{3, 16});
  CHECK(execute.block[0].at == Position{3, 16});
  CHECK(execute.block[0].clauses[0].block[0].at == Position{4, 8});
  const Diagnostics bad_line = refused(design_text("a", "", "\"execute\": [\"take\", \"tkae\"]"));
  CHECK(bad_line[0].at == Position{2, 37});
  CHECK(bad_line[0].file == "d.json");
  CHECK(bad_line[0].path.find("$.procedures.execute") == 0);
}

TEST_CASE("a second design of the same id replaces the first") {
  DesignLibrary library;
  add(library, design_text("a", "\"title\": \"one\",", kExecute));
  add(library, design_text("a", "\"title\": \"two\",", kExecute));
  Diagnostics errors;
  CHECK(library.find("a", errors)->title == "two");
}

TEST_CASE("parents that are missing or go round in a circle") {
  DesignLibrary library;
  add(library, design_text("a", "\"extends\": \"b\",", kExecute));
  add(library, design_text("b", "\"extends\": \"a\",", kExecute));
  add(library, design_text("self", "\"extends\": \"self\",", kExecute));
  add(library, design_text("orphan", "\"extends\": \"selv\",", kExecute));
  const auto error = [&](const std::string& id) {
    Diagnostics errors;
    CHECK(!library.find(id, errors));
    REQUIRE(errors.size() == 1);
    return errors[0];
  };
  CHECK(error("a").message == "a design extends itself: a -> b -> a");
  CHECK(error("self").code == "ILK0024");
  CHECK(error("orphan").code == "ILK0023");
  CHECK(error("orphan").at == Position{2, 12});
  CHECK(error("orphan").help == "did you mean \"self\"?");
  CHECK(error("orphaned").help == "did you mean \"orphan\"?");
}

TEST_CASE("who lacks a parent is not offered as that parent, nor is who inherits from it") {
  DesignLibrary library;
  add(library, design_text("pool/a", "\"extends\": \"pool/b\",", kExecute));
  add(library, design_text("pool/c", "\"extends\": \"pool/a\",", kExecute));
  const auto help = [&] {
    Diagnostics errors;
    CHECK(!library.find("pool/a", errors));
    REQUIRE(errors.size() == 1);
    return errors[0].help;
  };
  CHECK(help() == "");
  add(library, design_text("pool/d", "", kExecute));
  CHECK(help() == "did you mean \"pool/d\"?");
}

TEST_CASE("broken designs") {
  CHECK(refused("{}").size() == 3);
  CHECK(refused("")[0].code == "ILK0004");
  CHECK(refused(design_text("a", "\"pool\": {\"order\": \"lilo\"},", kExecute))[0].help == "did you mean \"lifo\"?");
  CHECK(refused(design_text("a", "\"variables\": {\"op\": {\"x\": 256}},", kExecute))[0].code == "ILK0015");
  CHECK(refused(design_text("a", "\"variables\": {\"op\": {\"1x\": 1}},", kExecute))[0].code == "ILK0019");
  CHECK(refused(design_text("a", "\"queues\": {\"op\": []},", kExecute))[0].code == "ILK0012");
  CHECK(refused(design_text("a", "", "\"execute\": []"))[0].code == "ILK0015");
  CHECK(refused(design_text("a", "", "\"execute\": [\"take\\nput\"]"))[0].code == "ILK0019");
  CHECK(refused(design_text("a", "", "\"execute\": [1, \"put\"]"))[0].code == "ILK0014");
  CHECK(refused(design_text("a b", "", kExecute))[0].code == "ILK0019");
}

TEST_CASE("a design is told from a scenario") {
  CHECK(looks_like_design(design_text("a", "", kExecute)));
  CHECK(looks_like_design("{\"procedures\": {\"execute\": [\"take\","));
  CHECK_FALSE(looks_like_design(kFull));
  CHECK_FALSE(looks_like_design("[1"));
  CHECK_FALSE(looks_like_design(""));
}

}  // namespace
}  // namespace interleak::scenario

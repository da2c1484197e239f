// Who inherits what: against a walk up from each design, and what is said of circles and long chains.
#include "sim/scenario/lineage.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "sim/scenario/design_head.hpp"
#include "tests/catch.hpp"

namespace interleak::scenario {
namespace {

using Names = std::vector<std::string>;

/// A library in which each design extends the named ones; some have an `execute`.
class Library {
 public:
  void add(const std::string& id, const Names& parents, bool execute = true) {
    parents_[id] = parents;
    execute_[id] = execute;
    std::string list;
    for (const std::string& parent : parents) list += (list.empty() ? "\"" : ", \"") + parent + "\"";
    const std::string extends = parents.empty() ? "" : "\"extends\": [" + list + "], ";
    const std::string listing = execute ? "\"execute\": [\"pass\"]" : "\"other\": [\"pass\"]";
    Diagnostics errors;
    library_.add("{\"interleak\": 1, \"id\": \"" + id + "\", " + extends + "\"procedures\": {" + listing + "}}",
                 id + ".json", errors);
    REQUIRE(errors.empty());
  }

  const DesignLibrary& library() const { return library_; }
  const std::map<std::string, Names>& parents() const { return parents_; }

  /// The only error of a design that cannot be put together.
  Diagnostic error_of(const std::string& id) const {
    Diagnostics errors;
    CHECK_FALSE(library_.find(id, errors));
    REQUIRE(errors.size() == 1);
    CHECK(library_.lineage(id).empty());
    return errors[0];
  }

  /// By a walk up, each design once; nothing if it meets itself, or what does not exist.
  std::optional<Names> walked(const std::string& id) const {
    Names order, path;
    if (parents_.count("prelude") != 0 && !walk("prelude", path, order)) return std::nullopt;
    if (!walk(id, path, order)) return std::nullopt;
    return order;
  }

  bool runs(const Names& order) const {
    return std::any_of(order.begin(), order.end(), [&](const auto& each) { return execute_.at(each); });
  }

 private:
  bool walk(const std::string& id, Names& path, Names& order) const {
    if (parents_.count(id) == 0) return false;
    if (std::find(path.begin(), path.end(), id) != path.end()) return false;
    if (std::find(order.begin(), order.end(), id) != order.end()) return true;
    path.push_back(id);
    for (const std::string& parent : parents_.at(id)) {
      if (!walk(parent, path, order)) return false;
    }
    path.pop_back();
    order.push_back(id);
    return true;
  }

  DesignLibrary library_;
  std::map<std::string, Names> parents_;
  std::map<std::string, bool> execute_;
};

std::string name(std::size_t n) { return "d" + std::to_string(n); }

TEST_CASE("lineages are what a walk up from each design finds") {
  std::mt19937 random(1);
  std::size_t good = 0, bad = 0;
  for (int round = 0; round < 300; ++round) {
    Library library;
    const std::size_t count = 2 + random() % 9;
    const bool circles = round % 3 == 0;   // else parents come before their children
    if (round % 2 == 0) library.add("prelude", {}, random() % 4 == 0);
    for (std::size_t d = 0; d < count; ++d) {
      Names parents;
      for (std::size_t i = random() % 4; i > 0; --i) {
        const std::string parent = name(random() % (circles ? count : d + 1) + (random() % 20 == 0 ? 50 : 0));
        const bool twice = std::find(parents.begin(), parents.end(), parent) != parents.end();
        if (!twice && (circles || parent != name(d))) parents.push_back(parent);
      }
      library.add(name(d), parents, random() % 3 == 0);
    }
    for (const auto& [id, parents] : library.parents()) {
      INFO("round " << round << ", " << id);
      const auto expected = library.walked(id);
      Diagnostics errors;
      CHECK(library.library().find(id, errors).has_value() == expected.has_value());
      CHECK(errors.empty() == expected.has_value());
      CHECK(library.library().lineage(id) == expected.value_or(Names()));
      if (expected) CHECK(library.library().runs(id) == (id != "prelude" && library.runs(*expected)));
      (expected ? good : bad) += 1;
    }
  }
  CHECK(good > 500);
  CHECK(bad > 200);
}

TEST_CASE("a circle is one error, whoever asks") {
  Library library;
  library.add("x/c", {"x/a"});
  library.add("x/a", {"x/b"});
  library.add("x/b", {"x/c"});
  library.add("x/beside", {"x/b"});
  library.add("x/below", {"x/beside"});
  const Diagnostic error = library.error_of("x/a");
  CHECK(error.code == "ILK0024");
  CHECK(error.message == "a design extends itself: x/a -> x/b -> x/c -> x/a");
  CHECK(error.file == "x/c.json");
  for (const std::string id : {"x/b", "x/c", "x/beside", "x/below"}) {
    const Diagnostic same = library.error_of(id);
    CHECK(same.message == error.message);
    CHECK(same.file == error.file);
    CHECK(same.at == error.at);
  }
}

TEST_CASE("of a long circle the message shows both ends") {
  Library library;
  constexpr std::size_t kLength = 5000;
  for (std::size_t i = 0; i < kLength; ++i)
    library.add("d" + std::to_string(10'000 + i), {"d" + std::to_string(10'000 + (i + 1) % kLength)});
  const Diagnostic error = library.error_of("d12345");
  CHECK(error.message ==
        "a design extends itself: d10000 -> d10001 -> d10002 -> d10003 -> ... 4993 more ... -> "
        "d14997 -> d14998 -> d14999 -> d10000");
}

TEST_CASE("many circles through one design are told by the shortest") {
  Library library;
  library.add("m", {"a", "b", "c"});
  library.add("a", {"b"});
  library.add("b", {"c"});
  library.add("c", {"m"});
  CHECK(library.error_of("a").message == "a design extends itself: a -> b -> c -> m -> a");
  CHECK(library.error_of("m").message == library.error_of("a").message);
}

TEST_CASE("a design is put together from so many others at most") {
  Library chain;
  chain.add(name(0), {});
  for (std::size_t i = 1; i < 1000; ++i) chain.add(name(i), {name(i - 1)}, false);
  CHECK(chain.library().lineage(name(kMaxAncestors)).size() == kMaxAncestors + 1);
  const Diagnostic error = chain.error_of(name(kMaxAncestors + 1));
  CHECK(error.code == "ILK0025");
  CHECK(error.file == name(kMaxAncestors + 1) + ".json");
  CHECK(chain.error_of(name(999)).file == error.file);   // they have the same mistake
  Library fan;
  Names some;
  for (std::size_t i = 0; i < 80; ++i) {
    fan.add(name(i), {});
    some.push_back(name(i));
    if (some.size() == 16) {
      fan.add("of" + std::to_string(i), some);
      some.clear();
    }
  }
  fan.add("few", {"of15", "of31", "of47"});
  fan.add("many", {"of15", "of31", "of47", "of63"});
  CHECK(fan.library().lineage("few").size() == 3 * 17 + 1);
  CHECK(fan.error_of("many").code == "ILK0025");
}

TEST_CASE("a design says who it is, whatever else is wrong with it") {
  const auto head = [](const char* text) { return design_head(text, ""); };
  CHECK(head(R"({"interleak": 1, "id": "my/pool", "procedures": {"execute": ["tkae"]}})").id == "my/pool");
  CHECK(head(R"({"interleak": 1, "id": "my/pool", "procedures": {"execute": [)").id == "my/pool");
  CHECK(head(R"({"interleak": 1, "id": "my/pool", "extends": "base"})").extends == Names{"base"});
  CHECK(head(R"({"id": "a", "extends": ["b", "c", 7, "not a name", "d"]})").extends == Names{"b", "c", "d"});
  CHECK(head("def x:\n    take\ndesign my/pool\nextends base, other\npool order sideways\n").id == "my/pool");
  CHECK(head("design my/pool\nextends base, other\n").extends == Names{"base", "other"});
  CHECK(head(R"({"id": "a", "extends": ""})").extends.empty());
  CHECK(head(R"({"id": "a", "extends": {"b": "c"}})").extends.empty());
  for (const char* none : {"", "{", "[1]", "{\"id\": 7}", "{\"id\": \"two words\"}", "{\"id\": \"\"}",
                           "{\"id\": \"a\\u001b[31m\"}", "{\"extends\": \"a\"}"}) {
    CAPTURE(none);
    CHECK(head(none).id.empty());
  }
}

}  // namespace
}  // namespace interleak::scenario

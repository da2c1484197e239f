// What sets two designs apart.
#include "sim/design/diff.hpp"

#include <algorithm>
#include <functional>

#include "tests/unit/worlds.hpp"

namespace interleak::design {
namespace {

using test::design_of;
using Texts = std::vector<std::string>;

/// " a", "-b", "+c": as `diff` writes them, and the numbers checked on the way.
Texts marked(const Texts& left, const Texts& right) {
  Texts out;
  int i = 0, j = 0;
  for (const DiffLine& line : diff_lines(left, right)) {
    REQUIRE((line.left != 0 || line.right != 0));
    if (line.left != 0) CHECK((line.left == ++i && left[line.left - 1] == line.text));
    if (line.right != 0) CHECK((line.right == ++j && right[line.right - 1] == line.text));
    out.push_back((line.right == 0 ? "-" : line.left == 0 ? "+" : " ") + line.text);
  }
  CHECK(i == static_cast<int>(left.size()));
  CHECK(j == static_cast<int>(right.size()));
  return out;
}

TEST_CASE("lines that stay, go and come") {
  CHECK(marked({}, {}).empty());
  CHECK(marked({"a", "b"}, {"a", "b"}) == Texts{" a", " b"});
  CHECK(marked({"a"}, {}) == Texts{"-a"});
  CHECK(marked({}, {"a"}) == Texts{"+a"});
  CHECK(marked({"a", "b", "c"}, {"a", "x", "c"}) == Texts{" a", "-b", "+x", " c"});
  CHECK(marked({"a", "b", "c"}, {"a", "c"}) == Texts{" a", "-b", " c"});
  CHECK(marked({"a", "a"}, {"a"}) == Texts{" a", "-a"});
  CHECK(marked({"x", "a", "b", "y"}, {"b", "a"}) == Texts{"-x", "-a", " b", "-y", "+a"});
}

TEST_CASE("a longest common subsequence is kept, in any small pair") {
  // All pairs of words of length 0 to 4 over two letters, against the textbook recursion.
  std::vector<Texts> words = {{}};
  for (std::size_t i = 0; i < words.size() && words[i].size() < 4; ++i) {
    for (const char* letter : {"a", "b"}) {
      Texts longer = words[i];
      longer.emplace_back(letter);
      words.push_back(longer);
    }
  }
  const std::function<int(const Texts&, const Texts&, std::size_t, std::size_t)> longest =
      [&](const Texts& a, const Texts& b, std::size_t i, std::size_t j) -> int {
    if (i == a.size() || j == b.size()) return 0;
    if (a[i] == b[j]) return 1 + longest(a, b, i + 1, j + 1);
    return std::max(longest(a, b, i + 1, j), longest(a, b, i, j + 1));
  };
  for (const Texts& a : words) {
    for (const Texts& b : words) {
      const Texts lines = marked(a, b);
      const auto kept =
          std::count_if(lines.begin(), lines.end(), [](const std::string& line) { return line[0] == ' '; });
      CHECK(kept == longest(a, b, 0, 0));
    }
  }
}

TEST_CASE("equal designs have no difference, whatever their names") {
  Design left = design_of({{"execute", {"take", "put"}}});
  Design right = left;
  right.id = "other/id";
  right.title = "other";
  CHECK(diff(left, right).same());
}

TEST_CASE("settings") {
  const Design left = design_of({{"execute", {"pass"}}});
  Design right = left;
  right.order = Order::fifo;
  right.send_suspends = SendSuspends::may;
  right.conn_variables["owed"] = 1;
  right.pool_queues = {};
  right.pool_stores = {{"last", Places::one}, {"cache", Places::by_key}};
  const DesignDiff found = diff(left, right);
  REQUIRE(found.fields.size() == 5);
  CHECK(found.procedures.empty());
  CHECK(found.fields[0].name == "pool.order");
  CHECK(found.fields[0].right == "fifo");
  CHECK(found.fields[1].name == "send_suspends");
  CHECK(found.fields[2].left == "dirty=0 owed=0");
  CHECK(found.fields[2].right == "dirty=0 owed=1");
  CHECK(found.fields[3].left == "waiters");
  CHECK(found.fields[3].right == "-");
  CHECK(found.fields[4].name == "stores.pool");
  CHECK(found.fields[4].left == "-");
  CHECK(found.fields[4].right == "cache by key, last");
  Design other = right;
  other.pool_stores["cache"] = Places::by_name;
  REQUIRE(diff(right, other).fields.size() == 1);
  CHECK(diff(right, other).fields[0].right == "cache by name, last");
}

TEST_CASE("procedures: execute first, only in one, comments only") {
  const Design left = design_of({{"execute", {"take", "put"}}, {"aa", {"pass"}}, {"bb", {"pass"}}});
  const Design right =
      design_of({{"execute", {"take", "close", "put"}}, {"bb", {"pass  # nothing"}}, {"cc", {"pass"}}});
  const DesignDiff found = diff(left, right);
  REQUIRE(found.procedures.size() == 4);
  CHECK(found.procedures[0].name == "execute");
  CHECK_FALSE(found.procedures[0].comments_only);
  CHECK(found.procedures[0].lines.size() == 3);
  CHECK(found.procedures[1].name == "aa");
  CHECK(found.procedures[1].right_origin.empty());
  CHECK(found.procedures[2].name == "bb");
  CHECK(found.procedures[2].comments_only);
  CHECK(found.procedures[3].left_origin.empty());
}

TEST_CASE("of the prelude only what one of them runs") {
  Design left = design_of({{"execute", {"take"}}, {"used", {"pass"}}, {"idle", {"pass"}}});
  Design right = design_of({{"execute", {"take"}}, {"used", {"put"}}, {"idle", {"put"}}});
  for (Design* design : {&left, &right}) {
    design->procedures["used"].origin = design->procedures["idle"].origin = "prelude";
  }
  CHECK(diff(left, right).same());
  right.procedures["execute"].lines[0].text = "spawn used";
  right.procedures["execute"].block =
      parse_listing(right.procedures["execute"].lines, *std::make_unique<Diagnostics>());
  const DesignDiff found = diff(left, right);
  REQUIRE(found.procedures.size() == 2);
  CHECK(found.procedures[1].name == "used");
}

}  // namespace
}  // namespace interleak::design

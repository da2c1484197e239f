// Designs in the text form: what each line says, that both forms say the same, comments, and the layout.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/certify/subject.hpp"
#include "sim/design/print.hpp"
#include "sim/design/program.hpp"
#include "sim/design/uses.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/pool_format.hpp"
#include "sim/scenario/pool_print.hpp"
#include "sim/scenario/pool_text.hpp"
#include "sim/scenario/pool_tree.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/world/world.hpp"
#include "tests/catch.hpp"
#include "tests/unit/worlds.hpp"
#include "tools/embedded.hpp"

namespace interleak::scenario::text_form {
namespace {

constexpr std::string_view kFull = R"(# What our client does.

design  my-pool/simple
title   release in finally  # a comment
source  src/pool.py @ v1.2
part
extends base/pool, base/client
leaves out redirects, "proxies, and what they do", timeouts
pool    order fifo, cluster, readers queue
# How the parser is written.
pool    parser greedy, keeps 2, handshake AUTH "CLIENT SETNAME" "none"
runtime python-3.11
send suspends may
socket timeout false

var     op.tries = 3, conn.owed = 0  # both
# Of the pool.
var     pool.seen = 255
queue   conn.lockers, pool.waiters
# What was read.
store   pool.cache by key, pool.last, pool.names by name  # of each name

# Takes one.

# Gives it back.
def execute:  # all
    # The first line.
    take

    if op.tries:  # twice
        put

def other:
    pass

# The end.
)";

constexpr std::string_view kSame = R"({ "interleak": 1,
  "id": "my-pool/simple",
  "title": "release in finally",
  "source": "src/pool.py @ v1.2",
  "part": true,
  "extends": ["base/pool", "base/client"],
  "leaves_out": [
    "redirects",
    "proxies, and what they do",
    "timeouts"
  ],
  "pool": {"order": "fifo", "cluster": true, "readers": "queue", "parser": "greedy", "keeps": 2, "handshake": ["AUTH", "CLIENT SETNAME", "none"]},
  "runtime": "python-3.11",
  "send_suspends": "may",
  "socket_timeout": false,
  "variables": {"op": {"tries": 3}, "conn": {"owed": 0}, "pool": {"seen": 255}},
  "queues": {"conn": ["lockers"], "pool": ["waiters"]},
  "stores": {"pool": {"cache": "by key", "last": "one", "names": "by name"}},
  "procedures": {
    "execute": [
      "# The first line.",
      "take",
      "",
      "if op.tries:  # twice",
      "    put"
    ],
    "other": [
      "pass"
    ]
  },
  "comments": {
    "id": {"above": ["# What our client does.", ""]},
    "title": {"beside": "# a comment"},
    "pool.parser": {"above": ["# How the parser is written."]},
    "variables.conn.owed": {"beside": "# both"},
    "variables.pool.seen": {"above": ["# Of the pool."]},
    "stores.pool.cache": {"above": ["# What was read."]},
    "stores.pool.names": {"beside": "# of each name"},
    "procedures.execute": {"above": ["# Takes one.", "", "# Gives it back."], "beside": "# all"},
    "end": {"above": ["# The end."]}
  }
}
)";

Document tree_of(std::string_view text) {
  Diagnostics errors;
  Document document = read_design_tree(text, "", errors);
  for (const Diagnostic& d : errors)
    UNSCOPED_INFO(d.at.line << ":" << d.at.column << " " << d.code << " " << d.message);
  REQUIRE(errors.empty());
  return document;
}

std::string to_text(std::string_view text) { return pool_text(*tree_of(text).root); }
std::string to_json(std::string_view text) { return design_json(*tree_of(text).root); }

std::string added(DesignLibrary& library, std::string_view text) {
  Diagnostics errors;
  const auto id = library.add(text, "", errors);
  for (const Diagnostic& d : errors)
    UNSCOPED_INFO(d.at.line << ":" << d.at.column << " " << d.code << " " << d.message);
  REQUIRE(errors.empty());
  return id.value();
}

design::Design design_of_text(std::string_view text) {
  DesignLibrary library;
  Diagnostics errors;
  return library.find(added(library, text), errors).value();
}

TEST_CASE("each line of the text form says what a field of JSON says") {
  CHECK(to_json(kFull) == kSame);
  CHECK(to_text(kSame) == kFull);
  DesignLibrary library;
  CHECK(added(library, kFull) == "my-pool/simple");
  CHECK(library.is_part("my-pool/simple"));
}

/// The first block of that kind on a page.
std::string example(const std::string& kind, const std::string& path = "docs/language.md") {
  std::ifstream file(path);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string fence = "```" + kind + "\n";
  const std::size_t begin = page.find(fence) + fence.size();
  return page.substr(begin, page.find("```", begin) - begin);
}

TEST_CASE("the page of the language shows one design in both forms") {
  CHECK(to_json(example("pool")) == example("json"));
  CHECK(to_text(example("json")) == example("pool"));
  CHECK(format_pool_text(example("pool")) == example("pool"));
}

TEST_CASE("the first design of README.md is laid out as `designs fmt` lays it out") {
  const std::string first = example("pool", "README.md");
  CHECK(design_of_text(first).id == "my-pool/simple");
  CHECK(format_pool_text(first) == first);
}

TEST_CASE("a text may leave out what a file of JSON must have, and be in any order") {
  const design::Design d = design_of_text("def execute:\n  take\n  put\ndesign a\nvar op.x = 1");
  CHECK(d.id == "a");
  CHECK(d.op_variables.at("x") == 1);
  CHECK(d.procedures.at("execute").lines.at(1).text == "put");
  CHECK(d.procedures.at("execute").lines.at(1).at == Position{3, 3});
  CHECK(design_of_text("interleak 1\ndesign a\ndef execute:\n  take").id == "a");
}

TEST_CASE("lists may go on on another line") {
  const design::Design d = design_of_text(
      "design a\nleaves out x\nleaves out y, z\nqueue pool.a\nqueue pool.b\nvar op.x=1\nvar\top.y  =\t2\n"
      "pool order fifo\npool keeps 1\ndef execute:\n    take\n");
  CHECK(d.leaves_out == std::vector<std::string>{"x", "y", "z"});
  CHECK(d.pool_queues == std::vector<std::string>{"a", "b"});
  CHECK(d.op_variables == std::map<std::string, int>{{"x", 1}, {"y", 2}});
  CHECK(d.order == design::Order::fifo);
  CHECK(d.keeps == 1);
}

TEST_CASE("stores stand on one line or on several, with how many places they have") {
  const design::Design d = design_of_text(
      "design a\nstore\tpool.a  by \t key,pool.b\nstore pool.c by name\ndef execute:\n    keep in pool.a\n");
  using design::Places;
  CHECK(d.pool_stores ==
        std::map<std::string, Places>{{"a", Places::by_key}, {"b", Places::one}, {"c", Places::by_name}});
  CHECK(format_pool_text("store\tpool.a  by \t key,pool.b  # c\n") == "store   pool.a by key, pool.b  # c\n");
  CHECK(to_text(R"({"interleak": 1, "id": "a", "stores": {"pool": {}}, "procedures": {"execute": ["take"]}})") ==
        "design  a\n\ndef execute:\n    take\n");
  DesignLibrary library;
  Diagnostics errors;
  library.add(R"({"interleak": 1, "id": "a", "procedures": {"execute": ["take"]},
                  "stores": {"pool": {"a": "by keys", "b": 1, "1": "one"}, "op": {"x": "one"}}})",
              "a.json", errors);
  std::vector<std::string> told;
  for (const Diagnostic& each : errors) told.push_back(each.code + " " + each.path + " " + each.help);
  CHECK(told == std::vector<std::string>{"ILK0016 $.stores.pool.a did you mean \"by key\"?", "ILK0014 $.stores.pool.b ",
                                         "ILK0019 $.stores.pool.1 ", "ILK0012 $.stores.op stores are the pool's"});
}

TEST_CASE("texts stand bare or between quotes") {
  const auto title = [](const std::string& written) {
    return design_of_text("design a\ntitle " + written + "\ndef execute:\n    take\n").title;
  };
  CHECK(title("what  it \"is\", #2624") == "what  it \"is\",");
  CHECK(title("what#it is") == "what#it is");
  CHECK(title("\"#2624\"  # closed") == "#2624");
  CHECK(title("\" a \\\"b\\\" \\\\ \"") == " a \"b\" \\ ");
  CHECK(title("# nothing").empty());
  CHECK(title("it's \"a # b\"") == "it's \"a");
  for (const std::string text :
       {"", " a", "a ", "#a", "a #b", "\"a\"", "a \"b\" c", "a\\b", "\\", "a, b", "none", "a#b"}) {
    INFO(text);
    const std::string json = R"({"interleak": 1, "id": "a", "title": )" + nlohmann::json(text).dump() +
                             R"(, "leaves_out": [)" + nlohmann::json(text + "x").dump() + "," +
                             nlohmann::json(text).dump() + R"(],
      "pool": {"handshake": [)" +
                             nlohmann::json(text + "y").dump() + R"(]}, "procedures": {"execute": ["take"]}})";
    const design::Design before = design_of_text(json), after = design_of_text(to_text(json));
    CHECK(before.title == text);
    CHECK(after.title == before.title);
    CHECK(after.leaves_out == before.leaves_out);
    CHECK(after.handshake == before.handshake);
  }
}

TEST_CASE("the ends of lines, tabs between words and a byte order mark make no difference") {
  const std::string_view plain = "design a\ntitle x  # c\nvar op.x = 1\n\ndef execute:\n    take\n    put\n";
  std::string windows = "\xef\xbb\xbf";
  for (const char c : plain) windows += c == '\n' ? std::string("\r\n") : c == ' ' ? " " : std::string(1, c);
  CHECK(to_json(windows) == to_json(plain));
  CHECK(to_json("design\ta\ntitle\tx\t# c\nvar\top.x\t=\t1\n\ndef\texecute :\n    take\n    put") == to_json(plain));
  CHECK(format_pool_text(windows) == format_pool_text(plain));
  CHECK(form_of_design(" \r\n{", "") == Form::json);
  CHECK(form_of_design("design a", "x.json") == Form::json);
  CHECK(form_of_design("{", "x.pool") == Form::json);
  CHECK(form_of_design("[", "/dev/fd/3") == Form::text);
}

TEST_CASE("which files are designs is told by their text, and by their name where the text does not tell") {
  CHECK(looks_like_design("# a comment\n\ndesign a\n"));
  CHECK(looks_like_design("extends b\n"));
  CHECK(looks_like_design("title x\r\ndef execute:\r\n"));
  CHECK_FALSE(looks_like_design("a designer's\ndesign\n define x\n"));
  CHECK_FALSE(looks_like_design("title x\n"));
  CHECK(looks_like_design("title x\n", "a.pool"));
  CHECK_FALSE(looks_like_design("{\"tasks\": []}", "a.pool"));
}

TEST_CASE("comments belong to what they stand at, whichever form they are in") {
  // A comment at the margin between lines of a listing is one of its lines; behind its last one, of what follows.
  const std::string text =
      "design a\n\ndef execute:\n    take\n# here\n    put\n\n    # last\n# next\ndef other:\n    pass\n";
  const design::Design d = design_of_text(text);
  std::vector<std::string> lines;
  for (const auto& line : d.procedures.at("execute").lines) lines.push_back(line.text);
  CHECK(lines == std::vector<std::string>{"take", "# here", "put", "", "# last"});
  CHECK(d.procedures.at("other").comment.above == std::vector<std::string>{"# next"});
  Diagnostics errors;
  DesignLibrary library;
  CHECK(library.written(added(library, kFull)).design.comments.at("id").above.at(0) == "# What our client does.");
  library.add(R"({"interleak": 1, "id": "a", "procedures": {"execute": ["take"]},
                  "comments": {"titel": {"above": ["# x"]}, "id": {"above": ["x"], "below": "# x"}, "end": {"beside": ""}}})",
              "a.json", errors);
  std::vector<std::string> codes;
  for (const Diagnostic& each : errors) codes.push_back(each.code);
  CHECK(codes == std::vector<std::string>{"ILK0016", "ILK0019", "ILK0012", "ILK0019"});
}

TEST_CASE("the layout changes blanks and nothing else") {
  const std::string text =
      "\n\n# about\n\n\ndesign   a\nleaves  out   x ,  \"y  z\"\npool order  fifo ,keeps 2 # c\nvar op.x=1,conn.y  = 2 "
      "    # aligned\n"
      "def   execute  :# go\n  if  (op.x!=0)and not  mine :\n       take# one\n       # of the block\n  # of the next\n"
      "  elif conn.y>=2 :\n\n\n\n     op.x+=1\n# flush\n     raise   error   \"a  b\"\n\n\n# other\n\n\ndef other:\n "
      "try:\n  put\n"
      " except cancelled | error :\n  raise\n\n\n# end\n\n";
  const std::string laid = R"(# about

design  a
leaves out x, "y  z"
pool    order fifo, keeps 2  # c
var     op.x = 1, conn.y = 2     # aligned

def execute:  # go
    if (op.x != 0) and not mine:
        take  # one
        # of the block
    # of the next
    elif conn.y >= 2:

        op.x += 1
        # flush
        raise error "a  b"

# other

def other:
    try:
        put
    except cancelled|error:
        raise

# end
)";
  CHECK(format_pool_text(text) == laid);
  CHECK(format_pool_text(laid) == laid);
  CHECK(format_pool_text(kFull) == kFull);
  CHECK(design::same_listing(design_of_text(text).procedures.at("execute").block,
                             design_of_text(laid).procedures.at("execute").block));
}

TEST_CASE("a listing that would become too wide stays as it is") {
  std::string text = "design  a\n\ndef execute:\n";
  for (int i = 0; i < 20; ++i) text += std::string(static_cast<std::size_t>(i) + 1, ' ') + "if always:\n";
  text += std::string(21, ' ') + "take  # " + std::string(220, 'x') + "\n";
  design_of_text(text);
  CHECK(format_pool_text(text) == text);
}

/// Equal of designs that run the same. What no operation reaches, of that design or of `of`, is left out.
certify::Digest subject_of(design::Design design, const design::Design& of) {
  const std::vector<std::string> used = design::used_procedures(of);
  std::erase_if(design.procedures, [&](const auto& each) { return std::ranges::find(used, each.first) == used.end(); });
  scenario::Scenario nobody;
  nobody.protocol = test::protocol_of(design);
  nobody.tasks.emplace_back();
  return certify::subject_digest(world::World(nobody, design, test::program_of(design), true));
}

TEST_CASE("of every built-in design text and JSON say the same, and come back as they were") {
  DesignLibrary as_text, as_json;
  for (const embedded::File& file : embedded::designs()) {
    INFO(file.path);
    const std::string text = to_text(file.text), json = to_json(file.text);
    CHECK(to_json(text) == json);
    CHECK(to_text(json) == text);
    CHECK(format_pool_text(text) == text);
    added(as_text, text);
    added(as_json, json);
  }
  for (const std::string& id : as_json.ids()) {
    INFO(id);
    Diagnostics errors;
    const design::Design text = *as_text.find(id, errors), json = *as_json.find(id, errors);
    CHECK(subject_of(text, text) == subject_of(json, json));
    CHECK(errors.empty());
  }
}

TEST_CASE("a design that is written with all that it inherits runs the same by itself") {
  DesignLibrary library;
  for (const embedded::File& file : embedded::designs()) added(library, file.text);
  Diagnostics errors;
  const design::Design prelude = *library.find("prelude", errors);
  for (const std::string& id : library.ids()) {
    INFO(id);
    const design::Design design = *library.find(id, errors);
    for (const bool all : {false, true}) {
      const std::string text = pool_text(written_tree(design, {false, all, &prelude}));
      CHECK(format_pool_text(text) == text);
      DesignLibrary changed = library;
      REQUIRE(added(changed, text) == id);
      const design::Design again = *changed.find(id, errors);
      CHECK(again.extends.empty());
      CHECK(subject_of(again, design) == subject_of(design, design));
      CHECK(again.leaves_out == design.leaves_out);
    }
  }
}

}  // namespace
}  // namespace interleak::scenario::text_form

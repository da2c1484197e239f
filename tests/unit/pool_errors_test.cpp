// Every error that a design in the text form can have, at its place in the text. In a text the place that shall be
// underlined stands between « and ».
#include <algorithm>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"

namespace interleak::scenario::text_errors {
namespace {

constexpr std::string_view kOpen = "\u00ab", kClose = "\u00bb";

struct Wrong {
  std::string code;
  std::string text;
  std::string expected = {}, help = {};   ///< pieces of what is told; empty: nothing is asked
};

std::string many(int count, const std::function<std::string(int)>& piece) {
  std::string out;
  for (int i = 0; i < count; ++i) out += piece(i);
  return out;
}

std::string listing(const std::string& lines) { return "design a\ndef execute:\n" + lines; }

/// Blocks, one in another.
std::string nested(int depth, const std::string& innermost) {
  std::string out;
  for (int i = 0; i < depth; ++i) out += std::string(static_cast<std::size_t>(i) + 1, ' ') + "if always:\n";
  return out + std::string(static_cast<std::size_t>(depth) + 1, ' ') + innermost;
}

const std::string kListing = "\ndef execute:\n    take\n";

const std::vector<Wrong>& all_wrong() {
  static const std::vector<Wrong> list = {
      // The text form.
      {"ILK0001", "design a\nleaves out \u00ab\"no end\u00bb" + kListing, "\""},
      {"ILK0001", "design a\ntitle \"one\" \u00abtwo\u00bb" + kListing, "nothing more"},
      {"ILK0001", "design a\ntitle \"one \u00ab\\t\u00bbwo\"" + kListing, "\\\""},
      {"ILK0001", "design a\nextends b,\u00ab,\u00bb c" + kListing},
      {"ILK0001", "design a\nqueue\u00ab\n\u00bbdef execute:\n    take\n", "SCOPE.NAME"},
      {"ILK0001", "design a\nvar op.x\u00ab\n\u00bbdef execute:\n    take\n", "= 0", "write \"op.x = 0\""},
      {"ILK0001", "design a\nvar \u00abtries\u00bb = 0" + kListing, "op.NAME, conn.NAME, socket.NAME or pool.NAME"},
      {"ILK0001", "design a\nqueue \u00abwaiters\u00bb" + kListing, "conn.NAME or pool.NAME"},
      {"ILK0001", "design a\nstore \u00abcache\u00bb by key" + kListing, "pool.NAME", "did you mean \"pool.cache\"?"},
      {"ILK0001", "design a\nstore pool.cache \u00abone\u00bb" + kListing, "\"by key\", \"by name\", or nothing"},
      {"ILK0001", "design a\nstore pool.a,\u00ab,\u00bb pool.b" + kListing, "\"by key\" or \"by name\""},
      {"ILK0001", "design a\npool handshake\u00ab\n\u00bbdef execute:\n    take\n", "\"none\""},
      {"ILK0001", "design a\ndef\u00ab:\u00bb\n    take\n", "def NAME:"},
      {"ILK0001", "design a\ndef execute \u00abtwice:\u00bb\n    take\n", "\":\""},
      {"ILK0010", "interleak \u00ab2\u00bb\ndesign a" + kListing, "1"},
      {"ILK0012", "design a\n\u00abtitel\u00bb x" + kListing, "one of: design, title", "did you mean \"title\"?"},
      {"ILK0012", "design a\n\u00ableaves_out\u00bb x" + kListing, "", "did you mean \"leaves out\"?"},
      {"ILK0012", "design a\n\u00abprocedures\u00bb x" + kListing, "", "did you mean \"def\"?"},
      {"ILK0012", "\u00abid\u00bb a\ndesign a" + kListing, "", "did you mean \"design\"?"},
      {"ILK0012", "design a\npool \u00aborders\u00bb lifo" + kListing, "one of: order", "did you mean \"order\"?"},
      {"ILK0012", "design a\nvar \u00abcon\u00bb.x = 0" + kListing, "one of: op, conn, socket, pool", "\"conn\""},
      {"ILK0012", "design a\nqueue \u00abop\u00bb.x" + kListing, "one of: conn, pool"},
      {"ILK0012", "design a\nstore \u00abconn\u00bb.x by key" + kListing, "one of: pool", "stores are the pool's"},
      {"ILK0013", "# a comment\n\u00abt\u00bbitle x" + kListing, "a name"},
      {"ILK0014", "design a\npool keeps \u00abmany\u00bb" + kListing, "an integer from 0 to 8"},
      {"ILK0014", "design a\npart \u00abyes\u00bb" + kListing, "true or false"},
      {"ILK0014", "design a\nvar op.x = \u00ab1.5\u00bb" + kListing, "an integer from 0 to 255"},
      {"ILK0015", "design a\nvar op.x = \u00ab256\u00bb" + kListing, "an integer from 0 to 255"},
      {"ILK0015", "design a\npool keeps \u00ab99999999999999999999\u00bb" + kListing, "from 0 to 8"},
      {"ILK0015", "design\u00ab\n\u00bbdef execute:\n    take\n", "a name"},
      {"ILK0015", "design \u00ab" + std::string(129, 'x') + "\u00bb" + kListing, "a name of 1 to 128"},
      {"ILK0015",
       "design a\n\u00ableaves out\u00bb " + many(65, [](int i) { return std::to_string(i) + ", "; }) + "x" + kListing,
       "a list of 0 to 64"},
      {"ILK0015", "design a\n\u00abdef execute:\u00bb\n" + many(1001, [](int) { return "    pass\n"; }),
       "a list of 1 to 1000"},
      {"ILK0015", listing("    \u00abtake  # " + std::string(256, 'x') + "\u00bb\n"), "at most 256 bytes"},
      {"ILK0016", "design a\npool order \u00ablifoo\u00bb" + kListing, "one of: lifo, fifo", "did you mean \"lifo\"?"},
      {"ILK0016", "design a\nsend suspends \u00abnow\u00bb" + kListing, "one of: never"},
      {"ILK0016", "design a\nruntime \u00abpython-3.12\u00bb" + kListing, "one of: python-3.11"},
      {"ILK0016", "design a\nstore pool.cache \u00abby keys\u00bb" + kListing, "one of: by key, by name",
       "did you mean \"by key\"?"},
      {"ILK0017", "design a\nextends b, \u00abb\u00bb" + kListing},
      {"ILK0017", "design a\nqueue pool.w, conn.w, pool.\u00abw\u00bb" + kListing},
      {"ILK0017", "design a\nleaves out time, \u00abtime\u00bb" + kListing},
      {"ILK0018", "design a\ntitle x\n\u00abtitle\u00bb y" + kListing, "", "remove one of the two"},
      {"ILK0018", "design a\npool order lifo\npool \u00aborder\u00bb fifo" + kListing},
      {"ILK0018", "design a\nvar op.x = 0, conn.x = 0, \u00abop.x\u00bb = 1" + kListing},
      {"ILK0018", "design a\nstore pool.x\nstore \u00abpool.x\u00bb by key" + kListing},
      {"ILK0018", "design a\ndef execute:\n    take\n\ndef \u00abexecute\u00bb:\n    put\n"},
      {"ILK0019", "design \u00aba b\u00bb" + kListing, "a name"},
      {"ILK0019", "design a\ntitle \u00aba\tb\u00bb" + kListing, "without control characters"},
      {"ILK0019", "design a\nvar op.\u00ab1x\u00bb = 0" + kListing, "a letter"},
      {"ILK0019", "design a\nstore pool.\u00ab1x\u00bb" + kListing, "a letter"},
      {"ILK0019", "design a\ndef \u00abgive-back\u00bb:\n    take\n", "a letter"},
      {"ILK0019", "design a\n\u00ab# bell \a\u00bb" + kListing},
      {"ILK0019", listing("    \u00abtake  # bell \a\u00bb\n")},
      {"ILK0051", "design a\n\u00ab  \u00bbtitle x" + kListing, "first column"},
      {"ILK0051", listing("    take\n  \u00abput\u00bb\n"), "4 spaces"},
      {"ILK0051", listing("\u00ab\t\u00bbtake\n"), "spaces only"},
      {"ILK0052", "design a\n\u00abdef execute:\u00bb\n", "at least one line", "pass"},
      {"ILK0052", "design a\ndef execute\u00ab\n\u00bb    take\n", "\":\""},
      {"ILK0056", "design a\ndef execute: \u00abtake\u00bb\n    put\n", "on lines of its own"},
      // Inheritance, told when the design is put together.
      {"ILK0023", "design a\nextends \u00abprelud\u00bb" + kListing},
      {"ILK0024", "design a\nextends \u00aba\u00bb" + kListing},
      // The listings.
      {"ILK0050", listing("    \u00abtakes\u00bb\n"), "a statement", "did you mean \"take\"?"},
      {"ILK0050", listing("    keep \u00abpool.cache\u00bb\n"), "in", "did you mean \"in pool.cache\"?"},
      {"ILK0050", listing("    drop \u00abop.cache\u00bb\n"), "pool.NAME", "stores are the pool's"},
      {"ILK0050", listing("        await \u00abrecieve\u00bb  # comment\n"), "one of:", "\"receive\""},
      {"ILK0051", listing("    take\n        \u00abput\u00bb\n"), "4 spaces"},
      {"ILK0051", listing("    try:\n        close\n       \u00abput\u00bb\n    finally:\n        pass\n"), "4 spaces"},
      {"ILK0052", listing("    if connected\u00ab\n\u00bb        take\n"), "\":\""},
      {"ILK0052", listing("    \u00abif\u00bb connected:\n    take\n"), "at least one line"},
      {"ILK0053", listing("    if \u00abconected\u00bb:\n        take\n"), "one of: always", "\"connected\""},
      {"ILK0054", listing("    op.x = \u00ab300\u00bb\n"), "from 0 to 255"},
      {"ILK0055", listing("    \u00abelse\u00bb:\n        take\n"), "\"if\""},
      {"ILK0056", listing("    take \u00abnow\u00bb\n"), "the end of the line"},
      {"ILK0057", listing("    \u00abraise\u00bb\n")},
      {"ILK0058", listing(nested(25, "take\n")), "at most 24 levels"},
      {"ILK0059", listing("    \u00abtry\u00bb:\n        take\n"), "at least one"},
      // What the compiler finds.
      {"ILK0060", "design \u00aba\u00bb\ndef run:\n    take\n"},
      {"ILK0061", "design a\nvar " +
                      many(9, [](int i) { return (i > 0 ? ", op.v" : "op.v") + std::to_string(i) + " = 0"; }) +
                      kListing},
      {"ILK0061", "design a\nstore pool.a, pool.b by key, pool.c" + kListing},
      {"ILK0062", listing("    call \u00abaquire\u00bb\ndef acquire:\n    take\n"), "", "did you mean \"acquire\"?"},
      {"ILK0063", "design a\nvar op.tries = 0\ndef execute:\n    \u00abop.trie\u00bb = 1\n", "", "\"tries\""},
      {"ILK0064", "design a\nqueue pool.waiters\ndef execute:\n    join \u00abpool.waiter\u00bb\n", "", "\"waiters\""},
      {"ILK0065", "design a\ndef execute:\n" + many(5, [](int) { return "    loop 255 times:\n        call b\n"; }) +
                      "def b:\n" + many(999, [](int) { return "    await pause\n"; })},
      {"ILK0066", listing("    try:\n        take\n    on drop:\n        \u00abawait pause\u00bb\n")},
      {"ILK0067", listing("    \u00abcall execute\u00bb\n")},
      {"ILK0068", listing("    \u00abloop while always:\u00bb\n        pass\n")},
      {"ILK0069", listing("    await receive until \u00abvlaue\u00bb\n"), "one of: value, ok, queued",
       "did you mean \"value\"?"},
      {"ILK0072", listing("    await send \u00abGTE\u00bb\n"), "one of: request, handshake, GET",
       "did you mean \"GET\"?"},
      {"ILK0073", "design a\nstore pool.cache\ndef execute:\n    serve \u00abpool.cahce\u00bb\n", "one of: cache",
       "did you mean \"cache\"?"},
  };
  return list;
}

/// The text without the marks, and what they mark; `length` 0: there are none.
struct Marked {
  std::string text;
  Position at;
  std::size_t length = 0;
};

Marked unmarked(const std::string& text) {
  const std::size_t open = text.find(kOpen), close = text.find(kClose);
  if (open == std::string::npos) return {text, {}, 0};
  const std::string before = text.substr(0, open), inner = text.substr(open + 2, close - open - 2);
  const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1);
  const std::size_t start = before.rfind('\n') + 1;   // npos + 1 is 0
  return {before + inner + text.substr(close + 2), {line, static_cast<std::uint32_t>(open - start + 1)}, inner.size()};
}

/// Whatever is wrong, on the way to a program.
Diagnostics errors_of(const std::string& text) {
  DesignLibrary library;
  Diagnostics errors;
  const auto id = library.add(text, "a.pool", errors);
  if (!id) return errors;
  if (const auto design = library.find(*id, errors)) scenario::compile(*design, errors);
  return errors;
}

bool holds_piece(const std::string& text, const std::string& piece) {
  return piece.empty() || text.find(piece) != std::string::npos;
}

TEST_CASE("an error of the text form stands where it is in the text") {
  for (const Wrong& wrong : all_wrong()) {
    const Marked marked = unmarked(wrong.text);
    const Diagnostics errors = errors_of(marked.text);
    INFO(wrong.code << " of\n" << wrong.text.substr(0, 400));
    REQUIRE_FALSE(errors.empty());
    for (const Diagnostic& d : errors)
      UNSCOPED_INFO(d.code << " " << d.at.line << ":" << d.at.column << " " << d.message);
    const auto found = std::ranges::find_if(
        errors, [&](const Diagnostic& d) { return d.code == wrong.code && (marked.length == 0 || d.at == marked.at); });
    REQUIRE(found != errors.end());
    const bool compiled = found->code >= "ILK0060";   // marked is where the statement begins
    if (marked.length > 0 && !compiled) CHECK(found->length == marked.length);
    CHECK(found->at.line > 0);
    CHECK(found->file == "a.pool");
    CHECK(found->path.empty());
    CHECK(holds_piece(found->expected, wrong.expected));
    CHECK(holds_piece(found->help, wrong.help));
  }
}

TEST_CASE("one mistake of the text form is one error") {
  for (const Wrong& wrong : all_wrong()) {
    const Diagnostics errors = errors_of(unmarked(wrong.text).text);
    std::set<std::string> codes;
    for (const Diagnostic& d : errors) codes.insert(d.code);
    INFO(wrong.text.substr(0, 400));
    CHECK(codes == std::set<std::string>{wrong.code});
  }
}

TEST_CASE("what keeps a text from being read at all") {
  CHECK(errors_of(std::string(kMaxFileBytes, ' ') + "design a").at(0).code == "ILK0002");
  const Diagnostics not_utf8 = errors_of("design a\ntitle \xff" + kListing);
  CHECK(not_utf8.at(0).code == "ILK0003");
  CHECK(not_utf8.at(0).at == Position{2, 7});
  CHECK(errors_of(" \r\n\t\n").at(0).code == "ILK0004");
  CHECK(errors_of("").at(0).expected.find("design NAME") != std::string::npos);
}

TEST_CASE("of a second place both are told") {
  const Diagnostics errors = errors_of("design a\n\n  # comment\ntitle x\ntitle y" + kListing);
  REQUIRE(errors.size() == 1);
  REQUIRE(errors[0].related.size() == 1);
  CHECK(errors[0].related[0].at == Position{4, 1});
}

TEST_CASE("a design of too many others is told at the name of one of them") {
  DesignLibrary library;
  Diagnostics errors;
  for (int i = 0; i < 70; ++i) {
    const std::string parent = i > 0 ? "extends d" + std::to_string(i - 1) + "\n" : "";
    library.add("design d" + std::to_string(i) + "\n" + parent + kListing.substr(1), "d.pool", errors);
  }
  REQUIRE(errors.empty());
  CHECK_FALSE(library.find("d69", errors).has_value());
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0025");
  CHECK(errors[0].at == Position{2, 9});
  CHECK(errors[0].path.empty());
}

TEST_CASE("all errors of a text are told, in its order, and not without end") {
  const Diagnostics errors = errors_of("title x\nvar op.x\npool odrer lifo\n\ndef execute:\n    tkae\n");
  std::vector<std::string> codes;
  for (const Diagnostic& d : errors) codes.push_back(d.code);
  CHECK(codes == std::vector<std::string>{"ILK0013", "ILK0001", "ILK0012", "ILK0050"});
  CHECK(errors_of(many(50'000, [](int i) { return "field" + std::to_string(i) + " x\n"; })).size() == 100);
  CHECK(errors_of("design a\nvar " + many(60'000, [](int i) { return "op.v" + std::to_string(i) + "=0,"; })).size() <=
        100);
}

TEST_CASE("a text that is named as JSON is told so") {
  DesignLibrary library;
  Diagnostics errors;
  library.add("design a" + kListing, "a.json", errors);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0001");
  CHECK(errors[0].help.find(".pool") != std::string::npos);
}

/// The codes of the table in docs/formats.md that files of scenarios and designs can have.
std::set<std::string> documented() {
  std::ifstream file("docs/formats.md");
  std::set<std::string> codes;
  static const std::regex row("\\| (ILK00[0-6][0-9]|ILK007[23]) \\|.*");   // not those of tables of measured trials
  std::smatch match;
  for (std::string line; std::getline(file, line);) {
    if (std::regex_match(line, match, row)) codes.insert(match[1]);
  }
  return codes;
}

TEST_CASE("every code that a text can have is shown here") {
  std::set<std::string> shown = {"ILK0002", "ILK0003", "ILK0004", "ILK0025"};   // above
  for (const Wrong& wrong : all_wrong()) shown.insert(wrong.code);
  // Of JSON alone: brackets, numbers that are no double, text behind the value. Of files: one that cannot be read.
  // Of scenarios and baselines: all others.
  const std::set<std::string> others = {"ILK0005", "ILK0006", "ILK0007", "ILK0008", "ILK0021", "ILK0022",
                                        "ILK0031", "ILK0032", "ILK0033", "ILK0040", "ILK0041", "ILK0042"};
  std::set<std::string> all = shown;
  all.insert(others.begin(), others.end());
  CHECK(all == documented());
}

}  // namespace
}  // namespace interleak::scenario::text_errors

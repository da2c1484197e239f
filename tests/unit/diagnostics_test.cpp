// How errors look on the screen.
#include "reports/diagnostics.hpp"

#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"

namespace interleak::reports {
namespace {

std::string render_scenario(const std::string& text, bool colour = false, bool ascii = false) {
  Diagnostics errors;
  scenario::read_scenario(text, "s.json", errors);
  const SourceLookup source = [&](const std::string&) { return std::string_view(text); };
  return render(errors, source, colour, ascii);
}

Diagnostic example(std::uint32_t line, std::uint32_t column, std::uint32_t length) {
  Diagnostic d;
  d.code = "ILK0001";
  d.message = "wrong";
  d.file = "f";
  d.at = {line, column};
  d.length = length;
  return d;
}

std::string render_one(const Diagnostic& d, std::string_view text, bool ascii = false) {
  return render(
      {d}, [&](const std::string&) { return text; }, false, ascii);
}

TEST_CASE("an unknown field and a contradiction") {
  const std::string text = R"({"interleak": 1, "id": "x",
  "pool": {"size": 1, "max": 1, "warm": 2},
  "server": {"my_be_silent": false},
  "tasks": [{"id": "a", "do": [{"get": "k"}]}]})";
  CHECK(render_scenario(text) == R"(error[ILK0012]: unknown field "size"
  --> s.json:2:12        at $.pool.size
   |
 2 |   "pool": {"size": 1, "max": 1, "warm": 2},
   |            ^^^^^^
   |
   = expected one of: max, warm, nodes

error[ILK0021]: "warm" is larger than "max"
  --> s.json:2:41        at $.pool.warm
   |
 2 |   "pool": {"size": 1, "max": 1, "warm": 2},
   |                                         ^
   |                              - max is 1 here
   |
   = expected: an integer from 0 to 1

error[ILK0012]: unknown field "my_be_silent"
  --> s.json:3:14        at $.server.my_be_silent
   |
 3 |   "server": {"my_be_silent": false},
   |              ^^^^^^^^^^^^^^
   |
   = expected one of: may_be_silent, pushes
   = help: did you mean "may_be_silent"?
)");
}

TEST_CASE("a place on another line is shown below") {
  CHECK(render_scenario("{\n  \"id\": [\n  1\n") == R"(error[ILK0001]: the file ends too early
  --> s.json:3:3        at $.id[0]
   |
 3 |   1
   |   ^
   |
 2 |   "id": [
   |         - unclosed since 2:9
   |
   = expected: ']'
)");
}

TEST_CASE("errors without a line, a file or a text") {
  CHECK(render_scenario("") == "error[ILK0004]: the file is empty\n  --> s.json\n   = expected: a JSON object\n");
  Diagnostic d = example(3, 4, 1);
  CHECK(render(
            {d}, [](const std::string&) { return std::nullopt; }, false, false) ==
        "error[ILK0001]: wrong\n  --> f:3:4\n");
  d.file = "";
  CHECK(render(
            {d}, [](const std::string&) { return std::nullopt; }, false, false) == "error[ILK0001]: wrong\n");
  CHECK(render(
            {}, [](const std::string&) { return std::nullopt; }, false, false)
            .empty());
  d.file = "f";
  CHECK(render_one(example(9, 9, 9), "one line").find("9 |\n") != std::string::npos);
}

TEST_CASE("control characters do not reach the screen") {
  const std::string shown = render_one(example(1, 6, 1), "a\x1b\tb\xffX\x7f");
  CHECK(shown.find("1 | a\\u{1b}    b\\xffX\\u{7f}\n   |                 ^\n") != std::string::npos);
  Diagnostic d = example(1, 1, 1);
  d.message = d.path = d.expected = d.help = d.file = "x\x1b\n\xe2\x80\xae";
  d.related.push_back({{1, 2}, "y\r\x1b"});
  for (const bool ascii : {false, true}) {
    for (const char c : render_one(d, "\x1b\x1b", ascii)) {
      CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
    }
  }
}

TEST_CASE("wide and combining characters keep the marks in place") {
  const std::string text = "\u65e5\u672ce\u0301 x";
  const auto last = static_cast<std::uint32_t>(text.size());
  const std::string shown = render_one(example(1, last, 1), text);
  CHECK(shown.find("   |       ^\n") != std::string::npos);
  CHECK(render_one(example(1, 7, 1), text, true).find("\\u{65e5}\\u{672c}e") != std::string::npos);
}

TEST_CASE("long lines are cut around the place") {
  const std::string line = std::string(5000, 'a') + "HERE" + std::string(5000, 'b');
  const std::string shown = render_one(example(1, 5001, 4), line, true);
  CHECK(shown.find("..." + std::string(40, 'a') + "HERE" + std::string(52, 'b') + "...\n") != std::string::npos);
  CHECK(shown.find("| " + std::string(43, ' ') + "^^^^\n") != std::string::npos);
  CHECK(shown.size() < 400);
  CHECK(render_one(example(1, 1, 4000), line, true).size() < 400);
}

TEST_CASE("colour only adds escapes") {
  const std::string text = "{\"interleak\": 2}";
  std::string coloured = render_scenario(text, true);
  CHECK(coloured.starts_with("\x1b[1;31merror[ILK0013]\x1b[0m"));
  for (std::size_t at; (at = coloured.find('\x1b')) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  }
  CHECK(coloured == render_scenario(text));
}

}  // namespace
}  // namespace interleak::reports

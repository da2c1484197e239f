// The report formats on texts that try to break out of them, and what must stay the same.
#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include "reports/cases.hpp"
#include "reports/chrome_trace.hpp"
#include "reports/csv.hpp"
#include "reports/fingerprint.hpp"
#include "reports/github.hpp"
#include "reports/itf.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/mermaid.hpp"
#include "reports/otlp.hpp"
#include "reports/sarif.hpp"
#include "reports/shiviz.hpp"
#include "reports/state_graph.hpp"
#include "reports/timeline.hpp"
#include "reports/unified_diff.hpp"
#include "sim/explore/exhaustive.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using namespace reports;

// Controls, line ends, markup of every format, a right-to-left override, and a byte that is no
// UTF-8.
const std::string kHostile = "<script>]]>&\"'::error::x,\r\n##[error]|`;#59;%0A\\{}[a](b)\x01\x1b[31m\xe2\x80\xae\xff";

/// The incident under hostile names of owners and keys, as a case that failed.
Case hostile_case(const std::string& text = kHostile) {
  scenario::Scenario scenario = users(2, 1, 1);
  for (auto& task : scenario.tasks) {
    task.owner = text + task.id;
    task.operations[0].keys = {text};
  }
  scenario.file = "dir/" + text + ".json";
  const design::Design design = shipped("redis-py-4.5.1/pool");
  Result result;
  result.world = std::make_shared<world::World>(scenario, design, program_of(design), false);
  const auto* leak = property::find_invariant("no-leak");
  result.analysis = check::analyse(*result.world, {*leak}, {});
  REQUIRE(result.analysis.judgements.at(0).verdict == check::Verdict::violated);
  result.traces = {words::trace(*result.world, result.analysis.judgements[0].witness)};
  result.replay_words = {scenario.file, "-d", design.id};
  Case each = case_of_run(result);
  each.file = scenario.file;
  each.design_files[design.id] = "pool.json";
  each.design_files["redis-py/connection-4.4"] = "connection.json";
  return each;
}

Cases hostile_cases(int count = 1) {
  Cases cases;
  for (int i = 0; i < count; ++i) add(cases, hostile_case());
  return cases;
}

/// Characters that no format may let through: controls but line ends, the override, broken UTF-8.
bool is_clean(const std::string& text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\r') || byte == 0x7f || byte == 0xff) return false;
  }
  return text.find("\xe2\x80\xae") == std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') lines.emplace_back();
    else lines.back() += c;
  }
  return lines;
}

TEST_CASE("hostile texts are clean in every format") {
  const Cases cases = hostile_cases();
  const auto& world = *cases.all[0].world;
  const auto& trace = *cases.all[0].result->traces[0];
  const auto graph = explore::explore(world);
  const std::map<std::string, std::string> texts = {{"junit", junit(cases, {.attachments = "a"})},
                                                    {"attachment", junit_attachments(cases).at(0).text},
                                                    {"group", github_group(kHostile)},
                                                    {"diff", unified_diff("a", kHostile, kHostile, {})},
                                                    {"sarif", sarif(cases, true)},
                                                    {"markdown", summary_markdown(cases)},
                                                    {"github", github_annotations(cases)},
                                                    {"mermaid", mermaid(world, trace)},
                                                    {"shiviz", shiviz(world, trace)},
                                                    {"csv", csv(world, trace)},
                                                    {"dot", dot(world, graph, {})},
                                                    {"edges", edges_csv(world, graph)}};
  for (const auto& [name, text] : texts) {
    INFO(name);
    CHECK(is_clean(text));
  }
  CHECK(lines_of(github_group(kHostile)).size() == 2);
  for (const std::string& text :
       {sarif(cases, true), itf(world, trace), chrome_trace(world, trace), otlp_json(world, trace)}) {
    CHECK(nlohmann::json::accept(text));
  }
}

TEST_CASE("XML holds no character that it must not") {
  CHECK(xml_text("a<b>&\"'", false) == "a&lt;b&gt;&amp;&quot;&apos;");
  CHECK(xml_text("a\tb\nc\rd", false) == "a\tb\nc&#13;d");
  CHECK(xml_text("a\tb\nc\rd", true) == "a&#9;b&#10;c&#13;d");
  CHECK(xml_text(std::string_view("\0\x01\x1f", 3), false) == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(xml_text("\xff\xed\xa0\x80", false).find('\xff') == std::string::npos);
  CHECK(xml_text("\xef\xbf\xbe", false) == "\xef\xbf\xbd");
  CHECK(xml_text("\xe2\x97\x8f", false) == "\xe2\x97\x8f");
}

TEST_CASE("workflow commands of others are none any more") {
  CHECK(without_commands("::error::x") == ": :error::x");
  CHECK(without_commands("a\n  ::add-mask::b") == "a\n  : :add-mask::b");
  CHECK(without_commands("a ##[error]b") == "a # #[error]b");
  CHECK(without_commands("a :: b") == "a :: b");
  CHECK(without_commands("::::x").find("::") != 0);
  CHECK(github_text("a%b\nc", false) == "a%25b%0Ac");
  CHECK(github_text("a:b,c%", true) == "a%3Ab%2Cc%25");
  for (const std::string& line : lines_of(github_annotations(hostile_cases()))) {
    if (!line.empty()) CHECK(line.rfind("::error file=", 0) == 0);
    CHECK(line.find('\r') == std::string::npos);
  }
}

TEST_CASE("annotations: nine and a tenth that counts the rest") {
  const auto count = [](int cases) { return lines_of(github_annotations(hostile_cases(cases))).size() - 1; };
  CHECK(count(1) == 1);
  CHECK(count(10) == 10);
  CHECK(count(12) == 10);
  CHECK(github_annotations(hostile_cases(12)).find("...and 3 more") != std::string::npos);
}

TEST_CASE("Markdown shows text as text") {
  CHECK(markdown_text("a|b`c<d>") == "a&#124;b&#96;c&#60;d&#62;");
  CHECK(markdown_text("http://x") == "http&#58;//x");
  CHECK(markdown_text("a\nb") == "a&#92;nb");
  int diagrams = 0, details = 0;
  bool code = false;  // inside a fenced block
  for (const std::string& line : lines_of(summary_markdown(hostile_cases(5)))) {
    diagrams += line == "```mermaid";
    details += line.rfind("<details>", 0) == 0;
    if (line.rfind("```", 0) == 0) code = !code;
    if (!code) CHECK(line.find("<script") == std::string::npos);
  }
  CHECK_FALSE(code);
  CHECK(diagrams == 3);
  CHECK(details == 2);
}

TEST_CASE("a summary stays below what GitHub takes, and says what is missing") {
  Cases cases = hostile_cases();
  while (cases.all.size() < 2000) add(cases, cases.all[0]);
  const std::string text = summary_markdown(cases);
  CHECK(text.size() <= kMostSummaryBytes);
  CHECK(text.find("left out") != std::string::npos);
}

TEST_CASE("the body of a JUnit failure is ASCII, short, and ends with the replay command") {
  const Case each = hostile_case(std::string(3000, 'x') + kHostile);
  const auto findings = findings_of(each, false);
  REQUIRE(findings.size() == 1);
  const std::string body = failure_body(each, findings[0]);
  CHECK(body.size() <= 8192);
  CHECK(body.find("interleak replay") != std::string::npos);
  CHECK(std::all_of(body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) < 0x7f; }));
}

TEST_CASE("Mermaid: no entry ends early, and no more than sixty") {
  CHECK(mermaid_text("a;b#c\"d") == "a#59;b#35;c#34;d");
  CHECK(mermaid_text("a-b: c--d->>e::f") == "a-b: c#45;-d#45;#62;#62;e#58;#58;f");
  scenario::Scenario scenario = users(1, 1, 0);
  scenario.tasks[0].operations = {get("a"), get("b"), get("c"), get("d"), get("e"), get("f"), get("g"), get("h")};
  for (auto& operation : scenario.tasks[0].operations) operation.keys = {"1", "2", "3", "4"};
  const design::Design design = shipped("redis-py-4.5.5/pool");
  const world::World world(scenario, design, program_of(design), false);
  world::World::State state = world.initial();
  Events events, enabled;
  for (world.enabled(state, enabled); !enabled.empty(); world.enabled(state, enabled)) {
    events.push_back(enabled[0]);
    world.apply(state, enabled[0]);
    enabled.clear();
  }
  const std::string text = mermaid(world, words::trace(world, events));
  CHECK(lines_of(text).size() == 1 + 3 + 60 + 1 + 1);
  CHECK(text.find("more\n") != std::string::npos);
}

TEST_CASE("CSV quotes, and disarms formulas") {
  const std::vector<std::string> fields = {"a", "b,c", "d\"e", "=1+1", "-x", "f\ng"};
  CHECK(csv_record(fields) == "a,\"b,c\",\"d\"\"e\",'=1+1,'-x,f\\ng\r\n");
}

TEST_CASE("DOT strings end where they should") { CHECK(dot_text("a\"b\\c\nd") == "a\\\"b\\\\c\\nd"); }

TEST_CASE("SARIF: links and paths") {
  CHECK(sarif_text("[a](b)") == "\\[a\\](b)");
  CHECK(uri_of("./a b/%:\"c.json") == "a%20b/%25%3A%22c.json");
}

TEST_CASE("SARIF stands at the line of the fatal cancel") {
  const Case each = hostile_case();
  const auto finding = findings_of(each, false).at(0);
  const auto place = main_place(each, finding);
  REQUIRE(place);
  CHECK(place->file == "connection.json");
  CHECK(place->text == "await receive");
  Case elsewhere = each;
  elsewhere.design_files.clear();
  CHECK(main_place(elsewhere, finding)->file == each.file);
}

TEST_CASE("fingerprints do not depend on names and places") {
  const auto print = [](const Case& each) {
    Cases cases;
    add(cases, each);
    const auto log = nlohmann::json::parse(sarif(cases, false));
    return log["runs"][0]["results"][0]["partialFingerprints"]["interleakWitness/v1"].get<std::string>();
  };
  const Case one = hostile_case();
  Case other = hostile_case("plain");
  CHECK(print(one).size() == 32);
  CHECK(print(one) == print(other));
  auto world = std::make_shared<world::World>(*other.world);
  scenario::Scenario renamed = world->scenario();
  renamed.id = "another";
  other.world = std::make_shared<world::World>(renamed, world->design(), world->program(), false);
  CHECK(print(one) != print(other));
}

TEST_CASE("fingerprints part what is parted") {
  const std::vector<std::string> one = {"ab", "c"}, two = {"a", "bc"};
  CHECK(fingerprint(one) != fingerprint(two));
  CHECK(fingerprint(one) == fingerprint(one));
}

TEST_CASE("a timeline follows each message through the queues") {
  const Case each = hostile_case("x");
  const Timeline lines = timeline(*each.world, *each.result->traces[0]);
  REQUIRE(lines.messages.size() == 2);
  const Message& asked = lines.messages[0];
  CHECK(asked.sender == "alice");
  CHECK(asked.reader == "bob");
  CHECK(asked.crossed());
  CHECK((asked.sent < asked.served && asked.served < asked.delivered && asked.delivered < asked.read));
  CHECK(lines.messages[1].read == 0);
  REQUIRE(lines.operations.size() == 2);
  CHECK(lines.operations[0].outcome->outcome == world::Outcome::cancelled);
  CHECK(lines.operations[1].outcome->outcome == world::Outcome::leak);
}

TEST_CASE("attachments have names that any file system and viewer takes") {
  const Cases cases = hostile_cases();
  const auto attached = junit_attachments(cases);
  REQUIRE(attached.size() == 1);
  const std::string& name = attached[0].name;
  CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
        std::string::npos);
  CHECK(name.size() <= 140);
  CHECK(junit(cases, {.attachments = "some/dir"}).find("[[ATTACHMENT|some/dir/" + name + "]]") != std::string::npos);
  CHECK(junit(cases, {}).find("ATTACHMENT") == std::string::npos);
  CHECK(attached[0].text.find("interleak replay") != std::string::npos);
}

/// Two users with the physics of a real client; the trace of a schedule under a shipped design.
struct Real {
  explicit Real(const std::string& id, const std::string& schedule) {
    scenario::Scenario scenario = users(2, 1, 1);
    scenario.physics = {
        .poll = true, .resolve = true, .kernel = true, .fragments = true, .swallow = true, .timeouts = true};
    const design::Design design = shipped(id);
    world = std::make_unique<world::World>(scenario, design, program_of(design), false);
    std::vector<Event> events;
    const auto error = words::parse_schedule(*world, schedule, events);
    if (error) UNSCOPED_INFO(error->told().text());
    REQUIRE_FALSE(error);
    trace = words::trace(*world, events);
  }
  std::unique_ptr<world::World> world;
  words::Trace trace;
};

TEST_CASE("a timeline follows pieces of replies, and the kernel's buffer") {
  const Real real("redis-py-4.5.1/cluster", "alice srv.1 net.1:hdr krn.1 alice !alice bob net.1 krn.1 bob");
  const Timeline lines = timeline(*real.world, real.trace);
  REQUIRE(lines.messages.size() == 2);
  const Message& asked = lines.messages[0];
  CHECK(asked.served == 2);
  CHECK(asked.pieces == std::vector<int>{3});
  CHECK(asked.delivered == 8);
  CHECK(asked.drained == 9);
  CHECK(asked.read == 10);
  CHECK(asked.crossed());
  CHECK(actor_of(*real.world, real.trace.steps[2]) == "net.1");
  CHECK(actor_of(*real.world, real.trace.steps[3]) == "krn.1");
  CHECK(machine_of(real.trace.steps[3]) == "event loop");
  const words::StepView& waits_in_kernel = real.trace.steps[7];
  CHECK(connection_words(waits_in_kernel.connections[0]) ==
        "requests [GET history], wire [], kernel [alice's history], stream []");
}

TEST_CASE("the shape of a witness tells every kind of event") {
  const auto shape = [](const std::string& id, const std::string& schedule) {
    return witness_shape(Real(id, schedule).trace);
  };
  CHECK(shape("redis-py-4.5.1/cluster", "bob srv.1 net.1:hdr krn.1 bob net.1:part !bob net.1 krn.1") ==
        "t1 srv.1 net.1:hdr krn.1 t1 net.1:part !t1 net.1 krn.1");
  CHECK(shape("redis-py-4.5.1/blocking", "alice bob tmo.bob") == "t1 t2 tmo.t2");
}

TEST_CASE("inconclusive is neither passed nor failed") {
  Cases cases;
  Case each = hostile_case();
  each.failures = {{check::FailureKind::inconclusive, "no-leak", "the search ended"}};
  add(cases, each);
  CHECK(verdict_word(cases) == "inconclusive");
  const std::string text = junit(cases, {});
  CHECK(text.find("failures=\"0\" errors=\"1\"") != std::string::npos);
  add(cases, hostile_case());
  CHECK(verdict_word(cases) == "failed");
}

}  // namespace
}  // namespace interleak::test

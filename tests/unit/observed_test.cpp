// A live run in the result files: there is no model of the client, and its texts are not ours.
#include "reports/cases.hpp"
#include "reports/github.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/sarif.hpp"
#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"

namespace {

using namespace interleak;
using namespace interleak::reports;

Observed seen(const std::string& client, const std::string& summary) {
  auto scenario = std::make_shared<scenario::Scenario>();
  scenario->protocol = scenario::standard_protocol();
  scenario->id = "two";
  scenario->file = "pool/two.json";
  for (const char* id : {"alice", "bob"}) {
    scenario::Task task;
    task.id = id;
    task.operations.emplace_back();
    task.operations.back().at.line = id[0] == 'a' ? 7 : 8;
    scenario->tasks.push_back(task);
  }
  Observed out;
  out.scenario = scenario;
  out.client = client;
  out.schedules = "52";
  out.by_outcome = {{"leak", "28"}, {"ok", "24"}};
  out.replay_words = {"interleak", "live", "pool/two.json", "--client", client};
  out.judgements.push_back({"no-lost-slot", check::Verdict::holds, "", "", {}});
  out.judgements.push_back({"no-starvation", check::Verdict::unknown, "", "", {}});
  out.judgements.push_back({"no-cross-user-reply",
                            check::Verdict::violated,
                            summary,
                            "alice !alice bob net.1",
                            {{"alice", "starts", "", 0, false},
                             {"!alice", "CANCELLED", "", 0, true},
                             {"bob", "starts", "", 1, false},
                             {"net.1", summary, "leak", -1, false}}});
  return out;
}

Cases cases_of(Observed observed) {
  Cases cases;
  Case each = case_of_live(std::move(observed));
  each.file = each.scenario().file;
  add(cases, std::move(each));
  return cases;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a live run is a case: what is violated or not reached is a failure") {
  const Cases cases = cases_of(seen("asio naive", "bob received alice's history"));
  CHECK(cases.failed == 1);
  CHECK(verdict_word(cases) == "failed");
  const auto findings = findings_of(cases.all[0], true);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].code == "ILK0206");
  CHECK(findings[1].code == "ILK0101");
  CHECK(headline(cases.all[0], findings[1], false) == "bob received alice's history");
  CHECK(schedule_of(cases.all[0], findings[1]) == "alice !alice bob net.1");
  CHECK(replay_of(cases.all[0], findings[1]) ==
        "interleak live pool/two.json --client 'asio naive' -s 'alice !alice bob net.1'");
  CHECK(main_place(cases.all[0], findings[1])->line == 7);   // the operation whose task was cancelled
  CHECK(trace_of(cases.all[0], findings[1]) == nullptr);

  Observed sound = seen("asio sound", "");
  sound.judgements.resize(1);
  const Cases passed = cases_of(std::move(sound));
  CHECK(verdict_word(passed) == "passed");
}

TEST_CASE("a difference from the model is a failure of its own") {
  Observed observed = seen("asio other", "");
  observed.judgements.resize(1);
  observed.model = "patterns/x";
  observed.compared = "52";
  observed.agreed = "51";
  observed.differences = {{"alice bob", "bob: live ok, model leak"}};
  const Cases cases = cases_of(std::move(observed));
  const auto findings = findings_of(cases.all[0], false);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "ILK0209");
  CHECK(headline(cases.all[0], findings[0], false) == "bob: live ok, model leak");
  const std::string xml = junit(cases, {});
  CHECK(has(xml, "name=\"asio other :: agreement\""));
  CHECK(has(xml, "<property name=\"agreed\" value=\"51\"/>"));
  CHECK(has(summary_markdown(cases), "differs from patterns/x"));
  CHECK(has(sarif(cases, false), "\"ruleId\": \"ILK0209\""));
}

TEST_CASE("texts of a client stay texts in every format") {
  const std::string evil = "x\x1b]0;t\a</failure>\"]]>\n::error::`|<script>[a](b)\xff";
  const Cases cases = cases_of(seen(evil, evil));
  const std::string xml = junit(cases, {}), json = sarif(cases, false), markdown = summary_markdown(cases);
  CHECK_FALSE(has(xml, "x\x1b"));
  CHECK_FALSE(has(xml, "]]>"));
  CHECK_FALSE(has(xml, "</failure>\"]"));
  CHECK_FALSE(has(markdown, "<script>[a](b) |"));
  CHECK_FALSE(has(markdown, "\x1b"));
  const Json parsed = Json::parse(json, nullptr, false);
  REQUIRE(parsed.is_object());
  const Json& result = parsed["runs"][0]["results"][1];
  CHECK_FALSE(has(result["message"]["text"].get<std::string>(), "\x1b"));
  CHECK(result["codeFlows"][0]["threadFlows"][0]["locations"].size() == 4);
  const std::string annotations = github_annotations(cases);
  CHECK_FALSE(has(annotations, "\n::error::`"));
  CHECK_FALSE(has(annotations, "\x1b"));
}

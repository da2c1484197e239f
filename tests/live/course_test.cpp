// Whose data a client got, and what the outside forces as events: values, no server.
#include <array>
#include <string_view>
#include <utility>

#include "live/action.hpp"
#include "live/course.hpp"
#include "live/failure.hpp"
#include "live/judge.hpp"
#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"

using namespace interleak;
using namespace interleak::live;

namespace {

/// alice and bob get their names; bob twice.
scenario::Scenario two_users() {
  scenario::Scenario out;
  out.protocol = scenario::standard_protocol();
  out.tasks.resize(2);
  scenario::Operation get;
  get.does = "get";
  get.keys = {"name"};
  get.accepts = {"value"};
  out.tasks[0].id = out.tasks[0].owner = "alice";
  out.tasks[1].id = out.tasks[1].owner = "bob";
  out.tasks[0].operations = {get};
  out.tasks[1].operations = {get, get};
  return out;
}

ClientEnd got(const std::string& task, int operation, const char* json) {
  ClientEnd end;
  end.task = task;
  end.operation = operation;
  end.value = Json::parse(json);
  return end;
}

struct Setup {
  scenario::Scenario scenario = two_users();
  Redis redis{scenario, 1};
  Judge judge{scenario, redis};
  Course course{scenario, judge};
};

TEST_CASE("a value is one's own, another's, or nobody's") {
  Setup s;
  const auto result = [&](const char* json) { return s.judge.result_of(0, got("alice", 0, json)); };
  CHECK(result(R"(["name of alice"])") == Result{terms::Outcome::ok, -1, ""});
  CHECK(result(R"(["name of bob"])") == Result{terms::Outcome::leak, 1, ""});
  CHECK(result(R"(["name of bob"])").text == "bob's name");
  CHECK(result(R"([["name of alice", "name of bob"]])") == Result{terms::Outcome::leak, 1, ""});
  CHECK(result("[null]") == Result{terms::Outcome::wrong_value, -1, ""});
  CHECK(s.judge.anybodys(Json::parse(R"([1, {"a": "name of bob"}])")) == "bob's name");
  CHECK(s.judge.anybodys(Json::parse(R"(["a probe"])")).empty());
  s.scenario.ownership_check = true;
  CHECK(result(R"(["name of bob"])") == Result{terms::Outcome::rejected, 1, ""});
  s.scenario.tasks[0].operations[0].accepts = {"list"};
  CHECK(result(R"(["name of bob"])") == Result{terms::Outcome::type_error, 1, ""});
  s.scenario.tasks[0].operations[0].mangles = {"value"};
  CHECK(result(R"(["name of bob"])") == Result{terms::Outcome::wrong_value, -1, ""});
}

TEST_CASE("a course tells what came of each step, the worst of it apart") {
  Setup s;
  s.course.begin_step();
  s.course.start(0);
  s.course.start(1);
  s.course.tell("starts");
  CHECK(s.course.hear(got("alice", 0, R"(["name of bob"])")));
  CHECK(s.course.hear(got("bob", 0, R"(["name of bob"])")));
  CHECK_FALSE(s.course.hear(got("probe:1", 0, "[]")));
  s.course.end_step(Action::of_task(Action::Kind::start, 1));
  REQUIRE(s.course.steps().size() == 1);
  const Step& step = s.course.steps()[0];
  CHECK(step.event == "bob");
  CHECK(step.summary == "starts, alice received bob's name, bob received its own data");
  CHECK(step.shows == "alice received bob's name");
  CHECK(step.worst == terms::Outcome::leak);
  CHECK(step.known == std::vector<std::size_t>{1, 1});
  CHECK((s.course.has_ended(0) && !s.course.has_ended(1) && !s.course.all_ended()));
  CHECK_THROWS_AS(s.course.hear(got("bob", 0, "[]")), LiveFailure);
  CHECK_THROWS_AS(s.course.check_complete({}, "client"), LiveFailure);
  CHECK(s.course.starve());
  CHECK(s.course.results()[1].back().outcome == terms::Outcome::starved);
}

TEST_CASE("a cancel has landed once its task was suspended so often") {
  Setup s;
  s.course.cancel_at(0, 2);
  CHECK(s.course.cancels() == 1);
  ClientReport report;
  for (const int count : {1, 2}) {
    CHECK_FALSE(s.course.every_cancel_landed());
    report.waits = {{"alice", count}};
    s.course.hear_waits(report);
  }
  CHECK(s.course.every_cancel_landed());
}

TEST_CASE("an action is an event, and a word") {
  using Kind = Action::Kind;
  const auto scenario = two_users();
  const std::array<std::pair<Action, const char*>, 10> all = {{
      {Action::of_task(Kind::start, 1), "bob"},
      {Action::of_task(Kind::cancel, 0), "!alice"},
      {Action::of_connection(Kind::serve, 12), "srv.12"},
      {Action::of_connection(Kind::deliver, 1), "net.1"},
      {Action::of_connection(Kind::header, 2), "net.2:hdr"},
      {Action::of_connection(Kind::part, 2), "net.2:part"},
      {Action{.kind = Kind::start_cancel, .task = 1, .suspension = 15}, "bob!15"},
      {Action{.kind = Kind::turn, .task = 1, .connection = 3}, "net.3+bob"},
      {Action{.kind = Kind::together, .task = 0, .other = 1}, "alice+bob"},
      {Action::of_connection(Kind::close, 4), "close.4"},
  }};
  for (const auto& [action, text] : all) {
    CHECK(action.text(scenario) == text);
    CHECK(Action::of(action.event()).text(scenario) == text);
    CHECK(Action::of(action.event()).task == action.task);
    const std::string_view word = text;
    CHECK(action.is_fault() == (word.find('!') != word.npos || word.starts_with("close")));
  }
}

}  // namespace

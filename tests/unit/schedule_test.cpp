// Schedules as texts: pure text, and against a system that can only be replayed.
#include "sim/kernel/schedule.hpp"

#include "sim/explore/replay.hpp"
#include "tests/catch.hpp"
#include "tests/unit/toys.hpp"

namespace interleak {
namespace {

using Words = std::vector<ScheduleWord>;

ScheduleError error_of(std::string_view text) { return std::get<ScheduleError>(split_schedule(text)); }

TEST_CASE("a schedule is cut into words with counts") {
  const auto words = std::get<Words>(split_schedule("  alice*3\t!alice\n srv.1 bob'~2*12 "));
  REQUIRE(words.size() == 4);
  CHECK(words[0].text == "alice");
  CHECK(words[0].count == 3);
  CHECK(words[0].offset == 2);
  CHECK(words[1].text == "!alice");
  CHECK(words[1].offset == 10);
  CHECK(words[3].text == "bob'~2");
  CHECK(words[3].count == 12);
  CHECK(std::get<Words>(split_schedule("")).empty());
  CHECK(std::get<Words>(split_schedule(" \n ")).empty());
}

TEST_CASE("a malformed schedule is refused with a place") {
  for (const char* text :
       {"a b*", "a b*0", "a b*-1", "a b*x", "a b*3x", "a b*100001", "a b*99999999999999999999", "a b* 3", "a b*+3"}) {
    CAPTURE(text);
    CHECK(error_of(text).number == 0);
    CHECK(error_of(text).offset == 4);
    CHECK(error_of(text).message.find("from 1 to 100000") != std::string::npos);
  }
  CHECK(error_of("a *3").offset == 2);
  CHECK(error_of("a *3").message == "'*3' names no event before its '*'");
  CHECK(error_of("\x1b[31m*0").message.find('\x1b') == std::string::npos);
}

TEST_CASE("a schedule has limits") {
  CHECK(std::get<Words>(split_schedule("a*100000")).front().count == 100000);
  CHECK(error_of("a*100000 b").offset == 9);
  CHECK(error_of("a*60000 b*60000").message == "the schedule has more than 100000 events");
  CHECK(std::get<Words>(split_schedule(std::string(kMaxScheduleBytes, ' '))).empty());
  CHECK(error_of(std::string(kMaxScheduleBytes + 1, ' ')).offset == kMaxScheduleBytes);
}

TEST_CASE("texts are joined with counts") {
  const std::vector<std::string> texts{"a", "a", "a", "!a", "b", "a"};
  CHECK(join_schedule(texts) == "a*3 !a b a");
  CHECK(join_schedule({}).empty());
}

TEST_CASE("a schedule is read against a system") {
  toys::Mule mule(3);
  const auto events = std::get<Events>(explore::parse_schedule(mule, "left*2 right left !boom"));
  CHECK(events == Events{{0}, {0}, {1}, {0}, {2}});
  CHECK(explore::print_schedule(mule, events) == "left*2 right left !boom");
  CHECK(std::get<Events>(explore::parse_schedule(mule, "")).empty());
}

TEST_CASE("the first event that is not enabled is named") {
  toys::Mule mule(3);
  const auto error = std::get<ScheduleError>(explore::parse_schedule(mule, "right left*5 right"));
  CHECK(error.number == 5);
  CHECK(error.offset == 6);
  CHECK(error.message == "'left' is not enabled");
  CHECK(error.enabled == std::vector<std::string>{"right", "!boom"});
}

TEST_CASE("replay tells what happened, or where it cannot go on") {
  toys::Mule mule(1);
  const Events whole{{0}, {2}};
  const auto run = std::get<explore::Run>(explore::replay(mule, whole));
  CHECK(run.events == whole);
  CHECK(run.complete);
  CHECK(run.facts == 3);
  CHECK(run.worst == 3);
  CHECK(run.faults == 1);
  CHECK_FALSE(std::get<explore::Run>(explore::replay(mule, Events{{0}})).complete);
  const auto refused = std::get<explore::NotEnabled>(explore::replay(mule, Events{{0}, {0}}));
  CHECK(refused.number == 2);
  CHECK(refused.enabled == Events{{1}, {2}});
}

}  // namespace
}  // namespace interleak

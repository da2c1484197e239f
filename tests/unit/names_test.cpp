// Tasks whose names are words of our own sentences, or begin like them: `a`, `is`, `reply`, `waits`. Where a report
// names them they are marked, and nothing else is: it says the same, and marks the same places, as for names that no
// sentence has.
#include <array>
#include <regex>
#include <string>
#include <vector>

#include "reports/html.hpp"
#include "reports/text.hpp"
#include "reports/why.hpp"
#include "reports/words.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::reports {
namespace {

using words::Prose;
using Names = std::array<std::string, 2>;

Result explored(const Names& names, const std::string& id) {
  scenario::Scenario scenario = test::users(2, 1, 1);
  for (std::size_t i = 0; i < names.size(); ++i) scenario.tasks[i].id = scenario.tasks[i].owner = names[i];
  Result result;
  result.world = std::make_shared<world::World>(test::world_of(scenario, test::shipped(id)));
  check::Options options;
  options.numbers = check::WhichNumbers::all;
  options.explain = check::Explain::all;
  result.analysis = test::analysis_of(*result.world, options);
  for (const check::Judgement& each : result.analysis.judgements) {
    result.traces.emplace_back();
    if (each.verdict == check::Verdict::violated) result.traces.back() = words::trace(*result.world, each.witness);
  }
  result.replay_words = {"two-users", "-d", id};
  return result;
}

/// `text` with other names in it; the second may begin with the first.
std::string renamed(std::string text, const Names& from, const Names& to) {
  for (const std::size_t i : {1u, 0u}) {
    for (std::size_t at = text.find(from[i]); at != std::string::npos; at = text.find(from[i], at + to[i].size())) {
      text.replace(at, from[i].size(), to[i]);
    }
  }
  return text;
}

std::string text_of(const Result& result, bool ascii, int width = 100) {
  TextOptions options;
  options.style.ascii = ascii;
  options.style.width = width;
  options.verbose = true;
  std::string out = run_text(result, options);
  for (const check::Judgement& each : result.analysis.judgements) {
    out += why_text(*result.world, each, options.style, true);
  }
  return out;
}

/// Without digests, which are of all words.
std::string page_of(const Names& names) {
  HtmlReport report;
  for (const char* id : {"redis-py-4.5.1/pool", "redis-py-4.5.5/pool"}) {
    HtmlDesign design;
    design.result = explored(names, id);
    design.space = check::state_space(*design.result.world, property::all_invariants().front().violated_by, {});
    design.extras = extras_of(design.result);
    report.designs.push_back(std::move(design));
  }
  return std::regex_replace(html(report, {}), std::regex("[0-9a-f]{64}"), "");
}

}  // namespace

TEST_CASE("in a report on a terminal, words that tasks are called are no names") {
  const Names neutral = {"Q", "QZ"};
  for (const std::string id : {"redis-py-4.5.1/pool", "redis-py-4.5.4/pool"}) {
    for (const Names& names : {Names{"a", "is"}, Names{"I", "on"}, Names{"c", "to"}}) {
      for (const bool ascii : {false, true}) {
        CHECK(text_of(explored(names, id), ascii) == renamed(text_of(explored(neutral, id), ascii), neutral, names));
      }
    }
  }
  const std::string text = text_of(explored({"a", "is"}, "redis-py-4.5.1/pool"), false, 4000);
  CHECK(text.find("▲is received ●a's history (step 6), which answers the GET history that ●a sent (step 1).") !=
        std::string::npos);
}

TEST_CASE("in a page, words that tasks are called are no names") {
  const Names neutral = {"qqzqq", "zqqzz"};
  for (const Names& names : {Names{"reply", "waits"}, Names{"await", "takes"}}) {
    CHECK(page_of(names) == renamed(page_of(neutral), neutral, names));
  }
  const std::string page = page_of({"reply", "waits"});
  CHECK(page.find("takes c1, sends GET history, waits for a reply on c1") != std::string::npos);
  CHECK(page.find("▲waits</b> received <b class=\"o0\">●reply</b>&#39;s history") != std::string::npos);
}

TEST_CASE("tasks that share an owner, and one that is called like another's owner, keep their own marks") {
  scenario::Scenario scenario = test::users(3, 1, 0);
  scenario.tasks[0].owner = "bob";
  scenario.tasks[2].owner = "bob";
  const auto world = test::world_of(scenario, test::design_of({{"execute", {"pass"}}}));
  CHECK(decorated(words::task(world, 1), false) == "▲bob");
  CHECK(decorated(words::owner_of(world, 0), false) == "●bob");
  CHECK(decorated(words::owner_of(world, 2), false) == "●bob");
  CHECK(decorated(words::event_text(world, "!bob'"), true) == "!B:bob'");
  CHECK(decorated(words::event_text(world, "srv.1"), true) == "srv.1");
}

TEST_CASE("prose knows its names through every joining") {
  const Prose alice = Prose::name(0, "alice"), bob = Prose::name(1, "bob");
  Prose text = bob + " received " + alice + "'s alice";
  text += text;
  CHECK(text.text() == "bob received alice's alicebob received alice's alice");
  using Piece = Prose::Piece;
  CHECK(text.pieces() == std::vector<Piece>{{"bob", 1},
                                            {" received ", -1},
                                            {"alice", 0},
                                            {"'s alice", -1},
                                            {"bob", 1},
                                            {" received ", -1},
                                            {"alice", 0},
                                            {"'s alice", -1}});
  CHECK(words::joined({alice, bob}, ", ") == alice + ", " + bob);
  CHECK(Prose("alice") != alice);
  CHECK(Prose::name(0, "").pieces().empty());
  CHECK(prose_of(prose_json(text)) == text);
  CHECK(prose_json(Prose("no name")) == "no name");
}

TEST_CASE("the text of an event names its task, the first one too") {
  const auto world = test::world_of(test::users(2, 1, 1), test::design_of({{"execute", {"pass"}}}));
  const auto named = [&](const std::string& text) {
    std::vector<int> tasks;
    for (const auto& piece : words::event_text(world, text).pieces()) {
      if (piece.task >= 0) tasks.push_back(piece.task);
    }
    return tasks;
  };
  CHECK(named("!alice~2") == std::vector<int>{0});
  CHECK(named("bob") == std::vector<int>{1});
  CHECK(named("srv.1").empty());
  CHECK(words::event_text(world, "!alice~2").text() == "!alice~2");
}

}  // namespace interleak::reports

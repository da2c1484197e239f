// Both engines on one protocol at a time, in random cases that are said in its words: each file of tests/protocols,
// each that is built in, and random ones.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/fuzz_case.hpp"
#include "tests/oracle/random_case.hpp"
#include "tests/oracle/random_protocol.hpp"

namespace interleak::oracle {
namespace {

protocol::ProtocolPtr protocol_in(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Diagnostics errors;
  auto read = scenario::read_protocol(text, path, errors);
  REQUIRE(read.has_value());
  return std::make_shared<const protocol::Protocol>(std::move(*read));
}

/// A case in the words of the protocol, mostly with sessions.
Case case_in(const protocol::ProtocolPtr& protocol, std::uint64_t number) {
  Random random(20230320, number);
  const Scale scale = number % 8 == 0 ? Scale{3, 2, false} : Scale{};
  Case each = random_case(scale, protocol, random);
  each.scenario.physics.session = !random.one_in(4);
  return each;
}

/// Both engines on so many random cases of a protocol.
Figures compare_engines(const protocol::ProtocolPtr& protocol, std::uint64_t cases) {
  Figures figures;
  for (std::uint64_t number = 0; number < cases; ++number) {
    const Case each = case_in(protocol, number);
    Effort effort;
    effort.seed = number;
    effort.enumerates = number % 8 == 0;
    effort.first_search = number % 3 == 0 ? 200 : 0;
    if (const auto found = examine(each, effort, figures)) {
      FAIL_CHECK("case " << number << ": " << found->difference << "\n" << found->files);
    }
  }
  return figures;
}

void check_seen(const Figures& figures, const std::vector<std::string>& marks) {
  for (const std::string& mark : marks) {
    CAPTURE(mark);
    bool seen = false;
    for (const Line& line : figures.table()) seen = seen || (line.name == mark && line.count > 0);
    CHECK(seen);
  }
}

}  // namespace

TEST_CASE("both engines agree on each protocol that is a file") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/protocols")) {
    CAPTURE(entry.path().string());
    const auto protocol = protocol_in(entry.path().string());
    ++files;
    const Figures figures = compare_engines(protocol, 600);
    CHECK(figures.designs > 400);
    if (protocol->session.empty()) continue;
    check_seen(figures, {"session: leaves its base", "session: is at its base again",
                         "server: a command of a listing changes the session"});
  }
  CHECK(files > 0);
}

TEST_CASE("both engines agree on each protocol that is built in") {
  for (const std::string& id : scenario::built_in_protocols().ids()) {
    CAPTURE(id);
    compare_engines(scenario::built_in_protocols().find(id), 200);
  }
}

TEST_CASE("both engines agree on random protocols") {
  Figures all;
  for (std::uint64_t number = 0; number < 60; ++number) {
    Random random(20230321, number);
    const auto protocol = random_protocol(number % 2 == 0, random);
    if (is_built_in(*protocol)) continue;
    CAPTURE(number, to_json(*protocol));
    all.add(compare_engines(protocol, 20));
  }
  check_seen(all, {
                      "server: the first of several groups",
                      "deliver: several messages at once",
                      "until: one behind the first is it",
                      "judged: another message that answers it",
                      "judged: ok, behind the first message of its reply",
                      "case: one between the first and the last",
                      "under: its own setting",
                      "under: the identity of another owner",
                      "judged: an error of the server",
                      "judged: what answers a command of the listing",
                      "server: a write, again",
                      "close: leaves a write behind, where the server runs on",
                      "push: data of an owner",
                  });
}

}  // namespace interleak::oracle

// Certificates: what is written is proved again; whatever is changed in one is refused, with a reason;
// and every shipped `holds` of a small world has one.
#include <set>

#include "sim/certify/checker.hpp"

#include "sim/certify/subject.hpp"
#include "sim/check/certificate.hpp"
#include "sim/check/exploration.hpp"
#include "tests/unit/shipped.hpp"
#include "tests/unit/slice.hpp"

namespace interleak::test {
namespace {

using certify::Checked;

/// A certificate of some invariants, whether or not they hold.
std::string certificate_of(const world::World& world, const std::vector<std::string>& invariants) {
  const check::Exploration seen = check::explore_all(world, {});
  REQUIRE(!seen.order.cycle);
  certify::Head head;
  head.tool = "test";
  head.semantics = 1;
  head.scenario = world.scenario().id;
  head.variant = world.scenario().variant;
  head.design = world.design().id;
  head.invariants = invariants;
  head.words = {"incident/two-users", "-d", "100% of it\n"};
  return check::certificate_of(world, seen.graph, seen.order, head);
}

/// The same bytes with the right digest behind them: an adversary can do that.
std::string mended(std::string certificate) {
  certificate.resize(certificate.size() - 32);
  const certify::Digest digest = certify::sha256(certificate);
  return certificate.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string reason(const world::World& world, const std::string& certificate) {
  return certify::check(world, 1, certificate).refused;
}

/// Where the body begins.
std::size_t body_of(const std::string& certificate) { return certificate.find("\n\n") + 2; }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

world::World safe_world() { return world_of(users(2, 1, 1), shipped("redis-py-4.5.5/pool")); }

TEST_CASE("SHA-256 of what FIPS 180-4 shows") {
  CHECK(certify::hex(certify::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(certify::hex(certify::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(certify::hex(certify::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(certify::hex(certify::sha256(std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a certificate proves what it says") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak", "no-lost-slot"});
  const Checked checked = certify::check(world, 1, certificate);
  CHECK(checked.refused == "");
  const auto analysis = analysis_of(world);
  CHECK(checked.states == analysis.states);
  CHECK(checked.transitions == analysis.transitions);
  CHECK(checked.ends > 0);
  CHECK(checked.head.words == std::vector<std::string>{"incident/two-users", "-d", "100% of it\n"});
  CHECK(certify::read(certificate).head.invariants == std::vector<std::string>{"no-leak", "no-lost-slot"});
}

TEST_CASE("every byte of a certificate counts") {
  auto scenario = users(2, 1, 0);
  const auto world = world_of(scenario, shipped("redis-py-4.5.5/pool"));
  const std::string certificate = certificate_of(world, {"no-leak"});
  REQUIRE(reason(world, certificate) == "");
  const std::size_t head = body_of(certificate);
  std::size_t mended_and_valid = 0;
  for (std::size_t at = 0; at < certificate.size(); ++at) {
    std::string other = certificate;
    for (const int change : {1, 0x80}) {
      other[at] = static_cast<char>(certificate[at] ^ change);
      CHECK(reason(world, other) != "");
      if (at < head || at + 32 >= certificate.size()) continue;
      // Behind the head every byte is part of a state or of an event: the digest is not needed.
      INFO("byte " << at);
      if (reason(world, mended(other)).empty()) ++mended_and_valid;
    }
    std::string shorter = certificate.substr(0, at);
    CHECK(reason(world, shorter) != "");
  }
  CHECK(mended_and_valid == 0);
}

TEST_CASE("a state that is missing is missed") {
  const auto world = safe_world();
  const check::Exploration seen = check::explore_all(world, {});
  const certify::Head named = certify::read(certificate_of(world, {"no-leak"})).head;
  std::vector<std::uint32_t> place(seen.graph.size());
  for (std::uint32_t i = 0; i < seen.order.states.size(); ++i) place[seen.order.states[i]] = i;
  for (std::uint32_t missing = 0; missing < seen.graph.size(); ++missing) {
    certify::Writer writer(world, named);
    std::uint32_t number = 0;
    for (const std::uint32_t s : seen.order.states) {
      if (place[s] == missing) continue;
      std::vector<std::uint32_t> targets;
      for (const explore::Edge& edge : seen.graph.edges_of(s)) {
        // What led to the missing state leads to the one behind it now.
        const std::uint32_t target = place[edge.target];
        targets.push_back(std::max(number + 1, target > missing ? target - 1 : target));
      }
      writer.add(seen.graph.bytes_of(s), targets);
      ++number;
    }
    const std::string why = reason(world, writer.finish());
    INFO("without state " << missing << ": " << why);
    CHECK(why != "");
    CHECK((has(why, "state ") || has(why, "initial")));
  }
}

TEST_CASE("an event that is left out is missed") {
  const auto world = safe_world();
  const check::Exploration seen = check::explore_all(world, {});
  certify::Writer writer(world, certify::read(certificate_of(world, {"no-leak"})).head);
  std::vector<std::uint32_t> place(seen.graph.size());
  for (std::uint32_t i = 0; i < seen.order.states.size(); ++i) place[seen.order.states[i]] = i;
  for (const std::uint32_t s : seen.order.states) {
    std::vector<std::uint32_t> targets;
    for (const explore::Edge& edge : seen.graph.edges_of(s)) targets.push_back(place[edge.target]);
    if (s == 0) targets.pop_back();
    writer.add(seen.graph.bytes_of(s), targets);
  }
  CHECK(has(reason(world, writer.finish()), "state 0 has 2 events, and the file lists 1"));
}

TEST_CASE("a certificate for something else is refused, with the reason") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak"});
  CHECK(has(reason(world_of(users(2, 1, 2), shipped("redis-py-4.5.5/pool")), certificate),
            "scenario or design have changed"));
  CHECK(has(reason(world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool")), certificate),
            "it is for another design: redis-py-4.5.5/pool"));
  auto named = users(2, 1, 1);
  named.id = "another";
  CHECK(has(reason(world_of(named, shipped("redis-py-4.5.5/pool")), certificate), "it is for another scenario: test"));
  auto changed = shipped("redis-py-4.5.5/pool");
  changed.procedures.begin()->second.lines[0].text += "  # the same";
  CHECK(has(reason(world_of(users(2, 1, 1), changed), certificate), "scenario or design have changed"));
  CHECK(has(certify::check(world, 2, certificate).refused, "under semantics 1"));
  CHECK(has(reason(world_of(users(2, 1, 1), shipped("redis-py-4.5.5/pool"), true), certificate), "cancel-is-prompt"));
}

TEST_CASE("heads that are wrong are refused, with the reason") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak"});
  const auto with = [&](const std::string& from, const std::string& to) {
    return reason(world, mended(replaced(certificate, from, to)));
  };
  CHECK(has(with("interleak certificate 1", "interleak certificate 9"), "format 9"));
  CHECK(has(with("interleak", "something"), "it is no certificate"));
  CHECK(has(with("invariant no-leak", "invariant no-harm"), "not known here"));
  CHECK(has(with("reduction none", "reduction some"), "a reduction"));
  CHECK(has(with("semantics 1", "semantics x"), "a number that is none"));
  CHECK(has(with("states ", "statez "), "\"states\""));
  CHECK(has(with("states ", "states 9"), "more states than fit"));
  CHECK(has(with("states ", "states 1844674407370955161"), "a number that is none"));
  CHECK(has(with("transitions ", "transitions 0"), "a number that is none"));
  CHECK(has(with("invariant no-leak\n", ""), "no line \"invariant\""));
  CHECK(has(with("invariant no-leak", "invariant "), "not known here"));
  CHECK(has(with("invariant no-leak", "invariant no-leak\ninvariant no-leak"), "it names no-leak twice"));
  CHECK(has(with("transitions ", "transitions 1"), "its head says"));
  CHECK(has(with("remembers nothing", "remembers cancels"), "cancel-is-prompt"));
  CHECK(has(with("invariant no-leak", "invariant cancel-is-prompt"), "cancel-is-prompt"));
  CHECK(has(reason(world, ""), "it is no certificate"));
  CHECK(has(reason(world, certificate + "x"), "not as it was written"));
  std::string longer = certificate;
  longer.insert(longer.size() - 32, "x");
  CHECK(has(reason(world, mended(longer)), "left over"));
}

TEST_CASE("what a head says has one way to be written") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak"});
  CHECK(has(certificate, "\ntool test\n"));
  CHECK(has(certificate, "\nword 100%25 of it%0a\n"));   // a space is written as it is
  for (const char* other :
       {"t%65st", "test%", "test%4", "test%0", "te%st", "test%0A", "te%zzst", "te%25%7", "te\x1fst"}) {
    INFO(other);
    CHECK(has(reason(world, mended(replaced(certificate, "tool test", "tool " + std::string(other)))),
              "no line \"tool\""));
  }
  CHECK(reason(world, mended(replaced(certificate, "tool test", "tool te%25st%7f%1f~"))) == "");
  CHECK(certify::read(mended(replaced(certificate, "tool test", "tool a%25b%7f%1f c"))).head.tool == "a%b\x7f\x1f c");
}

TEST_CASE("no field of a head may hold what is not well written") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak"});
  for (const std::string field : {"tool", "semantics", "scenario", "variant", "design", "subject", "invariant",
                                  "remembers", "reduction", "word", "states", "transitions"}) {
    INFO(field);
    const std::string begin = "\n" + field + " ";
    CHECK(has(reason(world, mended(replaced(certificate, begin, begin + "%zz"))), "no line \"" + field + "\""));
  }
}

TEST_CASE("a format that is not known is named as far as it can be printed") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak"});
  const auto with = [&](const std::string& format) {
    return reason(world, mended(replaced(certificate, "certificate 1\n", "certificate " + format + "\n")));
  };
  CHECK(has(with("12345678901234567890123456789"), "of format 12345678901234567890,"));
  CHECK(has(with("9\x7f=\x1b~ !"), "of format 9?=?~?!,"));
}

TEST_CASE("a state has a bound") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak"});
  const auto with_first_state_of = [&](std::size_t bytes) {
    std::string body(2, '\0');
    for (std::size_t n = bytes; body.size() < 5; n >>= 7) {
      body += static_cast<char>(body.size() < 4 ? (n & 0x7f) | 0x80 : n);
    }
    body += std::string(bytes, 'x') + certificate.substr(body_of(certificate));
    return reason(world, mended(certificate.substr(0, body_of(certificate)) + body));
  };
  CHECK(has(with_first_state_of(certify::kMaxStateBytes), "state 0 is not the initial state"));
  CHECK(has(with_first_state_of(certify::kMaxStateBytes + 1), "state 0 is malformed"));
}

TEST_CASE("a list of no states proves nothing, not even that there is an initial one") {
  const auto world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  certify::Head head = certify::read(certificate_of(world, {"no-leak"})).head;
  const std::string certificate = certify::Writer(world, head).finish();
  REQUIRE(certify::read(certificate).valid());
  CHECK(reason(world, certificate) == "state 0 is missing: the list of states ends before it");
}

TEST_CASE("a state that is listed twice makes the number of states a false one") {
  const auto world = safe_world();
  const check::Exploration seen = check::explore_all(world, {});
  const certify::Head named = certify::read(certificate_of(world, {"no-leak"})).head;
  std::vector<std::uint32_t> place(seen.graph.size()), ways(seen.graph.size());
  for (std::uint32_t i = 0; i < seen.order.states.size(); ++i) place[seen.order.states[i]] = i;
  for (const explore::Edge& edge : seen.graph.edges) ++ways[place[edge.target]];
  int doubled = 0;
  for (std::uint32_t twice = 1; twice < seen.graph.size(); ++twice) {
    if (ways[twice] < 2) continue;
    certify::Writer writer(world, named);
    bool first = true;
    for (const std::uint32_t s : seen.order.states) {
      std::vector<std::uint32_t> targets;
      for (const explore::Edge& edge : seen.graph.edges_of(s)) {
        // The first event that leads there leads to the first of the two, all others to the second.
        const std::uint32_t target = place[edge.target];
        const bool behind = target > twice || (target == twice && !first);
        if (target == twice) first = false;
        targets.push_back(target + (behind ? 1 : 0));
      }
      writer.add(seen.graph.bytes_of(s), targets);
      if (place[s] == twice) writer.add(seen.graph.bytes_of(s), targets);
    }
    CHECK(reason(world, writer.finish()) == "a state is listed twice");
    ++doubled;
  }
  CHECK(doubled > 0);
}

TEST_CASE("a body can be written in one way only") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak"});
  const std::size_t body = body_of(certificate);
  REQUIRE(certificate[body] == 0);  // nothing in common with the state before the first one
  const auto with_front = [&](const std::string& front) {
    return reason(world, mended(certificate.substr(0, body) + front + certificate.substr(body + 1)));
  };
  CHECK(with_front(std::string(1, '\0')) == "");
  CHECK(has(with_front(std::string("\x80\0", 2)), "in the middle of state 0"));
  const std::string nine(9, '\x80');
  CHECK(has(with_front(nine + '\2'), "in the middle of state 0"));    // 2^64, which is not 0
  CHECK(has(with_front(nine + '\1'), "state 0 is malformed"));        // 2^63
  CHECK(has(with_front(nine + "\x80\1"), "in the middle of state 0"));
}

TEST_CASE("a state repeats nothing of the one before it") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak"});
  std::string_view rest = std::string_view(certificate).substr(body_of(certificate));
  const auto next = [&] {
    const auto number = static_cast<std::uint8_t>(rest.front());
    REQUIRE(number < 0x80);
    rest.remove_prefix(1);
    return static_cast<std::size_t>(number);
  };
  next(), next();
  const std::string first(rest.substr(1, static_cast<std::size_t>(rest.front())));
  rest.remove_prefix(1 + first.size());
  for (std::size_t targets = next(); targets > 0; --targets) next();
  const std::size_t second = certificate.size() - rest.size();
  const std::size_t front = next(), back = next(), between = next();
  REQUIRE(front > 0);
  // One byte fewer of the front, and that byte written out.
  std::string other = certificate.substr(0, second);
  for (const std::size_t number : {front - 1, back, between + 1}) other += static_cast<char>(number);
  other += first[front - 1];
  other += rest;
  CHECK(reason(world, mended(other)) == "state 1 is not written in the shortest way");
}

TEST_CASE("what hits a limit of the engine cannot be certified") {
  const auto design =
      design_of({{"execute", {"take", "loop 255 times:", "    loop 255 times:", "        pass", "put"}}});
  const auto world = world_of(users(1, 1, 0), design);
  CHECK(
      has(reason(world, certificate_of(world, {"no-leak"})), "a limit of the engine is hit by event alice of state 0"));
}

TEST_CASE("a head has a bound") {
  const auto world = safe_world();
  const std::string certificate = certificate_of(world, {"no-leak"});
  const std::string lines = "word x\n";
  std::string many;
  while (many.size() < certify::kMaxHeadBytes) many += lines;
  CHECK(has(reason(world, mended(replaced(certificate, lines.substr(0, 5), many + "word "))), "has no line"));
}

TEST_CASE("what is violated cannot be certified") {
  const auto world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  CHECK(has(reason(world, certificate_of(world, {"no-leak"})), "no-leak is violated by event bob"));
  CHECK(has(reason(world, certificate_of(world, {"idle-is-clean"})), "idle-is-clean is violated in state"));
  CHECK(reason(world, certificate_of(world, {"no-lost-slot"})) == "");
  auto scenario = users(2, 1, 1);
  scenario.send_suspends = design::SendSuspends::after;
  const auto loses = world_of(scenario, shipped("redis-py-4.5.5/cluster"));
  CHECK(has(reason(loses, certificate_of(loses, {"no-lost-slot"})), "no-lost-slot is violated at the end"));
}

TEST_CASE("the memory of the checker has a bound") {
  const auto world = safe_world();
  CHECK(has(certify::check(world, 1, certificate_of(world, {"no-leak"}), 100).refused, "more memory"));
}

TEST_CASE("every invariant that holds somewhere shipped is certified there") {
  Slice slice;
  int proved = 0;
  for (const Shipped& each : shipped_scenarios()) {
    for (const design::Design* design : each.designs) {
      if (!slice.takes_next()) continue;
      INFO(each.name << " under " << design->id);
      const auto world = world_of(each.scenario, *design, true);
      check::Options options;
      options.budget.max_states = 300;
      options.counts = false;
      certify::Head head;
      head.semantics = 1;
      head.words = {"x"};
      options.certificate = std::make_shared<const certify::Head>(head);
      const auto analysis = analysis_of(world, options);
      if (analysis.certificate.empty()) continue;
      const Checked checked = certify::check(world, 1, analysis.certificate);
      CHECK(checked.refused == "");
      CHECK(checked.states == analysis.states);
      ++proved;
    }
  }
  CHECK(proved > slice.of(100));
}

TEST_CASE("a subject is everything that matters, and nothing else") {
  const auto digest = [](const scenario::Scenario& scenario) {
    return certify::hex(certify::subject_digest(world_of(scenario, shipped("redis-py-4.5.5/pool"))));
  };
  const auto base = users(2, 1, 1);
  auto same = base;
  same.title = "another title";
  same.tasks[0].operations[0].flow = "email";
  CHECK(digest(same) == digest(base));
  std::set<std::string> digests = {digest(base)};
  const auto differs = [&](const auto& change) {
    auto other = base;
    change(other);
    CHECK(digests.insert(digest(other)).second);
  };
  differs([](auto& s) { s.cancel.max = 2; });
  differs([](auto& s) { s.cancel.kind = scenario::CancelKind::vanish; });
  differs([](auto& s) { s.cancel.who = {"alice"}; });
  differs([](auto& s) { s.pool_max = 2; });
  differs([](auto& s) { s.pool_warm = 0; });
  differs([](auto& s) { s.ready = scenario::Ready::fifo; });
  differs([](auto& s) { s.ownership_check = true; });
  differs([](auto& s) { s.may_be_silent = true; });
  differs([](auto& s) { s.physics.poll = true; });
  differs([](auto& s) { s.physics.kernel = true; });
  differs([](auto& s) { s.send_suspends = design::SendSuspends::may; });
  differs([](auto& s) { s.tasks[0].owner = "bob"; });
  differs([](auto& s) { s.tasks[0].goes_on = true; });
  differs([](auto& s) { s.tasks[0].operations[0].accepts = {"list", "text"}; });
  differs([](auto& s) { s.tasks[0].operations[0].strict = true; });
  differs([](auto& s) { s.tasks[0].operations[0].shared = true; });
  differs([](auto& s) { s.tasks[0].operations[0].keys = {"h", "istory"}; });
  differs([](auto& s) { s.tasks[0].operations.push_back(get("more")); });
}

TEST_CASE("a subject has the stores of its design, and what commands of its protocol cause") {
  using protocol::Cause, protocol::To;
  const auto digest = [](const std::map<std::string, design::Places>& stores, const std::vector<Cause>& causes,
                         bool invalidates) {
    design::Design design = design_of({{"execute", {"take", "put"}}});
    design.pool_stores = stores;
    scenario::Scenario scenario = users(2, 1, 1);
    auto protocol = *scenario.protocol;
    for (const char* name : {"changed", "rang"}) {
      protocol::Push push;
      push.name = name;
      push.kind = 1;
      protocol.pushes.push_back(push);
    }
    protocol.pushes[0].invalidates = invalidates;
    protocol.commands[0].cases[0].causes = causes;
    scenario.protocol = std::make_shared<const protocol::Protocol>(std::move(protocol));
    return certify::hex(certify::subject_digest(world_of(scenario, design)));
  };
  std::set<std::string> digests;
  const auto differs = [&](const std::string& each) { CHECK(digests.insert(each).second); };
  using design::Places;
  differs(digest({}, {}, false));
  differs(digest({{"a", Places::one}}, {}, false));
  differs(digest({{"a", Places::by_key}}, {}, false));
  differs(digest({{"a", Places::by_name}}, {}, false));
  differs(digest({{"a", Places::one}, {"b", Places::one}}, {}, false));
  differs(digest({}, {{0, To::all, false}}, false));
  differs(digest({}, {{0, To::all, false}}, true));
  differs(digest({}, {{0, To::all, true}}, false));
  differs(digest({}, {{0, To::others, false}}, false));
  differs(digest({}, {{1, To::all, false}}, false));
  differs(digest({}, {{0, To::all, false}, {1, To::all, false}}, false));
  differs(digest({}, {{1, To::all, false}, {0, To::all, false}}, false));
}

TEST_CASE("what is told is the subject, and each word in which a leak is told") {
  const auto design = shipped("redis-py-4.5.5/pool");
  const auto digest = [&](const scenario::Scenario& scenario, const design::Design& under) {
    return certify::hex(certify::told_digest(world_of(scenario, under)));
  };
  const auto base = users(2, 1, 1);
  CHECK(digest(base, design) != certify::hex(certify::subject_digest(world_of(base, design))));
  auto same = base;
  same.title = "another title";
  CHECK(digest(same, design) == digest(base, design));
  std::set<std::string> digests = {digest(base, design)};
  const auto differs = [&](const auto& change) {
    auto other = base;
    change(other.tasks[0].operations[0]);
    CHECK(digests.insert(digest(other, design)).second);
  };
  differs([](auto& o) { o.flow = "email"; });
  differs([](auto& o) { o.fields = {{"titles"}}; });
  differs([](auto& o) { o.fields = {{"titles", "dates"}}; });
  differs([](auto& o) { o.fields = {{"titles"}, {"dates"}}; });
  differs([](auto& o) { o.effect = scenario::Effect::show; });
  differs([](auto& o) { o.effect = scenario::Effect::send; });
  differs([](auto& o) { o.effect = scenario::Effect::send, o.role = scenario::Role::recipient; });
  differs([](auto& o) { o.keys = {"titles"}; });
  auto elsewhere = design;
  elsewhere.procedures.begin()->second.origin = "another/design";
  CHECK(digests.insert(digest(base, elsewhere)).second);
}

}  // namespace
}  // namespace interleak::test

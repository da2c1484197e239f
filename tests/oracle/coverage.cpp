// The names of what is counted, and which of it must happen in a run that is long enough.
#include "tests/oracle/coverage.hpp"

#include <limits>

#include "sim/kernel/ensure.hpp"

namespace interleak::oracle {
namespace {

using Kind = design::Statement::Kind;

/// All statements, in the order of the enumeration.
constexpr auto kStatementNames = std::to_array<std::string_view>({"pass",
                                                                  "call",
                                                                  "return",
                                                                  "raise",
                                                                  "if",
                                                                  "loop times",
                                                                  "loop while",
                                                                  "try",
                                                                  "assert",
                                                                  "v = n",
                                                                  "v += n",
                                                                  "v -= n",
                                                                  "take",
                                                                  "share",
                                                                  "put",
                                                                  "close",
                                                                  "renew",
                                                                  "follow",
                                                                  "forget",
                                                                  "await resolve",
                                                                  "await connect",
                                                                  "await send request",
                                                                  "await send handshake",
                                                                  "await send \"NAME\"",
                                                                  "await send COMMAND",
                                                                  "await receive",
                                                                  "await discard",
                                                                  "await turn",
                                                                  "await child",
                                                                  "await task",
                                                                  "await close",
                                                                  "await poll",
                                                                  "await pause",
                                                                  "yield",
                                                                  "join",
                                                                  "leave",
                                                                  "wake",
                                                                  "hand reply",
                                                                  "hand conn",
                                                                  "keep",
                                                                  "serve",
                                                                  "drop",
                                                                  "spawn",
                                                                  "spawn detached"});

constexpr auto kConditionNames =
    std::to_array<std::string_view>({"always", "available", "connected", "readable", "polled", "redirected", "mine",
                                     "woken", "waiting", "has", "got", "saw", "a variable", "not", "and", "or"});
constexpr auto kComparisonNames = std::to_array<std::string_view>({"==", "!=", "<", "<=", ">", ">="});
constexpr auto kWayNames =
    std::to_array<std::string_view>({"goes on at once", "suspends", "raises", "resumes", "is cancelled", "times out"});

constexpr unsigned bit(Way way) { return 1u << static_cast<unsigned>(way); }

/// What can become of the awaits, 1 << way.
constexpr unsigned ways_of(Kind kind) {
  constexpr unsigned always = bit(Way::suspends) | bit(Way::resumes);
  constexpr unsigned cancelled = always | bit(Way::cancelled);
  constexpr unsigned maybe = cancelled | bit(Way::at_once);
  switch (kind) {
    case Kind::await_connect: return cancelled | bit(Way::raises);
    case Kind::await_close:
    case Kind::await_pause: return cancelled;
    case Kind::yield: return always;
    case Kind::await_resolve: return maybe;
    case Kind::await_receive:
    case Kind::await_discard:
    case Kind::await_turn: return maybe | bit(Way::raises) | bit(Way::timed_out);
    case Kind::await_send_request:
    case Kind::await_send_handshake:
    case Kind::await_send_command:
    case Kind::await_send_own:
    case Kind::await_child:
    case Kind::await_task:
    case Kind::await_poll: return maybe | bit(Way::raises);
    default: return 0;
  }
}

}  // namespace

std::string name_in_tables(Kind kind) { return std::string(kStatementNames.at(static_cast<std::size_t>(kind))); }

std::string name_in_tables(design::Expression::Kind kind) {
  return "condition: " + std::string(kConditionNames.at(static_cast<std::size_t>(kind)));
}

std::vector<std::string> all_statements() {
  std::vector<std::string> all(kStatementNames.begin(), kStatementNames.end());
  for (const std::string_view name : kConditionNames) all.push_back("condition: " + std::string(name));
  return all;
}

void Coverage::see(const design::Expression& condition, bool value) {
  const std::size_t of = value ? 1 : 0;
  ++conditions_.at(static_cast<std::size_t>(condition.kind))[of];
  if (condition.kind != design::Expression::Kind::compare) return;
  const std::size_t first = condition.other ? kComparisons : 0;
  ++comparisons_[first + static_cast<std::size_t>(condition.comparison)][of];
}

void Coverage::see_named(std::string_view what, std::string_view name) {
  const std::string text = std::string(what) + std::string(name);
  const auto found = std::find(kMarks.begin(), kMarks.end(), text);
  ensure(found != kMarks.end(), "a name that has no mark");
  ++marks_[static_cast<std::size_t>(found - kMarks.begin())];
}

void Coverage::add(const Coverage& other) { add(other, std::numeric_limits<std::uint64_t>::max()); }

void Coverage::add_once(const Coverage& other) { add(other, 1); }

void Coverage::add(const Coverage& other, std::uint64_t most) {
  const auto plus = [&](auto& mine, const auto& theirs) {
    for (std::size_t i = 0; i < mine.size(); ++i) mine[i] += std::min(theirs[i], most);
  };
  plus(marks_, other.marks_);
  plus(statements_, other.statements_);
  for (std::size_t i = 0; i < kStatements; ++i) plus(awaits_[i], other.awaits_[i]);
  for (std::size_t i = 0; i < kConditions; ++i) plus(conditions_[i], other.conditions_[i]);
  for (std::size_t i = 0; i < comparisons_.size(); ++i) plus(comparisons_[i], other.comparisons_[i]);
}

std::vector<std::pair<std::string, std::uint64_t>> Coverage::all() const {
  static_assert(kStatementNames.size() == kStatements && kConditionNames.size() == kConditions);
  std::vector<std::pair<std::string, std::uint64_t>> list;
  for (std::size_t i = 0; i < kStatements; ++i) {
    list.emplace_back(kStatementNames[i], statements_[i]);
    for (std::size_t way = 0; way < kWays; ++way) {
      if (((ways_of(static_cast<Kind>(i)) >> way) & 1) == 0) continue;
      list.emplace_back(std::string(kStatementNames[i]) + " " + std::string(kWayNames[way]), awaits_[i][way]);
    }
  }
  for (std::size_t i = 0; i < kConditions; ++i) {
    const auto kind = static_cast<design::Expression::Kind>(i);
    const std::string name = name_in_tables(kind);
    list.emplace_back(name + ", true", conditions_[i][1]);
    if (kind != design::Expression::Kind::always) list.emplace_back(name + ", false", conditions_[i][0]);
  }
  for (std::size_t i = 0; i < comparisons_.size(); ++i) {
    const std::string name = std::string(kComparisonNames[i % kComparisons]) + (i < kComparisons ? "" : " a variable");
    list.emplace_back("comparison: " + name + ", true", comparisons_[i][1]);
    list.emplace_back("comparison: " + name + ", false", comparisons_[i][0]);
  }
  for (std::size_t i = 0; i < kMarks.size(); ++i) list.emplace_back(kMarks[i], marks_[i]);
  return list;
}

std::vector<std::string> Coverage::missing() const {
  std::vector<std::string> names;
  for (const auto& [name, count] : all()) {
    if (count == 0) names.push_back(name);
  }
  return names;
}

}  // namespace interleak::oracle

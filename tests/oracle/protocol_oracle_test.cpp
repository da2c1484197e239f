// Both engines on a protocol that is not the standard one: random cases, said in the words of
// tests/protocols/ledger.json.
#include <fstream>
#include <iterator>

#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/fuzz_case.hpp"
#include "tests/oracle/random.hpp"
#include "tests/oracle/scale.hpp"

namespace interleak::oracle {
namespace {

protocol::ProtocolPtr ledger() {
  std::ifstream in("tests/protocols/ledger.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Diagnostics errors;
  auto read = scenario::read_protocol(text, "ledger.json", errors);
  REQUIRE(read.has_value());
  return std::make_shared<const protocol::Protocol>(std::move(*read));
}

/// Commands that listings and handshakes name: one that raises the flag, and one that lowers it.
std::string in_ledger(const std::string& command) {
  if (command == "WATCH") return "begin";
  return command == "UNWATCH" ? "rollback" : command;
}

void rename(design::Block& block) {
  for (design::Statement& statement : block) {
    if (statement.kind == design::Statement::Kind::await_send_command) statement.name = in_ledger(statement.name);
    for (design::Clause& clause : statement.clauses) rename(clause.block);
  }
}

/// The same case with operations of that protocol, drawn anew.
Case said_in(const protocol::ProtocolPtr& protocol, Case each, Random& random) {
  each.scenario.protocol = protocol;
  each.scenario.physics.session = !random.one_in(4);
  for (scenario::Task& task : each.scenario.tasks) {
    for (scenario::Operation& op : task.operations) {
      const auto& told = protocol->operations[static_cast<std::size_t>(random.below(3))];
      op.does = told.name;
      if (!told.many) op.keys.resize(1);
      while (protocol::requests_of(told, op.keys.size()) > 8) op.keys.pop_back();
      if (random.one_in(2)) op.accepts = {scenario::type_of_value(*protocol, op)};
    }
  }
  for (std::string& name : each.design.handshake) name = in_ledger(name);
  for (auto& [name, procedure] : each.design.procedures) rename(procedure.block);
  if (const auto found = each.design.procedures.find("execute_watch"); found != each.design.procedures.end()) {
    each.design.procedures["execute_unit"] = found->second;
    each.design.procedures["execute_unit"].name = "execute_unit";
  }
  return each;
}

}  // namespace

TEST_CASE("both engines agree on a protocol that is a file") {
  const auto protocol = ledger();
  Figures figures;
  int enumerated = 0;
  for (std::uint64_t number = 0; number < 600; ++number) {
    Random random(20230320 + number);
    const Case each = said_in(protocol, case_number(20230320, number), random);
    Effort effort;
    effort.seed = number;
    effort.enumerates = number % 8 == 0;
    enumerated += effort.enumerates ? 1 : 0;
    if (const auto found = examine(each, effort, figures)) {
      FAIL_CHECK("case " << number << ": " << found->difference << "\n" << found->files);
    }
  }
  CHECK(figures.designs > 400);
  for (const char* mark : {"server: raises a flag", "server: lowers the last flag",
                           "server: a command of a listing changes the session"}) {
    CAPTURE(mark);
    bool seen = false;
    for (const auto& [name, count] : figures.table()) seen = seen || (name == mark && count > 0);
    CHECK(seen);
  }
}

}  // namespace interleak::oracle

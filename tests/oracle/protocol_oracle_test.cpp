// Both engines on protocols that are not the standard one: random cases, said in the words of each file of
// tests/protocols.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/fuzz_case.hpp"
#include "tests/oracle/random.hpp"
#include "tests/oracle/scale.hpp"

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

/// The first command that raises a flag, or lowers one; without any, the first of all.
const std::string& command_that(const protocol::Protocol& protocol, protocol::Flags protocol::Command::*does) {
  for (const protocol::Command& each : protocol.commands) {
    if (each.*does != 0) return each.name;
  }
  return protocol.commands[0].name;
}

/// Commands that listings and handshakes name: one that raises a flag, and one that lowers it.
std::string said_in(const protocol::Protocol& protocol, const std::string& command) {
  if (command == "WATCH") return command_that(protocol, &protocol::Command::raises);
  return command == "UNWATCH" ? command_that(protocol, &protocol::Command::lowers) : command;
}

void rename(const protocol::Protocol& protocol, design::Block& block) {
  for (design::Statement& statement : block) {
    if (statement.kind == design::Statement::Kind::await_send_command) {
      statement.name = said_in(protocol, statement.name);
    }
    for (design::Clause& clause : statement.clauses) rename(protocol, clause.block);
  }
}

/// The same case with operations of that protocol, drawn anew.
Case said_in(const protocol::ProtocolPtr& protocol, Case each, Random& random) {
  each.scenario.protocol = protocol;
  each.scenario.physics.session = !random.one_in(4);
  for (scenario::Task& task : each.scenario.tasks) {
    for (scenario::Operation& op : task.operations) {
      const auto& told =
          protocol->operations[static_cast<std::size_t>(random.below(static_cast<int>(protocol->operations.size())))];
      op.does = told.name;
      if (!told.many) op.keys.resize(1);
      while (protocol::requests_of(told, op.keys.size()) > 8) op.keys.pop_back();
      if (random.one_in(2)) op.accepts = {scenario::type_of_value(*protocol, op)};
    }
  }
  for (std::string& name : each.design.handshake) name = said_in(*protocol, name);
  for (auto& [name, procedure] : each.design.procedures) rename(*protocol, procedure.block);
  // A procedure that the protocol names, and which goes in steps.
  const auto steps = each.design.procedures.find("execute_watch");
  if (steps != each.design.procedures.end()) {
    const design::Procedure in_steps = steps->second;
    for (const std::string& name : protocol::entries_of(*protocol)) {
      if (each.design.procedures.count(name) != 0) continue;
      each.design.procedures[name] = in_steps;
      each.design.procedures[name].name = name;
    }
  }
  return each;
}

}  // namespace

TEST_CASE("both engines agree on each protocol that is a file") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/protocols")) {
    CAPTURE(entry.path().string());
    const auto protocol = protocol_in(entry.path().string());
    ++files;
    Figures figures;
    for (std::uint64_t number = 0; number < 600; ++number) {
      Random random(20230320 + number);
      const Case each = said_in(protocol, case_number(20230320, number), random);
      Effort effort;
      effort.seed = number;
      effort.enumerates = number % 8 == 0;
      if (const auto found = examine(each, effort, figures)) {
        FAIL_CHECK("case " << number << ": " << found->difference << "\n" << found->files);
      }
    }
    CHECK(figures.designs > 400);
    if (protocol->session.empty()) continue;
    for (const char* mark : {"server: raises a flag", "server: lowers the last flag",
                             "server: a command of a listing changes the session"}) {
      CAPTURE(mark);
      bool seen = false;
      for (const auto& [name, count] : figures.table()) seen = seen || (name == mark && count > 0);
      CHECK(seen);
    }
  }
  CHECK(files > 0);
}

}  // namespace interleak::oracle

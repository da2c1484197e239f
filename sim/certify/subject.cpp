// The values are written behind one another, each text with its length before it, so that no two
// subjects can run together. Each structure is taken apart as a whole: when one gets a new field
// this file does not compile until somebody has decided whether the field belongs to the subject.
#include "sim/certify/subject.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/reader.hpp"

namespace interleak::certify {
namespace {

/// `told`: with the words that reports tell, too.
class Description {
 public:
  explicit Description(bool told) : told_(told) {}

  void number(long long value) { out_ += std::to_string(value) + ";"; }
  void text(std::string_view value) { (out_ += std::to_string(value.size()) + ":") += value; }
  void texts(const std::vector<std::string>& values) {
    number(static_cast<long long>(values.size()));
    for (const std::string& value : values) text(value);
  }
  void numbers(const std::map<std::string, int>& values) {
    number(static_cast<long long>(values.size()));
    for (const auto& [name, value] : values) {
      text(name);
      number(value);
    }
  }

  void add(const scenario::Operation& operation) {
    const auto& [does, written, own, keys, type, accepts, own_accepts, mangles, shared, strict, flow, fields, effect,
                 role, node, moved_to, large, at] = operation;
    if (written) add(*own);
    else number(protocol_->operation(does) - protocol_->operations.data());   // its place there
    texts(keys);
    text(type);
    texts(accepts);
    static_cast<void>(own_accepts);
    texts(mangles);
    if (shared) text("shared");   // younger than the first certificates
    number(strict);
    number(node.value_or(0));
    number(moved_to.value_or(0));
    number(large);
    static_cast<void>(at);
    if (!told_) return;   // they change what a leak is called, not whether there is one
    text(flow);
    number(static_cast<long long>(fields.size()));
    for (const auto& each : fields) texts(each);
    number(static_cast<int>(effect));
    number(static_cast<int>(role));
  }

  void add(const scenario::Task& task) {
    const auto& [id, owner, goes_on, operations, at] = task;
    text(id);
    text(owner);
    if (goes_on) text("next");   // younger than the first certificates
    number(static_cast<long long>(operations.size()));
    for (const scenario::Operation& operation : operations) add(operation);
    static_cast<void>(at);
  }

  void add(const scenario::Cancel& cancel) {
    const auto& [who, at, max, kind] = cancel;
    texts(who);
    number(at);
    number(max);
    number(static_cast<int>(kind));
  }

  /// Of none nothing is said: they are younger than the first certificates.
  void add(const scenario::ServerErrors& errors) {
    const auto& [who, at, max, place] = errors;
    static_cast<void>(place);
    if (max == 0) return;
    text("server errors");
    texts(who);
    texts(at);
    number(max);
  }

  /// Of an option that is younger than the first certificates nothing is said where it is off, so that they are still
  /// about the same.
  void add(const scenario::Physics& physics) {
    constexpr std::size_t kFirstOptions = 9;
    for (std::size_t i = 0; i < scenario::kPhysicsOptions.size(); ++i) {
      const scenario::PhysicsOption& each = scenario::kPhysicsOptions[i];
      if (i < kFirstOptions) number(physics.*each.option);
      else if (physics.*each.option) text(each.name);
    }
  }

  void add(const scenario::Scenario& scenario) {
    const auto& [protocol, names_protocol, named, asserts, id, title, description, pool_max, pool_warm, nodes, tasks,
                 may_be_silent, pushes, ownership_check, physics, cancel, server_errors, ready, send_suspends,
                 invariants, designs, expectations, expected_counts, expected_designs, variant, file, at] = scenario;
    protocol_ = protocol.get();
    static_cast<void>(names_protocol), static_cast<void>(asserts);  // what is judged the certificate names
    // Procedures of the names of operations run these. Of a world that is not named nothing is said, as before.
    if (named) text("named");
    text(id);
    text(variant);
    number(pool_max);
    number(pool_warm);
    number(nodes);
    number(static_cast<long long>(tasks.size()));
    for (const scenario::Task& task : tasks) add(task);
    number(may_be_silent);
    if (!protocol->pushes.empty()) number(pushes);  // younger than the first certificates
    number(ownership_check);
    add(physics);
    static_assert(sizeof(scenario::Physics) == scenario::kPhysicsOptions.size());
    add(cancel);
    add(server_errors);
    number(static_cast<int>(ready));
    number(send_suspends ? static_cast<int>(*send_suspends) : -1);
    // What is asked and expected, and words for people; the certificate names its invariants itself.
    static_cast<void>(title), static_cast<void>(description), static_cast<void>(invariants);
    static_cast<void>(designs), static_cast<void>(expectations), static_cast<void>(expected_counts);
    static_cast<void>(expected_designs), static_cast<void>(file), static_cast<void>(at);
  }

  void add(const design::Design& design) {
    const auto& [id, title, source, extends, leaves_out, order, cluster, readers, keeps, parser, protocol,
                 protocol_file, protocol_at, runtime, send_suspends, socket_timeout, handshake, op_variables,
                 conn_variables, pool_variables, socket_variables, conn_queues, pool_queues, pool_stores, procedures,
                 comments, file, at] = design;
    text(id);
    number(static_cast<int>(order));
    number(cluster);
    number(static_cast<int>(readers));
    number(keeps);
    number(static_cast<int>(parser));
    text(runtime);
    number(static_cast<int>(send_suspends));
    number(socket_timeout);
    texts(handshake);
    numbers(op_variables);
    numbers(conn_variables);
    numbers(pool_variables);
    texts(conn_queues);
    texts(pool_queues);
    add(pool_stores);
    if (!socket_variables.empty()) text("socket"), numbers(socket_variables);  // younger than the first certificates
    number(static_cast<long long>(procedures.size()));
    for (const auto& [name, procedure] : procedures) {
      text(name);
      number(static_cast<long long>(procedure.lines.size()));
      for (const design::ListingLine& line : procedure.lines) text(line.text);
      if (told_) text(procedure.origin);
    }
    // Words for people; what a design extends is merged into it already.
    static_cast<void>(title), static_cast<void>(source), static_cast<void>(extends);
    static_cast<void>(leaves_out), static_cast<void>(comments), static_cast<void>(file), static_cast<void>(at);
    // Which protocol it is the scenario has, when a world is made of both.
    static_cast<void>(protocol), static_cast<void>(protocol_file), static_cast<void>(protocol_at);
  }

  /// Where there are none nothing is said: they are younger than the first certificates.
  void add(const std::map<std::string, design::Places>& stores) {
    if (stores.empty()) return;
    text("stores");
    number(static_cast<long long>(stores.size()));
    for (const auto& [name, places] : stores) {
      text(name);
      number(static_cast<int>(places));
    }
  }

  void add(const protocol::Request& request) {
    const auto& [command, keys, reply, ignored] = request;
    number(static_cast<long long>(command));
    number(static_cast<int>(keys));
    add(reply);
    number(ignored);
  }

  void add(const protocol::Reply& reply) {
    number(static_cast<long long>(reply.size()));
    for (const auto& group : reply) {
      number(static_cast<long long>(group.size()));
      for (const auto& [kind, words] : group) {
        number(static_cast<long long>(kind));
        if (told_) text(words);
      }
    }
  }

  void add(const protocol::Command& command) {
    const auto& [name, cases, may_fail, errors, held, writes, repeatable, under, source] = command;
    static_cast<void>(source);
    text(name);
    number(static_cast<long long>(cases.size()));
    for (const protocol::Case& each : cases) add(each);
    number(writes);
    number(repeatable);
    number(static_cast<long long>(under.size()));
    for (const std::size_t variable : under) number(static_cast<long long>(variable));
    if (held) text("held");  // this and the next are younger than the first certificates
    if (may_fail.empty() && errors == protocol::Refusal{}) return;
    text("errors");
    number(static_cast<long long>(may_fail.size()));
    for (const std::size_t kind : may_fail) number(static_cast<long long>(kind));
    add(errors);
  }

  void add(const protocol::Refusal& errors) {
    const auto& [then, skips_to, when, sets] = errors;
    number(static_cast<long long>(then.size()));
    for (const std::size_t kind : then) number(static_cast<long long>(kind));
    number(skips_to ? static_cast<long long>(*skips_to) : -1);
    add(when);
    add(sets);
  }

  void add(const protocol::Case& each) {
    const auto& [when, reply, sets, causes] = each;
    add(when);
    add(reply);
    add(sets);
    for (const auto& [push, to, ahead] : causes) {  // without any, as before
      text("causes");
      number(static_cast<long long>(push));
      number(static_cast<int>(to));
      number(ahead);
    }
  }

  void add(const protocol::Push& push) {
    const auto& [name, kind, when, data, sets, invalidates, source] = push;
    static_cast<void>(source);
    text(name);
    number(static_cast<long long>(kind));
    add(when);
    number(data ? static_cast<long long>(*data) : -1);
    add(sets);
    if (invalidates) text("invalidates");
  }

  void add(const std::vector<protocol::Test>& tests) {
    number(static_cast<long long>(tests.size()));
    for (const auto& [variable, equal, value] : tests) {
      number(static_cast<long long>(variable));
      number(equal);
      number(value);
    }
  }

  void add(const std::vector<protocol::Assignment>& sets) {
    number(static_cast<long long>(sets.size()));
    for (const auto& [variable, value] : sets) {
      number(static_cast<long long>(variable));
      number(value);
    }
  }

  void add(const protocol::Operation& operation) {
    const auto& [name, many, procedures, steps, result] = operation;
    text(name);
    number(many);
    texts(procedures);
    number(static_cast<long long>(steps.size()));
    for (const auto& step : steps) {
      number(static_cast<long long>(step.size()));
      for (const protocol::Request& request : step) add(request);
    }
    number(result ? static_cast<long long>(result->size()) : -1);
    for (const std::size_t kind : result.value_or(std::vector<std::size_t>{})) number(static_cast<long long>(kind));
  }

  void add(const protocol::Protocol& protocol) {
    const auto& [id, title, source, elsewhere, runs_on, session, kinds, commands, pushes, operations] = protocol;
    static_cast<void>(title), static_cast<void>(source);
    text(id);
    number(runs_on);
    number(static_cast<long long>(session.size()));
    for (const auto& [name, words, identity, base, start, shared] : session) {
      text(name);
      static_cast<void>(words);  // for people, as `elsewhere`
      number(identity);
      number(base);
      number(start);
      number(shared);
    }
    number(static_cast<long long>(kinds.size()));
    for (const auto& [name, data, words, error, of] : kinds) {
      text(name);
      number(data);
      number(error);
      number(of ? static_cast<long long>(*of) : -1);
      if (told_) text(words);
    }
    number(static_cast<long long>(commands.size()));
    for (const protocol::Command& command : commands) add(command);
    number(static_cast<long long>(pushes.size()));
    for (const protocol::Push& push : pushes) add(push);
    number(static_cast<long long>(operations.size()));
    for (const protocol::Operation& operation : operations) add(operation);
    if (told_) text(elsewhere);
  }

  const std::string& out() const { return out_; }

 private:
  const bool told_;
  const protocol::Protocol* protocol_ = nullptr;  ///< of the scenario
  std::string out_;
};

Digest digest_of(const world::World& world, std::string_view kind, bool told) {
  Description writer(told);
  writer.text(kind);
  writer.add(world.scenario());
  writer.add(world.design());
  // Nothing is said of the standard one: certificates of before there were others are still about the same.
  const protocol::Protocol& protocol = *world.scenario().protocol;
  if (!(protocol == *scenario::standard_protocol())) writer.add(protocol);
  return sha256(writer.out());
}

}  // namespace

Digest subject_digest(const world::World& world) { return digest_of(world, "interleak subject 1", false); }

Digest told_digest(const world::World& world) { return digest_of(world, "interleak told 1", true); }

}  // namespace interleak::certify

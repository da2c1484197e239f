#include "tests/oracle/random_case.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/scenario/reader.hpp"
#include "tests/oracle/listing.hpp"
#include "tests/oracle/random_protocol.hpp"

namespace interleak::oracle {
namespace {

class Scenarios {
 public:
  Scenarios(const Scale& scale, const Wants& wants, protocol::ProtocolPtr protocol, Random& random)
      : wide_(scale.wide), wants_(wants), protocol_(std::move(protocol)), random_(random) {}

  scenario::Scenario operator()() {
    scenario::Scenario s;
    s.protocol = protocol_;
    s.names_protocol = s.named = protocol_ != scenario::standard_protocol() || random_.one_in(2);
    s.id = "random-scenario";
    many_types_ = wide_ && random_.one_in(40);
    pool(s);
    physics(s.physics);
    tasks(s);
    cancels(s);
    errors(s);
    s.ownership_check = random_.one_in(5);
    s.may_be_silent = random_.one_in(4);
    if (!protocol_->pushes.empty()) s.pushes = random_.pick<int>({0, 1, 1, 1, 2, 2, wide_ ? 2 : 1});
    s.ready = random_.one_in(4) ? scenario::Ready::fifo : scenario::Ready::any;
    if (random_.one_in(3) && !wants_.choices) s.send_suspends = static_cast<design::SendSuspends>(random_.below(4));
    return s;
  }

 private:
  void pool(scenario::Scenario& s) {
    s.nodes = wide_ && random_.one_in(6) ? random_.between(1, 8) : random_.between(1, 2);
    const int most = 8 / s.nodes;
    s.pool_max = std::min(most, wide_ && random_.one_in(5) ? random_.between(1, 8) : random_.between(1, 2));
    if (wants_.moved && s.nodes == 1) s.nodes = 2;
    if (wants_.moved) s.pool_max = std::min(s.pool_max, 8 / s.nodes);
    if (wants_.one_slot) s.pool_max = 1;
    s.pool_warm = random_.one_in(2) ? s.pool_max : random_.between(0, s.pool_max);
  }

  void physics(scenario::Physics& physics) {
    const int chance = random_.pick<int>({0, 0, 0, 25, 50, 100});
    for (const auto& [name, option] : scenario::kPhysicsOptions) physics.*option = random_.percent(chance);
    physics.linger |= wants_.writes;
    physics.fragments |= wants_.pieces;
    physics.session |= wants_.session;
    physics.timeouts |= wants_.timeouts;
  }

  void tasks(scenario::Scenario& s) {
    static const std::vector<std::string> names = {"alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"};
    // Pieces and the kernel's buffer multiply the schedules: fewer tasks and operations in small cases.
    const bool pieces = s.physics.fragments || s.physics.kernel;
    int count = wide_ ? random_.pick<int>({1, 2, 2, 2, 3, 3, 3, 4, 5, 8}) : random_.between(1, pieces ? 2 : 3);
    count = std::max(count, wants_.tasks);
    for (int t = 0; t < count; ++t) {
      scenario::Task task;
      task.id = names[static_cast<std::size_t>(t)];
      if (wide_ && random_.one_in(20)) task.id += random_.pick<std::string>({".2", "-x", "_", ".srv"});
      task.owner = t > 0 && random_.percent(tells_askers_apart() ? 65 : 12) ? names[0] : task.id;
      int operations = random_.one_in(2) && (wide_ || !pieces) ? random_.between(1, 2) : 1;
      if (wide_ && random_.one_in(10)) operations = random_.between(1, 8);
      if (wants_.goes_on && operations == 1) operations = 2;
      task.goes_on = wants_.goes_on || random_.one_in(4);
      for (int i = 0; i < operations; ++i) task.operations.push_back(operation(s.nodes));
      s.tasks.push_back(task);
    }
    if (count > 1 && random_.percent(tells_of_changes(*protocol_) ? 75 : 33)) share_some(s);
    if (random_.one_in(3)) {  // tasks that are alike
      for (scenario::Task& task : s.tasks) {
        task.operations = s.tasks.front().operations;
        if (!random_.one_in(4)) task.goes_on = s.tasks.front().goes_on;
      }
    }
  }

  /// Some command asks whether a session is of who asks.
  bool tells_askers_apart() const {
    const auto asks = [](const protocol::Case& each) {
      return std::any_of(each.when.begin(), each.when.end(),
                         [](const protocol::Test& test) { return test.value == protocol::kAsker; });
    };
    return std::any_of(protocol_->commands.begin(), protocol_->commands.end(), [&](const protocol::Command& command) {
      return std::any_of(command.cases.begin(), command.cases.end(), asks);
    });
  }

  /// What is read may change, and somebody says so.
  bool may_change() const {
    return tells_of_changes(*protocol_) && protocol_->operation("get") != nullptr &&
           protocol_->operation("set") != nullptr;
  }

  /// Some tasks work for the first one's owner, and ask for what that asks for, or change it; most of their operations,
  /// and some others, take what others have read.
  void share_some(scenario::Scenario& s) {
    const scenario::Task first = s.tasks.front();
    const bool changes = may_change() && random_.percent(80);
    for (scenario::Task& task : s.tasks) {
      if (random_.percent(changes ? 90 : 70)) {
        task.owner = first.owner;
        task.operations.front() = first.operations.front();
        if (random_.one_in(4)) task.operations.push_back(first.operations.back());
        if (task.operations.size() > 8) task.operations.resize(8);
        if (changes) read_and_change(task, first.operations.front());
      }
      for (scenario::Operation& op : task.operations) op.shared = random_.percent(75);
    }
  }

  /// Its operations read the key of one, or change it.
  void read_and_change(scenario::Task& task, const scenario::Operation& like) {
    task.operations.resize(static_cast<std::size_t>(random_.between(1, wide_ ? 3 : 2)), like);
    for (scenario::Operation& op : task.operations) {
      op = like;
      op.own.reset();
      op.written.reset();
      op.does = random_.percent(65) ? "get" : "set";
      op.keys.resize(1);
      op.moved_to.reset();
      op.accepts = {type_of_value(*protocol_, op)};
      op.own_accepts = false;
    }
  }

  scenario::Operation operation(int nodes) {
    scenario::Operation op;
    if (!protocol_->commands.empty() && random_.one_in(4)) make_own(*protocol_, own(), op);
    const protocol::Operation& told = op.own != nullptr ? *op.own : one_of_all();
    op.does = told.name;
    op.keys = {key()};
    if (told.many) {
      const bool many = wants_.long_ones || (wide_ && random_.one_in(4));
      const int most = static_cast<int>(room_for_keys(*protocol_, told));
      const int count = random_.between(1, many ? most : std::min(most, 2));
      while (static_cast<int>(op.keys.size()) < count) op.keys.push_back(key());
    }
    op.type = type();
    op.accepts = {type_of_value(*protocol_, op)};
    while (many_types_ ? !random_.one_in(10) : random_.one_in(4)) add(op.accepts, type());
    op.own_accepts = op.accepts.size() > 1 || random_.one_in(2);
    while (many_types_ ? !random_.one_in(10) : random_.one_in(4)) add(op.mangles, type());
    op.strict = random_.one_in(6);
    op.shared = random_.one_in(8);
    if (random_.one_in(3)) op.node = random_.between(1, nodes);
    if (random_.one_in(4)) op.moved_to = random_.between(1, nodes);
    if (wants_.moved && random_.percent(80)) {
      op.node = 1;
      op.moved_to = 2;
    }
    op.large = random_.one_in(3);
    return op;
  }

  /// It may have the name of one of the protocol, or of a procedure that others call.
  protocol::Operation own() {
    const std::string name = random_.one_in(4)   ? protocol_->operations.front().name
                             : random_.one_in(6) ? random_.pick<std::string>({"exchange", "guarded", "execute"})
                                                 : random_.pick<std::string>({"book", "book", "store"});
    return random_operation(*protocol_, name, random_);
  }

  const protocol::Operation& one_of_all() {
    if (wants_.writes && random_.percent(80)) {
      if (const auto* found = first_that([&](const auto& each) { return writes(each); })) return *found;
    }
    if (wants_.long_ones && random_.percent(80)) {
      if (const auto* found =
              first_that([&](const auto& each) { return each.many && room_for_keys(*protocol_, each) > 2; })) {
        return *found;
      }
    }
    // The first ones, which send less, more often.
    const int all = static_cast<int>(protocol_->operations.size());
    const int index = random_.one_in(3) ? random_.below(all) : random_.below(std::min(all, 3));
    return protocol_->operations[static_cast<std::size_t>(index)];
  }

  bool writes(const protocol::Operation& operation) const {
    for (const auto& step : operation.steps) {
      for (const protocol::Request& request : step) {
        if (protocol_->commands[request.command].writes) return true;
      }
    }
    return false;
  }

  template <class Is>
  const protocol::Operation* first_that(Is is) const {
    const auto found = std::find_if(protocol_->operations.begin(), protocol_->operations.end(), is);
    return found == protocol_->operations.end() ? nullptr : &*found;
  }

  std::string key() {
    if (wide_ && random_.one_in(12)) return random_.pick<std::string>({"{tag}a", "{tag}b", "{}c", "d{", "e}{f", "{g"});
    return random_.pick<std::string>({"history", "profile", "inbox"});
  }

  std::string type() {
    const int own = static_cast<int>(protocol::types_of(*protocol_).size());  // 64 with those of the protocol
    if (many_types_) return "type" + std::to_string(random_.below(62 - own));
    if (wide_ && random_.one_in(8)) return random_.pick<std::string>({"ok", "queued"});
    if (wide_ && random_.one_in(16)) return "type" + std::to_string(random_.below(200));
    return random_.pick<std::string>({"list", tells_askers_apart() ? "text" : "list", "text"});
  }

  static void add(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end() && names.size() < 16) names.push_back(name);
  }

  void cancels(scenario::Scenario& s) {
    s.cancel.max = std::min(2, random_.below(4));
    if (wide_ && random_.one_in(5)) s.cancel.max = random_.between(3, 16);
    if (random_.percent(60)) s.cancel.kind = static_cast<scenario::CancelKind>(random_.below(5));
    if (wants_.drops) s.cancel.kind = scenario::CancelKind::vanish;
    if (wants_.again) s.cancel.kind = scenario::CancelKind::raise_at_every_await;
    if (wants_.drops || wants_.again || wants_.pieces) s.cancel.max = std::max(1, s.cancel.max);
    if (random_.one_in(5)) {
      for (const scenario::Task& task : s.tasks) {
        if (s.cancel.who.empty() || random_.one_in(3)) s.cancel.who.push_back(task.id);
      }
    }
    if (random_.one_in(5)) s.cancel.at = static_cast<std::uint16_t>((random_.bits() | 4) & 0x7ff);
  }

  void errors(scenario::Scenario& s) {
    const std::vector<std::string> fail = commands_that_fail(*protocol_);
    if (fail.empty()) return;
    s.server_errors.max = random_.pick<int>({0, 1, 1, 1, 2, 2, wide_ ? random_.between(3, 16) : 1});
    if (random_.one_in(6)) {
      for (const scenario::Task& task : s.tasks) {
        if (s.server_errors.who.empty() || random_.one_in(3)) s.server_errors.who.push_back(task.id);
      }
    }
    if (!random_.one_in(6)) return;
    for (const std::string& name : fail) {
      if (s.server_errors.at.empty() || random_.one_in(3)) s.server_errors.at.push_back(name);
    }
  }

  bool wide_, many_types_ = false;
  Wants wants_;
  protocol::ProtocolPtr protocol_;
  Random& random_;
};

Style random_style(Random& random) {
  const int drawn = random.below(100);
  return drawn < 45 ? Style::realistic : drawn < 65 ? Style::wild : drawn < 82 ? Style::shipped : Style::bound;
}

scenario::Operation about_one_key(const protocol::Protocol& protocol, const std::string& does, bool shared) {
  scenario::Operation op;
  op.does = does;
  op.keys = {"history"};
  op.shared = shared;
  op.node = 1;
  op.accepts = {type_of_value(protocol, op)};
  return op;
}

/// Three or four tasks, all about one key, each with one or two operations of these.
void ask_for_one_key(scenario::Scenario& s, const std::vector<std::vector<std::string>>& does, bool one_owner,
                     Random& random) {
  static constexpr std::array kNames = {"alice", "bob", "carol", "dave"};
  const std::size_t count = static_cast<std::size_t>(random.between(3, 4));
  s.tasks.resize(count, s.tasks.front());
  for (std::size_t t = 0; t < count; ++t) {
    scenario::Task& task = s.tasks[t];
    task.id = kNames.at(t);
    task.owner = one_owner ? kNames.front() : task.id;
    task.operations.clear();
    for (const std::string& each : random.pick(does))
      task.operations.push_back(about_one_key(*s.protocol, each, each == "get"));
  }
  s.cancel.who.clear();
  s.nodes = 1;
}

void declare_cached(design::Design& d) {
  d.handshake = {"CLIENT TRACKING ON"};
  d.pool_variables["p"] = 1;
  d.pool_variables["gen"] = 0;
  d.pool_stores.try_emplace("cache", design::Places::by_key);
  for (const char* name : {"get", "set", "subscribe"}) d.procedures.erase(name);
  add_procedure(d, "open", {"if not connected:", "    await connect", "    await send handshake", "    await discard"});
}

/// Some read, some change that, and some are served what was kept: by chance alone that is seldom.
void make_cached(Case& each, Random& random) {
  declare_cached(each.design);
  if (random.one_in(5)) {  // on two connections, which tell of a change in any order
    each.scenario.pool_max = each.scenario.pool_warm = 2;
    add_procedure(each.design, "execute",
                  {"take", "call open", "await send request", "await receive", "await pause",
                   "loop while readable:", "    await discard", "put"});
  } else if (random.one_in(2)) {
    add_procedure(each.design, "execute", random.pick(ways_to_serve_what_is_old()));
  } else {  // with a reader in the background, which heeds what it is told
    add_procedure(each.design, "execute",
                  {"share 1", "if not conn.dirty:", "    conn.dirty = 1", "    call open", "    spawn detached told_of",
                   "if has pool.cache:", "    serve pool.cache", "    return", "join conn.pending",
                   "await send request", "await turn conn.pending", "keep in pool.cache"});
    add_procedure(each.design, "told_of",
                  {"loop while connected:", "    await receive", "    if got push:", "        drop pool.cache",
                   "        forget", "    else:", "        hand reply to conn.pending"});
    each.design.conn_variables["dirty"] = 0;
    if (each.design.conn_queues.empty() || each.design.conn_queues.back() != "pending") {
      each.design.conn_queues = {"lockers", "pending"};
    }
  }
  ask_for_one_key(each.scenario, {{"get"}, {"get"}, {"set"}, {"get", "get"}, {"set", "get"}, {"get", "set"}}, true,
                  random);
}

/// Pushes of somebody's data on a connection that others use, who ask whose it is.
void make_pushed(Case& each, Random& random) {
  declare_cached(each.design);
  add_procedure(each.design, "execute",
                {"share 1", "call open", "loop 2 times:", "    await send request", "    await receive",
                 random.one_in(2) ? "    if not mine:" : "    if got push and not mine:", "        forget"});
  ask_for_one_key(each.scenario, {{"subscribe"}, {"get"}, {"subscribe", "get"}}, random.one_in(4), random);
  each.scenario.pushes = 2;
}

/// One to three tasks, of which most go on, that ask for anything.
void ask_and_fail(scenario::Scenario& s, Random& random) {
  static constexpr std::array kNames = {"alice", "bob", "carol"};
  const std::string does = random.pick<std::string>({"get", "set", "look"});
  s.tasks.resize(static_cast<std::size_t>(random.between(1, 3)), s.tasks.front());
  for (std::size_t t = 0; t < s.tasks.size(); ++t) {
    scenario::Task& task = s.tasks[t];
    task.id = kNames.at(t);
    task.owner = random.one_in(4) ? kNames.front() : task.id;
    task.goes_on = !random.one_in(3);
    task.operations.clear();
    const int operations = s.tasks.size() > 2 ? 1 : random.between(1, 2);
    for (int i = 0; i < operations; ++i) {
      task.operations.push_back(about_one_key(
          *s.protocol, random.one_in(4) ? random.pick<std::string>({"get", "set", "look"}) : does, random.one_in(6)));
    }
  }
  s.cancel.who.clear();
  s.cancel.max = random.below(2);
  s.server_errors = {};
  s.server_errors.max = random.pick<int>({0, 1, 1, 2});
  s.nodes = 1;
  s.pool_max = random.one_in(3) ? 2 : 1;
  s.pool_warm = random.one_in(3) ? 0 : s.pool_max;
}

/// The keys are elsewhere, and nobody knows it; what waits goes out with what is not executed here.
void move_keys(Case& each) {
  add_procedure(each.design, "execute",
                {"take", "call open", "await send PREPARE for client", "await send request",
                 "await discard until ready", "await receive", "if redirected:", "    follow", "put"});
  each.design.cluster = true;
  each.scenario.nodes = 2;
  for (scenario::Task& task : each.scenario.tasks) {
    for (scenario::Operation& op : task.operations) op.moved_to = 2;
  }
}

/// Errors of servers, and what they leave behind.
Case failing_case(const Scale& scale, Random& random) {
  const protocol::ProtocolPtr protocol = failing_protocol(random);
  Case each{{}, random_design(Style::realistic, scale, *protocol, random).design};
  design::Design& d = each.design;
  d.handshake.clear();
  if (random.one_in(3)) d.handshake = {"AUTH"};
  for (const char* name : {"get", "set", "look"}) d.procedures.erase(name);
  add_procedure(d, "execute", random.pick(ways_to_fail()));
  add_procedure(d, "checked_query",
                {"await send request", "loop commands times:", "    await receive",
                 "    if got refused or got canceled or got deadlock:", "        raise error"});
  add_procedure(d, "pinger", {"await send PING for client", "await discard"});
  add_procedure(d, "open",
                {"if not connected:", "    await connect", "    loop handshake times:", "        await send handshake",
                 "        await discard"});
  each.scenario = Scenarios(scale, {}, protocol, random)();
  if (random.one_in(2)) each.scenario.physics = {};
  ask_and_fail(each.scenario, random);
  if (random.one_in(6)) move_keys(each);
  return each;
}

}  // namespace

Case random_case(const Scale& scale, protocol::ProtocolPtr protocol, Random& random) {
  Draft draft = random_design(random_style(random), scale, *protocol, random);
  Case each{{}, std::move(draft.design)};
  each.scenario = Scenarios(scale, draft.wants, std::move(protocol), random)();
  fit_stores(each);
  return each;
}

Case random_case(const Scale& scale, Random& random) {
  if (random.one_in(15)) {
    Case each = failing_case(scale, random);
    fit_stores(each);
    return each;
  }
  if (random.one_in(16)) {
    Case each = random_case(scale, scenario::built_in_protocols().find("redis-resp3"), random);
    if (random.one_in(4)) make_pushed(each, random);
    else make_cached(each, random);
    fit_stores(each);
    return each;
  }
  return random_case(scale, random_protocol(!scale.wide, random), random);
}

}  // namespace interleak::oracle

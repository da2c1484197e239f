#include "tests/oracle/random_case.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/scenario/reader.hpp"
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
    s.ownership_check = random_.one_in(5);
    s.may_be_silent = random_.one_in(4);
    if (!protocol_->pushes.empty()) s.pushes = random_.pick<int>({0, 1, 1, 2, wide_ ? 2 : 1});
    s.ready = random_.one_in(4) ? scenario::Ready::fifo : scenario::Ready::any;
    if (random_.one_in(3) && !wants_.choices) s.send_suspends = static_cast<design::SendSuspends>(random_.below(4));
    return s;
  }

 private:
  void pool(scenario::Scenario& s) {
    s.nodes = wide_ && random_.one_in(6) ? random_.between(1, 8) : random_.between(1, 2);
    const int most = 8 / s.nodes;
    s.pool_max = std::min(most, wide_ && random_.one_in(5) ? random_.between(1, 8) : random_.between(1, 2));
    if (wants_.one_slot) s.pool_max = 1;
    s.pool_warm = random_.one_in(2) ? s.pool_max : random_.between(0, s.pool_max);
  }

  void physics(scenario::Physics& physics) {
    const int chance = random_.pick<int>({0, 0, 0, 25, 50, 100});
    for (const auto& [name, option] : scenario::kPhysicsOptions) physics.*option = random_.percent(chance);
    physics.linger |= wants_.writes;
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
      task.owner = t > 0 && random_.one_in(8) ? names[0] : task.id;
      int operations = random_.one_in(2) && (wide_ || !pieces) ? random_.between(1, 2) : 1;
      if (wide_ && random_.one_in(10)) operations = random_.between(1, 8);
      task.goes_on = random_.one_in(4);
      for (int i = 0; i < operations; ++i) task.operations.push_back(operation(s.nodes));
      s.tasks.push_back(task);
    }
    if (random_.one_in(3)) {  // tasks that are alike
      for (scenario::Task& task : s.tasks) {
        task.operations = s.tasks.front().operations;
        if (!random_.one_in(4)) task.goes_on = s.tasks.front().goes_on;
      }
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
    if (random_.one_in(3)) op.node = random_.between(1, nodes);
    if (random_.one_in(4)) op.moved_to = random_.between(1, nodes);
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
    const int own = static_cast<int>(protocol::types_of(*protocol_).size());   // 64 with those of the protocol
    if (many_types_) return "type" + std::to_string(random_.below(62 - own));
    if (wide_ && random_.one_in(8)) return random_.pick<std::string>({"ok", "queued"});
    if (wide_ && random_.one_in(16)) return "type" + std::to_string(random_.below(200));
    return random_.pick<std::string>({"list", "list", "text"});
  }

  static void add(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end() && names.size() < 16) names.push_back(name);
  }

  void cancels(scenario::Scenario& s) {
    s.cancel.max = std::min(2, random_.below(4));
    if (wide_ && random_.one_in(5)) s.cancel.max = random_.between(3, 16);
    if (random_.percent(60)) s.cancel.kind = static_cast<scenario::CancelKind>(random_.below(5));
    if (random_.one_in(5)) {
      for (const scenario::Task& task : s.tasks) {
        if (s.cancel.who.empty() || random_.one_in(3)) s.cancel.who.push_back(task.id);
      }
    }
    if (random_.one_in(5)) s.cancel.at = static_cast<std::uint16_t>((random_.bits() | 4) & 0x7ff);
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

}  // namespace

Case random_case(const Scale& scale, protocol::ProtocolPtr protocol, Random& random) {
  Draft draft = random_design(random_style(random), scale, *protocol, random);
  Case each{{}, std::move(draft.design)};
  each.scenario = Scenarios(scale, draft.wants, std::move(protocol), random)();
  return each;
}

Case random_case(const Scale& scale, Random& random) {
  return random_case(scale, random_protocol(!scale.wide, random), random);
}

}  // namespace interleak::oracle

#include "tests/oracle/random_protocol.hpp"

#include <algorithm>
#include <cctype>

#include "sim/scenario/reader.hpp"

namespace interleak::oracle {
namespace {

using protocol::Protocol;
using protocol::Reply;
using Names = std::vector<std::string>;

// Limits of docs/formats.md.
constexpr std::size_t kRequests = 8, kMessages = 60, kResults = 8;
constexpr int kHighestSetting = 15;

std::size_t messages_in(const Reply& reply) {
  std::size_t messages = 0;
  for (const auto& group : reply) messages += group.size();
  return messages;
}

/// Messages of a reply that are results: no errors, whatever the operation names.
std::size_t results_in(const Protocol& protocol, const protocol::Operation& operation, const Reply& reply) {
  const auto& named = operation.result;
  std::size_t data = 0, wanted = 0;
  for (const auto& group : reply) {
    for (const protocol::Message& each : group) {
      if (protocol.kinds[each.kind].data) ++data;
      if (named && std::ranges::find(*named, each.kind) != named->end()) ++wanted;
    }
  }
  if (named) return wanted;
  const bool refused = protocol.kinds[reply.front().front().kind].error;
  return data == 0 && !refused ? 1 : data;
}

/// Requests of an operation, for random protocols and for operations of a scenario's own.
class Operations {
 public:
  Operations(const Protocol& protocol, Random& random) : protocol_(protocol), random_(random) {}

  /// The kinds that are no types of texts, for replies.
  void of_kinds(std::size_t listed) { listed_ = listed; }

  Reply reply(bool small) {
    if (random_.percent(35)) return {{protocol::Message{}}};
    Reply groups(static_cast<std::size_t>(random_.between(1, small ? 2 : 3)));
    std::size_t room = small ? 3 : protocol::kMaxMessages;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const std::size_t most = std::min<std::size_t>(3, room - (groups.size() - 1 - g));
      const int count = random_.between(1, static_cast<int>(most));
      for (int i = 0; i < count; ++i) {
        groups[g].push_back({static_cast<std::size_t>(random_.below(static_cast<int>(listed_))), ""});
      }
      room -= groups[g].size();
    }
    return groups;
  }

  protocol::Request request(bool many) {
    protocol::Request request;
    request.command = static_cast<std::size_t>(random_.below(static_cast<int>(protocol_.commands.size())));
    request.keys = many && !random_.one_in(4) ? protocol::Keys::each : static_cast<protocol::Keys>(random_.below(3));
    if (many && tells_readers() && random_.one_in(3)) request.keys = protocol::Keys::none;  // of all its keys
    request.ignored = random_.one_in(5);
    return request;
  }

  std::vector<std::vector<protocol::Request>> steps(int count, bool many) {
    std::vector<std::vector<protocol::Request>> steps(static_cast<std::size_t>(count));
    for (auto& step : steps) {
      const int requests = random_.pick<int>({1, 1, 1, 2, 3});
      for (int i = 0; i < requests; ++i) step.push_back(request(many));
    }
    return steps;
  }

  std::vector<std::size_t> some_kinds() {
    std::vector<std::size_t> some;
    for (std::size_t kind = 0; kind < protocol_.kinds.size(); ++kind) {
      if (random_.one_in(2) && !protocol_.kinds[kind].error) some.push_back(kind);
    }
    return some;  // perhaps none
  }

 private:
  bool tells_readers() const {
    const auto is_to_readers = [](const protocol::Cause& cause) { return cause.to == protocol::To::readers; };
    return std::ranges::any_of(protocol_.commands, [&](const protocol::Command& command) {
      return std::ranges::any_of(command.cases,
                                 [&](const auto& each) { return std::ranges::any_of(each.causes, is_to_readers); });
    });
  }

  const Protocol& protocol_;
  Random& random_;
  std::size_t listed_ = 1;
};

class Protocols {
 public:
  Protocols(bool small, Random& random) : small_(small), random_(random), operations_(p_, random) {}

  Protocol operator()() {
    p_.id = "random-protocol";
    p_.elsewhere = "redirection";
    p_.runs_on = random_.one_in(4);
    session();
    kinds();
    commands();
    pushes();
    causes();
    errors();
    if (random_.one_in(3)) hold();
    p_ = dressed(std::move(p_));
    operations();
    return std::move(p_);
  }

 private:
  // --- sessions ----------------------------------------------------------------------------------

  void session() {
    static const std::vector<std::pair<std::string, std::string>> all = {{"watch", "watches a key"},
                                                                         {"tenant", "works for a tenant"},
                                                                         {"level", "has a level"},
                                                                         {"path", "has a path"},
                                                                         {"open", "has something open"}};
    if (random_.one_in(5)) return;
    for (const auto& [name, words] : all) {
      if (random_.one_in(2)) continue;
      protocol::Variable variable;
      variable.name = name;
      variable.words = words;
      variable.identity = name == "tenant" || name == "path";
      if (random_.one_in(3)) variable.base = any_value(variable);
      variable.start = random_.one_in(4) ? any_value(variable) : variable.base;
      variable.shared = random_.one_in(6);
      p_.session.push_back(variable);
    }
  }

  /// What a variable may be without anybody who asks.
  protocol::SessionValue any_value(const protocol::Variable& variable) {
    if (variable.identity) return random_.one_in(2) ? protocol::kClient : protocol::kNobody;
    return static_cast<protocol::SessionValue>(random_.pick<int>({0, 1, 1, 2, kHighestSetting}));
  }

  protocol::SessionValue value_for(const protocol::Variable& variable) {
    if (variable.identity && random_.percent(60)) return protocol::kAsker;
    return random_.one_in(3) ? variable.base : any_value(variable);
  }

  std::size_t any_variable() { return static_cast<std::size_t>(random_.below(static_cast<int>(p_.session.size()))); }

  std::vector<protocol::Test> tests() {
    std::vector<protocol::Test> tests(random_.one_in(3) ? 2 : 1);
    for (protocol::Test& each : tests) {
      each.variable = any_variable();
      each.equal = random_.one_in(2);
      each.value = random_.one_in(3) ? protocol::SessionValue{0} : value_for(p_.session[each.variable]);
    }
    return tests;
  }

  /// Of each variable once at most, in their order.
  std::vector<protocol::Assignment> sets() {
    std::vector<protocol::Assignment> sets;
    for (std::size_t i = 0; i < p_.session.size(); ++i) {
      if (random_.one_in(3)) sets.push_back({i, value_for(p_.session[i])});
    }
    return sets;
  }

  std::vector<std::size_t> under() {
    std::vector<std::size_t> under;
    for (std::size_t i = 0; i < p_.session.size(); ++i) {
      if (random_.one_in(2)) under.push_back(i);
    }
    return under;
  }

  // --- messages ----------------------------------------------------------------------------------

  /// The types of texts come behind the others.
  void kinds() {
    static const Names all = {"row", "chunk", "end", "notice"};
    const int count = random_.below(static_cast<int>(all.size()) + 1);
    for (int i = 0; i < count; ++i) {
      const std::string& name = all[static_cast<std::size_t>(i)];
      const bool data = i < 2 ? !random_.one_in(4) : random_.one_in(4);
      p_.kinds.push_back({name, data, name, !data && random_.one_in(6), parent()});
    }
    for (const char* name : {"refused", "broken", "late"}) {
      if (random_.one_in(2)) p_.kinds.push_back({name, false, name, true, parent()});
    }
    listed_ = p_.kinds.size();
    operations_.of_kinds(listed_);
  }

  /// One of those before it that stands for itself, whatever its messages are.
  std::optional<std::size_t> parent() {
    const auto kind = static_cast<std::size_t>(random_.below(static_cast<int>(p_.kinds.size())));
    if (p_.kinds[kind].of || !random_.one_in(3)) return std::nullopt;
    return kind;
  }

  protocol::Message of_text(const std::string& type, const std::string& text) {
    const auto is_it = [&](const protocol::Kind& kind) { return kind.name == type; };
    auto found = std::ranges::find_if(p_.kinds, is_it);
    if (found == p_.kinds.end()) found = p_.kinds.insert(found, {type, false, type, false, {}});
    return {static_cast<std::size_t>(found - p_.kinds.begin()), text};
  }

  Reply reply() {
    if (random_.percent(20)) return {{random_.one_in(3) ? of_text("queued", "QUEUED") : of_text("ok", "OK")}};
    return operations_.reply(small_);
  }

  std::vector<std::size_t> kinds_of_errors() const {
    std::vector<std::size_t> errors;
    for (std::size_t kind = 0; kind < p_.kinds.size(); ++kind) {
      if (p_.kinds[kind].error) errors.push_back(kind);
    }
    return errors;
  }

  /// In place of another: the same, an error, something behind which an error stands, or anything.
  Reply reply_beside(const Reply& other) {
    const std::vector<std::size_t> errors = kinds_of_errors();
    if (errors.empty() || random_.one_in(3)) return random_.one_in(3) ? reply() : other;
    Reply refusal = {{{random_.pick(errors), ""}}};
    const bool is_text = !other.front().front().text.empty();
    if (!is_text && messages_in(other) < (small_ ? 3 : protocol::kMaxMessages) && random_.one_in(3)) {
      refusal.insert(refusal.begin(), other.begin(), other.end());
    }
    return refusal;
  }

  // --- commands ----------------------------------------------------------------------------------

  void commands() {
    for (const char* name : {"GET", "SET", "WATCH", "UNWATCH", "EXEC", "PING", "AUTH"}) {
      if (!p_.commands.empty() && random_.one_in(3)) continue;
      protocol::Command command;
      command.name = name;
      const bool several = !p_.session.empty() && random_.percent(p_.commands.empty() ? 15 : 35);
      const int count = several ? random_.pick<int>({2, 2, 2, 3, 3, small_ ? 3 : 8}) : 1;
      for (int i = 0; i < count; ++i) {
        protocol::Case each;
        if (i + 1 < count) each.when = tests();
        each.reply = i == 0 ? reply() : reply_beside(command.cases.front().reply);
        if (random_.one_in(several ? 2 : 3)) each.sets = sets();
        command.cases.push_back(std::move(each));
      }
      command.writes = random_.percent(40);
      command.repeatable = command.writes && random_.one_in(4);
      if (random_.one_in(2)) command.under = under();
      p_.commands.push_back(std::move(command));
    }
    if (random_.one_in(2)) begin_and_end();
    if (random_.one_in(4)) become_who_asks();
    const bool all_several = std::ranges::all_of(p_.commands, [](const auto& each) { return each.cases.size() > 1; });
    if (all_several)
      p_.commands.front().cases.erase(p_.commands.front().cases.begin(), p_.commands.front().cases.end() - 1);
  }

  /// A setting as a transaction: one command begins it, one ends it, and most others are executed under it.
  void begin_and_end() {
    const auto is_one = [](const protocol::Variable& each) { return !each.identity && !each.shared; };
    const auto found = std::ranges::find_if(p_.session, is_one);
    if (found == p_.session.end() || p_.commands.size() < 3) return;
    const auto variable = static_cast<std::size_t>(found - p_.session.begin());
    const protocol::SessionValue begun = found->base == 1 ? 2 : 1;
    for (std::size_t i = 0; i < p_.commands.size(); ++i) {
      protocol::Command& command = p_.commands[i];
      const bool last_two = i + 2 >= p_.commands.size();
      if (last_two) command.cases.back().sets = {{variable, i + 1 == p_.commands.size() ? found->base : begun}};
      if (!last_two && !random_.one_in(5)) command.under = {variable};
    }
  }

  /// The first command, which is sent most, makes an identity who asks, if it is not that already; what is executed
  /// under it may be of another owner then.
  void become_who_asks() {
    const std::optional<std::size_t> identity = some_identity();
    auto& cases = p_.commands.front().cases;
    if (!identity || p_.commands.size() < 2 || cases.size() > 1) return;
    protocol::Case already = cases.front();
    already.when = {{*identity, true, protocol::kAsker}};
    already.sets.clear();
    cases.insert(cases.begin(), std::move(already));
    make_asker(cases.back(), *identity);
    for (protocol::Command* command : {&p_.commands[0], &p_.commands[1]}) {
      if (random_.one_in(2)) continue;
      std::erase(command->under, *identity);
      command->under.insert(std::ranges::upper_bound(command->under, *identity), *identity);
    }
  }

  static void make_asker(protocol::Case& in, std::size_t identity) {
    std::erase_if(in.sets, [&](const protocol::Assignment& each) { return each.variable == identity; });
    in.sets.push_back({identity, protocol::kAsker});
    std::ranges::sort(in.sets, {}, &protocol::Assignment::variable);
  }

  // --- pushes ------------------------------------------------------------------------------------

  void pushes() {
    static const Names all = {"message", "alert", "news", "bell", "echo", "drift", "trace", "last"};
    if (random_.one_in(2)) return;
    const int count = random_.pick<int>({1, 1, 2, 2, 3, small_ ? 2 : 8});
    for (int i = 0; i < count; ++i) {
      protocol::Push push;
      push.name = all[static_cast<std::size_t>(i)];
      push.kind = static_cast<std::size_t>(random_.below(static_cast<int>(listed_)));
      if (p_.kinds[push.kind].data) push.data = some_identity();
      if (p_.kinds[push.kind].data && !push.data) continue;  // that must be somebody's
      if (push.data && random_.one_in(2)) push.when = {{*push.data, false, protocol::kNobody}};
      else if (!p_.session.empty() && random_.one_in(2)) push.when = tests();
      if (random_.one_in(3)) push.sets = sets();
      if (push.data && !random_.one_in(6)) let_some_become(*push.data);
      p_.pushes.push_back(std::move(push));
    }
  }

  /// Commands cause some of the pushes, those commands that are sent more often as often as all others. One in three of
  /// these servers tells those who have read a key that it has changed.
  void causes() {
    if (p_.pushes.empty() || random_.one_in(3)) return;
    if (random_.one_in(3)) tell_readers();
    const int count = random_.between(random_.one_in(2) ? 1 : 0, small_ ? 2 : 5);
    for (int i = 0; i < count; ++i) {
      protocol::Cause cause;
      cause.push = static_cast<std::size_t>(random_.below(static_cast<int>(p_.pushes.size())));
      cause.to = static_cast<protocol::To>(random_.below(4));
      if (cause.to == protocol::To::readers && readers_.value_or(cause.push) != cause.push) continue;
      if (cause.to == protocol::To::readers) readers_ = cause.push;
      auto& cases = any_command().cases;
      add_cause(cases[static_cast<std::size_t>(random_.below(static_cast<int>(cases.size())))], cause);
    }
    for (protocol::Push& push : p_.pushes) push.invalidates = random_.percent(70);
    tidy_pushes(p_);
    if (tells_of_changes(p_) && p_.commands.size() > 1 && random_.percent(60)) make_cacheable();
  }

  /// The first command reads, the second one writes, and says so: `get` and `set` send them.
  void make_cacheable() {
    cacheable_ = true;
    const auto changes = std::ranges::find_if(p_.pushes, [](const auto& push) { return push.invalidates; });
    protocol::Command &reads = p_.commands[0], &writes = p_.commands[1];
    for (protocol::Command* each : {&reads, &writes}) each->cases.erase(each->cases.begin(), each->cases.end() - 1);
    if (!has_data(p_, reads.cases.back().reply)) reads.cases.back().reply = {{protocol::Message{}}};
    if (random_.percent(80)) changes->when.clear();
    writes.writes = true;
    auto& causes = writes.cases.back().causes;
    const auto push = static_cast<std::size_t>(changes - p_.pushes.begin());
    const bool to_readers = readers_.value_or(push) == push && random_.percent(40);
    causes.resize(std::min(causes.size(), protocol::kMaxCauses - 1));
    add_cause(writes.cases.back(),
              {push, to_readers ? protocol::To::readers
                                : random_.pick<protocol::To>({protocol::To::all, protocol::To::others})});
    tidy_pushes(p_);
  }

  /// An operation that sends this command alone, for its key.
  void sends(const std::string& name, std::size_t command) {
    auto found = std::ranges::find_if(p_.operations, [&](const auto& each) { return each.name == name; });
    if (found == p_.operations.end()) found = p_.operations.insert(p_.operations.begin() + 1, protocol::Operation{});
    *found = {};
    found->name = name;
    found->steps = {{{command, protocol::Keys::first, {}, false}}};
  }

  protocol::Command& any_command() {
    const int all = static_cast<int>(p_.commands.size());
    return p_.commands[static_cast<std::size_t>(random_.below(random_.one_in(2) ? std::min(all, 2) : all))];
  }

  /// All cases of some commands that write; or of the last command, if none does.
  void tell_readers() {
    readers_ = static_cast<std::size_t>(random_.below(static_cast<int>(p_.pushes.size())));
    bool none = true;
    for (protocol::Command& command : p_.commands) {
      if (!command.writes && !(none && &command == &p_.commands.back())) continue;
      none = false;
      for (protocol::Case& each : command.cases) add_cause(each, {*readers_, protocol::To::readers});
    }
  }

  /// Behind a reply of several groups there is no place.
  void add_cause(protocol::Case& to, protocol::Cause cause) {
    cause.ahead = to.reply.size() > 1 || random_.one_in(2);
    if (to.causes.size() < protocol::kMaxCauses) to.causes.push_back(cause);
  }

  /// Some command makes the identity that of who asks; one of the first, which are sent more often.
  void let_some_become(std::size_t identity) {
    const int most = std::min(2, static_cast<int>(p_.commands.size()));
    make_asker(p_.commands[static_cast<std::size_t>(random_.below(most))].cases.back(), identity);
  }

  std::optional<std::size_t> some_identity() {
    std::vector<std::size_t> identities;
    for (std::size_t i = 0; i < p_.session.size(); ++i) {
      if (p_.session[i].identity) identities.push_back(i);
    }
    if (identities.empty()) return std::nullopt;
    return random_.pick(identities);
  }

  // --- errors ------------------------------------------------------------------------------------

  /// Commands that fail, those that are sent more more often; in one protocol of two what is behind an error is
  /// skipped.
  void errors() {
    const std::vector<std::size_t> kinds = kinds_of_errors();
    if (kinds.empty()) return;
    std::optional<std::size_t> skips_to;
    if (random_.one_in(2)) skips_to = static_cast<std::size_t>(random_.below(static_cast<int>(p_.commands.size())));
    for (std::size_t i = 0; i < p_.commands.size(); ++i) {
      protocol::Command& command = p_.commands[i];
      if (random_.percent(i < 2 ? 60 : 30)) command.may_fail = failures(kinds);
      if (!may_be_refused(p_, command)) continue;
      if (skips_to && random_.percent(75)) command.errors.skips_to = skips_to;
      if (random_.percent(40)) follow_errors(command);
      if (p_.session.empty() || !random_.percent(40)) continue;
      command.errors.sets = sets();
      if (!command.errors.sets.empty() && random_.one_in(2)) command.errors.when = tests();
    }
  }

  /// Some of them, in any order.
  std::vector<std::size_t> failures(const std::vector<std::size_t>& kinds) {
    std::vector<std::size_t> some;
    for (int i = random_.pick<int>({1, 1, 2, 4}); i > 0; --i) {
      const std::size_t kind = random_.pick(kinds);
      if (std::ranges::find(some, kind) == some.end()) some.push_back(kind);
    }
    return some;
  }

  /// As many as its replies have room for.
  void follow_errors(protocol::Command& command) {
    std::size_t longest = 1;
    for (const protocol::Case& each : command.cases) {
      if (has_error(p_, each.reply)) longest = std::max(longest, messages_in(each.reply));
    }
    const std::size_t most = std::min<std::size_t>(small_ ? 1 : 3, protocol::kMaxMessages - longest);
    for (std::size_t i = 0; i < most && (i == 0 || random_.one_in(3)); ++i) {
      const auto kind = static_cast<std::size_t>(random_.below(static_cast<int>(listed_)));
      if (!p_.kinds[kind].data) command.errors.then.push_back(kind);
    }
  }

  /// What is made of one group may wait.
  void hold() {
    for (protocol::Command& command : p_.commands) {
      const bool fits = std::ranges::all_of(command.cases, [](const auto& each) { return each.reply.size() == 1; });
      command.held = fits && random_.one_in(2);
    }
  }

  // --- operations --------------------------------------------------------------------------------

  void operations() {
    for (const char* name : {"get", "set", "pipeline", "transaction", "watch"}) {
      if (!p_.operations.empty() && random_.one_in(3)) continue;
      protocol::Operation each;
      do each = operation(name);
      while (!results_agree(p_, each) || !causes_agree(p_, each) || room_for_keys(p_, each) == 0);
      p_.operations.push_back(std::move(each));
    }
    if (cacheable_) sends("get", 0);
    if (cacheable_) sends("set", 1);
  }

  protocol::Operation operation(const std::string& name) {
    protocol::Operation operation;
    operation.name = name;
    operation.many = name == "pipeline" || name == "transaction";
    if (!random_.one_in(3) && name != "get" && name != "set") {
      operation.procedures.push_back("execute_" + name);
      if (name == "transaction" && random_.one_in(2)) operation.procedures.emplace_back("execute_pipeline");
    }
    const int steps = name == "watch" || random_.one_in(6) ? random_.between(1, 3) : 1;
    operation.steps = operations_.steps(steps, operation.many);
    for (auto& step : operation.steps) {
      for (protocol::Request& request : step) {
        const protocol::Command& command = p_.commands[request.command];
        if (command.cases.size() == 1 && random_.one_in(4)) request.reply = reply_to(command);
      }
    }
    if (random_.one_in(3)) operation.result = operations_.some_kinds();
    return operation;
  }

  /// In place of its own: of one group, if that is held, and with room for what follows an error.
  Reply reply_to(const protocol::Command& command) {
    Reply own = reply();
    if (command.held) own.resize(1);
    follow(p_, command, own);
    return messages_in(own) <= protocol::kMaxMessages ? own : Reply{};
  }

  bool small_;
  Random& random_;
  Protocol p_;
  std::size_t listed_ = 1;  ///< kinds that are no types of texts
  std::optional<std::size_t> readers_;  ///< the push that goes to readers
  bool cacheable_ = false;  ///< what one operation reads another one changes, and says so
  Operations operations_;
};

}  // namespace

void make_own(const Protocol& protocol, const protocol::Operation& operation, scenario::Operation& op) {
  op.does = operation.name;
  op.own = std::make_shared<const protocol::Operation>(operation);
  scenario::OwnOperation& written = op.written.emplace();
  written.many = operation.many;
  for (const auto& step : operation.steps) {
    written.steps.emplace_back();
    for (const protocol::Request& each : step) {
      written.steps.back().push_back({protocol.commands[each.command].name, each.keys, each.ignored, {}});
    }
  }
  if (!operation.result) return;
  written.result.emplace();
  for (const std::size_t kind : *operation.result) written.result->push_back(protocol.kinds[kind].name);
}

protocol::ProtocolPtr random_protocol(bool small, Random& random) {
  if (random.one_in(2)) return scenario::standard_protocol();
  if (random.one_in(5)) {
    return scenario::built_in_protocols().find(random.pick(scenario::built_in_protocols().ids()));
  }
  return std::make_shared<const Protocol>(Protocols(small, random)());
}

namespace {

enum { kRow = protocol::kValueKind + 1, kReady, kRefused, kCanceled, kDeadlock };

protocol::Command command_of(const char* name, Reply reply) {
  protocol::Command command;
  command.name = name;
  command.cases.resize(1);
  command.cases.back().reply = std::move(reply);
  return command;
}

/// What is asked of it may end as canceled, or by a deadlock; then the session is broken, or not, and what is behind it
/// is skipped up to a SYNC, or not.
void let_fail(protocol::Command& command, Random& random) {
  command.may_fail = {kCanceled};
  if (random.one_in(3)) command.may_fail.push_back(kDeadlock);
  if (random.percent(70)) command.errors.skips_to = 3;
  if (random.one_in(3)) command.errors.then = {kReady};
  if (random.one_in(2)) command.errors.sets = {{0, 1}};
  if (random.one_in(3) && !command.errors.sets.empty()) command.errors.when = {{0, true, 0}};
}

/// What is broken is refused, until it is mended.
void refuse_where_broken(protocol::Command& command) {
  protocol::Case refuses = command.cases.front();
  refuses.when = {{0, false, 0}};
  refuses.reply = {{{kRefused, ""}}};
  command.cases.insert(command.cases.begin(), std::move(refuses));
}

}  // namespace

protocol::ProtocolPtr failing_protocol(Random& random) {
  Protocol p;
  p.id = kFailingProtocol;
  p.elsewhere = "redirection";
  p.session = {{"broken", "has something broken"}};
  for (const char* name : {"row", "ready", "refused", "canceled", "deadlock"}) {
    p.kinds.push_back({name, p.kinds.size() == kRow, name, p.kinds.size() >= kRefused, {}});
  }
  p.commands = {command_of("PREPARE", {{{kReady, ""}}}), command_of("QUERY", {{{kRow, ""}}}),
                command_of("PING", {{{kReady, ""}}}), command_of("SYNC", {{{kReady, ""}}}),
                command_of("AUTH", {{{kReady, ""}}})};
  for (const std::size_t i : {0, 1}) p.commands[i].held = random.one_in(2);
  for (const std::size_t i : {0, 1, 2, 4}) {
    if (i == 1 || random.one_in(2)) let_fail(p.commands[i], random);
  }
  if (random.one_in(2)) refuse_where_broken(p.commands[1]);
  p.commands[1].writes = random.one_in(3);
  if (random.one_in(2)) p.commands[3].cases.front().sets = {{0, 0}};
  const protocol::Request query = {1, protocol::Keys::first, {}, false}, sync = {3, protocol::Keys::none, {}, true};
  const protocol::Request prepare = {0, protocol::Keys::none, {}, true};
  p.operations.resize(3);
  const std::vector<std::vector<protocol::Request>> steps = {{prepare, query, sync}, {query, sync}, {query}};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    p.operations[i].name = std::vector<std::string>{"get", "set", "look"}[i];
    p.operations[i].steps = {steps[i]};
    if (random.one_in(2)) p.operations[i].result = std::vector<std::size_t>{kRow};
  }
  return std::make_shared<const Protocol>(dressed(std::move(p)));
}

protocol::Operation random_operation(const Protocol& protocol, const std::string& name, Random& random) {
  Operations operations(protocol, random);
  protocol::Operation operation;
  do {
    operation = {};
    operation.name = name;
    operation.many = random.one_in(3);
    operation.steps = operations.steps(random.one_in(3) ? random.between(1, 3) : 1, operation.many);
    for (auto& step : operation.steps) {
      for (protocol::Request& request : step) {
        const bool plain = random.one_in(2);  // a name alone
        if (plain) request = {request.command, protocol::Keys::first, {}, false};
      }
    }
    if (random.one_in(3)) operation.result = operations.some_kinds();
  } while (!results_agree(protocol, operation) || room_for_keys(protocol, operation) == 0);
  return operation;
}

std::vector<const Reply*> replies_of(const Protocol& protocol, const protocol::Request& request) {
  if (!request.reply.empty()) return {&request.reply};
  std::vector<const Reply*> replies;
  for (const protocol::Case& each : protocol.commands[request.command].cases) replies.push_back(&each.reply);
  return replies;
}

bool results_agree(const Protocol& protocol, const protocol::Operation& operation) {
  for (const auto& step : operation.steps) {
    for (const protocol::Request& request : step) {
      std::optional<std::size_t> common;
      for (const Reply* reply : replies_of(protocol, request)) {
        if (has_error(protocol, *reply)) continue;
        const std::size_t results = results_in(protocol, operation, *reply);
        if (common && *common != results) return false;
        common = results;
      }
    }
  }
  return true;
}

void tidy_pushes(Protocol& protocol) {
  std::vector<bool> caused(protocol.pushes.size(), false);
  for (const protocol::Command& command : protocol.commands) {
    for (const protocol::Case& each : command.cases) {
      for (const protocol::Cause& cause : each.causes) caused[cause.push] = true;
    }
  }
  for (std::size_t i = 0; i < caused.size(); ++i) protocol.pushes[i].invalidates &= caused[i];
}

void follow(const Protocol& protocol, const protocol::Command& command, Reply& reply) {
  if (reply.empty() || !has_error(protocol, reply)) return;
  for (const std::size_t kind : command.errors.then) reply.back().push_back({kind, ""});
}

namespace {

void follow_no_more(const Protocol& protocol, const protocol::Command& command, Reply& reply) {
  if (reply.empty() || !has_error(protocol, reply)) return;
  reply.back().resize(reply.back().size() - command.errors.then.size());
}

template <class Change>
Protocol with_replies(Protocol protocol, const Change& change) {
  for (protocol::Command& command : protocol.commands) {
    for (protocol::Case& each : command.cases) change(protocol, command, each.reply);
  }
  for (protocol::Operation& operation : protocol.operations) {
    for (auto& step : operation.steps) {
      for (protocol::Request& request : step) change(protocol, protocol.commands[request.command], request.reply);
    }
  }
  return protocol;
}

}  // namespace

Protocol dressed(Protocol protocol) { return with_replies(std::move(protocol), follow); }

Protocol bare(Protocol protocol) { return with_replies(std::move(protocol), follow_no_more); }

bool may_be_refused(const Protocol& protocol, const protocol::Command& command) {
  return !command.may_fail.empty() ||
         std::ranges::any_of(command.cases, [&](const auto& each) { return has_error(protocol, each.reply); });
}

void tidy_errors(Protocol& protocol) {
  for (protocol::Command& command : protocol.commands) {
    if (!may_be_refused(protocol, command)) command.errors = {};
    if (command.errors.sets.empty()) command.errors.when.clear();
  }
}

std::vector<std::string> commands_that_fail(const Protocol& protocol) {
  Names names;
  for (const protocol::Command& command : protocol.commands) {
    if (!command.may_fail.empty()) names.push_back(command.name);
  }
  return names;
}

bool causes_agree(const Protocol& protocol, const protocol::Operation& operation) {
  const auto agrees = [&](const protocol::Request& request) {
    return std::ranges::all_of(protocol.commands[request.command].cases, [&](const protocol::Case& each) {
      const Reply& reply = request.reply.empty() ? each.reply : request.reply;
      return reply.size() <= 1 || std::ranges::all_of(each.causes, [](const auto& cause) { return cause.ahead; });
    });
  };
  return std::ranges::all_of(operation.steps, [&](const auto& step) { return std::ranges::all_of(step, agrees); });
}

std::size_t room_for_keys(const Protocol& protocol, const protocol::Operation& operation) {
  const auto fits = [&](std::size_t keys) {
    std::size_t requests = 0, messages = 0, results = 0;
    for (const auto& step : operation.steps) {
      for (const protocol::Request& request : step) {
        const std::size_t times = request.keys == protocol::Keys::each ? keys : 1;
        std::size_t of_one = 0;
        requests += times;
        const protocol::Command& command = protocol.commands[request.command];
        messages += times * command.may_fail.size() * (1 + command.errors.then.size());
        for (const Reply* reply : replies_of(protocol, request)) {
          messages += times * messages_in(*reply);
          if (!has_error(protocol, *reply)) of_one = std::max(of_one, results_in(protocol, operation, *reply));
        }
        results += times * of_one;
      }
    }
    return requests <= kRequests && messages <= kMessages && results <= kResults;
  };
  std::size_t keys = 0;
  while (keys < kRequests && fits(keys + 1)) ++keys;
  return keys;
}

std::string type_of_value(const Protocol& protocol, const scenario::Operation& operation) {
  const protocol::Operation& told = operation.own != nullptr ? *operation.own : *protocol.operation(operation.does);
  const protocol::Request* about = nullptr;
  for (const auto& step : told.steps) {
    for (const protocol::Request& request : step) {
      if (about == nullptr || !request.ignored || about->ignored) about = &request;
    }
  }
  if (about == nullptr) return operation.type;
  const Reply& reply = *replies_of(protocol, *about).back();
  return has_data(protocol, reply) ? operation.type : protocol.kinds[reply.front().front().kind].name;
}

bool is_built_in(const Protocol& protocol) {
  const auto known = scenario::built_in_protocols().find(protocol.id);
  return known != nullptr && *known == protocol;
}

std::vector<std::string> kinds_to_name(const Protocol& protocol) {
  Names names;
  for (const protocol::Kind& kind : protocol.kinds) {
    names.push_back(kind.name);
    for (int i = 0; kind.of && i < 3; ++i) names.push_back(protocol.kinds[*kind.of].name);
  }
  for (const protocol::Push& push : protocol.pushes) names.push_back(protocol.kinds[push.kind].name);
  for (const protocol::Command& command : protocol.commands) {
    for (const protocol::Case& each : command.cases) {
      names.push_back(protocol.kinds[each.reply.back().back().kind].name);
    }
  }
  return names;
}

std::vector<std::string> errors_to_name(const Protocol& protocol) {
  Names names;
  for (const protocol::Kind& kind : protocol.kinds) {
    if (kind.error) names.push_back(kind.name);
  }
  return names.empty() ? kinds_to_name(protocol) : names;
}

std::vector<std::string> changes_to_name(const Protocol& protocol) {
  Names changes, pushed;
  for (const protocol::Push& push : protocol.pushes) {
    pushed.push_back(protocol.kinds[push.kind].name);
    if (push.invalidates) changes.push_back(pushed.back());
  }
  return !changes.empty() ? changes : !pushed.empty() ? pushed : kinds_to_name(protocol);
}

bool tells_of_changes(const Protocol& protocol) {
  return std::ranges::any_of(protocol.pushes, [](const protocol::Push& push) { return push.invalidates; });
}

std::vector<std::string> commands_to_name(const Protocol& protocol) {
  Names names;
  for (const protocol::Command& command : protocol.commands) {
    const std::string& name = command.name;
    const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    const bool is_name = std::isalpha(static_cast<unsigned char>(name.front())) != 0 && std::ranges::all_of(name, fits);
    if (is_name && name != "request" && name != "handshake") names.push_back(name);
  }
  return names;
}

}  // namespace interleak::oracle

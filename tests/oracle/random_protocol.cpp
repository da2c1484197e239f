#include "tests/oracle/random_protocol.hpp"

#include <algorithm>

#include "sim/scenario/reader.hpp"

namespace interleak::oracle {
namespace {

using protocol::Protocol;
using Names = std::vector<std::string>;

// Limits of docs/formats.md.
constexpr std::size_t kRequests = 8, kMessages = 60, kResults = 8;

class Protocols {
 public:
  Protocols(bool small, Random& random) : small_(small), random_(random) {}

  Protocol operator()() {
    p_.id = "random-protocol";
    p_.elsewhere = "redirection";
    flags();
    kinds();
    commands();
    operations();
    return std::move(p_);
  }

 private:
  void flags() {
    static const std::vector<protocol::Flag> all = {{"watch", "watches a key"}, {"open", "has something open"}};
    p_.session.assign(all.begin(), all.begin() + random_.below(3));
  }

  /// The types of texts come behind the others.
  void kinds() {
    static const Names all = {"row", "chunk", "end", "notice"};
    const int count = random_.below(static_cast<int>(all.size()) + 1);
    for (int i = 0; i < count; ++i) {
      const std::string& name = all[static_cast<std::size_t>(i)];
      p_.kinds.push_back({name, i < 2 ? !random_.one_in(4) : random_.one_in(4), name});
    }
    listed_ = p_.kinds.size();
  }

  protocol::Message of_text(const std::string& type, const std::string& text) {
    const auto is_it = [&](const protocol::Kind& kind) { return kind.name == type; };
    auto found = std::ranges::find_if(p_.kinds, is_it);
    if (found == p_.kinds.end()) found = p_.kinds.insert(found, {type, false, type});
    return {static_cast<std::size_t>(found - p_.kinds.begin()), text};
  }

  protocol::Reply reply() {
    if (random_.percent(35)) return {{protocol::Message{}}};
    if (random_.percent(30)) return {{random_.one_in(3) ? of_text("queued", "QUEUED") : of_text("ok", "OK")}};
    protocol::Reply groups(static_cast<std::size_t>(random_.between(1, small_ ? 2 : 3)));
    std::size_t room = small_ ? 3 : protocol::kMaxMessages;
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

  protocol::Flags any_flags() {
    return p_.session.empty() ? protocol::Flags{0}
                              : static_cast<protocol::Flags>(random_.below(1 << p_.session.size()));
  }

  void commands() {
    for (const char* name : {"GET", "SET", "WATCH", "UNWATCH", "EXEC", "PING", "AUTH"}) {
      if (!p_.commands.empty() && random_.one_in(3)) continue;
      protocol::Command command;
      command.name = name;
      command.reply = reply();
      command.writes = random_.one_in(3);
      if (random_.one_in(4)) command.raises = any_flags();
      if (random_.one_in(4)) command.lowers = any_flags();
      p_.commands.push_back(command);
    }
  }

  protocol::Request request(bool many) {
    protocol::Request request;
    request.command = static_cast<std::size_t>(random_.below(static_cast<int>(p_.commands.size())));
    request.keys = many && !random_.one_in(4) ? protocol::Keys::each : static_cast<protocol::Keys>(random_.below(3));
    if (random_.one_in(4)) request.reply = reply();
    request.ignored = random_.one_in(5);
    return request;
  }

  void operations() {
    for (const char* name : {"get", "set", "pipeline", "transaction", "watch"}) {
      if (!p_.operations.empty() && random_.one_in(3)) continue;
      protocol::Operation each;
      do each = operation(name);
      while (room_for_keys(p_, each) == 0);
      p_.operations.push_back(std::move(each));
    }
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
    for (int step = 0; step < steps; ++step) {
      operation.steps.emplace_back();
      const int count = random_.pick<int>({1, 1, 1, 2, 3});
      for (int i = 0; i < count; ++i) operation.steps.back().push_back(request(operation.many));
    }
    if (random_.one_in(3)) operation.result = some_kinds();
    return operation;
  }

  std::vector<std::size_t> some_kinds() {
    std::vector<std::size_t> some;
    for (std::size_t kind = 0; kind < p_.kinds.size(); ++kind) {
      if (random_.one_in(2)) some.push_back(kind);
    }
    return some;  // perhaps none
  }

  bool small_;
  Random& random_;
  Protocol p_;
  std::size_t listed_ = 0;   ///< kinds that are no types of texts
};

}  // namespace

protocol::ProtocolPtr random_protocol(bool small, Random& random) {
  if (random.one_in(2)) return scenario::standard_protocol();
  if (random.one_in(8)) {
    return scenario::built_in_protocols().find(random.pick(scenario::built_in_protocols().ids()));
  }
  return std::make_shared<const Protocol>(Protocols(small, random)());
}

std::size_t room_for_keys(const Protocol& protocol, const protocol::Operation& operation) {
  std::size_t keys = 0;
  const auto fits = [&](std::size_t count) {
    return protocol::requests_of(operation, count) <= kRequests &&
           protocol::messages_of(protocol, operation, count) <= kMessages &&
           protocol::results_of(protocol, operation, count) <= kResults;
  };
  while (keys < kRequests && fits(keys + 1)) ++keys;
  return keys;
}

bool is_built_in(const Protocol& protocol) {
  const auto known = scenario::built_in_protocols().find(protocol.id);
  return known != nullptr && *known == protocol;
}

std::vector<std::string> kinds_to_name(const Protocol& protocol) {
  Names names;
  for (const protocol::Kind& kind : protocol.kinds) names.push_back(kind.name);
  for (const protocol::Command& command : protocol.commands) {
    names.push_back(protocol.kinds[command.reply.back().back().kind].name);
  }
  return names;
}

}  // namespace interleak::oracle

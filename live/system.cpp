#include "live/system.hpp"

#include <algorithm>
#include <utility>

#include "live/failure.hpp"
#include "live/signals.hpp"
#include "live/slots.hpp"
#include "sim/kernel/schedule.hpp"

namespace interleak::live {
namespace {

using terms::Outcome;
namespace fact = terms::fact;

constexpr int kDoubt_ms = 20;            // before a task is taken to wait for ever
constexpr int kMostWakes = 1000;         // behind one event
constexpr int kMostRounds = 10'000;      // of asking a client to run, behind one event
constexpr int kFewNotIdle = 5;           // times: the kernel may be late,
constexpr int kSeldom = 10;              // but not more often than in one of so many
constexpr int kGrace_ms = 200;           // for what the kernel has not carried over yet
constexpr std::size_t kPartBytes = 3;    // of `net.1:part` behind the header
const std::string kProbe = "probe:interleak";
const std::string kProbeTask = "probe:";   // no task of a scenario has a colon in its name

std::string text_of(const std::string& key, const std::string& owner) {
  return key + " of " + owner;
}
bool is_list(const scenario::Operation& operation) { return operation.type == "list"; }

/// The command that an operation sends for one of its keys, which Redis knows as `name`.
Json command(const scenario::Operation& operation, const std::string& name, const std::string& text) {
  if (operation.kind == scenario::OperationKind::set) return Json::array({"SET", name, text});
  if (is_list(operation)) return Json::array({"LRANGE", name, "0", "-1"});
  return Json::array({"GET", name});
}

bool has(const scenario::Scenario& scenario, scenario::OperationKind kind) {
  return std::ranges::any_of(scenario.tasks, [&](const scenario::Task& task) {
    return std::ranges::count(task.operations, kind, &scenario::Operation::kind) != 0;
  });
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

}  // namespace

std::string not_live(const scenario::Scenario& scenario) {
  if (scenario::ends_at_once(scenario.cancel.kind) && scenario.cancel.max > 0) {
    const auto kind = static_cast<std::size_t>(scenario.cancel.kind);
    return "its cancels are of the kind " + std::string(scenario::kCancelKinds[kind]) +
           ", and live clients run their handlers";
  }
  if (scenario.may_be_silent) return "its server may be silent, and a real one answers";
  for (const scenario::Task& task : scenario.tasks) {
    for (const scenario::Operation& operation : task.operations) {
      if (operation.moved_to || operation.large) {
        return "task " + task.id + " needs a moved key or a large request, which live runs have not";
      }
    }
  }
  return {};
}

LiveSystem::LiveSystem(const scenario::Scenario& scenario, Servers& servers, Proxy& proxy,
                       Client& client, int timeout_ms, MoreEvents more)
    : scenario_(scenario), servers_(servers), proxy_(proxy), client_(client), timeout_ms_(timeout_ms),
      more_(more) {
  if (scenario_.pool_warm < 0) scenario_.pool_warm = scenario_.pool_max;
  const auto must = [&](bool wanted, const char* what) {
    if (!wanted || client.can(what)) return;
    throw LiveFailure("the client " + client.name() + " does not say that it can \"" + what + "\"");
  };
  must(more.passing, "cancel_at");
  must(more.same_turn, "same_turn");
  must(has(scenario, scenario::OperationKind::transaction), "transaction");
  must(has(scenario, scenario::OperationKind::watch), "watch");
  for (int node = 0; node < servers.nodes(); ++node) {
    proxy.reach(static_cast<std::size_t>(node), servers.socket(node));
  }
  seed();
  if (more.passing) learn_passing();
}

/// Each task alone, and nothing cancelled: where it waits for the outside a cancel can land anyway.
void LiveSystem::learn_passing() {
  std::vector<std::vector<int>> learnt(scenario_.tasks.size());
  for (std::size_t t = 0; t < scenario_.tasks.size() && t <= kMostPaired; ++t) {
    const std::string& id = scenario_.tasks[t].id;
    std::set<int> idle;
    reset();
    for (std::optional<Event> next = make(Kind::start, static_cast<int>(t)); next;) {
      step(*next);
      next.reset();
      if (ended_.contains(id)) break;
      idle.insert(suspensions_[id]);
      Events events;
      enabled(events);
      const auto goes_on = [](Event e) {
        return kind_of(e) == Kind::serve || kind_of(e) == Kind::deliver;
      };
      const auto found = std::ranges::find_if(events, goes_on);
      if (found != events.end()) next = *found;
    }
    for (int k = 1; k <= std::min(suspensions_[id], kMostPaired); ++k) {
      if (!idle.contains(k)) learnt[t].push_back(k);
    }
  }
  passing_ = std::move(learnt);
}

bool LiveSystem::every_cancel_landed() const {
  return std::ranges::all_of(cancel_at_, [this](const auto& each) {
    const auto found = suspensions_.find(each.first);
    return found != suspensions_.end() && found->second >= each.second;
  });
}

/// From 0, as the model has it (sim/world): where it says, else where its first key lies.
int LiveSystem::node_of(const scenario::Operation& operation, const std::string& owner) const {
  if (operation.node) return (*operation.node - 1) % servers_.nodes();
  return node_of_slot(slot_of_key(operation.keys.front() + ":" + owner), servers_.nodes());
}

std::string LiveSystem::key_of(const scenario::Operation& operation, const std::string& key,
                               const std::string& owner) const {
  return key_on_node(key + ":" + owner, node_of(operation, owner), servers_.nodes());
}

std::string LiveSystem::probe_of(int node) const { return key_on_node(kProbe, node, servers_.nodes()); }

void LiveSystem::seed() {
  std::vector<std::vector<std::vector<std::string>>> seeds(static_cast<std::size_t>(servers_.nodes()));
  for (int node = 0; node < servers_.nodes(); ++node) {
    seeds[static_cast<std::size_t>(node)].push_back({"SET", probe_of(node), "a probe"});
    keys_.insert(probe_of(node));
  }
  for (std::size_t t = 0; t < scenario_.tasks.size(); ++t) {
    const scenario::Task& task = scenario_.tasks[t];
    for (const scenario::Operation& operation : task.operations) {
      auto& there = seeds[static_cast<std::size_t>(node_of(operation, task.owner))];
      for (const std::string& key : operation.keys) {
        const std::string text = text_of(key, task.owner), name = key_of(operation, key, task.owner);
        if (!keys_.insert(name).second) continue;
        data_[text] = {static_cast<int>(t), key, operation.type};
        there.push_back({is_list(operation) ? "RPUSH" : "SET", name, text});
      }
    }
  }
  const bool selects = std::ranges::count(client_.handshake(), "SELECT") != 0;
  for (int node = 0; node < servers_.nodes(); ++node) {
    auto& seed = seeds[static_cast<std::size_t>(node)];
    servers_.execute(node, seed);
    if (!selects) continue;
    seed.insert(seed.begin(), {"SELECT", "1"});
    servers_.execute(node, seed);
  }
}

// --- events ---

Event LiveSystem::make(Kind kind, int index) {
  return {static_cast<std::uint16_t>(static_cast<unsigned>(kind) << 8 | static_cast<unsigned>(index))};
}

void LiveSystem::enabled(Events& out) const {
  const auto& cancel = scenario_.cancel;
  for (std::size_t t = 0; t < scenario_.tasks.size(); ++t) {
    if (!started_.contains(scenario_.tasks[t].id)) out.push_back(make(Kind::start, static_cast<int>(t)));
  }
  for (std::size_t t = 0; t < scenario_.tasks.size() && cancels_ < cancel.max; ++t) {
    const std::string& id = scenario_.tasks[t].id;
    const bool may = cancel.who.empty() || std::ranges::count(cancel.who, id) != 0;
    if (may && started_.contains(id) && !ended_.contains(id)) {
      out.push_back(make(Kind::cancel, static_cast<int>(t)));
    }
  }
  const auto connections = proxy_.connections();
  for (const ProxyConnection& each : connections) {
    if (!each.requests.empty()) out.push_back(make(Kind::serve, each.number));
  }
  for (const Kind kind : {Kind::deliver, Kind::header, Kind::part}) {
    if (kind != Kind::deliver && !scenario_.physics.fragments) break;
    for (const ProxyConnection& each : connections) {
      if (each.replies.empty()) continue;
      // A reply comes whole, or its header and its part before the rest, or only one of them.
      const std::size_t delivered = each.replies[0].delivered;
      const bool can = kind == Kind::deliver || delivered == 0 ||
                       (kind == Kind::part && delivered == proxy_.header_of(each.number));
      if (can) out.push_back(make(kind, each.number));
    }
  }
  enable_more(connections, out);
}

void LiveSystem::enable_more(const std::vector<ProxyConnection>& connections, Events& out) const {
  const auto& cancel = scenario_.cancel;
  const int tasks = std::min(static_cast<int>(scenario_.tasks.size()), kMostPaired + 1);
  for (int t = 0; t < tasks; ++t) {
    const std::string& id = scenario_.tasks[static_cast<std::size_t>(t)].id;
    if (started_.contains(id)) continue;
    const bool may = cancel.who.empty() || std::ranges::count(cancel.who, id) != 0;
    if (may && cancels_ < cancel.max && !passing_.empty()) {
      for (const int k : passing_[static_cast<std::size_t>(t)]) {
        out.push_back(make(Kind::start_cancel, t << 4 | k));
      }
    }
    if (more_.same_turn) enable_turns(t, connections, out);
  }
  for (const ProxyConnection& each : connections) {
    const bool quiet = each.requests.empty() && each.replies.empty();
    if (quiet && closes_ < more_.closes) out.push_back(make(Kind::close, each.number));
  }
}

/// What may come in the turn in which a task starts: a reply before it, another task behind it.
void LiveSystem::enable_turns(int task, const std::vector<ProxyConnection>& connections, Events& out) const {
  for (const ProxyConnection& each : connections) {
    if (each.replies.empty() || each.number > kMostPaired) continue;
    out.push_back(make(Kind::turn, each.number << 4 | task));
  }
  const int tasks = std::min(static_cast<int>(scenario_.tasks.size()), kMostPaired + 1);
  for (int other = 0; other < tasks; ++other) {
    const bool started = started_.contains(scenario_.tasks[static_cast<std::size_t>(other)].id);
    if (other != task && !started) out.push_back(make(Kind::together, task << 4 | other));
  }
}

bool LiveSystem::is_enabled(Event event) const {
  Events events;
  enabled(events);
  return std::ranges::count(events, event) != 0;
}

bool LiveSystem::is_fault(Event event) const {
  return is_cancel(event) || kind_of(event) == Kind::close;
}

bool LiveSystem::is_cancel(Event event) {
  return kind_of(event) == Kind::cancel || kind_of(event) == Kind::start_cancel;
}

std::string LiveSystem::text(Event event) const {
  const int index = index_of(event);
  switch (kind_of(event)) {
    case Kind::start: return scenario_.tasks[static_cast<std::size_t>(index)].id;
    case Kind::cancel: return "!" + scenario_.tasks[static_cast<std::size_t>(index)].id;
    case Kind::serve: return "srv." + std::to_string(index);
    case Kind::deliver: return "net." + std::to_string(index);
    case Kind::header: return "net." + std::to_string(index) + ":hdr";
    case Kind::part: return "net." + std::to_string(index) + ":part";
    case Kind::start_cancel:
      return scenario_.tasks[static_cast<std::size_t>(first_of(event))].id + "!" +
             std::to_string(second_of(event));
    case Kind::turn:
      return "net." + std::to_string(first_of(event)) + "+" +
             scenario_.tasks[static_cast<std::size_t>(second_of(event))].id;
    case Kind::together:
      return scenario_.tasks[static_cast<std::size_t>(first_of(event))].id + "+" +
             scenario_.tasks[static_cast<std::size_t>(second_of(event))].id;
    case Kind::close: return "close." + std::to_string(index);
  }
  return {};
}

int LiveSystem::task_of(Event event) const {
  switch (kind_of(event)) {
    case Kind::start:
    case Kind::cancel: return index_of(event);
    case Kind::start_cancel:
    case Kind::together: return first_of(event);
    case Kind::turn: return second_of(event);
    default: return -1;
  }
}

void LiveSystem::reset() {
  check_signals();
  proxy_.hold({});
  client_.close();
  proxy_.poll();
  proxy_.close_all();
  events_.clear();
  started_.clear();
  ended_.clear();
  suspensions_.clear();
  cancel_at_.clear();
  cancels_ = closes_ = 0;
  results_.assign(scenario_.tasks.size(), {});
  steps_.clear();
  spoiled_ = false;
  last_end_ = {};
  end_note_.clear();
  next_user_got_.clear();
  client_.open({proxy_.port(), scenario_.pool_max, scenario_.pool_warm,
                client_.needs("cluster") ? proxy_.ports() : std::vector<std::uint16_t>()});
  settle(client_.run());
  proxy_.number_again();  // without those that the client had only to find the nodes
  proxy_.hold([this](const std::vector<std::string>& words) {
    return is_request(words) || std::ranges::count(client_.handshake(), words.at(0)) != 0;
  });
  happened_.clear();
}

StepLabel LiveSystem::step(Event event) {
  if (spoiled_) {
    const Events before = events_;
    reset();
    replays_ = true;
    for (const Event each : before) step(each);
    replays_ = false;
  }
  try {
    wait_for(event);
    events_.push_back(event);
    force_settled(event);
  } catch (const LiveFailure& failure) {
    std::vector<std::string> texts;
    for (const Event each : events_) texts.push_back(text(each));
    if (texts.empty()) throw;
    throw LiveFailure(std::string(failure.what()) + "\n  in the schedule: " + join_schedule(texts));
  }
  steps_.push_back({text(event), joined(happened_), static_cast<Outcome>(label_.worst), shows_, task_of(event),
                    is_cancel(event), {}});
  for (const auto& each : results_) steps_.back().known.push_back(each.size());
  return label_;
}

void LiveSystem::force_settled(Event event) {
  happened_.clear();
  shows_.clear();
  label_ = {};
  confirms_ = !replays_;  // once for each event of a schedule is enough
  force(event);
  if (looks_stuck()) {
    proxy_.wait(kDoubt_ms);
    settle(client_.run());
  }
  confirms_ = false;
  check_server();
}

bool LiveSystem::is_request(const std::vector<std::string>& words) const {
  if (words.size() > 1) return keys_.contains(words[1]);
  return words.at(0) == "MULTI" || words.at(0) == "EXEC" || words.at(0) == "UNWATCH";
}

/// The same client does the same again; what has not arrived yet is given some time.
void LiveSystem::wait_for(Event event) {
  for (int waited = 0; !is_enabled(event); waited += 5) {
    if (waited > kGrace_ms) {
      throw LiveFailure("the client does not do the same again: " + text(event) +
                        " was possible behind the same events before, and is not now");
    }
    proxy_.wait(5);
    settle(client_.run());
  }
}

void LiveSystem::force(Event event) {
  const int index = index_of(event);
  const auto id = [this](int task) -> const std::string& {
    return scenario_.tasks[static_cast<std::size_t>(task)].id;
  };
  switch (kind_of(event)) {
    case Kind::start:
      happened_.push_back("starts");
      return force_start(index, 0, false);
    case Kind::cancel:
      happened_.push_back("CANCELLED");
      ++cancels_;
      return settle(client_.cancel(id(index)));
    case Kind::serve:
      return force_serve(index);
    case Kind::deliver:
    case Kind::header:
    case Kind::part: {
      const std::size_t header = proxy_.header_of(index);
      if (kind_of(event) == Kind::deliver) proxy_.deliver(index);
      if (kind_of(event) == Kind::header) proxy_.deliver_part(index, header);
      if (kind_of(event) == Kind::part) deliver_beginning(index, header + kPartBytes);
      settle(client_.run());
      if (happened_.empty()) happened_.push_back(kind_of(event) == Kind::deliver ? "a reply comes" : "a piece of a reply comes");
      return;
    }
    case Kind::start_cancel: {
      const int suspension = second_of(event);
      happened_.push_back("starts, to be CANCELLED at suspension " + std::to_string(suspension));
      cancel_at_[id(first_of(event))] = suspension;
      ++cancels_;
      return force_start(first_of(event), suspension, false);
    }
    case Kind::turn:
      happened_.push_back("the reply comes, and " + id(second_of(event)) + " starts in the same turn");
      proxy_.deliver(first_of(event));
      return force_start(second_of(event), 0, true);
    case Kind::together: {
      const scenario::Task& first = scenario_.tasks[static_cast<std::size_t>(first_of(event))];
      happened_.push_back(first.id + " and " + id(second_of(event)) + " start in the same turn");
      started_.insert(first.id);
      client_.start_later(first.id, operations_of(first));
      return force_start(second_of(event), 0, false);
    }
    case Kind::close:
      happened_.push_back("the server closes the connection");
      ++closes_;
      proxy_.close(index);
      return settle(client_.run());
  }
}

/// So many bytes of a reply, of which some may have been delivered.
void LiveSystem::deliver_beginning(int connection, std::size_t bytes) {
  const auto connections = proxy_.connections();
  const auto found = std::ranges::find(connections, connection, &ProxyConnection::number);
  proxy_.deliver_part(connection, bytes - found->replies.at(0).delivered);
}

void LiveSystem::force_serve(int connection) {
  const auto connections = proxy_.connections();
  const auto found = std::ranges::find(connections, connection, &ProxyConnection::number);
  const auto& words = found->requests.at(0).request;
  happened_.push_back("the server answers " + words[0] + (words.size() > 1 ? " " + words[1] : ""));
  proxy_.serve(connection, timeout_ms_);
  proxy_.poll();
}

void LiveSystem::force_start(int task, int cancel_at, bool same_turn) {
  const scenario::Task& started = scenario_.tasks[static_cast<std::size_t>(task)];
  started_.insert(started.id);
  settle(client_.start(started.id, operations_of(started), cancel_at, same_turn));
}

/// A task has not ended, and nothing can happen any more.
bool LiveSystem::looks_stuck() const {
  Events events;
  enabled(events);
  return started_.size() != ended_.size() &&
         std::ranges::all_of(events, [this](Event each) { return is_fault(each); });
}

/// Until the client is idle, and nothing is on its way to it or from it. Only then it wakes if it sleeps:
/// its clock does not race with the network.
void LiveSystem::settle(ClientReport report) {
  for (int woken = 0, rounds = 0;; ++rounds) {
    if (rounds == kMostRounds) throw LiveFailure("the client " + client_.name() + " does not come to rest");
    absorb(report);
    bool moved = proxy_.poll() || client_.may_be_busy();
    while (proxy_.expects_server()) {
      if (!proxy_.wait(timeout_ms_)) throw LiveFailure("the server does not answer");
      moved = true;
    }
    if (!moved && !report.sleeps) {
      if (!confirms_) return;
      const ClientReport before = std::exchange(report, client_.run());
      if (is_confirmed(before, report) && !proxy_.poll() && !client_.may_be_busy()) return check_complete(report);
      continue;
    }
    const bool wakes = !moved && report.sleeps;
    if (wakes && ++woken > kMostWakes) throw LiveFailure("the client sleeps and wakes without end");
    report = wakes ? client_.wake() : client_.run();
  }
}

/// Asked to run once more, a client that is idle has nothing to tell. One that is not, and says so, would
/// pass for sound: what it did late would come behind what it should have met.
bool LiveSystem::is_confirmed(const ClientReport& report, const ClientReport& again) {
  ++asked_idle_;
  if (again.ended.empty() && again.waits == report.waits) return true;
  ++not_idle_;
  if (not_idle_ <= kFewNotIdle || not_idle_ * kSeldom <= asked_idle_) return false;
  throw LiveFailure("the client " + client_.name() + " answers before it is idle: asked to run once more it went on, " +
                    std::to_string(not_idle_) + " of " + std::to_string(asked_idle_) + " times");
}

/// Every task that was started is in one of the two lists.
void LiveSystem::check_complete(const ClientReport& report) const {
  for (const std::string& id : started_) {
    const bool waits = std::ranges::any_of(report.waits, [&](const auto& each) { return each.first == id; });
    if (waits || ended_.contains(id)) continue;
    throw LiveFailure("the client " + client_.name() + " tells nothing of " + id +
                      ": it is neither in \"ended\" nor in \"waits\"");
  }
}

void LiveSystem::check_server() {
  const std::string end = servers_.ended();
  if (!end.empty()) throw LiveFailure("the server died: " + end);
}

// --- what the client told ---

Json LiveSystem::operations_of(const scenario::Task& task) const {
  Json out = Json::array();
  for (const scenario::Operation& operation : task.operations) {
    Json commands = Json::array();
    for (const std::string& key : operation.keys) {
      commands.push_back(command(operation, key_of(operation, key, task.owner), text_of(key, task.owner)));
    }
    if (operation.kind == scenario::OperationKind::transaction) {
      commands = Json{{"transaction", std::move(commands)}};
    } else if (operation.kind == scenario::OperationKind::watch) {
      const std::string watched = commands.at(0).at(1);
      commands = Json{{"watch", watched}, {"transaction", std::move(commands)}};
    }
    out.push_back(std::move(commands));
  }
  return out;
}

int LiveSystem::task_named(const std::string& id) const {
  for (std::size_t t = 0; t < scenario_.tasks.size(); ++t) {
    if (scenario_.tasks[t].id == id) return static_cast<int>(t);
  }
  return -1;
}

void LiveSystem::absorb(const ClientReport& report) {
  for (const auto& [task, count] : report.waits) suspensions_[task] = count;
  for (const ClientEnd& end : report.ended) {
    const int task = task_named(end.task);
    if (end.suspensions > 0) suspensions_[end.task] = end.suspensions;
    if (task < 0) {
      note_probe(end);
      continue;
    }
    auto& results = results_[static_cast<std::size_t>(task)];
    const auto& operations = scenario_.tasks[static_cast<std::size_t>(task)].operations;
    if (end.operation != static_cast<int>(results.size()) || results.size() >= operations.size()) {
      throw LiveFailure("the client reports the end of operation " + std::to_string(end.operation) +
                        " of " + end.task + " out of turn");
    }
    const Result result = judge(end);
    const bool worst = result.outcome >= static_cast<Outcome>(label_.worst);
    results.push_back(result);
    const bool over = end.how != ClientEnd::How::value || results.size() == operations.size();
    if (over) ended_.insert(end.task);
    label_.facts |= fact::outcome(result.outcome);
    label_.worst = std::max(label_.worst, static_cast<std::uint8_t>(result.outcome));
    happened_.push_back(end.task + (end.how == ClientEnd::How::value       ? " received "
                                    : end.how == ClientEnd::How::cancelled ? " ends"
                                                                           : " ends by an error: ") +
                        (end.how == ClientEnd::How::cancelled ? " as cancelled" : result.text));
    if (worst) shows_ = happened_.back();
  }
}

/// A probe is the next user of the pool; what it gets of others was left there.
void LiveSystem::note_probe(const ClientEnd& end) {
  if (!end.task.starts_with(kProbeTask)) {
    throw LiveFailure("the client " + client_.name() + " reports the end of " + end.task + ", which was never started");
  }
  std::vector<const Datum*> found;
  bool other = false;
  find_data(end.value, found, other);
  if (!found.empty()) next_user_got_ = scenario_.tasks[static_cast<std::size_t>(found[0]->task)].id + "'s " + found[0]->key;
}

Result LiveSystem::judge(const ClientEnd& end) const {
  if (end.how == ClientEnd::How::cancelled) return {Outcome::cancelled, -1, "cancelled"};
  if (end.how == ClientEnd::How::error) return {Outcome::error, -1, end.text};
  const int task = task_named(end.task);
  const auto& operation = scenario_.tasks[static_cast<std::size_t>(task)]
                              .operations[static_cast<std::size_t>(end.operation)];
  return judged_value(operation, task, end.value);
}

/// Every text in a value that is somebody's; `other`: there is something else, too.
void LiveSystem::find_data(const Json& value, std::vector<const Datum*>& found, bool& other) const {
  if (value.is_structured()) {
    for (const Json& each : value) find_data(each, found, other);
    return;
  }
  const auto datum = value.is_string() ? data_.find(value.get<std::string>()) : data_.end();
  if (datum == data_.end()) {
    other = true;
  } else {
    found.push_back(&datum->second);
  }
}

Result LiveSystem::judged_value(const scenario::Operation& operation, int task,
                                const Json& value) const {
  std::vector<const Datum*> found;
  bool other = false;
  find_data(value, found, other);
  const std::string& me = scenario_.tasks[static_cast<std::size_t>(task)].owner;
  for (const Datum* datum : found) {
    const scenario::Task& owner = scenario_.tasks[static_cast<std::size_t>(datum->task)];
    if (owner.owner == me) continue;
    const std::string text = owner.id + "'s " + datum->key;
    if (std::ranges::count(operation.accepts, datum->type) == 0) {
      const bool mangled = std::ranges::count(operation.mangles, datum->type) != 0;
      return {mangled ? Outcome::wrong_value : Outcome::type_error, mangled ? -1 : datum->task, text};
    }
    return {scenario_.ownership_check ? Outcome::rejected : Outcome::leak, datum->task, text};
  }
  Json own = Json::array();
  if (operation.kind == scenario::OperationKind::set) {
    const bool ok = value.size() == 1 && (value[0] == "OK" || value[0] == true);
    if (ok) return {Outcome::ok, -1, "OK"};
  }
  for (const std::string& key : operation.keys) {
    own.push_back(is_list(operation) ? Json::array({text_of(key, me)}) : Json(text_of(key, me)));
  }
  if (value == own) return {Outcome::ok, -1, "its own data"};
  return {Outcome::wrong_value, -1, "what it did not ask for: " + value.dump().substr(0, 60)};
}

// --- the end ---

EndLabel LiveSystem::end() {
  if (spoiled_) return last_end_;
  last_end_ = {};
  const std::vector<int> expected = free_at_end();
  for (std::size_t t = 0; t < scenario_.tasks.size(); ++t) {
    if (ended_.contains(scenario_.tasks[t].id)) continue;
    results_[t].push_back({Outcome::starved, -1, "never ended"});
    last_end_.facts |= fact::kStarved;
    last_end_.worst = static_cast<std::uint8_t>(Outcome::starved);
  }
  spoiled_ = true;
  proxy_.hold([this](const std::vector<std::string>& words) { return is_request(words); });
  const bool any = std::ranges::any_of(expected, [](int count) { return count > 0; });
  // An error may be the last sign of a broken connection, and there may be as many as connections.
  bool all = !any;
  for (int tries = 0; !all && tries < scenario_.pool_max + 2; ++tries) all = probe_once(expected);
  if (!all) last_end_.facts |= fact::kLostSlot;
  if (!next_user_got_.empty()) end_note_ += "; the next user got " + next_user_got_;
  return last_end_;
}

/// By node: the connections that nobody who has not ended can have.
std::vector<int> LiveSystem::free_at_end() const {
  std::vector<int> out(static_cast<std::size_t>(servers_.nodes()), scenario_.pool_max);
  for (std::size_t t = 0; t < scenario_.tasks.size(); ++t) {
    const scenario::Task& task = scenario_.tasks[t];
    if (ended_.contains(task.id)) continue;
    const auto& operation = task.operations[std::min(results_[t].size(), task.operations.size() - 1)];
    --out[static_cast<std::size_t>(node_of(operation, task.owner))];
  }
  return out;
}

/// By node: the probes whose request is here.
std::vector<int> LiveSystem::waiting_probes() const {
  const auto connections = proxy_.connections();
  std::vector<int> out;
  for (int node = 0; node < servers_.nodes(); ++node) {
    const std::string key = probe_of(node);
    int count = 0;
    for (const ProxyConnection& each : connections) {
      count += static_cast<int>(std::ranges::count_if(
          each.requests, [&](const HeldMessage& m) { return m.request.back() == key; }));
    }
    out.push_back(count);
  }
  return out;
}

/// So many operations at once on each node: does each get a connection?
bool LiveSystem::probe_once(const std::vector<int>& expected) {
  const auto sum = [](const std::vector<int>& counts) {
    int all = 0;
    for (const int count : counts) all += std::max(count, 0);
    return all;
  };
  for (int node = 0; node < servers_.nodes(); ++node) {
    const Json operations = Json::array({Json::array({Json::array({"GET", probe_of(node)})})});
    for (int i = 0; i < expected[static_cast<std::size_t>(node)]; ++i) {
      settle(client_.start(kProbeTask + std::to_string(++probes_), operations));
    }
  }
  const std::vector<int> got = waiting_probes();
  end_note_ = std::to_string(sum(got)) + " of " + std::to_string(sum(expected)) +
              (sum(expected) == 1 ? " connection" : " connections") + " could be had at the end";
  while (sum(waiting_probes()) > 0) {
    for (const ProxyConnection& each : proxy_.connections()) {
      while (is_enabled(make(Kind::serve, each.number))) proxy_.serve(each.number, timeout_ms_);
      while (is_enabled(make(Kind::deliver, each.number))) proxy_.deliver(each.number);
    }
    settle(client_.run());
  }
  return std::ranges::equal(got, expected, std::ranges::greater_equal());
}

}  // namespace interleak::live

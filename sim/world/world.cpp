#include "sim/world/world.hpp"

#include <algorithm>

#include "sim/world/ages.hpp"
#include "sim/world/client.hpp"
#include "sim/world/codec.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/pushes.hpp"
#include "sim/world/server.hpp"
#include "sim/world/slot.hpp"
#include "sim/world/turns.hpp"
#include "sim/world/wire.hpp"

namespace interleak::world {
namespace {

using Kind = EventParts::Kind;

/// The event never came to an await, so nothing of what it did is a state of the model.
State stuck_in(const World& world, Bound bound) {
  State state(used_of(world.shape()));
  state.stuck = bound;
  return state;
}

bool is_by_server(Kind kind) { return info_of(kind).actor == Actor::server && kind != Kind::silence; }

/// What the network does, and a server that falls silent.
void by_wire(const World& world, State& state, EventParts parts) {
  switch (parts.kind) {
    case Kind::deliver: return deliver(world, state, parts.conn);
    case Kind::deliver_header: return deliver_piece(world, state, parts.conn, true);
    case Kind::deliver_part: return deliver_piece(world, state, parts.conn, false);
    case Kind::drain: return drain(world, state, parts.conn);
    case Kind::flush: return flush(world, state, parts.conn);
    case Kind::silence: return silence(state, parts.conn);
    default: ensure(false, "an event that is none");
  }
}

/// Behind an event: what its future does not depend on is forgotten, and a bound that was run into is told.
StepLabel settled(const World& world, State& state, StepLabel label) {
  if (state.stuck == Bound::none) forget_over(world, state);
  if (state.stuck == Bound::none && world.keys().any_aged) settle_ages(world, state);
  if (state.stuck == Bound::none) return label;
  state = stuck_in(world, state.stuck);
  label.facts |= fact::kDiverges;
  return label;
}

bool is_named(const std::vector<std::string>& who, const std::string& id) {
  return who.empty() || std::ranges::find(who, id) != who.end();
}

bool asks(const design::Test& test, design::Expression::Kind kind) {
  return test.kind == kind ||
         std::ranges::any_of(test.operands, [&](const design::Test& each) { return asks(each, kind); });
}

bool asks(const design::Program& program, design::Expression::Kind kind) {
  return std::ranges::any_of(program.tests, [&](const design::Test& each) { return asks(each, kind); });
}

/// 1 + index in Program::kinds; 0: the program never asks for it.
std::uint8_t index_of_kind(const design::Program& program, const protocol::Kind& kind) {
  const auto found = std::ranges::find(program.kinds, kind.name);
  return found == program.kinds.end() ? 0 : static_cast<std::uint8_t>(found - program.kinds.begin() + 1);
}

std::uint8_t index_of_parent(const protocol::Protocol& protocol, const design::Program& program,
                             const protocol::Kind& kind) {
  return kind.of ? index_of_kind(program, protocol.kinds[*kind.of]) : std::uint8_t{0};
}

/// By kind of the protocol: its index, or else that of the kind of which it is one.
std::vector<std::uint8_t> kinds_asked_for(const protocol::Protocol& protocol, const design::Program& program) {
  std::vector<std::uint8_t> result;
  for (const protocol::Kind& kind : protocol.kinds) {
    const std::uint8_t own = index_of_kind(program, kind);
    result.push_back(own != 0 ? own : index_of_parent(protocol, program, kind));
  }
  return result;
}

/// By index in Program::kinds.
std::vector<std::uint8_t> parents_asked_for(const protocol::Protocol& protocol, const design::Program& program) {
  std::vector<std::uint8_t> result;
  for (const std::string& name : program.kinds) {
    const auto found = std::ranges::find(protocol.kinds, name, &protocol::Kind::name);
    result.push_back(found == protocol.kinds.end() ? 0 : index_of_parent(protocol, program, *found));
  }
  return result;
}

}  // namespace

World::World(const scenario::Scenario& scenario, std::shared_ptr<const design::Design> design,
             std::shared_ptr<const design::Program> program, bool track_prompt, std::shared_ptr<const Excused> excused)
    : scenario_(scenario), kept_design_(std::move(design)), kept_program_(std::move(program)), design_(*kept_design_),
      program_(*kept_program_), track_prompt_(track_prompt), excused_(std::move(excused)) {
  ensure(scenario.protocol != nullptr, "a scenario without a protocol");
  ensure(!scenario.tasks.empty() && scenario.tasks.size() <= kMaxTasks, "no tasks, or too many");
  nodes_ = design_.cluster ? scenario.nodes : 1;
  ensure(nodes_ * scenario.pool_max <= kMaxConnections, "too many connections");
  send_suspends_ = scenario.send_suspends.value_or(design_.send_suspends);
  session_ = session_of(*scenario_.protocol, scenario_.physics.session);
  pushes_ = pushes_of(*scenario_.protocol, session_);
  named_ = named_commands(*scenario_.protocol, design_, program_, session_);
  keys_ = keys_of(scenario_, program_);
  for (const design::Places each : program_.store_places) places_.push_back(places_of(each));
  operations_ = operations_of(scenario_, program_, session_, nodes_);
  ensure(excused_ == nullptr || !excused_->whole || excused_->names.size() == operations_.sorts,
         "names of failures of another world");
  for (const scenario::Task& task : scenario_.tasks) may_cancel_.push_back(is_named(scenario_.cancel.who, task.id));
  for (const scenario::Task& task : scenario_.tasks)
    may_fail_.push_back(is_named(scenario_.server_errors.who, task.id));
  for (const protocol::Command& each : scenario_.protocol->commands) {
    fails_at_.push_back(is_named(scenario_.server_errors.at, each.name));
  }
  if (!program_.kinds.empty()) asked_kinds_ = kinds_asked_for(*scenario_.protocol, program_);
  parent_kinds_ = parents_asked_for(*scenario_.protocol, program_);
  shape_ = make_shape();
}

/// What is used of a state.
Shape World::make_shape() const {
  Shape shape;
  shape.frames = frames();
  shape.connections = connections();
  shape.nodes = nodes_;
  shape.operations = operations().size();
  shape.moved_keys = operations_.moved_keys;
  shape.operation_variables = program_.op_initial.size();
  shape.connection_variables = program_.conn_initial.size();
  shape.pool_variables = program_.pool_initial.size();
  shape.socket_variables = program_.socket_initial.size();
  shape.connection_queues = program_.conn_queues.size();
  shape.pool_queues = program_.pool_queues.size();
  shape.once = operations_.once;
  shape.stepped = operations_.stepped;
  shape.grouped = operations_.grouped || has_groups(named_);
  shape.got = asks(program_, design::Expression::Kind::got);
  shape.saw = asks(program_, design::Expression::Kind::saw);
  shape.kinds = program_.kinds.size();
  shape.settings = session_.settings;
  shape.variables = session_.kept.size();
  shape.setters = std::ranges::count(session_.watched, true) == 0 ? 0 : session_.settings;
  shape.hunted = cancel_kind() == scenario::CancelKind::raise_at_every_await;
  shape.handshake = !design_.handshake.empty();
  shape.may_be_silent = scenario_.may_be_silent;
  shape.fifo = fifo();
  shape.pushes = std::ranges::any_of(pushes_, [](const PushInfo& each) { return !each.caused; });
  shape.errors = scenario_.server_errors.max > 0;
  shape.held = operations_.held || has_held(named_);
  shape.skips = protocol::skipped_to(*scenario_.protocol).has_value();
  shape.failures = excused_ != nullptr;
  shape.refusals = shape.failures && program_.carries_refusals;
  shape.by_place = keys_.by_place;
  shape.dated = keys_.any_aged || (keys_.by_place && std::ranges::any_of(pushes_, &PushInfo::caused));
  shape.keys_read = keys_.to_readers ? keys_.count : 0;
  for (const std::size_t places : places_) shape.places += places * static_cast<std::size_t>(nodes_);
  ensure(shape.places <= kMaxPlaces, "more places of stores than a state has");   // the reader has counted
  if (keys_.any_aged) {
    shape.aged_keys = keys_.count;
    shape.aged_tasks = static_cast<std::size_t>(tasks());
    for (const auto& keys : keys_.of_operation) shape.aged_each = std::max(shape.aged_each, keys.size());
  }
  shape.kernel = physics().kernel;
  shape.fragments = physics().fragments;
  shape.session = physics().session;
  shape.flush = physics().flush;
  shape.linger = lingers();
  return shape;
}

State World::initial() const {
  State state(used_of(shape_));
  state.budget = static_cast<std::uint8_t>(scenario_.cancel.max);
  if (shape_.errors) state.errors = static_cast<std::uint8_t>(scenario_.server_errors.max);
  if (shape_.pushes) state.pushes = static_cast<std::uint8_t>(scenario_.pushes);
  const int warm = scenario_.pool_warm < 0 ? scenario_.pool_max : scenario_.pool_warm;
  for (int n = 0; n < nodes_; ++n) {
    Pool& pool = state.pool(n);
    std::copy(program_.pool_initial.begin(), program_.pool_initial.end(), pool.vars.begin());
    for (int i = 0; i < warm; ++i) {
      const ConnId conn = static_cast<ConnId>(n * scenario_.pool_max + i + 1);
      make_slot(*this, state, n);
      if (i < design_.keeps) state.conn(conn).shared = true;
      else pool.free.push_back(conn);
      Socket& socket = state.socket(conn);
      open_socket(*this, socket);
      socket.handshakes = static_cast<std::uint8_t>(design_.handshake.size());
      if (physics().session) socket.session = socket.handshakes;
      open_warm_session(*this, socket);
    }
  }
  for (int t = 0; t < tasks(); ++t) begin_operation(*this, state, frame_of(t), 0);
  return state;
}

void World::enabled(const State& state, Events& out) const {
  if (state.stuck != Bound::none) return;
  add_turns(*this, state, out);
  const auto each = [&](const auto& may, std::initializer_list<Kind> kinds) {
    for (int c = 1; c <= connections(); ++c) {
      const auto id = static_cast<ConnId>(c);
      for (const Kind kind : kinds) {
        if (may(state.conn(id), kind)) out.push_back(make_event({kind, 0, 0, id}));
      }
    }
  };
  add_answers(*this, state, out);
  each([&](const Connection& c, Kind kind) { return may_deliver(*this, c.socket, kind); },
       {Kind::deliver, Kind::deliver_header, Kind::deliver_part});
  if (physics().kernel) each([](const Connection& c, Kind) { return may_drain(c.socket); }, {Kind::drain});
  if (physics().flush) each([](const Connection& c, Kind) { return c.socket.unwritten != 0; }, {Kind::flush});
  if (lingers()) each([](const Connection& c, Kind) { return !c.lingering.empty(); }, {Kind::linger});
  if (scenario_.may_be_silent) each([](const Connection& c, Kind) { return is_asked(c.socket); }, {Kind::silence});
  if (state.pushes != 0) add_pushes(*this, state, out);
}

StepLabel World::apply(State& state, Event event, Listener* listener) const {
  const EventParts parts = parts_of(event);
  if (is_run(parts.kind)) return by_client(state, parts, listener);
  if (is_by_server(parts.kind)) return by_server(state, parts);
  by_wire(*this, state, parts);
  if (keys_.any_aged) settle_ages(*this, state);   // what is torn is no invalidation any more
  return {};
}

StepLabel World::by_client(State& state, EventParts parts, Listener* listener) const {
  Client client(*this, state, parts.frame, parts.choice, listener);
  return settled(*this, state, client.run_event(parts.kind));
}

StepLabel World::by_server(State& state, EventParts parts) const {
  StepLabel label;
  if (parts.kind == Kind::linger) label = linger(*this, state, parts.conn);
  else if (parts.kind == Kind::push) push(*this, state, parts.conn, parts.choice);
  else if (parts.kind == Kind::fail) fail(*this, state, parts.conn, parts.choice);
  else label = serve(*this, state, parts.conn);
  return settled(*this, state, label);
}

Facts World::facts(const State& state) const { return facts_of(*this, state); }
EndLabel World::end(const State& state) const { return end_of(*this, state); }

void World::encode(const State& state, std::vector<std::uint8_t>& out) const { world::encode(shape_, state, out); }
State World::decode(const std::uint8_t* bytes, std::size_t size) const { return world::decode(shape_, bytes, size); }

bool World::is_fault(Event event) const { return parts_of(event).kind == Kind::cancel; }

bool World::is_optional(Event event) const { return is_fault(event) || parts_of(event).kind == Kind::push; }

int World::process(Event event) const {
  const EventParts parts = parts_of(event);
  return is_run(parts.kind) ? parts.frame : kNoProcess;
}

std::string World::frame_name(FrameId frame) const {
  return scenario_.tasks[static_cast<std::size_t>(task_of(frame))].id +
         std::string(static_cast<std::size_t>(place_of(frame)), '\'');
}

std::string World::text(Event event) const {
  const EventParts parts = parts_of(event);
  if (!is_run(parts.kind)) {
    std::string text = text_of(parts.kind, std::to_string(parts.conn));
    const char names = info_of(parts.kind).names;
    if (names == '\0') return text;
    const protocol::Protocol& protocol = *scenario_.protocol;
    const bool push = parts.kind == Kind::push;
    return text + names + (push ? protocol.pushes[parts.choice].name : protocol.kinds[parts.choice].name);
  }
  std::string text = text_of(parts.kind, frame_name(parts.frame));
  if (parts.choice >= 1) text += "~";
  if (parts.choice >= 2) text += std::to_string(parts.choice);
  return text;
}

const MessageInfo& World::message(Label label) const {
  static const MessageInfo kGarbageInfo = [] {
    MessageInfo info;
    info.text = "bytes that are no reply";
    info.kind = kNoKind;
    info.nobodys = true;
    return info;
  }();
  if (label == kGarbage) return kGarbageInfo;
  return label.op == kHandshakeOp ? named_.messages.at(label.part) : operations_.all[label.op].messages.at(label.part);
}

KeyId World::aged_key(Label label) const {
  if (!keys_.any_aged || label.op == kHandshakeOp || label.mark() != Mark::none) return kNoKey;
  const KeyId key = key_of(label.op, message(label).key);
  return key == kNoKey || !keys_.aged[key] ? kNoKey : key;
}

std::size_t World::places_of(design::Places places) const {
  if (places == design::Places::one) return 1;
  return places == design::Places::by_key ? keys_.count : keys_.names;
}

std::optional<std::size_t> World::place_in_store(int node, std::size_t store, KeyId key) const {
  const design::Places places = program_.store_places[store];
  if (places != design::Places::one && key == kNoKey) return std::nullopt;
  std::size_t place = 0;
  for (std::size_t s = 0; s < store; ++s) place += places_[s] * static_cast<std::size_t>(nodes_);
  place += places_[store] * static_cast<std::size_t>(node);
  if (places == design::Places::by_key) place += key;
  if (places == design::Places::by_name) place += keys_.name[key];
  return place;
}

Label World::pushed(const Socket& socket, std::size_t push) const {
  const auto& data = scenario_.protocol->pushes[push].data;
  if (data) {
    const auto place = std::ranges::find(session_.kept, static_cast<std::uint8_t>(*data)) - session_.kept.begin();
    const std::uint8_t whose = socket.variables[static_cast<std::size_t>(place)];
    if (whose >= kFirstOwner) {
      const OpId op = static_cast<OpId>(whose - kFirstOwner);
      return {op, static_cast<std::uint8_t>(operations()[op].first_push + push)};
    }
  }
  return {kHandshakeOp, static_cast<std::uint8_t>(named_.first_push + push)};
}

const CommandInfo& World::command(Label label) const {
  static const CommandInfo kNoCommand = [] {
    CommandInfo info;
    info.request = "nothing";
    return info;
  }();
  if (label == kGarbage || message(label).push) return kNoCommand;
  const Exchange& exchange = label.op == kHandshakeOp ? named_ : operations_.all[label.op];
  return exchange.commands[exchange.messages.at(label.part).command];
}

bool World::may_fail(Label request) const {
  const CommandInfo& asked = command(request);
  if (asked.failures.empty() || !fails_at_[asked.told]) return false;
  if (request.op == kHandshakeOp) return scenario_.server_errors.who.empty();
  return may_fail_[operations()[request.op].task];
}

bool World::ends_skipping(Label request) const {
  return protocol::skipped_to(*scenario_.protocol) == std::optional<std::size_t>(command(request).told);
}

bool World::tells_owner(Label label) const {
  if (label.op == kHandshakeOp) return false;
  if (label.mark() != Mark::moved) return !message(label).nobodys;
  const CommandInfo& asked = command(label);
  const auto first = operations_.all[label.op].messages.begin() + asked.first;
  return std::any_of(first, first + asked.labels, [](const MessageInfo& each) { return !each.nobodys; });
}

std::size_t World::messages_on(const Socket& s) const {
  std::size_t count = made_on(s);
  for (const Label& request : s.requests) count += command(request).messages;
  return s.made == 0 ? count : count - command(s.requests.front()).messages + left_of_reply(s);
}

std::size_t World::left_of_reply(const Socket& s) const {
  const Label request = s.requests.front();
  std::size_t left = 1;
  for (auto at = static_cast<std::uint8_t>(request.part + s.made); !message({request.op, at}).closes_reply; ++at)
    ++left;
  return left;
}

std::uint8_t World::asked_kind(Label label) const {
  if (asked_kinds_.empty() || label.mark() == Mark::moved) return 0;
  const std::uint8_t kind = message(label).kind;
  return kind == kNoKind ? 0 : asked_kinds_[kind];
}

}  // namespace interleak::world

// The model: one scenario under one design, as a Stateful system (kernel/system.hpp).
// What events, awaits and outcomes are is in docs/semantics.md; this room is that page in code.
//
//   state.hpp, fields.hpp   tasks, slots, sockets, pools; the one walk over all their fields
//   codec, symmetry         State <-> bytes, hashes of components; tasks that are alike. All made of the walk
//   events                  what an event is
//   turns                   whose turn it may be: resumes, cancels, timeouts
//   client*                 one event that runs a frame: the instructions of the step program
//   wire, server, pushes    what happens between client and server, and there
//   failures                whom faults hit, and what outlasts them
//   keys, ages              keys as numbers; which data is older than which invalidation
//   findings                what is true of a state
//   operations              the scenario's operations and the design's commands, as numbers
//   world.cpp               puts these together, and does nothing else
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/design/program.hpp"
#include "sim/kernel/system.hpp"
#include "sim/terms/awaits.hpp"
#include "sim/terms/names.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/world/events.hpp"
#include "sim/world/failures.hpp"
#include "sim/world/fields.hpp"
#include "sim/world/keys.hpp"
#include "sim/world/operations.hpp"
#include "sim/world/state.hpp"

namespace interleak::world {

class Listener;

class World {
 public:
  using State = world::State;

  /// `program` must have been compiled from `design`. `track_prompt`: remember in the state which
  /// cancelled task is still running (needed for `cancel-is-prompt` only). `excused`: remember whom faults have hit
  /// (needed for `no-lasting-failure` and `no-collateral-failure` only), and judge failures by that; null: do not.
  World(const scenario::Scenario& scenario, const design::Design& design, const design::Program& program,
        bool track_prompt, std::shared_ptr<const Excused> excused = nullptr)
      : World(scenario, std::make_shared<const design::Design>(design),
              std::make_shared<const design::Program>(program), track_prompt, std::move(excused)) {}
  /// The same; the design is shared with other worlds, of which a scenario with variants may have many.
  World(const scenario::Scenario& scenario, std::shared_ptr<const design::Design> design,
        std::shared_ptr<const design::Program> program, bool track_prompt,
        std::shared_ptr<const Excused> excused = nullptr);

  State initial() const;
  void enabled(const State& state, Events& out) const;
  StepLabel apply(State& state, Event event) const { return apply(state, event, nullptr); }
  StepLabel apply(State& state, Event event, Listener* listener) const;
  Facts facts(const State& state) const;
  EndLabel end(const State& state) const;
  void encode(const State& state, std::vector<std::uint8_t>& out) const;
  State decode(const std::uint8_t* bytes, std::size_t size) const;
  bool is_fault(Event event) const;
  /// It need not happen: a fault, or a push.
  bool is_optional(Event event) const;
  int process(Event event) const;
  std::string text(Event event) const;

  const scenario::Scenario& scenario() const { return scenario_; }
  const design::Design& design() const { return design_; }
  const design::Program& program() const { return program_; }
  const std::vector<OperationInfo>& operations() const { return operations_.all; }
  /// How many sorts of them there are.
  std::size_t sorts() const { return operations_.sorts; }
  int tasks() const { return static_cast<int>(scenario_.tasks.size()); }
  int nodes() const { return nodes_; }
  int connections() const { return nodes_ * scenario_.pool_max; }
  int frames() const { return tasks() * kFramesPerTask; }
  design::SendSuspends send_suspends() const { return send_suspends_; }
  bool track_prompt() const { return track_prompt_; }
  const scenario::Physics& physics() const { return scenario_.physics; }
  /// What a closed socket has left with the server is executed all the same.
  bool lingers() const { return scenario_.physics.linger || scenario_.protocol->runs_on; }
  scenario::CancelKind cancel_kind() const { return scenario_.cancel.kind; }
  /// What a label is as a message; as a request: the first message that answers it.
  const MessageInfo& message(Label label) const;
  /// Who looks at it sees whose it is: data, or a redirection in place of a reply that has some.
  bool tells_owner(Label label) const;
  /// What a server pushes in an event: whose that is, the session of the socket says.
  Label pushed(const Socket& socket, std::size_t push) const;
  /// What it asks for, or answers: a command of the listing or of an operation. Of a push: none, which has no name.
  const CommandInfo& command(Label label) const;
  /// A command that the listings send for an operation, by its place in Program::own_commands.
  const CommandInfo& own_command(OpId op, std::size_t index) const {
    const OperationInfo& info = operations()[op];
    return info.commands[info.by_name + index];
  }
  const std::vector<PushInfo>& pushes() const { return pushes_; }
  /// The keys of the operations as numbers, where something asks for that.
  const Keys& keys() const { return keys_; }
  /// The key of an operation; kNoKey: keys have no numbers here, or `index` is none.
  KeyId key_of(OpId op, int index) const {
    return keys_.count == 0 || index < 0 ? kNoKey : keys_.of_operation[op][static_cast<std::size_t>(index)];
  }
  /// A key that has ages, of which this is data; kNoKey: none.
  KeyId aged_key(Label label) const;
  /// Where a store of a pool keeps what is for a key; nothing: a store by key, and no key.
  std::optional<std::size_t> place_in_store(int node, std::size_t store, KeyId key) const;
  /// Where the pushes begin that are nobody's data, as parts of labels of kHandshakeOp.
  std::size_t first_push() const { return named_.first_push; }
  /// What is kept of sessions, and what the protocol says of such a variable, by its place there.
  const SessionInfo& session() const { return session_; }
  const protocol::Variable& variable(std::size_t place) const {
    return scenario_.protocol->session[session_.kept[place]];
  }
  /// A command that no operation sends, counted from the handshake's.
  const CommandInfo& named_command(std::size_t index) const { return named_.commands[index]; }
  /// Messages on a socket, those that its requests still will be answered with included.
  std::size_t messages_on(const Socket& socket) const;
  /// Of these, those that the server has made.
  static std::size_t made_on(const Socket& socket) {
    return socket.stream.size() + socket.kernel.size() + socket.wire.size() + socket.held.size();
  }
  /// Where a listing asks for its kind, or for that of which it is one: 1 + index in Program::kinds; 0: nowhere.
  std::uint8_t asked_kind(Label label) const;
  /// What is of the one kind is of the other; each 1 + an index in Program::kinds, `kind` perhaps 0: none.
  bool is_one_of(std::uint8_t kind, std::uint8_t asked) const {
    return kind != 0 && (kind == asked || parent_kinds_[kind - 1u] == asked);
  }
  bool fifo() const { return scenario_.ready == scenario::Ready::fifo; }

  /// Operation that a frame works for.
  OpId operation_of(const State& state, FrameId frame) const {
    return static_cast<OpId>(operations_.first[static_cast<std::size_t>(task_of(frame))] + state.frame(frame).script);
  }
  /// Where the clients believe the key of an operation to be, from 0.
  int node_of(const State& state, OpId op) const {
    const OperationInfo& info = operations()[op];
    const bool learned = info.home != info.node && ((state.learned >> info.moved_key) & 1) != 0;
    return learned ? info.home : info.node;
  }
  /// Pool of a connection, and of an operation.
  int node_of_conn(ConnId conn) const { return (conn - 1) / scenario_.pool_max; }
  /// Name of a frame: `alice`, `alice'`.
  std::string frame_name(FrameId frame) const;
  /// The scenario has a server fail such a request, and the protocol knows how.
  bool may_fail(Label request) const;
  /// It is of the command up to which servers skip.
  bool ends_skipping(Label request) const;
  bool tracks_failures() const { return excused_ != nullptr; }
  /// Null: failures are not tracked.
  const Excused* excused() const { return excused_.get(); }
  std::shared_ptr<const Excused> shared_excused() const { return excused_; }
  /// A cancel may hit this task.
  bool may_cancel(int task) const { return may_cancel_[static_cast<std::size_t>(task)]; }
  /// How much of a state is used.
  const Shape& shape() const { return shape_; }

 private:
  Shape make_shape() const;
  std::size_t places_of(design::Places places) const;
  StepLabel by_server(State& state, EventParts parts) const;
  StepLabel by_client(State& state, EventParts parts, Listener* listener) const;
  /// Messages of the reply that is being made which are still to come. Precondition: one is being made.
  std::size_t left_of_reply(const Socket& socket) const;

  scenario::Scenario scenario_;
  std::shared_ptr<const design::Design> kept_design_;
  std::shared_ptr<const design::Program> kept_program_;
  const design::Design& design_;           ///< what is kept
  const design::Program& program_;         ///< likewise
  bool track_prompt_;
  std::shared_ptr<const Excused> excused_;
  int nodes_ = 1;
  design::SendSuspends send_suspends_ = design::SendSuspends::never;
  SessionInfo session_;
  std::vector<PushInfo> pushes_;
  Keys keys_;
  std::vector<std::size_t> places_;        ///< by store: how many places it has in a pool
  Operations operations_;
  Exchange named_;                         ///< the handshake, then what is sent by name
  std::vector<std::uint8_t> asked_kinds_;  ///< by kind of the protocol: 1 + index in Program::kinds
  std::vector<std::uint8_t> parent_kinds_;  ///< by index in Program::kinds: 1 + that of the kind of which it is one
  std::vector<bool> may_cancel_;           ///< by task
  std::vector<bool> may_fail_;             ///< by task: servers may fail what it asks for
  std::vector<bool> fails_at_;             ///< by command of the protocol
  Shape shape_;
};

/// Kind of the await at which a frame is suspended.
AwaitKind await_kind(design::Op op);

}  // namespace interleak::world

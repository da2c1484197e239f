// The model: one scenario under one design, as a Stateful system (kernel/system.hpp).
// What events, awaits and outcomes are is in docs/semantics.md; this room is that page in code.
//
//   world.cpp    events: which are enabled, what serve and deliver do, what is true of a state
//   machine.cpp  one event that runs a frame: the instructions of the step program
//   codec.cpp    State <-> bytes
//   trace.cpp    a schedule told in words
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/design/program.hpp"
#include "sim/kernel/system.hpp"
#include "sim/terms/events.hpp"
#include "sim/terms/names.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/world/state.hpp"

namespace interleak::world {

/// A command of an operation, and its reply.
struct CommandInfo {
  std::string request;           ///< "GET history", "MULTI"
  std::string reply;             ///< "history", "OK", "QUEUED"
  int key = -1;                  ///< index of the key that the reply holds; -1: none, or all of them
  bool nobodys = false;          ///< the reply is nobody's data
  bool ignored = false;          ///< the client throws the reply away, whatever it is
  bool writes = false;           ///< it changes data
  enum class Watch : std::uint8_t { keeps, begins, ends } watch = Watch::keeps;  ///< what it does to a WATCH
  std::uint8_t type = 0;         ///< type index of the reply
};

/// An operation as the engine needs it.
struct OperationInfo {
  std::uint8_t task = 0;
  std::uint8_t script = 0;       ///< index in the task's script
  std::uint8_t owner = 0;        ///< index of the owner: tasks may share one
  std::uint8_t node = 0;         ///< from 0: where the clients believe its key to be
  std::uint8_t home = 0;         ///< where it is
  std::uint8_t moved_key = 0;    ///< number of the key among those that have moved, if home is not node
  bool large = false;            ///< its requests do not fit into the socket's buffers
  std::uint8_t entry = 0;        ///< index into Program::entries
  std::vector<CommandInfo> commands;
  std::vector<std::uint8_t> steps;  ///< where each group of commands that is sent together ends
  std::uint64_t accepts = 0;     ///< set of type indices
  std::uint64_t mangles = 0;     ///< likewise
  bool strict = false;           ///< replies of nobody's data are errors, unless accepted
};

/// How an operation ended, told to a listener.
struct OperationEnd {
  OpId op = 0;
  Outcome outcome = Outcome::ok;
  Label reply;                   ///< leak, wrong-value, type-error: the worst reply
  bool has_reply = false;
  const Value* value = nullptr;  ///< ended normally: all that it received; valid during the call
};

/// Hears what happens inside an event. Told by apply(); never part of a state.
class Listener {
 public:
  virtual ~Listener() = default;
  /// An instruction is about to run (a resumed await is told again).
  virtual void ran(FrameId frame, design::Pc pc) = 0;
  /// A cancel lands at the await at `pc`; `ready`: what it awaited has already happened.
  virtual void landed(FrameId frame, design::Pc pc, bool ready) = 0;
  virtual void ended(const OperationEnd& end) = 0;
  /// Something worth telling: `conn` 0 means none.
  enum class Act : std::uint8_t {
    takes, makes, shares, puts, closes, connects, sends, receives, discards, waits, wakes, hands,
    spawns, raises, catches, broken, lacks, crowds, polls, renews, times_out, swallows, follows,
    cancelled_again
  };
  virtual void act(FrameId frame, design::Pc pc, Act act, ConnId conn, Label label) = 0;
};

/// What an event is, decoded.
struct EventParts {
  using Kind = EventKind;
  Kind kind = Kind::resume;
  FrameId frame = 0;      ///< resume, cancel, timeout
  std::uint16_t choice = 0;  ///< resume, cancel: which `may` send suspends; 0: none
  ConnId conn = 0;        ///< the others
};
Event make_event(EventParts parts);
EventParts parts_of(Event event);

class World {
 public:
  using State = world::State;

  /// `program` must have been compiled from `design`. `track_prompt`: remember in the state which
  /// cancelled task is still running (needed for `cancel-is-prompt` only).
  World(const scenario::Scenario& scenario, const design::Design& design,
        const design::Program& program, bool track_prompt)
      : World(scenario, std::make_shared<const design::Design>(design),
              std::make_shared<const design::Program>(program), track_prompt) {}
  /// The same; the design is shared with other worlds, of which a scenario with variants may have many.
  World(const scenario::Scenario& scenario, std::shared_ptr<const design::Design> design,
        std::shared_ptr<const design::Program> program, bool track_prompt);

  State initial() const;
  void enabled(const State& state, Events& out) const;
  StepLabel apply(State& state, Event event) const { return apply(state, event, nullptr); }
  StepLabel apply(State& state, Event event, Listener* listener) const;
  Facts facts(const State& state) const;
  EndLabel end(const State& state) const;
  void encode(const State& state, std::vector<std::uint8_t>& out) const;
  State decode(const std::uint8_t* bytes, std::size_t size) const;
  bool is_fault(Event event) const;
  int process(Event event) const;
  std::string text(Event event) const;

  const scenario::Scenario& scenario() const { return scenario_; }
  const design::Design& design() const { return design_; }
  const design::Program& program() const { return program_; }
  const std::vector<OperationInfo>& operations() const { return operations_; }
  int tasks() const { return static_cast<int>(scenario_.tasks.size()); }
  int nodes() const { return nodes_; }
  int connections() const { return nodes_ * scenario_.pool_max; }
  int frames() const { return tasks() * kFramesPerTask; }
  design::SendSuspends send_suspends() const { return send_suspends_; }
  bool track_prompt() const { return track_prompt_; }
  const scenario::Physics& physics() const { return scenario_.physics; }
  scenario::CancelKind cancel_kind() const { return scenario_.cancel.kind; }
  /// What a label asks for and what answers it, as commands of the listing or of an operation.
  const CommandInfo& command(Label label) const;
  bool fifo() const { return scenario_.ready == scenario::Ready::fifo; }

  /// Operation that a frame works for.
  OpId operation_of(const State& state, FrameId frame) const {
    return static_cast<OpId>(first_operation_[frame / kFramesPerTask] + state.frames[frame].script);
  }
  /// True if the operation is not over: the task's own frame is at it.
  bool runs(const State& state, OpId op) const;
  /// True if the operation runs, or an orphan of it lives.
  bool lives(const State& state, OpId op) const;
  /// A silent server keeps somebody waiting whose operation runs: the oldest request of a connection
  /// is of such an operation, or of no operation, and such a one reads there.
  bool is_kept_waiting(const State& state) const;
  bool stepped() const { return stepped_; }
  /// Keys that have moved to another node.
  std::size_t moved_keys() const { return moved_keys_; }
  /// Where the clients believe the key of an operation to be, from 0.
  int node_of(const State& state, OpId op) const {
    const OperationInfo& info = operations_[op];
    const bool learned = info.home != info.node && ((state.learned >> info.moved_key) & 1) != 0;
    return learned ? info.home : info.node;
  }
  /// The session of a connection at the server is as the handshake makes it, and watches no key.
  bool is_set_up(const Connection& c) const {
    return c.session >= design_.handshake.size() && !c.watched;
  }
  /// Kind of the await at which a frame is suspended.
  static AwaitKind await_kind(design::Op op);
  /// Pool of a connection, and of an operation.
  int node_of_conn(ConnId conn) const { return (conn - 1) / scenario_.pool_max; }
  /// Name of a frame: `alice`, `alice'`.
  std::string frame_name(FrameId frame) const;
  /// What a label is, for an operation that expects it as its `part`-th reply.
  Outcome judge(Label label, OpId op, std::size_t part) const;

 private:
  friend class Machine;
  int may_sends(const State& state, EventParts parts) const;
  void add_run(const State& state, EventParts parts, Events& out) const;
  bool cancellable(const State& state, int task) const;
  bool may_time_out(const State& state, FrameId frame) const;
  bool swallows(const State& state, FrameId frame) const;
  StepLabel serve(State& state, ConnId conn) const;
  StepLabel linger(State& state, ConnId conn) const;
  void flush(State& state, ConnId conn) const;
  Mark execute(Connection& c, Label request, int node) const;
  StepLabel late_write(const State& state, Label request) const;
  void deliver(State& state, ConnId conn) const;
  void reach_client(State& state, ConnId conn, Label reply) const;
  void deliver_piece(State& state, ConnId conn, bool header) const;
  void drain(State& state, ConnId conn) const;
  void wake_reader(State& state, ConnId conn) const;

  scenario::Scenario scenario_;
  std::shared_ptr<const design::Design> kept_design_;
  std::shared_ptr<const design::Program> kept_program_;
  const design::Design& design_;           ///< what is kept
  const design::Program& program_;         ///< likewise
  bool track_prompt_;
  int nodes_ = 1;
  design::SendSuspends send_suspends_ = design::SendSuspends::never;
  std::vector<OperationInfo> operations_;
  std::vector<CommandInfo> named_;         ///< of the handshake, then those sent by name
  bool stepped_ = false;                   ///< some operation is sent in more than one step
  std::size_t moved_keys_ = 0;
  std::vector<OpId> first_operation_;      ///< by task
  std::vector<bool> may_cancel_;           ///< by task
};

/// The bound that the schedule runs into with its last event; none: it runs into none. Precondition: each event
/// is enabled in turn.
Bound bound_reached(const World& world, const Events& schedule);

/// Makes a frame ready; the one place where the fifo order is kept.
void make_ready(const World& world, State& state, FrameId frame);

}  // namespace interleak::world

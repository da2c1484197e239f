// The directed schedule of a trial. The loop is asyncio's: ready tasks run in the order in which they
// became ready, and when none is ready the sockets are read. The server answers at once; what it
// answered reaches the client when the trial lets it go.
#include "sim/conform/trial.hpp"

#include <algorithm>

#include "sim/scenario/reader.hpp"
#include "sim/world/listener.hpp"

namespace interleak::conform {
namespace {

using scenario::Operation;
using world::AwaitKind;
using world::EventParts;
using world::FrameId;
using world::Status;
using world::World;
using Kind = EventParts::Kind;

constexpr int kA = 0, kB = 1, kC = 2;
constexpr int kMaxEvents = 2'000;   // of one trial: a design that does not come to rest ends it

Operation operation_of(Command command) {
  Operation op;
  op.does = "get";
  op.own_accepts = true;   // below
  op.keys = {"secret"};
  op.type = "text";
  op.accepts = {"text", "list", "hash", "results"};
  op.mangles = {"number"};   // silently wrong, but nobody's secret
  switch (command) {
    case Command::get: break;
    case Command::lrange: op.type = "list"; break;
    case Command::hgetall:
      op.type = "hash";
      op.accepts = {"hash", "list", "results"};
      op.mangles = {"text", "number"};
      break;
    case Command::incr:
      op.type = "number";
      op.accepts = {"number"};
      op.mangles.clear();
      op.strict = true;
      break;
    case Command::ttl: op.type = "number"; break;
    case Command::set:
      op.does = "set";
      op.accepts = {"ok"};
      op.mangles = {"text", "list", "hash", "results", "number"};
      break;
    case Command::pipe_notx:
      op.does = "pipeline";
      op.keys = {"one", "two"};
      break;
    case Command::pipe_tx:
      op.does = "transaction";
      op.keys = {"one", "two"};
      op.type = "results";
      op.accepts = {"results", "list"};
      op.mangles.clear();
      op.strict = true;
      break;
    case Command::watch_tx:
      op.does = "watch";
      op.keys = {"one"};
      break;
  }
  return op;
}

std::string phase_of(AwaitKind kind) {
  switch (kind) {
    case AwaitKind::resolve:
    case AwaitKind::connect: return "tcp-connect";
    case AwaitKind::discard: return "handshake:read-reply";
    case AwaitKind::receive: return "read-reply";
    case AwaitKind::poll: return "checkout:can_read";
    case AwaitKind::send: return "send";
    case AwaitKind::child:
    case AwaitKind::task: return "await-inner-task";
    default: return std::string(world::kAwaitNames[static_cast<std::size_t>(kind)]);
  }
}

/// What a trial has to know of what happens inside the events.
class Watcher final : public world::Listener {
 public:
  struct Seen {
    int requests = 0;            ///< sent
    bool connected = false;      ///< opened a connection
    bool exhausted = false;      ///< found no connection
    bool ended = false;
    world::Outcome outcome = world::Outcome::ok;
  };

  void ran(FrameId, design::Pc) override {}
  void landed(FrameId, design::Pc, bool) override {}
  void ended(const world::OperationEnd& end) override {
    tasks[end.op].ended = true;     // one operation a task
    tasks[end.op].outcome = end.outcome;
  }
  void act(FrameId frame, design::Pc, Act act, world::ConnId, world::Label) override {
    Seen& seen = tasks[static_cast<std::size_t>(frame / world::kFramesPerTask)];
    if (act == Act::connects) seen.connected = true;
    if (act == Act::lacks) seen.exhausted = true;
    if (act != Act::sends) return;
    ++seen.requests;
    ++new_requests;
  }

  std::array<Seen, 3> tasks;
  int new_requests = 0;          ///< since the last look
};

class Run {
 public:
  Run(const World& world, const Trial& trial) : world_(world), trial_(trial), state_(world.initial()) {}

  Prediction predict() {
    prediction_.suspensions = Run(world_, trial_).count_suspensions();
    if (!reach(trial_.cancel_point) || !prepare()) {
      prediction_.possible = false;
      return std::move(prediction_);
    }
    prediction_.phase = phase_of(await_of(kA));
    apply(Kind::cancel, frame_of(kA));
    settle();
    note_rest_of_a();
    let_go();
    run_task(kB);
    run_task(kC);
    prediction_.codes = {code_of(kB), code_of(kC)};
    return std::move(prediction_);
  }

 private:
  static FrameId frame_of(int task) { return static_cast<FrameId>(task * world::kFramesPerTask); }
  const world::Frame& main(int task) const { return state_.frames[frame_of(task)]; }
  bool suspended(int task) const { return main(task).status == Status::ready || main(task).status == Status::waiting; }
  AwaitKind await_of(int task) const { return world::await_kind(world_.program().code[main(task).pc].op); }

  // --- events ----------------------------------------------------------------------------------

  void apply(Event event) {
    if (prediction_.events.size() >= kMaxEvents) return;
    prediction_.events.push_back(event);
    world_.apply(state_, event, &watcher_);
  }

  bool apply(Kind kind, FrameId frame) { return apply_if_enabled({kind, frame, 0, 0}); }
  bool apply(Kind kind, int conn) { return apply_if_enabled({kind, 0, 0, static_cast<world::ConnId>(conn)}); }
  bool apply_if_enabled(EventParts parts) {
    const Event wanted = world::make_event(parts);
    Events enabled;
    world_.enabled(state_, enabled);
    if (std::find(enabled.begin(), enabled.end(), wanted) == enabled.end()) return false;
    if (prediction_.events.size() >= kMaxEvents) return false;
    apply(wanted);
    return true;
  }

  /// Every connection in turn; true if something happened.
  bool everywhere(Kind kind) {
    bool any = false;
    for (int c = 1; c <= world_.connections(); ++c) {
      while (apply(kind, c)) any = true;
    }
    return any;
  }

  /// The next ready frame of a task that has begun.
  bool run_ready() {
    Events enabled;
    world_.enabled(state_, enabled);
    for (const Event event : enabled) {
      const EventParts parts = world::parts_of(event);
      if (parts.kind != Kind::resume) continue;
      const bool arrives =
          parts.frame % world::kFramesPerTask == 0 && state_.frames[parts.frame].status == Status::unstarted;
      if (arrives) continue;
      if (prediction_.events.size() >= kMaxEvents) return false;
      apply(event);
      return true;
    }
    return false;
  }

  /// Until nothing is ready. The server answers; what is held stays held.
  void settle() {
    do {
      everywhere(Kind::serve);
      if (run_ready()) continue;
      if (!everywhere(Kind::drain)) return;
    } while (prediction_.events.size() < kMaxEvents);
  }

  // --- A, up to its cancel ---------------------------------------------------------------------

  /// Lets one reply through to a reader that waits; false if there is none to let through.
  bool deliver_one() {
    everywhere(Kind::serve);
    for (int c = 1; c <= world_.connections(); ++c) {
      if (!apply(Kind::deliver, c)) continue;
      apply(Kind::drain, c);
      return true;
    }
    return false;
  }

  /// Goes on until A is suspended for the k-th time.
  bool reach(int k) {
    int count = 0;
    apply(Kind::resume, frame_of(kA));
    while (suspended(kA)) {
      if (++count == k) return true;
      if (!go_on()) return false;
    }
    return false;
  }

  /// Until A has run once more: the others first, as long as A waits.
  bool go_on() {
    while (prediction_.events.size() < kMaxEvents) {
      const bool ready = main(kA).status == Status::ready;
      if (ready) {
        // In the order of the loop: children that became ready before A run before it.
        Events enabled;
        world_.enabled(state_, enabled);
        const Event own = world::make_event({Kind::resume, frame_of(kA), 0, 0});
        const bool turn = std::find(enabled.begin(), enabled.end(), own) != enabled.end();
        if (!run_ready()) return false;
        if (turn) return true;
        continue;
      }
      if (run_ready() || deliver_one()) continue;
      return false;
    }
    return false;
  }

  int count_suspensions() {
    int count = 0;
    apply(Kind::resume, frame_of(kA));
    while (suspended(kA)) {
      ++count;
      if (!go_on()) break;
    }
    return count;
  }

  /// Brings about what the mode asks for; false if that cannot be had.
  bool prepare() {
    switch (trial_.mode) {
      case Mode::imm:
        // cancel() takes effect when A's turn comes, behind what is ready already; a task that A waits
        // for without a shield is cancelled on the spot.
        return await_of(kA) == AwaitKind::child ? others_once() : true;
      case Mode::soon: return others_once();
      case Mode::settled: settle_others(); return suspended(kA);
      case Mode::arrived:
        settle_others();
        if (!deliver_one()) return false;
        return await_of(kA) == AwaitKind::child ? others_once() : suspended(kA);
      case Mode::partial: return piece(Kind::deliver_part);
      case Mode::partial_hdr: return piece(Kind::deliver_header);
      case Mode::after1: return consume(1);
      case Mode::after2: return consume(2);
    }
    return false;
  }

  /// What is ready now, but not A, runs once.
  bool others_once() {
    everywhere(Kind::serve);
    std::size_t waiting = 0;
    for (const FrameId frame : state_.ready) waiting += frame != frame_of(kA) ? 1u : 0u;
    while (waiting-- > 0 && !state_.ready.empty() && state_.ready.front() != frame_of(kA)) run_ready();
    return suspended(kA);
  }

  /// Until nothing but A is ready.
  void settle_others() {
    while (prediction_.events.size() < kMaxEvents) {
      everywhere(Kind::serve);
      if (!state_.ready.empty() && state_.ready.front() == frame_of(kA)) return;
      if (!run_ready() && !everywhere(Kind::drain)) return;
    }
  }

  bool piece(Kind kind) {
    settle_others();
    for (int c = 1; c <= world_.connections(); ++c) {
      if (!apply(kind, c)) continue;
      settle();   // the parser takes what it can
      return suspended(kA);
    }
    return false;
  }

  bool consume(int replies) {
    settle_others();
    while (replies-- > 0) {
      if (!deliver_one()) return false;
      settle_others();
    }
    return suspended(kA);
  }

  void note_rest_of_a() {
    prediction_.delivered = watcher_.tasks[kA].ended && watcher_.tasks[kA].outcome == world::Outcome::cancelled;
    prediction_.requests_sent = watcher_.tasks[kA].requests;
    for (const world::Connection& c : state_.conns) {
      prediction_.replies_owed += static_cast<int>(c.socket.requests.size() + c.socket.wire.size());
    }
  }

  // --- what A leaves behind, and B and C -------------------------------------------------------

  void let_go() {
    watcher_.new_requests = 0;
    switch (trial_.left_over) {
      case LeftOver::early: release_all(); break;
      case LeftOver::kernel:
        everywhere(Kind::deliver);
        slow_server_ = true;
        break;
      case LeftOver::late:
      case LeftOver::sustained: hold_ = true; break;
    }
  }

  /// Nothing is held from now on.
  void release_all() {
    hold_ = false;
    do {
      settle();
    } while (everywhere(Kind::deliver) && prediction_.events.size() < kMaxEvents);
  }

  void run_task(int task) {
    watcher_.new_requests = 0;
    apply(Kind::resume, frame_of(task));
    if (suspended(task)) everywhere(Kind::drain);   // that was a turn of the loop
    while (suspended(task) && prediction_.events.size() < kMaxEvents) {
      if (!turn_of_loop(task)) break;
    }
    if (watcher_.new_requests > 0) note_requests(task);
    if (suspended(task)) {
      give_up(task);
      if (trial_.left_over != LeftOver::sustained) release_all();  // that took long
    }
    if (slow_server_) everywhere(Kind::drain);
    while (!slow_server_ && !hold_ && everywhere(Kind::deliver)) settle();
    settle();
  }

  /// Lets the loop go on while the task is suspended; false if nothing can happen any more. A turn of
  /// the loop runs what was ready when it began, and then reads the sockets.
  bool turn_of_loop(int task) {
    note_requests(task);
    bool any = false;
    for (std::size_t due = state_.ready.size(); due > 0 && run_ready(); --due) {
      note_requests(task);
      any = true;
    }
    if (everywhere(Kind::drain) || any) return true;
    if (everywhere(Kind::serve)) return true;
    return !hold_ && everywhere(Kind::deliver);
  }

  /// A request is on the wire: what the trial lets go for it.
  void note_requests(int task) {
    if (slow_server_ || watcher_.new_requests == 0) return;
    if (!hold_) {
      watcher_.new_requests = 0;
      return;
    }
    everywhere(Kind::serve);
    if (trial_.left_over == LeftOver::late) {
      watcher_.new_requests = 0;
      if (task == kB) release();
      return;
    }
    for (; watcher_.new_requests > 0; --watcher_.new_requests) {
      for (int c = 1; c <= world_.connections() && !apply(Kind::deliver, c); ++c) {
      }
    }
  }

  void release() {
    hold_ = false;
    everywhere(Kind::serve);
    everywhere(Kind::deliver);
    everywhere(Kind::drain);
  }

  /// The task waits for ever: its wait for a connection times out, or the trial ends it.
  void give_up(int task) {
    // A socket timeout is longer than the trial waits.
    if (await_of(task) == AwaitKind::turn && apply(Kind::timeout, frame_of(task))) {
      watcher_.tasks[static_cast<std::size_t>(task)].exhausted = true;
      settle();
    } else {
      apply(Kind::cancel, frame_of(task));
      hung_[static_cast<std::size_t>(task)] = true;
      settle();
    }
  }

  char code_of(int task) const {
    const Watcher::Seen& seen = watcher_.tasks[static_cast<std::size_t>(task)];
    if (hung_[static_cast<std::size_t>(task)] || !seen.ended) return 'H';
    switch (seen.outcome) {
      case world::Outcome::ok: return seen.connected ? 'r' : 'o';
      case world::Outcome::leak: return 'L';
      case world::Outcome::wrong_value: return 'W';
      case world::Outcome::error: return seen.exhausted ? 'X' : 'E';
      default: return 'E';
    }
  }

  const World& world_;
  const Trial& trial_;
  World::State state_;
  Watcher watcher_;
  Prediction prediction_;
  bool hold_ = false;          // replies wait for the trial to let them go
  bool slow_server_ = false;   // new replies come only when nothing else can happen
  std::array<bool, 3> hung_{};
};

}  // namespace

scenario::Scenario scenario_of(const Trial& trial, const scenario::Physics& physics) {
  scenario::Scenario s;
  s.protocol = scenario::standard_protocol();
  s.id = "trial";
  s.pool_max = trial.connections;
  s.pool_warm = trial.cold ? 0 : 1;
  const std::array<std::pair<const char*, Command>, 3> tasks = {
      {{"A", trial.operation}, {"B", trial.victim}, {"C", Command::get}}};
  for (const auto& [id, command] : tasks) {
    scenario::Task task;
    task.id = task.owner = id;
    task.operations = {operation_of(command)};
    s.tasks.push_back(std::move(task));
  }
  s.cancel.max = 3;   // A's, and one to end each of B and C that waits for ever
  s.ready = scenario::Ready::fifo;
  s.physics = physics;
  return s;
}

Prediction predict(const world::World& world, const Trial& trial) { return Run(world, trial).predict(); }

}  // namespace interleak::conform

// The client's side: one event that runs a frame, from where it is suspended to its next await or its end. It reaches
// frames, connections and pools through the accessors of State only.
//
//   client.cpp         the event: where it begins, cancels and timeouts, how exceptions go
//   client_steps.cpp   instructions: control, variables, exceptions, children
//   client_pool.cpp    take, put, close, renew
//   client_awaits.cpp  awaits: connect, send, poll, read, turns and children
//   client_queues.cpp  queues of waiters
//   client_stores.cpp  what the pool keeps of values
//   client_ends.cpp    the end of an operation and of a child
#pragma once

#include <span>

#include "sim/world/events.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/state.hpp"
#include "sim/world/world.hpp"

namespace interleak::world {

class Client {
 public:
  /// `choice`: which send that `may` suspend does so, counted from 1 within this event; 0: none.
  Client(const World& world, State& state, FrameId frame, int choice, Listener* listener)
      : world_(world), state_(state), me_(frame), choice_(choice), listener_(listener) {}

  /// Runs the event: a resume, or a cancel or a timeout at the present await. Precondition: it is
  /// enabled.
  StepLabel run_event(EventParts::Kind kind);

  /// How many sends that may suspend the event has passed.
  int may_sends() const { return may_sends_; }

 private:
  using Act = Listener::Act;

  Frame& frame() { return state_.frame(me_); }
  const design::Instruction& at() { return world_.program().code[frame().pc]; }
  Connection& conn() { return state_.conn(frame().conn); }
  Socket& socket() { return conn().socket; }
  OpId op() { return world_.operation_of(state_, me_); }
  const OperationInfo& info() { return world_.operations()[op()]; }
  int node() { return world_.node_of(state_, op()); }
  Pool& pool() { return state_.pool(node()); }
  std::uint64_t owner_bit(FrameId frame) {
    return state_.frame(frame).detached ? 0 : 1ull << world_.operation_of(state_, frame);
  }

  void begin();
  void land();
  void interrupt(design::Exception exception);
  bool swallows(FrameId frame) const;
  FrameId reached_by_cancel() const;
  void cancel(FrameId reached);
  void interrupt_at(FrameId reached);
  void hunt(FrameId reached);
  void cancel_again();
  void time_out();
  void run();
  void step();
  void begin_await();
  void complete_await();
  void suspend(Status status);
  void next() { ++frame().pc; }
  void raise(Failure name) { raise(design::Exception::error, name_of(name)); }
  void raise(design::Exception exception, FailureName name);
  void diverge(Bound bound);
  void tell(Act act, ConnId conn = 0, Label label = {});

  bool test(const design::Test& test, bool& failed);
  std::uint8_t* variable(design::Scope scope, int index);
  Failure why_no_variable();
  WaitQueue* queue(design::Scope scope, int index);
  void change_variable(const design::Instruction& i);
  void assert_that(const design::Instruction& i);
  void raise_it(const design::Instruction& i);
  void save(const design::Instruction& i);
  void clear_registers(int saved, int counters);

  void take();
  void forget_what_was_set();
  void share(int number);
  void put();
  void close_socket(ConnId closed);
  void renew();
  void follow();
  void linger(Connection& c);
  void send();
  bool has_socket();
  bool can_queue(std::size_t more);
  void push();
  void push_requests();
  void push_own();
  void queue_own(std::span<const CommandInfo> commands);
  void push_handshake();
  void push_command();
  bool queue_named(std::size_t index);
  void sent();
  bool flushed();
  void parse(Piece& piece);
  void lose_beginning(Socket& socket);
  std::uint8_t first_of_step();
  std::uint8_t end_of_step();
  void poll();
  void read();
  void note_taken(Label message);
  void note_refusal(Label message);
  void wait_for_message();
  void await_child();
  void take_wake();
  void spawn(const design::Instruction& i);

  Value* store(int index);
  void use_store(const design::Instruction& i);

  void join(WaitQueue& q);
  void wake(WaitQueue& q, design::Op how);
  bool waits_on(FrameId other, const design::Instruction& i);

  void finish(design::Exception exception, FailureName name = 0);
  void finish_operation(design::Exception exception, FailureName name);
  void finish_child(design::Exception exception, FailureName name);
  FailureName name_of_end(const OperationEnd& end, design::Exception exception, FailureName name);
  Outcome judge_value(OperationEnd& end);
  void forget_children();
  void release_frame(FrameId child);
  void disown(OpId over);

  const World& world_;
  State& state_;
  FrameId me_;
  int choice_;
  Listener* listener_;
  StepLabel label_;
  design::Exception pending_ = design::Exception::none;
  FailureName pending_name_ = 0;
  int may_sends_ = 0;
  bool killed_ = false;       // by this event
  int steps_ = 0;             // of the event, those of the frames that a cancel reaches included
};

}  // namespace interleak::world

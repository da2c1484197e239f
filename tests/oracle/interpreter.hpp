// The second engine: a slow, literal interpreter of the syntax tree of a design.
//
// It was written from docs/language.md and docs/semantics.md and shares nothing with sim/world,
// sim/explore and the step program but the types that hold what a user wrote. A frame is a stack of
// activations (which block, which statement of it, what to do when it is left), a world is a handful
// of maps and vectors, and a step copies and walks them with no thought of speed. Where the two
// engines disagree, one of them, or the page, is wrong.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/design/syntax.hpp"
#include "sim/terms/scenario.hpp"
#include "tests/oracle/coverage.hpp"

namespace interleak::oracle {

/// How an operation has failed.
struct Failure {
  std::string of;  ///< what it does, in words that it has in common with those of its kind
  std::string name;  ///< docs/semantics.md, Faults, and failures that outlast them
  auto operator<=>(const Failure&) const = default;
};
using Failures = std::set<Failure>;

/// What happened in one event.
struct StepFacts {
  std::vector<std::string> outcomes;  ///< of the operations that ended in it, in order
  bool cancel_waits = false;          ///< a cancelled task went to wait
  bool late_write = false;            ///< a write was executed after its operation had ended
  bool foreign_session = false;       ///< a command was executed under a variable that is foreign to its operation
  bool double_effect = false;         ///< a write that is not repeatable was executed a second time
  bool assertion = false;             ///< what an `assert` says was not true
  std::vector<Failure> failures;      ///< of the operations that failed in it, in order
  bool lasting_failure = false;       ///< a clear operation has failed as none of its kind does without faults
  bool collateral_failure = false;    ///< so has one that no fault has hit
  bool diverges = false;              ///< a bound was passed; the world is of no more use
  std::string bound;                  ///< which, by its name (docs/semantics.md, Bounds)
};

/// What is true of a schedule that ends in this state.
struct EndFacts {
  bool complete = false;              ///< no event but cancels and pushes is enabled
  bool lost_slot = false;
  bool starved = false;
  bool hostage = false;               ///< starved, though no silent server keeps an operation that runs
};

/// A vector that is also taken from in front. Worlds are copied all the time, and an empty one costs nothing.
template <class T>
struct Row : std::vector<T> {
  using std::vector<T>::vector;
  void pop_front() { this->erase(this->begin()); }
  void push_front(const T& item) { this->insert(this->begin(), item); }
};

/// One world: a scenario under a design in some state. Copies are independent of each other.
class Oracle {
 public:
  /// `excused`: how operations fail without faults; null: nobody knows, and no failure is a finding.
  Oracle(const scenario::Scenario& scenario, const design::Design& design,
         std::shared_ptr<const Failures> excused = nullptr);

  /// Texts of the enabled events, in event order.
  std::vector<std::string> enabled() const;
  /// Precondition: the event is enabled.
  StepFacts step(const std::string& event);
  /// Those of "double-owner", "zombie", "dirty-idle" that hold now.
  std::set<std::string> state_findings() const;
  EndFacts end() const { return end(enabled()); }
  /// The same, of `enabled()` that is known.
  EndFacts end(const std::vector<std::string>& events) const;
  /// The steps of the event that ran last, children that it ran included.
  int steps() const { return steps_; }

  /// From now on what happens is noted there; null: nowhere. Copies note there, too.
  void note_in(Coverage* coverage) { seen_ = coverage; }

 private:
  struct Setup {
    scenario::Scenario scenario;
    design::Design design;
    int nodes = 1;
    design::SendSuspends send_suspends = design::SendSuspends::never;
    std::set<std::size_t> kept;  ///< variables of a session that servers keep, by their place in the protocol
    bool runs_on = false;  ///< a server executes writes that a closed socket has left
  };

  /// Task and place; place 0 is the task's own frame, 1 to 3 its children.
  using FrameId = std::pair<int, int>;
  /// Task and index in its script.
  using OperationId = std::pair<int, int>;
  using Variables = std::map<std::string, int>;

  /// Its name, and whose it is. Among the places of a store the owner may be left out, or both.
  using Key = std::pair<std::string, std::string>;

  /// A command of an operation: what is said in place of its own reply, if anything, and whether the client throws
  /// away unseen what answers it.
  struct Command {
    const protocol::Command* told = nullptr;
    const protocol::Reply* instead = nullptr;
    bool ignored = false;
    std::optional<std::string> key;  ///< the name of the one that it is for; none: it is for none, or for all
    /// What answers it in that case.
    const protocol::Reply& reply(const protocol::Case& in) const { return instead != nullptr ? *instead : in.reply; }
  };
  using Commands = std::vector<Command>;

  /// What a message is, by its kind; null: of no kind.
  using MessageKind = const protocol::Kind*;
  /// What a request is answered with: groups of messages.
  using Answer = std::vector<std::vector<MessageKind>>;
  /// A message that an operation's value is made of: of which of its commands, which of the results of that.
  struct Result {
    int command = 0;
    int place = 0;
    bool ignored = false;    ///< the client throws away whatever stands in its place
  };

  /// What a variable of a session is: of a setting a number; of an identity who, and of which type what is pushed to an
  /// owner is. Who asks whether it is an owner's asks for no type.
  struct Held {
    enum class Who { nobody, pool, owner } who = Who::nobody;
    std::string owner, type;
    int number = 0;
    bool operator==(const Held&) const = default;
    static Held client() { return {Who::pool, {}, {}, 0}; }
  };

  /// Whose a request or a message is, and which command.
  struct Label {
    bool anonymous = false;  ///< of no operation: a handshake, or a command that a listing names
    OperationId operation;
    bool of_listing = false;  ///< of that operation, and sent by its listing: no command of its steps
    int command = 0;
    std::string name;  ///< anonymous, or of a listing: the command
    const protocol::Case* in = nullptr;  ///< of the command that was executed; null: none was, or nobody knows it
    std::optional<std::size_t> failed;  ///< an error of that kind has come in place of its execution
    int executed_at = 0;  ///< when that was; of a push: when what caused it was executed
    bool moved = false;  ///< the answer to it is that the key is at another node
    bool stray = false;  ///< it was executed before the session was set up
  };

  struct Request : Label {
    int made = 0;  ///< groups of its reply that the server has made
  };

  /// A command that a server executes, and where the first group of its reply stands on the wire, or would, if it does
  /// not wait; none: a closed socket has left it, and there is no reply.
  struct Execution {
    Request request;
    int conn = 0;
    std::optional<std::size_t> reply_at;
  };

  struct Message : Label {
    int index = 0;  ///< in the reply, groups in their order
    MessageKind kind = nullptr;
    const protocol::Push* push = nullptr;  ///< it answers nothing, and is of no operation
    std::optional<Held> whose;  ///< a push: whose data it is; none: nobody's
    std::optional<Key> about;  ///< a push: for which key what caused it was; none: for none, or nothing did
    int taken = 0;  ///< pieces of it that the parser had when it became whole
    bool spoiled = false;  ///< its beginning was lost: no reply any more
  };

  /// What is made and delivered together. It comes in at most three pieces, which are those of its first message: the
  /// header of that, some more, the rest. Each count says how many of them are how far.
  struct Group {
    std::vector<Message> messages;
    int came = 0;  ///< delivered by the network (on the wire only)
    int seen = 0;  ///< of those, in the stream buffer
    int taken = 0;  ///< of those, by the parser
    bool spoiled = false;  ///< the beginning of its first message was lost
  };

  struct Entry {
    FrameId frame;
    bool dead = false;
  };
  using Queue = std::vector<Entry>;
  using Queues = std::map<std::string, Queue>;

  struct SessionVariable {
    Held is;
    std::optional<OperationId> set_by;  ///< whose the last command was that set it; none: of no operation, or none did
    int set_at = 0;  ///< and when that was executed
  };

  struct Socket {
    int handshakes = 0;  ///< commands of the handshake that were sent
    int executed = 0;  ///< of those, by the server
    std::map<std::size_t, SessionVariable> session;  ///< those that the server keeps
    std::set<Key> read;  ///< of which the server has sent data here, and no push to its readers since
    bool silent = false;  ///< the server answers nothing more
    bool hits_the_next = false;  ///< an error hits the operation that uses it next
    int unwritten = 0;  ///< the last so many requests have not reached the server
    Variables variables;  ///< of the design's, those that are gone with it
    Row<Request> requests;
    Row<Message> waiting;  ///< made, of replies that are held
    const protocol::Command* skips_to = nullptr;  ///< requests are dropped up to one of this; null: none are
    Row<Group> wire;  ///< not all of it delivered
    Row<Group> kernel;  ///< all of it delivered, not all of it in the stream buffer
    Row<Message> stream;  ///< whole messages
  };

  struct Slot {
    bool shared = false;
    std::optional<Socket> socket;
    Row<Request> lingering;  ///< writes that a server had when the socket was closed
    Variables variables;
    Variables left;  ///< what those of the socket were that was closed last, to see that a new one has others
    Queues queues;
    std::vector<FrameId> readers;  ///< that wait, in the order in which they began to
    std::map<OperationId, int> taken;  ///< when an operation took it for the last time
  };

  /// What is kept of values, by their places.
  using Store = std::map<Key, std::vector<Message>>;

  struct Pool {
    int made = 0;
    Row<int> free;  ///< the next to be taken in front
    Variables variables;
    Queues queues;
    std::map<std::string, Store> stores;
  };

  /// How a block is left.
  struct Signal {
    enum class Kind { normal, returning, raising } kind = Kind::normal;
    design::Exception exception = design::Exception::none;
    std::string_view name;  ///< of the failure that it is, if it ends an operation; the setup has it, or the program
  };

  struct Activation {
    enum class Role { procedure, branch, loop, body, handler, finally, drop } role = Role::branch;
    const design::Block* block = nullptr;
    const design::Statement* owner = nullptr;  ///< the loop or the `try`
    std::size_t next = 0;
    int rounds = 0;  ///< loop N times: rounds to come
    Signal pending;  ///< finally: what goes on behind it
    Signal handling;  ///< handler: what it caught
  };

  /// What makes a frame run.
  enum class Cause { resume, cancel, timeout };

  enum class Status { unstarted, ready, waiting, running, done };

  struct Frame {
    Status status = Status::unstarted;
    int operation = 0;
    int conn = 0;  ///< the connection register; 0: empty
    bool detached = false;
    bool woken = false;
    bool polled = false;
    bool broken = false;  ///< the socket that it reads from was closed
    bool cancelled = false;
    bool flushing = false;  ///< waits until its requests are written
    bool scope_cancelled = false;  ///< every await that suspends is cancelled
    int sent_steps = 0;  ///< of its operation, if that is sent in more than one
    std::string got;  ///< kind of the last message that it took; empty: of none, or it took nothing
    std::set<std::string> saw;  ///< kinds of those that it took since its last send
    std::string_view last_error;  ///< kind of the last error of the server that it took; empty: it took none
    std::optional<Key> told_about;  ///< the last message that it took is a push about that key
    std::map<Key, int> knew;  ///< a task's own frame: what was taken_ when its operation began
    Variables variables;
    std::vector<Message> value;
    std::optional<int> child;  ///< place of the last spawned child
    std::vector<Activation> stack;
    const design::Statement* awaits = nullptr;
    Signal result;  ///< done: what it raised
  };

  // Reading the setup.
  const scenario::Operation& script(OperationId id) const;
  const std::string& owner(int task) const { return setup_->scenario.tasks[task].owner; }
  int node_of(OperationId id) const;
  int believed_node(OperationId id) const;
  int home_of(OperationId id) const;
  bool session_is_as_believed(const Socket& socket) const;
  bool owes_replies(const Socket& socket) const;
  const protocol::Operation& protocol_of(OperationId id) const;
  const design::Procedure& procedure_of(OperationId id) const;
  std::vector<Commands> steps_of(OperationId id) const;
  Commands commands_of(OperationId id) const;
  const protocol::Protocol& spoken() const { return *setup_->scenario.protocol; }
  const protocol::Command* command_called(const std::string& name) const;
  Command command_of(const Label& request) const;
  Answer messages_of(const protocol::Reply& reply) const;
  Answer answer_to(const Label& request) const;
  bool has_reply(const Label& request) const;
  bool is_refused(const Label& request) const;
  protocol::Reply reply_to(const Label& request) const;
  static protocol::Reply reply_to(const Label& request, const Command& asked);
  static protocol::Reply failure(const protocol::Command& command, std::size_t kind);
  std::vector<int> results_in(OperationId id, const protocol::Reply& reply) const;
  int results_to(OperationId id, const Command& command) const;
  std::vector<Result> results_of(OperationId id) const;
  int result_place(const Message& message, OperationId id, const Command& answered) const;
  bool has_data(const protocol::Reply& reply) const;
  bool has_error(const protocol::Reply& reply) const;
  bool may_have_data(const Command& command) const;
  static bool may_cause(const protocol::Command& command);
  std::optional<Key> key_of(const Label& request) const;
  std::set<Key> keys_of_data(const Label& request) const;
  bool is_elsewhere(const Label& request, int conn) const;
  bool says_nothing(const Message& message) const;
  const std::string& owner_of(const Message& message) const;
  bool is_of(const std::string& kind, const std::string& asked, Mark as_parent) const;
  int node_of_conn(int conn) const { return (conn - 1) / setup_->scenario.pool_max; }
  std::string name(FrameId id) const;
  std::string judge(const Frame& frame, OperationId id) const;
  std::string judge(const Message& message, OperationId id, const Result* wanted, bool is_it) const;
  std::optional<int> answers_in_place(const Message& message, const Frame& frame, OperationId id,
                                      const Result* wanted) const;
  bool is_fresh(const Message& message, const Frame& frame, OperationId id) const;
  std::string type_of(const Message& message) const;
  std::vector<std::string> accepted_by(OperationId id) const;

  // Reading the state.
  bool is_live(FrameId id) const;
  bool runs(OperationId id) const;
  bool lives(OperationId id) const;
  bool uses_its_connection(const Frame& frame) const;
  bool cancellable(int task) const;
  int places_of(int conn) const;
  bool is_lost(int conn) const;
  bool keeps_one_waiting(int conn) const;
  bool may_time_out(const Frame& frame) const;
  bool swallows(const Frame& frame) const;
  bool passes_on(FrameId id) const;
  bool nobody_has(int conn) const;
  bool readable(const Frame& frame) const;
  int sends_of(FrameId id, Cause cause) const;
  void add_runs(FrameId id, Cause cause, std::vector<std::string>& texts) const;
  void add_deliveries(std::vector<std::string>& texts) const;
  void add_pushes(std::vector<std::string>& texts) const;
  void add_failures(int conn, std::vector<std::string>& texts) const;

  // What is noted.
  void see(Mark mark) const {
    if (seen_ != nullptr) seen_->see(mark);
  }
  void see(const design::Statement& await, Way way) const {
    if (seen_ != nullptr) seen_->see(await, way);
  }
  void see_cancel(FrameId id);
  void see_except(const design::Clause& clause, design::Exception exception);
  void see_count(const design::Statement& loop) const;

  // Events.
  void diverge(const char* bound);
  void time_out(FrameId id);
  void run_event(FrameId id, Cause cause, int choice);
  void deliver(int conn, int pieces);
  void read_kernel(int conn);
  void serve(int conn);
  Group group_of(const Request& request) const;
  void fail(int conn, const std::string& kind);
  void change_by_error(Socket& socket, const Request& request);
  void skip_behind(Socket& socket, const Request& refused);
  void skip(Socket& socket);
  bool waits(const Request& request) const;
  std::size_t send_group(Socket& socket, const Request& request, Group group) const;
  void push(int conn, const std::string& name);
  bool has_room_for_push(int conn);
  Message pushed(const protocol::Push& push, const Socket& socket) const;
  void put_behind(Socket& socket, const Message& message);
  void set_by(const protocol::Push& push, Socket& socket);
  bool is_caused(const protocol::Push& push) const;
  const protocol::Push* push_to_readers() const;
  std::set<Key> keys_to_remember(const Socket& socket, const Request& request) const;
  bool is_meant(const protocol::Cause& cause, const Execution& by, int conn) const;
  bool may_get(const protocol::Push& push, int conn) const;
  void send_caused(Execution by, const protocol::Case& in);
  void send_caused(const protocol::Cause& cause, Execution& by, int conn);
  void flush(int conn);
  void linger(int conn);
  void follow(FrameId id);
  std::set<Key> carry_out(int conn, Request& request);
  std::size_t messages_owed(const Request& request) const;
  std::size_t messages_on(int conn) const;
  bool writes(const Label& request) const;
  bool is_late_write(const Label& request) const;
  void have_effect(const Label& request);
  Socket new_socket(bool warm) const;
  void execute_handshake(Socket& socket) const;
  Held held(std::size_t variable, protocol::SessionValue value, const Held& asker) const;
  Held asker_of(const Label& request) const;
  bool is_true(const Socket& socket, const std::vector<protocol::Test>& tests, const Held& asker) const;
  const protocol::Case& case_of(const Socket& socket, const protocol::Command& command, const Held& asker) const;
  bool is_foreign(const Slot& slot, std::size_t variable, OperationId to) const;
  void look_under(const Slot& slot, const protocol::Command& command, OperationId to);
  void change_session(Socket& socket, const Request& request, const std::vector<protocol::Assignment>& sets);
  bool set_variable(Socket& socket, const protocol::Assignment& to, const Held& asker) const;
  void wake_reader(Slot& slot);
  void unready(FrameId id);
  bool cancel(FrameId id);
  void cancel_again(FrameId id);
  void leave_await(FrameId id);
  void land(FrameId id);
  void lose_beginning(const Frame& frame);
  void run(FrameId id, std::size_t depth);
  void suspend(FrameId id, Status status);
  void make_ready(FrameId id);

  // Walking the tree.
  void begin(FrameId id, const design::Block& block, Activation::Role role, const design::Statement* owner);
  void unwind(FrameId id, Signal signal);
  void next_round(FrameId id, Activation loop);
  static Signal cancelled();
  void raise(FrameId id, const char* name);  ///< an error of that name
  void raise(FrameId id, const Signal& signal);
  Signal raised_by(const Frame& frame, const design::Statement& s) const;
  void execute(FrameId id, const design::Statement& s);
  void execute_branch(FrameId id, const design::Statement& s);
  bool test(FrameId id, const design::Expression& e);  // throws NoConnection
  bool value_of(FrameId id, const design::Expression& e);
  int& variable(FrameId id, const design::VariableRef& ref);  // throws NoConnection
  bool compare(FrameId id, const design::Expression& e);  // throws NoConnection
  Queue& queue(FrameId id, const design::VariableRef& ref);  // throws NoConnection
  std::vector<Message>* place(FrameId id, const design::VariableRef& ref);
  bool waits_on(FrameId other, FrameId id, const design::VariableRef& ref) const;

  // Statements.
  void check(FrameId id, const design::Statement& s);
  void copy(FrameId id, const design::Statement& s);
  void take(FrameId id);
  bool add_free(Pool& pool, int conn);
  void share(FrameId id, int number);
  void put(FrameId id);
  void close(FrameId id);
  void close_slot(int conn);
  void renew(FrameId id);
  int make_slot(int node);
  void join(FrameId id, Queue& q);
  void wake(FrameId id, const design::Statement& s);
  void hand_conn(FrameId id, const Entry& to);
  void keep(FrameId id, const design::Statement& s);
  void serve_out_of(FrameId id, const design::Statement& s);
  void drop(FrameId id, const design::Statement& s);
  static bool take_over(const std::vector<Message>& from, std::vector<Message>& value);
  void spawn(FrameId id, const design::Statement& s);
  void await(FrameId id, const design::Statement& s);
  void begin_await(FrameId id, const design::Statement& s);
  void resume(FrameId id);
  void end_await(FrameId id, const design::Statement& s);
  void send(FrameId id, const design::Statement& s);
  void receive(FrameId id, const design::Statement& s);
  void wait_for_reply(FrameId id, Slot& slot);
  Message take_message(FrameId id, Socket& socket);
  void forget(FrameId id);
  void await_child(FrameId id, const design::Statement& s);

  // Faults.
  void hit(OperationId id);
  void hit_by_error(int conn, const Request& request);
  void use(FrameId id, Socket& socket, Mark way);
  bool is_under_way(OperationId id) const;
  void begins(OperationId id);
  std::string kind_of(OperationId id) const;
  std::string_view name_in_value(const Frame& frame, OperationId id, const std::string& outcome) const;
  void fails(OperationId id, std::string_view name);

  // Ends.
  void finish(FrameId id, Signal signal);
  void begin_operation(int task, int operation);
  void go_on(FrameId id, const std::string& outcome);
  void leave_queues(FrameId id);
  void sweep();

  std::shared_ptr<const Setup> setup_;
  std::shared_ptr<const Failures> excused_;
  int budget_ = 0;
  int errors_ = 0;  ///< of servers, that may still come
  int pushes_ = 0;  ///< that may still come
  std::set<std::string> learned_;  ///< keys of which the clients know that they have moved
  std::map<FrameId, Frame> frames_;
  std::map<int, Slot> slots_;  ///< those that were made, by number
  int clock_ = 0;  ///< counts what is ordered by "after": commands that are executed, connections that are taken
  std::map<Key, int> taken_;  ///< of the invalidations that a frame took, when the last that caused one was executed
  std::vector<Pool> pools_;
  std::map<OperationId, std::set<int>> owned_;
  std::set<std::pair<OperationId, int>> written_;  ///< commands of steps that were executed, and are not repeatable
  std::set<std::pair<OperationId, std::string>> written_by_name_;  ///< those of listings, to see what is no effect
  std::vector<FrameId> ready_;  ///< in the order in which they became ready
  std::set<OperationId> hit_;  ///< by a fault
  std::set<OperationId> unclear_;  ///< one that was hit was under way while they ran

  // Of the event that runs.
  StepFacts facts_;
  int steps_ = 0, sends_ = 0, choice_ = 0;
  int suspensions_ = 0, raises_ = 0;  ///< counted, to see what becomes of an await
  Coverage* seen_ = nullptr;
};

}  // namespace interleak::oracle

// The syntax tree of a pool design: what parse_listing() makes of the lines of a file, of whichever form.
// The grammar, and what each statement does, is in docs/language.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/kernel/diagnostic.hpp"

namespace interleak::design {

/// Where a variable or a queue of waiters lives.
enum class Scope : std::uint8_t { op, conn, pool, socket };

struct VariableRef {
  Scope scope = Scope::op;
  std::string name;
  friend bool operator==(const VariableRef&, const VariableRef&) = default;
};

/// Exceptions that a listing can raise and catch. A set of them is a bit mask (1 << kind).
enum class Exception : std::uint8_t { none, cancelled, error, rejected };

struct Expression {
  enum class Kind : std::uint8_t {
    always,      ///< true
    available,   ///< the pool has a free connection, or room for a new one
    connected,   ///< the connection has a live socket
    readable,    ///< something that nobody has read lies in the stream buffer of the connection
    polled,      ///< the last `await poll` of this frame saw something
    redirected,  ///< the last reply received says that the key is at another node
    mine,        ///< the last reply that was received passes the ownership check
    woken,       ///< the waiter was woken (its `await turn` was granted)
    waiting,     ///< the queue has an entry that is not yet woken
    has,         ///< the place of the store holds something
    got,         ///< the last message that this frame took is of a kind
    saw,         ///< one of those that it took since its last send is
    compare,     ///< variable, comparison, number
    negation,
    conjunction,
    disjunction,
  };
  enum class Comparison : std::uint8_t { equal, unequal, less, less_equal, greater, greater_equal };
  Kind kind = Kind::always;
  VariableRef variable;  ///< compare; waiting (a queue); has (a store)
  std::string name;      ///< got, saw: a kind of message
  Comparison comparison = Comparison::unequal;
  int number = 0;
  std::optional<VariableRef> other;  ///< compare: with this variable, in place of the number
  std::vector<Expression> operands;
};

struct Statement;
using Block = std::vector<Statement>;

/// One headed block of a compound statement: the `if`, an `elif`, the `else`, the body of a loop
/// or of a `try`, an `except`, the `finally`, the `on drop`.
struct Clause {
  enum class Kind : std::uint8_t { when, otherwise, body, except, finally, on_drop };
  Kind kind = Kind::body;
  Position at;
  int line = 0;              ///< index of the line in the listing, from 0
  Expression condition;      ///< when; body of `loop while`
  std::uint8_t catches = 0;  ///< except: set of Exception, 1 << kind
  Block block;
};

struct Statement {
  enum class Kind : std::uint8_t {
    pass,
    call,
    return_,
    raise,
    branch,
    loop_times,
    loop_while,
    attempt,
    assert_,
    assign,
    add,
    subtract,
    take,
    share,
    put,
    close,
    renew,
    follow,
    forget,
    await_resolve,
    await_connect,
    await_send_request,
    await_send_handshake,
    await_send_command,
    await_send_own,
    await_receive,
    await_discard,
    await_turn,
    await_child,
    await_task,
    await_close,
    await_poll,
    await_pause,
    yield,
    join,
    leave,
    wake,
    hand_reply,
    hand_conn,
    keep,
    serve,
    drop,
    spawn,
    spawn_detached,
  };
  /// How often a counted loop runs, where the listing does not say a number.
  enum class Count : std::uint8_t { number, commands, handshake };

  Kind kind = Kind::pass;
  Position at;               ///< in the file that the listing came from
  int line = 0;              ///< index of the line in the listing, from 0
  std::string name;          ///< call, spawn: the procedure; raise, assert: the message; send: the command; receive,
                             ///< discard: until a message of this kind, empty: one
  VariableRef variable;  ///< assign, add, subtract: a variable; turn, join, ...: a queue; keep, serve, drop: a store
  int number = 0;                    ///< assign, add, subtract, share, loop_times
  std::optional<VariableRef> other;  ///< assign: the variable whose value it gets, in place of the number
  Expression condition;              ///< assert
  Count count = Count::number;
  bool timeout = false;  ///< turn: it may time out
  bool for_client = false;  ///< send a command, without quotes: it belongs to no operation
  Exception exception = Exception::none;  ///< raise; none = the one being handled, again
  std::vector<Clause> clauses;  ///< branch, loops, attempt
};

/// One line of a listing, with the place in the file where its text begins.
struct ListingLine {
  std::string text;
  Position at;
  std::uint32_t margin = 0;  ///< blanks before it in the file, which are no indentation of the listing
};

/// What a file says beside a thing that is no line of a listing, each with its `#`. An empty line parts comments.
struct Comment {
  std::vector<std::string> above;
  std::string beside;
};

struct Procedure {
  std::string name;
  std::string origin;  ///< id of the design that this listing was written in
  Comment comment;  ///< of its `def`
  std::vector<ListingLine> lines;
  Block block;
};

enum class Order : std::uint8_t { lifo, fifo };
enum class SendSuspends : std::uint8_t { never, after, before, may };
enum class Readers : std::uint8_t { error, queue };
/// What becomes of the beginning of a reply that the parser has taken when its reader is cancelled.
/// `resumes`: the next read goes on with it. `loses`: it is gone, and what follows is no reply.
/// `greedy`: it resumes, and has taken everything that was in the stream buffer.
enum class ReplyParser : std::uint8_t { resumes, loses, greedy };

/// How many places a store of values has: one; one for each key of the scenario's operations (of each owner their own);
/// one for each name of a key, whoever's it is.
enum class Places : std::uint8_t { one, by_key, by_name };

/// A pool design, with everything that it inherits already merged in.
struct Design {
  std::string id;
  std::string title;
  std::string source;  ///< what it was written from: file and tag
  std::vector<std::string> extends;  ///< ids of what it is put together from; empty: the prelude
  std::vector<std::string> leaves_out;  ///< fidelity notes
  Order order = Order::lifo;
  bool cluster = false;  ///< one pool per node; a key's slot picks the node
  Readers readers = Readers::error;  ///< a second `await receive` on one connection
  int keeps = 0;  ///< so many warm connections are the client's own: shared
  ReplyParser parser = ReplyParser::resumes;  ///< only with the physics `fragments`
  std::string protocol;  ///< what its servers speak, unless the scenario says so; empty: not said
  std::string protocol_file;  ///< where that stands, for messages: it may be inherited
  Position protocol_at;
  std::string runtime;  ///< what it runs on, see kRuntimes; empty: not said
  SendSuspends send_suspends = SendSuspends::never;
  bool socket_timeout = false;  ///< reads may time out
  std::vector<std::string> handshake;  ///< commands that every connect sends, in order
  std::map<std::string, int> op_variables, conn_variables, pool_variables, socket_variables;  ///< initial values
  std::vector<std::string> conn_queues, pool_queues;
  std::map<std::string, Places> pool_stores;  ///< what the pool keeps of values
  std::map<std::string, Procedure> procedures;
  std::map<std::string, Comment> comments;  ///< of its own header, by what they stand at: "pool.order"
  std::string file;  ///< where it was read from, for messages
  Position at;  ///< of its id there
};

}  // namespace interleak::design

// A protocol as plain data: which commands a server knows, what they do to the session of a socket, and what the
// operations of scenarios send. It is read from scenarios/protocols/NAME.json (sim/scenario/protocol_reader.cpp), whose
// form is internal for now: scenarios/protocols/README.md. The engine knows no command by name.
//
// What is no part of it, and stands in the engine: replies come in the order of the requests; nodes, and which key
// lives where; what a handshake is (the design says so).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace interleak::protocol {

inline constexpr std::size_t kMaxVariables = 8;  ///< of a session
inline constexpr int kMaxSetting = 15;

/// What a variable of a session may be: of a setting its number; of an identity one of these, or an owner, whom no
/// protocol names.
using SessionValue = std::uint8_t;
inline constexpr SessionValue kNobody = 0;  ///< "none"
inline constexpr SessionValue kClient = 1;  ///< "pool": the client itself
inline constexpr SessionValue kAsker = 0xfe;  ///< "asker", of a test or an assignment: whoever's request is executed

/// Something that the server remembers about a socket.
struct Variable {
  std::string name;  ///< "transaction"
  std::string words;  ///< what a session does in which it is not at its base: "is inside a transaction"
  bool identity = false;  ///< it says whose the session is; else it is a setting, a number
  SessionValue base = 0;  ///< what the pool believes it to be
  SessionValue start = 0;  ///< what it is on a new socket
  bool shared = false;  ///< it is there for whoever comes next
  friend bool operator==(const Variable&, const Variable&) = default;
};

/// What is asked of one variable of a session.
struct Test {
  std::size_t variable = 0;  ///< index in Protocol::session
  bool equal = true;  ///< it is the value; else it is another
  SessionValue value = 0;
  friend bool operator==(const Test&, const Test&) = default;
};

struct Assignment {
  std::size_t variable = 0;  ///< index in Protocol::session
  SessionValue value = 0;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// What a message is, as a client can see. Of what is nobody's data it is the type, too.
struct Kind {
  std::string name;  ///< "chunk"
  bool data = false;  ///< such a message carries data of the keys of its request
  std::string text;  ///< what one is called: "the last chunk"
  bool error = false;  ///< it says that the server refused; it is nobody's data then
  std::optional<std::size_t> of;  ///< the kind of which it is one, index in Protocol::kinds
  friend bool operator==(const Kind&, const Kind&) = default;
};
/// "value"
inline Kind kind_of_values() {
  Kind kind;
  kind.name = "value";
  kind.data = true;
  return kind;
}
inline constexpr std::size_t kValueKind = 0;  ///< of Protocol::kinds: data, if nothing else is said
inline constexpr std::size_t kMaxKinds = 17;  ///< with that
inline constexpr std::size_t kMaxMessages = 8;  ///< of a reply

struct Message {
  std::size_t kind = kValueKind;  ///< index in Protocol::kinds
  std::string text;  ///< of what is nobody's data: "OK"; empty: that of its kind
  friend bool operator==(const Message&, const Message&) = default;
};

/// Groups of messages: what is in one is made, and delivered, together. None is empty.
using Reply = std::vector<std::vector<Message>>;

/// To which sockets a push goes that a command causes: that of the command; all that are connected to this server;
/// these but that one; those of all on which the key of the command was read.
enum class To : std::uint8_t { asker, all, others, readers };

/// A push that the execution of a command sends.
struct Cause {
  std::size_t push = 0;  ///< index in Protocol::pushes
  To to = To::all;
  bool ahead = false;  ///< of the reply to the command, on its own socket; else behind it
  friend bool operator==(const Cause&, const Cause&) = default;
};
inline constexpr std::size_t kMaxCauses = 4;  ///< of a case

/// What comes of a command in a session of which all of its tests are true.
struct Case {
  std::vector<Test> when;
  Reply reply;
  std::vector<Assignment> sets;  ///< in order, behind the reply
  std::vector<Cause> causes;  ///< in order, behind these
  friend bool operator==(const Case&, const Case&) = default;
};
inline constexpr std::size_t kMaxCases = 8;  ///< of a command

/// What is so where an error answers a command.
struct Refusal {
  std::vector<std::size_t> then;  ///< kinds of messages that follow it, in its group
  std::optional<std::size_t> skips_to;  ///< what is asked behind it is skipped, up to this command
  std::vector<Test> when;  ///< ... of the session, for `sets`
  std::vector<Assignment> sets;  ///< in order, behind those of the case
  friend bool operator==(const Refusal&, const Refusal&) = default;
};
inline constexpr std::size_t kMaxFailures = 4;  ///< of a command

/// What a server does when it executes a request of this name, whoever sent it.
struct Command {
  std::string name;  ///< "GET"
  std::vector<Case> cases;  ///< the first that is true of the session; the last is always
  std::vector<std::size_t> may_fail;  ///< kinds of errors that may answer it without its being executed
  Refusal errors;
  bool held = false;  ///< its reply goes out with that of the next that is not, unless it has an error
  bool writes = false;  ///< it changes data
  bool repeatable = false;  ///< a write that changes nothing more when it is executed again
  std::vector<std::size_t> under;  ///< the variables of the session on which its effect depends
  std::string source;  ///< where that was read
  friend bool operator==(const Command&, const Command&) = default;
};

/// A message that a server may send to a socket without being asked, while all tests are true of its session.
struct Push {
  std::string name;  ///< "message"
  std::size_t kind = kValueKind;  ///< index in Protocol::kinds
  std::vector<Test> when;
  std::optional<std::size_t> data;  ///< it carries data of whoever this identity of the session is; none: nobody's
  std::vector<Assignment> sets;  ///< behind it
  bool invalidates = false;  ///< it says that the key has changed about which the command was that caused it
  std::string source;  ///< where that was read
  friend bool operator==(const Push&, const Push&) = default;
};
inline constexpr std::size_t kMaxPushes = 8;

/// `each`: one request for each key of the operation, which names it. `first`: one request, which names the first key.
enum class Keys : std::uint8_t { none, first, each };

/// A command that an operation sends.
struct Request {
  std::size_t command = 0;  ///< index in Protocol::commands
  Keys keys = Keys::none;
  Reply reply;  ///< in place of that of the command's only case; empty: that
  bool ignored = false;  ///< the client throws the reply away, whatever it is
  friend bool operator==(const Request&, const Request&) = default;
};

/// An operation of a task, `{"pipeline": ["history", "profile"]}`.
struct Operation {
  std::string name;  ///< "pipeline"
  bool many = false;  ///< it takes an array of keys, and not one
  std::vector<std::string> procedures;  ///< the first that the design has runs it; if none, `execute`
  std::vector<std::vector<Request>> steps;  ///< groups of what is sent together; one group without requests: nothing is
  std::optional<std::vector<std::size_t>> result;  ///< the kinds that its value is made of; none: see is_result()
  friend bool operator==(const Operation&, const Operation&) = default;
};

struct Protocol {
  std::string id;
  std::string title, source;  ///< what it is, and where what it says of a server was read
  std::string elsewhere;  ///< the reply to a request for a key that another node has: "MOVED"
  bool runs_on = false;  ///< what a closed socket has left with the server is executed all the same
  std::vector<Variable> session;
  std::vector<Kind> kinds = {kind_of_values()};
  std::vector<Command> commands;
  std::vector<Push> pushes;
  std::vector<Operation> operations;
  friend bool operator==(const Protocol&, const Protocol&) = default;

  /// Null if there is none of that name.
  const Operation* operation(std::string_view name) const;
  const Command* command(std::string_view name) const;
};

/// Worlds and scenarios share one; nobody changes it.
using ProtocolPtr = std::shared_ptr<const Protocol>;

/// What answers it in the session of a case of its command.
const Reply& reply_of(const Request& request, const Case& of);
/// What answers a command that fails so, and is not executed.
Reply failure_of(const Command& command, std::size_t kind);
/// What answers it if no session is special: in the last case.
const Reply& reply_of(const Protocol& protocol, const Request& request);

/// Messages of a reply.
std::size_t size_of(const Reply& reply);

/// The `index`-th message of a reply, groups in their order. Precondition: it has so many.
const Message& message_of(const Reply& reply, std::size_t index);

/// Whether the `index`-th message of the reply is one of those that the operation's value is made of: a message of the
/// kinds that the operation names; if it names none, one that is data, or, of a reply without data, the first.
bool is_result(const Protocol& protocol, const Operation& operation, const Reply& reply, std::size_t index);

/// What a message is called that is nobody's data.
const std::string& text_of(const Protocol& protocol, const Message& message);

/// Some message of the reply to it is data of its keys, in the last case of its command.
bool asks_for_data(const Protocol& protocol, const Request& request);

/// Some message of the reply is data.
bool has_data(const Protocol& protocol, const Reply& reply);

/// Some message of the reply says that the server refused.
bool has_error(const Protocol& protocol, const Reply& reply);

/// How many messages of a reply the operation's value is made of.
std::size_t results_of(const Protocol& protocol, const Operation& operation, const Reply& reply);

/// How many results a command has in each case without an error, in the operation that sends it; nothing: these differ.
std::optional<std::size_t> results_of(const Protocol& protocol, const Operation& operation, const Request& request);

/// Messages of the replies to a command, those of all its cases and errors together.
std::size_t messages_of(const Command& command);
/// The same, of a request.
std::size_t messages_of(const Protocol& protocol, const Request& request);
/// The command up to which a server skips what is asked behind an error; nothing: it skips nothing.
std::optional<std::size_t> skipped_to(const Protocol& protocol);

/// How many messages may answer an operation of so many keys, those of all cases together; how many its value is made
/// of.
std::size_t messages_of(const Protocol& protocol, const Operation& operation, std::size_t keys);
std::size_t results_of(const Protocol& protocol, const Operation& operation, std::size_t keys);

/// The request of an operation whose reply it is about: the last one that the client looks at, or, if it looks at none,
/// the last one. Null: it sends nothing.
const Request* judged_request(const Operation& operation);

/// How many requests an operation of so many keys sends.
std::size_t requests_of(const Operation& operation, std::size_t keys);

/// Types of messages that are nobody's data: the names of their kinds.
std::vector<std::string> types_of(const Protocol& protocol);

/// Procedures of a design that an operation begins with: `execute`, then what operations name, none twice.
std::vector<std::string> entries_of(const Protocol& protocol);

/// For each push: some command causes it, and it comes in no other way.
std::vector<bool> caused_pushes(const Protocol& protocol);

/// For each variable of the session: something that the server does depends on it.
std::vector<bool> read_variables(const Protocol& protocol);

}  // namespace interleak::protocol

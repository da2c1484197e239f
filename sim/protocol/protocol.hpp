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

inline constexpr std::size_t kMaxFlags = 8;  ///< of a session: they share a byte of the state

/// Flags of a session: bit i is the i-th of Protocol::session. None is raised on a new socket.
using Flags = std::uint8_t;

/// Something that the server remembers about a socket.
struct Flag {
  std::string name;  ///< "watch"
  std::string words;  ///< what a session does in which it is raised: "watches a key"
  friend bool operator==(const Flag&, const Flag&) = default;
};

/// What a message is, as a client can see. Of what is nobody's data it is the type, too.
struct Kind {
  std::string name;  ///< "chunk"
  bool data = false;  ///< such a message carries data of the keys of its request
  std::string text;  ///< what one is called: "the last chunk"
  friend bool operator==(const Kind&, const Kind&) = default;
};
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

/// What a server does when it executes a request of this name, whoever sent it.
struct Command {
  std::string name;  ///< "GET"
  Reply reply;
  bool writes = false;  ///< it changes data
  Flags raises = 0, lowers = 0;
  std::string source;  ///< where that was read
  friend bool operator==(const Command&, const Command&) = default;
};

/// `each`: one request for each key of the operation, which names it. `first`: one request, which names the first key.
enum class Keys : std::uint8_t { none, first, each };

/// A command that an operation sends.
struct Request {
  std::size_t command = 0;  ///< index in Protocol::commands
  Keys keys = Keys::none;
  Reply reply;  ///< in place of the command's own; empty: that
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
  std::vector<Flag> session;
  std::vector<Kind> kinds = {{"value", true, ""}};
  std::vector<Command> commands;
  std::vector<Operation> operations;
  friend bool operator==(const Protocol&, const Protocol&) = default;

  /// Null if there is none of that name.
  const Operation* operation(std::string_view name) const;
  const Command* command(std::string_view name) const;
};

/// Worlds and scenarios share one; nobody changes it.
using ProtocolPtr = std::shared_ptr<const Protocol>;

/// What answers it.
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

/// Some message of the reply to it is data of its keys.
bool asks_for_data(const Protocol& protocol, const Request& request);

/// How many messages answer an operation of so many keys; only those that its value is made of.
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

/// What the first raised flag means; empty if none is.
std::string_view words_of(const Protocol& protocol, Flags flags);

}  // namespace interleak::protocol

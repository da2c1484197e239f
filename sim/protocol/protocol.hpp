// A protocol as plain data: which commands a server knows, what they do to the session of a socket, and what the
// operations of scenarios send. It is read from scenarios/protocols/NAME.json (sim/scenario/protocol_reader.cpp), whose
// form is internal for now: scenarios/protocols/README.md. The engine knows no command by name.
//
// What is no part of it, and stands in the engine: replies come in the order of the requests, one for each; nodes,
// and which key lives where; what a handshake is (the design says so).
#pragma once

#include <cstdint>
#include <memory>
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

/// What a server does when it executes a request of this name, whoever sent it.
struct Command {
  std::string name;  ///< "GET"
  std::string reply;  ///< of what is nobody's data, the text: "OK". Empty: the reply is data of its keys
  std::string type;  ///< of a reply that is nobody's data: "ok"
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
  std::string reply, type;  ///< in place of the command's own; empty: that
  bool ignored = false;  ///< the client throws the reply away, whatever it is
  friend bool operator==(const Request&, const Request&) = default;
};

/// An operation of a task, `{"pipeline": ["history", "profile"]}`.
struct Operation {
  std::string name;  ///< "pipeline"
  bool many = false;  ///< it takes an array of keys, and not one
  std::vector<std::string> procedures;  ///< the first that the design has runs it; if none, `execute`
  std::vector<std::vector<Request>> steps;  ///< groups of what is sent together; one group without requests: nothing is
  friend bool operator==(const Operation&, const Operation&) = default;
};

struct Protocol {
  std::string id;
  std::string title, source;  ///< what it is, and where what it says of a server was read
  std::string elsewhere;  ///< the reply to a request for a key that another node has: "MOVED"
  std::vector<Flag> session;
  std::vector<Command> commands;
  std::vector<Operation> operations;
  friend bool operator==(const Protocol&, const Protocol&) = default;

  /// Null if there is none of that name.
  const Operation* operation(std::string_view name) const;
  const Command* command(std::string_view name) const;
};

/// Worlds and scenarios share one; nobody changes it.
using ProtocolPtr = std::shared_ptr<const Protocol>;

/// The reply to it is data of its keys, and not a text that is nobody's.
bool asks_for_data(const Protocol& protocol, const Request& request);

/// The text of the reply to it, empty if that is data; and the type of such a reply.
const std::string& reply_of(const Protocol& protocol, const Request& request);
const std::string& type_of(const Protocol& protocol, const Request& request);

/// The request of an operation whose reply it is about: the last one that the client looks at, or, if it looks at none,
/// the last one. Null: it sends nothing.
const Request* judged_request(const Operation& operation);

/// How many requests an operation of so many keys sends.
std::size_t requests_of(const Operation& operation, std::size_t keys);

/// Types of replies that are nobody's data, in the order of their first use, none twice.
std::vector<std::string> types_of(const Protocol& protocol);

/// Procedures of a design that an operation begins with: `execute`, then what operations name, none twice.
std::vector<std::string> entries_of(const Protocol& protocol);

/// What the first raised flag means; empty if none is.
std::string_view words_of(const Protocol& protocol, Flags flags);

}  // namespace interleak::protocol

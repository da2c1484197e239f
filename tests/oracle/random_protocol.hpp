// Random protocols: kinds of messages with data, without, and errors, some of them of others; replies of one message or
// of several in groups, in several cases; requests whose replies are thrown away, results; variables of the session,
// which cases and pushes ask for, change, and are executed under; writes, repeatable or not; pushes that commands
// cause, of which some say that a key has changed; commands that fail, what follows errors and what these skip, replies
// that are held; servers that run on. Their commands have names that the listings of
// random designs send, so that a server knows some of these.
#pragma once

#include "sim/protocol/protocol.hpp"
#include "sim/terms/scenario.hpp"
#include "tests/oracle/random.hpp"

namespace interleak::oracle {

/// The same for the same numbers, everywhere. Every second one is the standard one, some are others that are built in.
/// `small`: replies of few messages.
protocol::ProtocolPtr random_protocol(bool small, Random& random);

/// One in which queries fail: QUERY by itself (look), with a SYNC behind it (set), or with a PREPARE before it (get),
/// each of which may wait.
inline constexpr const char* kFailingProtocol = "failing-protocol";  ///< its name
protocol::ProtocolPtr failing_protocol(Random& random);

/// An operation of a scenario's own, which the protocol does not know. Precondition: the protocol has a command.
protocol::Operation random_operation(const protocol::Protocol& protocol, const std::string& name, Random& random);

/// Makes that operation the scenario's own one.
void make_own(const protocol::Protocol& protocol, const protocol::Operation& operation, scenario::Operation& op);

/// What a request may be answered with: one reply for each case of its command.
std::vector<const protocol::Reply*> replies_of(const protocol::Protocol& protocol, const protocol::Request& request);

/// Its cases, and how many results each has, are such as docs/formats.md allows.
bool results_agree(const protocol::Protocol& protocol, const protocol::Operation& operation);

/// How many keys an operation has room for: of requests, messages and results (docs/formats.md).
std::size_t room_for_keys(const protocol::Protocol& protocol, const protocol::Operation& operation);

/// What it accepts if it does not say so.
std::string type_of_value(const protocol::Protocol& protocol, const scenario::Operation& operation);

/// What follows an error of the command comes behind the reply, if that has one; in `dressed` behind all of them. What
/// a file says is `bare`.
void follow(const protocol::Protocol& protocol, const protocol::Command& command, protocol::Reply& reply);
protocol::Protocol dressed(protocol::Protocol protocol);
protocol::Protocol bare(protocol::Protocol protocol);

/// An error may answer it: it fails, or some case has one.
bool may_be_refused(const protocol::Protocol& protocol, const protocol::Command& command);

/// Only of a command that may be refused anything is said of errors, and a condition only of what is set.
void tidy_errors(protocol::Protocol& protocol);

/// Names of those that may fail.
std::vector<std::string> commands_that_fail(const protocol::Protocol& protocol);

/// Each push that something causes, and only such a one, may say that a key has changed.
void tidy_pushes(protocol::Protocol& protocol);

/// What comes on behind a reply comes behind one of one group; a request's own reply is the reply, too.
bool causes_agree(const protocol::Protocol& protocol, const protocol::Operation& operation);

/// Nobody needs to add the file of such a protocol.
bool is_built_in(const protocol::Protocol& protocol);

/// Names of the kinds of a protocol, for listings: of each that there is, and again of those that a reply ends with,
/// that others are of, and that are pushed.
std::vector<std::string> kinds_to_name(const protocol::Protocol& protocol);

/// The same of those that are errors; without any, of all.
std::vector<std::string> errors_to_name(const protocol::Protocol& protocol);

/// The same of those that say that a key has changed; without any, of those that are pushed, or of all.
std::vector<std::string> changes_to_name(const protocol::Protocol& protocol);

/// Some push says that a key has changed.
bool tells_of_changes(const protocol::Protocol& protocol);

/// Names of the commands that a listing can send without quotes.
std::vector<std::string> commands_to_name(const protocol::Protocol& protocol);

}  // namespace interleak::oracle

// Random protocols: kinds of messages with data and without, replies of one message or of several in groups, requests
// whose replies are thrown away, results, flags of the session. Their commands have names that the listings of random
// designs send, so that a server knows some of these.
#pragma once

#include "sim/protocol/protocol.hpp"
#include "tests/oracle/random.hpp"

namespace interleak::oracle {

/// The same for the same numbers, everywhere. Every second one is the standard one, some are others that are built in.
/// `small`: replies of few messages.
protocol::ProtocolPtr random_protocol(bool small, Random& random);

/// How many keys an operation has room for: of requests, messages and results (docs/formats.md).
std::size_t room_for_keys(const protocol::Protocol& protocol, const protocol::Operation& operation);

/// Nobody needs to add the file of such a protocol.
bool is_built_in(const protocol::Protocol& protocol);

/// Names of the kinds of a protocol, for listings: of each that there is, and of those that a reply ends with, again.
std::vector<std::string> kinds_to_name(const protocol::Protocol& protocol);

}  // namespace interleak::oracle

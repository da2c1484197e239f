// Random pool designs of five kinds, so that deep states are reached as well as odd ones:
//
//   realistic  take, open, use, return, each part one of many, with random changes
//   wild       any statements at all
//   shipped    a built-in design with random changes
//   bound      written to run into one of the bounds of docs/semantics.md, or just short of it
//
// All go through the parser, as a user's would. Most are nonsense as pools; what matters is that both
// engines run the same nonsense.
#pragma once

#include "sim/design/syntax.hpp"
#include "sim/protocol/protocol.hpp"
#include "tests/oracle/fragments.hpp"
#include "tests/oracle/random.hpp"

namespace interleak::oracle {

/// How large a random case may be.
struct Scale {
  int statements = 5;   ///< of one block
  int depth = 3;        ///< of nested blocks
  bool wide = true;     ///< any scenario that may be written, not only small ones
};

enum class Style { realistic, wild, shipped, bound };

/// A design, and what its scenario must have for it to do what it is made for.
struct Draft {
  design::Design design;
  Wants wants;
};

/// `protocol`: what its listings name of kinds of messages, and of commands, is known there.
Draft random_design(Style style, const Scale& scale, const protocol::Protocol& protocol, Random& random);

/// The names of the standard commands that listings and handshakes send, in the words of a protocol that has them not:
/// WATCH becomes a command that takes a variable of the session away from its base, UNWATCH one that puts it back, EXEC
/// the last of all.
std::string said_in(const protocol::Protocol& protocol, const std::string& command);

}  // namespace interleak::oracle

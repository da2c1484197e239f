// Well-formed pieces of listings that random designs are put together from. KIND stands for any kind of message, ERROR
// for one that is an error,
// VARIABLE for any variable of the design, CHANGE for a kind of message that says that a key has changed, COMMAND for
// any command, BEGIN and END for one that changes the session and one that undoes that, and names of commands between
// quotes for those of whichever protocol.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/oracle/listing.hpp"

namespace interleak::oracle {

/// Procedures that any block may call. Each `loop while` of them takes a reply or a wake, or counts down.
const std::map<std::string, Lines>& library();

/// The parts of a realistic operation, one after another.
const std::vector<Lines>& ways_to_take();
const std::vector<Lines>& ways_to_open();
const std::vector<Lines>& ways_to_use();
const std::vector<Lines>& ways_to_give();

/// Whole operations that are more than these four parts.
const std::vector<Lines>& whole_operations();

/// Caches that heed what the server says of their keys, or do not; and how a change is made, on another connection if
/// there is one.
const std::vector<Lines>& caches();
const Lines& way_to_change();

/// Operations that look whose data they have taken.
const std::vector<Lines>& ways_to_look();

/// What a case must have for a bound to be reached, or for what chance alone brings about too seldom.
struct Wants {
  int tasks = 1;             ///< at least so many
  bool one_slot = false;     ///< connections in the pool: only one
  bool writes = false;       ///< operations that are `set`, and the physics `linger`
  bool waiting = false;      ///< readers that wait in a queue
  bool choices = false;      ///< sends that may suspend
  bool long_ones = false;    ///< pipelines of many keys
  bool drops = false;        ///< cancels of the kind `vanish`
  bool again = false;        ///< cancels of the kind `raise-at-every-await`
  bool goes_on = false;      ///< tasks of two operations that go on behind one that fails
  bool pieces = false;       ///< the physics `fragments`, and a parser that loses
  bool moved = false;        ///< a cluster, of which keys have moved
  bool session = false;      ///< a handshake, and the physics `session`
  bool timeouts = false;     ///< the physics `timeouts`
};

/// Operations that run into a bound, or nearly: `N` stands for a number that decides it.
struct BoundFragment {
  std::string name;
  Lines lines;
  int least = 0, most = 0;   ///< of N
  Wants wants = {};
};
const std::vector<BoundFragment>& into_bounds();

/// Operations that do what is seldom done by chance, or in a case that is.
struct SeldomFragment {
  Lines lines;
  Wants wants = {};
};
const std::vector<SeldomFragment>& seldom();

/// Operations of which some fail behind an error, or a cancel, and what these leave; in the words of
/// failing_protocol().
const std::vector<Lines>& ways_to_fail();

/// Operations of which the first reads and keeps that, the second takes whatever comes, and who comes then is served
/// what was kept.
const std::vector<Lines>& ways_to_serve_what_is_old();

}  // namespace interleak::oracle

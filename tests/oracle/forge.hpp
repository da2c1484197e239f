// Forged certificates: what somebody would write who wants a false claim to be believed, and knows the
// format, the scenario, the design and all their states. Every forgery ends in the right digest.
//
// A forger begins with true certificates, takes one apart, changes it in one of the ways below, and
// puts it together again. The numbers of its head are mended most of the time, so that the lie itself
// has to be found. The bytes are written here and not by certify::Writer, which writes no nonsense.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/design/syntax.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/world/world.hpp"

namespace interleak::oracle {

/// One state of a certificate. The targets are numbers of states.
struct Listed {
  std::vector<std::uint8_t> state;
  std::vector<std::uint64_t> targets;
  friend bool operator==(const Listed&, const Listed&) = default;
};

inline constexpr std::size_t kNoListed = std::numeric_limits<std::size_t>::max();

/// A certificate taken apart.
struct Parts {
  using Line = std::pair<std::string, std::string>;  ///< name and value, as they stand in the file
  std::vector<Line> head;
  std::vector<Listed> states;
  std::string behind;                                ///< bytes behind the last state
  std::size_t written_whole = kNoListed;             ///< a state that repeats what it need not
};

/// Precondition: certify::check() accepts it for some world.
Parts take_apart(std::string_view certificate);
/// The file, with its digest.
std::string put_together(const Parts& parts);
/// The text with a digest behind it.
std::string with_digest(std::string text);
/// Values of the lines of that name.
std::vector<std::string> values_of(const Parts& parts, std::string_view name);
/// `states` and `transitions` of the head become those of the list.
void mend_counts(Parts& parts);

/// A world to lie about, and what the oracle knows of it.
struct Subject {
  scenario::Scenario scenario;
  design::Design design;
  world::World world;
  Parts honest;                          ///< of all invariants that hold
  std::vector<std::string> holds;        ///< names of these
  std::vector<std::string> violated;     ///< of the others
  std::set<std::uint32_t> guilty;        ///< listed states in which, at whose end or by whose events
                                         ///< something of `violated` is seen
  std::vector<Parts> weaker;             ///< worlds of the same names in which less can happen
};

/// Ways to forge, in the order of the table in docs/certificates.md.
inline constexpr std::array<std::string_view, 12> kForgeries = {
    "claims",   // the true list, other invariants
    "drops",    // states or events left out
    "prunes",   // what violates left out, and all behind it
    "cuts",     // only the first states: zero, one, more
    "doubles",  // states, events, lines of the head twice
    "edits",    // bytes of states, targets, numbers
    "orders",   // states, targets, lines in another order
    "starts",   // the list of what can be reached from another state
    "weaker",   // the list of a world with fewer cancels, another design, fewer tasks
    "others",   // head or list of another scenario, variant, design
    "bytes",    // numbers and states written in other ways, bytes too many or too few
    "mixes"};   // two or three of all these

struct Forgery {
  std::string bytes;
  std::vector<std::string> claims;   ///< the invariants that its head names
  const Subject* about = nullptr;    ///< the world that its head names
  const Subject* against = nullptr;  ///< the world that it is to be checked for
};

/// The same seed forges the same.
class Forger {
 public:
  /// At least two subjects, which must outlive it.
  Forger(const std::vector<Subject>& subjects, std::uint64_t seed) : subjects_(subjects), random_(seed) {}
  /// A forgery of the kind `kForgeries[kind]`.
  Forgery forge(std::size_t kind);

 private:
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : random_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class List>
  auto& any(List& list) {
    return list[below(list.size())];
  }

  void change(std::size_t kind, Forgery& forgery, Parts& parts);
  void claim(Parts& parts, const Subject& subject);
  void drop(Parts& parts);
  void drop_events(Parts& parts);
  void prune(Parts& parts, const Subject& subject);
  void cut(Parts& parts);
  void duplicate(Parts& parts);
  void duplicate_state(Parts& parts);
  void edit(Parts& parts);
  void edit_state(Parts& parts);
  void reorder(Parts& parts);
  void sort_otherwise(Parts& parts);
  void start_elsewhere(Parts& parts);
  void weaken(Parts& parts, const Subject& subject);
  void patch(Parts& parts, const Subject& subject);
  void take_from_another(Forgery& forgery, Parts& parts);
  std::string written_otherwise(std::string bytes);

  const std::vector<Subject>& subjects_;
  std::mt19937_64 random_;
};

}  // namespace interleak::oracle

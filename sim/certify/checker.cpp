// Why a certificate that is accepted proves what it claims. "Listed" is what its body says.
//
//   all that is listed is reachable    state 0 has the bytes of the initial state, and each other one
//                                      the bytes that an event of an earlier state led to
//   all that is reachable is listed    each event that is enabled in a listed state leads to a number
//                                      further behind, and when the list is over no number is awaited
//                                      any more. So the initial state is listed, and with each state
//                                      all that its events lead to
//   nothing is listed twice            so `states` is the number of reachable states, and `transitions`
//                                      that of their events; equal states have equal fingerprints
//   nothing goes on for ever           numbers grow along every event, and there are `states` of them
//   the invariants hold                each state, each event and each place where a schedule may end
//                                      was judged, and none hit a limit of the engine
//   of the scenario and the design     that the head names: check() has compared ids and digest
//
// What nobody checks is what nobody proves: `tool` and the words of the head are notes, and nothing here
// repeats them. All else has one way to be written, so that each byte of a body means something.
#include "sim/certify/checker.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#define XXH_INLINE_ALL  // the library stays header-only: nothing to link
#include <xxhash.h>

#include "sim/certify/subject.hpp"
#include "sim/property/invariants.hpp"
#include "sim/terms/names.hpp"

namespace interleak::certify {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kDigestBytes = std::tuple_size_v<Digest>;

/// What the smallest state takes: three numbers, and the number of its events.
constexpr std::uint64_t kLeastStateBytes = 4;

/// What a state that is awaited takes beside its bytes.
constexpr std::uint64_t kEntryBytes = 64;

/// Numbers and bytes from the front of a text, each of which may be missing.
class Body {
 public:
  explicit Body(std::string_view bytes) : rest_(bytes) {}

  bool number(std::uint64_t& out) {
    out = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) return false;
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) return false;  // more than 64 bits
      out |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return shift == 0 || byte != 0;  // one way to write a number
    }
    return false;
  }

  bool bytes(std::uint64_t count, std::string_view& out) {
    if (count > rest_.size()) return false;
    out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return true;
  }

  bool empty() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

std::string number_text(std::uint64_t number) { return std::to_string(number); }

/// A name of the head, as far as a line of a reason has room for it.
std::string name_text(const std::string& name) { return name.substr(0, 100); }

/// Finds the states that are listed twice, in 16 bytes for each. States that are equal have one
/// fingerprint, whatever the hash is worth; two others have one too with a chance of 2^-128.
class Fingerprints {
 public:
  void add(const Bytes& state) {
    const XXH128_hash_t hash = XXH3_128bits(state.data(), state.size());
    all_.emplace_back(hash.high64, hash.low64);
  }
  std::uint64_t bytes() const { return all_.size() * sizeof(all_.front()); }
  bool any_twice() {
    std::sort(all_.begin(), all_.end());
    return std::adjacent_find(all_.begin(), all_.end()) != all_.end();
  }

 private:
  std::vector<std::pair<std::uint64_t, std::uint64_t>> all_;
};

class Checker {
 public:
  Checker(const world::World& world, Checked& result, std::string_view body, std::uint64_t max_bytes)
      : world_(world), result_(result), body_(body), max_bytes_(max_bytes) {}

  void run() {
    begin();
    while (result_.valid() && result_.states < result_.head.states) {
      next_state();
      if (result_.valid()) judge_state();
      if (result_.valid()) follow_events();
      ++result_.states;
    }
    if (result_.valid()) finish();
  }

 private:
  void refuse(const std::string& why) {
    if (result_.refused.empty()) result_.refused = why;
  }
  std::string here() const { return "state " + number_text(result_.states); }

  void begin() {
    for (const std::string& name : result_.head.invariants) {
      asked_.push_back(property::find_invariant(name));
    }
    // So the numbers that targets are noted under have a bound, too, before any of them is.
    if (result_.head.states > body_.left() / kLeastStateBytes) {
      return refuse("its head says that it has more states than fit into its bytes");
    }
    const world::State first = world_.initial();
    Bytes bytes;
    world_.encode(first, bytes);
    awaited_bytes_ = bytes.size() + kEntryBytes;
    awaited_[0] = std::move(bytes);
  }

  /// Reads the next state; it must be the one that events of earlier states have led to.
  void next_state() {
    std::uint64_t front = 0, back = 0, between = 0;
    std::string_view middle;
    if (!body_.number(front) || !body_.number(back) || !body_.number(between) || !body_.bytes(between, middle)) {
      return refuse("it ends in the middle of " + here());
    }
    // In this order none of the sums can be too large for its type.
    if (front > state_.size() || back > state_.size() - front || between > kMaxStateBytes ||
        front + back + between > kMaxStateBytes) {
      return refuse(here() + " is malformed");
    }
    const auto keep_front = static_cast<std::ptrdiff_t>(front), keep_back = static_cast<std::ptrdiff_t>(back);
    Bytes next(state_.begin(), state_.begin() + keep_front);
    next.insert(next.end(), middle.begin(), middle.end());
    next.insert(next.end(), state_.end() - keep_back, state_.end());
    if (kept_of(state_, next) != Kept{front, back}) {
      return refuse(here() + " is not written in the shortest way");
    }
    state_ = std::move(next);

    const auto awaited = awaited_.find(result_.states);
    if (awaited == awaited_.end()) return refuse("no event leads to " + here());
    if (awaited->second != state_) {
      return refuse(result_.states == 0 ? "state 0 is not the initial state of the scenario under the design"
                                        : here() + " is not the state that an earlier event leads to");
    }
    awaited_bytes_ -= state_.size() + kEntryBytes;
    awaited_.erase(awaited);
    listed_.add(state_);
  }

  void judge(Facts facts, const std::string& where) {
    if ((facts & world::fact::kDiverges) != 0) refuse("a limit of the engine is hit " + where);
    for (const property::Invariant* invariant : asked_) {
      if ((facts & invariant->violated_by) != 0) {
        refuse(std::string(invariant->name) + " is violated " + where);
      }
    }
  }

  void judge_state() {
    const world::State state = world_.decode(state_.data(), state_.size());
    judge(world_.facts(state), "in " + here());
    events_.clear();
    world_.enabled(state, events_);
    const bool complete =
        std::all_of(events_.begin(), events_.end(), [&](Event event) { return world_.is_optional(event); });
    if (!complete) return;
    ++result_.ends;
    judge(world_.end(state).facts, "at the end in " + here());
  }

  void follow_events() {
    std::uint64_t count = 0;
    if (!body_.number(count)) return refuse("it ends in the middle of " + here());
    if (count != events_.size()) {
      return refuse(here() + " has " + number_text(events_.size()) + " events, and the file lists " +
                    number_text(count));
    }
    const world::State state = world_.decode(state_.data(), state_.size());
    for (std::size_t i = 0; i < events_.size() && result_.valid(); ++i) follow(state, events_[i]);
  }

  void follow(const world::State& from, Event event) {
    std::uint64_t distance = 0;
    if (!body_.number(distance)) return refuse("it ends in the middle of " + here());
    const std::string what = "event " + world_.text(event) + " of " + here();
    // A target behind its source could close a circle; one beyond the last is a missing state.
    if (distance == 0 || distance >= result_.head.states - result_.states) {
      return refuse(what + " leads to no later state");
    }
    world::State state = from;
    judge(world_.apply(state, event).facts, "by " + what);
    Bytes bytes;
    world_.encode(state, bytes);
    ++result_.transitions;
    const auto [awaited, fresh] = awaited_.try_emplace(result_.states + distance);
    if (fresh) {
      awaited_bytes_ += bytes.size() + kEntryBytes;
      awaited->second = std::move(bytes);
      if (awaited_bytes_ + listed_.bytes() > max_bytes_) refuse("more memory is needed than is allowed");
    } else if (awaited->second != bytes) {
      refuse(what + " does not lead to state " + number_text(result_.states + distance));
    }
  }

  void finish() {
    if (!body_.empty()) {
      refuse(number_text(body_.left()) + " bytes are left over behind the last state");
    } else if (result_.transitions != result_.head.transitions) {
      refuse("it has " + number_text(result_.transitions) + " transitions, and its head says " +
             number_text(result_.head.transitions));
    } else if (!awaited_.empty()) {
      refuse(here() + " is missing: the list of states ends before it");
    } else if (listed_.any_twice()) {
      refuse("a state is listed twice");
    }
  }

  const world::World& world_;
  Checked& result_;
  Body body_;
  const std::uint64_t max_bytes_;
  std::vector<const property::Invariant*> asked_;
  Bytes state_;                                        // the present one
  Events events_;                                      // that are enabled there
  std::unordered_map<std::uint64_t, Bytes> awaited_;   // by number; only looked up
  std::uint64_t awaited_bytes_ = 0;
  Fingerprints listed_;
};

/// Facts that are judged by what happens without faults.
constexpr Facts kFailures = world::fact::kLastingFailure | world::fact::kCollateralFailure;

/// Why the names are none of invariants that can be proved; empty: they are, each once.
std::string wrong_invariants(const Head& head, const world::World& world) {
  std::set<std::string_view> names;
  for (const std::string& name : head.invariants) {
    const property::Invariant* invariant = property::find_invariant(name);
    if (invariant == nullptr) return "it speaks of an invariant that is not known here";
    if (!names.insert(name).second) return "it names " + name + " twice";
    if ((invariant->violated_by & world::fact::kCancelWaits) != 0 && !head.tracks_prompt) {
      return "its states do not remember what they should (for cancel-is-prompt)";
    }
    if ((invariant->violated_by & kFailures) == 0) continue;
    if (!head.tracks_failures) return "its states do not remember what they should (for " + name + ")";
    if (!world.excused()->whole)
      return "the world without faults is too large to be seen whole, which " + name + " needs";
  }
  return {};
}

/// Cuts the digest off and compares it; then reads the head.
Checked open(std::string_view& certificate) {
  Checked result;
  std::string_view rest = certificate;
  const std::string malformed = read_head(rest, result.head);
  if (certificate.size() < kDigestBytes) {
    result.refused = malformed.empty() ? "it is too short" : malformed;
    return result;
  }
  const std::string_view covered = certificate.substr(0, certificate.size() - kDigestBytes);
  const Digest digest = sha256(covered);
  const std::string_view written = certificate.substr(covered.size());
  const bool same = std::equal(digest.begin(), digest.end(), written.begin(),
                               [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
  if (!malformed.empty()) {
    result.refused = malformed;
  } else if (!same) {
    result.refused = "it is not as it was written: the digest of its bytes is another one than it says";
  } else if (rest.size() < kDigestBytes) {
    result.refused = "it is too short";
  } else {
    certificate = rest.substr(0, rest.size() - kDigestBytes);
  }
  return result;
}

}  // namespace

Checked read(std::string_view certificate) { return open(certificate); }

Checked check(const world::World& world, int semantics, std::string_view certificate, std::uint64_t max_bytes) {
  Checked result = open(certificate);
  if (!result.valid()) return result;
  const Head& head = result.head;
  if (head.semantics != semantics) {
    result.refused = "it was written under semantics " + std::to_string(head.semantics) +
                     ", and this program has semantics " + std::to_string(semantics);
  } else if (head.reduction != "none") {
    result.refused = "it uses a reduction that is not known here";
  } else if (head.scenario != world.scenario().id || head.variant != world.scenario().variant) {
    result.refused = "it is for another scenario: " + name_text(head.scenario) +
                     (head.variant.empty() ? "" : " [" + name_text(head.variant) + "]");
  } else if (head.design != world.design().id) {
    result.refused = "it is for another design: " + name_text(head.design);
  } else if (head.subject != hex(subject_digest(world))) {
    result.refused = "scenario or design have changed: the digest of what they say is another one";
  } else if (head.tracks_prompt != world.track_prompt()) {
    result.refused = "its states do not remember what they should (for cancel-is-prompt)";
  } else if (head.tracks_failures != world.tracks_failures()) {
    result.refused = "its states do not remember what they should (for no-lasting-failure)";
  } else if (const std::string wrong = wrong_invariants(head, world); !wrong.empty()) {
    result.refused = wrong;
  } else {
    Checker(world, result, certificate, max_bytes).run();
  }
  return result;
}

}  // namespace interleak::certify

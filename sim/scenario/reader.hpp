// Text of scenario and design files -> values, or errors with positions. Knows no files: whoever
// calls has read the text and names where it came from.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/design/program.hpp"
#include "sim/design/syntax.hpp"
#include "sim/protocol/protocol.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::scenario {

/// Limits on what is read; beyond them the file is refused with a clear error.
inline constexpr std::size_t kMaxFileBytes = 1 << 20;
inline constexpr int kMaxNesting = 32;
inline constexpr std::size_t kMaxListingLine = 256;   ///< bytes of a line of a listing, without its margin
inline constexpr int kMaxTasks = 8;
inline constexpr int kMaxOperations = 8;       ///< of one task
inline constexpr int kMaxCommands = 8;         ///< of one operation
inline constexpr int kMaxConnections = 8;      ///< pool.max times nodes
inline constexpr int kMaxCancels = 16;
inline constexpr int kMaxServerErrors = 16;
inline constexpr int kMaxPushesInSchedule = 16;
inline constexpr std::size_t kMaxProtocolCommands = 64;
inline constexpr std::size_t kMaxFields = 16;           ///< names of what is in a value
inline constexpr std::size_t kMaxDesigns = 64;          ///< patterns of `designs`
inline constexpr std::size_t kMaxVariants = 32;
inline constexpr std::size_t kMaxOverrides = 64;        ///< paths of one variant
inline constexpr std::size_t kMaxDesignEntries = 128;   ///< patterns of `expect`
inline constexpr std::size_t kMaxInvariantEntries = 32; ///< of one of them
inline constexpr std::size_t kMaxCounts = 128;          ///< of one `counts`
inline constexpr int kMaxTypes = 64;           ///< of values, those of replies that are nobody's included

/// The protocols that are known, by id: those that are built in, and what was added.
class ProtocolLibrary {
 public:
  /// With what is built in: scenarios/protocols.
  ProtocolLibrary();

  /// Reads one protocol file and keeps it. Returns its id, or nothing on errors. A second protocol of the same id
  /// replaces the first (a user's own file before a built-in one).
  std::optional<std::string> add(std::string_view text, const std::string& file, Diagnostics& errors);
  /// The same with one that was read already.
  void add(protocol::ProtocolPtr protocol);
  /// Null if there is none of that id.
  protocol::ProtocolPtr find(const std::string& id) const;
  /// Sorted.
  std::vector<std::string> ids() const;

 private:
  std::map<std::string, protocol::ProtocolPtr> protocols_;
};

/// Only what is built in.
const ProtocolLibrary& built_in_protocols();

/// The protocol of scenarios that name none, built in: scenarios/protocols/redis.json.
protocol::ProtocolPtr standard_protocol();

/// Compiles a design for the operations of a protocol, as design::compile does for procedures. `operations`: what else
/// may run an operation, its own_entries().
std::optional<design::Program> compile(const design::Design& design, Diagnostics& errors,
                                       const protocol::Protocol& protocol = *standard_protocol(),
                                       const std::vector<std::string>& operations = {});

/// The same, for the operations of a scenario that is spoken: with its protocol, and its own_entries(). What is
/// kept_too_much() is an error, too.
std::optional<design::Program> compile(const design::Design& design, Diagnostics& errors, const Scenario& spoken);

/// What a world keeps for each key that the operations of a spoken scenario name, or for each place of the stores of a
/// design, has bounds: the errors, if it is more.
Diagnostics kept_too_much(const design::Design& design, const Scenario& spoken);

/// The names of the operations of a scenario, each once, if procedures of these names run them: where it, or the design
/// with which it is spoken, names a protocol.
std::vector<std::string> own_entries(const Scenario& scenario);

/// The scenario itself, then one more for each of its `variants`, in file order. Empty if the text
/// has errors; all of them are appended to `errors`, in file order, without repetition.
/// `protocols`: those that it may name.
std::vector<Scenario> read_scenario(std::string_view text, const std::string& file, Diagnostics& errors,
                                    const ProtocolLibrary& protocols = built_in_protocols());

/// A protocol file, which has to be checked as a whole before it is used; nothing, and errors, if it is not right.
std::optional<protocol::Protocol> read_protocol(std::string_view text, const std::string& file, Diagnostics& errors);

/// The names that every operation of a scenario has for fields, so that no operation can be called so.
std::span<const std::string_view> operation_fields();

/// Whether an operation of so many keys sends no more requests, and is answered by no more messages, than there is room
/// for.
bool fits(const protocol::Protocol& protocol, const protocol::Operation& operation, std::size_t keys);

/// An operation cannot be of a protocol: why, and what would be right.
struct Misfit {
  std::string message, expected;
};
/// Servers are to fail where the protocol knows of no failure.
std::optional<Misfit> misfit(const protocol::Protocol& protocol, const ServerErrors& errors);
/// Its value has no shape: an error is a result, or cases of one command have different numbers of results.
std::optional<Misfit> misfit(const protocol::Protocol& protocol, const protocol::Operation& operation);

/// Of how many keys an operation has room for.
std::size_t most_keys(const protocol::Protocol& protocol, const protocol::Operation& operation);

/// How many types of values the tasks name that are not of replies of the protocol, and how many they may.
std::size_t types_beside_protocol(const Scenario& scenario);
std::size_t most_types(const protocol::Protocol& protocol);

/// The scenario as it is run under a design: with the protocol that it names, else with that of the design, else with
/// the standard one. Nothing, and errors, if that is not known or lacks an operation of it.
std::optional<Scenario> spoken(Scenario scenario, const design::Design& design, const ProtocolLibrary& protocols,
                               Diagnostics& errors);

/// What an operation of the scenario's own sends, in the words of a protocol; null, and errors without a file, if the
/// protocol has not what it names, or it is too much. Precondition: `operation.written`.
std::shared_ptr<const protocol::Operation> own_operation(const protocol::Protocol& protocol, const Operation& operation,
                                                         Diagnostics& errors);

/// Type of what an operation is about: of its data, or of the reply that is nobody's.
std::string type_of_value(const protocol::Protocol& protocol, const Operation& operation);

/// True if the JSON text looks like a protocol (has "operations").
bool looks_like_protocol(std::string_view text);

/// True if the text looks like a design, for commands that take either: JSON that has "procedures" or "extends", or the
/// text form. `file`: its name, which tells where the text does not.
bool looks_like_design(std::string_view text, std::string_view file = {});

struct Document;  // document.hpp

/// The tree of a design file, which is the same for both forms; nothing is known yet of what its fields hold.
Document read_design_tree(std::string_view text, std::string_view file, Diagnostics& errors);

/// A design file as it stands, before it inherits anything.
struct WrittenDesign {
  design::Design design;
  std::set<std::string> given;  ///< plain fields that the file sets, "pool.order"
  bool part = false;  ///< made to be extended, not to be run
  struct Parent {
    std::string id;
    Position at;  ///< of its name in `extends`, for errors
    std::uint32_t length = 1;
    std::string path;  ///< "$.extends", "$.extends[1]"
  };
  std::vector<Parent> parents;
};

class Lineages;  // lineage.hpp

/// The lineages of a library, found out when they are first asked for. A copy goes on with what its
/// original has.
class LineageCache {
 public:
  LineageCache() = default;
  LineageCache(const LineageCache& other) : kept_(other.kept()) {}
  LineageCache& operator=(const LineageCache& other) {
    if (this == &other) return *this;
    auto kept = other.kept();
    const std::lock_guard lock(mutex_);
    kept_ = std::move(kept);
    return *this;
  }

  std::shared_ptr<const Lineages> of(const std::map<std::string, WrittenDesign>& designs) const;
  /// The designs have changed.
  void forget();

 private:
  std::shared_ptr<const Lineages> kept() const;

  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Lineages> kept_;
};

/// Designs by id, with `extends` resolved on demand. The text of each file is checked when it is
/// added; inheritance when it is asked for.
class DesignLibrary {
 public:
  /// Reads one design file, of either form, and keeps it. Returns its id, or nothing on errors. A
  /// second design of the same id replaces the first (a user's own file before a built-in one).
  std::optional<std::string> add(std::string_view text, const std::string& file, Diagnostics& errors);

  /// The design with everything merged in that it inherits: `prelude` first, then the designs of
  /// `extends` from left to right, each after its own, none twice, then its own fields. Nothing, and
  /// an error, if a parent is missing, a design comes to extend itself, or it is put together from too
  /// many; all designs with that ancestor have the same error.
  std::optional<design::Design> find(const std::string& id, Diagnostics& errors) const;

  /// Ids of all designs that find() merges, the last one being its own; empty if it would fail.
  std::vector<std::string> lineage(const std::string& id) const;

  /// It can be run: no part, not `prelude`, and its merged procedures have an `execute`.
  bool runs(const std::string& id) const;
  /// All ids that can be run, sorted.
  std::vector<std::string> ids() const;
  /// The ids that match a glob with `*` and `?` (`*` crosses `/`), sorted; `all` means `*`.
  std::vector<std::string> matching(std::string_view glob) const;
  /// The design as its own file says it, without what it inherits. It must be there.
  const WrittenDesign& written(const std::string& id) const { return designs_.at(id); }
  /// Made to be extended, not to be run.
  bool is_part(const std::string& id) const { return contains(id) && designs_.at(id).part; }
  bool contains(const std::string& id) const { return designs_.count(id) != 0; }

 private:
  std::map<std::string, WrittenDesign> designs_;
  LineageCache lineages_;
};

/// `*` any run of characters, `?` one character; everything else is itself.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace interleak::scenario

// Each task gets a key: a hash of all that the state says about it, in which no other task has a name. The
// tasks of a class are put in the order of their keys. Tasks with equal keys are in general exchangeable;
// where that is not plain to see, all orders of them are tried, and the least encoding is kept.
#include "sim/world/symmetry.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <tuple>

#include "sim/world/codec.hpp"

namespace interleak::world {
namespace {

bool same(const CaseInfo& a, const CaseInfo& b) {
  return std::tie(a.first, a.when, a.sets) == std::tie(b.first, b.when, b.sets);
}

bool same(const MessageInfo& a, const MessageInfo& b) {
  return std::tie(a.kind, a.nobodys, a.ignored, a.error, a.push, a.place, a.closes_group, a.closes_reply, a.type) ==
         std::tie(b.kind, b.nobodys, b.ignored, b.error, b.push, b.place, b.closes_group, b.closes_reply, b.type);
}

bool same(const CommandInfo& a, const CommandInfo& b);

template <class Info>
bool same(const std::vector<Info>& a, const std::vector<Info>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Info& x, const Info& y) { return same(x, y); });
}

bool same(const CommandInfo& a, const CommandInfo& b) {
  return std::tie(a.first, a.labels, a.messages, a.writes, a.once, a.ignored, a.under, a.end_place) ==
             std::tie(b.first, b.labels, b.messages, b.writes, b.once, b.ignored, b.under, b.end_place) &&
         same(a.cases, b.cases);
}

/// Nothing that happens depends on which of the two it is.
bool same(const OperationInfo& a, const OperationInfo& b) {
  return std::tie(a.node, a.home, a.large, a.entry, a.steps, a.by_name, a.type, a.accepts, a.mangles, a.strict) ==
             std::tie(b.node, b.home, b.large, b.entry, b.steps, b.by_name, b.type, b.accepts, b.mangles, b.strict) &&
         same(a.commands, b.commands) && same(a.messages, b.messages);
}

bool shares_owner(const scenario::Scenario& scenario, std::size_t task) {
  return std::ranges::count(scenario.tasks, scenario.tasks[task].owner, &scenario::Task::owner) > 1;
}

bool mentioned(const std::vector<std::string>& who, const scenario::Task& task) {
  return who.empty() || std::ranges::find(who, task.id) != who.end();
}

/// Faults may hit both, or neither, in each way.
bool hit_alike(const scenario::Scenario& scenario, const scenario::Task& a, const scenario::Task& b) {
  return mentioned(scenario.cancel.who, a) == mentioned(scenario.cancel.who, b) &&
         mentioned(scenario.server_errors.who, a) == mentioned(scenario.server_errors.who, b);
}

bool alike(const World& world, const std::vector<OpId>& first, std::size_t a, std::size_t b) {
  const scenario::Scenario& scenario = world.scenario();
  if (shares_owner(scenario, a) || shares_owner(scenario, b)) return false;
  if (!hit_alike(scenario, scenario.tasks[a], scenario.tasks[b])) return false;
  if (scenario.tasks[a].goes_on != scenario.tasks[b].goes_on) return false;
  const std::size_t length = scenario.tasks[a].operations.size();
  if (scenario.tasks[b].operations.size() != length) return false;
  for (std::size_t i = 0; i < length; ++i) {
    const OperationInfo& x = world.operations()[first[a] + i];
    if (x.home != x.node) return false;   // the clients learn where the key is: that has a number
    const OperationInfo& y = world.operations()[first[b] + i];
    if (!same(x, y) || (world.tracks_failures() && x.sort != y.sort)) return false;
  }
  return true;
}

/// What an operation may be answered with then depends on which keys those of its owner name.
bool shares_values(const scenario::Scenario& scenario) {
  return std::ranges::any_of(scenario.tasks, [](const scenario::Task& task) {
    return std::ranges::any_of(task.operations, &scenario::Operation::shared);
  });
}

bool own_frames_equal(const State& state, int a, int b) {
  for (int place = 0; place < kFramesPerTask; ++place) {
    if (!(state.frame(frame_of(a, place)) == state.frame(frame_of(b, place)))) return false;
  }
  return true;
}

FrameId renamed_frame(FrameId frame, const Renaming& renaming) {
  return frame_of(renaming.to[static_cast<std::size_t>(task_of(frame))], place_of(frame));
}

}  // namespace

/// A walk (fields.hpp) that looks only at what names tasks: labels, numbers of frames, sets of operations.
struct Symmetry::NamesOnly {
  template <class... Fields>
  void pack(Bits<Fields>...) const {}
  template <class Field>
  void byte(const char*, Field&) const {}
  template <class Field>
  void flag(const char*, Field&) const {}
  template <class Field>
  void word(const char*, Field&) const {}
  template <class Set>
  void number(const char*, Set&, std::size_t) const {}
  template <class Array>
  void numbers(const char*, Array&, std::size_t) const {}
  template <class A, class B>
  void rare(const char*, A&, const char*, B&) const {}
  template <class Array>
  void rare(const char*, Array&) const {}
  template <class Array>
  void askers(const char*, Array&, std::size_t, std::size_t, int) const {}
  template <class List>
  void conns(const char*, List&) const {}
  template <class List>
  void ages(const char*, List&) const {}
  void begin(const char*, int) const {}
};

/// Puts other names in the place of all.
struct Symmetry::Renamer : Symmetry::NamesOnly {
  Renamer(const Symmetry& symmetry, const Renaming& to) : its(symmetry), renaming(to) {}

  const Symmetry& its;
  const Renaming& renaming;

  template <class List>
  void labels(const char*, List& list) const {
    for (Label& label : list) label.op = its.renamed(label.op, renaming);
  }
  template <class List>
  void frames(const char*, List& list, int first) const {
    for (std::uint8_t& number : list) {
      if (number < first) continue;
      number = static_cast<std::uint8_t>(renamed_frame(static_cast<FrameId>(number - first), renaming) + first);
    }
  }
  template <class Array>
  void askers(const char*, Array& array, std::size_t from, std::size_t end, int first) const {
    for (std::size_t i = from; i < end; ++i) {
      if (array[i] < first) continue;
      array[i] = static_cast<std::uint8_t>(its.renamed(static_cast<OpId>(array[i] - first), renaming) + first);
    }
  }
  void operations(const char*, std::uint64_t& set, std::size_t) const {
    std::uint64_t renamed = 0;
    for (std::uint64_t left = set; left != 0; left &= left - 1) {
      renamed |= 1ull << its.renamed(static_cast<OpId>(std::countr_zero(left)), renaming);
    }
    set = renamed;
  }
};

/// What is known of a task.
struct Symmetry::Key {
  std::uint64_t hash = 0;
  bool shared = false;   ///< others name it, or it names others: exchanging it is more than its frames

  void mix(std::uint64_t item) {
    hash = (hash ^ item) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 29;
  }
};

class Symmetry::Keys {
 public:
  Keys(const Symmetry& its, const State& state) : its_(its) {
    // First what each of the tasks that are alike says of itself: then the key of none depends on where the
    // others, alike or not, stand in the row of tasks.
    for (const bool alike : {true, false}) {
      for (int t = 0; t < its.world_.tasks(); ++t) {
        if (its.alike_[static_cast<std::size_t>(t)] == alike) own_frames(state, static_cast<std::uint8_t>(t));
      }
    }
    Places places(*this);
    walk_places(places, its.world_.shape(), state);
    places.begin("executed", 0);
    walk_executed(places, its.world_.shape(), state);
    places.begin("stores", 0);
    walk_stores(places, its.world_.shape(), state);
  }

  const Key& of(std::uint8_t task) const { return keys_[task]; }

 private:
  /// Notes who is named, and where: in slots and pools, and in what a task that keeps its name has received.
  struct Places : NamesOnly {
    explicit Places(Keys& keys) : its(keys) {}

    Keys& its;
    std::uint32_t where = 0;

    void begin(const char*, int) { where = (where | 0xffff) + 1; }
    template <class List>
    void labels(const char*, const List& list) {
      for (const Label& label : list) its.label(label, ++where);
      where = (where | 0x3f) + 1;
    }
    template <class List>
    void frames(const char*, const List& list, int first) {
      for (const std::uint8_t number : list) {
        ++where;
        if (number >= first) its.frame(number - first, where);
      }
      where = (where | 0x3f) + 1;
    }
    template <class Array>
    void askers(const char*, const Array& array, std::size_t from, std::size_t end, int first) {
      for (std::size_t i = from; i < end; ++i) {
        ++where;
        if (array[i] >= first) its.operation(static_cast<OpId>(array[i] - first), where);
      }
    }
    void operations(const char*, std::uint64_t set, std::size_t) {
      ++where;
      for (; set != 0; set &= set - 1) its.operation(static_cast<OpId>(std::countr_zero(set)), where);
    }
  };

  /// All that a frame of a task that is alike says, into the key of the task.
  struct Own {
    Keys& its;
    Key& key;
    std::uint8_t task;

    template <class... Fields>
    void pack(Bits<const Fields>... parts) {
      std::uint64_t packed = 0;
      ((packed = packed << parts.width | static_cast<std::uint64_t>(parts.field)), ...);
      key.mix(packed);
    }
    template <class Field>
    void byte(const char*, const Field& field) {
      key.mix(static_cast<std::uint64_t>(field));
    }
    void flag(const char*, bool field) { key.mix(field); }
    void word(const char*, std::uint16_t field) { key.mix(field); }
    void number(const char*, std::uint64_t set, std::size_t) { key.mix(set); }
    template <class Array>
    void numbers(const char*, const Array& array, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) key.mix(array[i]);
    }
    template <class A, class B>
    void rare(const char*, const A& a, const char*, const B& b) {
      numbers("", a, a.size());
      numbers("", b, b.size());
    }
    template <class Array>
    void rare(const char*, const Array& array) {
      numbers("", array, array.size());
    }
    template <class List>
    void labels(const char*, const List& list) {
      for (const Label& label : list) its.own_value(label, task);
    }
    template <class List>
    void ages(const char*, const List&) {}   // where there are any, no tasks are alike
  };

  static std::uint64_t item(const Label& label) { return label.part | std::uint64_t{label.marked} << 8; }
  std::uint8_t local(OpId op) const { return static_cast<std::uint8_t>(op - its_.first_operation_[its_.task_of_[op]]); }

  void label(const Label& label, std::uint32_t where) {
    if (label.op == kHandshakeOp) return;
    note(its_.task_of_[label.op], where, std::uint64_t{local(label.op)} << 16 | item(label));
  }
  void frame(int frame, std::uint32_t where) {
    const auto id = static_cast<FrameId>(frame);
    note(static_cast<std::uint8_t>(task_of(id)), where, static_cast<std::uint64_t>(place_of(id)));
  }
  void operation(OpId op, std::uint32_t where) { note(its_.task_of_[op], where, local(op)); }

  void note(std::uint8_t task, std::uint32_t where, std::uint64_t what) {
    keys_[task].mix(std::uint64_t{where} << 32 | what);
    keys_[task].shared = true;
  }

  void own_frames(const State& state, std::uint8_t task) {
    const Shape& shape = its_.world_.shape();
    for (int place = 0; place < kFramesPerTask; ++place) {
      const FrameId id = frame_of(task, place);
      const Frame& f = state.frame(id);
      if (f.status == Status::absent) continue;
      if (its_.alike_[task]) {
        keys_[task].mix(std::uint64_t{0xff} << 56 | static_cast<std::uint64_t>(place));
        Own own{*this, keys_[task], task};
        walk_frame(own, shape, f);
      } else {
        Places received(*this);
        received.where = static_cast<std::uint32_t>(id + 0x80) << 16;
        walk_frame(received, shape, f);
      }
    }
  }

  /// A reply that the task has received: its own, or that of somebody who must not be named.
  void own_value(const Label& label, std::uint8_t task) {
    Key& key = keys_[task];
    if (label.op == kHandshakeOp || its_.task_of_[label.op] == task || !its_.alike_[its_.task_of_[label.op]]) {
      const bool own = label.op != kHandshakeOp && its_.task_of_[label.op] == task;
      return key.mix(0x100000000ull | std::uint64_t{own ? local(label.op) : label.op} << 16 | std::uint64_t{own} << 24 |
                     item(label));
    }
    key.mix(0x200000000ull | std::uint64_t{local(label.op)} << 16 | item(label));
    key.shared = true;
    keys_[its_.task_of_[label.op]].shared = true;
  }

  const Symmetry& its_;
  std::array<Key, kMaxTasks> keys_{};
};

Symmetry::Symmetry(const World& world) : world_(world) {
  for (std::size_t op = 0; op < world.operations().size(); ++op) {
    task_of_.push_back(world.operations()[op].task);
    if (world.operations()[op].script == 0) first_operation_.push_back(static_cast<OpId>(op));
  }
  // Who is ready for longest has a place among the others from the beginning.
  if (world.fifo() || shares_values(world.scenario()) || world.shape().dated || world.shape().by_place ||
      world.shape().keys_read != 0)
    return;
  const auto tasks = static_cast<std::size_t>(world.tasks());
  std::vector<bool> taken(tasks);
  for (std::size_t a = 0; a < tasks; ++a) {
    std::vector<std::uint8_t> row;
    for (std::size_t b = a; b < tasks && !taken[a]; ++b) {
      if (taken[b] || !alike(world, first_operation_, a, b)) continue;
      row.push_back(static_cast<std::uint8_t>(b));
    }
    for (const std::uint8_t t : row) taken[t] = true;
    if (row.size() < 2) continue;
    for (std::size_t i = 0; i < row.size(); ++i) {
      alike_[row[i]] = true;
      static_assert(kMaxTasks <= 20, "21 alike tasks have more renamings than 64 bits can count");
      renamings_ *= i + 1;
    }
    classes_.push_back(std::move(row));
  }
}

Symmetry::Ordered Symmetry::order(const State& state) const {
  Ordered result;
  std::iota(result.renaming.to.begin(), result.renaming.to.end(), std::uint8_t{0});
  const Keys keys(*this, state);
  std::vector<std::vector<std::uint8_t>> unclear;   // tasks with equal keys
  for (const auto& row : classes_) {
    std::array<std::uint8_t, kMaxTasks> sorted{};
    std::copy(row.begin(), row.end(), sorted.begin());
    const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(row.size());
    std::stable_sort(sorted.begin(), end,
                     [&](std::uint8_t a, std::uint8_t b) { return keys.of(a).hash < keys.of(b).hash; });
    for (std::size_t i = 0; i < row.size(); ++i) result.renaming.to[sorted[i]] = row[i];
    for (auto first = sorted.begin(); first != end;) {
      const auto last =
          std::find_if(first, end, [&](std::uint8_t t) { return keys.of(t).hash != keys.of(*first).hash; });
      const bool plain = std::all_of(
          first, last, [&](std::uint8_t t) { return !keys.of(t).shared && own_frames_equal(state, t, *first); });
      if (last - first > 1 && !plain) unclear.emplace_back(first, last);
      if (plain) {
        for (std::uint64_t n = 2; n <= static_cast<std::uint64_t>(last - first); ++n) result.fixed_by *= n;
      }
      first = last;
    }
  }
  return unclear.empty() ? result : try_all(state, unclear, result);
}

/// All orders of tasks among which the keys do not decide.
Symmetry::Ordered Symmetry::try_all(const State& state, const std::vector<std::vector<std::uint8_t>>& ties,
                                    Ordered so_far) const {
  std::vector<Renaming> candidates = {so_far.renaming};
  for (const auto& tie : ties) {
    std::vector<Renaming> more;
    for (const Renaming& each : candidates) {
      std::vector<std::uint8_t> order = tie;
      std::ranges::sort(order);
      const std::vector<std::uint8_t> sorted = order;
      do {
        Renaming next = each;
        for (std::size_t i = 0; i < sorted.size(); ++i) next.to[order[i]] = each.to[sorted[i]];
        more.push_back(next);
      } while (std::ranges::next_permutation(order).found);
    }
    candidates = std::move(more);
  }
  std::vector<std::uint8_t> least, bytes;
  std::uint64_t equal = 0;
  for (const Renaming& each : candidates) {
    bytes.clear();
    encode(world_.shape(), renamed(state, each), bytes);
    if (equal != 0 && bytes > least) continue;
    if (equal == 0 || bytes < least) {
      least = bytes;
      equal = 0;
      so_far.renaming = each;
    }
    ++equal;
  }
  so_far.fixed_by *= equal;
  return so_far;
}

std::uint64_t Symmetry::orbit(const State& state) const { return renamings_ / order(state).fixed_by; }

OpId Symmetry::renamed(OpId op, const Renaming& renaming) const {
  if (op == kHandshakeOp) return op;
  const std::uint8_t task = task_of_[op];
  return static_cast<OpId>(op - first_operation_[task] + first_operation_[renaming.to[task]]);
}

State Symmetry::renamed(const State& state, const Renaming& renaming) const {
  Renamer renamer(*this, renaming);
  State out = state;
  for (int f = 0; f < world_.frames(); ++f) {
    const auto id = static_cast<FrameId>(f);
    out.frame(renamed_frame(id, renaming)) = state.frame(id);
  }
  walk_state(renamer, world_.shape(), out);
  return out;
}

Event Symmetry::renamed(Event event, const Renaming& renaming) const {
  EventParts parts = parts_of(event);
  if (!is_run(parts.kind)) return event;
  parts.frame = renamed_frame(parts.frame, renaming);
  return make_event(parts);
}

Renaming Symmetry::exchange(std::uint8_t a, std::uint8_t b) const {
  Renaming renaming;
  std::iota(renaming.to.begin(), renaming.to.end(), std::uint8_t{0});
  std::swap(renaming.to[a], renaming.to[b]);
  return renaming;
}

}  // namespace interleak::world

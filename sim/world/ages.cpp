#include "sim/world/ages.hpp"

#include <algorithm>
#include <array>
#include <bitset>

#include "sim/world/findings.hpp"

namespace interleak::world {
namespace {

using Age = std::uint8_t;

/// Of the reply that is being made something is still to come that is data.
bool owes_data(const World& world, const Socket& socket) {
  if (socket.made == 0 || socket.requests.empty()) return false;
  const Label request = socket.requests.front();
  for (auto part = static_cast<std::uint8_t>(request.part + socket.made);; ++part) {
    const MessageInfo& message = world.message({request.op, part});
    if (message.key >= 0) return true;
    if (message.closes_reply) return false;
  }
}

/// The key that an invalidation is about which nobody has taken; kNoKey: it is none, or that key has no ages.
KeyId invalidated(const World& world, Label label) {
  if (label.about == 0) return kNoKey;
  const std::size_t first = label.op == kHandshakeOp ? world.first_push() : world.operations()[label.op].first_push;
  const KeyId key = static_cast<KeyId>(label.about - 1);
  return world.pushes()[label.part - first].invalidates && world.keys().aged[key] ? key : kNoKey;
}

/// `visit(key, is_mark, age)` for every age that a state has; the age is one of its fields.
template <class AnyState, class Visit>
class AgesOf {
 public:
  AgesOf(const World& world, AnyState& state, const Visit& visit) : world_(world), state_(state), visit_(visit) {
    for (int f = 0; f < world.frames(); ++f) data(state.frame(static_cast<FrameId>(f)).value);
    for (std::size_t place = 0; place < world.shape().places; ++place) data(state.stores[place]);
    for (int c = 1; c <= world.connections(); ++c) socket(state.socket(static_cast<ConnId>(c)));
    for (std::size_t key = 0; key < world.keys().count; ++key) {
      if (world.keys().aged[key]) visit(static_cast<KeyId>(key), true, state.known[key]);
    }
    for (int task = 0; task < world.tasks(); ++task) begun(task);
  }

 private:
  template <class List>
  void data(List& list) {
    for (auto& label : list) {
      const KeyId key = world_.aged_key(label);
      if (key != kNoKey) visit_(key, false, label.age);
    }
  }

  template <class AnySocket>
  void socket(AnySocket& socket) {
    if (owes_data(world_, socket)) {
      auto& request = *socket.requests.begin();
      const KeyId key = world_.key_of(request.op, world_.command(request).key);
      if (key != kNoKey && world_.keys().aged[key]) visit_(key, false, request.age);
    }
    for (auto* queue : {&socket.held, &socket.wire, &socket.kernel, &socket.stream}) {
      data(*queue);
      for (auto& label : *queue) {
        const KeyId key = invalidated(world_, label);
        if (key != kNoKey) visit_(key, true, label.age);
      }
    }
  }

  void begun(int task) {
    const auto& frame = state_.frame(frame_of(task));
    if (frame.status == Status::absent || frame.status == Status::unstarted) return;
    const OpId op = world_.operation_of(state_, frame_of(task));
    if (!world_.operations()[op].shared) return;
    const std::vector<KeyId>& keys = world_.keys().of_operation[op];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      visit_(keys[i], true, state_.began[static_cast<std::size_t>(task)][i]);
    }
  }

  const World& world_;
  AnyState& state_;
  const Visit& visit_;
};

template <class AnyState, class Visit>
void each_age(const World& world, AnyState& state, const Visit& visit) {
  AgesOf<AnyState, Visit>(world, state, visit);
}

/// Which ages of a key there are, and what they become.
struct Row {
  std::bitset<256> data, marks;
  std::array<Age, 256> data_to{}, mark_to{};
};

/// False: there are too many.
bool renumber(Row& row) {
  std::size_t age = 0;
  bool behind_mark = true;
  for (std::size_t i = 0; i < 256; ++i) {
    if (row.data[i]) {
      if (behind_mark && ++age > kMaxVersions) return false;
      row.data_to[i] = static_cast<Age>(age);
      behind_mark = false;
    }
    if (row.marks[i]) {
      row.mark_to[i] = static_cast<Age>(age);
      behind_mark = true;
    }
  }
  return true;
}

}  // namespace

std::uint8_t age_of_new_mark(const World& world, const State& state, KeyId key) {
  Age last = 0;
  each_age(world, state, [&](KeyId each, bool, const Age& age) {
    if (each == key) last = std::max(last, age);
  });
  return last;
}

void note_known(const World& world, State& state, Label message) {
  const KeyId key = invalidated(world, message);
  if (key != kNoKey) state.known[key] = std::max(state.known[key], message.age);
}

void note_begun(const World& world, State& state, int task) {
  if (!world.keys().any_aged) return;
  const OpId op = world.operation_of(state, frame_of(task));
  if (!world.operations()[op].shared) return;
  const std::vector<KeyId>& keys = world.keys().of_operation[op];
  for (std::size_t i = 0; i < keys.size(); ++i) state.began[static_cast<std::size_t>(task)][i] = state.known[keys[i]];
}

void forget_begun(const World& world, State& state, int task) {
  if (world.keys().any_aged) state.began[static_cast<std::size_t>(task)] = {};
}

void mark_stale(const World& world, const State& state, OpId op, Value& value) {
  const OperationInfo& info = world.operations()[op];
  if (!info.shared || !world.keys().any_aged) return;
  const std::vector<KeyId>& keys = world.keys().of_operation[op];
  for (Label& label : value) {
    const KeyId key = label.op == op ? kNoKey : world.aged_key(label);
    const auto found = std::ranges::find(keys, key);
    if (key == kNoKey || found == keys.end()) continue;
    const Age began = state.began[info.task][static_cast<std::size_t>(found - keys.begin())];
    if (label.age <= began) label.set(Mark::stale);
  }
}

void settle_ages(const World& world, State& state) {
  for (int c = 1; c <= world.connections(); ++c) {
    Socket& socket = state.socket(static_cast<ConnId>(c));
    if (!socket.requests.empty() && !owes_data(world, socket)) socket.requests.begin()->age = 0;
  }
  std::vector<Row> rows(world.keys().count);
  each_age(world, state,
           [&](KeyId key, bool is_mark, const Age& age) { (is_mark ? rows[key].marks : rows[key].data).set(age); });
  for (Row& row : rows) {
    if (!renumber(row)) state.stuck = Bound::versions;
  }
  if (state.stuck != Bound::none) return;
  each_age(world, state,
           [&](KeyId key, bool is_mark, Age& age) { age = is_mark ? rows[key].mark_to[age] : rows[key].data_to[age]; });
}

}  // namespace interleak::world

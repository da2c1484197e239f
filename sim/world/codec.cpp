// State <-> bytes. One function walks the state in a fixed order and is run with a writer or with a
// reader, so the two directions cannot drift apart. Absent frames and slots that were never made
// take one byte.
#include "sim/kernel/ensure.hpp"
#include "sim/world/world.hpp"

namespace interleak::world {
namespace {

class Writer {
 public:
  static constexpr bool kReads = false;
  explicit Writer(std::vector<std::uint8_t>& out) : out_(out) {}
  void byte(std::uint8_t& value) { out_.push_back(value); }
  void begin() const {}
  void end() const {}

 private:
  std::vector<std::uint8_t>& out_;
};

class Reader {
 public:
  static constexpr bool kReads = true;
  Reader(const std::uint8_t* bytes, std::size_t size) : at_(bytes), end_(bytes + size) {}
  void byte(std::uint8_t& value) { value = *at_++; }
  // Not at every byte, which a search would feel: bytes that the writer has made are as many as are read, and
  // others do not come here.
  void begin() const { ensure(at_ < end_, "the encoding of a state ends too early"); }
  void end() const { ensure(at_ == end_, "the encoding of a state is longer or shorter than it is"); }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

// What the bytes below have room for.
static_assert(static_cast<int>(Status::running) < 8, "a status has 3 bits");
static_assert(kFramesPerTask <= 16, "the place of a child and of a parent have 4 bits each");
static_assert(Label::kParts == 0x3f, "the index of a command has 6 bits, its mark 2");
static_assert(design::kMaxInstructions <= design::kNowhere, "a program counter has 16 bits");

template <class Walker>
class Codec {
 public:
  Codec(const World& world, Walker walker) : world_(world), walk_(walker) {}

  void state(State& s) {
    byte(s.budget);
    small(s.stuck);
    if (s.stuck == Bound::none) rest(s);
    walk_.end();
  }

 private:
  void rest(State& s) {
    bits(s.learned, world_.moved_keys());
    for (int f = 0; f < world_.frames(); ++f) frame(s.frames[f]);
    for (int c = 0; c < world_.connections(); ++c) connection(s.conns[c]);
    for (int n = 0; n < world_.nodes(); ++n) pool(s.pools[n]);
    if (world_.fifo()) list(s.ready);
  }

  void byte(std::uint8_t& value) { walk_.byte(value); }

  void flag(bool& value) {
    std::uint8_t b = value ? 1 : 0;
    byte(b);
    value = b != 0;
  }

  template <class Enum>
  void small(Enum& value) {
    std::uint8_t b = static_cast<std::uint8_t>(value);
    byte(b);
    value = static_cast<Enum>(b);
  }

  void item(std::uint8_t& value) { byte(value); }
  void item(Label& label) {
    byte(label.op);
    std::uint8_t rest = static_cast<std::uint8_t>(label.part | label.marked << 6);
    byte(rest);
    label.part = rest & Label::kParts;
    label.marked = static_cast<std::uint8_t>(rest >> 6) & 3;
  }

  template <class T, std::size_t N>
  void list(FixedVector<T, N>& items) {
    std::uint8_t size = static_cast<std::uint8_t>(items.size());
    byte(size);
    if constexpr (Walker::kReads) {
      for (int i = 0; i < size; ++i) items.push_back(T{});
    }
    for (T& each : items) item(each);
  }

  template <class Array>
  void some(Array& array, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) byte(array[i]);
  }

  void frame(Frame& f) {
    walk_.begin();
    std::uint8_t head = static_cast<std::uint8_t>(
        static_cast<int>(f.status) | (f.woken ? 8 : 0) | (f.broken ? 16 : 0) |
        (f.detached ? 32 : 0) | (f.cancelled ? 64 : 0) | (f.polled ? 128 : 0));
    byte(head);
    f.status = static_cast<Status>(head & 7);
    f.woken = (head & 8) != 0;
    f.broken = (head & 16) != 0;
    f.detached = (head & 32) != 0;
    f.cancelled = (head & 64) != 0;
    f.polled = (head & 128) != 0;
    if (f.status == Status::absent) return;
    std::uint8_t family = static_cast<std::uint8_t>(f.child | f.parent << 4);
    byte(family);
    f.child = family & 15;
    f.parent = family >> 4;
    byte(f.script);
    if (world_.stepped()) byte(f.step);
    if (world_.physics().flush) flag(f.flushing);
    if (world_.cancel_kind() == scenario::CancelKind::raise_at_every_await) flag(f.hunted);
    byte(f.conn);
    small(f.result);
    std::uint8_t low = static_cast<std::uint8_t>(f.pc & 0xff);
    std::uint8_t high = static_cast<std::uint8_t>(f.pc >> 8);
    byte(low);
    byte(high);
    f.pc = static_cast<design::Pc>(low | high << 8);
    registers(f);
    some(f.vars, world_.program().op_initial.size());
    list(f.value);
  }

  /// Saved exceptions and counters: mostly all zero.
  void registers(Frame& f) {
    bool any = false;
    if constexpr (!Walker::kReads) {
      for (const auto each : f.saved) any |= each != 0;
      for (const auto each : f.counters) any |= each != 0;
    }
    flag(any);
    if (!any) return;
    some(f.saved, f.saved.size());
    some(f.counters, f.counters.size());
  }

  void connection(Connection& c) {
    walk_.begin();
    std::uint8_t head = static_cast<std::uint8_t>((c.created ? 1 : 0) | (c.connected ? 2 : 0) |
                                                  (c.shared ? 4 : 0) | (c.begun ? 8 : 0));
    byte(head);
    c.created = (head & 1) != 0;
    c.connected = (head & 2) != 0;
    c.shared = (head & 4) != 0;
    c.begun = (head & 8) != 0;
    if (!c.created) return;
    if (!world_.design().handshake.empty()) byte(c.handshakes);
    if (world_.physics().session) session(c);
    if (world_.physics().flush) byte(c.unwritten);
    if (world_.physics().linger) list(c.lingering);
    if (world_.scenario().may_be_silent) flag(c.silent);
    bits(c.owners, world_.operations().size());
    list(c.requests);
    list(c.wire);
    if (world_.physics().kernel) list(c.kernel);
    if (world_.physics().fragments) piece(c.piece);
    list(c.stream);
    list(c.readers);
    some(c.vars, world_.program().conn_initial.size());
    for (std::size_t q = 0; q < world_.program().conn_queues.size(); ++q) list(c.queues[q]);
  }

  void session(Connection& c) {
    byte(c.session);
    flag(c.watched);
  }

  /// A set of small numbers below `count`.
  void bits(std::uint64_t& set, std::size_t count) {
    for (std::size_t at = 0; at < count; at += 8) {
      std::uint8_t eight = static_cast<std::uint8_t>(set >> at);
      byte(eight);
      if constexpr (Walker::kReads) set |= static_cast<std::uint64_t>(eight) << at;
    }
  }

  void piece(Piece& p) {
    std::uint8_t bits = static_cast<std::uint8_t>(p.arrived | (p.finished ? 4 : 0) |
                                                  (p.in_kernel ? 8 : 0) | (p.unread ? 16 : 0) |
                                                  (p.parsed ? 32 : 0) | (p.torn ? 64 : 0));
    byte(bits);
    p.arrived = bits & 3;
    p.finished = (bits & 4) != 0;
    p.in_kernel = (bits & 8) != 0;
    p.unread = (bits & 16) != 0;
    p.parsed = (bits & 32) != 0;
    p.torn = (bits & 64) != 0;
  }

  void pool(Pool& p) {
    walk_.begin();
    byte(p.created);
    list(p.free);
    some(p.vars, world_.program().pool_initial.size());
    for (std::size_t q = 0; q < world_.program().pool_queues.size(); ++q) list(p.queues[q]);
  }

  const World& world_;
  Walker walk_;
};

}  // namespace

void World::encode(const State& state, std::vector<std::uint8_t>& out) const {
  // The writer only reads the state; the walk is shared with the reader, which changes it.
  Codec<Writer>(*this, Writer(out)).state(const_cast<State&>(state));
}

State World::decode(const std::uint8_t* bytes, std::size_t size) const {
  State state;
  Codec<Reader>(*this, Reader(bytes, size)).state(state);
  return state;
}

}  // namespace interleak::world

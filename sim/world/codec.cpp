#include "sim/world/codec.hpp"

#define XXH_INLINE_ALL  // the library stays header-only: nothing to link
#include <xxhash.h>

#include "sim/kernel/ensure.hpp"

namespace interleak::world {
namespace {

static_assert(Label::kParts == 0x3f, "the index of a command has 6 bits, its mark 2");

/// No state has more bytes: a field takes no more in the encoding than in memory, but for the size of each list, a
/// mark for arrays that are all zero, and a bool that stands alone.
constexpr std::size_t kMostBytes = 2 * sizeof(State);

class Writer {
 public:
  template <class... Fields>
  void pack(Bits<Fields>... parts) {
    unsigned packed = 0;
    int shift = 0;
    ((packed |= static_cast<unsigned>(parts.field) << shift, shift += parts.width), ...);
    put(static_cast<std::uint8_t>(packed));
  }
  template <class Field>
  void byte(const char*, const Field& field) {
    put(static_cast<std::uint8_t>(field));
  }
  void flag(const char*, const bool& field) { put(field ? 1 : 0); }
  void word(const char*, const std::uint16_t& field) {
    put(static_cast<std::uint8_t>(field & 0xff));
    put(static_cast<std::uint8_t>(field >> 8));
  }
  void number(const char*, const std::uint64_t& set, std::size_t count) {
    for (std::size_t at = 0; at < count; at += 8) put(static_cast<std::uint8_t>(set >> at));
  }
  void operations(const char* name, const std::uint64_t& set, std::size_t count) { number(name, set, count); }
  template <class Array>
  void numbers(const char*, const Array& array, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) put(array[i]);
  }
  template <class A, class B>
  void rare(const char*, const A& a, const char*, const B& b) {
    const bool any = a != A{} || b != B{};
    put(any ? 1 : 0);
    if (!any) return;
    numbers("", a, a.size());
    numbers("", b, b.size());
  }
  template <class Array>
  void rare(const char*, const Array& array) {
    const bool any = array != Array{};
    put(any ? 1 : 0);
    if (any) numbers("", array, array.size());
  }
  template <class Array>
  void askers(const char*, const Array& array, std::size_t from, std::size_t end, int) {
    for (std::size_t i = from; i < end; ++i) put(array[i]);
  }
  template <class List>
  void conns(const char*, const List& list) {
    put(static_cast<std::uint8_t>(list.size()));
    for (const std::uint8_t each : list) put(each);
  }
  template <class List>
  void frames(const char* name, const List& list, int) {
    conns(name, list);
  }
  template <class List>
  void labels(const char*, const List& list) {
    put(static_cast<std::uint8_t>(list.size()));
    for (const Label& each : list) {
      put(each.op);
      put(static_cast<std::uint8_t>(each.part | each.marked << 6));
    }
  }
  template <class List>
  void ages(const char*, const List& list) {
    for (const Label& each : list) {
      put(each.age);
      put(each.about);
    }
  }
  void begin(const char*, int) const {}

  /// Checked here and not at every byte: a search would feel that, and kMostBytes is a bound by construction.
  void add_to(std::vector<std::uint8_t>& out) const {
    ensure(size_ <= kMostBytes, "the encoding of a state is longer than any is");
    out.insert(out.end(), bytes_, bytes_ + size_);
  }
  std::uint64_t hash() const { return XXH3_64bits(bytes_, size_); }

 private:
  void put(std::uint8_t value) { bytes_[size_++] = value; }

  std::size_t size_ = 0;
  std::uint8_t bytes_[kMostBytes];   // on purpose not initialized: a search would feel that
};

class Reader {
 public:
  Reader(const std::uint8_t* bytes, std::size_t size) : at_(bytes), end_(bytes + size) {}

  template <class... Fields>
  void pack(Bits<Fields>... parts) {
    unsigned packed = get();
    ((parts.field = static_cast<Fields>(packed & ((1u << parts.width) - 1)), packed >>= parts.width), ...);
  }
  template <class Field>
  void byte(const char*, Field& field) {
    field = static_cast<Field>(get());
  }
  void flag(const char*, bool& field) { field = get() != 0; }
  void word(const char*, std::uint16_t& field) {
    const unsigned low = get();
    field = static_cast<std::uint16_t>(low | static_cast<unsigned>(get()) << 8);
  }
  void number(const char*, std::uint64_t& set, std::size_t count) {
    for (std::size_t at = 0; at < count; at += 8) set |= static_cast<std::uint64_t>(get()) << at;
  }
  void operations(const char* name, std::uint64_t& set, std::size_t count) { number(name, set, count); }
  template <class Array>
  void numbers(const char*, Array& array, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) array[i] = get();
  }
  template <class A, class B>
  void rare(const char*, A& a, const char*, B& b) {
    if (get() == 0) return;
    numbers("", a, a.size());
    numbers("", b, b.size());
  }
  template <class Array>
  void rare(const char*, Array& array) {
    if (get() != 0) numbers("", array, array.size());
  }
  template <class Array>
  void askers(const char*, Array& array, std::size_t from, std::size_t end, int) {
    for (std::size_t i = from; i < end; ++i) array[i] = get();
  }
  template <class List>
  void conns(const char*, List& list) {
    for (int left = get(); left > 0; --left) list.push_back(get());
  }
  template <class List>
  void frames(const char* name, List& list, int) {
    conns(name, list);
  }
  template <class List>
  void labels(const char*, List& list) {
    for (int left = get(); left > 0; --left) {
      Label label;
      label.op = get();
      const unsigned rest = get();
      label.part = rest & Label::kParts;
      label.marked = (rest >> 6) & 3;
      list.push_back(label);
    }
  }
  template <class List>
  void ages(const char*, List& list) {
    for (Label& each : list) {
      each.age = get();
      each.about = get();
    }
  }
  // Not at every byte, which a search would feel: bytes that the writer has made are as many as are read, and
  // others do not come here.
  void begin(const char*, int) const { ensure(at_ <= end_, "the encoding of a state ends too early"); }
  void end() const { ensure(at_ == end_, "the encoding of a state is longer or shorter than it is"); }

 private:
  std::uint8_t get() { return *at_++; }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

/// `walk` takes a Writer over what is to be hashed.
template <class Walk>
std::uint64_t hash_of_bytes(const Walk& walk) {
  Writer writer;
  walk(writer);
  return writer.hash();
}

}  // namespace

void encode(const Shape& shape, const State& state, std::vector<std::uint8_t>& out) {
  Writer writer;
  walk_state(writer, shape, state);
  writer.add_to(out);
}

State decode(const Shape& shape, const std::uint8_t* bytes, std::size_t size) {
  State state(used_of(shape));
  Reader reader(bytes, size);
  walk_state(reader, shape, state);
  reader.end();
  return state;
}

std::uint64_t hash_of(const Shape& shape, const Frame& frame) {
  return hash_of_bytes([&](Writer& writer) { walk_frame(writer, shape, frame); });
}

std::uint64_t hash_of(const Shape& shape, const Connection& connection) {
  return hash_of_bytes([&](Writer& writer) { walk_connection(writer, shape, connection); });
}

std::uint64_t hash_of(const Shape& shape, const Pool& pool) {
  return hash_of_bytes([&](Writer& writer) { walk_pool(writer, shape, pool); });
}

std::uint64_t hash_of_rest(const Shape& shape, const State& state) {
  return hash_of_bytes([&](Writer& writer) { walk_rest(writer, shape, state, [] {}); });
}

}  // namespace interleak::world

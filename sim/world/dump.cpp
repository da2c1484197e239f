#include "sim/world/dump.hpp"

#include <bit>

namespace interleak::world {
namespace {

class Dump {
 public:
  explicit Dump(const World& world) : world_(world) {}

  template <class... Fields>
  void pack(Bits<Fields>... parts) {
    (byte(parts.name, parts.field), ...);
  }
  template <class Field>
  void byte(const char* name, const Field& field) {
    if (field != Field{}) say(name, std::to_string(static_cast<unsigned>(field)));
  }
  void flag(const char* name, bool field) { byte(name, field); }
  void word(const char* name, std::uint16_t field) { byte(name, field); }
  void number(const char* name, std::uint64_t set, std::size_t) {
    std::string members;
    for (; set != 0; set &= set - 1) add(members, std::to_string(std::countr_zero(set)));
    say(name, members);
  }
  void operations(const char* name, std::uint64_t set, std::size_t) {
    std::string members;
    for (; set != 0; set &= set - 1) add(members, operation(static_cast<OpId>(std::countr_zero(set))));
    say(name, members);
  }
  template <class Array>
  void numbers(const char* name, const Array& array, std::size_t count) {
    std::string items;
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
      add(items, std::to_string(array[i]));
      any = any || array[i] != 0;
    }
    if (any) say(name, items);
  }
  template <class A, class B>
  void rare(const char* a_name, const A& a, const char* b_name, const B& b) {
    numbers(a_name, a, a.size());
    numbers(b_name, b, b.size());
  }
  template <class Array>
  void rare(const char* name, const Array& array) {
    numbers(name, array, array.size());
  }
  template <class Array>
  void askers(const char* name, const Array& array, std::size_t from, std::size_t end, int first) {
    std::string items;
    bool any = false;
    for (std::size_t i = from; i < end; ++i) {
      add(items, array[i] < first ? std::to_string(array[i]) : operation(static_cast<OpId>(array[i] - first)));
      any = any || array[i] != 0;
    }
    if (any) say(name, items);
  }
  template <class List>
  void conns(const char* name, const List& list) {
    std::string items;
    for (const ConnId each : list) add(items, "c" + std::to_string(each));
    say(name, items);
  }
  template <class List>
  void frames(const char* name, const List& list, int first) {
    std::string items;
    for (const int each : list) {
      add(items, each < first ? "nobody" : world_.frame_name(static_cast<FrameId>(each - first)));
    }
    say(name, items);
  }
  template <class List>
  void labels(const char* name, const List& list) {
    std::string items;
    for (const Label& each : list) {
      add(items, operation(each.op) + ":" + std::to_string(each.part) +
                     (each.marked != 0 ? "/" + std::to_string(each.marked) : ""));
    }
    say(name, items);
  }
  template <class List>
  void ages(const char* name, const List& list) {
    std::string items;
    bool any = false;
    for (const Label& each : list) {
      add(items, std::to_string(each.age) + "/" + std::to_string(each.about));
      any = any || each.age != 0 || each.about != 0;
    }
    if (any) say((std::string(name) + " ages").c_str(), items);
  }
  void begin(const char* kind, int index) {
    flush();
    what_ = std::string(kind) + " " + std::to_string(index);
  }

  std::string text() {
    flush();
    return std::move(text_);
  }

 private:
  std::string operation(OpId op) const {
    if (op == kHandshakeOp) return "nobody";
    const OperationInfo& info = world_.operations()[op];
    return world_.frame_name(frame_of(info.task)) + "." + std::to_string(info.script);
  }

  static void add(std::string& items, const std::string& item) { items += (items.empty() ? "" : " ") + item; }
  void say(const char* name, const std::string& value) {
    if (!value.empty()) line_ += (line_.empty() ? "" : ", ") + std::string(name) + " " + value;
  }
  void flush() {
    if (!line_.empty()) text_ += what_ + ": " + line_ + "\n";
    line_.clear();
  }

  const World& world_;
  std::string text_, line_, what_ = "state";
};

}  // namespace

std::string dump(const World& world, const State& state) {
  Dump walk(world);
  walk_state(walk, world.shape(), state);
  return walk.text();
}

}  // namespace interleak::world

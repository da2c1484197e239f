// Toy systems with known answers. They keep the drivers and their concepts free of the pool model.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/kernel/system.hpp"

namespace interleak::toys {

/// `counters` processes that count to `top`, independent of each other: (top + 1)^counters states,
/// (counters * top)! / top!^counters schedules.
class Counters {
 public:
  using State = std::vector<std::uint8_t>;

  Counters(int counters, int top) : counters_(counters), top_(top) {}

  State initial() const { return State(static_cast<std::size_t>(counters_)); }
  void enabled(const State& state, Events& out) const {
    for (std::uint16_t i = 0; i < counters_; ++i) {
      if (state[i] < top_) out.push_back({i});
    }
  }
  StepLabel apply(State& state, Event event) const {
    ++state[event.code];
    return {};
  }
  Facts facts(const State& state) const { return state == initial() ? 1 : 0; }
  EndLabel end(const State&) const { return {}; }
  void encode(const State& state, std::vector<std::uint8_t>& out) const {
    out.insert(out.end(), state.begin(), state.end());
  }
  State decode(const std::uint8_t* bytes, std::size_t size) const { return {bytes, bytes + size}; }
  bool is_fault(Event) const { return false; }
  bool is_optional(Event event) const { return is_fault(event); }
  int process(Event event) const { return event.code; }
  std::string text(Event event) const { return {static_cast<char>('a' + event.code)}; }

 private:
  int counters_;
  int top_;
};

/// Dining philosophers: each takes the left fork, then the right one, then puts both back at once,
/// for ever or for one meal. For ever there are 2, 6, 14, 34, 82, ... states (each who eats has a
/// neighbour who does not even hold a fork: a(n) = 2 a(n-1) + a(n-2)). With `leaving`, one
/// philosopher who holds exactly one fork may be made to leave: a fault.
class Philosophers {
 public:
  enum Phase : std::uint8_t { thinking, holding, eating, gone };
  using State = std::vector<std::uint8_t>;  // phases, and how many may still be made to leave

  static constexpr Facts kAte = 1, kLeft = 2, kAllHold = 4, kStuck = 8;

  Philosophers(int seats, bool one_meal, bool leaving)
      : seats_(static_cast<std::uint16_t>(seats)), one_meal_(one_meal), leaving_(leaving) {}

  State initial() const {
    State state(seats_ + 1u, thinking);
    state.back() = leaving_ ? 1 : 0;
    return state;
  }
  void enabled(const State& state, Events& out) const {
    for (std::uint16_t i = 0; i < seats_; ++i) {
      if (can_move(state, i)) out.push_back({i});
    }
    for (std::uint16_t i = 0; i < seats_; ++i) {
      if (state[i] == holding && state.back() > 0) out.push_back({std::uint16_t(seats_ + i)});
    }
  }
  StepLabel apply(State& state, Event event) const {
    const std::uint16_t i = event.code % seats_;
    if (is_fault(event)) {
      state[i] = gone;
      --state.back();
      return {.facts = kLeft, .worst = 2};
    }
    constexpr std::array next{holding, eating, thinking};
    state[i] = one_meal_ && state[i] == eating ? gone : next[state[i]];
    const auto fork = static_cast<std::uint8_t>(1u << (state[i] == eating ? right(i) : i));
    return {.facts = state[i] == eating ? kAte : 0, .resources = fork};
  }
  Facts facts(const State& state) const {
    return std::count(state.begin(), state.end() - 1, holding) == seats_ ? kAllHold : 0;
  }
  EndLabel end(const State& state) const {
    const bool fed = std::count(state.begin(), state.end() - 1, gone) == seats_;
    return fed ? EndLabel{} : EndLabel{.facts = kStuck, .worst = 5};
  }
  void encode(const State& state, std::vector<std::uint8_t>& out) const {
    out.insert(out.end(), state.begin(), state.end());
  }
  State decode(const std::uint8_t* bytes, std::size_t size) const { return {bytes, bytes + size}; }
  bool is_fault(Event event) const { return event.code >= seats_; }
  bool is_optional(Event event) const { return is_fault(event); }
  int process(Event event) const { return event.code % seats_; }
  std::string text(Event event) const { return (is_fault(event) ? "!p" : "p") + std::to_string(process(event)); }

 private:
  std::uint16_t right(std::uint16_t i) const { return static_cast<std::uint16_t>((i + 1) % seats_); }
  bool can_move(const State& state, std::uint16_t i) const {
    const auto left_neighbour = static_cast<std::uint16_t>((i + seats_ - 1) % seats_);
    if (state[i] == thinking) return state[left_neighbour] != eating;
    if (state[i] == eating) return true;
    return state[i] == holding && state[right(i)] != holding && state[right(i)] != eating;
  }

  std::uint16_t seats_;
  bool one_meal_;
  bool leaving_;
};

/// A small acyclic system that looks random and is a function of its seed: paths of different
/// length meet, facts are on events, states and ends, some events are faults, some are nobody's.
class Maze {
 public:
  using State = std::uint32_t;

  Maze(std::uint32_t seed, std::uint32_t states) : seed_(seed), states_(states) {}

  State initial() const { return 0; }
  void enabled(State state, Events& out) const {
    for (std::uint16_t code = 0; code < 7; ++code) {
      if (state + 4 < states_ && draw(state, code, 0) % 5 < 2) out.push_back({code});
    }
  }
  StepLabel apply(State& state, Event event) const {
    const std::uint32_t dice = draw(state, event.code, 1);
    state += 1 + dice % 4;
    return {.facts = dice / 4 % 16 == 0 ? 1u << (dice / 64 % 3) : 0u,
            .worst = static_cast<std::uint8_t>(dice / 256 % 16 == 0 ? dice / 4096 % 8 : 0),
            .resources = static_cast<std::uint8_t>(dice / 65536 % 20 == 0 ? 1 : 0)};
  }
  Facts facts(State state) const {
    const std::uint32_t dice = draw(state, 99, 2);
    return dice % 16 == 0 ? 1u << (dice / 16 % 4) : 0u;
  }
  EndLabel end(State state) const {
    const std::uint32_t dice = draw(state, 99, 3);
    return {.facts = dice % 4 == 0 ? 1u << (dice / 4 % 5) : 0u, .worst = static_cast<std::uint8_t>(dice / 32 % 8)};
  }
  void encode(State state, std::vector<std::uint8_t>& out) const {
    for (int shift = 0; shift < 32; shift += 8) out.push_back(std::uint8_t(state >> shift));
  }
  State decode(const std::uint8_t* bytes, std::size_t) const {
    State state = 0;
    for (int i = 3; i >= 0; --i) state = state << 8 | bytes[i];
    return state;
  }
  bool is_fault(Event event) const { return event.code == 4 || event.code == 5; }
  bool is_optional(Event event) const { return is_fault(event); }
  int process(Event event) const { return event.code == 6 ? kNoProcess : event.code % 3; }
  std::string text(Event event) const { return (is_fault(event) ? "!" : "e") + std::to_string(event.code); }

 private:
  std::uint32_t draw(std::uint32_t a, std::uint32_t b, std::uint32_t c) const {
    std::uint64_t x = (std::uint64_t{seed_} << 40) ^ (std::uint64_t{a} << 16) ^ (b << 4) ^ c;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u + 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return static_cast<std::uint32_t>(x >> 32);
  }

  std::uint32_t seed_;
  std::uint32_t states_;
};

/// A way of so many steps, each through one of some doors: door 0 is a fact. With `faults` door 1 is a fault, after
/// which one may be in the same state as without.
class Corridor {
 public:
  using State = std::uint32_t;
  static constexpr Facts kFirstDoor = 1;

  Corridor(std::uint32_t length, std::uint16_t doors, bool faults = false, std::size_t padding = 0)
      : length_(length), doors_(doors), faults_(faults), padding_(padding) {}

  State initial() const { return 0; }
  void enabled(State state, Events& out) const {
    for (std::uint16_t door = 0; state < length_ && door < doors_; ++door) out.push_back({door});
  }
  StepLabel apply(State& state, Event event) const {
    ++state;
    return {.facts = event.code == 0 ? kFirstDoor : 0};
  }
  Facts facts(State) const { return 0; }
  EndLabel end(State) const { return {}; }
  void encode(State state, std::vector<std::uint8_t>& out) const {
    for (int shift = 0; shift < 32; shift += 8) out.push_back(std::uint8_t(state >> shift));
    out.insert(out.end(), padding_, std::uint8_t{0});
  }
  State decode(const std::uint8_t* bytes, std::size_t) const {
    State state = 0;
    for (int i = 3; i >= 0; --i) state = state << 8 | bytes[i];
    return state;
  }
  bool is_fault(Event event) const { return faults_ && event.code == 1; }
  bool is_optional(Event event) const { return is_fault(event); }
  int process(Event) const { return kNoProcess; }
  std::string text(Event event) const { return "d" + std::to_string(event.code); }

 private:
  std::uint32_t length_;
  std::uint16_t doors_;
  bool faults_;
  std::size_t padding_;
};

/// Two walkers of so many steps; each may be ended, from the beginning on and as long as it is on its way: a fault,
/// one at most.
class Walkers {
 public:
  using State = std::array<std::uint8_t, 3>;   // steps to go of both, and faults left

  explicit Walkers(std::uint8_t steps) : steps_(steps) {}

  State initial() const { return {steps_, steps_, 1}; }
  void enabled(const State& state, Events& out) const {
    for (std::uint16_t i = 0; i < 2; ++i) {
      if (state[i] > 0) out.push_back({i});
    }
    for (std::uint16_t i = 0; i < 2 && state[2] > 0; ++i) {
      if (state[i] > 0) out.push_back({std::uint16_t(2 + i)});
    }
  }
  StepLabel apply(State& state, Event event) const {
    if (!is_fault(event)) {
      --state[event.code];
    } else {
      state[event.code % 2u] = 0;
      --state[2];
    }
    return {};
  }
  Facts facts(const State&) const { return 0; }
  EndLabel end(const State&) const { return {}; }
  void encode(const State& state, std::vector<std::uint8_t>& out) const {
    out.insert(out.end(), state.begin(), state.end());
  }
  State decode(const std::uint8_t* bytes, std::size_t) const { return {bytes[0], bytes[1], bytes[2]}; }
  bool is_fault(Event event) const { return event.code >= 2; }
  bool is_optional(Event event) const { return is_fault(event); }
  int process(Event event) const { return event.code % 2; }
  std::string text(Event event) const {
    return (is_fault(event) ? "!" : "") + std::string(1, static_cast<char>('a' + event.code % 2));
  }

 private:
  std::uint8_t steps_;
};

/// Replayable only: refuses to be copied, as a live client would. `left` and `right` are each done
/// `top` times; `!boom`, a fault, ends everything at once and can happen once it has begun.
class Mule {
 public:
  explicit Mule(int top) : top_(top) {}
  Mule(const Mule&) = delete;
  Mule& operator=(const Mule&) = delete;

  void reset() {
    done_ = {};
    boom_ = false;
  }
  void enabled(Events& out) const {
    for (std::uint16_t i = 0; i < 2 && !boom_; ++i) {
      if (done_[i] < top_) out.push_back({i});
    }
    if (!boom_ && done_[0] + done_[1] > 0) out.push_back({2});
  }
  StepLabel step(Event event) {
    if (event.code == 2) {
      boom_ = true;
      return {.facts = 1, .worst = 3};
    }
    ++done_[event.code];
    return {};
  }
  Facts facts() const { return 0; }
  EndLabel end() const { return {.facts = boom_ ? 2u : 4u}; }
  bool is_fault(Event event) const { return event.code == 2; }
  bool is_optional(Event event) const { return is_fault(event); }
  std::string text(Event event) const {
    constexpr std::array names{"left", "right", "!boom"};
    return names[event.code];
  }

 private:
  int top_;
  std::array<int, 2> done_{};
  bool boom_ = false;
};

}  // namespace interleak::toys

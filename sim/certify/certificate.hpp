// A certificate: all states that a scenario can reach under a design, in an order in which every
// event leads further, and where each event leads. Whoever has it can see that invariants hold by
// looking at each state once, without a search: checker.hpp does just that.
//
//   head     lines of text, "name value", up to an empty line; the first is "interleak certificate 1"
//   states   of each state, in order: its bytes, as what differs from the state before it (bytes kept
//            at the front, bytes kept at the back, length of what stands between, that); the number
//            of its events; of each event, in event order, how many places further its target stands
//   digest   the 32 bytes of the SHA-256 of all that
//
// Numbers are LEB128. The states of a text form would be some ten times as long, and nobody reads a
// million states; the head is text, so that `head` tells what the file is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/certify/sha256.hpp"
#include "sim/world/world.hpp"

namespace interleak::certify {

/// Longest encoding of one state that a certificate may have.
inline constexpr std::size_t kMaxStateBytes = std::size_t{1} << 16;
/// Longest head: more than a command line can have that names a scenario and a design.
inline constexpr std::size_t kMaxHeadBytes = std::size_t{1} << 23;

/// What a certificate says about itself.
struct Head {
  std::string tool;                     ///< version of the program that wrote it
  int semantics = 0;                    ///< version of docs/semantics.md
  std::string scenario, variant, design;  ///< ids; variant: may be empty
  std::string subject;                  ///< subject_digest(), 64 hexadecimal digits
  std::vector<std::string> invariants;  ///< names of those that hold
  bool tracks_prompt = false;           ///< states remember who was cancelled (World::track_prompt)
  bool tracks_failures = false;         ///< states remember whom faults have hit (World::tracks_failures)
  std::string reduction = "none";       ///< nothing else so far: each state stands for itself alone
  std::vector<std::string> words;       ///< of the command line, which name scenario and design
  std::uint64_t states = 0, transitions = 0;
};

/// How many bytes a state has in common with the one before it: at the front as many as it can, and
/// of what is left as many as it can at the back.
struct Kept {
  std::uint64_t front = 0, back = 0;
  friend bool operator==(const Kept&, const Kept&) = default;
};
Kept kept_of(std::span<const std::uint8_t> before, std::span<const std::uint8_t> state);

/// Writes a certificate, state by state.
class Writer {
 public:
  /// `head` needs no subject, what is remembered, states and transitions: the writer knows them better.
  Writer(const world::World& world, Head head);
  /// The next state: its encoding, and the numbers of the targets of its events in event order, each
  /// greater than its own. Numbers count the calls of add(), from 0.
  void add(std::span<const std::uint8_t> state, std::span<const std::uint32_t> targets);
  /// The whole file.
  std::string finish();

 private:
  Head head_;
  std::string body_;
  std::vector<std::uint8_t> before_;
};

/// Text of the head, with its final empty line.
std::string text_of(const Head& head);
/// Reads a head from the front of `bytes` and cuts it off. On an error: the reason, and `head` and
/// `bytes` are left in between; else an empty text.
std::string read_head(std::string_view& bytes, Head& head);

}  // namespace interleak::certify

#include "sim/certify/certificate.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/certify/subject.hpp"
#include "sim/kernel/ensure.hpp"

namespace interleak::certify {
namespace {

constexpr std::string_view kFirstLine = "interleak certificate ";
constexpr std::string_view kFormat = "1";
/// What states remember beside what happens: number 1 is who was cancelled, 2 whom faults have hit.
constexpr std::array<std::string_view, 4> kRemembered = {"nothing", "cancels", "failures", "cancels and failures"};

std::string_view remembered(const Head& head) {
  return kRemembered[(head.tracks_prompt ? 1u : 0u) + (head.tracks_failures ? 2u : 0u)];
}

void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

/// One line stays one line: control characters and `%` become `%XX`.
std::string escaped(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f && c != '%') {
      out += c;
    } else {
      ((out += '%') += kDigits[byte >> 4]) += kDigits[byte & 15];
    }
  }
  return out;
}

/// False if the text is none that escaped() writes.
bool unescape(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= text.size()) return false;
    const auto [end, failed] = std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
    if (failed != std::errc{} || end != text.data() + i + 3) return false;
    out += static_cast<char>(byte);
    i += 2;
  }
  return escaped(out) == text;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size() && std::to_string(number) == text;
}

/// Takes the lines of a head off the front, each of which must be there, in order.
class HeadReader {
 public:
  HeadReader(std::string_view& bytes, Head& head)
      : bytes_(bytes), head_(head), left_(std::min(bytes.size(), kMaxHeadBytes)) {}

  std::string run() {
    std::string_view first;
    if (!line(first) || first.substr(0, kFirstLine.size()) != kFirstLine) {
      return "it is no certificate: it does not begin with \"" + std::string(kFirstLine) + "\"";
    }
    if (first.substr(kFirstLine.size()) != kFormat) {
      return "it is a certificate of format " + printable(first.substr(kFirstLine.size())) +
             ", and this program reads format " + std::string(kFormat);
    }
    std::string semantics, remembers, states, transitions;
    if (!field("tool", head_.tool) || !field("semantics", semantics) || !field("scenario", head_.scenario) ||
        !field("variant", head_.variant) || !field("design", head_.design) || !field("subject", head_.subject) ||
        !list("invariant", head_.invariants) || !field("remembers", remembers) ||
        !field("reduction", head_.reduction) || !list("word", head_.words) || !field("states", states) ||
        !field("transitions", transitions)) {
      return "its head has no line \"" + missing_ + "\" where one should be";
    }
    if (!read_number(semantics, head_.semantics) || !read_number(states, head_.states) ||
        !read_number(transitions, head_.transitions)) {
      return "its head has a number that is none";
    }
    const auto known = std::ranges::find(kRemembered, remembers);
    if (known == kRemembered.end()) return "its states remember unknown things";
    const auto bits = static_cast<unsigned>(known - kRemembered.begin());
    head_.tracks_prompt = (bits & 1) != 0;
    head_.tracks_failures = (bits & 2) != 0;
    std::string_view last;
    if (!line(last) || !last.empty()) return "its head does not end with an empty line";
    return {};
  }

 private:
  static std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 20)) out += c > 0x20 && c < 0x7f ? c : '?';
    return out;
  }

  bool line(std::string_view& out) {
    const std::size_t end = bytes_.substr(0, left_).find('\n');
    if (end == std::string_view::npos) return false;
    out = bytes_.substr(0, end);
    bytes_.remove_prefix(end + 1);
    left_ -= end + 1;
    return true;
  }

  bool next_is(std::string_view name) const {
    return bytes_.size() > name.size() && bytes_.substr(0, name.size()) == name && bytes_[name.size()] == ' ';
  }

  bool field(std::string_view name, std::string& out) {
    std::string_view text;
    missing_ = name;
    return next_is(name) && line(text) && unescape(text.substr(name.size() + 1), out);
  }

  /// One line or more.
  bool list(std::string_view name, std::vector<std::string>& out) {
    missing_ = name;
    out.clear();
    while (next_is(name)) {
      out.emplace_back();
      if (!field(name, out.back())) return false;
    }
    return !out.empty();
  }

  std::string_view& bytes_;
  Head& head_;
  std::size_t left_;  ///< so many bytes may the rest of the head have
  std::string missing_;
};

}  // namespace

Kept kept_of(std::span<const std::uint8_t> before, std::span<const std::uint8_t> state) {
  const std::size_t most = std::min(state.size(), before.size());
  Kept kept;
  while (kept.front < most && state[kept.front] == before[kept.front]) ++kept.front;
  while (kept.back < most - kept.front &&
         state[state.size() - 1 - kept.back] == before[before.size() - 1 - kept.back]) {
    ++kept.back;
  }
  return kept;
}

Writer::Writer(const world::World& world, Head head) : head_(std::move(head)) {
  head_.subject = hex(subject_digest(world));
  head_.tracks_prompt = world.track_prompt();
  head_.tracks_failures = world.tracks_failures();
  head_.states = head_.transitions = 0;
}

void Writer::add(std::span<const std::uint8_t> state, std::span<const std::uint32_t> targets) {
  const auto [front, back] = kept_of(before_, state);
  const std::uint64_t between = state.size() - front - back;
  put_number(body_, front);
  put_number(body_, back);
  put_number(body_, between);
  body_.append(reinterpret_cast<const char*>(state.data()) + front, between);
  put_number(body_, targets.size());
  for (const std::uint32_t target : targets) {
    ensure(target > head_.states, "an event of a certificate leads to no later state");
    put_number(body_, target - head_.states);
  }
  before_.assign(state.begin(), state.end());
  ++head_.states;
  head_.transitions += targets.size();
}

std::string Writer::finish() {
  std::string out = text_of(head_) + body_;
  const Digest digest = sha256(out);
  return out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

std::string text_of(const Head& head) {
  std::string out = std::string(kFirstLine) + std::string(kFormat) + "\n";
  const auto field = [&](std::string_view name, std::string_view value) {
    (((out += name) += ' ') += escaped(value)) += '\n';
  };
  field("tool", head.tool);
  field("semantics", std::to_string(head.semantics));
  field("scenario", head.scenario);
  field("variant", head.variant);
  field("design", head.design);
  field("subject", head.subject);
  for (const std::string& invariant : head.invariants) field("invariant", invariant);
  field("remembers", remembered(head));
  field("reduction", head.reduction);
  for (const std::string& word : head.words) field("word", word);
  field("states", std::to_string(head.states));
  field("transitions", std::to_string(head.transitions));
  return out + "\n";
}

std::string read_head(std::string_view& bytes, Head& head) { return HeadReader(bytes, head).run(); }

}  // namespace interleak::certify

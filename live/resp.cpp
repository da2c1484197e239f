// RESP2 and RESP3. A message is a tree of values; to find its end it is enough to count how many
// values are still to come: a line takes one away, the head of an aggregate adds its elements.
#include <charconv>
#include <cstdint>
#include <limits>

#include "live/framing.hpp"

namespace interleak::live {
namespace {

constexpr std::size_t kMaxRespLine = std::size_t{64} * 1024;           // of a line, which Redis keeps within 64 KiB
constexpr std::int64_t kMaxBulk = 512LL * 1024 * 1024;   // of a string, as in Redis
constexpr std::int64_t kMaxElements = std::int64_t{1024} * 1024;     // of an aggregate, as in Redis
constexpr std::uint64_t kMaxValues = std::uint64_t{1} << 32;

std::string shown(char c) {
  if (c >= ' ' && c <= '~') return std::string("'") + c + "'";
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return std::string("byte 0x") + kHex[byte >> 4] + kHex[byte & 15];
}

/// The number on a line behind its first character.
std::int64_t number(std::string_view line) {
  std::int64_t value = 0;
  const char* end = line.data() + line.size();
  const auto [stop, error] = std::from_chars(line.data() + 1, end, value);
  if (error != std::errc() || stop != end) {
    throw MalformedMessage("expected a length behind " + shown(line[0]) +
                           (line.size() == 2 && line[1] == '?' ? ", got a streamed value" : ""));
  }
  return value;
}

class RespFraming : public Framing {
 public:
  explicit RespFraming(bool requests) : requests_(requests) {}

  std::size_t first(std::string_view bytes) override {
    while (left_ > 0) {
      if (string_ends_ != 0) {
        if (!skip_string(bytes)) return 0;
        continue;
      }
      const std::size_t end = line_end(bytes);
      if (end == std::string_view::npos) return 0;
      take(bytes.substr(at_, end - at_));
      at_ = looked_ = end + 2;
    }
    const std::size_t size = at_;
    at_ = looked_ = 0;
    left_ = 1;
    return size;
  }

 private:
  // Where the line at at_ ends, npos if that is not there yet.
  std::size_t line_end(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n", looked_);
    if ((end == std::string_view::npos ? bytes.size() : end) - at_ > kMaxRespLine) {
      throw MalformedMessage("a line of more than 64 KiB");
    }
    if (end == std::string_view::npos && bytes.size() > at_) looked_ = bytes.size() - 1;
    return end;
  }

  bool skip_string(std::string_view bytes) {
    if (bytes.size() < string_ends_ + 2) return false;
    if (bytes.substr(string_ends_, 2) != "\r\n") {
      throw MalformedMessage("expected the end of a line behind a string");
    }
    at_ = looked_ = string_ends_ + 2;
    string_ends_ = 0;
    --left_;
    return true;
  }

  void take(std::string_view line) {
    if (requests_ && at_ == 0 && (line.empty() || line[0] != '*')) {
      --left_;  // an inline command
      return;
    }
    if (line.empty()) throw MalformedMessage("expected a value, got an empty line");
    switch (line[0]) {
      case '+':
      case '-':
      case ':':
      case '_':
      case ',':
      case '#':
      case '(': --left_; return;
      case '$':
      case '!':
      case '=': return take_string(number(line), line.size() + 2);
      case '*':
      case '~':
      case '>': return take_elements(number(line), 1, 1);
      case '%': return take_elements(number(line), 2, 1);
      case '|': return take_elements(number(line), 2, 0);  // attributes come before the value itself
      default: throw MalformedMessage("expected the type of a value, got " + shown(line[0]));
    }
  }

  void take_string(std::int64_t size, std::size_t line) {
    if (size == -1) {
      --left_;
      return;
    }
    if (size < 0 || size > kMaxBulk) throw MalformedMessage("a string longer than 512 MiB");
    string_ends_ = at_ + line + static_cast<std::size_t>(size);
  }

  void take_elements(std::int64_t count, std::uint64_t each, std::uint64_t itself) {
    if (count < -1 || count > kMaxElements) {
      throw MalformedMessage("an aggregate of more than 1048576 elements");
    }
    left_ -= itself;
    if (count > 0) left_ += static_cast<std::uint64_t>(count) * each;
    if (left_ > kMaxValues) throw MalformedMessage("a message of too many values");
  }

  bool requests_;
  std::uint64_t left_ = 1;       // values that are still to come
  std::size_t at_ = 0;           // where the next one begins
  std::size_t looked_ = 0;       // before that there is no end of a line
  std::size_t string_ends_ = 0;  // of the string whose head was read; 0: none
};

class Resp : public Protocol {
 public:
  std::unique_ptr<Framing> requests() const override { return std::make_unique<RespFraming>(true); }
  std::unique_ptr<Framing> replies() const override { return std::make_unique<RespFraming>(false); }
  bool unasked(std::string_view reply) const override { return !reply.empty() && reply[0] == '>'; }

  std::size_t header(std::string_view reply) const override {
    const std::size_t end = reply.find("\r\n");
    return end == std::string_view::npos ? reply.size() : end + 2;
  }

  std::vector<std::string> words(std::string_view request) const override {
    return request.empty() || request[0] != '*' ? inline_words(request) : bulk_words(request);
  }

 private:
  static std::vector<std::string> inline_words(std::string_view line) {
    std::vector<std::string> out;
    for (std::size_t at = 0; (at = line.find_first_not_of(" \t\r\n", at)) != line.npos;) {
      const std::size_t end = std::min(line.find_first_of(" \t\r\n", at), line.size());
      out.emplace_back(line.substr(at, end - at));
      at = end;
    }
    return out;
  }

  // Of a request that RespFraming has found whole; what is no string in it is left out.
  static std::vector<std::string> bulk_words(std::string_view request) {
    std::vector<std::string> out;
    std::size_t at = request.find("\r\n");
    while (at != request.npos && (at += 2) < request.size()) {
      const std::size_t end = request.find("\r\n", at);
      if (end == request.npos) break;
      if (request[at] == '$') {
        const std::int64_t size = number(request.substr(at, end - at));
        if (size < 0) {
          at = end;
          continue;
        }
        out.emplace_back(request.substr(end + 2, static_cast<std::size_t>(size)));
        at = end + 2 + static_cast<std::size_t>(size);
      } else {
        at = end;
      }
    }
    return out;
  }
};

}  // namespace

const Protocol& resp() {
  static const Resp protocol;
  return protocol;
}

}  // namespace interleak::live

// What the proxy must know of a protocol: where a message ends, what a request asks for, and which
// messages of a server answer no request. One small class for each line or length-framed protocol.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace interleak::live {

/// The bytes are no message of the protocol; the text says what was expected, and what came.
struct MalformedMessage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One direction of one connection. Looks at the bytes of the first message only, each byte once.
class Framing {
 public:
  virtual ~Framing() = default;
  /// Size of the first message in `bytes`, or 0 if it is not whole yet. Between two results that are
  /// not 0 `bytes` may only grow. Throws MalformedMessage.
  virtual std::size_t first(std::string_view bytes) = 0;
};

class Protocol {
 public:
  virtual ~Protocol() = default;
  virtual std::unique_ptr<Framing> requests() const = 0;
  virtual std::unique_ptr<Framing> replies() const = 0;
  /// The words of a whole request: "GET", "history:alice".
  virtual std::vector<std::string> words(std::string_view request) const = 0;
  /// True if a whole message of the server answers no request (a RESP3 push).
  virtual bool unasked(std::string_view reply) const = 0;
  /// Where the header of a whole reply ends: what a parser may have taken when the rest is missing.
  virtual std::size_t header(std::string_view reply) const = 0;
};

/// RESP2 and RESP3 of Redis.
const Protocol& resp();

}  // namespace interleak::live

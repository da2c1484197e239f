// A small Redis client on Boost.Asio: coroutines, per-operation cancellation, and a pool whose design
// can be chosen. What interleak says about the patterns, shown on real sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

namespace interleak::asio_client {

using Json = nlohmann::ordered_json;
template <class T>
using awaitable = boost::asio::awaitable<T>;

/// Counts how often an operation was suspended.
struct Meter {
  int suspensions = 0;
};

class Pool {
 public:
  virtual ~Pool() = default;
  /// Opens so many connections; they are idle then.
  virtual awaitable<void> warm(int connections) = 0;
  /// Sends the commands together and reads one reply for each. Throws std::exception; cancelled, the
  /// boost::system::system_error of operation_aborted.
  virtual awaitable<Json> execute(const Json& commands, Meter& meter) = 0;
  /// Closes every connection: whoever reads from one ends by an error.
  virtual void close() = 0;
};

/// Names of the designs, with what they do.
struct DesignName {
  std::string name, title;
};
const std::vector<DesignName>& designs();

/// A pool of `max` connections to 127.0.0.1:`port`. Null if there is no design of that name.
std::unique_ptr<Pool> make_pool(boost::asio::io_context& io, const std::string& design, std::uint16_t port, int max);

}  // namespace interleak::asio_client

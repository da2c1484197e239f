#include "live/drivers/asio_client.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "live/framing.hpp"

namespace interleak::asio_client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using boost::system::system_error;

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// Something that one coroutine waits for, once.
class Event {
 public:
  explicit Event(asio::io_context& io) : timer_(io, asio::steady_timer::time_point::max()) {}
  void set() {
    is_set_ = true;
    timer_.cancel();
  }
  bool is_set() const { return is_set_; }
  /// Throws operation_aborted if it is cancelled before the event.
  awaitable<void> wait(Meter& meter) {
    if (is_set_) co_return;
    ++meter.suspensions;
    error_code error;
    co_await timer_.async_wait(into(error));
    if (!is_set_) throw system_error(asio::error::operation_aborted);
  }

 private:
  asio::steady_timer timer_;
  bool is_set_ = false;
};
using EventPtr = std::shared_ptr<Event>;

// --- RESP ---

std::string encoded(const Json& commands) {
  std::string out;
  for (const Json& words : commands) {
    out += "*" + std::to_string(words.size()) + "\r\n";
    for (const Json& word : words) {
      const auto& text = word.get_ref<const std::string&>();
      out += "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
    }
  }
  return out;
}

/// One whole value of RESP2; throws the server's error.
Json decoded(std::string_view& bytes) {
  const std::size_t end = bytes.find("\r\n");
  const std::string line(bytes.substr(1, end - 1));
  const char type = bytes[0];
  bytes.remove_prefix(end + 2);
  if (type == '-') throw std::runtime_error("the server says: " + line);
  if (type == '+') return line;
  const long long number = std::stoll(line);
  if (type == ':') return number;
  if (number < 0) return nullptr;
  if (type == '$') {
    Json text = std::string(bytes.substr(0, static_cast<std::size_t>(number)));
    bytes.remove_prefix(static_cast<std::size_t>(number) + 2);
    return text;
  }
  if (type != '*') throw std::runtime_error("a reply of a type that this client does not know");
  Json list = Json::array();
  for (long long i = 0; i < number; ++i) list.push_back(decoded(bytes));
  return list;
}

// --- connections ---

struct Connection {
  explicit Connection(asio::io_context& io) : socket(io) {}

  tcp::socket socket;
  std::string buffer;                 ///< bytes that came and are not taken
  std::unique_ptr<live::Framing> framing = live::resp().replies();
  bool dirty = false;                 ///< poison flag: in use, or left in the middle of it
  std::size_t owed = 0;               ///< drain: replies that nobody has read

  bool connected() const { return socket.is_open(); }
  void close() {
    error_code ignored;
    socket.close(ignored);
    buffer.clear();
    framing = live::resp().replies();
    dirty = false;
    owed = 0;
  }
  awaitable<void> open(std::uint16_t port, Meter& meter) {
    if (connected()) co_return;
    ++meter.suspensions;
    try {
      co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
      socket.set_option(tcp::no_delay(true));
    } catch (...) {
      close();
      throw;
    }
  }
  /// Whole or begun replies that nobody asks for, as far as they have arrived.
  bool readable() {
    error_code error;
    return !buffer.empty() || socket.available(error) > 0 || error;
  }
  /// Small requests fit into the socket's buffer: one write, without waiting.
  void send(const Json& commands) { asio::write(socket, asio::buffer(encoded(commands))); }
  awaitable<Json> receive(Meter& meter) {
    std::size_t size = 0;
    while (buffer.empty() || (size = framing->first(buffer)) == 0) {
      char more[4096];
      ++meter.suspensions;
      const std::size_t got = co_await socket.async_read_some(asio::buffer(more), asio::use_awaitable);
      buffer.append(more, got);
    }
    const std::string message = buffer.substr(0, size);
    buffer.erase(0, size);
    std::string_view bytes = message;
    co_return decoded(bytes);
  }
  awaitable<Json> exchange(const Json& commands, Meter& meter) {
    send(commands);
    Json values = Json::array();
    for (std::size_t i = 0; i < commands.size(); ++i) values.push_back(co_await receive(meter));
    co_return values;
  }
};

/// Free connections, the last returned first; who finds none waits in a queue.
class PoolBase : public Pool {
 public:
  PoolBase(asio::io_context& io, std::uint16_t port, int max) : io_(io), port_(port) {
    for (int i = 0; i < max; ++i) {
      all_.push_back(std::make_unique<Connection>(io));
      free_.push_back(all_.back().get());
    }
  }
  awaitable<void> warm(int connections) override {
    Meter meter;
    for (int i = 0; i < connections; ++i) {
      co_await all_[all_.size() - 1 - static_cast<std::size_t>(i)]->open(port_, meter);
    }
  }
  void close() override {
    for (const auto& connection : all_) connection->close();
  }

 protected:
  awaitable<Connection*> acquire(Meter& meter) {
    while (free_.empty()) {
      const auto turn = std::make_shared<Event>(io_);
      waiters_.push_back(turn);
      try {
        co_await turn->wait(meter);
      } catch (...) {
        std::erase(waiters_, turn);
        throw;
      }
    }
    Connection* taken = free_.back();
    free_.pop_back();
    co_return taken;
  }
  void give_back(Connection* connection) {
    free_.push_back(connection);
    if (waiters_.empty()) return;
    waiters_.front()->set();
    waiters_.pop_front();
  }
  /// Gives the connection back however the scope is left: the `finally` of C++.
  class Lease {
   public:
    Lease(PoolBase& pool, Connection* connection) : pool_(pool), connection_(connection) {}
    ~Lease() { pool_.give_back(connection_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection* operator->() { return connection_; }

   private:
    PoolBase& pool_;
    Connection* connection_;
  };

  asio::io_context& io_;
  std::uint16_t port_;
  std::vector<std::unique_ptr<Connection>> all_;
  std::vector<Connection*> free_;
  std::deque<EventPtr> waiters_;
};

// --- designs ---

/// Where everyone starts. After a cancel the connection goes back with a reply still owed.
class ReleaseInFinally : public PoolBase {
 public:
  using PoolBase::PoolBase;
  awaitable<Json> execute(const Json& commands, Meter& meter) override {
    Lease lease(*this, co_await acquire(meter));
    co_await lease->open(port_, meter);
    co_return co_await lease->exchange(commands, meter);
  }
};

/// A look at checkout: what has arrived by then is noticed, what has not is not.
class CheckAtCheckout : public PoolBase {
 public:
  using PoolBase::PoolBase;
  awaitable<Json> execute(const Json& commands, Meter& meter) override {
    Lease lease(*this, co_await acquire(meter));
    if (lease->connected() && lease->readable()) lease->close();
    co_await lease->open(port_, meter);
    co_return co_await lease->exchange(commands, meter);
  }
};

/// Whatever interrupts an exchange closes its connection.
class CloseOnCancel : public PoolBase {
 public:
  using PoolBase::PoolBase;
  awaitable<Json> execute(const Json& commands, Meter& meter) override {
    Lease lease(*this, co_await acquire(meter));
    try {
      co_await lease->open(port_, meter);
      co_return co_await lease->exchange(commands, meter);
    } catch (...) {
      lease->close();
      throw;
    }
  }
};

/// Dirty before the first byte, clean behind the last reply; the next user looks.
class PoisonFlag : public PoolBase {
 public:
  using PoolBase::PoolBase;
  awaitable<Json> execute(const Json& commands, Meter& meter) override {
    Lease lease(*this, co_await acquire(meter));
    if (lease->dirty) lease->close();
    co_await lease->open(port_, meter);
    lease->dirty = true;
    Json values = co_await lease->exchange(commands, meter);
    lease->dirty = false;
    co_return values;
  }
};

/// The exchange runs to its end in a coroutine of its own, which gives the connection back; a cancel
/// ends only the waiting for it.
class Shield : public PoolBase {
 public:
  using PoolBase::PoolBase;
  awaitable<Json> execute(const Json& commands, Meter& meter) override {
    struct Shared {
      explicit Shared(asio::io_context& io) : done(io) {}
      Event done;
      Json values;
      std::exception_ptr error;
    };
    Connection* connection = co_await acquire(meter);
    const auto shared = std::make_shared<Shared>(io_);
    asio::co_spawn(io_, command(connection, commands), [shared](std::exception_ptr error, Json values) {
      shared->error = std::move(error);
      shared->values = std::move(values);
      shared->done.set();
    });
    co_await shared->done.wait(meter);
    if (shared->error) std::rethrow_exception(shared->error);
    co_return shared->values;
  }

 private:
  awaitable<Json> command(Connection* connection, Json commands) {
    Meter unseen;
    Lease lease(*this, connection);
    try {
      co_await lease->open(port_, unseen);
      co_return co_await lease->exchange(commands, unseen);
    } catch (...) {  // no cancel comes here, but errors do
      lease->close();
      throw;
    }
  }
};

/// One connection for all, and a reader that hands each reply to the first in the queue. A cancelled
/// request leaves its place there: a tombstone, which swallows its reply. `leaves`: it does not.
class Multiplexed : public Pool {
 public:
  Multiplexed(asio::io_context& io, std::uint16_t port, bool leaves)
      : io_(io), port_(port), leaves_(leaves), connection_(std::make_shared<Connection>(io)) {}
  void close() override { connection_->close(); }

  awaitable<void> warm(int connections) override {
    Meter meter;
    if (connections > 0) co_await connect(meter);
  }
  awaitable<Json> execute(const Json& commands, Meter& meter) override {
    co_await connect(meter);
    const auto mine = std::make_shared<Place>(io_, commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i) queue_->push_back(mine);
    connection_->send(commands);
    try {
      co_await mine->done.wait(meter);
    } catch (...) {
      if (leaves_) std::erase(*queue_, mine);
      throw;
    }
    if (mine->error) std::rethrow_exception(mine->error);
    co_return mine->values;
  }

 private:
  struct Place {
    Place(asio::io_context& io, std::size_t commands) : done(io), left(commands) {}
    Event done;
    std::size_t left;
    Json values = Json::array();
    std::exception_ptr error;
  };
  using Queue = std::deque<std::shared_ptr<Place>>;

  awaitable<void> connect(Meter& meter) {
    while (connecting_) {  // whoever is at it wakes all the others
      const EventPtr turn = connecting_;
      co_await turn->wait(meter);
      turn->set();
    }
    if (connection_->connected()) co_return;
    connecting_ = std::make_shared<Event>(io_);
    const auto finish = [this] { std::exchange(connecting_, nullptr)->set(); };
    try {
      co_await connection_->open(port_, meter);
    } catch (...) {
      finish();
      throw;
    }
    finish();
    asio::co_spawn(io_, read_all(connection_, queue_), asio::detached);
  }
  /// Outlives the pool if it must; so it holds what it works on.
  static awaitable<void> read_all(std::shared_ptr<Connection> connection, std::shared_ptr<Queue> queue) {
    Meter unseen;
    for (;;) {
      Json value;
      std::exception_ptr error;
      try {
        value = co_await connection->receive(unseen);
      } catch (const system_error&) {
        error = std::current_exception();
      } catch (const std::exception&) {
        connection->close();
        error = std::current_exception();
      }
      if (error) break_all(*connection, *queue, error);
      if (error) co_return;
      if (queue->empty()) continue;
      const auto first = queue->front();
      queue->pop_front();
      first->values.push_back(std::move(value));
      if (--first->left == 0) first->done.set();
    }
  }
  static void break_all(Connection& connection, Queue& queue, const std::exception_ptr& error) {
    connection.close();
    for (const auto& place : queue) {
      place->error = error;
      place->done.set();
    }
    queue.clear();
  }

  asio::io_context& io_;
  std::uint16_t port_;
  bool leaves_;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<Queue> queue_ = std::make_shared<Queue>();
  EventPtr connecting_;
};

}  // namespace

const std::vector<DesignName>& designs() {
  static const std::vector<DesignName> all = {
      {"release-in-finally", "acquire, exchange, finally give back"},
      {"check-at-checkout", "the same, and the next user looks for unread bytes"},
      {"close-on-cancel", "whatever interrupts an exchange closes its connection"},
      {"poison-flag", "dirty from the first byte to the last; the next user closes it"},
      {"shield", "the exchange goes on in a coroutine of its own, and gives back"},
      {"tombstones", "one multiplexed connection; a cancelled request keeps its place"},
      {"tombstones-removed", "the same, but a cancelled request gives up its place"}};
  return all;
}

std::unique_ptr<Pool> make_pool(asio::io_context& io, const std::string& design, std::uint16_t port, int max) {
  if (design == "release-in-finally") return std::make_unique<ReleaseInFinally>(io, port, max);
  if (design == "check-at-checkout") return std::make_unique<CheckAtCheckout>(io, port, max);
  if (design == "close-on-cancel") return std::make_unique<CloseOnCancel>(io, port, max);
  if (design == "poison-flag") return std::make_unique<PoisonFlag>(io, port, max);
  if (design == "shield") return std::make_unique<Shield>(io, port, max);
  if (design == "tombstones") return std::make_unique<Multiplexed>(io, port, false);
  if (design == "tombstones-removed") return std::make_unique<Multiplexed>(io, port, true);
  return nullptr;
}

}  // namespace interleak::asio_client

#include "live/proxy.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "live/failure.hpp"
#include "live/signals.hpp"

namespace interleak::live {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using Stream = asio::generic::stream_protocol;   // of a server: by TCP, or a Unix socket
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadSize = std::size_t{16} * 1024;
constexpr int kMostAtOnce = 100'000;   // handlers until all is quiet: seconds of work
constexpr std::size_t kMostKept = std::size_t{64} << 20;   // of one connection: beyond it something has no end
constexpr auto kLate = std::chrono::milliseconds(500);   // that the machine may have slept, and not we waited

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }
auto on_loopback(std::uint16_t port) { return tcp::endpoint(asio::ip::address_v4::loopback(), port); }

struct Item {
  std::string bytes;
  std::vector<std::string> words;
  bool held = false;
  std::size_t delivered = 0;
};

/// In memory, about: small messages are more than their bytes.
std::size_t room_of(const Item& item) { return item.bytes.size() + 256; }

/// A socket that is written to without waiting: what the kernel does not take now follows later.
template <class Socket>
class Sender {
 public:
  explicit Sender(Socket& socket) : socket_(socket) {}

  std::size_t waiting() const { return waiting_.size(); }
  /// True: there are bytes that the kernel did not take, and flush() must be spawned.
  bool send(std::string_view bytes) {
    if (!socket_.is_open()) return false;
    if (!waiting_.empty()) {
      waiting_ += bytes;
      return false;
    }
    while (!bytes.empty()) {
      error_code error;
      bytes.remove_prefix(socket_.write_some(asio::buffer(bytes), error));
      if (error == asio::error::would_block) break;
      if (error) return false;  // the reading side sees the end of it
    }
    waiting_ = bytes;
    return !waiting_.empty();
  }
  awaitable<void> flush() {
    error_code error;
    while (!waiting_.empty() && !error) {
      const std::string now = waiting_;
      co_await asio::async_write(socket_, asio::buffer(now), into(error));
      waiting_.erase(0, now.size());
    }
  }

 private:
  Socket& socket_;
  std::string waiting_;
};

/// One client, with a connection to the server of its own: sessions stay apart.
struct Link {
  Link(tcp::socket from, asio::io_context& io)
      : client(std::move(from)), server(io), to_client(client), to_server(server) {}

  int number = 0;
  std::size_t backend = 0;     // the server that it is meant for
  tcp::socket client;
  Stream::socket server;
  Sender<tcp::socket> to_client;
  Sender<Stream::socket> to_server;
  bool open = true, connected = false;
  std::deque<Item> requests;   // that the server has not got
  std::size_t kept = 0;        // the room that these take
  std::deque<Item> awaiting;   // that it has, and not answered; without bytes
  std::deque<Item> replies;    // that the client has not got

  void close() {
    error_code ignored;
    open = false;
    client.close(ignored);
    server.close(ignored);
    requests.clear();
    kept = 0;
    awaiting.clear();
    replies.clear();
  }
};
using LinkPtr = std::shared_ptr<Link>;

}  // namespace

class Proxy::Impl {
 public:
  Impl(const Protocol& spoken, std::span<const std::uint16_t> server_ports, int most)
      : protocol(spoken), per_server(most) {
    for (const std::uint16_t port : server_ports) {
      backends.push_back({on_loopback(port), tcp::acceptor(io, on_loopback(0))});
    }
    for (std::size_t n = 0; n < backends.size(); ++n) asio::co_spawn(io, accept_all(n), asio::detached);
  }
  ~Impl() {
    if (descriptor.is_open()) descriptor.release();
  }

  // --- coroutines: one for each server that accepts, and two for each connection ---

  awaitable<void> accept_all(std::size_t backend) {
    for (;;) {
      error_code error;
      tcp::socket client = co_await backends[backend].acceptor.async_accept(into(error));
      if (error == asio::error::operation_aborted) co_return;
      if (error == asio::error::connection_aborted) continue;
      if (error) {   // no descriptors, no memory: it would be the same again at once
        server_lost = "the proxy cannot take a connection: " + error.message();
        co_return;
      }
      client.set_option(tcp::no_delay(true));
      client.non_blocking(true);
      const auto link = std::make_shared<Link>(std::move(client), io);
      link->backend = backend;
      link->number = free_number(backend);
      links.push_back(link);
      ++accepted;
      ++activity;
      asio::co_spawn(io, serve_link(link), asio::detached);
    }
  }

  awaitable<void> serve_link(LinkPtr link) {
    const Backend& backend = backends[link->backend];
    error_code error = asio::error::not_connected;
    if (!backend.socket.empty()) {
      co_await link->server.async_connect(asio::local::stream_protocol::endpoint(backend.socket), into(error));
    }
    if (error && link->open) {
      link->server = Stream::socket(io);
      co_await link->server.async_connect(backend.server, into(error));
      error_code ignored;   // another end of the connection says it better
      if (!error) link->server.set_option(tcp::no_delay(true), ignored);
    }
    if (!link->open) co_return;
    if (error) {
      server_lost = "cannot connect to the server: " + error.message();
      co_return drop(link);
    }
    link->server.non_blocking(true);
    link->connected = true;
    ++activity;
    asio::co_spawn(io, read_server(link), asio::detached);
    co_await read_client(link);
  }

  awaitable<void> read_client(LinkPtr link) {
    const auto framing = protocol.requests();
    std::string buffer;
    std::vector<char> room(kReadSize);
    while (co_await read_more(link->client, buffer, room)) {
      cut(
          *framing, buffer,
          [&](std::string_view message) {
            Item item{std::string(message), {}, false, 0};
            if (wanted) {
              item.words = protocol.words(message);
              item.held = wanted(item.words);
            }
            link->kept += room_of(item);
            link->requests.push_back(std::move(item));
          },
          "a client");
      ++activity;
      pass_requests(link);
      bound(*link, buffer.size());
    }
    drop(link);
  }

  awaitable<void> read_server(LinkPtr link) {
    const auto framing = protocol.replies();
    std::string buffer;
    std::vector<char> room(kReadSize);
    while (co_await read_more(link->server, buffer, room)) {
      if (delay.count() > 0) {
        asio::steady_timer timer(io, delay);
        error_code error;
        co_await timer.async_wait(into(error));
      }
      cut(
          *framing, buffer, [&](std::string_view message) { answered(*link, message); }, "the server");
      ++activity;
      pass_replies(link);
      bound(*link, buffer.size());
    }
    if (link->open) server_lost = "the server closed a connection";
    drop(link);
  }

  /// False: the stream is at its end. `room`: where the bytes come in, once for all reads.
  template <class Socket>
  awaitable<bool> read_more(Socket& socket, std::string& buffer, std::vector<char>& room) {
    error_code error;
    const std::size_t more = co_await socket.async_read_some(asio::buffer(room), into(error));
    buffer.append(room.data(), more);
    co_return !error;
  }

  /// A client that sends without end, or takes no reply, is told of before all memory is gone.
  void bound(const Link& link, std::size_t unfinished) {
    if (link.kept + unfinished + link.to_server.waiting() + link.to_client.waiting() <= kMostKept) return;
    malformed = "more than 64 MiB wait on connection " + std::to_string(link.number) + " of the client";
  }

  template <class Take>
  void cut(Framing& framing, std::string& buffer, Take take, const char* whose) {
    try {
      std::size_t from = 0;
      while (from < buffer.size()) {
        const std::size_t size = framing.first(std::string_view(buffer).substr(from));
        if (size == 0) break;
        take(std::string_view(buffer).substr(from, size));
        from += size;
      }
      buffer.erase(0, from);
    } catch (const MalformedMessage& error) {
      malformed = std::string("what ") + whose + " sent is not in its protocol: " + error.what();
      buffer.clear();
    }
  }

  void answered(Link& link, std::string_view message) {
    Item reply{std::string(message), {}, false, 0};
    if (!link.awaiting.empty() && !protocol.unasked(message)) {
      reply.words = std::move(link.awaiting.front().words);
      reply.held = link.awaiting.front().held;
      link.awaiting.pop_front();
    }
    link.replies.push_back(std::move(reply));
  }

  // --- queues ---

  void pass_requests(const LinkPtr& link) {
    std::string bytes;
    while (!link->requests.empty() && !link->requests.front().held) move_request(*link, bytes);
    send_to_server(link, bytes);
  }
  void move_request(Link& link, std::string& bytes) {
    Item item = std::move(link.requests.front());
    link.requests.pop_front();
    link.kept -= room_of(item);
    bytes += item.bytes;
    item.bytes.clear();
    link.awaiting.push_back(std::move(item));
  }
  void pass_replies(const LinkPtr& link) {
    std::string bytes;
    while (!link->replies.empty() && !link->replies.front().held) {
      bytes += link->replies.front().bytes.substr(link->replies.front().delivered);
      link->replies.pop_front();
    }
    send_to_client(link, bytes);
  }
  void send_to_server(const LinkPtr& link, std::string_view bytes) {
    if (bytes.empty() || !link->to_server.send(bytes)) return;
    asio::co_spawn(
        io, [link]() -> awaitable<void> { co_await link->to_server.flush(); }, asio::detached);
  }
  void send_to_client(const LinkPtr& link, std::string_view bytes) {
    if (bytes.empty()) return;
    ++handed;
    if (!link->to_client.send(bytes)) return;
    asio::co_spawn(
        io, [link]() -> awaitable<void> { co_await link->to_client.flush(); }, asio::detached);
  }

  void drop(const LinkPtr& link) {
    if (link->open) ++activity, ++handed;
    link->close();
    std::erase(links, link);
  }
  /// Of a new connection to that server. One server has all numbers.
  int free_number(std::size_t backend) const {
    const int first = static_cast<int>(backend) * per_server + 1;
    int number = first;
    while (std::ranges::any_of(links, [&](const LinkPtr& l) { return l->number == number; })) {
      ++number;
      const int all = static_cast<int>(backends.size()) * per_server;
      if (backends.size() > 1 && number == first + per_server) number = all + 1;
    }
    return number;
  }
  void number_again() {
    for (const LinkPtr& link : links) link->number = 0;
    for (const LinkPtr& link : links) link->number = free_number(link->backend);
  }
  LinkPtr find(int number) const {
    const auto found = std::ranges::find_if(links, [&](const LinkPtr& l) { return l->number == number; });
    if (found == links.end()) {
      throw LiveFailure("there is no connection " + std::to_string(number) + " any more");
    }
    return *found;
  }

  // --- waiting ---

  void complain() {
    check_signals();
    if (!malformed.empty()) throw LiveFailure(std::exchange(malformed, {}));
    if (!server_lost.empty()) throw LiveFailure(std::exchange(server_lost, {}));
  }
  bool poll() {
    const auto before = activity;
    for (int handlers = 0; io.poll_one() > 0; ++handlers) {
      if (handlers == kMostAtOnce) throw LiveFailure("client and server talk to each other without end");
    }
    complain();
    return activity != before;
  }
  template <class Done>
  bool run_until(Done done, int milliseconds) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(milliseconds);
    while (!done()) {
      const bool any = io.poll_one() > 0;
      complain();
      const auto now = Clock::now();
      if (any && now < deadline + kLate) continue;   // what is ready comes before the clock
      if (now >= deadline) return false;
      io.run_one_until(std::min(deadline, now + std::chrono::milliseconds(50)));
      complain();
    }
    return true;
  }

  const Protocol& protocol;
  asio::io_context io{1};
  struct Backend {
    tcp::endpoint server;
    tcp::acceptor acceptor;
    std::string socket = {};   // its Unix socket; empty: none
  };
  std::vector<Backend> backends;   // none is added later: coroutines look at them
  int per_server;                  // numbers of connections
  asio::posix::stream_descriptor descriptor{io};  // borrowed: never closed here
  std::vector<LinkPtr> links;
  Wanted wanted;
  std::chrono::milliseconds delay{0};
  std::uint64_t accepted = 0, handed = 0, activity = 0;
  std::string server_lost, malformed;
};

Proxy::Proxy(const Protocol& protocol, std::uint16_t server_port) : Proxy(protocol, {&server_port, 1}, 1) {}

Proxy::Proxy(const Protocol& protocol, std::span<const std::uint16_t> server_ports, int per_server) {
  try {
    impl_ = std::make_unique<Impl>(protocol, server_ports, per_server);
  } catch (const boost::system::system_error& error) {
    throw LiveFailure(std::string("the proxy cannot listen on 127.0.0.1: ") + error.what());
  }
}

Proxy::~Proxy() = default;

std::uint16_t Proxy::port(std::size_t server) const {
  return impl_->backends.at(server).acceptor.local_endpoint().port();
}

std::vector<std::uint16_t> Proxy::ports() const {
  std::vector<std::uint16_t> out;
  for (std::size_t n = 0; n < impl_->backends.size(); ++n) out.push_back(port(n));
  return out;
}

void Proxy::reach(std::size_t server, const std::string& socket) { impl_->backends.at(server).socket = socket; }

void Proxy::number_again() { impl_->number_again(); }

void Proxy::hold(Wanted wanted) {
  impl_->wanted = std::move(wanted);
  if (impl_->wanted) return;
  for (const LinkPtr& link : impl_->links) {
    for (auto* queue : {&link->requests, &link->awaiting, &link->replies}) {
      for (Item& item : *queue) item.held = false;
    }
    impl_->pass_requests(link);
    impl_->pass_replies(link);
  }
}

bool Proxy::poll() { return impl_->poll(); }

bool Proxy::wait_readable(int fd, int milliseconds) {
  auto& descriptor = impl_->descriptor;
  if (!descriptor.is_open() || descriptor.native_handle() != fd) {
    if (descriptor.is_open()) descriptor.release();
    descriptor.assign(fd);
  }
  struct Wait {
    bool ended = false, readable = false;
  };
  const auto wait = std::make_shared<Wait>();   // its handler may outlive us, if something throws
  descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [wait](error_code error) {
    *wait = {true, !error};
  });
  if (impl_->run_until([&] { return wait->readable; }, milliseconds)) return true;
  descriptor.cancel();
  while (!wait->ended && impl_->io.poll_one() > 0) {
  }
  return false;
}

void Proxy::forget(int fd) {
  if (impl_->descriptor.is_open() && impl_->descriptor.native_handle() == fd) {
    impl_->descriptor.release();
  }
}

bool Proxy::expects_server() const {
  return std::ranges::any_of(impl_->links,
                             [](const LinkPtr& link) { return !link->connected || !link->awaiting.empty(); });
}

bool Proxy::wait(int milliseconds) {
  const auto before = impl_->activity;
  return impl_->run_until([&] { return impl_->activity != before; }, milliseconds);
}

std::vector<ProxyConnection> Proxy::connections() const {
  const auto held = [](const std::deque<Item>& items) {
    std::vector<HeldMessage> out;
    for (const Item& item : items) {
      out.push_back({item.words, item.bytes.size() - item.delivered, item.delivered});
    }
    return out;
  };
  std::vector<ProxyConnection> out;
  for (const LinkPtr& link : impl_->links) {
    out.push_back({link->number, held(link->requests), held(link->replies)});
  }
  std::ranges::sort(out, {}, &ProxyConnection::number);
  return out;
}

std::uint64_t Proxy::accepted() const { return impl_->accepted; }

std::uint64_t Proxy::handed() const { return impl_->handed; }

void Proxy::serve(int number, int milliseconds) {
  const LinkPtr link = impl_->find(number);
  if (link->requests.empty()) throw LiveFailure("there is no request to serve");
  const std::size_t replies = link->replies.size();
  std::string bytes;
  impl_->move_request(*link, bytes);
  impl_->send_to_server(link, bytes);
  impl_->pass_requests(link);
  if (!impl_->run_until([&] { return link->replies.size() > replies || !link->open; }, milliseconds)) {
    throw LiveFailure("the server did not answer within " + std::to_string(milliseconds) + " ms");
  }
}

void Proxy::deliver(int number) { deliver_part(number, std::string::npos); }

void Proxy::deliver_part(int number, std::size_t bytes) {
  const LinkPtr link = impl_->find(number);
  if (link->replies.empty()) throw LiveFailure("there is no reply to deliver");
  Item& item = link->replies.front();
  const std::string piece = item.bytes.substr(item.delivered, bytes);
  item.delivered += piece.size();
  if (item.delivered == item.bytes.size()) link->replies.pop_front();
  impl_->send_to_client(link, piece);
  impl_->pass_replies(link);
}

std::size_t Proxy::header_of(int number) const {
  const LinkPtr link = impl_->find(number);
  return link->replies.empty() ? 0 : impl_->protocol.header(link->replies.front().bytes);
}

void Proxy::delay(int milliseconds) { impl_->delay = std::chrono::milliseconds(milliseconds); }

void Proxy::close(int number, bool half) {
  const LinkPtr link = impl_->find(number);
  error_code ignored;
  if (half) {
    ++impl_->handed;
    link->client.shutdown(tcp::socket::shutdown_send, ignored);
  } else {
    impl_->drop(link);
  }
}

void Proxy::close_all() {
  while (!impl_->links.empty()) {
    const LinkPtr first = impl_->links.front();  // not a place in the list, which drop() takes it out of
    impl_->drop(first);
  }
}

}  // namespace interleak::live

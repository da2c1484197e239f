// A client under test: a driver program that speaks JSON lines on its standard input and output. The
// protocol is docs/live.md; this is the side of interleak.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "live/json.hpp"
#include "live/process.hpp"
#include "live/proxy.hpp"

namespace interleak::live {

/// What the driver is to open.
struct ClientPool {
  std::uint16_t port = 0;
  int max = 1, warm = 1;                   ///< of each node
  std::vector<std::uint16_t> nodes = {};   ///< of a cluster; empty: it is none
};

/// An operation that has ended, as the client told it.
struct ClientEnd {
  std::string task;
  int operation = 0;          ///< from 0
  enum class How { value, error, cancelled } how = How::value;
  Json value;                 ///< one element for each command
  std::string text;           ///< of the error
  int suspensions = 0;        ///< how often its task was suspended until then; 0: it does not say
};

/// What the driver says when all of its tasks are idle.
struct ClientReport {
  std::vector<ClientEnd> ended;            ///< since the last report, in order
  std::vector<std::pair<std::string, int>> waits;  ///< tasks that wait, and how often each was suspended
  bool sleeps = false;                     ///< its clock stands, and something waits for it
};

class Client {
 public:
  /// Starts the command (a shell runs it) and reads its greeting. Every line that goes to it or comes from
  /// it is written to `trace`, behind "> " or "< ", unless that is null. Throws LiveFailure.
  Client(Household& household, const std::string& command, Proxy& proxy, int timeout_ms, std::ostream* trace = nullptr);

  ~Client() { proxy_.forget(process_.output()); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  const std::string& name() const { return name_; }
  /// Does its greeting say that it can do this (docs/live.md: cancel_at, same_turn)?
  bool can(const std::string& what) const;
  /// Commands by which it sets up a connection, as its greeting has them: they are held like requests.
  const std::vector<std::string>& handshake() const { return handshake_; }
  /// Does its greeting say that it needs this ("cluster")?
  bool needs(const std::string& what) const;

  /// Each waits for the answer, during which the proxy runs. Throw LiveFailure.
  void open(const ClientPool& pool);
  ClientReport start(const std::string& task, const Json& operations, int cancel_at = 0, bool same_turn = false);
  /// The task is ready, and runs with the next question.
  void start_later(const std::string& task, const Json& operations);
  ClientReport cancel(const std::string& task);
  ClientReport run();
  /// Puts the clock of a client that sleeps forward to where it wakes, and runs.
  ClientReport wake();
  void close();
  /// True if the proxy has handed it something since the last question was asked: it may have been idle then,
  /// and not be any more.
  bool may_be_busy() const { return proxy_.handed() != handed_; }

 private:
  Json ask(const Json& question);
  Json read_line();
  std::vector<std::string> texts_of(const Json& hello, const char* field);
  [[noreturn]] void fail(const std::string& what);
  ClientReport report(const Json& answer);
  ClientEnd end_of(const Json& entry);
  int count(const Json& object, const char* name);
  const Json& field(const Json& object, const char* name, bool (Json::*is)() const noexcept, const char* what);

  Household& household_;
  Proxy& proxy_;
  int timeout_ms_;
  std::uint64_t handed_ = 0;   ///< by the proxy, when the last question was asked
  Process process_;
  std::ostream* trace_;
  std::string asked_;          ///< the last question
  std::string name_, unread_;
  std::vector<std::string> can_, needs_, handshake_;
};

}  // namespace interleak::live

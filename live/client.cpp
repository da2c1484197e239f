#include "live/client.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <ostream>

#include "live/failure.hpp"
#include "live/signals.hpp"

namespace interleak::live {
namespace {

constexpr std::size_t kMaxLine = std::size_t{4} << 20;

std::string shortened(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  }
  return text.size() <= 120 ? text : text.substr(0, 117) + "...";
}

/// One command and its words: the shell may become it, so that it ends with us whatever happens. Others
/// (`cd there && ...`, `A=1 ...`) run below the shell, and end when their standard input does.
bool is_plain(const std::string& command) {
  const std::string first = command.substr(0, command.find_first_of(" \t"));
  if (first.find('=') != std::string::npos) return false;
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (c == '\\' && quote != '\'') ++i;
    else if (quote != 0) quote = c == quote ? '\0' : quote;
    else if (c == '\'' || c == '"') quote = c;
    else if (std::string_view(";&|<>(){}`\n").find(c) != std::string_view::npos) return false;
  }
  return true;
}

/// Operations of a task, suspensions: what is beyond that is no count.
constexpr std::uint64_t kMostCounted = 1'000'000;

bool is_count(const Json& number) { return number.is_number_unsigned() && number.get<std::uint64_t>() <= kMostCounted; }

/// Arrays and objects in each other: what walks through an answer does so by recursion.
bool is_too_deep(const std::string& line) {
  constexpr int kDeepest = 64;
  int depth = 0;
  bool text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (text && line[i] == '\\') ++i;
    else if (line[i] == '"') text = !text;
    else if (!text && (line[i] == '[' || line[i] == '{') && ++depth > kDeepest) return true;
    else if (!text && (line[i] == ']' || line[i] == '}')) --depth;
  }
  return false;
}

/// Of the time for an answer: a client that reads or writes byte by byte has no more of it than others.
class TimeLeft {
 public:
  explicit TimeLeft(int milliseconds) : end_(Clock::now() + std::chrono::milliseconds(milliseconds)) {}
  int milliseconds() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
    return std::max(0, static_cast<int>(left.count()));
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point end_;
};

}  // namespace

Client::Client(Household& household, const std::string& command, Proxy& proxy, int timeout_ms, std::ostream* trace)
    : household_(household), proxy_(proxy), timeout_ms_(timeout_ms),
      process_(household, {"/bin/sh", "-c", (is_plain(command) ? "exec " : "") + command}, Process::Talk::pipes),
      trace_(trace) {
  const Json hello = read_line();
  if (!hello.contains("client") || !hello["client"].is_string()) {
    fail("expected its greeting {\"client\": NAME}, got " + shortened(hello.dump()));
  }
  name_ = hello["client"].get<std::string>();
  can_ = texts_of(hello, "can");
  needs_ = texts_of(hello, "needs");
  handshake_ = texts_of(hello, "handshake");
}

std::vector<std::string> Client::texts_of(const Json& hello, const char* field) {
  std::vector<std::string> out;
  if (!hello.contains(field)) return out;
  for (const Json& each : hello[field]) {
    if (!each.is_string()) {
      fail(std::string("expected \"") + field + "\" to have texts, got " + shortened(hello.dump()));
    }
    out.push_back(each.get<std::string>());
  }
  return out;
}

bool Client::can(const std::string& what) const { return std::ranges::count(can_, what) != 0; }

bool Client::needs(const std::string& what) const { return std::ranges::count(needs_, what) != 0; }

void Client::open(const ClientPool& pool) {
  Json question = {{"do", "open"}, {"port", pool.port}, {"max", pool.max}, {"warm", pool.warm}};
  if (!pool.nodes.empty()) question["nodes"] = pool.nodes;
  const Json answer = ask(question);
  if (!answer.contains("opened") || answer["opened"] != true) {
    fail("expected {\"opened\": true}, got " + shortened(answer.dump()));
  }
}

ClientReport Client::start(const std::string& task, const Json& operations, int cancel_at, bool same_turn) {
  Json question = {{"do", "start"}, {"task", task}, {"operations", operations}};
  if (cancel_at > 0) question["cancel_at"] = cancel_at;
  if (same_turn) question["same_turn"] = true;
  return report(ask(question));
}

void Client::start_later(const std::string& task, const Json& operations) {
  ask({{"do", "start"}, {"task", task}, {"operations", operations}, {"later", true}});
}

ClientReport Client::cancel(const std::string& task) { return report(ask({{"do", "cancel"}, {"task", task}})); }

ClientReport Client::run() { return report(ask({{"do", "run"}})); }

ClientReport Client::wake() { return report(ask({{"do", "run"}, {"wake", true}})); }

void Client::close() {
  household_.reap();   // what it has let go, and has ended since
  ask({{"do", "close"}});
}

Json Client::ask(const Json& question) {
  if (!unread_.empty()) fail("it speaks without being asked: " + shortened(unread_));
  asked_ = question.dump();
  if (trace_ != nullptr) *trace_ << "> " << asked_ << std::endl;
  const std::string line = asked_ + "\n";
  handed_ = proxy_.handed();
  const TimeLeft left(timeout_ms_);
  for (std::size_t written = 0; written < line.size();) {
    check_signals();
    const ssize_t now = ::write(process_.input(), line.data() + written, line.size() - written);
    if (now > 0) {
      written += static_cast<std::size_t>(now);
    } else if (errno == EAGAIN) {
      pollfd ready = {process_.input(), POLLOUT, 0};
      if (::poll(&ready, 1, left.milliseconds()) == 0) fail("it does not read what it is told");
    } else if (errno != EINTR) {
      fail("it closed its standard input");
    }
  }
  Json answer = read_line();
  if (answer.contains("failed")) fail("it says: " + shortened(answer["failed"].dump()));
  return answer;
}

Json Client::read_line() {
  const TimeLeft left(timeout_ms_);
  std::size_t end;
  while ((end = unread_.find('\n')) == std::string::npos) {
    if (unread_.size() > kMaxLine) fail("a line of more than 4 MiB");
    if (!proxy_.wait_readable(process_.output(), left.milliseconds())) {
      fail("no answer within " + std::to_string(timeout_ms_) + " ms");
    }
    char more[16 * 1024];
    const ssize_t got = ::read(process_.output(), more, sizeof more);
    if (got == 0) fail("it closed its standard output");
    if (got > 0) unread_.append(more, static_cast<std::size_t>(got));
  }
  const std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  if (trace_ != nullptr) *trace_ << "< " << line << std::endl;
  if (is_too_deep(line)) fail("a line with more than 64 arrays and objects in each other");
  Json parsed = Json::parse(line, nullptr, false);
  if (!parsed.is_object()) fail("expected a line with a JSON object, got: " + shortened(line));
  return parsed;
}

void Client::fail(const std::string& what) {
  std::string how;
  for (int i = 0; i < 20 && how.empty() && what.find("closed") != std::string::npos; ++i) {
    how = process_.ended();
    if (how.empty()) ::usleep(10'000);
  }
  throw LiveFailure("the client" + (name_.empty() ? "" : " " + shortened(name_)) + " failed: " + what +
                    (how.empty() ? "" : "; it ended with " + how) +
                    (asked_.empty() ? "" : "\n  asked: " + shortened(asked_)) + process_.log().last_lines(8));
}

/// A field that must be there, and be something.
const Json& Client::field(const Json& object, const char* name, bool (Json::*is)() const noexcept, const char* what) {
  static const Json kNothing;
  const Json& found = object.is_object() && object.contains(name) ? object.at(name) : kNothing;
  if (!(found.*is)()) {
    fail(std::string("expected \"") + name + "\": " + what + ", got " + shortened(object.dump()));
  }
  return found;
}

int Client::count(const Json& object, const char* name) {
  const Json& found = field(object, name, &Json::is_number_unsigned, "a number from 0");
  if (!is_count(found)) fail(std::string("\"") + name + "\" is too large: " + shortened(object.dump()));
  return found.get<int>();
}

ClientEnd Client::end_of(const Json& entry) {
  ClientEnd end;
  end.task = field(entry, "task", &Json::is_string, "the name of a task").get<std::string>();
  end.operation = count(entry, "operation");
  if (entry.contains("suspensions")) end.suspensions = count(entry, "suspensions");
  if (entry.contains("cancelled")) {
    end.how = ClientEnd::How::cancelled;
  } else if (entry.contains("error")) {
    end.how = ClientEnd::How::error;
    end.text = field(entry, "error", &Json::is_string, "a text").get<std::string>();
  } else {
    end.value = field(entry, "value", &Json::is_array, "an array (or \"error\", or \"cancelled\")");
  }
  return end;
}

ClientReport Client::report(const Json& answer) {
  ClientReport out;
  for (const Json& entry : field(answer, "ended", &Json::is_array, "an array")) out.ended.push_back(end_of(entry));
  for (const auto& [task, count] : field(answer, "waits", &Json::is_object, "an object").items()) {
    if (!is_count(count)) fail("expected \"waits\" to have numbers from 0, got " + shortened(answer.dump()));
    out.waits.emplace_back(task, count.get<int>());
  }
  if (answer.contains("sleeps")) out.sleeps = field(answer, "sleeps", &Json::is_boolean, "true or false").get<bool>();
  return out;
}

}  // namespace interleak::live

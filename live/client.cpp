#include "live/client.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "live/failure.hpp"

namespace interleak::live {
namespace {

constexpr std::size_t kMaxLine = std::size_t{4} << 20;

std::string shortened(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  }
  return text.size() <= 120 ? text : text.substr(0, 117) + "...";
}

ClientEnd end_of(const Json& entry) {
  ClientEnd end;
  end.task = entry.at("task").get<std::string>();
  end.operation = entry.at("operation").get<int>();
  if (entry.contains("suspensions")) end.suspensions = entry.at("suspensions").get<int>();
  if (entry.contains("cancelled")) {
    end.how = ClientEnd::How::cancelled;
  } else if (entry.contains("error")) {
    end.how = ClientEnd::How::error;
    end.text = entry.at("error").get<std::string>();
  } else {
    end.value = entry.at("value");
    if (!end.value.is_array()) throw std::runtime_error("\"value\" must be an array");
  }
  return end;
}

}  // namespace

Client::Client(const std::string& command, const std::string& log, Proxy& proxy, int timeout_ms)
    : log_(log),
      proxy_(proxy),
      timeout_ms_(timeout_ms),
      process_({"/bin/sh", "-c", "exec " + command}, Process::Input::pipe, log) {
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
  ask(question);
}

ClientReport Client::start(const std::string& task, const Json& operations, int cancel_at,
                           bool same_turn) {
  Json question = {{"do", "start"}, {"task", task}, {"operations", operations}};
  if (cancel_at > 0) question["cancel_at"] = cancel_at;
  if (same_turn) question["same_turn"] = true;
  return report(ask(question));
}

void Client::start_later(const std::string& task, const Json& operations) {
  ask({{"do", "start"}, {"task", task}, {"operations", operations}, {"later", true}});
}

ClientReport Client::cancel(const std::string& task) {
  return report(ask({{"do", "cancel"}, {"task", task}}));
}

ClientReport Client::run() { return report(ask({{"do", "run"}})); }

ClientReport Client::wake() { return report(ask({{"do", "run"}, {"wake", true}})); }

void Client::close() { ask({{"do", "close"}}); }

Json Client::ask(const Json& question) {
  const std::string line = question.dump() + "\n";
  handed_ = proxy_.handed();
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t now = ::write(process_.input(), line.data() + written, line.size() - written);
    if (now > 0) {
      written += static_cast<std::size_t>(now);
    } else if (errno == EAGAIN) {
      pollfd ready = {process_.input(), POLLOUT, 0};
      if (::poll(&ready, 1, timeout_ms_) == 0) fail("it does not read what it is told");
    } else if (errno != EINTR) {
      fail("it closed its standard input");
    }
  }
  const Json answer = read_line();
  if (answer.contains("failed")) fail("it says: " + shortened(answer["failed"].dump()));
  return answer;
}

Json Client::read_line() {
  std::size_t end;
  while ((end = unread_.find('\n')) == std::string::npos) {
    if (unread_.size() > kMaxLine) fail("a line of more than 4 MiB");
    if (!proxy_.wait_readable(process_.output(), timeout_ms_)) {
      fail("no answer within " + std::to_string(timeout_ms_) + " ms");
    }
    char more[16 * 1024];
    const ssize_t got = ::read(process_.output(), more, sizeof more);
    if (got == 0) fail("it closed its standard output");
    if (got > 0) unread_.append(more, static_cast<std::size_t>(got));
  }
  const std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
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
                    (how.empty() ? "" : "; it ended with " + how) + last_lines(log_, 8));
}

ClientReport Client::report(const Json& answer) {
  ClientReport out;
  try {
    for (const Json& entry : answer.at("ended")) out.ended.push_back(end_of(entry));
    for (const auto& [task, count] : answer.at("waits").items()) {
      out.waits.emplace_back(task, count.get<int>());
    }
    if (answer.contains("sleeps")) out.sleeps = answer.at("sleeps").get<bool>();
  } catch (const std::exception& error) {
    fail(std::string("its report is not as docs/live.md has it: ") + error.what() + " in " +
         shortened(answer.dump()));
  }
  return out;
}

}  // namespace interleak::live

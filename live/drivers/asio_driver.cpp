// Drives the Asio client for `interleak live` (docs/live.md): one JSON object a line on standard input,
// one answer a line on standard output.
//   interleak-asio-client DESIGN
#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include "live/drivers/asio_client.hpp"

namespace interleak::asio_client {
namespace {

namespace asio = boost::asio;

struct Task {
  std::string id;
  Json operations;
  int operation = 0;
  Meter meter;
  asio::cancellation_signal cancel;
  bool cancelled = false, done = false;
};

class Driver {
 public:
  explicit Driver(std::string design) : design_(std::move(design)) {}

  Json answer(const Json& question) {
    const std::string verb = question.at("do");
    if (verb == "open") return open(question);
    if (verb == "close") return close();
    if (verb == "start") start(question);
    if (verb == "cancel") cancel(question.at("task"));
    return report();
  }

 private:
  Json open(const Json& question) {
    pool_ = make_pool(*io_, design_, question.at("port"), question.at("max"));
    std::exception_ptr failed;
    bool ready = false;
    asio::co_spawn(*io_, pool_->warm(question.at("warm")), [&](std::exception_ptr error) {
      failed = std::move(error);
      ready = true;
    });
    io_->restart();
    while (!ready) io_->run_one();
    if (failed) std::rethrow_exception(failed);
    return {{"opened", true}};
  }
  Json close() {
    // Every coroutine comes to its end before what it refers to goes.
    for (const auto& [id, task] : tasks_) task->cancel.emit(asio::cancellation_type::terminal);
    if (pool_) pool_->close();
    io_->restart();
    while (io_->poll() > 0) {
    }
    pool_ = nullptr;
    tasks_.clear();
    ended_ = Json::array();
    return {{"closed", true}};
  }
  void start(const Json& question) {
    const auto task = std::make_shared<Task>();
    task->id = question.at("task");
    task->operations = question.at("operations");
    tasks_[task->id] = task;
    asio::co_spawn(*io_, run(task),
                   asio::bind_cancellation_slot(task->cancel.slot(), [](const std::exception_ptr&) {}));
  }
  /// A request handler: one operation after another, until one of them fails.
  awaitable<void> run(std::shared_ptr<Task> task) {
    for (const Json& commands : task->operations) {
      Json end = {{"task", task->id}, {"operation", task->operation}};
      task->meter = {};
      bool failed = true;
      try {
        end["value"] = co_await pool_->execute(commands, task->meter);
        failed = false;
      } catch (const boost::system::system_error& error) {
        const bool aborted = error.code() == asio::error::operation_aborted;
        if (aborted && task->cancelled) end["cancelled"] = true;
        else end["error"] = error.code().message();
      } catch (const std::exception& error) {
        end["error"] = error.what();
      }
      task->done = failed || ++task->operation == static_cast<int>(task->operations.size());
      ended_.push_back(std::move(end));
      if (task->done) co_return;
    }
  }
  void cancel(const std::string& id) {
    Task& task = *tasks_.at(id);
    task.cancelled = true;
    task.cancel.emit(asio::cancellation_type::terminal);
  }
  Json report() {
    io_->restart();
    while (io_->poll() > 0) {
    }
    Json waits = Json::object();
    for (const auto& [id, task] : tasks_) {
      if (!task->done) waits[id] = task->meter.suspensions;
    }
    Json out = {{"ended", std::move(ended_)}, {"waits", std::move(waits)}};
    ended_ = Json::array();
    return out;
  }

  std::string design_;
  std::unique_ptr<asio::io_context> io_ = std::make_unique<asio::io_context>(1);
  std::unique_ptr<Pool> pool_;
  std::map<std::string, std::shared_ptr<Task>> tasks_;
  Json ended_ = Json::array();
};

int drive(const std::string& design) {
  Driver driver(design);
  std::cout << Json({{"client", "asio " + design}}).dump() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    Json answer;
    try {
      answer = driver.answer(Json::parse(line));
    } catch (const std::exception& error) {
      answer = {{"failed", error.what()}};
    }
    std::cout << answer.dump() << std::endl;
  }
  return 0;
}

int usage() {
  std::cerr << "usage: interleak-asio-client DESIGN\n";
  for (const DesignName& design : designs()) {
    std::cerr << "  " << design.name << ": " << design.title << "\n";
  }
  return 2;
}

}  // namespace
}  // namespace interleak::asio_client

int main(int argc, char** argv) {
  using namespace interleak::asio_client;
  std::signal(SIGPIPE, SIG_IGN);
  if (argc != 2) return usage();
  for (const DesignName& design : designs()) {
    if (design.name == argv[1]) return drive(argv[1]);
  }
  return usage();
}

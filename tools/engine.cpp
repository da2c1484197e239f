// Threads, signals, timers around an exploration: see engine.hpp.
#include "tools/engine.hpp"

#include <unistd.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <latch>

#include "reports/style.hpp"
#include "tools/memory.hpp"
#include "tools/terminal.hpp"

namespace interleak::tools {
namespace {

using namespace std::chrono_literals;

/// How often the memory of the process is looked at. Beside that the search asks before it takes much.
constexpr auto kSample = 5ms;

/// What judging may take when the time is up.
std::chrono::milliseconds grace_of(std::chrono::milliseconds time) {
  return std::max<std::chrono::milliseconds>(time / 10, 200ms);
}

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

}  // namespace

Engine::Engine(const EngineOptions& options)
    : threads_(options.threads), progress_(options.progress), terminal_(is_terminal(STDERR_FILENO)),
      tick_(terminal_ ? 250ms : 10'000ms), max_bytes_(options.max_bytes),
      max_resident_(options.max_bytes * static_cast<std::uint64_t>(options.jobs)),
      pool_(static_cast<std::size_t>(options.threads)), signals_(context_, SIGINT, SIGTERM), limit_(context_),
      grace_(context_), ticker_(context_), sampler_(context_) {
  wait_for_signal();
  if (options.max_time) set_time_limit(*options.max_time);
  if (max_bytes_ != 0) watch_memory();
  if (progress_) wait_for_tick();
  watcher_ = std::thread([this] { context_.run(); });
}

Engine::~Engine() {
  context_.stop();
  watcher_.join();
  pool_.join();
}

void Engine::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& failed, int number) {
    if (failed) return;
    if (signal_ != 0) _exit(128 + number);  // asked twice: at once, without a report
    signal_ = number;
    interrupt_.raise();
    wait_for_signal();
  });
}

void Engine::set_time_limit(std::chrono::milliseconds time) {
  limit_.expires_after(time);
  limit_.async_wait([this](const boost::system::error_code& failed) {
    if (failed) return;
    timed_out_ = true;
    interrupt_.raise();
  });
  grace_.expires_after(time + grace_of(time));
  grace_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed) overdue_ = true;
  });
}

void Engine::watch_memory() {
  resident_ = resident_bytes();
  sampler_.expires_after(kSample);
  sampler_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed) watch_memory();
  });
}

bool Engine::has_room(std::uint64_t bytes) const {
  if (overdue_) return false;
  if (max_bytes_ == 0) return true;
  // What goes on takes little by little; what was freed a moment ago is not held against it.
  if (bytes == 0) return resident_ <= max_resident_ + max_resident_ / 20;
  return resident_bytes() + bytes <= max_resident_;
}

void Engine::wait_for_tick() {
  ticker_.expires_after(tick_);
  ticker_.async_wait([this](const boost::system::error_code& failed) {
    if (failed) return;
    show_progress();
    wait_for_tick();
  });
}

void Engine::show_progress() {
  const std::lock_guard lock(mutex_);
  if (active_ == 0 || !latest_) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun_);
  const auto number = [](std::uint64_t n) { return reports::grouped(std::to_string(n)); };
  std::string line = title_ + ": no violation up to " + std::to_string(latest_->depth) + " steps, states " +
                     number(latest_->states) + ", frontier " + number(latest_->frontier) + ", " +
                     mebibytes(latest_->bytes) + ", " + std::to_string(seconds.count()) + " s";
  if (terminal_) {
    const int width = terminal_style({}, STDERR_FILENO).width;
    line = "\r\x1b[K" + reports::clipped(line, width - 1, false);
    drawn_ = true;
  } else {
    line += '\n';
  }
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

void Engine::clear_progress() {
  const std::lock_guard lock(mutex_);
  if (--active_ > 0) return;
  latest_.reset();
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

void Engine::run_all(std::vector<std::function<void()>>& jobs) {
  std::latch done(static_cast<std::ptrdiff_t>(jobs.size()));
  std::mutex mutex;
  std::exception_ptr failure;
  for (const auto& job : jobs) {
    boost::asio::post(pool_, [&] {
      try {
        job();
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
      }
      done.count_down();
    });
  }
  done.wait();
  if (failure) std::rethrow_exception(failure);
}

check::Analysis Engine::analyse(const world::World& world, const std::vector<property::Invariant>& invariants,
                                check::Options options, const std::string& title) {
  check::Analysis analysis;
  explore(std::move(options), title,
          [&](const check::Options& all) { analysis = check::analyse(world, invariants, all); });
  return analysis;
}

void Engine::explore(check::Options options, const std::string& title,
                     const std::function<void(const check::Options&)>& work) {
  {
    const std::lock_guard lock(mutex_);
    title_ = title;
    begun_ = std::chrono::steady_clock::now();
    if (active_++ == 0) peak_bytes_ = 0;
  }
  options.workers = threads_;
  if (threads_ > 1) {
    options.executor = [this](std::vector<std::function<void()>>& jobs) { run_all(jobs); };
  }
  options.progress = [this](const check::Progress& progress) {
    const std::lock_guard lock(mutex_);
    latest_ = progress;
    peak_bytes_ = std::max(peak_bytes_, progress.bytes);
  };
  options.interrupt = interrupt_;
  options.room = [this](std::uint64_t bytes) { return has_room(bytes); };
  const ProgressLine line{*this};
  work(options);
}

std::uint64_t Engine::bytes() const {
  const std::lock_guard lock(mutex_);
  return peak_bytes_;
}

std::string Engine::stopped_by(check::Stop stop) const {
  if (stop == check::Stop::bytes && max_bytes_ != 0) return "--max-mem " + mebibytes(max_bytes_);
  if (stop != check::Stop::interrupted) return "";
  if (signal_ == SIGINT) return "SIGINT";
  if (signal_ == SIGTERM) return "SIGTERM";
  return timed_out_ ? "--max-time" : "";
}

}  // namespace interleak::tools

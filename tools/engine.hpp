// What surrounds a long exploration: worker threads, signals, the limits of time and memory, progress. All
// of it stands on Boost.Asio; none of it can change a result, only end it early (the verdict is then
// `unknown`, never something else).
//
// When the time is up the search ends, and its result is still judged, which takes a fraction of the search;
// a little later that ends, too. Memory is that of the process: the search asks for it before it grows.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "sim/check/analysis.hpp"
#include "sim/kernel/interrupt.hpp"

namespace interleak::tools {

struct EngineOptions {
  int threads = 1;
  std::optional<std::chrono::milliseconds> max_time;  ///< of the whole command
  std::uint64_t max_bytes = 0;                        ///< of memory of the process, for each job; 0: no limit
  int jobs = 1;                                       ///< explorations side by side
  bool progress = true;                               ///< on standard error
};

class Engine {
 public:
  explicit Engine(const EngineOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs check::analyse() with the threads, and shows progress under that title.
  check::Analysis analyse(const world::World& world, const std::vector<property::Invariant>& invariants,
                          check::Options options, const std::string& title);

  /// The same for any exploration: calls `work` with the options, to which threads, progress and
  /// the means to stop it were added. Several may run at once, from threads of the caller.
  void explore(check::Options options, const std::string& title,
               const std::function<void(const check::Options&)>& work);

  /// Number of the signal that arrived, 0: none.
  int signal() const { return signal_; }
  /// True once a signal or the time limit has ended the search.
  bool stopped() const { return interrupt_.raised(); }
  /// What ended something that ended so: "SIGINT", "SIGTERM", "--max-time", "--max-mem 100 MiB"; empty: it
  /// says enough by itself.
  std::string stopped_by(check::Stop stop) const;
  /// Largest memory that one of the last explorations (those that ran side by side) reported, in bytes.
  std::uint64_t bytes() const;
  int threads() const { return threads_; }

 private:
  void wait_for_signal();
  void wait_for_tick();
  void set_time_limit(std::chrono::milliseconds time);
  void watch_memory();
  bool has_room(std::uint64_t bytes) const;
  void show_progress();
  void clear_progress();
  struct ProgressLine {                     ///< of one exploration; cleared when the last one ends
    Engine& engine;
    ~ProgressLine() { engine.clear_progress(); }
  };
  void run_all(std::vector<std::function<void()>>& jobs);

  const int threads_;
  const bool progress_, terminal_;
  const std::chrono::milliseconds tick_;
  const std::uint64_t max_bytes_, max_resident_;   ///< of one job, of all
  const Interrupt interrupt_ = Interrupt::armed();
  std::atomic<int> signal_ = 0;
  std::atomic<bool> timed_out_ = false;
  std::atomic<bool> overdue_ = false;       ///< the time was up a while ago
  std::atomic<std::uint64_t> resident_ = 0; ///< memory of the process, a moment ago

  mutable std::mutex mutex_;                ///< guards what follows: it is told by the search
  std::uint64_t peak_bytes_ = 0;
  int active_ = 0;                          ///< explorations that run now
  std::string title_;                       ///< of the one that began last
  std::optional<check::Progress> latest_;
  bool drawn_ = false;                      ///< a progress line stands on the terminal
  std::chrono::steady_clock::time_point begun_;

  boost::asio::thread_pool pool_;
  boost::asio::io_context context_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer limit_, grace_, ticker_, sampler_;
  std::thread watcher_;                     ///< runs context_
};

}  // namespace interleak::tools

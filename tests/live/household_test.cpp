// Who belongs to a run, whose a folder is, what is kept of a log: what can be seen of it without a server.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "live/failure.hpp"
#include "live/folder.hpp"
#include "live/household.hpp"
#include "live/leftovers.hpp"
#include "live/log.hpp"
#include "live/owner.hpp"
#include "live/process.hpp"
#include "live/processes.hpp"
#include "live/signals.hpp"
#include "tests/catch.hpp"

using namespace interleak::live;
namespace fs = std::filesystem;

namespace {

constexpr auto kALot = std::chrono::seconds(20);   // on a busy machine

bool soon(const std::function<bool()>& what) {
  const auto end = std::chrono::steady_clock::now() + kALot;
  while (!what()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

bool lives(pid_t id) {
  const auto found = process_of(id);
  return found && !found->is_dead();
}

bool is_called(pid_t id, const std::string& name) {
  const auto found = process_of(id);
  return found && found->name == name;
}

/// A child that does nothing, or so; ended and waited for in the end.
class Child {
 public:
  explicit Child(const std::function<void()>& first = [] {}) : id_(::fork()) {
    if (id_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    first();
    for (;;) ::pause();
  }
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  void end() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
  }
  pid_t id() const { return id_; }

 private:
  pid_t id_;
};

/// The number that a process of the household has written.
pid_t number_in(const std::string& file) {
  pid_t out = 0;
  soon([&] {
    std::ifstream in(file);
    return in >> out && in.get() == '\n';
  });
  return out;
}

void be_silent(const std::string&) {}

}  // namespace

TEST_CASE("an owner is a text and back, and what is none is refused") {
  const Owner self = this_owner();
  CHECK(owner_of(text_of(self)) == self);
  CHECK(self.process == ::getpid());
  for (const char* text : {"", "1", "1.2", "1.2.", "1.2.0123456789a", "1.2.0123456789abc", "1.2.0123456789aX",
                           "-1.2.0123456789ab", "0.2.0123456789ab", "1.0.0123456789ab", "1.2.3.0123456789ab",
                           "99999999999999999999.2.0123456789ab", " 1.2.0123456789ab"}) {
    INFO(text);
    CHECK_FALSE(owner_of(text));
  }
}

TEST_CASE("an owner is gone if that very process is, and nothing is known of other places") {
  Owner owner = this_owner();
  CHECK_FALSE(is_gone(owner));
  ++owner.start;   // another process had our number before us
  CHECK(is_gone(owner));
  owner.place = "0123456789ab";
  CHECK_FALSE(is_gone(owner));
  Child child;
  Owner other = this_owner();
  other.process = child.id();
  other.start = process_of(child.id())->start;
  CHECK_FALSE(is_gone(other));
  ::kill(child.id(), SIGKILL);   // nobody has waited for it yet
  CHECK(soon([&] { return is_gone(other); }));
  child.end();
  CHECK(is_gone(other));
}

TEST_CASE("a process may be called anything") {
  Child child([] { ::prctl(PR_SET_NAME, ") R 1 (7 \n"); });
  CHECK(soon([&] { return process_of(child.id())->name == ") R 1 (7 \n"; }));
  CHECK(process_of(child.id())->parent == ::getpid());
  CHECK(process_of(child.id())->start >= process_of(::getpid())->start);
}

TEST_CASE("only the very process that was seen is ended, and only with its mark") {
  Child child;
  ProcessEntry seen = *process_of(child.id());
  ++seen.start;
  end_process(seen, "", "");
  --seen.start;
  end_process(seen, kMark, "another");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(lives(child.id()));
  CHECK(end_process(seen, "", ""));
  CHECK(soon([&] { return !lives(child.id()); }));
}

TEST_CASE("a household ends what its processes let go, and leaves alone who was there before") {
  const TemporaryDirectory folder;
  const std::string file = folder.path() + "/number";
  Child before;
  pid_t bare = 0, marked = 0;
  std::string mark;
  {
    Household house(be_silent);
    Process process(house, {"sh", "-c", "setsid sleep 1000 & echo $! >" + file + "; wait"}, Process::Talk::none);
    marked = number_in(file);
    CHECK(soon([&] { return is_called(marked, "sleep"); }));   // and has left the group
    // The kernel shows its name a moment before its environment.
    CHECK(soon([&] { return environment_of(marked, kMark).has_value(); }));
    mark = environment_of(marked, kMark).value_or("");
    process.stop();
    CHECK(lives(marked));
  }
  CHECK(owner_of(mark) == this_owner());
  CHECK_FALSE(lives(marked));
  CHECK(lives(before.id()));
  before.end();
  {
    Household house(be_silent);
    fs::remove(file);
    Process process(house, {"sh", "-c", "env -i setsid sh -c 'echo $$ >" + file + "; exec sleep 1000' & wait"},
                    Process::Talk::none);
    bare = number_in(file);
    CHECK(soon([&] { return is_called(bare, "sleep"); }));
    CHECK_FALSE(environment_of(bare, kMark));
    process.stop();
    CHECK(lives(bare));
  }
  CHECK_FALSE(lives(bare));
}

TEST_CASE("what is left to a household and dies is waited for, but not who somebody waits for") {
  Household house(be_silent);
  Process process(house, {"sh", "-c", "for i in 1 2 3; do (setsid true &) ; done; exit 3"}, Process::Talk::none);
  CHECK(soon([&] { return !process.ended().empty(); }));
  CHECK(process.ended() == "exit code 3");
  CHECK(soon([&] { return !house.reap(); }));
}

TEST_CASE("of a log the end is kept, however much it is") {
  Log log;
  const std::string piece(4096, 'e');
  for (int i = 0; i < 5000; ++i) REQUIRE(::write(log.writer(), piece.data(), piece.size()) > 0);  // waits for nobody
  CHECK(log.last_lines(8) == "\n    " + std::string(200, 'e'));
  REQUIRE(::write(log.writer(), "\none\n\ntwo", 9) == 9);
  CHECK(log.last_lines(3) == "\n    one\n    \n    two");
  CHECK(log.last_lines(1) == "\n    two");
  log.close_writer();
  CHECK(log.last_lines(1) == "\n    two");
}

TEST_CASE("folders of runs that are gone are removed, and no others") {
  const TemporaryDirectory root;
  Owner gone = this_owner(), elsewhere = this_owner();
  ++gone.start;
  elsewhere.place = "0123456789ab";
  const auto name = [&](const std::string& whose) { return root.path() + "/interleak-live-" + whose + "-abcdef"; };
  for (const std::string& each : {text_of(gone), text_of(this_owner()), text_of(elsewhere), std::string("x")}) {
    fs::create_directories(name(each) + "/node1");
    std::ofstream(name(each) + "/node1/nodes.conf") << "x";
  }
  fs::create_directory(root.path() + "/interleak-live-abcdef");  // of an earlier version
  fs::create_directory_symlink(name("x"), root.path() + "/interleak-live-" + text_of(gone) + "-linked");
  std::ofstream(root.path() + "/interleak-live-" + text_of(gone) + "-a-file") << "x";
  const Leftovers left = clear_leftovers(root.path());
  CHECK(left.folders == 1);
  CHECK_FALSE(fs::exists(name(text_of(gone))));
  for (const std::string& each : {text_of(this_owner()), text_of(elsewhere), std::string("x")}) {
    CHECK(fs::exists(name(each) + "/node1/nodes.conf"));
  }
  CHECK(fs::exists(root.path() + "/interleak-live-abcdef"));
  CHECK(fs::is_symlink(root.path() + "/interleak-live-" + text_of(gone) + "-linked"));
  CHECK(fs::exists(root.path() + "/interleak-live-" + text_of(gone) + "-a-file"));
  CHECK(clear_leftovers(root.path() + "/none").folders == 0);
}

TEST_CASE("processes that bear the mark of a run that is gone are ended, and those below them") {
  const TemporaryDirectory root;
  Owner gone = this_owner();
  ++gone.start;
  const auto with_mark = [](const std::string& mark) {
    const pid_t id = ::fork();
    if (id == 0) {
      ::execlp("env", "env", (std::string(kMark) + "=" + mark).c_str(), "sh", "-c", "env -i sleep 1000 & wait; exit",
               nullptr);
      ::_exit(127);
    }
    CHECK(soon([&] { return environment_of(id, kMark) == mark; }));
    return id;
  };
  const auto below = [](pid_t parent) {
    std::vector<pid_t> out;
    for (const ProcessEntry& each : all_processes()) {
      if (each.parent == parent && !environment_of(each.id, kMark)) out.push_back(each.id);
    }
    return out;
  };
  const pid_t dead = with_mark(text_of(gone)), living = with_mark(text_of(this_owner()));
  CHECK(soon([&] { return below(dead).size() == 1 && below(living).size() == 1; }));
  const pid_t bare = below(dead).at(0), other = below(living).at(0);
  const int ended = clear_leftovers(root.path()).processes;
  CHECK(ended >= 2);
  CHECK_FALSE(lives(dead));
  CHECK_FALSE(lives(bare));
  CHECK(lives(living));
  CHECK(lives(other));
  for (const pid_t each : {living, other}) ::kill(each, SIGKILL);
  for (const pid_t each : {dead, living}) ::waitpid(each, nullptr, 0);
}

TEST_CASE("every signal that would end the program is remembered, the first one told") {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGVTALRM,
                           SIGPROF, SIGIO, SIGPWR, SIGSTKFLT, SIGRTMIN, SIGRTMAX}) {
    INFO(number);
    struct sigaction before = {}, after = {};
    ::sigaction(number, nullptr, &before);  // Catch has handlers, too
    {
      const SignalWatch watch;
      CHECK_NOTHROW(check_signals());
      ::raise(number);
      ::raise(SIGTERM);
      CHECK(signal_that_came() == number);
      CHECK_THROWS_AS(check_signals(), Interrupted);
    }
    ::sigaction(number, nullptr, &after);
    CHECK(after.sa_handler == before.sa_handler);
  }
  ::signal(SIGHUP, SIG_IGN);  // nohup
  {
    const SignalWatch watch;
    ::raise(SIGHUP);
    CHECK(signal_that_came() == 0);
  }
  ::signal(SIGHUP, SIG_DFL);
}

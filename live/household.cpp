// A process has no children of its own any more when it has died: they are ours then. So it is enough to end our
// own children again and again, until there are none. Their numbers are safe, for none is given away before we have
// waited for it; and a chain of processes that each start the next and end is caught, for we look without pause.
#include "live/household.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "live/owner.hpp"

namespace interleak::live {
namespace {

constexpr auto kEndTime = std::chrono::seconds(5);
constexpr auto kPause = std::chrono::milliseconds(1);

std::string names_of(const std::vector<ProcessEntry>& processes) {
  std::string out;
  for (const ProcessEntry& each : processes) {
    out += (out.empty() ? "" : ", ") + std::to_string(each.id) + " (" + each.name + ")";
  }
  return out;
}

}  // namespace

Household::Household(Tell tell) : tell_(std::move(tell)), mark_(text_of(this_owner())), strangers_(own_children()) {
  std::erase_if(strangers_, [](const ProcessEntry& each) { return each.is_dead(); });   // below it nobody lives
  ::prctl(PR_GET_CHILD_SUBREAPER, &was_subreaper_);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

Household::~Household() {
  adopted_.clear();   // nobody waits for them any more
  end_children();
  end_marked();
  ::prctl(PR_SET_CHILD_SUBREAPER, was_subreaper_);
}

std::vector<std::string> Household::environment() const {
  const std::string name = std::string(kMark) + "=";
  std::vector<std::string> out;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    if (std::string_view(*each).substr(0, name.size()) != name) out.emplace_back(*each);
  }
  out.push_back(name + mark_);
  return out;
}

void Household::adopt(pid_t child) { adopted_.push_back(child); }

void Household::release(pid_t child) { std::erase(adopted_, child); }

bool Household::reap() {
  for (;;) {
    siginfo_t dead = {};
    if (::waitid(P_ALL, 0, &dead, WEXITED | WNOHANG | WNOWAIT) != 0) return errno != ECHILD;
    if (dead.si_pid == 0 || std::ranges::count(adopted_, dead.si_pid) != 0) return true;
    ::waitpid(dead.si_pid, nullptr, 0);
  }
}

/// Below a child that was there before the run others may live, and be left to us: then the mark alone counts.
bool Household::is_ours(const ProcessEntry& child) const {
  if (std::ranges::count(adopted_, child.id) != 0 || strangers_.empty()) return true;
  return environment_of(child.id, kMark) == mark_;
}

void Household::end_children() {
  const auto deadline = std::chrono::steady_clock::now() + kEndTime;
  for (std::vector<pid_t> before; reap();) {
    auto left = own_children();
    std::erase_if(left, [&](const ProcessEntry& each) { return each.is_dead() || !is_ours(each); });
    if (left.empty() && !strangers_.empty()) {   // else the kernel's word that there are none is the end
      reap();   // what has died since
      return;
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return tell_("could not end what the client has started: " + names_of(left));
    }
    std::vector<pid_t> now;
    for (const ProcessEntry& each : left) {
      ::kill(each.id, SIGKILL);
      now.push_back(each.id);
    }
    if (now == before) std::this_thread::sleep_for(kPause);
    before = std::move(now);
  }
}

/// What bears our mark and is not below us: another program has started it, with the environment of a process
/// of the run.
void Household::end_marked() {
  const auto deadline = std::chrono::steady_clock::now() + kEndTime;
  for (;;) {
    auto left = all_processes();
    std::erase_if(left, [&](const ProcessEntry& each) {
      return each.id == ::getpid() || each.is_dead() || environment_of(each.id, kMark) != mark_;
    });
    if (left.empty()) return;
    if (std::chrono::steady_clock::now() > deadline) {
      return tell_("could not end what bears the mark of this run: " + names_of(left));
    }
    for (const ProcessEntry& each : left) end_process(each, kMark, mark_);
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace interleak::live

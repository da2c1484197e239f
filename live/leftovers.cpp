#include "live/leftovers.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "live/folder.hpp"
#include "live/household.hpp"
#include "live/owner.hpp"
#include "live/processes.hpp"
#include "live/signals.hpp"

namespace interleak::live {
namespace {

namespace fs = std::filesystem;

constexpr auto kClearTime = std::chrono::seconds(5);
constexpr auto kClearPause = std::chrono::milliseconds(2);

/// A process to be ended, and the mark by which it was found; empty: it is below another one of these.
struct Orphan {
  ProcessEntry process;
  std::string mark;
};

/// This process, its parent, and so on.
std::set<pid_t> own_line(const std::map<pid_t, ProcessEntry>& all) {
  std::set<pid_t> out;
  for (auto at = all.find(::getpid()); at != all.end() && out.insert(at->first).second;) {
    at = all.find(at->second.parent);
  }
  return out;
}

std::string dead_mark_of(pid_t process) {
  const auto value = environment_of(process, kMark);
  const auto owner = value ? owner_of(*value) : std::nullopt;
  return owner && is_gone(*owner) ? *value : "";
}

std::vector<Orphan> orphans() {
  std::map<pid_t, ProcessEntry> all;
  for (ProcessEntry& each : all_processes()) all.emplace(each.id, std::move(each));
  const std::set<pid_t> spared = own_line(all);
  std::multimap<pid_t, pid_t> children;
  std::vector<Orphan> out;
  std::set<pid_t> found;
  for (const auto& [id, process] : all) {
    children.emplace(process.parent, id);
    const std::string mark = dead_mark_of(id);
    if (!mark.empty() && !spared.contains(id) && found.insert(id).second) out.push_back({process, mark});
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto [first, last] = children.equal_range(out[i].process.id);
    for (auto each = first; each != last; ++each) {
      const pid_t child = each->second;
      if (!spared.contains(child) && found.insert(child).second) out.push_back({all.at(child), ""});
    }
  }
  std::erase_if(out, [](const Orphan& each) { return each.process.is_dead(); });
  return out;
}

/// A process: its number, and when it was started.
using Seen = std::pair<pid_t, std::uint64_t>;

/// What was killed takes a moment to end, and is nobody's child that could be found by then.
bool is_still_there(const Seen& seen) {
  const auto now = process_of(seen.first);
  return now && now->start == seen.second && !now->is_dead();
}

int end_orphans() {
  const auto deadline = std::chrono::steady_clock::now() + kClearTime;
  std::set<Seen> ended, refused;
  for (;;) {
    check_signals();
    bool any = false;
    for (const Orphan& each : orphans()) {
      const Seen key(each.process.id, each.process.start);
      if (refused.contains(key)) continue;
      if (end_process(each.process, each.mark.empty() ? "" : kMark, each.mark)) {
        any = true;
        ended.insert(key);
      } else {
        refused.insert(key);   // another user's
      }
    }
    const bool done = !any && std::ranges::none_of(ended, is_still_there);
    if (done || std::chrono::steady_clock::now() > deadline) return static_cast<int>(ended.size());
    std::this_thread::sleep_for(kClearPause);
  }
}

/// A folder of ours whose name says that a run made it that is gone.
bool is_left(const fs::path& path) {
  constexpr std::size_t kRandom = 7;   // "-XXXXXX"
  const std::string name = path.filename().string();
  if (name.compare(0, kFolderPrefix.size(), kFolderPrefix) != 0) return false;
  if (name.size() < kFolderPrefix.size() + kRandom || name[name.size() - kRandom] != '-') return false;
  const auto owner =
      owner_of(std::string_view(name).substr(kFolderPrefix.size(), name.size() - kFolderPrefix.size() - kRandom));
  struct stat found {};
  return owner && ::lstat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == ::geteuid() &&
         is_gone(*owner);
}

int remove_folders(const std::string& root) {
  std::error_code failed;
  std::vector<fs::path> left;
  for (fs::directory_iterator at(root, failed), end; !failed && at != end; at.increment(failed)) {
    if (is_left(at->path())) left.push_back(at->path());
  }
  return static_cast<int>(std::ranges::count_if(left, [](const fs::path& each) {
    std::error_code ignored;
    fs::remove_all(each, ignored);
    return !fs::exists(fs::symlink_status(each, ignored));
  }));
}

}  // namespace

Leftovers clear_leftovers(const std::string& root) {
  Leftovers out;
  out.processes = end_orphans();
  out.folders = remove_folders(root);
  return out;
}

}  // namespace interleak::live

// What /proc tells of processes, and how one of them is ended without ever hitting another one that has got its
// number in the meantime.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace interleak::live {

struct ProcessEntry {
  pid_t id = 0, parent = 0;
  std::uint64_t start = 0;   ///< since the machine's start, in ticks of the kernel
  char state = '?';          ///< as in proc(5)
  std::string name = {};     ///< as the kernel has it, at most 15 bytes
  bool is_dead() const { return state == 'Z' || state == 'X'; }
};

/// Nothing: there is none of that number, or it is hidden.
std::optional<ProcessEntry> process_of(pid_t id);
/// All that can be seen. Others may come and go meanwhile.
std::vector<ProcessEntry> all_processes();
/// Those that we have to wait for, dead ones too: started by us, or left to us as a subreaper.
std::vector<ProcessEntry> own_children();
/// The value with which a process was started; nothing if it had none, or may not be read.
std::optional<std::string> environment_of(pid_t id, std::string_view name);

/// Sends SIGKILL to the process that has `name` in its environment with that value, if `seen` is that very
/// process still; `name` empty: whatever is in its environment. False: it may not be.
bool end_process(const ProcessEntry& seen, std::string_view name, std::string_view value);

}  // namespace interleak::live

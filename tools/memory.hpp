// Memory of this process, as the system counts it.
#pragma once

#include <cstdint>

namespace interleak::tools {

/// What of the process is in memory now, in bytes; 0 where the system does not tell. Takes microseconds.
std::uint64_t resident_bytes();

/// From now on a large array that is freed goes back to the system at once, where the C library can be told
/// so: then what is in memory is what is used.
void return_freed_memory();

}  // namespace interleak::tools

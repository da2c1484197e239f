// See memory.hpp. Linux tells in /proc/self/statm, in pages; the second number is what is in memory.
#include "tools/memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace interleak::tools {

std::uint64_t resident_bytes() {
  static const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  static const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::array<char, 128> text;
  const ssize_t size = file < 0 ? -1 : pread(file, text.data(), text.size(), 0);
  if (size <= 0) return 0;
  std::string_view rest(text.data(), static_cast<std::size_t>(size));
  const std::size_t blank = rest.find(' ');
  if (blank == std::string_view::npos) return 0;
  rest.remove_prefix(blank + 1);
  std::uint64_t pages = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), pages);
  return pages * page;
}

void return_freed_memory() {
#ifdef __GLIBC__
  // Else the library takes the largest array that was freed for the size from which on that is so.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
}

}  // namespace interleak::tools

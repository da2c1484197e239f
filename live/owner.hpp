// Whose a process or a folder is: the run that started or made it, named so that no other run was ever called
// that, and that anyone can see whether it still lives. Process numbers come again, so the time when the process
// started belongs to the name; and they count only where they were given, so the machine's boot and the
// namespaces do.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace interleak::live {

struct Owner {
  pid_t process = 0;
  std::uint64_t start = 0;   ///< since the machine's start, in ticks of the kernel
  std::string place;         ///< of the boot and the namespaces: 12 hexadecimal digits
  bool operator==(const Owner&) const = default;
};

/// This process.
Owner this_owner();
/// "PROCESS.START.PLACE", in characters that may stand in the name of a file.
std::string text_of(const Owner& owner);
/// Nothing: that is not such a text.
std::optional<Owner> owner_of(std::string_view text);
/// True only if it can be known that the owner lives no more: not of one from another place.
bool is_gone(const Owner& owner);

}  // namespace interleak::live

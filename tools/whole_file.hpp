// The one place that writes files of the user: reports, result files, certificates, attachments, blessed
// scenarios, baselines, skeletons.
#pragma once

#include <string>
#include <string_view>

namespace interleak::tools {

/// Writes `text` to what stands at `path`, or makes a file there. Throws Failure(74).
///
/// A file appears when it is whole: a full disk, a signal, a folder that may not be written leave the one
/// before as it was, and nothing beside it. It keeps its owner and its mode, and a link keeps being one: what it
/// points to is written. What is no file (a terminal, a device, a FIFO, a socket, /dev/stdout, the descriptor of a
/// process substitution) is written through, and stays what it is.
void write_whole(const std::string& path, std::string_view text);

/// True if there is a file that write_whole() would replace; of devices and the like there is none.
bool replaces_file(const std::string& path);

/// Adds to the end of a file that others add to as well. Throws Failure(74).
void append_to(const std::string& path, std::string_view text);

/// All bytes to a descriptor; false, and errno, if that fails.
bool write_all(int fd, std::string_view text);

}  // namespace interleak::tools

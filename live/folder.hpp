// The folder in which a live run works. Its name says whose it is, from the moment when it is made, so that of a
// run that was killed the next one can remove it (leftovers.hpp).
#pragma once

#include <string>
#include <string_view>

namespace interleak::live {

/// What such a name begins with: "interleak-live-OWNER-XXXXXX".
inline constexpr std::string_view kFolderPrefix = "interleak-live-";

/// Where they are made: TMPDIR, or /tmp.
std::string temporary_root();

/// A folder of our own, removed with all that is in it.
class TemporaryDirectory {
 public:
  /// Throws LiveFailure.
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace interleak::live

#include "live/folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "live/failure.hpp"
#include "live/owner.hpp"

namespace interleak::live {

std::string temporary_root() {
  const char* root = std::getenv("TMPDIR");
  return root != nullptr && *root != '\0' ? root : "/tmp";
}

TemporaryDirectory::TemporaryDirectory() {
  std::string name = temporary_root() + "/" + std::string(kFolderPrefix) + text_of(this_owner()) + "-XXXXXX";
  if (!::mkdtemp(name.data())) {
    throw LiveFailure("cannot make a directory " + name + ": " + std::strerror(errno));
  }
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace interleak::live

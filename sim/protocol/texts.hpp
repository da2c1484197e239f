// The protocols that are built in, as texts. The definition is generated at build time by cmake/embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace interleak::protocol {

/// One file of the source tree, as it was when the library was built.
struct File {
  std::string_view path;  ///< from the project root, "scenarios/protocols/redis.json"
  std::string_view text;  ///< the bytes of the file
};

/// scenarios/protocols/*.json, sorted by path.
std::span<const File> texts();

}  // namespace interleak::protocol

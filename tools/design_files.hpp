// Files that hold designs: which names they have, and those that stand in one folder, such as the one of a scenario.
// Of the command and of the tests of others (testing/), so that both find the same.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace interleak::tools {

/// How the name of a file ends in which a design may stand. Whatever looks for such files asks here.
inline constexpr std::array<std::string_view, 2> kDesignEndings = {".pool", ".json"};

/// It ends so, and something stands before the ending.
bool named_as_design(std::string_view name);

/// A file that holds a design, before anything of it is checked.
struct DesignFile {
  std::string file;   ///< the path, with the folder as it was given: "designs/my-pool.json"; "my-pool.json" of "."
  std::string text;
  std::string id;     ///< as it stands in the text; empty: it does not say
  std::vector<std::string> extends;
};

/// What one folder has of them.
struct DesignFolder {
  std::vector<DesignFile> designs;   ///< by their names
  std::string left_out;              ///< why there may be more: "it has more than 1,000 files"; empty: this is all
};

/// So much is looked at of one folder, and no more: else another order of its entries could give another result.
inline constexpr std::size_t kMostFilesOfFolder = 1000;
inline constexpr std::size_t kMostBytesOfFolder = 16u << 20;

/// The design files of a folder ("" is "."), not of those below it: regular files with such a name that look like a
/// design and are no larger than a design may be. A file that cannot be read is none. If the folder has more than the
/// bounds allow, no design of it is told.
DesignFolder designs_in(const std::string& folder);

/// The folder that a file stands in, as designs_in() takes it.
std::string folder_of(const std::string& file);

}  // namespace interleak::tools

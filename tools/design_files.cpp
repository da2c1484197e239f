// See design_files.hpp.
#include "tools/design_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "sim/scenario/design_head.hpp"
#include "sim/scenario/reader.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

/// Names of the regular files that may hold a design, sorted; nothing if there are too many.
std::optional<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failed, ignored;
  fs::directory_iterator entry(folder.empty() ? "." : folder, failed), end;
  for (; !failed && entry != end; entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (!named_as_design(name) || !entry->is_regular_file(ignored)) continue;
    if (names.size() == kMostFilesOfFolder) return std::nullopt;
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// Nothing: it cannot be read, or no design is so large.
std::optional<std::string> whole_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(scenario::kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad() || text.size() > scenario::kMaxFileBytes) return std::nullopt;
  return text;
}

}  // namespace

bool named_as_design(std::string_view name) {
  return std::ranges::any_of(
      kDesignEndings, [&](std::string_view ending) { return name.size() > ending.size() && name.ends_with(ending); });
}

DesignFolder designs_in(const std::string& folder) {
  DesignFolder found;
  const auto names = names_in(folder);
  if (!names) {
    found.left_out = "it has more than " + std::to_string(kMostFilesOfFolder) + " files that could hold one";
    return found;
  }
  std::size_t bytes = 0;
  for (const std::string& name : *names) {
    std::string file = folder + name;
    auto text = whole_text(file);
    if (!text) continue;
    bytes += text->size();
    if (bytes > kMostBytesOfFolder) return {{}, "its files that could hold one have more than 16 MiB"};
    if (!scenario::looks_like_design(*text, file)) continue;
    scenario::DesignHead head = scenario::design_head(*text, file);
    found.designs.push_back({std::move(file), std::move(*text), std::move(head.id), std::move(head.extends)});
  }
  return found;
}

std::string folder_of(const std::string& file) { return file.substr(0, file.rfind('/') + 1); }

}  // namespace interleak::tools

// See verdict_cache.hpp. A file is a line with the format and the digest of what follows, and the analysis
// (sim/check/kept.hpp) behind it.
#include "tools/verdict_cache.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "reports/style.hpp"
#include "sim/certify/subject.hpp"
#include "sim/check/kept.hpp"
#include "tools/exit_codes.hpp"
#include "tools/session.hpp"
#include "tools/whole_file.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormat = "interleak verdict 1 ";
constexpr std::uintmax_t kMostBytes = 64u << 20;

/// A program that was built anew knows nothing of what the one before has found.
certify::Digest digest_of_program() {
  std::ifstream program("/proc/self/exe", std::ios::binary);
  certify::Hasher hasher;
  std::array<char, 1 << 16> bytes;
  bool any = false;
  while (program.read(bytes.data(), bytes.size()) || program.gcount() > 0) {
    hasher.add({bytes.data(), static_cast<std::size_t>(program.gcount())});
    any = true;
  }
  if (!any) throw Failure(kExitOutput, "--cache: cannot read /proc/self/exe, which says what program this is");
  return hasher.finish();
}

std::string made(const std::string& folder) {
  if (folder.empty()) throw Failure(kExitUsage, "--cache: the name of a folder is missing");
  std::error_code failed;
  const bool fresh = fs::create_directories(folder, failed);
  if (failed || !fs::is_directory(folder, failed)) {
    throw Failure(kExitOutput, "--cache: cannot have a folder " + reports::quoted(folder) + ": " +
                                   (failed ? failed.message() : "it is a file"));
  }
  if (fresh) {   // what programs that copy folders ask for
    write_whole(folder + "/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# Verdicts of interleak\n");
    write_whole(folder + "/.gitignore", "*\n");
  }
  return folder;
}

/// Of a regular file of a size that an entry may have.
std::optional<std::string> text_of(const std::string& file) {
  std::error_code failed;
  if (fs::symlink_status(file, failed).type() != fs::file_type::regular) return std::nullopt;
  const auto size = fs::file_size(file, failed);
  if (failed || size > kMostBytes) return std::nullopt;
  std::string text(size, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in.read(text.data(), static_cast<std::streamsize>(size))) return std::nullopt;
  return text;
}

}  // namespace

VerdictCache::VerdictCache(const std::string& folder) : folder_(made(folder)), tool_(digest_of_program()) {}

std::string VerdictCache::key_of(const world::World& world, const std::vector<property::Invariant>& invariants,
                                 const check::Options& options) const {
  const auto& [budget, names, counts, fold, explain, certificate, numbers, executor, workers, progress, stop, room] =
      options;
  static_cast<void>(names);         // the invariants, by pattern
  static_cast<void>(certificate);   // a search for one is not kept
  static_cast<void>(executor), static_cast<void>(workers), static_cast<void>(progress);   // change no result
  static_cast<void>(stop), static_cast<void>(room);   // end it, and then it is not kept
  const auto& [max_states, max_depth, max_bytes] = budget;
  static_cast<void>(max_bytes);
  std::string text = certify::hex(tool_) + certify::hex(certify::told_digest(world));
  for (const property::Invariant& each : invariants) text += " " + std::string(each.name);
  text += " states " + std::to_string(max_states) + " depth " + std::to_string(max_depth);
  text += std::string(counts ? " counts" : "") + (fold ? " fold" : "");
  text += " explain " + std::to_string(static_cast<int>(explain));
  text += " numbers " + std::to_string(static_cast<int>(numbers));
  return certify::hex(certify::sha256(text));
}

std::optional<check::Analysis> VerdictCache::find(const std::string& key, const world::World& world,
                                                  const std::vector<property::Invariant>& invariants) {
  ++asked_;
  const auto text = text_of(file_of(key));
  if (!text || !text->starts_with(kFormat)) return std::nullopt;
  const std::size_t line = text->find('\n');
  if (line == std::string::npos) return std::nullopt;
  const std::string_view rest = std::string_view(*text).substr(line + 1);
  const std::string head = std::string(kFormat) + certify::hex(certify::sha256(key + std::string(rest)));
  if (text->compare(0, line, head) != 0) return std::nullopt;
  auto analysis = check::kept_analysis(rest, world, invariants);
  if (analysis) ++known_;
  return analysis;
}

void VerdictCache::keep(const std::string& key, const check::Analysis& analysis) {
  if (!check::may_be_kept(analysis)) return;
  const std::string rest = check::kept_text(analysis) + "\n";
  const std::string text = std::string(kFormat) + certify::hex(certify::sha256(key + rest)) + "\n" + rest;
  if (text.size() > kMostBytes) return;
  const std::lock_guard lock(mutex_);
  if (!trouble_.empty()) return;
  std::error_code ignored;
  const auto there = fs::symlink_status(file_of(key), ignored).type();
  try {
    if (there != fs::file_type::not_found && there != fs::file_type::regular) {
      throw Failure(kExitOutput, reports::quoted(file_of(key)) + " is no file");   // it could be waited for
    }
    write_whole(file_of(key), text);
  } catch (const Failure& failure) {
    trouble_ = failure.what();
  }
}

std::string VerdictCache::told() const {
  const std::lock_guard lock(mutex_);
  return std::to_string(known_) + " of " + reports::plural(std::to_string(asked_), "case") + " known from " +
         reports::quoted(folder_) + (trouble_.empty() ? "" : "; new ones are not kept: " + trouble_);
}

}  // namespace interleak::tools

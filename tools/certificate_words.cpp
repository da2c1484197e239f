#include "tools/certificate_words.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "reports/style.hpp"
#include "tools/exit_codes.hpp"
#include "tools/scenario_names.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

// More and longer ones than any command has that names a scenario and a design.
constexpr std::size_t kMaxWords = 256, kMaxWordBytes = 4096;
// Of all files and folders together.
constexpr int kMaxEntries = 10'000;
constexpr std::uintmax_t kMaxBytes = 64u << 20;

[[noreturn]] void refuse_words(int code, const std::string& why) {
  throw Failure(code, "the certificate " + why +
                          "\n  name scenario and design yourself: interleak verify CERTIFICATE SCENARIO -d NAME");
}

std::string shown(const std::string& word) { return reports::quoted(word); }

/// What the words make the command read, before it does.
class FileGuard {
 public:
  /// A name that may be one of something built in, or a pattern: then there is no such file.
  void file(const std::string& path) {
    std::error_code failed;
    if (path == "-") refuse_words(kExitInvalid, "names standard input");
    const fs::file_status status = fs::status(path, failed);
    if (!fs::exists(status)) return;
    const bool plain = fs::is_regular_file(status);
    const std::uintmax_t size = plain ? fs::file_size(path, failed) : 0;
    if (!plain || failed || size == 0 || size > scenario::kMaxFileBytes) {
      refuse_words(kExitInvalid, "names " + shown(path) + ", which is no file of at most 1 MiB");
    }
    bytes_ += size;
    if (bytes_ > kMaxBytes) refuse_words(kExitInvalid, "names files of more than 64 MiB");
  }

  void file_or_folder(const std::string& path) {
    std::error_code failed;
    if (!fs::is_directory(path, failed)) return file(path);
    fs::recursive_directory_iterator each(path, failed);
    for (; !failed && each != fs::recursive_directory_iterator(); each.increment(failed)) {
      if (++entries_ > kMaxEntries) {
        refuse_words(kExitInvalid, "names " + shown(path) + ", a folder of more than 10,000 files");
      }
      if (const std::string name = each->path().string(); is_ours(name)) file(name);
    }
    if (failed) refuse_words(kExitInvalid, "names " + shown(path) + ", which cannot be read");
  }

  /// Only such a name can be a folder of designs; others are ids and patterns.
  void design(const std::string& name) {
    std::error_code failed;
    if (is_ours(name)) return file_or_folder(name);
    if (!fs::is_directory(name, failed)) file(name);
  }

 private:
  static bool is_ours(const std::string& name) { return name.ends_with(".json") || name.ends_with(".pool"); }

  int entries_ = 0;
  std::uintmax_t bytes_ = 0;
};

}  // namespace

NamedWorld named_by(const certify::Head& head) {
  NamedWorld named;
  CLI::App words("the certificate");
  words.add_option("SCENARIO", named.scenario)->required();
  named.search.add_selection_to(words);
  const auto is_long = [](const std::string& word) { return word.size() > kMaxWordBytes; };
  if (head.words.size() > kMaxWords || std::ranges::any_of(head.words, is_long)) {
    refuse_words(kExitUsage, "names more than a scenario and a design");
  }
  try {
    words.parse(std::vector<std::string>(head.words.rbegin(), head.words.rend()));
  } catch (const CLI::ParseError&) {
    refuse_words(kExitUsage, "does not say where its scenario is");
  }
  if (named.search.designs.size() != 1 || named.search.variants.size() > 1) {
    refuse_words(kExitUsage, "does not name one scenario and one design");
  }
  named.said = std::exchange(named.scenario, scenario_of_today(named.scenario));
  FileGuard guard;
  guard.file(named.scenario);
  guard.design(named.search.designs[0]);
  for (const std::string& path : named.search.libraries) guard.file_or_folder(path);
  return named;
}

void fail_for_certificate(const Failure& failure) {
  std::string text = failure.what();
  std::ranges::replace(text, '\n', ' ');
  refuse_words(failure.code, "cannot be checked by its own words: " + reports::printable(text));
}

void fail_for_certificate(const Diagnostics& errors) {
  std::set<std::string> codes;
  for (const Diagnostic& error : errors) codes.insert(error.code);
  std::string list;
  for (const std::string& code : codes) list += (list.empty() ? "" : ", ") + code;
  refuse_words(kExitInvalid, "names files that have errors (" + list + ") or are not there");
}

}  // namespace interleak::tools

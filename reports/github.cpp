// See github.hpp.
#include "reports/github.hpp"

#include <algorithm>
#include <vector>

#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

constexpr std::size_t kMostAnnotations = 10;
constexpr std::size_t kMostMessage = 4000;

/// At most so many bytes, cut between characters.
std::string clipped_bytes(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

std::string annotation(const Case& each, const Finding& finding) {
  std::string out = "::error ";
  if (const auto place = main_place(each, finding)) {
    const std::string line = std::to_string(place->line);
    out += "file=" + github_text(place->file, true) + ",line=" + line + ",endLine=" + line + ",";
  }
  std::string message = headline(each, finding, false) + " (" + subject_words(each) + ")";
  if (headline(each, finding, false) != finding.message) message += "\n" + finding.message;
  const std::string replay = replay_of(each, finding);
  if (!replay.empty()) message += "\n" + replay;
  return out + "title=" + github_text(finding.code + " " + finding.name, true) +
         "::" + github_text(clipped_bytes(std::move(message), kMostMessage), false) + "\n";
}

std::string annotation(const Diagnostic& error) {
  std::string out = "::error ";
  if (!error.file.empty()) {
    out += "file=" + github_text(error.file, true) + ",line=" + std::to_string(std::max(error.at.line, 1u)) + ",";
  }
  return out + "title=" + github_text(error.code, true) +
         "::" + github_text(clipped_bytes(error_words(error), kMostMessage), false) + "\n";
}

/// Line ends stay, everything else that is not printable is escaped.
std::string escaped_lines(std::string_view text) {
  std::string out;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out += scenario::escaped(text.substr(0, end)) + "\n";
    text.remove_prefix(end + 1);
  }
  return out + scenario::escaped(text);
}

}  // namespace

std::string github_text(std::string_view text, bool property) {
  std::string out;
  for (const char c : property ? scenario::escaped(text) : escaped_lines(text)) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && (c == ':' || c == ',')) {
      out += c == ':' ? "%3A" : "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string github_annotations(const Cases& cases) {
  std::vector<std::string> annotations;
  for (const Diagnostic& error : cases.errors) annotations.push_back(annotation(error));
  for (const Case& each : cases.all) {
    for (const Finding& finding : findings_of(each, false)) {
      annotations.push_back(annotation(each, finding));
    }
  }
  if (annotations.size() > kMostAnnotations) {
    const std::size_t more = annotations.size() - (kMostAnnotations - 1);
    annotations.resize(kMostAnnotations - 1);
    annotations.push_back("::error title=interleak::...and " + std::to_string(more) +
                          " more, see the summary of the job\n");
  }
  std::string out;
  for (const std::string& each : annotations) out += each;
  return out;
}

std::string github_group(std::string_view title) {
  return "::group::" + github_text(scenario::escaped(title), false) + "\n";
}

std::string github_outputs(const Cases& cases) {
  return "verdict=" + std::string(verdict_word(cases)) + "\npassed=" + std::to_string(cases.passed) +
         "\nfailed=" + std::to_string(cases.failed) + "\nskipped=" + std::to_string(cases.skipped) + "\n";
}

std::string without_commands(std::string_view text) {
  std::string out;
  bool at_start = true;  // only blanks so far on this line
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool command = at_start && text.compare(i, 2, "::") == 0;
    const bool old_command = text.compare(i, 3, "##[") == 0;
    if (command || old_command) out += command ? ": " : "# ";
    if (command || old_command) ++i;  // the first character stands; a blank parts it from the rest
    out += text[i];
    at_start = text[i] == '\n' || text[i] == '\r' || (at_start && (text[i] == ' ' || text[i] == '\t'));
  }
  return out;
}

}  // namespace interleak::reports

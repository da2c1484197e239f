// `interleak designs fmt FILE...`: designs in the text form, laid out anew in place. A file with errors stops all, so
// that nothing is written of which it is not known what it says; and nothing is written unless all that was there but
// blanks is still there.
#include <cstdio>

#include "reports/style.hpp"
#include "sim/scenario/pool_format.hpp"
#include "sim/scenario/pool_text.hpp"
#include "tools/designs.hpp"
#include "tools/exit_codes.hpp"
#include "tools/whole_file.hpp"

namespace interleak::tools {
namespace {

/// A file and what it shall hold.
struct Formatted {
  std::string file, before, after;
};

std::string without_blanks(const std::string& text) {
  std::string out;
  for (const char c : text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
  }
  return out;
}

std::string formatted(const std::string& file, const std::string& text) {
  std::string out = scenario::format_pool_text(text);
  const bool same = without_blanks(out) == without_blanks(text) && scenario::format_pool_text(out) == out;
  if (!same) throw Failure(kExitInternal, "the layout of " + reports::quoted(file) + " would lose something");
  return out;
}

/// The files that a word names: of a folder, those of the text form.
std::vector<std::string> pool_files(Session& session, const std::string& path) {
  std::vector<std::string> files;
  for (const std::string& file : session.files_of(path)) {
    if (file == path || file.ends_with(".pool")) files.push_back(file);
  }
  return files;
}

void read(Session& session, const std::string& file, std::vector<Formatted>& out) {
  if (session.add_designs(file).empty()) return;
  const std::string& text = session.sources.at(file);
  if (scenario::form_of_design(text, file) == scenario::Form::json) {
    throw Failure(kExitUsage,
                  reports::quoted(file) + " is JSON; interleak designs convert " + file + " makes text of it");
  }
  out.push_back({file, text, formatted(file, text)});
}

/// Tells what would change; the exit code.
int tell(const std::vector<Formatted>& files) {
  int code = kExitOk;
  for (const Formatted& each : files) {
    if (each.before == each.after) continue;
    std::fputs((reports::printable(each.file) + "\n").c_str(), stdout);
    code = kExitViolated;
  }
  return code;
}

}  // namespace

int format_designs(const DesignsFlags& flags) {
  Session session;
  std::vector<Formatted> files;
  for (const std::string& path : flags.files) {
    for (const std::string& file : pool_files(session, path)) read(session, file, files);
  }
  if (!session.errors.empty()) {
    std::fputs(errors_text(session, flags.output.error_style(), "Nothing was written.").c_str(), stderr);
    return kExitInvalid;
  }
  if (files.empty()) throw Failure(kExitNothing, "no .pool file was found");
  if (flags.check) return tell(files);
  for (const Formatted& each : files) {
    if (each.file == "-") {
      Output out("");
      out.write(each.after);
      out.finish();
    } else if (each.before != each.after) {
      write_whole(each.file, each.after);
    }
  }
  return kExitOk;
}

}  // namespace interleak::tools

// See list_cases.hpp.
#include "tools/list_cases.hpp"

#include <set>
#include <utility>

#include "reports/style.hpp"

namespace interleak::tools {
namespace {

/// File and design of each case that -d leaves, once.
std::vector<std::pair<std::string, std::string>> files_and_designs(const std::vector<CaseJob>& jobs) {
  std::vector<std::pair<std::string, std::string>> found;
  std::set<std::pair<std::string, std::string>> seen;
  for (const CaseJob& job : jobs) {
    const std::pair<std::string, std::string> each(job.scenario_word, job.expectations.design);
    if (job.wanted && seen.insert(each).second) found.push_back(each);
  }
  return found;
}

/// "[==[text]==]", with as many signs as the text needs.
std::string bracketed(const std::string& text) {
  std::string signs = "=";
  while (text.find("]" + signs + "]") != std::string::npos || text.ends_with("]" + signs)) signs += "=";
  // CMake drops a line end behind the bracket, so one that is meant stands there twice.
  const std::string first = text.starts_with("\n") ? "\n" : "";
  return "[" + signs + "[" + first + text + "]" + signs + "]";
}

}  // namespace

std::string text_list(const std::vector<CaseJob>& jobs) {
  std::string out;
  for (const auto& [file, design] : files_and_designs(jobs)) {
    out += reports::printable(file) + " " + design + "\n";
  }
  return out;
}

std::string ctest_list(const std::vector<CaseJob>& jobs) {
  std::string out;
  for (const auto& [file, design] : files_and_designs(jobs)) {
    std::string name = file.ends_with(".json") ? file.substr(0, file.size() - 5) : file;
    name += " " + design;
    out += "interleak_case(" + bracketed(reports::printable(name)) + " " + bracketed(file) + " " + bracketed(design) +
           ")\n";
  }
  return out;
}

}  // namespace interleak::tools

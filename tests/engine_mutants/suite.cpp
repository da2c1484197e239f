#include "tests/engine_mutants/suite.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "tests/engine_mutants/catalogue.hpp"
#include "tests/engine_mutants/child.hpp"

namespace interleak::engine_mutants {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

class SuiteReader {
 public:
  SuiteReader(const std::string& root, const std::string& build, const std::string& scratch)
      : root_(root), build_(build), scratch_(scratch) {}

  Suite read(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      replace_all(line, "{build}", build_);
      if (line.rfind('#', 0) == 0) continue;
      std::istringstream rest(line.substr(0, line.find(" #")));   // [#file] is a filter
      std::string what;
      if (!(rest >> what)) continue;
      const Words words{std::istream_iterator<std::string>(rest), {}};
      if (what == "set" && words.size() == 1) {
        suite_.variables.push_back(words[0]);
      } else if (what == "cases" && words.size() > 1) {
        cases(words);
      } else if (what == "step" && !words.empty()) {
        suite_.steps.push_back({fs::path(words[0]).filename().string(), words});
      } else if (what == "each" && words.size() > 1) {
        each(words);
      } else {
        throw std::runtime_error("suite.txt: not a step: " + line);
      }
    }
    return std::move(suite_);
  }

 private:
  void cases(const Words& words) {
    const std::string& program = words[0];
    const std::string name = fs::path(program).filename().string();
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string list = scratch_ + "/cases.txt";
      // Its exit code is the number of cases.
      engine_mutants::run({program, "-#", words[i], "--list-test-names-only"}, root_, {}, list, {});
      std::istringstream names(read_file(list));
      const std::size_t before = suite_.steps.size();
      for (std::string each; std::getline(names, each);) {
        if (each.empty()) continue;
        suite_.steps.push_back({name + ": " + each, {program, "--abort", exactly(each)}});
      }
      if (suite_.steps.size() == before) {
        throw std::runtime_error("suite.txt: no test case in " + name + " " + words[i]);
      }
    }
  }

  /// A filter of Catch2 that only this case passes.
  static std::string exactly(const std::string& name) {
    std::string out;
    for (const char c : name) {
      if (c == ',' || c == '[' || c == ']' || c == '"' || c == '\\' || c == '*' || c == '~') out += '\\';
      out += c;
    }
    return out;
  }

  void each(const Words& words) {
    const fs::path pattern = words[0];
    Words files;
    for (const auto& entry : fs::directory_iterator(root_ / pattern.parent_path())) {
      const std::string name = entry.path().filename().string();
      if (fnmatch(pattern.filename().c_str(), name.c_str(), 0) == 0) files.push_back(name);
    }
    std::sort(files.begin(), files.end());
    if (files.empty()) throw std::runtime_error("suite.txt: no file " + words[0]);
    for (const std::string& file : files) {
      const std::string path = (pattern.parent_path() / file).string();
      Step step{fs::path(words[1]).filename().string() + ": " + path, {words.begin() + 1, words.end()}};
      for (std::string& word : step.words) {
        replace_all(word, "{}", path);
        replace_all(word, "{name}", fs::path(file).stem().string());
      }
      suite_.steps.push_back(std::move(step));
    }
  }

  const std::string root_, build_, scratch_;
  Suite suite_;
};

}  // namespace

Suite suite_of(const std::string& text, const std::string& root, const std::string& build, const std::string& scratch) {
  return SuiteReader(root, build, scratch).read(text);
}

}  // namespace interleak::engine_mutants

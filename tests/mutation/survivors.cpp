// The list is text that people edit: order does not matter, and a reason may have several lines.
#include "tests/mutation/survivors.hpp"

#include <algorithm>
#include <set>

namespace interleak::mutation {
namespace {

constexpr std::size_t kWidth = 100;

/// The name without the number of the line, which changes when lines come and go above it.
std::string without_number(std::string name) {
  const std::size_t place = name.find(' ');
  const std::size_t colon = name.find(':', place);
  const std::size_t end = name.find(' ', place + 1);
  if (colon < end) name.erase(colon, end - colon);
  return name;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') + 1 - first));
}

/// The text as indented lines.
std::string wrapped(const std::string& text) {
  std::string out, line;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, space - at);
    if (!line.empty() && 4 + line.size() + 1 + word.size() > kWidth) {
      out += "    " + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    at = space + 1;
  }
  return line.empty() ? out : out + "    " + line + "\n";
}

std::string reason_for(const SurvivorList& kept, const std::string& name) {
  for (const Survivor& entry : kept.entries) {
    if (entry.name == name) return entry.reason;
  }
  for (const Survivor& entry : kept.entries) {
    if (without_number(entry.name) == without_number(name)) return entry.reason;
  }
  return "?";
}

}  // namespace

SurvivorList parse_survivors(std::string_view text) {
  SurvivorList list;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
    const std::string words = trimmed(line);
    if (words.empty() || words[0] == '#') {
      if (list.entries.empty()) list.preface += line + "\n";
    } else if (line[0] != ' ') {
      list.entries.push_back({words, ""});
    } else if (!list.entries.empty()) {
      std::string& reason = list.entries.back().reason;
      reason += (reason.empty() ? "" : " ") + words;
    }
  }
  return list;
}

std::string print_survivors(const SurvivorList& list) {
  std::string out = list.preface;
  for (const Survivor& entry : list.entries) out += entry.name + "\n" + wrapped(entry.reason);
  return out;
}

SurvivorList blessed(const SurvivorList& kept, const std::vector<std::string>& survivors) {
  SurvivorList list{kept.preface, {}};
  for (const std::string& name : survivors) {
    const std::string reason = reason_for(kept, name);
    list.entries.push_back({name, reason.empty() ? "?" : reason});
  }
  return list;
}

std::vector<std::string> differences(const SurvivorList& kept, const std::vector<std::string>& survivors,
                                     const std::map<std::string, std::string>& told) {
  std::vector<std::string> out;
  const std::set<std::string> alive(survivors.begin(), survivors.end());
  std::set<std::string> named;
  for (const Survivor& entry : kept.entries) {
    const auto probe = told.find(entry.name);
    if (!named.insert(entry.name).second) {
      out.push_back("listed twice: " + entry.name);
    } else if (alive.count(entry.name) == 0) {
      out.push_back("listed, but it is noticed now, or is no mutant any more: " + entry.name);
    } else if (!entry.equivalent() && !entry.unnoticed()) {
      out.push_back("listed without \"equivalent: REASON\" or \"unnoticed: REASON\": " + entry.name);
    } else if (entry.equivalent() && probe != told.end()) {
      out.push_back("listed as equivalent, but it is not under " + probe->second + ": " + entry.name);
    }
  }
  for (const std::string& name : survivors) {
    if (named.count(name) == 0) {
      out.push_back("no scenario notices it, and it is not listed: " + name);
    }
  }
  return out;
}

}  // namespace interleak::mutation

// See html_text.hpp.
#include "reports/html_text.hpp"

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "reports/words.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

/// Text that is printable already.
std::string references(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// Which task's symbol and name a text begins with, and how long they are; -1: none.
std::pair<int, std::size_t> name_at(const world::World& world, std::string_view text) {
  for (int t = 0; t < world.tasks(); ++t) {
    const std::string_view mark = symbol(t, false);
    if (text.substr(0, mark.size()) != mark) continue;
    const auto& task = world.scenario().tasks[static_cast<std::size_t>(t)];
    for (const std::string* name : {&task.id, &task.owner}) {
      const std::string safe = scenario::escaped(*name);
      if (text.substr(mark.size(), safe.size()) == safe) return {t, mark.size() + safe.size()};
    }
  }
  return {-1, 0};
}

std::string named(int task, std::string_view text) {
  return "<b class=\"o" + std::to_string(task) + "\">" + references(text) + "</b>";
}

}  // namespace

std::string html_text(std::string_view text) { return references(scenario::escaped(text)); }

std::string html_names(const world::World& world, std::string_view text) {
  return html_decorated(world, decorated(world, text, false));
}

std::string html_decorated(const world::World& world, std::string_view text) {
  const std::string all = scenario::escaped(text);
  std::string_view rest = all;
  std::string out, plain;
  while (!rest.empty()) {
    const auto [task, size] = name_at(world, rest);
    const std::size_t step = task < 0 ? 1 : size;
    if (task < 0) plain += rest[0];
    if (task >= 0) out += references(plain) + named(task, rest.substr(0, size)), plain.clear();
    rest.remove_prefix(step);
  }
  return out + references(plain);
}

std::string html_task(const world::World& world, int task) {
  const auto& id = world.scenario().tasks[static_cast<std::size_t>(task)].id;
  return named(task, scenario::escaped(tag(task, id, false)));
}

std::string script_json(const Json& value) {
  std::string out;
  for (const char c : text_of(value, -1)) {   // line separators, which end a line of a script, are escaped there
    switch (c) {
      case '<': out += "\\u003c"; break;
      case '>': out += "\\u003e"; break;
      case '&': out += "\\u0026"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace interleak::reports

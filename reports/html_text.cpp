// See html_text.hpp.
#include "reports/html_text.hpp"

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

/// Text that is printable already.
std::string references(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string named(int task, std::string_view text) {
  return "<b class=\"o" + std::to_string(task) + "\">" + references(text) + "</b>";
}

}  // namespace

std::string html_text(std::string_view text) { return references(scenario::escaped(text)); }

std::string html_names(const words::Prose& text) {
  std::string out;
  for (const words::Prose::Piece& piece : text.pieces()) {
    out += piece.task < 0 ? html_text(piece.text)
                          : named(piece.task, scenario::escaped(tag(piece.task, piece.text, false)));
  }
  return out;
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

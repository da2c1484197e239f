// Any bytes as a design in the text form: no crash, no hang; either an id or errors, each inside the text. What is a
// design survives its JSON form and the way back, and the layout, which loses nothing and is its own last word.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "reports/diagnostics.hpp"
#include "sim/design/print.hpp"
#include "sim/scenario/pool_format.hpp"
#include "sim/scenario/pool_print.hpp"
#include "sim/scenario/pool_text.hpp"
#include "sim/scenario/reader.hpp"

namespace {

using namespace interleak;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_errors(std::string_view text, const Diagnostics& errors) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  Position last;
  for (const Diagnostic& error : errors) {
    require(error.at.line <= lines && error.length >= 1 && error.path.empty());
    require(error.at.line > last.line || (error.at.line == last.line && error.at.column >= last.column));
    require(error.code.size() == 7 && !error.message.empty());
    last = error.at;
  }
}

std::string without_blanks(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return c != ' ' && c != '\t' && c != '\n' && c != '\r'; });
  return out;
}

/// The design as the text alone says it; the parents that it names are not asked for.
scenario::WrittenDesign design_of(std::string_view text) {
  scenario::DesignLibrary library;
  Diagnostics errors;
  const auto id = library.add(text, "again.pool", errors);
  require(id.has_value());
  return library.written(*id);
}

void same_design(const scenario::WrittenDesign& left, const scenario::WrittenDesign& right) {
  const design::Design& a = left.design;
  const design::Design& b = right.design;
  require(left.given == right.given && left.part == right.part);
  require(a.id == b.id && a.title == b.title && a.source == b.source && a.extends == b.extends);
  require(a.leaves_out == b.leaves_out && a.order == b.order && a.cluster == b.cluster && a.readers == b.readers);
  require(a.keeps == b.keeps && a.parser == b.parser && a.runtime == b.runtime && a.handshake == b.handshake);
  require(a.send_suspends == b.send_suspends && a.socket_timeout == b.socket_timeout);
  require(a.op_variables == b.op_variables && a.conn_variables == b.conn_variables);
  require(a.pool_variables == b.pool_variables && a.conn_queues == b.conn_queues && a.pool_queues == b.pool_queues);
  require(a.pool_stores == b.pool_stores);
  require(a.procedures.size() == b.procedures.size());
  for (const auto& [name, procedure] : a.procedures) {
    const auto other = b.procedures.find(name);
    require(other != b.procedures.end() && design::same_listing(procedure.block, other->second.block));
  }
}

std::string converted(std::string_view text, std::string (*print)(const scenario::Value&)) {
  Diagnostics errors;
  const scenario::Document document = scenario::read_design_tree(text, "", errors);
  require(errors.empty() && document.root.has_value());
  return print(*document.root);
}

void check_forms(std::string_view text) {
  const scenario::WrittenDesign design = design_of(text);
  const std::string json = converted(text, scenario::design_json), printed = converted(text, scenario::pool_text);
  same_design(design, design_of(json));
  same_design(design, design_of(printed));
  require(converted(json, scenario::pool_text) == printed);
  require(converted(printed, scenario::pool_text) == printed);
  require(converted(converted(printed, scenario::design_json), scenario::design_json) ==
          converted(printed, scenario::design_json));
  const std::string laid = scenario::format_pool_text(text);
  require(without_blanks(laid) == without_blanks(text));
  require(scenario::format_pool_text(laid) == laid);
  same_design(design, design_of(laid));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (scenario::form_of_design(text, "fuzz.pool") == scenario::Form::json) return 0;
  scenario::DesignLibrary library;
  Diagnostics errors;
  const auto id = library.add(text, "fuzz.pool", errors);
  require(id.has_value() == errors.empty());
  check_errors(text, errors);
  reports::render(
      errors, [&](const std::string&) { return text; }, false, false);
  if (id) check_forms(text);
  return 0;
}

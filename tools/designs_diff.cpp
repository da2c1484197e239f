// `interleak designs diff LEFT RIGHT`: what sets two designs apart, as they are compiled. Settings
// first, then each listing that differs, like `diff -u` with the line numbers of both sides.
#include <algorithm>

#include "reports/json.hpp"
#include "sim/design/diff.hpp"
#include "tools/designs.hpp"
#include "tools/exit_codes.hpp"

namespace interleak::tools {
namespace {

constexpr std::size_t kContext = 3;   // equal lines around each change

/// Which lines are shown: the changed ones and those near them. A mark for one hidden line would
/// take as much room as the line.
std::vector<bool> shown(const std::vector<design::DiffLine>& lines) {
  std::vector<bool> out(lines.size(), false);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].left != 0 && lines[i].right != 0) continue;
    const std::size_t first = i < kContext ? 0 : i - kContext;
    const std::size_t last = std::min(lines.size(), i + kContext + 1);
    for (std::size_t j = first; j < last; ++j) out[j] = true;
  }
  const auto seen = [&](std::size_t i) { return i >= out.size() || out[i]; };
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i] && (i == 0 || out[i - 1]) && seen(i + 1)) out[i] = true;
  }
  return out;
}

std::string numbered(const design::DiffLine& line, const reports::Style& style) {
  using reports::Tone;
  const auto number = [](int n) {
    return reports::right_aligned(n == 0 ? "" : std::to_string(n), 5);
  };
  const bool removed = line.right == 0, added = line.left == 0;
  const Tone tone = removed ? Tone::bad : added ? Tone::good : Tone::plain;
  return reports::paint(style, Tone::dim,
                        number(line.left) + number(line.right) + (style.ascii ? " | " : " │ ")) +
         reports::paint(style, tone, (removed ? "- " : added ? "+ " : "  ") +
                                         reports::printable(line.text)) +
         "\n";
}

/// A name that tells the two apart: two files may hold one id.
std::string label(const design::Design& design, const design::Design& other) {
  const std::string file = design.id == other.id ? " (" + design.file + ")" : "";
  return reports::printable(design.id + file);
}

std::string procedure_text(const design::ProcedureDiff& procedure, const reports::Style& style,
                           const std::string& left, const std::string& right) {
  using reports::Tone;
  std::string note;
  if (procedure.left_origin.empty()) {
    note = "only in " + right;
  } else if (procedure.right_origin.empty()) {
    note = "only in " + left;
  } else if (procedure.comments_only) {
    note = "the same statements";
  }
  std::string out = "\n  " + reports::paint(style, Tone::strong, procedure.name) +
                    (note.empty() ? "" : reports::paint(style, Tone::dim, "   " + note)) + "\n";
  const std::vector<bool> visible = shown(procedure.lines);
  for (std::size_t i = 0; i < procedure.lines.size(); ++i) {
    if (visible[i]) out += numbered(procedure.lines[i], style);
    const bool gap_begins = !visible[i] && (i == 0 || visible[i - 1]);
    if (gap_begins) out += reports::paint(style, Tone::dim, style.ascii ? "    ..." : "    ⋯") + "\n";
  }
  return out;
}

std::string diff_text(const design::Design& left, const design::Design& right,
                      const design::DesignDiff& diff, const reports::Style& style) {
  using reports::Tone;
  const std::string left_label = label(left, right), right_label = label(right, left);
  if (diff.same()) return left_label + " and " + right_label + ": the same listing\n";
  std::string out = reports::paint(style, Tone::bad, "--- " + left_label) + "\n" +
                    reports::paint(style, Tone::good, "+++ " + right_label) + "\n";
  if (!diff.fields.empty()) out += "\n";
  int width = 0;
  for (const auto& field : diff.fields) width = std::max(width, reports::display_width(field.name));
  for (const auto& field : diff.fields) {
    out += "  " + reports::padded(field.name, width) + "   " +
           reports::paint(style, Tone::bad, "- " + reports::printable(field.left)) + "   " +
           reports::paint(style, Tone::good, "+ " + reports::printable(field.right)) + "\n";
  }
  for (const auto& procedure : diff.procedures) {
    out += procedure_text(procedure, style, left_label, right_label);
  }
  return out;
}

reports::Json diff_json(const design::Design& left, const design::Design& right,
                        const design::DesignDiff& diff) {
  using reports::Json;
  const auto or_null = [](bool there, Json value) {
    return there ? std::move(value) : Json(nullptr);
  };
  Json fields = Json::array(), procedures = Json::array();
  for (const auto& field : diff.fields) {
    fields.push_back({{"name", field.name}, {"left", field.left}, {"right", field.right}});
  }
  for (const auto& procedure : diff.procedures) {
    Json lines = Json::array();
    for (const auto& line : procedure.lines) {
      lines.push_back({{"left", or_null(line.left != 0, line.left)},
                       {"right", or_null(line.right != 0, line.right)}, {"text", line.text}});
    }
    procedures.push_back(
        {{"name", procedure.name},
         {"left_origin", or_null(!procedure.left_origin.empty(), procedure.left_origin)},
         {"right_origin", or_null(!procedure.right_origin.empty(), procedure.right_origin)},
         {"same_statements", procedure.comments_only}, {"lines", std::move(lines)}});
  }
  return {{"left", left.id}, {"right", right.id}, {"same", diff.same()},
          {"fields", std::move(fields)}, {"procedures", std::move(procedures)}};
}

}  // namespace

int diff_designs(const DesignsFlags& flags) {
  Session session;
  for (const std::string& path : flags.libraries) session.add_designs(path);
  const auto left = one_design(session, flags.name);
  const auto right = one_design(session, flags.other);
  if (!session.errors.empty()) return refuse(session, flags.output, "designs");
  const design::DesignDiff diff = design::diff(*left, *right);
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("designs");
    document["diff"] = diff_json(*left, *right, diff);
    out.write(reports::text_of(document));
  } else {
    out.write(diff_text(*left, *right, diff, flags.output.style()));
  }
  out.finish();
  return kExitOk;
}

}  // namespace interleak::tools

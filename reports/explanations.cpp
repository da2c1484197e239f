// See explanations.hpp. Of Markdown this knows what docs/explain.md uses: headings, paragraphs,
// `- ` lists and fenced code.
#include "reports/explanations.hpp"

#include <algorithm>

namespace interleak::reports {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<std::string> names_in(std::string_view heading) {
  std::vector<std::string> names;
  while (!heading.empty()) {
    const std::size_t comma = heading.find(", ");
    names.emplace_back(heading.substr(0, comma));
    heading.remove_prefix(comma == std::string_view::npos ? heading.size() : comma + 2);
  }
  return names;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_fence(std::string_view line) { return line.starts_with("```"); }

std::string heading_of(const Explanation& explanation) {
  std::string out = explanation.names[0];
  for (std::size_t i = 1; i < explanation.names.size(); ++i) out += ", " + explanation.names[i];
  return out;
}

/// Collects lines to paragraphs and code as they come, and writes them wrapped.
class Page {
 public:
  explicit Page(const Style& style) : style_(style) {}

  std::string of(std::string_view markdown) {
    bool code = false;
    for (const std::string_view line : lines_of(markdown)) {
      if (is_fence(line)) {
        end_paragraph();
        code = !code;
        if (code) gap();
      } else if (code) {
        out_ += "    " + printable(line) + "\n";
      } else if (line.empty()) {
        end_paragraph();
        gap();
      } else {
        if (line.starts_with("- ")) end_paragraph();
        add(line);
      }
    }
    end_paragraph();
    while (out_.ends_with("\n\n")) out_.pop_back();
    return std::move(out_);
  }

 private:
  void add(std::string_view line) {
    const std::size_t text = line.find_first_not_of(' ');
    if (!paragraph_.empty()) paragraph_ += ' ';
    paragraph_.append(line.substr(std::min(text, line.size())));
  }

  void end_paragraph() {
    if (paragraph_.empty()) return;
    const int indent = paragraph_.starts_with("- ") ? 4 : 2;
    out_ += "  " + reports::paragraph(paragraph_, indent, style_.width) + "\n";
    paragraph_.clear();
  }

  void gap() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += "\n";
  }

  const Style& style_;
  std::string out_, paragraph_;
};

}  // namespace

std::vector<Explanation> read_explanations(std::string_view markdown) {
  std::vector<Explanation> all;
  std::string group;
  bool open = false, code = false;
  for (const std::string_view line : lines_of(markdown)) {
    if (is_fence(line)) code = !code;
    if (!code && line.starts_with("## ")) {
      group = line.substr(3);
      open = false;
    } else if (!code && line.starts_with("### ")) {
      all.push_back({group, names_in(line.substr(4)), ""});
      open = true;
    } else if (open) {
      std::string& text = all.back().text;
      if (!text.empty() || !line.empty()) text.append(line).append("\n");
    }
  }
  return all;
}

std::vector<const Explanation*> explanations_of(const std::vector<Explanation>& all, std::string_view name) {
  std::vector<const Explanation*> found;
  for (const Explanation& explanation : all) {
    const auto& names = explanation.names;
    if (std::any_of(names.begin(), names.end(), [&](const std::string& each) { return same_name(each, name); })) {
      found.push_back(&explanation);
    }
  }
  return found;
}

std::string summary_of(const Explanation& explanation) {
  std::string out;
  for (const std::string_view line : lines_of(explanation.text)) {
    if (line.empty() || is_fence(line)) break;
    out.append(out.empty() ? "" : " ").append(line);
  }
  return out;
}

std::string explanation_text(const Explanation& explanation, const Style& style) {
  return paint(style, Tone::strong, heading_of(explanation)) + paint(style, Tone::dim, "   " + explanation.group) +
         "\n\n" + Page(style).of(explanation.text);
}

std::string explanation_list(const std::vector<Explanation>& all, const Style& style) {
  int width = 0;
  for (const Explanation& each : all) width = std::max(width, display_width(heading_of(each)));
  std::string out, group;
  for (const Explanation& each : all) {
    if (each.group != group) {
      out += (out.empty() ? "" : "\n") + paint(style, Tone::strong, each.group) + "\n";
      group = each.group;
    }
    out += "  " + padded(heading_of(each), width + 2) + paragraph(summary_of(each), width + 4, style.width) + "\n";
  }
  return out;
}

}  // namespace interleak::reports

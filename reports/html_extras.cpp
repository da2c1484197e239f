// See html_extras.hpp. Charts are drawn here as SVG, so that they are there without a script.
#include "reports/html_extras.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>
#include <boost/multiprecision/cpp_int.hpp>

#include "reports/html_text.hpp"

namespace interleak::reports {
namespace {

using Rational = boost::multiprecision::cpp_rational;
constexpr int kWidth = 640, kHeight = 240, kLeft = 54, kRight = 16, kTop = 16, kBottom = 40;
constexpr int kAbove = 34;  // for the words on the turn

/// "3/8" as a number for drawing; texts that are none are 0.
double decimal(const std::string& text) {
  try {
    return static_cast<double>(Rational(text));
  } catch (const std::exception&) {
    return 0;
  }
}

std::string percent(double share) {
  return share > 0 && share < 0.1 ? fmt::format("{:.2g} %", share * 100) : fmt::format("{:.0f} %", share * 100);
}

double x_of(std::size_t i, std::size_t last) {
  return kLeft +
         static_cast<double>(i) * (kWidth - kLeft - kRight) / static_cast<double>(std::max<std::size_t>(last, 1));
}
double y_of(double share) { return kTop + (1 - share) * (kHeight - kTop - kBottom); }

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x, y, anchor, html_text(text));
}

/// `above`: room for words over the chart.
std::string frame(const std::string& label, int above = 0) {
  std::string out = fmt::format("<svg class=\"chart\" viewBox=\"0 {} {} {}\" role=\"img\" aria-label=\"{}\">", -above,
                                kWidth, kHeight + above, html_text(label));
  for (const int tenth : {0, 5, 10}) {
    const double y = y_of(tenth / 10.0);
    out += fmt::format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", kLeft, kWidth - kRight,
                       y, y);
    out += text_at(kLeft - 6, y + 4, "end", std::to_string(tenth * 10) + " %");
  }
  return out;
}

std::string series(const std::vector<double>& values, const std::string& kind) {
  std::string points, dots;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = x_of(i, values.size() - 1), y = y_of(values[i]);
    points += fmt::format("{:.1f},{:.1f} ", x, y);
    dots += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>", kind, x, y);
  }
  return "<polyline class=\"" + kind + "\" points=\"" + points + "\"/>" + dots;
}

std::string step_link(int step) {
  const std::string n = std::to_string(step);
  return step == 0 ? n : "<a class=\"step\" href=\"#step-" + n + "\">" + n + "</a>";
}

/// A dashed line after so many steps, from `top` down, with its words beside its upper end.
std::string curve_mark(double x, int top, bool words_right, const char* kind, const char* words) {
  return fmt::format("<line class=\"turn {}\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{}\" y2=\"{}\"/>", kind, x, x, top,
                     kHeight - kBottom) +
         fmt::format("<text class=\"turn {}\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{}</text>", kind,
                     words_right ? x + 5 : x - 5, top + 12, words_right ? "start" : "end", words);
}

bool known_turn(const CurveTurn& turn, std::size_t last) {
  return turn.last_safe >= 0 && turn.no_return > turn.last_safe && static_cast<std::size_t>(turn.no_return) <= last;
}

/// The words stand away from each other where there is room, and one above the other: the line
/// that the words of the other would cross begins below them.
std::string curve_marks(const CurveTurn& turn, std::size_t last) {
  if (!known_turn(turn, last)) return {};
  constexpr int kWordsWidth = 180, kUpper = -kAbove, kLower = -kAbove + 18;
  const double safe = x_of(static_cast<std::size_t>(turn.last_safe), last);
  const double gone = x_of(static_cast<std::size_t>(turn.no_return), last);
  const bool safe_right = safe < kWordsWidth, gone_right = gone < kWidth - kWordsWidth;
  return curve_mark(safe, gone_right ? kUpper : kLower, safe_right, "safe", "last safe choice") +
         curve_mark(gone, gone_right ? kLower : kUpper, gone_right, "gone", "point of no return");
}

std::string curve_legend(const CurveTurn& turn, std::size_t last) {
  if (!known_turn(turn, last)) return {};
  return "Dashed: the last safe choice, " +
         (turn.last_safe == 0 ? "at the start" : "after step " + step_link(turn.last_safe)) +
         ", and the point of no return, step " + step_link(turn.no_return) + ". ";
}

/// Places to click for each step; the table below has the same as links.
std::string step_places(std::size_t last) {
  const double wide = std::min(40.0, (kWidth - kLeft - kRight) / static_cast<double>(last + 1));
  std::string out;
  for (std::size_t i = 0; i <= last; ++i) {
    out += fmt::format(
        "<rect class=\"hit\" data-step=\"{}\" x=\"{:.1f}\" y=\"0\" width=\"{:.1f}\" "
        "height=\"{}\"></rect>",
        i, x_of(i, last) - wide / 2, wide, kHeight);
  }
  return out;
}

std::string values_row(const std::string& head, const std::vector<std::string>& exact) {
  std::string out = "<tr><th scope=\"row\">" + html_text(head) + "</th>";
  for (const std::string& each : exact) {
    out += "<td title=\"" + html_text(each) + "\">" + percent(decimal(each)) + "</td>";
  }
  return out + "</tr>\n";
}

std::vector<double> decimals(const std::vector<std::string>& exact) {
  std::vector<double> out;
  for (const std::string& each : exact) out.push_back(decimal(each));
  return out;
}

const Json* part(const Extras& extras, const char* name, const char* inner) {
  if (!extras.is_object() || !extras.contains(name)) return nullptr;
  const Json& outer = extras[name];
  return outer.contains(inner) ? &outer[inner] : nullptr;
}

std::string line_words(const Json& line) {
  if (!line.is_object()) return "–";
  return "<code>" + html_text(line.value("text", "")) + "</code> <small>" + html_text(line.value("procedure", "")) +
         ":" + std::to_string(line.value("line", 0)) + "</small>";
}

double rate_at(const Json& terms, double p) {
  double sum = 0;
  for (const Json& term : terms) {
    sum +=
        decimal(term.value("coefficient", "0")) * std::pow(p, term.value("p", 0)) * std::pow(1 - p, term.value("q", 0));
  }
  return sum;
}

constexpr std::size_t kPowers = 6;  // rates from 10^-6 to 1

std::string power_words(std::size_t i) { return i == kPowers ? "1" : "10^-" + std::to_string(kPowers - i); }

/// Small ones as the rates are written: "9.97 · 10^-7".
std::string chance_words(double chance) {
  if (chance == 0 || chance >= 0.001) return fmt::format("{:.3g}", chance);
  const std::string text = fmt::format("{:.2e}", chance);
  const std::size_t e = text.find('e');
  return text.substr(0, e) + " · 10^" + std::to_string(std::stoi(text.substr(e + 1)));
}

/// In steps of equal factors.
std::string rate_chart(const Json& terms) {
  constexpr std::size_t kPoints = 60;
  std::string out = frame("How likely it is, against the rate of cancels"), points;
  for (std::size_t i = 0; i <= kPowers; ++i) {
    out += text_at(x_of(i, kPowers), kHeight - kBottom + 18, "middle", power_words(i));
  }
  for (std::size_t i = 0; i <= kPoints; ++i) {
    const double p = std::pow(10, -6.0 + 6.0 * static_cast<double>(i) / kPoints);
    points += fmt::format("{:.1f},{:.1f} ", x_of(i, kPoints), y_of(std::clamp(rate_at(terms, p), 0.0, 1.0)));
  }
  return out + text_at((kLeft + kWidth - kRight) / 2.0, kHeight - 4, "middle", "rate of cancels") +
         "<polyline class=\"chance\" points=\"" + points + "\"/></svg>\n";
}

}  // namespace

std::string html_opening(const std::string& schedule) {
  std::string address = "#s=";
  for (const char c : schedule) {
    if (c == ' ') address += '+';
    else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '!' || c == '_')
      address += c;
    else address += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return "<a class=\"opens\" href=\"" + address + "\"><code>" + html_text(schedule) + "</code></a>";
}

std::string html_curve(const Extras& extras, const std::vector<std::string>& shares, const CurveTurn& turn,
                       const std::string& harm) {
  std::vector<std::string> chances;
  if (const Json* along = part(extras, "numbers", "along")) chances = along->get<std::vector<std::string>>();
  if (shares.empty() && chances.empty()) return {};
  const std::size_t last = std::max(shares.size(), chances.size()) - 1;
  std::string out = frame("After each step of the schedule: how much of what may still happen is harmful",
                          known_turn(turn, last) ? kAbove : 0) +
                    curve_marks(turn, last);
  for (std::size_t i = 0; i <= last; ++i)
    out += text_at(x_of(i, last), kHeight - kBottom + 18, "middle", std::to_string(i));
  out += text_at((kLeft + kWidth - kRight) / 2.0, kHeight - 4, "middle", "steps so far");
  if (!shares.empty()) out += series(decimals(shares), "share");
  if (!chances.empty()) out += series(decimals(chances), "chance");
  out += step_places(last);
  out +=
      "</svg>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The curve as a "
      "table\"><table><thead><tr><th scope=\"col\">after step</th>";
  for (std::size_t i = 0; i <= last; ++i) out += "<th scope=\"col\">" + step_link(static_cast<int>(i)) + "</th>";
  out += "</tr></thead><tbody>";
  if (!shares.empty()) out += values_row("share of schedules", shares);
  if (!chances.empty()) out += values_row("probability", chances);
  out += "</tbody></table></div>\n<p class=\"legend\">" + curve_legend(turn, last);
  if (!shares.empty()) {
    out +=
        "<span class=\"key share\"></span> Of all complete schedules that go on from there, the "
        "share that " +
        harm + ". Exact; it weighs each schedule the same. ";
  }
  if (!chances.empty()) {
    const Json* scheduler = part(extras, "numbers", "scheduler");
    out += "<span class=\"key chance\"></span> Probability under the scheduler <i>" +
           html_text(scheduler != nullptr ? scheduler->get<std::string>() : "uniform") + "</i>. ";
  }
  if (const Json* runs = part(extras, "numbers", "runs")) {
    out += "It takes " + html_text(runs->get<std::string>()) + " random test runs to see it once with 95 % chance.";
  }
  return out + "</p>\n";
}

std::string html_rate(const Extras& extras) {
  const Json* rate = part(extras, "numbers", "rate");
  if (rate == nullptr || !rate->contains("terms")) return {};
  std::string rows;
  for (std::size_t i = 0; i <= kPowers; ++i) {
    const double p = std::pow(10, static_cast<double>(i) - static_cast<double>(kPowers));
    rows += "<tr><th scope=\"row\">" + power_words(i) + "</th><td>" + chance_words(rate_at((*rate)["terms"], p)) +
            "</td></tr>\n";
  }
  return rate_chart((*rate)["terms"]) +
         "<div id=\"rate-at\"></div>\n<table><thead><tr><th scope=\"col\">rate of cancels</th>"
         "<th scope=\"col\">probability</th></tr></thead><tbody>\n" +
         rows + "</tbody></table>\n";
}

std::string html_causes(const Extras& extras) {
  if (!extras.is_object() || !extras.contains("causes") || extras["causes"].empty()) return {};
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Root "
      "causes\"><table><thead><tr><th scope=\"col\">the cancel lands on</th><th "
      "scope=\"col\">it leaves</th><th scope=\"col\">the wrong read</th><th scope=\"col\">schedules"
      "</th><th scope=\"col\">probability</th><th "
      "scope=\"col\">shortest</th></tr></thead><tbody>\n";
  for (const Json& cause : extras["causes"]) {
    out += "<tr><td>" + line_words(cause.value("cancel", Json())) + "</td><td>" +
           html_text(cause.value("residue", "")) + "</td><td>" + line_words(cause.value("read", Json())) + "</td><td>" +
           html_text(cause.value("schedules", "")) + "</td><td>" + html_text(cause.value("probability", "")) +
           "</td><td>" + html_opening(cause.value("witness", "")) + "</td></tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace interleak::reports

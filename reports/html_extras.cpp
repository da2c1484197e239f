// See html_extras.hpp. Charts are drawn here as SVG, so that they are there without a script.
#include "reports/html_extras.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/format.h>
#include <boost/multiprecision/cpp_int.hpp>

#include "reports/html_text.hpp"

namespace interleak::reports {
namespace {

using Rational = boost::multiprecision::cpp_rational;
constexpr int kWidth = 640, kHeight = 240, kLeft = 54, kRight = 16, kTop = 16, kBottom = 40;

/// "3/8" as a number for drawing; texts that are none are 0.
double decimal(const std::string& text) {
  try {
    return static_cast<double>(Rational(text));
  } catch (const std::exception&) {
    return 0;
  }
}

std::string percent(double share) {
  return share > 0 && share < 0.1 ? fmt::format("{:.2g} %", share * 100)
                                  : fmt::format("{:.0f} %", share * 100);
}

double x_of(std::size_t i, std::size_t last) {
  return kLeft + static_cast<double>(i) * (kWidth - kLeft - kRight) /
                     static_cast<double>(std::max<std::size_t>(last, 1));
}
double y_of(double share) { return kTop + (1 - share) * (kHeight - kTop - kBottom); }

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x, y, anchor,
                     html_text(text));
}

std::string frame(const std::string& label) {
  std::string out =
      fmt::format("<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
                  kWidth, kHeight, html_text(label));
  for (const int tenth : {0, 5, 10}) {
    const double y = y_of(tenth / 10.0);
    out += fmt::format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>",
                       kLeft, kWidth - kRight, y, y);
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
  return "<code>" + html_text(line.value("text", "")) + "</code> <small>" +
         html_text(line.value("procedure", "")) + ":" + std::to_string(line.value("line", 0)) +
         "</small>";
}

double rate_at(const Json& terms, double p) {
  double sum = 0;
  for (const Json& term : terms) {
    sum += decimal(term.value("coefficient", "0")) * std::pow(p, term.value("p", 0)) *
           std::pow(1 - p, term.value("q", 0));
  }
  return sum;
}

/// Over rates from 10^-6 to 1, in steps of equal factors.
std::string rate_chart(const Json& terms) {
  constexpr std::size_t kPowers = 6, kPoints = 60;
  std::string out = frame("How likely it is, against the rate of cancels"), points;
  for (std::size_t i = 0; i <= kPowers; ++i) {
    const std::string power = i == kPowers ? "1" : "10^-" + std::to_string(kPowers - i);
    out += text_at(x_of(i, kPowers), kHeight - kBottom + 18, "middle", power);
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
    else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '!' || c == '_') address += c;
    else address += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return "<a class=\"opens\" href=\"" + address + "\"><code>" + html_text(schedule) + "</code></a>";
}

std::string html_curve(const Extras& extras, const std::vector<std::string>& shares,
                       const std::string& harm) {
  std::vector<std::string> chances;
  if (const Json* along = part(extras, "numbers", "along"))
    chances = along->get<std::vector<std::string>>();
  if (shares.empty() && chances.empty()) return {};
  std::string out =
      frame("After each step of the schedule: how much of what may still happen is harmful");
  const std::size_t last = std::max(shares.size(), chances.size()) - 1;
  for (std::size_t i = 0; i <= last; ++i)
    out += text_at(x_of(i, last), kHeight - kBottom + 18, "middle", std::to_string(i));
  out += text_at((kLeft + kWidth - kRight) / 2.0, kHeight - 4, "middle", "steps so far");
  if (!shares.empty()) out += series(decimals(shares), "share");
  if (!chances.empty()) out += series(decimals(chances), "chance");
  out +=
      "</svg>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The curve as a "
      "table\"><table><thead><tr><th scope=\"col\">after step</th>";
  for (std::size_t i = 0; i <= last; ++i) out += "<th scope=\"col\">" + std::to_string(i) + "</th>";
  out += "</tr></thead><tbody>";
  if (!shares.empty()) out += values_row("share of schedules", shares);
  if (!chances.empty()) out += values_row("probability", chances);
  out += "</tbody></table></div>\n<p class=\"legend\">";
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
    out += "It takes " + html_text(runs->get<std::string>()) +
           " random test runs to see it once with 95 % chance.";
  }
  return out + "</p>\n";
}

std::string html_rate(const Extras& extras) {
  const Json* rate = part(extras, "numbers", "rate");
  if (rate == nullptr || !rate->contains("terms")) return {};
  static constexpr std::array<double, 9> kRates = {1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1};
  std::string head, row;
  for (const double p : kRates) {
    head += "<th scope=\"col\">" + fmt::format("{:g}", p) + "</th>";
    row += "<td>" + fmt::format("{:.3g}", rate_at((*rate)["terms"], p)) + "</td>";
  }
  return rate_chart((*rate)["terms"]) + "<div id=\"rate-at\"></div>\n" +
         "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rate of "
         "cancels\"><table><thead><tr><th scope=\"col\">rate of cancels</th>" +
         head + "</tr></thead><tbody><tr><th scope=\"row\">probability</th>" + row +
         "</tr></tbody></table></div>\n";
}

std::string html_causes(const world::World& world, const Extras& extras) {
  if (!extras.is_object() || !extras.contains("causes") || extras["causes"].empty()) return {};
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Root "
      "causes\"><table><thead><tr><th scope=\"col\">the cancel lands on</th><th "
      "scope=\"col\">it leaves</th><th scope=\"col\">the wrong read</th><th scope=\"col\">schedules"
      "</th><th scope=\"col\">probability</th><th "
      "scope=\"col\">shortest</th></tr></thead><tbody>\n";
  for (const Json& cause : extras["causes"]) {
    out += "<tr><td>" + line_words(cause.value("cancel", Json())) + "</td><td>" +
           html_names(world, cause.value("residue", "")) + "</td><td>" +
           line_words(cause.value("read", Json())) + "</td><td>" +
           html_text(cause.value("schedules", "")) + "</td><td>" +
           html_text(cause.value("probability", "")) + "</td><td>" +
           html_opening(cause.value("witness", "")) + "</td></tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace interleak::reports

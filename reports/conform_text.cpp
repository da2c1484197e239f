#include "reports/chart.hpp"
#include "reports/conform.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

using conform::Checked;
using conform::Conformity;

std::string share(const conform::Hits& hits) { return std::to_string(hits.hits) + " of " + std::to_string(hits.rows); }

std::string groups_text(const Conformity& conformity, const Style& style) {
  std::string out = "  " + padded("release", 16) + padded("client", 12) + padded("operation", 12) +
                    right_aligned("rows", 6) + right_aligned("predicted", 11) + right_aligned("mispredicted", 14) +
                    "\n";
  for (const conform::Group& group : conformity.groups) {
    const int missed = group.hits.rows - group.hits.hits;
    out += "  " + padded(printable(group.version), 16) + padded(printable(group.client), 12) +
           padded(printable(group.operation), 12) + right_aligned(std::to_string(group.hits.rows), 6) +
           right_aligned(std::to_string(group.hits.hits), 11) +
           paint(style, missed == 0 ? Tone::dim : Tone::bad, right_aligned(std::to_string(missed), 14)) + "\n";
  }
  return out + "\n";
}

/// What the trial does, in one line.
std::string trial_line(const Checked& each) {
  const conform::Row& row = each.row;
  return "line " + std::to_string(row.line) + ": " + printable(row.design) + (row.trial.cold ? ", cold, " : ", ") +
         row.operation + " cancelled at suspension " + std::to_string(row.trial.cancel_point) + " (" + row.mode +
         "), left-over " + row.left_over + ", then " + row.victim;
}

std::string told(bool delivered) { return delivered ? "cancelled" : "still running"; }

std::string verdict_of(const Checked& each) {
  if (!each.prediction.possible) return "the design has no such suspension";
  std::string out = "predicted " + each.prediction.codes + ", A " + told(each.prediction.delivered);
  out += "; measured " + printable(each.row.measured.codes);
  if (each.row.measured.delivered) out += ", A " + told(*each.row.measured.delivered);
  return out;
}

std::string missed_text(const Conformity& conformity, const WorldOfRow& world_of, const ConformOptions& options) {
  std::string out;
  std::size_t missed = 0;
  for (const Checked& each : conformity.rows) {
    if (!each.in_scope() || each.predicted()) continue;
    if (++missed > options.most_told) continue;
    out += "  " + paint(options.style, Tone::bad, "MISPREDICTED") + "  " +
           paragraph(trial_line(each), 4, options.style.width - 16) + "\n    " + verdict_of(each) + "\n\n";
    const auto world = world_of(each.row);
    if (!world || each.prediction.events.empty()) continue;
    const auto trace = words::trace(*world, each.prediction.events);
    out += chart(*world, trace, options.style, false) + "\n";
  }
  if (missed > options.most_told) {
    out += "  ... and " + plural(std::to_string(missed - options.most_told), "row") + " more (--json has all)\n\n";
  }
  return out;
}

std::string out_of_scope_text(const Conformity& conformity) {
  if (conformity.out_of_scope.rows == 0) return {};
  return "  Apart: " + share(conformity.out_of_scope) +
         " rows of which the repeats differed are predicted as their table has them.\n";
}

}  // namespace

std::string conform_text(const Conformity& conformity, const WorldOfRow& world_of, const ConformOptions& options) {
  std::string out;
  if (!options.quiet) {
    out += groups_text(conformity, options.style) + missed_text(conformity, world_of, options);
  }
  const bool all = conformity.in_scope.hits == conformity.in_scope.rows;
  out += "  " +
         paint(options.style, all ? Tone::good : Tone::bad, "Predicted: " + share(conformity.in_scope) + " rows") +
         " (outcomes of B and C, and whether A's cancel was delivered)\n";
  out += out_of_scope_text(conformity) + "\n";
  for (std::size_t i = 0; i < conform::kFieldNames.size(); ++i) {
    if (conformity.fields[i].rows == 0) continue;
    out += "  " + padded(std::string(conform::kFieldNames[i]), 34) + share(conformity.fields[i]) + "\n";
  }
  return out;
}

}  // namespace interleak::reports

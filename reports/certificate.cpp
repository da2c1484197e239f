#include "reports/certificate.hpp"

#include "reports/text.hpp"
#include "sim/certify/subject.hpp"
#include "sim/property/invariants.hpp"

namespace interleak::reports {
namespace {

std::string digest_of(std::string_view certificate) { return "sha256:" + certify::hex(certify::sha256(certificate)); }

std::string grouped_count(std::uint64_t number) { return grouped(std::to_string(number)); }

/// One line for each invariant that the certificate names.
std::string invariant_lines(const Verification& v, const Style& style) {
  constexpr int kWordWidth = 10;
  std::string out;
  for (const std::string& name : v.checked.head.invariants) {
    const property::Invariant* invariant = property::find_invariant(name);
    if (invariant == nullptr) continue;
    const std::string column = name_column(name);
    out += "  " + paint(style, Tone::good, "proved") + std::string(kWordWidth - 6, ' ') + column +
           paragraph(invariant->meaning, 2 + kWordWidth + display_width(column), style.width) + "\n";
  }
  return out;
}

std::string subject_digest_of(const world::World& world) {
  return "sha256:" + certify::hex(certify::subject_digest(world));
}

std::string place_of(const Source& source) {
  return source.built_in ? "built in as " + source.file : "of the file " + shell_quoted(source.file);
}

/// A word and a paragraph, as wide as the verdicts.
std::string labelled(Tone tone, std::string_view label, const std::string& text, const Style& style) {
  constexpr int kLabelWidth = 10;
  return "  " + paint(style, tone, label) + std::string(kLabelWidth - label.size(), ' ') +
         paragraph(printable(text), 2 + kLabelWidth, style.width) + "\n";
}

/// What was proved: the files and the digest. A file that stands for something built in is told in a
/// line of its own.
std::string subject_lines(const Verification& v, const Style& style) {
  const Subject& subject = v.subject;
  std::string scenario = scenario_name(v.world->scenario()) + ", " + place_of(subject.scenario);
  if (!subject.changes.empty()) scenario += ", with " + command_line(subject.changes);
  std::string design, warnings;
  const auto warn = [&](const Source& source, std::string_view what) {
    if (!source.replaces_built_in) return;
    warnings += labelled(Tone::bad, "NOT",
                         "the built-in " + std::string(what) + " " + source.id + ": " + shell_quoted(source.file) +
                             " says something else under its name",
                         style);
  };
  warn(subject.scenario, "scenario");
  for (const Source& source : subject.designs) {
    warn(source, "design");
    if (design.empty()) {
      design = source.id + ", " + place_of(source);
    } else if (!source.built_in) {
      design += ", with " + source.id + " " + place_of(source);
    }
  }
  return labelled(Tone::plain, "Scenario", scenario, style) + labelled(Tone::plain, "Design", design, style) +
         labelled(Tone::plain, "Digest",
                  subject_digest_of(*v.world) + " of both; the " +
                      (subject.named_by_certificate ? "certificate" : "command line") + " named them",
                  style) +
         warnings;
}

Json source_json(const Source& source) {
  return {{"id", source.id},
          {"file", source.file},
          {"built_in", source.built_in},
          {"replaces_built_in", source.replaces_built_in}};
}

Json held_against_json(const Verification& v) {
  if (v.world == nullptr) return nullptr;
  Json designs = Json::array();
  for (const Source& source : v.subject.designs) designs.push_back(source_json(source));
  return {{"digest", subject_digest_of(*v.world)},
          {"named_by", v.subject.named_by_certificate ? "certificate" : "command line"},
          {"scenario", source_json(v.subject.scenario)},
          {"changes", v.subject.changes},
          {"designs", std::move(designs)}};
}

}  // namespace

std::string certificate_line(const Result& result, const Style& style) {
  if (result.certificate_file.empty()) return {};
  const std::string& certificate = result.analysis.certificate;
  std::string text = "No certificate is written: no invariant holds.";
  if (!certificate.empty()) {
    text = "Certificate " + digest_of(certificate) + " of what holds, " +
           plural(grouped_count(certificate.size()), "byte") + "; interleak verify " +
           shell_quoted(result.certificate_file) + " checks it without the search.";
  }
  return "\n  " + paragraph(printable(text), 2, style.width) + "\n";
}

Json certificate_json(const Result& result) {
  const std::string& certificate = result.analysis.certificate;
  if (certificate.empty()) return nullptr;
  Json invariants = Json::array();
  for (const check::Judgement& each : result.analysis.judgements) {
    if (each.verdict == check::Verdict::holds) invariants.push_back(each.invariant.name);
  }
  return {{"file", result.certificate_file},
          {"digest", digest_of(certificate)},
          {"bytes", certificate.size()},
          {"invariants", std::move(invariants)}};
}

std::string verification_text(const Verification& v, const Style& style, bool quiet) {
  std::string out;
  if (v.world != nullptr) out = header_line(*v.world, style) + (quiet ? "" : "\n");
  if (!v.checked.valid()) {
    return out + "  " + paint(style, Tone::bad, "REFUSED") + "   " +
           paragraph(printable(v.file + ": " + v.checked.refused), 12, style.width) + "\n";
  }
  out += invariant_lines(v, style) + (quiet ? "" : "\n") + subject_lines(v, style);
  if (quiet) return out;
  const std::string looked =
      "Looked at each once, without a search: " + plural(grouped_count(v.checked.states), "state") + ", " +
      plural(grouped_count(v.checked.transitions), "transition") + ", " + plural(grouped_count(v.checked.ends), "end") +
      ". They begin with the initial state, none is missing, and every event leads further.";
  return out + "\n  " + paragraph(looked, 2, style.width) + "\n  " +
         paragraph("Certificate " + digest_of(v.certificate) + ", " +
                       plural(grouped_count(v.certificate.size()), "byte") + ".",
                   2, style.width) +
         "\n";
}

Json verification_json(const Verification& v) {
  Json out = {{"file", v.file}, {"digest", digest_of(v.certificate)}, {"valid", v.checked.valid()}};
  out["refused"] = v.checked.valid() ? Json(nullptr) : Json(v.checked.refused);
  out["invariants"] = v.checked.valid() ? Json(v.checked.head.invariants) : Json::array();
  out["subject"] = held_against_json(v);
  out["states"] = v.checked.states;
  out["transitions"] = v.checked.transitions;
  out["ends"] = v.checked.ends;
  return out;
}

}  // namespace interleak::reports

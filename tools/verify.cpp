// `interleak verify CERT [SCENARIO]`: does a certificate prove what it says? It exits 0 if it does, and 1
// with the reason if it does not. Nothing of the search is used.
#include <cstdio>
#include <fstream>
#include <iterator>

#include "reports/certificate.hpp"
#include "reports/style.hpp"
#include "sim/certify/checker.hpp"
#include "tools/certificate_words.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

constexpr std::size_t kMaxCertificateBytes = std::size_t{1} << 31;
constexpr const char* kInCertificate =
    "the certificate says the old name, and proves what it did; one that `run` writes again says the new one";

struct VerifyFlags {
  std::string certificate, scenario;
  SearchFlags search;
  OutputFlags output;
};

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Failure(kExitInvalid, "cannot read " + reports::quoted(path));
  std::string bytes;
  std::string piece(std::size_t{1} << 20, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    bytes.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kMaxCertificateBytes) {
      throw Failure(kExitInvalid, reports::quoted(path) + " is larger than 2 GiB");
    }
  }
  if (in.bad()) throw Failure(kExitInvalid, "cannot read " + reports::quoted(path));
  return bytes;
}

/// The scenario is what stands on the command line with all its flags, or what the certificate names, never
/// some of each: who names a design with -d wants no other one to be proved.
void refuse_half_named(const VerifyFlags& given) {
  const SearchFlags& flags = given.search;
  if (flags.designs.empty() && flags.libraries.empty() && flags.variants.empty() &&
      override_words(flags.overrides).empty()) {
    return;
  }
  throw Failure(kExitUsage,
                "verify takes flags such as -d together with SCENARIO only\n"
                "  interleak verify CERTIFICATE SCENARIO -d NAME");
}

reports::Source source_of(const std::string& id, const Session::Origin& origin) {
  return {id, origin.file, origin.built_in, origin.replaces_built_in};
}

/// The world that the certificate is to be about, and where it came from; null, and errors in the session,
/// if there is none.
std::shared_ptr<const world::World> world_of(Session& session, const NamedWorld& named, const certify::Head& head,
                                             reports::Subject& subject) {
  for (const std::string& path : named.search.libraries) session.add_designs(path);
  const auto scenario = one_scenario(session, named.scenario, named.search, "verify");
  if (!scenario || !session.errors.empty()) return nullptr;
  const auto chosen = session.designs(named.search.designs);
  if (!session.errors.empty()) return nullptr;  // else those of the scenario would stand in for them
  const auto designs = designs_for(session, chosen, *scenario);
  if (designs.size() != 1) {
    const std::string example = designs.empty() ? "" : "; choose one with -d, for example -d " + designs[0];
    throw Failure(kExitUsage, "verify takes one design, but " + std::to_string(designs.size()) + " match" + example);
  }
  std::vector<property::Invariant> invariants;
  if (head.tracks_prompt) invariants.push_back(*property::find_invariant("cancel-is-prompt"));
  if (head.tracks_failures) invariants.push_back(*property::find_invariant("no-lasting-failure"));
  auto world = session.world(*scenario, designs[0], invariants);
  if (!world || !session.errors.empty()) return nullptr;
  subject.scenario = source_of(scenario->id, session.origin_of(named.scenario, *scenario));
  subject.changes = override_words(named.search.overrides);
  const auto lineage = session.library().lineage(designs[0]);
  for (auto id = lineage.rbegin(); id != lineage.rend(); ++id) {
    subject.designs.push_back(source_of(*id, session.origin_of_design(*id)));
  }
  return world;
}

/// The same, by the words of the certificate.
std::shared_ptr<const world::World> world_by_words(Session& session, const certify::Head& head,
                                                   const OutputFlags& output, reports::Subject& subject) {
  const NamedWorld named = named_by(head);
  if (output.quiet < 2) tell_moved(named.said, named.scenario, kInCertificate);
  subject.named_by_certificate = true;
  std::shared_ptr<const world::World> world;
  try {
    world = world_of(session, named, head, subject);
  } catch (const Failure& failure) {
    fail_for_certificate(failure);
  }
  if (!world) fail_for_certificate(session.errors);
  return world;
}

/// Why a certificate must not choose these files itself; empty: it may.
std::string disguised(const reports::Subject& subject) {
  if (!subject.named_by_certificate) return {};
  std::vector<reports::Source> sources = subject.designs;
  sources.insert(sources.begin(), subject.scenario);
  for (const reports::Source& source : sources) {
    if (!source.replaces_built_in) continue;
    return "it names the file " + reports::shell_quoted(source.file) +
           ", which says something else than what is built in under the "
           "name " +
           source.id + "; if you mean that file, name scenario and design yourself";
  }
  return {};
}

void write(const reports::Verification& verification, const OutputFlags& flags) {
  Output out(flags.file);
  if (flags.json) {
    reports::Json document = reports::document("verify");
    if (verification.world != nullptr) document.update(reports::subject_json(*verification.world));
    document["certificate"] = reports::verification_json(verification);
    out.write(reports::text_of(document));
  } else if (flags.quiet < 2) {
    out.write(reports::verification_text(verification, flags.style(), flags.quiet > 0));
  }
  out.finish();
}

int verify(const VerifyFlags& given) {
  if (given.scenario.empty()) refuse_half_named(given);
  const std::string bytes = bytes_of(given.certificate);
  reports::Verification verification{given.certificate, bytes, certify::read(bytes), nullptr, {}};
  std::shared_ptr<const world::World> world;
  if (verification.checked.valid()) {
    Session session;
    const certify::Head head = verification.checked.head;
    reports::Subject& subject = verification.subject;
    world = given.scenario.empty() ? world_by_words(session, head, given.output, subject)
                                   : world_of(session, {given.scenario, given.search, given.scenario}, head, subject);
    if (!world) return refuse(session, given.output, "verify");
    tell_beside(session, given.output.quiet);
    verification.world = world.get();
    verification.checked.refused = disguised(subject);
  }
  if (verification.checked.valid() && world) {
    verification.checked = certify::check(*world, reports::kSemanticsVersion, bytes);
  }
  write(verification, given.output);
  return verification.checked.valid() ? kExitOk : kExitViolated;
}

}  // namespace

void add_verify(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<VerifyFlags>();
  CLI::App* verb = app.add_subcommand("verify", "check a certificate of `run`, without a search");
  verb->add_option("CERTIFICATE", flags->certificate, "the file")->required()->type_name("");
  takes_scenarios(*verb,
                  verb->add_option("SCENARIO", flags->scenario, "what it must be about; default: what its head names"))
      ->type_name("");
  flags->search.add_selection_to(*verb);
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = verify(*flags); });
}

}  // namespace interleak::tools

// `interleak verify CERT [SCENARIO]`: does a certificate prove what it says? It exits 0 if it does, and 1
// with the reason if it does not. Nothing of the search is used.
#include <cstdio>
#include <fstream>
#include <iterator>

#include "reports/certificate.hpp"
#include "sim/certify/checker.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

constexpr std::size_t kMaxCertificateBytes = std::size_t{1} << 31;

struct VerifyFlags {
  std::string certificate, scenario;
  SearchFlags search;
  OutputFlags output;
};

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Failure(kExitInvalid, "cannot read \"" + path + "\"");
  std::string bytes;
  std::string piece(std::size_t{1} << 20, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    bytes.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kMaxCertificateBytes) {
      throw Failure(kExitInvalid, "\"" + path + "\" is larger than 2 GiB");
    }
  }
  if (in.bad()) throw Failure(kExitInvalid, "cannot read \"" + path + "\"");
  return bytes;
}

/// The flags that the certificate names its scenario and its design by, where the command line does not.
/// They are read as `run` would read them.
VerifyFlags with_words(const VerifyFlags& given, const certify::Head& head) {
  if (!given.scenario.empty()) return given;
  VerifyFlags flags = given;
  CLI::App words("the certificate");
  words.add_option("SCENARIO", flags.scenario)->required();
  flags.search = {};
  flags.search.add_selection_to(words);
  try {
    words.parse(std::vector<std::string>(head.words.rbegin(), head.words.rend()));
  } catch (const CLI::ParseError&) {
    throw Failure(kExitUsage, "the certificate does not say where its scenario is: add SCENARIO -d NAME");
  }
  return flags;
}

/// The world that the certificate is to be about; null, and errors in the session, if there is none.
std::shared_ptr<const world::World> world_of(Session& session, const VerifyFlags& flags,
                                             const certify::Head& head) {
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto scenario = one_scenario(session, flags.scenario, flags.search, "verify");
  if (!scenario || !session.errors.empty()) return nullptr;
  const auto designs = designs_for(session, session.designs(flags.search.designs), *scenario);
  if (designs.size() != 1) {
    throw Failure(kExitUsage, "verify takes one design, but " + std::to_string(designs.size()) +
                                  " match; choose one with -d, for example -d " + designs[0]);
  }
  std::vector<property::Invariant> invariants;
  if (head.tracks_prompt) invariants.push_back(*property::find_invariant("cancel-is-prompt"));
  auto world = session.world(*scenario, designs[0], invariants);
  return session.errors.empty() ? world : nullptr;
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
  const std::string bytes = bytes_of(given.certificate);
  reports::Verification verification{given.certificate, bytes, certify::read(bytes), nullptr};
  std::shared_ptr<const world::World> world;
  if (verification.checked.valid()) {
    Session session;
    const certify::Head& head = verification.checked.head;
    world = world_of(session, with_words(given, head), head);
    if (!world) return refuse(session, given.output, "verify");
    verification.world = world.get();
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
  verb->add_option("SCENARIO", flags->scenario,
                   "what it must be about; default: what its head names")->type_name("");
  flags->search.add_selection_to(*verb);
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = verify(*flags); });
}

}  // namespace interleak::tools

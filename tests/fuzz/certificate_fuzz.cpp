// Any bytes as a certificate: no crash, no hang, a reason for every refusal, and nothing false that is
// accepted; as they are, and with the digests set right, so that what lies behind them is reached.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "sim/certify/checker.hpp"
#include "sim/certify/subject.hpp"
#include "sim/check/analysis.hpp"
#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/embedded.hpp"

namespace {

using namespace interleak;

/// Two users and one connection; the corpus is about them, under a safe design and under that of the
/// incident. What is true there says the search.
struct Truth {
  world::World world;
  std::set<std::string> holds;
  std::uint64_t states = 0, transitions = 0;
};

Truth truth_of(const char* id, int cancels) {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  const auto design = library.find(id, errors);
  for (const auto& file : embedded::scenarios()) {
    if (file.path != "scenarios/incident/two-users.json") continue;
    scenario::Scenario scenario = scenario::read_scenario(file.text, "two-users", errors).at(0);
    scenario.cancel.max = cancels;
    Truth truth{world::World(scenario, *design, *scenario::compile(*design, errors), false), {}, 0, 0};
    const auto all = property::all_invariants();
    const auto analysis = check::analyse(truth.world, {all.begin(), all.end()}, {});
    for (const check::Judgement& each : analysis.judgements) {
      if (each.verdict == check::Verdict::holds) truth.holds.emplace(each.invariant.name);
    }
    truth.states = analysis.states;
    truth.transitions = analysis.transitions;
    return truth;
  }
  std::abort();
}

/// What is refused has a reason of one line; what is valid says nothing but the truth.
void check_against(const Truth& truth, std::string_view bytes) {
  const certify::Checked checked = certify::check(truth.world, 1, bytes, 1 << 20);
  if (checked.refused.find('\n') != std::string::npos) std::abort();
  if (!checked.valid()) return;
  const certify::Head& head = checked.head;
  if (head.states != truth.states || head.transitions != truth.transitions) std::abort();
  if (head.invariants.empty()) std::abort();
  for (const std::string& name : head.invariants) {
    if (truth.holds.count(name) == 0) std::abort();
  }
}

/// As somebody would who wants it to be believed: the subject is that of the world, and the digest is right.
/// So the corpus stays of use when a design changes.
std::string mended(std::string_view bytes, const Truth& truth) {
  std::string out(bytes.substr(0, bytes.size() - std::min<std::size_t>(bytes.size(), 32)));
  const std::string_view line = "\nsubject ";
  const std::size_t subject = out.find(line);
  const std::size_t end = subject == std::string::npos ? subject : out.find('\n', subject + 1);
  if (end != std::string::npos) {
    out.replace(subject, end - subject, std::string(line) + certify::hex(certify::subject_digest(truth.world)));
  }
  const certify::Digest digest = certify::sha256(out);
  return out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Truth safe = truth_of("redis-py-4.5.5/pool", 0), leaks = truth_of("redis-py-4.5.1/pool", 1);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const Truth* truth : {&safe, &leaks}) {
    check_against(*truth, bytes);
    check_against(*truth, mended(bytes, *truth));
  }
  return 0;
}

// `interleak conform TABLE.csv`: predicts each measured trial of a table from the designs, and compares.
#include <algorithm>
#include <map>

#include "reports/json.hpp"
#include "sim/conform/rows.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

int conform(const std::string& file) {
  Session session;
  const auto text = session.read(file);
  Diagnostics errors;
  const auto rows = conform::read_rows(*text, file, errors);
  for (auto& e : errors) std::fprintf(stderr, "%s %s\n", e.code.c_str(), e.message.c_str());
  scenario::Physics all{true, true, true, true, true, true};
  std::map<std::string, std::array<int, 3>> groups;
  int bad = 0, n[6] = {};
  for (const auto& row : rows) {
    auto world = session.world(conform::scenario_of(row.trial, all), row.design, {});
    if (!world) { std::printf("no world %s\n", row.design.c_str()); break; }
    const auto p = conform::predict(*world, row.trial);
    const auto& m = row.measured;
    if (!m.stable) continue;
    n[0]++;
    n[1] += p.codes == m.codes; n[2] += p.delivered == *m.delivered; n[3] += p.suspensions == *m.suspensions;
    n[4] += p.requests_sent == *m.requests_sent; n[5] += p.replies_owed == *m.replies_owed;
    if (p.codes != m.codes || p.delivered != *m.delivered || p.phase != m.phase || p.suspensions != *m.suspensions || p.requests_sent != *m.requests_sent|| p.replies_owed != *m.replies_owed) {
      ++bad;
      std::printf("%s %s %s %s k=%d %s %s %s | %s/%s del %d/%d susp %d/%d phase %s/%s req %d/%d owed %d/%d poss %d\n", row.version.c_str(), row.client.c_str(), row.trial.cold ? "cold" : "idle", row.operation.c_str(), row.trial.cancel_point,
        row.mode.c_str(), row.left_over.c_str(), row.victim.c_str(), p.codes.c_str(), m.codes.c_str(), p.delivered, *m.delivered, p.suspensions, *m.suspensions, p.phase.c_str(), m.phase.c_str(), p.requests_sent, *m.requests_sent, p.replies_owed, *m.replies_owed, p.possible);
    }
  }
  std::printf("rows %d bad %d codes %d delivered %d susp %d req %d owed %d\n", n[0], bad, n[1], n[2], n[3], n[4], n[5]);
  return 0;
}

}  // namespace

void add_conform(CLI::App& app, int& exit_code) {
  const auto file = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("conform", "predict measured trials of real clients");
  verb->add_option("TABLE", *file, "table of trials, CSV")->required()->type_name("");
  verb->callback([file, &exit_code] { exit_code = conform(*file); });
}

}  // namespace interleak::tools

// Thirteen releases of redis-py were measured; the trials of four of them are in the table that `conform`
// predicts row by row. Of the others only the outcomes are known, by client, operation and where the
// cancel landed. Each outcome that was seen must be among those that their designs predict.
#include <fstream>
#include <set>
#include <sstream>

#include "sim/conform/csv.hpp"
#include "sim/conform/trial.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::conform {
namespace {

using Codes = std::set<std::string>;

/// Outcomes of B and C in a cell of the table: one client and operation, a kind of place, a moment.
struct Cell {
  std::string client, start, operation, phase, release, moment;
  Codes measured;
  friend bool operator<(const Cell& a, const Cell& b) {
    return std::tie(a.client, a.start, a.operation, a.phase, a.release, a.moment) <
           std::tie(b.client, b.start, b.operation, b.phase, b.release, b.moment);
  }
  std::string name() const { return release + " " + client + " " + operation + " " + phase + " " + moment; }
};

Codes split(const std::string& text) {
  Codes codes;
  std::istringstream in(text);
  for (std::string code; std::getline(in, code, '/');) codes.insert(code);
  return codes;
}

std::vector<Cell> measured_cells() {
  std::ifstream file("tests/conformance/releases.csv", std::ios::binary);
  REQUIRE(file.good());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Diagnostics errors;
  std::vector<Cell> cells;
  for (const Record& row : read_csv(text, "releases.csv", errors)) {
    if (row.line == 1) continue;
    REQUIRE(row.fields.size() == 7);
    const auto& f = row.fields;
    cells.push_back({f[0], f[1], f[2], f[3], f[4], f[5], split(f[6])});
  }
  REQUIRE(errors.empty());
  return cells;
}

template <std::size_t N>
int index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
}

bool is_phase(const std::string& wanted, const std::string& phase) {
  if (wanted == "read") return phase == "read-reply" || phase == "await-inner-task";
  if (wanted == "gather") return phase == "await-inner-task";
  if (wanted == "handshake") return phase == "handshake:read-reply" || phase == "send";
  if (wanted == "poll") return phase == "checkout:can_read";
  return phase == wanted;
}

bool is_moment(const std::string& wanted, Mode mode) {
  if (wanted == "arrived") return mode == Mode::arrived;
  const bool part = mode == Mode::partial || mode == Mode::partial_hdr;
  return wanted == "part" ? part : !part && mode != Mode::arrived;
}

/// What the design predicts for any trial of the cell.
Codes predicted(const Cell& cell, const std::string& release) {
  Trial trial;
  std::string client = cell.client;
  if (client.back() == '2') {
    trial.connections = 2;
    client.pop_back();
  }
  trial.cold = cell.start == "none (cold)";
  trial.operation = static_cast<Command>(index_of(kCommandNames, cell.operation));
  const auto world =
      test::world_of(scenario_of(trial, scenario::all_physics()), test::shipped("redis-py-" + release + "/" + client));
  Codes codes;
  for (trial.cancel_point = 1; trial.cancel_point <= 12; ++trial.cancel_point) {
    for (int mode = 0; mode < static_cast<int>(kModeNames.size()); ++mode) {
      trial.mode = static_cast<Mode>(mode);
      if (!is_moment(cell.moment, trial.mode)) continue;
      for (int left = 0; left < static_cast<int>(kLeftOverNames.size()); ++left) {
        trial.left_over = static_cast<LeftOver>(left);
        const Prediction each = predict(world, trial);
        if (!each.possible || !is_phase(cell.phase, each.phase)) continue;
        // Where nothing is owed there is only one thing that can become of it.
        if ((trial.left_over == LeftOver::early) == (each.replies_owed == 0)) codes.insert(each.codes);
      }
    }
  }
  return codes;
}

bool within(const Codes& some, const Codes& all) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

std::string joined(const Codes& codes) {
  std::string out;
  for (const std::string& code : codes) out += (out.empty() ? "" : "/") + code;
  return out;
}

// What the designs do not predict, and why.
//   4.3.6 cluster: once B found no answer while A's reply was held. The cluster client sets its nodes up
//     anew and sleeps between attempts; how long that takes is not modelled.
//   4.4.4 single: C's own value was measured where an error is predicted: B's reply reaches the orphan
//     before C begins, or after.
const Codes kNotPredicted = {"4.3.6 cluster get read held", "4.3.6 cluster get read part",
                             "4.4.4 single get read held"};

TEST_CASE("each outcome measured of thirteen releases is among those that are predicted") {
  Codes missed;
  int cells = 0;
  for (const Cell& cell : measured_cells()) {
    ++cells;
    const Codes all = predicted(cell, cell.release);
    if (within(cell.measured, all)) continue;
    missed.insert(cell.name());
    INFO(cell.name() << ": measured " << joined(cell.measured) << ", predicted " << joined(all));
    CHECK(kNotPredicted.count(cell.name()) == 1);
  }
  CHECK(cells == 401);
  CHECK(missed == kNotPredicted);
}

TEST_CASE("the designs of another release do not predict them") {
  int missed = 0;
  for (const Cell& cell : measured_cells()) {
    if (cell.release != "4.5.4" || cell.client != "pool") continue;
    missed += within(cell.measured, predicted(cell, "4.5.1")) ? 0 : 1;
  }
  CHECK(missed >= 5);
}

}  // namespace
}  // namespace interleak::conform

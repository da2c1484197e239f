// `interleak conform TABLE.csv`: predicts each measured trial of a table from the designs alone, and
// compares. What the columns mean is in docs/conform.md.
#include <algorithm>
#include <array>
#include <map>

#include "reports/conform.hpp"
#include "reports/diagnostics.hpp"
#include "sim/conform/conformity.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct ConformFlags {
  std::string table;
  std::vector<std::string> libraries, without;
  std::map<std::string, std::string> as;   ///< release -> release whose designs stand for it
  std::vector<std::string> as_words;
  OutputFlags output;
};

scenario::Physics physics_of(const ConformFlags& flags) {
  scenario::Physics physics;
  for (const scenario::PhysicsOption& each : scenario::kPhysicsOptions) {
    physics.*each.option = std::find(flags.without.begin(), flags.without.end(), each.name) == flags.without.end();
  }
  return physics;
}

/// "4.5.1=4.5.5": the designs of the second release stand for the first.
void read_exchanges(ConformFlags& flags) {
  for (const std::string& word : flags.as_words) {
    const std::size_t at = word.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == word.size()) {
      throw Failure(kExitUsage, "--as " + reports::printable(word) + ": write RELEASE=RELEASE");
    }
    flags.as[word.substr(0, at)] = word.substr(at + 1);
  }
}

void exchange(conform::Row& row, const ConformFlags& flags) {
  const auto found = flags.as.find(row.version);
  if (found == flags.as.end()) return;
  row.design = "redis-py-" + found->second + row.design.substr(row.design.find('/'));
}

/// The worlds of a table. A design that cannot be had is complained of once a row, and the row is left
/// out.
class Trials {
 public:
  Trials(Session& session, const ConformFlags& flags) : session_(session), physics_(physics_of(flags)) {}

  std::shared_ptr<const world::World> world(const conform::Row& row) {
    return session_.world(conform::scenario_of(row.trial, physics_), row.design, {});
  }

  bool knows(const conform::Row& row) const { return session_.library().contains(row.design); }

 private:
  Session& session_;
  scenario::Physics physics_;
};

Diagnostic no_design(const conform::Row& row, const std::string& file) {
  Diagnostic error;
  error.code = "ILK0070";
  error.message = "no design stands for release \"" + row.version + "\", client \"" + row.client + "\"";
  error.expected = "a design with the id " + row.design;
  error.help = "interleak designs lists them; -L adds your own";
  error.file = file;
  error.at = {row.line, 1};
  return error;
}

int conform(ConformFlags flags) {
  read_exchanges(flags);
  Session session;
  for (const std::string& path : flags.libraries) session.add_designs(path);
  const auto text = session.read(flags.table);
  if (!text || !session.errors.empty()) return refuse(session, flags.output, "conform");
  Trials trials(session, flags);
  std::vector<conform::Checked> checked;
  for (conform::Row& row : conform::read_rows(*text, flags.table, session.errors)) {
    exchange(row, flags);
    if (!trials.knows(row)) {
      if (session.errors.size() < kMaxErrorsOfFile) session.errors.push_back(no_design(row, flags.table));
      continue;
    }
    const auto world = trials.world(row);
    if (!world) continue;
    auto prediction = conform::predict(*world, row.trial);
    checked.push_back(conform::compare(std::move(row), std::move(prediction)));
  }
  const conform::Conformity conformity = conform::sum_up(std::move(checked));
  const auto world_of = [&](const conform::Row& row) { return trials.world(row); };
  if (conformity.rows.empty()) return refuse(session, flags.output, "conform");

  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("conform");
    document.update(reports::conform_json(conformity, world_of));
    document["errors"] = reports::errors_json(session.errors);
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    reports::ConformOptions options;
    options.style = flags.output.style();
    options.quiet = flags.output.quiet > 0;
    if (flags.output.verbose) options.most_told = 1000;
    out.write(reports::conform_text(conformity, world_of, options));
  }
  out.finish();
  if (!session.errors.empty()) {
    std::fputs(errors_text(session, flags.output.error_style(), "The other rows were predicted.").c_str(), stderr);
    return kExitInvalid;
  }
  return conformity.in_scope.hits == conformity.in_scope.rows ? kExitOk : kExitViolated;
}

}  // namespace

void add_conform(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<ConformFlags>();
  CLI::App* verb = app.add_subcommand("conform", "predict measured trials of real clients, and compare");
  verb->add_option("FILE", flags->table, "table of trials (CSV)")->required()->type_name("");
  verb->add_option("-L,--library", flags->libraries, "design or protocol file, or directory of them, to know")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->group("What");
  verb->add_option("--as", flags->as_words, "let the designs of another release stand for one")
      ->type_name("RELEASE=RELEASE")
      ->allow_extra_args(false)
      ->group("What");
  std::vector<std::string> names;
  for (const scenario::PhysicsOption& each : scenario::kPhysicsOptions) names.emplace_back(each.name);
  verb->add_option("--without", flags->without, "switch an option of the physics off")
      ->type_name("OPTION")
      ->check(CLI::IsMember(names))
      ->allow_extra_args(false)
      ->group("What");
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = conform(*flags); });
}

}  // namespace interleak::tools

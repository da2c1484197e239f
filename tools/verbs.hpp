// The verbs of the command, one file each. Each adds its subcommand; when that was chosen on the
// command line, its callback runs and leaves the exit code.
#pragma once

#include <CLI/App.hpp>

namespace interleak::tools {

void add_run(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_bless(CLI::App& app, int& exit_code);
void add_replay(CLI::App& app, int& exit_code);
void add_compare(CLI::App& app, int& exit_code);
void add_matrix(CLI::App& app, int& exit_code);
void add_sample(CLI::App& app, int& exit_code);
void add_verify(CLI::App& app, int& exit_code);
void add_validate(CLI::App& app, int& exit_code);
void add_designs(CLI::App& app, int& exit_code);
void add_protocols(CLI::App& app, int& exit_code);
void add_scenarios(CLI::App& app, int& exit_code);
void add_conform(CLI::App& app, int& exit_code);
void add_new(CLI::App& app, int& exit_code);
void add_explain(CLI::App& app, int& exit_code);
void add_schema(CLI::App& app, int& exit_code);
void add_completion(CLI::App& app, int& exit_code);
void add_export(CLI::App& app, int& exit_code);
void add_live(CLI::App& app, int& exit_code);
void add_report(CLI::App& app, int& exit_code);

/// No arguments at all: the incident, told on one screen and computed on the spot.
int tell_story();

}  // namespace interleak::tools

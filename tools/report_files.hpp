// The result files of `check`, `run` and `live`: their flags, and the writing of them at the end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/cases.hpp"
#include "tools/flags.hpp"

namespace interleak::tools {

class ReportFiles {
 public:
  /// `attachments`: whether the tests of this verb have whole reports to refer to.
  void add_to(CLI::App& app, bool attachments = true);

  /// Throws Failure(2) if two things would share standard output, or a flag says nothing. Call it
  /// before anything is explored.
  void refuse_combinations(const OutputFlags& output) const;

  /// Whether anything is to be written: then keep the cases.
  bool wanted() const;

  /// Writes every file that was asked for; throws Failure(74). Annotations go to standard output.
  void write(const reports::Cases& cases, const OutputFlags& output) const;

  /// The errors of the session as cases, for files that are wanted even when nothing was run.
  void write_errors(const Session& session, const OutputFlags& output) const;

  /// Text for standard output beside the annotations.
  std::string guarded(std::string text) const;

  /// Whether annotations are wanted.
  bool github() const;

 private:
  void write_github(const reports::Cases& cases, const OutputFlags& output) const;

  void write_junit(const reports::Cases& cases, const OutputFlags& output) const;

  std::string junit_, attachments_, sarif_, summary_, github_;
  std::string sarif_include_ = "unexpected";
};

/// Fills in where the scenario and the designs of a case stand in the user's tree.
void locate(reports::Case& each, const Session& session);

}  // namespace interleak::tools

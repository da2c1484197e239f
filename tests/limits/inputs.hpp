// Inputs that ask for as much work as they can: one of each kind, as large as a file may be. They are what
// somebody would write who wants the command to hang, or a generator that went wrong.
#pragma once

#include <string>
#include <vector>

namespace interleak::limits {

/// A file, or a folder of files, and what can be done with it.
struct Input {
  enum class Kind { design, pool, scenario, baseline, table, folder } kind;
  std::string name;                                        ///< what it tries, for messages and file names
  std::string text;                                        ///< of a file
  std::vector<std::string> files = {};                     ///< of a folder
};

/// All of them; no text is longer than 1 MiB, nor all files of a folder together.
std::vector<Input> hostile_inputs();

}  // namespace interleak::limits

// The kill suite: what is run on each mutant, in small steps, so that most are done after one of them.
//
// suite.txt has a line for each kind of step:
//
//   cases PROGRAM FILTER...   one step for each test case of a Catch2 program that a filter names
//   each FOLDER/PATTERN WORDS one step for each file of the folder that the pattern fits (`*` is any text); {} in a
//                             word is its path, {name} its name without the ending
//   step WORDS                one step, named by its program
//   set NAME=VALUE            a variable for all steps
//
// {build} is the folder of the build. `#` begins a comment, where a line or a space is before it.
#pragma once

#include <string>
#include <vector>

namespace interleak::engine_mutants {

struct Step {
  std::string name;
  std::vector<std::string> words;
};

struct Suite {
  std::vector<Step> steps;
  std::vector<std::string> variables;   ///< "NAME=VALUE"
};

/// The steps of `text`. Programs are asked for their cases with the help of a file in `scratch`. Throws
/// std::runtime_error, with what is wrong.
Suite suite_of(const std::string& text, const std::string& root, const std::string& build, const std::string& scratch);

}  // namespace interleak::engine_mutants

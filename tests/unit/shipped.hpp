// Every shipped scenario, and the shipped designs that can run it: for tests that hold each such pair against another
// way to find out.
#pragma once

#include <string>
#include <vector>

#include "tests/unit/worlds.hpp"

namespace interleak::test {

struct Shipped {
  std::string name;  ///< path of the file, and of which variant
  scenario::Scenario scenario;
  std::vector<const design::Design*> designs;  ///< shipped ones that can run it, sorted by id
};

inline const std::vector<design::Design>& shipped_designs() {
  static const std::vector<design::Design> all = [] {
    scenario::DesignLibrary library;
    Diagnostics errors;
    for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
    std::vector<design::Design> designs;
    for (const std::string& id : library.ids()) designs.push_back(library.find(id, errors).value());
    REQUIRE(errors.empty());
    return designs;
  }();
  return all;
}

/// All shipped scenarios, each variant on its own.
inline const std::vector<Shipped>& shipped_scenarios() {
  static const std::vector<Shipped> all = [] {
    std::vector<Shipped> scenarios;
    Diagnostics errors;
    for (const auto& file : embedded::scenarios()) {
      for (const auto& scenario : scenario::read_scenario(file.text, std::string(file.path), errors)) {
        scenarios.push_back({std::string(file.path) + " " + scenario.variant, scenario, {}});
        for (const design::Design& design : shipped_designs()) {
          if (can_run(scenario, design)) scenarios.back().designs.push_back(&design);
        }
      }
    }
    REQUIRE(errors.empty());
    return scenarios;
  }();
  return all;
}

}  // namespace interleak::test

// The sections of a page, each in its own file (see html.hpp).
#pragma once

#include <string>
#include <vector>

#include "reports/html.hpp"

namespace interleak::reports {

/// What a page is about, worked out once.
struct PageSubject {
  const HtmlReport& report;
  const property::Invariant& invariant;
  std::size_t main = 0;                 ///< the design whose schedule is told
  const words::Trace* trace = nullptr;  ///< that schedule; null: nothing is violated
  std::string schedule;                 ///< the same as text

  const HtmlDesign& design() const { return report.designs[main]; }
  const world::World& world() const { return *design().result.world; }
};

/// The verdict of a design on the invariant that the page is about.
const check::Judgement& judgement_on(const PageSubject& page, const HtmlDesign& design);

/// The designs of the report in which the page's invariant holds, the best answer to its violation
/// first: fewest other invariants that do not hold, then fewest lines and settings that differ from
/// the violating design, then the later in the report. Indices; empty where nothing is violated.
std::vector<std::size_t> mended_designs(const PageSubject& page);
/// Of the other invariants: those violated under a design, or not known to hold.
std::vector<const check::Judgement*> others_not_holding(const PageSubject& page, const HtmlDesign& design);

/// Where along a schedule harm was last avoidable, and which of its steps do not matter.
struct Turn {
  int last_safe = -1;       ///< so many steps, and it may still end well; -1: not known
  int no_return = -1;       ///< so many steps, and it cannot
  std::vector<Event> safe;  ///< next events after `last_safe` that end all danger
  std::vector<Event> open;  ///< those that do not make harm certain
  std::vector<int> loose;   ///< steps that may be moved or left out
};
Turn turn_of(const PageSubject& page);
/// Of the schedules that go on from the state before the first step and after each: those that do
/// harm, "30/62". Empty: not known.
std::vector<std::string> shares_of(const PageSubject& page);

std::string html_story(const PageSubject& page);
std::string html_designs(const PageSubject& page);
std::string html_matrix(const PageSubject& page);
std::string html_verdicts(const Result& result);
/// `turn`: marks the last safe choice and the point of no return.
std::string html_steps(const world::World& world, const words::Trace& trace, const Turn& turn);
/// The lanes as SVG: tasks, both queues of each connection, servers.
std::string html_lanes(const world::World& world, const words::Trace& trace);
/// The procedures of which some line ran, in the order of the program.
std::vector<std::string> procedures_run(const Result& result);
/// The listings that the design runs; the cancels and the wrong reads of the trace are marked.
std::string html_listings(const Result& result, const words::Trace* trace);

/// What the best of the mended designs does otherwise, line by line; empty: there is none.
std::string html_difference(const PageSubject& page);

}  // namespace interleak::reports

// What other parts of interleak work out about a design and a page shows where it is there: exact
// probabilities, root causes, reasons. This is the one place that says what form it has; the static
// page (html_extras.cpp) and the script (reports/page/src/extras.js) both read it.
//
// A JSON object; each part may be missing, and then its section is not on the page. Rationals are
// texts, "1/24". A LINE is {"design", "procedure", "line", "text"} as in result files. A SENTENCE is a text, or
// where it names tasks or owners a list of texts and [name, index of the task].
//
//   "numbers": {
//     "scheduler": "uniform: every enabled event is as likely",   in words, under the chart
//     "outcome": "leak",                      what is probable
//     "along": ["1/24", "1/12", ...],         before the first step of the page's schedule, after
//     each "states": ["1/24", ...],                of each state of the whole graph, in its order;
//     with it
//                                             the curve follows every branch
//     "runs": "79,900",                       random runs that see it once with 95 % chance
//     "rate": {"terms": [{"coefficient": "3/8", "p": 1, "q": 0}, ...]}
//                                             its probability where a cancel has the rate p: the
//                                             sum of coefficient * p^P * (1-p)^Q
//   }
//   "causes": [{"cancel": LINE or null, "residue": "a reply still owed", "read": LINE or null,
//               "schedules": "30", "probability": "1/24", "witness": "alice !alice ..."}, ...]
//   "why": {
//     "because": [SENTENCE, ...],             the chain from the request to the wrong reader
//     "prevented": [SENTENCE, ...],           what would have
//     "last_safe_choice": 2,                  so many steps of the schedule, and it may still end well
//     "point_of_no_return": 3,                so many, and it cannot
//     "nearest_safe": {"schedule": "alice ...", "text": SENTENCE},
//     "loose": [4, 5]                         steps that may be moved or left out
//   }
#pragma once

#include <string>

#include "reports/json.hpp"
#include "reports/result.hpp"
#include "sim/words/prose.hpp"

namespace interleak::reports {

using Extras = Json;

/// What the analysis of a result has of all this.
Extras extras_of(const Result& result);

/// A sentence in extras, and back.
Json prose_json(const words::Prose& text);
words::Prose prose_of(const Json& json);

/// A schedule as a link that the page's script opens.
std::string html_opening(const std::string& schedule);

/// What a curve marks: after so many steps harm was last avoidable, after so many it is certain.
/// -1: not known, then nothing is marked.
struct CurveTurn {
  int last_safe = -1;
  int no_return = -1;
};

/// The sections of a page for what is there: the curve and the rate; the root causes. `id` makes
/// their anchors unique. Empty: nothing is there. `shares`: of the schedules that go on from before
/// the first step and after each, how many are harmful ("30/62"); empty: not known.
std::string html_curve(const Extras& extras, const std::vector<std::string>& shares, const CurveTurn& turn,
                       const std::string& harm);
std::string html_rate(const Extras& extras);
std::string html_causes(const Extras& extras);

}  // namespace interleak::reports

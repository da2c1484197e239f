// Explanations of random small worlds against trying everything.
#include <sstream>

#include "tests/brute_why.hpp"
#include "tests/oracle/fuzz_case.hpp"
#include "tests/oracle/generate.hpp"
#include "tests/oracle/scale.hpp"

namespace interleak::oracle {
namespace {

constexpr std::uint64_t kWhySeed = 20230321, kMostWhySchedules = 300;

TEST_CASE("explanations of random small worlds are what trying everything says") {
  int compared = 0;
  for (std::uint64_t number = 0; number < static_cast<std::uint64_t>(runs(1'500)); ++number) {
    const Case each = arbitrary_case(Size{2, 2, 3, 2})(rc::Random(kWhySeed + number), rc::kNominalSize).value();
    std::ostringstream files;
    files << each;
    INFO(files.str());
    Effort effort;
    effort.first_search = number % 3 == 0 ? 500 : 0;
    std::string error;
    const auto start = start_of(each, effort, error);
    if (start && brute::check_why(start->world, kMostWhySchedules)) ++compared;
  }
  CHECK(compared > runs(300));
}

}  // namespace
}  // namespace interleak::oracle

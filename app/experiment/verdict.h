#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/experiment/expectation.h"
#include "app/report/run_result.h"

namespace reslab::app {

/// What came of an expectation.
struct Verdict {
  enum class Outcome { met, not_met, not_checked };

  Outcome outcome = Outcome::not_checked;
  std::string text;  // one line with the claim and the numbers that a person can check it with
};

/// Compares an expectation with what the runs of its experiment gave. Needs the results of all
/// `seeds`: where one failed, the claim is not met; where one is not there or not finished, not
/// checked.
Verdict judge(const Expectation& expectation, const std::vector<std::int64_t>& seeds,
              const std::vector<RunResult>& results);

}  // namespace reslab::app

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/config/expectation.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// What came of an expectation.
struct Verdict {
  enum class Outcome { met, not_met, not_checked };

  Outcome outcome = Outcome::not_checked;
  std::string claim;
  std::string numbers;  // what was measured and what was wanted, or why nothing was
  std::string noise;  // whether seeds alone may explain the difference that was compared, or empty
  std::optional<double> paper;  // the paper's number for what was measured

  /// "met", "NOT MET", "not checked".
  std::string word() const;
  /// All of it on one line.
  std::string text() const;
};

/// Compares an expectation with what the runs of its experiment gave: means over the seeds. Needs
/// the results of all `seeds`: where one failed, the claim is not met; where one is not there or
/// not finished, not checked.
Verdict judge(const Expectation& expectation, const std::vector<std::int64_t>& seeds,
              const std::vector<RunResult>& results);

}  // namespace reslab::app

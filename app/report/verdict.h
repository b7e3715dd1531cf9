#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/config/experiment.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// The result of checking an expectation.
struct Verdict {
  enum class Outcome { met, not_met, not_checked };

  Outcome outcome = Outcome::not_checked;
  std::string claim;
  std::string numbers;  // the measured and the expected value, or why there is none
  std::string noise;    // whether chance may explain a difference between networks; or empty
  std::optional<double> paper;  // the paper's number for the measured value

  /// "met", "NOT MET" or "not checked".
  std::string word() const;
  /// The numbers, the noise and the paper's number.
  std::string evidence() const;
  /// Everything on one line.
  std::string text() const;
};

/// Checks one of an experiment's claims against the means over all seeds of its runs. It is not met
/// if a seed failed, and not checked if a seed is missing or unfinished.
Verdict judge(const Expectation& expectation, const Claims& claims,
              const std::vector<RunResult>& results);

}  // namespace reslab::app

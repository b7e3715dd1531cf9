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
  /// Whether a difference between networks may be noise. With one seed this cannot be judged.
  enum class Doubt { none, within_noise, one_seed };

  Outcome outcome = Outcome::not_checked;
  std::string claim;
  std::string numbers;          // measured and expected value, or why there are none
  std::string noise;            // evidence for `doubt`; empty if no networks are compared
  std::optional<double> paper;  // the paper's number for the measured value
  Doubt doubt = Doubt::none;

  /// "met", "met by one seed", "met within noise", "NOT MET" or "not checked".
  std::string word() const;
  /// The numbers, the noise and the paper's number.
  std::string evidence() const;
  /// Everything on one line.
  std::string text() const;
};

/// Checks a claim against the means over all seeds of its runs. The claim is not met if a seed
/// failed, and not checked if a seed is missing or unfinished.
Verdict judge(const Expectation& expectation, const Claims& claims,
              const std::vector<RunResult>& results);

}  // namespace reslab::app

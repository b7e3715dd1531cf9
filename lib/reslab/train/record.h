#pragma once

#include <cstdint>
#include <optional>

namespace reslab {

/// Loss (mean cross-entropy, nats) and top-1 error (percent) over a set of images.
struct Score {
  double loss = 0;
  double error = 0;
};

/// One row of metrics.csv: what was learned so far. Equal bytes for equal runs, so no times here.
struct Record {
  std::int64_t iteration = 0;  // finished training steps
  double epoch = 0;            // training images seen / size of the training set
  double learning_rate = 0;    // of the last step
  Score train;                 // means over the augmented batches since the last record
  std::optional<Score> validation;
  std::optional<Score> test;
};

/// One row of timing.csv: where the time since the last row went. Seconds of wall time, except
/// `assembling`, which is processor time spent on batches beside the training step.
struct Timing {
  std::int64_t iteration = 0;
  double seconds = 0;            // training since the start of the run, all sittings together
  double images_per_second = 0;  // training steps since the last row, evaluation not counted
  double waiting = 0;            // the step waited for its batch
  double assembling = 0;
  double forward = 0;
  double backward = 0;
  double optimizer = 0;
  double evaluation = 0;
  double checkpoint = 0;
  std::int64_t peak_memory = 0;  // bytes, the process's resident set at its largest
};

}  // namespace reslab

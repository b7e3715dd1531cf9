#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace reslab {

/// Loss (mean cross-entropy, nats) and errors (percent) over a set of images.
struct Score {
  double loss = 0;
  double error = 0;  // top-1
  /// The class is not among the five likeliest; nothing where there are no more than five classes,
  /// or of training batches.
  std::optional<double> top5_error = std::nullopt;
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

/// One row of layers.csv: what one layer of weights did in the step that ended a record. Equal
/// bytes for equal runs.
struct LayerRecord {
  std::int64_t iteration = 0;           // finished training steps
  std::string layer;                    // "layer1.0.conv1"
  std::int64_t index = 0;               // 0 for the first layer
  std::optional<double> response_std;   // of its normalised output before ReLU and addition
  std::optional<double> gradient_norm;  // of its weights, Euclidean
  std::optional<double> gate_mean;      // how open a gate is, 0 … 1
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
  double diagnostics = 0;
  double checkpoint = 0;
  std::int64_t peak_memory = 0;  // bytes, the process's resident set at its largest
};

}  // namespace reslab

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reslab {

/// Loss (mean cross-entropy, nats) and errors (percent) over a set of images.
struct Score {
  double loss = 0;
  double error = 0;  // top-1
  /// Share of images whose class is not among the five likeliest. Absent if the network has at most
  /// five classes, and for training batches.
  std::optional<double> top5_error = std::nullopt;
};

/// The class of an image and its predicted class.
struct ClassifiedImage {
  std::int64_t label = 0;
  std::int64_t predicted = 0;
  float probability = 0;  // of the predicted class
};

/// Result of evaluating a network.
struct Evaluation {
  Score score;
  /// Confusion matrix: number of images of each class (row) that were classified as each class
  /// (column).
  std::vector<std::vector<std::int64_t>> confusion;
  std::vector<ClassifiedImage> images = {};  // in the order of the data set
};

/// One row of metrics.csv. Equal runs write equal bytes, so it holds no times. The training loss is
/// that of the recipe, with label smoothing and mixup. A mixed training image is classified rightly
/// if its network's answer is the class of the image with the larger weight. With an average of the
/// weights (`ema`), validation and test scores are those of the average.
struct Record {
  std::int64_t iteration = 0;  // finished training steps
  double epoch = 0;            // training images seen / size of the training split
  double learning_rate = 0;    // of the last step
  Score train;                 // means over the augmented batches since the last record
  std::optional<Score> validation;
  std::optional<Score> test;
};

/// One row of layers.csv: one convolution or linear layer in the step that ended a record. Equal
/// runs write equal bytes.
struct LayerRecord {
  std::int64_t iteration = 0;           // finished training steps
  std::string layer;                    // "layer1.0.conv1"
  std::int64_t index = 0;               // 0 for the first layer
  std::optional<double> response_std;   // of the normalised output before ReLU and addition
  std::optional<double> gradient_norm;  // Euclidean norm of the weight gradient
  std::optional<double> gate_mean;      // mean of T(x), 0 … 1
};

/// One row of confusion.csv: test images of one class that the network takes for one class, itself
/// or another, at the last evaluation. Pairs without images have no row.
struct ConfusionRecord {
  std::int64_t iteration = 0;  // finished training steps
  std::int64_t label = 0;
  std::int64_t predicted = 0;
  std::int64_t images = 0;
};

/// One row of timing.csv: where the time since the last row went, in seconds of wall time.
struct Timing {
  std::int64_t iteration = 0;
  double seconds = 0;            // in training steps since the start of the run, across resumes
  double images_per_second = 0;  // in training steps, without evaluation
  double waiting = 0;            // the step waited for its batch
  double assembling = 0;         // CPU time of the threads that make batches
  double forward = 0;
  double backward = 0;
  double optimizer = 0;
  double evaluation = 0;
  double diagnostics = 0;
  double checkpoint = 0;
  std::int64_t peak_memory = 0;  // bytes, largest resident set of the process
};

}  // namespace reslab

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/inference/predictor.h"
#include "app/inference/readable_images.h"
#include "reslab/data/batches.h"
#include "reslab/data/transform.h"

namespace reslab::app {

struct PredictedClass {
  std::int64_t label = 0;
  std::string name;
  double probability = 0;
};

/// The prediction for one image, or why the image could not be read.
struct Prediction {
  std::string path;
  std::vector<PredictedClass> classes;  // the most probable first; empty if there is an error
  std::string error;
};

/// Predicts the classes of images in files, in order. Decodes the next batches with a thread for
/// each CPU core while the network computes.
class Predictions {
 public:
  // Images; small, so that the network can start soon.
  static constexpr std::int64_t kBatch = 32;

  /// `short_side`: length in pixels of the images' shorter side before the centre crop. `top`:
  /// number of classes for each image. `predictor` must outlive this object. Throws InvalidInput if
  /// `paths` is empty.
  Predictions(const Predictor& predictor, const std::vector<std::string>& paths, int short_side,
              std::int64_t top, std::int64_t batch = kBatch);

  /// The predictions for the next batch; empty after the last one.
  std::vector<Prediction> next();

  /// Total wall time in seconds that next() has waited for images.
  double seconds_waited() const { return batches_.seconds_waited(); }

 private:
  const Predictor& predictor_;
  ReadableImages images_;
  Transform transform_;
  std::int64_t top_;
  std::int64_t index_ = 0;     // the next image
  EvaluationBatches batches_;  // the last member, because its thread uses the others
};

}  // namespace reslab::app

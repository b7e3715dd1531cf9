#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/inference/predictor.h"
#include "app/inference/readable_images.h"
#include "reslab/data/batches.h"
#include "reslab/data/transform.h"

namespace reslab::app {

struct Guess {
  std::int64_t label = 0;
  std::string name;
  double probability = 0;
};

/// What came of one image: guesses, the most probable first, or a problem.
struct Prediction {
  std::string path;
  std::vector<Guess> guesses;
  std::string problem;
};

/// What came of images in files, in order. They are decoded ahead of the network, by as many
/// threads as there are processors.
class Predictions {
 public:
  static constexpr std::int64_t kBatch =
      32;  // images; small, so that decoding soon has a head start

  /// `short_side`: what the images are scaled to before the centre is cut out. `top`: the number of
  /// guesses. `predictor` must outlive it. Throws InvalidInput where there is no path.
  Predictions(const Predictor& predictor, const std::vector<std::string>& paths, int short_side,
              std::int64_t top, std::int64_t batch = kBatch);

  /// Of the next batch; empty after the last one.
  std::vector<Prediction> next();

  /// Wall time that next() has waited for images, in all.
  double seconds_waited() const { return batches_.seconds_waited(); }

 private:
  const Predictor& predictor_;
  ReadableImages images_;
  Transform transform_;
  std::int64_t top_;
  std::int64_t index_ = 0;     // of the next image
  EvaluationBatches batches_;  // last: its thread uses the others
};

}  // namespace reslab::app

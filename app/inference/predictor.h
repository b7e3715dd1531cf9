#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "app/inference/trained_model.h"
#include "reslab/data/batches.h"
#include "reslab/data/folder_images.h"
#include "reslab/data/transform.h"
#include "reslab/execution/execution.h"
#include "reslab/interchange/network_input.h"

namespace reslab::app {

/// A trained network that classifies images: one of ours, or a TorchScript module.
struct Predictor {
  /// For a model that takes raw images, the normalisation maps bytes to 0 … 255.
  NetworkInput input;
  /// Maps normalised images (N, channels, height, width) to class probabilities (N, classes) on the
  /// CPU.
  std::function<at::Tensor(const at::Tensor&)> probabilities;
  std::vector<std::string> notes;  // assumptions to show to the user
  int channels = 3;                // of the images: 3, or 1 for grey ones
  std::string name = {};           // of the network or its file, for messages
};

/// Loads a TorchScript file that `reslab export` wrote, or any model that `load_model` accepts.
/// Throws InvalidInput.
Predictor load_predictor(const ModelSource& source, at::Device device);

/// A predictor that uses `network`, which is moved to the device.
Predictor make_predictor(const std::shared_ptr<Network>& network, NetworkInput input,
                         const Execution& execution);

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

/// Images in files. A file that cannot be read becomes a black image, so that the others of its
/// batch are still predicted.
class ReadableImages : public Images {
 public:
  /// A black image of height × width pixels stands for a file that cannot be read.
  ReadableImages(const std::vector<std::string>& paths, const DecodingOptions& options, int height,
                 int width);

  std::int64_t size() const override { return files_.size(); }
  std::int64_t label(std::int64_t index) const override { return files_.label(index); }
  bool in_memory() const override { return false; }
  LazyImage view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override;

  const std::string& path(std::int64_t index) const { return files_.path(index); }

  /// Why view(index) could not read the image; empty if it could.
  std::string error(std::int64_t index) const;

 private:
  FolderImages files_;
  int height_;
  int width_;
  mutable std::mutex mutex_;
  mutable std::map<std::int64_t, std::string> errors_;
};

/// Predicts the classes of images in files, in order. Decodes the next batches with a thread for
/// each CPU core while the network computes.
class Predictions {
 public:
  // Images; small, so that the network can start soon.
  static constexpr std::int64_t kBatch = 32;

  /// `top`: number of classes for each image. `predictor` must outlive this object. Throws
  /// InvalidInput if `paths` is empty.
  Predictions(const Predictor& predictor, const std::vector<std::string>& paths, std::int64_t top,
              std::int64_t batch = kBatch);

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

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>

#include <c10/core/Device.h>

#include "reslab/data/batches.h"
#include "reslab/data/images.h"
#include "reslab/data/transform.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network.h"
#include "reslab/train/diagnostics.h"
#include "reslab/train/optimizer.h"
#include "reslab/train/plateau.h"
#include "reslab/train/recipe.h"
#include "reslab/train/record.h"

namespace reslab {

/// The training loss became NaN or infinite.
class Diverged : public std::runtime_error {
 public:
  explicit Diverged(std::int64_t iteration);
};

/// One training of one network, a step at a time. What it computes is a function of the network's
/// initial weights, the data, the recipe, the seed, the number of threads, the device and LibTorch:
/// saved and restored at any step, it goes on bit-identical.
class Trainer {
 public:
  /// `data` and `recipe` must outlive the trainer. The network is moved to the device, its weights
  /// to channels_last. On a GPU the process is set to cuDNN's deterministic algorithms.
  Trainer(std::shared_ptr<Network> network, const DataSet& data, const Transform& transform,
          const Recipe& recipe, std::uint64_t seed, at::Device device);

  bool done() const { return iteration_ == recipe_.iterations; }
  /// Finished steps.
  std::int64_t iteration() const { return iteration_; }
  /// Loss and error over the images since the last record, if there are any.
  std::optional<Score> window() const;
  double learning_rate() const { return learning_rate_; }
  /// Training steps of this process, images per second.
  double images_per_second() const;

  /// One step. Returns a record when one is due: every `record_every` and `evaluate_every` steps
  /// and at the end. Throws Diverged, and InvalidInput when an image cannot be read.
  std::optional<Record> advance();

  /// From now on the layers are measured in each step that ends a record.
  void measure_layers(const DiagnosticsOptions& options);
  /// What was measured in the step that ended the last record.
  const std::vector<LayerRecord>& layers() const { return layers_; }

  /// Where the time since the last call went.
  Timing take_timing();

  /// Writes all that a restored trainer needs, as a safetensors file. Throws IoError.
  void save(const std::filesystem::path& path);
  /// Takes up where `save` left off; before the first step only. Throws InvalidInput when the file
  /// is damaged or of another network.
  void restore(const std::filesystem::path& path);

 private:
  struct Window {
    double loss = 0;  // sum over images
    std::int64_t wrong = 0;
    std::int64_t images = 0;
  };

  void step();
  at::Tensor add_gradients(const at::Tensor& images, const at::Tensor& labels);
  void add_to_window(const at::Tensor& sums);
  bool record_due(std::int64_t iteration) const;
  double scheduled_rate() const;
  Record make_record();
  Batch next_batch();

  std::shared_ptr<Network> network_;
  const DataSet& data_;
  const Transform& transform_;
  const Recipe& recipe_;
  std::uint64_t seed_;
  Execution execution_;
  Optimizer optimizer_;
  std::optional<TrainingBatches> batches_;  // from the first step on

  std::int64_t iteration_ = 0;
  bool warming_up_;
  double learning_rate_ = 0;
  Window window_;
  PlateauCounter plateau_;

  std::optional<LayerProbe> probe_;
  std::vector<LayerRecord> layers_;

  Timing timing_;
  std::int64_t timed_steps_ = 0;  // since the last take_timing
  double stepping_ = 0;           // seconds of those steps
  std::int64_t steps_here_ = 0;   // of this process
  double stepping_here_ = 0;
};

}  // namespace reslab

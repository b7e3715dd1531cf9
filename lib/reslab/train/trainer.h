#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <c10/core/Device.h>

#include "reslab/data/batches.h"
#include "reslab/data/images.h"
#include "reslab/data/transform.h"
#include "reslab/model/network.h"
#include "reslab/ranks/rank_group.h"
#include "reslab/train/checkpoint.h"
#include "reslab/train/diagnostics_options.h"
#include "reslab/train/recipe.h"
#include "reslab/train/record.h"
#include "reslab/train/training_step.h"

namespace reslab {

/// Thrown if the training loss or the network's outputs in an evaluation become NaN or infinite.
class Diverged : public std::runtime_error {
 public:
  /// `where`: the layer from which on values are not finite; may be empty.
  Diverged(const std::string& what, std::int64_t iteration, const std::string& where);
};

/// Trains one network, a step at a time: takes batches, makes records, evaluates, saves and
/// restores. The results are a function of the network's initial weights, the data, the recipe, the
/// seed, the number of threads, the device and LibTorch's version. A training that was saved and
/// restored at any step continues bit by bit as if it had not been interrupted.
///
/// With a group, several processes train the network together, and each makes the same calls. The
/// results do not depend on the number of ranks. All functions that compute throw RankLost.
class Trainer {
 public:
  /// Moves the network to the device, its weights to channels_last. On a GPU, the process uses
  /// cuDNN's deterministic algorithms from now on.
  Trainer(std::shared_ptr<Network> network, DataSet data, Transform transform, Recipe recipe,
          std::uint64_t seed, at::Device device, RankGroup* group = nullptr);

  bool done() const { return state_.iteration == recipe_.iterations; }
  /// Number of finished steps.
  std::int64_t iteration() const { return state_.iteration; }
  /// Loss and error over the training images since the last record; nothing right after a record.
  std::optional<Score> window() const;
  /// Training images per second since this object was made.
  double images_per_second() const { return images_per_second_since(begun_); }

  /// Makes one step. Returns a record if one is due: every `record_every` and `evaluate_every`
  /// steps and after the last step. `stop`: whether this rank wants to stop after the step. Throws
  /// Diverged, and InvalidInput if an image cannot be read.
  std::optional<Record> advance(bool stop = false);
  /// Whether `stop` was true in the last call of `advance` on any rank.
  bool stopped() const { return stopped_; }
  /// The weights that evaluations use: the average if the recipe has `ema`, else the network's.
  NamedTensors weights();
  /// The evaluation on the test split that belongs to the last record with a test error.
  const Evaluation& last_test() const { return last_test_; }
  /// Evaluates `weights()` on the test split.
  Evaluation evaluate_test();
  /// Whether the last record has the lowest validation error of the training so far.
  bool improved() const { return improved_; }
  /// Whether any record of the training so far has a validation error.
  bool has_best() const { return std::isfinite(state_.best_validation_error); }

  /// Measures the layers from now on, in each step that ends with a record.
  void measure_layers(const DiagnosticsOptions& options) { diagnostics_ = options; }
  /// The measurements of the step that ended with the last record.
  const std::vector<LayerRecord>& layers() const { return layers_; }

  /// Where the time since the last call went.
  Timing take_timing();

  /// Writes a checkpoint. Throws IoError.
  void save(const std::filesystem::path& path);
  /// Continues from a checkpoint; to be called before the first step. Throws InvalidInput if the
  /// checkpoint is damaged or belongs to another network.
  void restore(const Checkpoint& checkpoint);
  void restore(const std::filesystem::path& path) { restore(read_checkpoint(path)); }
  /// Continues where rank 0 is: gives every rank its weights, its optimizer's state and the rest of
  /// a checkpoint. To be called before the first step.
  void follow_first_rank();

 private:
  /// A point of the training: finished steps, and the seconds spent in them.
  struct Mark {
    std::int64_t iteration = 0;
    double seconds = 0;
  };

  /// Over the images of a step: losses and wrong images; and the ranks that want to stop.
  struct StepSums {
    double loss = 0;
    double wrong = 0;
    double stops = 0;
  };

  void step(bool stop);
  void seed_network();
  StepSums step_sums(bool stop);
  Batch next_batch();
  double next_rate() const;
  double images_per_second_since(const Mark& mark) const;
  double scheduled_rate() const;
  Record make_record();
  void evaluate_now(Record& record);
  Evaluation measured(const Images& images);

  DataSet data_;
  Transform transform_;
  Recipe recipe_;
  std::uint64_t seed_;
  RankGroup* group_;
  TrainingStep step_;
  TrainingState state_;
  double learning_rate_ = 0;  // of the last step
  bool improved_ = false;
  bool stopped_ = false;
  DiagnosticsOptions diagnostics_;
  std::vector<LayerRecord> layers_;
  Evaluation last_test_;

  Timing timing_;  // since the last take_timing
  Mark timed_;     // at the last take_timing
  Mark begun_;     // when this object began

  std::optional<TrainingBatches> batches_;  // made by the first step; refers to data_, transform_
};

}  // namespace reslab

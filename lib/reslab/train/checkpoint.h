#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

#include "reslab/interchange/tensors.h"
#include "reslab/train/schedule.h"
#include "reslab/train/training_step.h"

namespace reslab {

/// The state of a training, apart from the weights, their average and the optimizer's state.
struct TrainingState {
  /// Sums over the training images since the last record.
  struct Window {
    double loss = 0;
    std::int64_t wrong = 0;
    std::int64_t images = 0;
  };

  std::int64_t seed = 0;
  std::int64_t iteration = 0;  // finished steps
  bool warming_up = false;
  PlateauCounter plateau;
  double best_validation_error = std::numeric_limits<double>::infinity();  // percent
  double seconds = 0;  // spent in training steps
  Window window;
};

/// Everything that a training needs to go on, by name. The tensors share the training's memory.
NamedTensors checkpoint_of(TrainingStep& step, const TrainingState& state);

/// Restores the network, the optimizer and the average from the tensors of `checkpoint_of`, and
/// returns the rest. Throws InvalidInput, with `where` as the file's name, if a tensor is absent,
/// has another shape, the checkpoint is past the last of `iterations`, or it has another seed.
TrainingState apply_checkpoint(const NamedTensors& checkpoint, const std::string& where,
                               TrainingStep& step, std::int64_t iterations, std::int64_t seed);

/// The checkpoint before the one at `path`. It is kept in case the newer one is damaged.
std::filesystem::path previous_checkpoint(const std::filesystem::path& path);

/// Writes the tensors of `checkpoint_of` as a safetensors file for `read_checkpoint`. The metadata
/// hold the version of the format and a checksum of the tensors. The file is read back from the
/// disk and verified before it gets its name. The checkpoint that had this name becomes the
/// previous one, so that at any moment one of the two is whole. Throws IoError.
void save_checkpoint(const std::filesystem::path& path, TrainingStep& step,
                     const TrainingState& state);

/// A checkpoint that was read from a file.
struct Checkpoint {
  std::filesystem::path path;
  NamedTensors tensors;
  std::string error;  // why the file is damaged, in one line; empty if it is whole
};

/// Reads a checkpoint and verifies its checksum. Sets its `error` if the file is damaged. Throws
/// InvalidInput if the file is missing or its format has another version, IoError if it cannot be
/// read.
Checkpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace reslab

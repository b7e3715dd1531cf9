#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/config/json.h"
#include "reslab/train/record.h"

namespace reslab::app {

class RunDirectory;
struct Progress;
struct RunPictures;

/// Receives the measurements of one run during training. To add a sink, write its class and add it
/// to the list in record_sink.cpp.
class RecordSink {
 public:
  virtual ~RecordSink() = default;

  /// Called first, with the number of finished steps: 0 for a new run. A resumed run repeats what
  /// came after this step, so a sink that keeps data removes it here. Throws InvalidInput if
  /// earlier data is damaged, and IoError.
  virtual void forget_after(std::int64_t /*iteration*/) {}

  // The next four are called when a record is due, in this order. They throw IoError.
  /// Called with the diagnostics of the step, if the experiment asks for any.
  virtual void layers(const std::vector<LayerRecord>& /*rows*/) {}
  /// Called with the confusion matrix if the test split was evaluated.
  virtual void confusion(const std::vector<ConfusionRecord>& /*rows*/) {}
  virtual void record(const Record& /*row*/) {}
  virtual void timing(const Timing& /*row*/) {}

  /// Called before a checkpoint is written. A run that resumes from it does not repeat what came
  /// before, so a sink that keeps data returns when all of it is on the disk. Throws IoError.
  virtual void sync() {}

  /// Called when the training has finished. Throws IoError.
  virtual void pictures(const RunPictures& /*pictures*/) {}

  /// Called before the first step and after every step.
  virtual void progress(const Progress& /*progress*/) {}

  /// Called last: the run has finished, failed or been interrupted.
  virtual void close() {}
};

using RecordSinks = std::vector<std::unique_ptr<RecordSink>>;

/// Makes one sink of every kind for the run in `directory`, the one for DVC only in a repository of
/// DVC. `run`: the content of its run.json.
RecordSinks make_record_sinks(const RunDirectory& directory, const Json& run);

}  // namespace reslab::app

#include "app/runs/record_sink.h"

#include "app/runs/csv_sink.h"
#include "app/runs/dvc_sink.h"
#include "app/runs/messages.h"
#include "app/runs/progress.h"
#include "app/runs/tensorboard_sink.h"

namespace reslab::app {

RecordSinks make_record_sinks(const RunDirectory& directory, const Json& run) {
  RecordSinks sinks;
  sinks.push_back(std::make_unique<CsvSink>(directory));
  sinks.push_back(std::make_unique<TensorBoardSink>(directory, run));
  if (in_dvc_repository(directory.path()))
    sinks.push_back(std::make_unique<DvcSink>(directory, run));
  if (verbosity() != Verbosity::quiet)
    sinks.push_back(std::make_unique<ProgressLine>(ProgressLine::standard_error()));
  return sinks;
}

}  // namespace reslab::app

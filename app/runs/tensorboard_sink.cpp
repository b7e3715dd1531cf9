#include "app/runs/tensorboard_sink.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/runs/pictures.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

using Scalars = std::vector<std::pair<std::string, double>>;

/// Adds the values of the JSON, named like "optimizer/momentum".
void add_settings(const Json& json, const std::string& prefix,
                  std::vector<HyperParameter>& settings) {
  visit_values(json, prefix, [&](const std::string& name, const Json& value) {
    if (value.is_boolean())
      settings.emplace_back(name, value.get<bool>());
    else if (value.is_number())
      settings.emplace_back(name, value.get<double>());
    else if (value.is_string())
      settings.emplace_back(name, value.get<std::string>());
    else if (!value.is_null())
      settings.emplace_back(name, compact(value));
  });
}

void add_score(const std::string& split, const std::optional<Score>& score, Scalars& scalars) {
  if (!score) return;
  scalars.emplace_back("loss/" + split, score->loss);
  scalars.emplace_back("error/" + split, score->error);
  if (score->top5_error) scalars.emplace_back("top5_error/" + split, *score->top5_error);
}

}  // namespace

TensorBoardSink::TensorBoardSink(RunDirectory directory, const Json& run)
    : directory_(std::move(directory)),
      classes_(run.value("classes", std::vector<std::string>())),
      iterations_(run["identity"]["recipe"]["iterations"]) {
  add_settings(run["network"], "network", settings_);
  add_settings(run["seed"], "seed", settings_);
  add_settings(run["identity"]["recipe"], "", settings_);
}

void TensorBoardSink::forget_after(std::int64_t iteration) {
  if (iteration == 0)
    for (const auto& file : EventFile::files_in(directory_.path())) remove_file(file);
  file_.emplace(directory_.path());
  if (iteration > 0) file_->purge(iteration + 1);
  file_->session_start(settings_);
}

void TensorBoardSink::layers(const std::vector<LayerRecord>& rows) {
  Scalars scalars;
  for (const auto& row : rows) {
    if (row.response_std) scalars.emplace_back("response_std/" + row.layer, *row.response_std);
    if (row.gradient_norm) scalars.emplace_back("gradient_norm/" + row.layer, *row.gradient_norm);
    if (row.gate_mean) scalars.emplace_back("gate_mean/" + row.layer, *row.gate_mean);
  }
  if (!scalars.empty()) file_->scalars(rows.front().iteration, scalars);
}

void TensorBoardSink::record(const Record& row) {
  Scalars scalars = {{"learning_rate", row.learning_rate}, {"epoch", row.epoch}};
  add_score("train", row.train, scalars);
  add_score("validation", row.validation, scalars);
  add_score("test", row.test, scalars);
  file_->scalars(row.iteration, scalars);
  if (row.iteration == iterations_) file_->session_end(SessionStatus::success);
}

void TensorBoardSink::timing(const Timing& row) {
  file_->scalars(row.iteration, {{"images_per_second", row.images_per_second},
                                 {"peak_memory", static_cast<double>(row.peak_memory)}});
}

void TensorBoardSink::pictures(const RunPictures& pictures) {
  for (const auto& image : pictures.first) {
    const auto tag = fmt::format("test_images/{:02} {}: taken for {} ({:.0f} %)", image.index,
                                 class_name(classes_, image.label),
                                 class_name(classes_, image.predicted), 100 * image.probability);
    file_->image(pictures.iteration, visible_text(tag), image.picture.height, image.picture.width,
                 image.picture.png);
  }
}

}  // namespace reslab::app

#include "app/config/metric.h"

#include <algorithm>

#include <fmt/format.h>

namespace reslab::app {

const std::vector<std::string>& metric_names() {
  static const std::vector<std::string> names = {
      "train_error", "train_loss", "validation_error",      "validation_loss",
      "test_error",  "test_loss",  "validation_top5_error", "test_top5_error"};
  return names;
}

std::optional<double> metric_value(const Record& record, const std::string& metric) {
  std::optional<Score> score = record.train;
  if (metric.starts_with("validation")) score = record.validation;
  if (metric.starts_with("test")) score = record.test;
  if (!score) return std::nullopt;
  if (metric.ends_with("top5_error")) return score->top5_error;
  return metric.ends_with("loss") ? score->loss : score->error;
}

const std::vector<std::string>& layer_metric_names() {
  static const std::vector<std::string> names = {"response_std", "gradient_norm", "gate_mean"};
  return names;
}

std::optional<double> metric_value(const LayerRecord& record, const std::string& metric) {
  if (metric == "response_std") return record.response_std;
  return metric == "gradient_norm" ? record.gradient_norm : record.gate_mean;
}

std::string metric_text(const std::string& metric, double value) {
  if (metric.ends_with("error")) return fmt::format("{:.2f}", value);
  return metric.ends_with("loss") ? fmt::format("{:.4f}", value) : fmt::format("{:.4g}", value);
}

}  // namespace reslab::app

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reslab/train/record.h"

namespace reslab::app {

/// The columns of metrics.csv that measure a split: losses in nats, errors in percent
/// ("test_error", "validation_top5_error").
const std::vector<std::string>& metric_names();

/// The record's value of a metric of metric_names(), or nothing if it was not measured.
std::optional<double> metric_value(const Record& record, const std::string& metric);

/// The columns of layers.csv that measure a layer.
const std::vector<std::string>& layer_metric_names();

/// The layer's value of a metric of layer_metric_names(), or nothing if it was not measured.
std::optional<double> metric_value(const LayerRecord& record, const std::string& metric);

/// Formats a value for people: errors with two decimals, losses with four decimals, layer metrics
/// with four significant digits.
std::string metric_text(const std::string& metric, double value);

}  // namespace reslab::app

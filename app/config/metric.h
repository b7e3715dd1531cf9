#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reslab/train/record.h"

namespace reslab::app {

/// The columns of metrics.csv that measure a split: losses in nats, errors in percent
/// ("test_error", "validation_top5_error").
const std::vector<std::string>& metric_names();

/// A record's value of such a metric, nothing where it was not measured.
std::optional<double> metric_value(const Record& record, const std::string& metric);

/// The columns of layers.csv that measure a layer.
const std::vector<std::string>& layer_metric_names();

/// A layer's value of such a metric, nothing where it was not measured.
std::optional<double> metric_value(const LayerRecord& record, const std::string& metric);

/// The value as people read it: errors with two digits after the point, losses with four, what
/// layers measure with four significant ones.
std::string metric_text(const std::string& metric, double value);

}  // namespace reslab::app

#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace reslab {

/// The values to measure in every layer at the end of each record.
struct DiagnosticsOptions {
  bool layer_response = false;
  bool gradient_norm = false;
  bool gate_mean = false;

  bool any() const { return layer_response || gradient_norm || gate_mean; }
};

struct DiagnosticsEntry {
  std::string name;
  std::string meaning;
  bool DiagnosticsOptions::* chosen;
};

/// Every kind of measurement there is.
inline const std::vector<DiagnosticsEntry>& diagnostics() {
  static const std::vector<DiagnosticsEntry> entries = {
      {"layer_response",
       "standard deviation of each convolution's output after BatchNorm, before ReLU and addition",
       &DiagnosticsOptions::layer_response},
      {"gradient_norm", "Euclidean norm of each layer's gradient of its weights",
       &DiagnosticsOptions::gradient_norm},
      {"gate_mean", "how open each gate is on average, 0 … 1", &DiagnosticsOptions::gate_mean},
  };
  return entries;
}

/// The options that measure what `names` names.
inline DiagnosticsOptions diagnostics_options(const std::vector<std::string>& names) {
  DiagnosticsOptions options;
  for (const auto& entry : diagnostics())
    options.*entry.chosen = std::ranges::find(names, entry.name) != names.end();
  return options;
}

}  // namespace reslab

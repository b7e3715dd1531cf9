#include "reslab/train/diagnostics_options.h"

namespace reslab {

const std::vector<DiagnosticsEntry>& diagnostics() {
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

}  // namespace reslab

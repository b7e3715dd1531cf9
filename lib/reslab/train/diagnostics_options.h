#pragma once

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
const std::vector<DiagnosticsEntry>& diagnostics();

}  // namespace reslab

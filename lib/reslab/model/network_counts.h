#pragma once

#include <cstdint>

#include "reslab/model/network_spec.h"

namespace reslab {

struct NetworkCounts {
  std::int64_t parameters = 0;  // trainable ones
  std::int64_t macs = 0;        // multiply-adds of a forward pass for one image: the papers' FLOPs
  std::int64_t outputs = 0;     // elements of the layers' outputs for one image
};

/// The multiply-adds of a training step in forward passes: one, and a backward pass that costs two.
inline constexpr double kPassesOfAStep = 3;

/// Counts the parameters and the multiply-adds of a network without constructing it, for images of
/// size×size pixels. Equal to the counts of summarize() (summary.h). Requires a spec without
/// errors().
NetworkCounts count_network(const NetworkSpec& spec, std::int64_t size);

/// Throws InvalidInput if the weights of the network do not fit into the machine's memory. The
/// system would end the process without a message. Requires a spec without errors().
void check_memory(const NetworkSpec& spec);

}  // namespace reslab

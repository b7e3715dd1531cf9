#include "reslab/execution/memory_format.h"

namespace reslab {

void prepare(torch::nn::Module& module, at::Device device) {
  module.to(device);
  for (auto& parameter : module.parameters())
    if (parameter.dim() == 4)
      parameter.set_data(parameter.data().contiguous(at::MemoryFormat::ChannelsLast));
}

}  // namespace reslab

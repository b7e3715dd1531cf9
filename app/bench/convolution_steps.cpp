#include "app/bench/convolution_steps.h"

#include <torch/torch.h>

#include "reslab/model/graph.h"
#include "reslab/model/network.h"
#include "reslab/model/trace.h"

namespace reslab::app {

ConvolutionSteps::ConvolutionSteps(const StepTiming& timing) {
  const auto network = make_network(timing.network, 1);
  const auto traced = trace(
      *network, [&network](const at::Tensor& x) { return network->forward(x); },
      torch::zeros({1, timing.network.in_channels, timing.image_size, timing.image_size}));
  const auto weights = network->named_parameters();
  const auto type = timing.precision == Precision::bfloat16 ? at::kBFloat16 : at::kFloat;
  const auto random = [&](const std::vector<std::int64_t>& shape) {
    return torch::randn(shape).to(timing.device, type).contiguous(at::MemoryFormat::ChannelsLast);
  };
  const auto of_batch = [&](std::vector<std::int64_t> shape) {
    shape.front() = timing.batch;
    return random(shape);
  };
  const auto graph = traced.get_method("forward").graph();
  for (const auto* node : graph->nodes()) {
    const auto convolution = convolution_of(*node);
    if (!convolution) continue;
    convolutions_.push_back({of_batch(shape_of(convolution->input)),
                             random(weights[attribute_path(convolution->weight)].sizes().vec()),
                             of_batch(shape_of(node->output())), convolution->stride,
                             convolution->padding, convolution->dilation, convolution->groups});
  }
}

void ConvolutionSteps::run() const {
  const torch::NoGradGuard no_grad;
  for (const auto& c : convolutions_)
    at::conv2d(c.input, c.weight, {}, c.stride, c.padding, c.dilation, c.groups);
  for (auto c = convolutions_.rbegin(); c != convolutions_.rend(); ++c) {
    const bool first = &*c == &convolutions_.front();
    at::convolution_backward(c->gradient, c->input, c->weight, at::OptionalIntArrayRef(), c->stride,
                             c->padding, c->dilation, false, {0, 0}, c->groups,
                             {!first, true, false});
  }
}

}  // namespace reslab::app

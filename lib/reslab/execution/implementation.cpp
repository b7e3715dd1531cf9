#include "reslab/execution/implementation.h"

#include "reslab/kernels/convolution_loops.h"

namespace reslab {

Implementation choose(const LayerRequest& layer, const Execution& execution, bool has_bfloat16) {
  using Convolution = Implementation::Convolution;
  using Norm = Implementation::Norm;

  const bool has_norm = layer.norm != LayerRequest::Norm::none;
  const bool is_training = layer.norm == LayerRequest::Norm::training;
  const Implementation libtorch{layer.has_convolution ? Convolution::libtorch : Convolution::none,
                                has_norm ? Norm::libtorch : Norm::none, false, layer.adds};
  if (layer.is_traced || execution.kernels == Kernels::aten) return libtorch;

  const bool in_bfloat16 = execution.device.is_cpu() && execution.precision == Precision::bfloat16;
  const bool emulates = in_bfloat16 && !has_bfloat16;
  const bool has_kernels =
      layer.device == at::kCPU && (layer.type == at::kFloat || layer.type == at::kBFloat16);
  const bool folds = has_norm && !is_training && layer.has_convolution;

  // clang-format off: rows of a table; the first one that applies decides.
  const auto convolution = [&] {
    const auto in = layer.in_channels, out = layer.out_channels;
    const bool in_blocks = in % kChannelBlock == 0 && out % kChannelBlock == 0;
    if (!layer.has_convolution)             return Convolution::none;
    if (!has_kernels || !layer.is_3x3)      return Convolution::libtorch;
    if (in_bfloat16 && !emulates)           return Convolution::libtorch;  // native instructions
    if (folds && layer.needs_gradient)      return Convolution::libtorch;  // differentiable
    if (in <= kDirectInputChannels && out % kChannelBlock == 0) return Convolution::direct;
    if (in_blocks && in <= kWinogradChannels && out <= kWinogradChannels)
                                            return Convolution::winograd;
    return Convolution::libtorch;
  }();
  const auto norm = [&] {
    if (!has_norm)                          return Norm::none;
    if (folds)                              return Norm::folded;
    if (!is_training || !layer.relu)        return Norm::libtorch;
    if (!has_kernels)                       return Norm::libtorch;
    if (convolution == Convolution::winograd && !layer.has_bias)
                                            return Norm::fused_with_convolution;
    return Norm::fused;
  }();
  // clang-format on
  return {convolution, norm, emulates, layer.adds};
}

std::string to_text(const Implementation& implementation) {
  using Convolution = Implementation::Convolution;
  using Norm = Implementation::Norm;

  std::string text = "LibTorch";
  if (implementation.convolution == Convolution::winograd) text = "Winograd";
  if (implementation.convolution == Convolution::direct) text = "direct";
  if (implementation.emulates_bfloat16) text += " in float32";

  const std::string rest =
      implementation.adds ? "BatchNorm, addition and ReLU" : "BatchNorm and ReLU";
  if (implementation.norm == Norm::folded) return text + ", BatchNorm folded in";
  if (implementation.norm == Norm::fused_with_convolution) return text + " fused with " + rest;
  if (implementation.norm != Norm::fused) return text;
  return (implementation.convolution == Convolution::none ? "" : text + ", ") + rest + " fused";
}

}  // namespace reslab

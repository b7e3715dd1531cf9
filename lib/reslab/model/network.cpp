#include "reslab/model/network.h"

#include <cmath>
#include <string>

#include <ATen/CPUGeneratorImpl.h>
#include <unistd.h>

#include "reslab/base/error.h"
#include "reslab/model/depths.h"
#include "reslab/model/feature_network.h"
#include "reslab/model/highway_network.h"
#include "reslab/model/network_name.h"
#include "reslab/model/staged_network.h"

namespace reslab {
namespace {

/// Seeds LibTorch's default CPU generator and restores its state at the end. Constructors of layers
/// draw from it, because LibTorch's constructors take no other generator.
class SeedScope {
 public:
  explicit SeedScope(std::uint64_t seed)
      : generator_(at::detail::getDefaultCPUGenerator()), before_(generator_.get_state()) {
    generator_.set_current_seed(seed);
  }
  ~SeedScope() { generator_.set_state(before_); }
  SeedScope(const SeedScope&) = delete;
  SeedScope& operator=(const SeedScope&) = delete;

 private:
  at::Generator generator_;
  at::Tensor before_;
};

std::shared_ptr<Network> build(const NetworkSpec& spec, const LayerMaker& make) {
  switch (spec.family) {
    case Family::highway:
      return std::make_shared<HighwayNetwork>(spec, make);
    case Family::vgg:
    case Family::alexnet:
      return std::make_shared<FeatureNetwork>(spec, make);
    case Family::cifar:
    case Family::imagenet:
    case Family::wide:
      break;
  }
  return std::make_shared<StagedNetwork>(spec, make);
}

/// Bytes of the weights in the blocks' convolutions, which nearly all weights of a large network
/// are.
double bytes_of_blocks(const NetworkSpec& spec) {
  if (!is_staged(spec)) return 0;
  const auto& convolutions = layout_of(spec.block).convolutions;
  double in = 0;
  double channels = static_cast<double>(spec.width) * (spec.family == Family::imagenet ? 64 : 16);
  double weights = 0;
  for (const auto count : blocks_per_stage(spec)) {
    for (std::int64_t i = 0; i < count; ++i)
      for (const auto& convolution : convolutions) {
        const auto out = channels * static_cast<double>(convolution.factor);
        weights += in * out * static_cast<double>(convolution.kernel * convolution.kernel);
        in = out;
      }
    channels *= 2;
  }
  return weights * sizeof(float);
}

/// Refuses a network that does not fit into the machine's memory. The system would end the process
/// without a word.
void refuse_if_too_large(const NetworkSpec& spec) {
  const auto memory =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  const auto bytes = bytes_of_blocks(spec);
  if (bytes < memory) return;
  constexpr double kGiB = 1 << 30;
  throw InvalidInput(name(spec) + ": its weights take " +
                     std::to_string(std::llround(bytes / kGiB)) + " GiB, this machine has " +
                     std::to_string(std::llround(memory / kGiB)) +
                     " GiB; expected a smaller width or depth");
}

}  // namespace

std::shared_ptr<Network> make_network(const NetworkSpec& spec, std::uint64_t seed,
                                      const BatchNormOptions& norm) {
  std::vector<std::string> lines;
  for (const auto& error : errors(spec)) lines.push_back(error.what);
  if (!lines.empty()) throw InvalidInput(lines);
  refuse_if_too_large(spec);
  const SeedScope scope(seed);
  return build(spec, LayerMaker(spec, norm));
}

std::int64_t parameter_count(const torch::nn::Module& network) {
  std::int64_t count = 0;
  for (const auto& parameter : network.parameters()) count += parameter.numel();
  return count;
}

bool is_random(const NetworkSpec& spec) {
  return spec.dropout > 0 || spec.shortcut_dropout > 0 || spec.survival < 1;
}

}  // namespace reslab

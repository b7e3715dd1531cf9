#include "reslab/model/network.h"

#include <string>

#include <ATen/CPUGeneratorImpl.h>

#include "reslab/base/error.h"
#include "reslab/model/feature_network.h"
#include "reslab/model/highway_network.h"
#include "reslab/model/network_counts.h"
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

}  // namespace

std::shared_ptr<Network> make_network(const NetworkSpec& spec, std::uint64_t seed,
                                      const BatchNormOptions& norm) {
  std::vector<std::string> lines;
  for (const auto& error : errors(spec)) lines.push_back(error.what);
  if (!lines.empty()) throw InvalidInput(lines);
  check_memory(spec);
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

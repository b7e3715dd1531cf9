#include "reslab/interchange/load_weights.h"

#include <torch/utils.h>

#include "reslab/interchange/tensors.h"
#include "reslab/interchange/weights_match.h"

namespace reslab {
namespace {

/// The name of the last layer: "fc", "classifier.6".
std::string head_of(const Network& network) {
  const auto last = network.named_parameters().back().key();
  return last.substr(0, last.rfind('.'));
}

}  // namespace

std::vector<std::string> load_weights(Network& network, const WeightsFile& file, Head head) {
  std::vector<WeightEntry> given;
  for (const auto& tensor : file.tensors)
    given.push_back({tensor.name, tensor.dtype, tensor.shape});
  const auto state = state_of(network);
  auto match = match_weights(entries_of(state), given, file.where,
                             head == Head::may_differ ? head_of(network) : "");
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < state.size(); ++i) {
    auto target = state[i].second;
    const auto& source = match.sources[i];
    if (source.from == WeightSource::From::zero) target.zero_();
    if (source.from == WeightSource::From::file)
      target.copy_(tensor_of(file.tensors[source.index], file.where));
  }
  return match.notes;
}

std::optional<std::int64_t> class_count(const Network& network, const WeightsFile& file) {
  const auto weight = head_of(network) + ".weight";
  for (const auto& tensor : file.tensors)
    if ((tensor.name == weight || torchvision_name(tensor.name) == weight) && !tensor.shape.empty())
      return tensor.shape.front();
  return std::nullopt;
}

}  // namespace reslab

#include "reslab/interchange/load_weights.h"

#include <ATen/ops/zeros_like.h>
#include <torch/utils.h>

#include "reslab/base/error.h"
#include "reslab/interchange/tensors.h"

namespace reslab {
namespace {

/// The name of the last layer: "fc", "classifier.6".
std::string head_of(const Network& network) {
  const auto last = network.named_parameters().back().key();
  return last.substr(0, last.rfind('.'));
}

/// Like match_weights. If the file has several sets of weights, an error also says which one was
/// used.
WeightsMatch matched(const Network& network, const WeightsFile& file, Head head) {
  const auto wanted = wanted_by(network);
  try {
    return match_weights(wanted.entries, entries_of(file), file.where, wanted.layer, head);
  } catch (const InvalidInput& error) {
    auto lines = error.lines();
    if (!file.note.empty()) lines.back() += "; " + file.note.substr(file.where.size() + 2);
    throw InvalidInput(lines);
  }
}

}  // namespace

std::vector<std::string> load_weights(Network& network, const WeightsFile& file, Head head) {
  const auto state = state_of(network);
  auto match = matched(network, file, head);
  const torch::NoGradGuard no_grad;
  NamedTensors values;
  for (std::size_t i = 0; i < state.size(); ++i) {
    const auto& [name, target] = state[i];
    const auto& [from, index] = match.sources[i];
    if (from == WeightSource::From::network) continue;
    values.emplace_back(
        from == WeightSource::From::zero ? name : file.tensors[index].name,
        from == WeightSource::From::zero
            ? at::zeros_like(target)
            : tensor_of(file.tensors[index], file.where).to(target.options()).view_as(target));
  }
  require_finite(values, file.where);
  std::size_t next = 0;
  for (std::size_t i = 0; i < state.size(); ++i)
    if (match.sources[i].from != WeightSource::From::network)
      at::Tensor(state[i].second).copy_(values[next++].second);
  if (!file.note.empty()) match.notes.insert(match.notes.begin(), file.note);
  return match.notes;
}

WantedWeights wanted_by(const Network& network) {
  return {entries_of(state_of(network)), head_of(network)};
}

std::optional<std::int64_t> class_count(const std::string& layer, const WeightsFile& file) {
  const auto weight = layer + ".weight";
  for (const auto& tensor : file.tensors)
    if ((tensor.name == weight || torchvision_name(tensor.name) == weight) && !tensor.shape.empty())
      return tensor.shape.front();
  return std::nullopt;
}

}  // namespace reslab

#include "reslab/train/checkpoint.h"

#include <string>

#include <torch/torch.h>

#include "reslab/base/error.h"
#include "reslab/interchange/tensors.h"

namespace reslab {
namespace {

constexpr auto kNetworkPrefix = "network.";
constexpr auto kAveragePrefix = "average.";

void append(NamedTensors& all, const std::string& prefix, const NamedTensors& part) {
  for (const auto& [name, tensor] : part) all.emplace_back(prefix + name, tensor);
}

NamedTensors with_prefix(const NamedTensors& all, const std::string& prefix) {
  NamedTensors part;
  for (const auto& [name, tensor] : all)
    if (name.starts_with(prefix)) part.emplace_back(name.substr(prefix.size()), tensor);
  return part;
}

/// Calls visit(name, value) for every number of the state.
template <class State, class Visit>
void for_each_number(State& state, Visit visit) {
  visit("iteration", state.iteration);
  visit("warming_up", state.warming_up);
  visit("plateau.best", state.plateau.best);
  visit("plateau.without_gain", state.plateau.without_gain);
  visit("plateau.plateaus", state.plateau.plateaus);
  visit("best_validation_error", state.best_validation_error);
  visit("seconds", state.seconds);
  visit("window.loss", state.window.loss);
  visit("window.wrong", state.window.wrong);
  visit("window.images", state.window.images);
}

}  // namespace

NamedTensors checkpoint_of(TrainingStep& step, const TrainingState& state) {
  NamedTensors all;
  append(all, kNetworkPrefix, state_of(step.network()));
  append(all, "", step.optimizer().state());
  if (auto* average = step.average()) append(all, kAveragePrefix, average->state());
  for_each_number(state, [&all](const char* name, auto value) {
    all.emplace_back(name, torch::tensor(value, c10::CppTypeToScalarType<decltype(value)>::value));
  });
  return all;
}

TrainingState apply_checkpoint(const NamedTensors& checkpoint, const std::string& where,
                               TrainingStep& step, std::int64_t iterations) {
  TrainingState state;
  for_each_number(state, [&]<class Number>(const std::string& name, Number& value) {
    const auto tensor = find(checkpoint, name);
    if (!tensor.defined() || tensor.numel() != 1)
      throw InvalidInput(where + ": expected '" + name + "' to be a single number");
    value = tensor.item<Number>();
  });
  if (state.iteration < 0 || state.iteration > iterations)
    throw InvalidInput(where + ": iteration " + std::to_string(state.iteration) +
                       " is outside the recipe's " + std::to_string(iterations));
  set_state(step.network(), with_prefix(checkpoint, kNetworkPrefix), where);
  step.optimizer().set_state(checkpoint, where);
  if (auto* average = step.average())
    average->set_state(with_prefix(checkpoint, kAveragePrefix), where);
  return state;
}

void save_checkpoint(const std::filesystem::path& path, TrainingStep& step,
                     const TrainingState& state) {
  save_tensors(path, checkpoint_of(step, state));
}

TrainingState load_checkpoint(const std::filesystem::path& path, TrainingStep& step,
                              std::int64_t iterations) {
  return apply_checkpoint(load_tensors(path).tensors, path.string(), step, iterations);
}

}  // namespace reslab

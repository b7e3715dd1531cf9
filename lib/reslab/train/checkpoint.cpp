#include "reslab/train/checkpoint.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include <torch/torch.h>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/interchange/tensors.h"

namespace reslab {
namespace {

constexpr auto kNetworkPrefix = "network.";
constexpr auto kAveragePrefix = "average.";

constexpr auto kFormatKey = "format";
constexpr auto kFormat = "reslab-checkpoint-2";
constexpr auto kChecksumKey = "checksum";

/// The hash FNV-1a with 64 bits (RFC 9923).
class Hash {
 public:
  void add(std::span<const std::byte> bytes) {
    constexpr std::uint64_t kPrime = 0x100000001b3;
    for (const auto byte : bytes) value_ = (value_ ^ std::to_integer<std::uint64_t>(byte)) * kPrime;
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

/// A checksum of the names, types, shapes and bytes of contiguous tensors on the CPU.
std::string checksum(NamedTensors tensors) {
  std::ranges::sort(tensors, {}, [](const auto& entry) { return entry.first; });
  Hash hash;
  for (const auto& [name, tensor] : tensors) {
    const auto shape = tensor.sizes();
    hash.add(std::as_bytes(std::span(name)));
    hash.add(std::as_bytes(std::span(std::string_view(c10::toString(tensor.scalar_type())))));
    hash.add(std::as_bytes(std::span(shape.data(), shape.size())));
    hash.add({static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()});
  }
  return std::to_string(hash.value());
}

std::string value_at(const std::map<std::string, std::string>& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

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
  visit("seed", state.seed);
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
                               TrainingStep& step, std::int64_t iterations, std::int64_t seed) {
  TrainingState state;
  for_each_number(state, [&]<class Number>(const std::string& name, Number& value) {
    const auto tensor = find(checkpoint, name);
    if (!tensor.defined() || tensor.numel() != 1)
      throw InvalidInput(where + ": expected '" + name + "' to be a single number");
    value = tensor.item<Number>();
  });
  if (state.seed != seed)
    throw InvalidInput(where + ": has the seed " + std::to_string(state.seed) + ", expected " +
                       std::to_string(seed) + "; is it the checkpoint of another run?");
  if (state.iteration < 0 || state.iteration > iterations)
    throw InvalidInput(where + ": iteration " + std::to_string(state.iteration) +
                       " is outside the recipe's " + std::to_string(iterations));
  set_state(step.network(), with_prefix(checkpoint, kNetworkPrefix), where);
  step.optimizer().set_state(checkpoint, where);
  if (auto* average = step.average())
    average->set_state(with_prefix(checkpoint, kAveragePrefix), where);
  return state;
}

std::filesystem::path previous_checkpoint(const std::filesystem::path& path) {
  return path.parent_path() / ("previous-" + path.filename().string());
}

void save_checkpoint(const std::filesystem::path& path, TrainingStep& step,
                     const TrainingState& state) {
  auto all = checkpoint_of(step, state);
  for (auto& [name, tensor] : all) tensor = tensor.detach().cpu().contiguous();
  auto unverified = path;
  unverified += ".unverified";
  save_tensors(unverified, all, {{kFormatKey, kFormat}, {kChecksumKey, checksum(all)}});
  drop_cached(unverified);
  if (const auto error = read_checkpoint(unverified).error; !error.empty())
    throw IoError(error + " when it is read back from the disk");
  if (std::filesystem::exists(path)) put_in_place(path, previous_checkpoint(path));
  put_in_place(unverified, path);
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const auto where = path.string();
  Checkpoint checkpoint{path, {}, {}};
  if (!std::filesystem::exists(path)) throw InvalidInput(where + ": no such file");
  TensorFile file;
  try {
    file = load_tensors(path);
  } catch (const InvalidInput& damaged) {
    checkpoint.error = damaged.lines().front();
    return checkpoint;
  }
  if (const auto format = value_at(file.metadata, kFormatKey); format != kFormat)
    throw InvalidInput(where + ": its format is '" + format + "', expected '" + kFormat +
                       "'; continue the run with the version of ResLab that began it");
  if (checksum(file.tensors) != value_at(file.metadata, kChecksumKey))
    checkpoint.error = where + ": damaged, its checksum is wrong";
  checkpoint.tensors = std::move(file.tensors);
  return checkpoint;
}

}  // namespace reslab

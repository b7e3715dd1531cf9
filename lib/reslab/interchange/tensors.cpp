#include "reslab/interchange/tensors.h"

#include <algorithm>

#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"
#include "reslab/interchange/safetensors.h"

namespace reslab {
namespace {

const std::vector<std::pair<const char*, at::ScalarType>> kTypes = {
    {"BOOL", at::kBool}, {"U8", at::kByte},    {"I8", at::kChar},  {"I16", at::kShort},
    {"I32", at::kInt},   {"I64", at::kLong},   {"F16", at::kHalf}, {"BF16", at::kBFloat16},
    {"F32", at::kFloat}, {"F64", at::kDouble},
};

std::string format_name(at::ScalarType type) {
  for (const auto& [name, known] : kTypes)
    if (known == type) return name;
  throw InvalidInput(std::string("a safetensors file cannot hold tensors of type ") +
                     c10::toString(type));
}

}  // namespace

at::Tensor find(const NamedTensors& tensors, const std::string& name) {
  const auto found =
      std::ranges::find(tensors, name, [](const auto& entry) { return entry.first; });
  return found == tensors.end() ? at::Tensor() : found->second;
}

void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata) {
  std::vector<at::Tensor> kept;  // keeps the memory of the views alive
  std::vector<safetensors::View> views;
  for (const auto& [name, tensor] : tensors) {
    kept.push_back(tensor.detach().cpu().contiguous());
    const auto& data = kept.back();
    views.push_back({name,
                     format_name(data.scalar_type()),
                     data.sizes().vec(),
                     {static_cast<const std::byte*>(data.data_ptr()), data.nbytes()}});
  }
  safetensors::write(path, views, metadata);
}

TensorFile load_tensors(const std::filesystem::path& path) {
  const auto bytes = std::make_shared<const std::vector<std::byte>>(read_file(path));
  auto header = safetensors::parse(*bytes, path.string());
  TensorFile file;
  for (const auto& tensor : safetensors::tensors(header, bytes))
    file.tensors.emplace_back(tensor.name, tensor_of(tensor, path.string()));
  file.metadata = std::move(header.metadata);
  return file;
}

at::Tensor tensor_of(const StoredTensor& stored, const std::string& where) {
  const auto type = std::ranges::find(kTypes, stored.dtype, [](const auto& t) { return t.first; });
  if (type == kTypes.end())
    throw InvalidInput(where + ": '" + printable(stored.name) + "' has the type " + stored.dtype +
                       ", which LibTorch does not have");
  auto tensor = at::empty(stored.shape, type->second);
  copy_elements(stored, static_cast<std::byte*>(tensor.data_ptr()));
  return tensor;
}

NamedTensors state_of(const torch::nn::Module& module) {
  NamedTensors state;
  for (const auto& entry : module.named_parameters())
    state.emplace_back(entry.key(), entry.value());
  for (const auto& entry : module.named_buffers()) state.emplace_back(entry.key(), entry.value());
  return state;
}

std::vector<WeightEntry> entries_of(const NamedTensors& tensors) {
  std::vector<WeightEntry> entries;
  for (const auto& [name, tensor] : tensors)
    entries.push_back({name, format_name(tensor.scalar_type()), tensor.sizes().vec()});
  return entries;
}

void copy_by_name(const NamedTensors& to, const NamedTensors& from, const std::string& where) {
  const torch::NoGradGuard no_grad;
  for (const auto& [name, tensor] : to) {
    const auto source = find(from, name);
    if (!source.defined() || source.sizes() != tensor.sizes())
      throw InvalidInput(where + ": expected '" + name + "' with the shape " +
                         c10::str(tensor.sizes()));
    tensor.copy_(source);
  }
}

void require_finite(const NamedTensors& tensors, const std::string& where) {
  for (const auto& [name, tensor] : tensors) {
    if (!tensor.is_floating_point()) continue;
    const auto count = tensor.numel() - tensor.isfinite().sum().item<std::int64_t>();
    if (count > 0)
      throw InvalidInput(where + ": '" + printable(name) + "' has " + std::to_string(count) +
                         " of " + std::to_string(tensor.numel()) +
                         " values that are not finite numbers; expected weights without NaN and "
                         "infinity");
  }
}

void set_state(torch::nn::Module& module, const NamedTensors& state, const std::string& where) {
  const auto targets = state_of(module);
  const auto match = match_weights(entries_of(targets), entries_of(state), where);
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    auto target = targets[i].second;
    const auto& source = match.sources[i];
    if (source.from == WeightSource::From::zero) target.zero_();
    if (source.from == WeightSource::From::file) target.copy_(state[source.index].second);
  }
}

}  // namespace reslab

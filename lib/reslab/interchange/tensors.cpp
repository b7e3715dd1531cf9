#include "reslab/interchange/tensors.h"

#include <algorithm>
#include <cstring>
#include <set>

#include <ATen/ops/empty.h>
#include <torch/autograd.h>

#include "reslab/error.h"
#include "reslab/file.h"
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

std::string shape_text(at::IntArrayRef shape) {
  std::string text = "[";
  for (const auto extent : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  return text + "]";
}

}  // namespace

at::Tensor TensorFile::find(const std::string& name) const {
  const auto found =
      std::ranges::find(tensors, name, [](const auto& entry) { return entry.first; });
  return found == tensors.end() ? at::Tensor() : found->second;
}

void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata) {
  std::vector<at::Tensor> kept;  // alive until written
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
  const auto bytes = read_file(path);
  auto header = safetensors::parse(bytes, path.string());
  TensorFile file;
  file.metadata = std::move(header.metadata);
  for (const auto& entry : header.entries) {
    const auto type = std::ranges::find(kTypes, entry.dtype, [](const auto& t) { return t.first; });
    if (type == kTypes.end())
      throw InvalidInput(path.string() + ": '" + entry.name + "' has the type " + entry.dtype +
                         ", which LibTorch does not have");
    auto tensor = at::empty(entry.shape, type->second);
    if (tensor.nbytes() > 0)
      std::memcpy(tensor.data_ptr(), bytes.data() + header.data_offset + entry.begin,
                  tensor.nbytes());
    file.tensors.emplace_back(entry.name, std::move(tensor));
  }
  return file;
}

NamedTensors state_of(const torch::nn::Module& module) {
  NamedTensors state;
  for (const auto& entry : module.named_parameters())
    state.emplace_back(entry.key(), entry.value());
  for (const auto& entry : module.named_buffers()) state.emplace_back(entry.key(), entry.value());
  return state;
}

void set_state(torch::nn::Module& module, const NamedTensors& state, const std::string& where) {
  std::vector<std::string> lines;
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;
  std::set<std::string> used;
  for (const auto& [name, target] : state_of(module)) {
    const auto found =
        std::ranges::find(state, name, [](const auto& entry) { return entry.first; });
    used.insert(name);
    if (found == state.end())
      lines.push_back(where + ": '" + name + "' is missing");
    else if (found->second.sizes() != target.sizes())
      lines.push_back(where + ": '" + name + "' has the shape " +
                      shape_text(found->second.sizes()) + ", the network needs " +
                      shape_text(target.sizes()));
    else
      copies.emplace_back(target, found->second);
  }
  for (const auto& entry : state)
    if (!used.contains(entry.first))
      lines.push_back(where + ": '" + entry.first + "' is not part of the network");
  if (!lines.empty()) throw InvalidInput(lines);

  const torch::NoGradGuard no_grad;
  for (auto& [target, source] : copies) target.copy_(source);
}

}  // namespace reslab

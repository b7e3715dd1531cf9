#include "reslab/train/tensor_exchange.h"

#include <algorithm>
#include <span>
#include <sstream>

#include <torch/torch.h>

#include "reslab/ranks/collectives.h"

namespace reslab {
namespace {

/// The values in the order of the memory, which is the same on every rank.
at::Tensor flat(const at::Tensor& tensor) { return tensor.as_strided({tensor.numel()}, {1}); }

/// A tensor that shares the values, which lie in the memory of the device.
at::Tensor around(std::span<const float> values, at::Device device) {
  return torch::from_blob(const_cast<float*>(values.data()), {std::ssize(values)},
                          at::device(device).dtype(at::kFloat));
}

/// Copies the tensor to the values. On the CPU, LibTorch's copy would start threads of its own.
void read(const at::Tensor& tensor, std::span<float> values, at::Device device) {
  if (tensor.is_cpu())
    std::copy_n(tensor.data_ptr<float>(), values.size(), values.begin());
  else
    around(values, device).copy_(flat(tensor));
}

/// Copies the values to the tensor.
void write(std::span<const float> values, const at::Tensor& tensor, at::Device device) {
  if (tensor.is_cpu())
    std::ranges::copy(values, tensor.data_ptr<float>());
  else
    flat(tensor).copy_(around(values, device));
}

void sum_on_devices(const RankGroup& group, std::span<float> values, std::span<float> others,
                    at::Device device) {
  sum_over_ranks(group, values, others,
                 {[&group](int peer, std::span<const float> out, std::span<float> in) {
                    group.devices()->exchange(peer, std::as_bytes(out), std::as_writable_bytes(in));
                  },
                  [device](std::span<float> sums, std::span<const float> added) {
                    around(sums, device).add_(around(added, device));
                  }});
}

/// A line for each tensor: its type, number of dimensions, sizes and name.
std::string shapes_of(const NamedTensors& tensors) {
  std::ostringstream lines;
  for (const auto& [name, tensor] : tensors) {
    lines << static_cast<int>(tensor.scalar_type()) << ' ' << tensor.dim();
    for (const auto size : tensor.sizes()) lines << ' ' << size;
    lines << ' ' << name << '\n';
  }
  return lines.str();
}

NamedTensors empty_tensors(const std::string& shapes) {
  NamedTensors tensors;
  std::istringstream lines(shapes);
  int type = 0;
  std::size_t dimensions = 0;
  while (lines >> type >> dimensions) {
    std::vector<std::int64_t> sizes(dimensions);
    for (auto& size : sizes) lines >> size;
    std::string name;
    std::getline(lines.ignore(1), name);
    tensors.emplace_back(name, at::empty(sizes, static_cast<at::ScalarType>(type)));
  }
  return tensors;
}

}  // namespace

void sum_over_ranks(RankGroup& group, const std::vector<at::Tensor>& tensors, at::Tensor& memory) {
  const torch::NoGradGuard no_grad;
  auto* const devices = group.devices();
  const auto device = devices != nullptr ? tensors.front().device() : at::Device(at::kCPU);
  std::int64_t count = 0;
  for (const auto& tensor : tensors) count += tensor.numel();
  const auto needed = devices != nullptr ? 2 * count : count;
  if (!memory.defined() || memory.numel() < needed)
    memory = at::empty({needed}, at::device(device).dtype(at::kFloat));
  const auto size = static_cast<std::size_t>(count);
  const auto values = std::span(memory.data_ptr<float>(), size);
  const auto for_each = [&](auto copy) {
    auto rest = values;
    for (const auto& tensor : tensors) {
      const auto part = rest.first(static_cast<std::size_t>(tensor.numel()));
      copy(tensor, part);
      rest = rest.subspan(part.size());
    }
  };
  for_each([device](const auto& tensor, auto part) { read(tensor, part, device); });
  if (devices == nullptr)
    sum_over_ranks(group, values);
  else
    sum_on_devices(group, values, {values.data() + size, size}, device);
  for_each([device](const auto& tensor, auto part) { write(part, tensor, device); });
  if (devices != nullptr) devices->wait();
}

NamedTensors broadcast_tensors(RankGroup& group, const NamedTensors& tensors) {
  const torch::NoGradGuard no_grad;
  auto shared = empty_tensors(broadcast_text(group, shapes_of(tensors)));
  for (std::size_t i = 0; i < shared.size(); ++i) {
    auto& tensor = shared[i].second;
    if (group.rank() == 0) tensor.copy_(tensors[i].second);
    broadcast(group, {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes()});
  }
  return shared;
}

}  // namespace reslab

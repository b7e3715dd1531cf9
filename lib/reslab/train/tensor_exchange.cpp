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

at::Tensor around(std::span<const float> memory) {
  return torch::from_blob(const_cast<float*>(memory.data()), {std::ssize(memory)}, torch::kFloat);
}

/// Without LibTorch's copy on the CPU, which would start threads of its own.
void read(const at::Tensor& tensor, std::span<float> memory) {
  if (tensor.is_cpu())
    std::copy_n(tensor.data_ptr<float>(), memory.size(), memory.begin());
  else
    around(memory).copy_(flat(tensor));
}

void write(std::span<const float> memory, const at::Tensor& tensor) {
  if (tensor.is_cpu())
    std::ranges::copy(memory, tensor.data_ptr<float>());
  else
    flat(tensor).copy_(around(memory));
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

void sum_over_ranks(RankGroup& group, const std::vector<at::Tensor>& tensors,
                    std::vector<float>& memory) {
  const torch::NoGradGuard no_grad;
  std::size_t size = 0;
  for (const auto& tensor : tensors) size += static_cast<std::size_t>(tensor.numel());
  memory.resize(std::max(memory.size(), size));
  const auto values = std::span(memory).first(size);
  const auto for_each = [&](auto copy) {
    auto rest = values;
    for (const auto& tensor : tensors) {
      const auto part = rest.first(static_cast<std::size_t>(tensor.numel()));
      copy(tensor, part);
      rest = rest.subspan(part.size());
    }
  };
  for_each([](const at::Tensor& tensor, std::span<float> part) { read(tensor, part); });
  sum_over_ranks(group, values);
  for_each([](const at::Tensor& tensor, std::span<float> part) { write(part, tensor); });
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

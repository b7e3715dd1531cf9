#include "reslab/interchange/export.h"

#include <array>
#include <cstring>
#include <functional>
#include <system_error>

#include <torch/torch.h>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/data/resize.h"
#include "reslab/data/shapes.h"
#include "reslab/data/transform.h"
#include "reslab/interchange/onnx.h"
#include "reslab/interchange/tensors.h"
#include "reslab/interchange/torchscript.h"
#include "reslab/model/graph.h"

namespace reslab {
namespace {

constexpr double kTolerance = 1e-5;       // of the largest logit
constexpr std::int64_t kTracedBatch = 2;  // images; differs from both batch sizes below
constexpr std::array<std::int64_t, 2> kRunBatches = {1, 3};

/// Images in the form that the exported model takes, and the network's logits for them.
struct Probe {
  at::Tensor images;
  at::Tensor logits;
};

/// Images of shapes at the size of the input, uint8 (count, 3, height, width).
at::Tensor sample_images(std::int64_t count, const ExportOptions& options) {
  const auto shapes = std::ssize(shape_names());
  auto images = at::empty({count, options.height, options.width, 3}, at::kByte);
  for (std::int64_t i = 0; i < count; ++i) {
    Image shape{kShapeSide, kShapeSide, std::vector<std::uint8_t>(kShapeBytes)};
    draw_shape(i % shapes, Random{static_cast<std::uint64_t>(i)}, shape.pixels.data());
    const auto image =
        resized(shape.view(), static_cast<int>(options.height), static_cast<int>(options.width));
    std::memcpy(images[i].data_ptr(), image.pixels.data(), image.pixels.size());
  }
  return images.permute({0, 3, 1, 2}).contiguous();
}

/// Normalises uint8 images (N, 3, height, width) with `Transform`, as training and evaluation do.
at::Tensor normalised(const at::Tensor& images, const ExportOptions& options) {
  const Normalization centred{{0.5F, 0.5F, 0.5F}, {0.25F, 0.25F, 0.25F}};
  const Transform transform(static_cast<int>(options.height), static_cast<int>(options.width),
                            options.raw_input.value_or(centred), {});
  const auto bytes = images.permute({0, 2, 3, 1}).contiguous();
  auto result = at::empty(bytes.sizes(), at::kFloat);
  for (std::int64_t i = 0; i < bytes.size(0); ++i)
    transform.evaluation({transform.height(), transform.width(), bytes[i].data_ptr<std::uint8_t>()},
                         result[i].data_ptr<float>());
  return result.permute({0, 3, 1, 2}).contiguous();
}

std::vector<Probe> probes(Network& network, const ExportOptions& options) {
  std::vector<Probe> all;
  for (const auto count : kRunBatches) {
    const auto raw = sample_images(count, options);
    // For networks with another number of channels, repeats or drops colours.
    const auto images =
        normalised(raw, options).index_select(1, at::arange(network.spec().in_channels) % 3);
    all.push_back({options.raw_input ? raw : images, network.forward(images)});
    if (!all.back().logits.isfinite().all().item<bool>())
      throw InvalidInput("the network's outputs for sample images are not finite numbers");
  }
  return all;
}

/// Throws ExportFailed if the model's logits differ from the network's.
void verify_logits(torch::jit::Module model, const std::vector<Probe>& probes) {
  for (const auto& probe : probes) {
    at::Tensor logits;
    try {
      logits = model.forward({probe.images}).toTensor();
    } catch (const std::exception&) {  // its message is a page of TorchScript
      throw ExportFailed("the file read back does not run on " +
                         std::to_string(probe.images.size(0)) + " images");
    }
    if (logits.sizes() != probe.logits.sizes())
      throw ExportFailed("the file read back gives logits of another shape");
    const auto largest = probe.logits.abs().max().item<double>();
    const auto difference = (logits - probe.logits).abs().max().item<double>();
    if (!(difference <= kTolerance * largest))  // true also for a difference of NaN
      throw ExportFailed("the file read back differs from the network by " +
                         std::to_string(difference) + ", its largest logit is " +
                         std::to_string(largest));
  }
}

/// A copy of the traced network with the weights of a safetensors file.
torch::jit::Module with_weights(const torch::jit::Module& traced,
                                const std::filesystem::path& path) {
  auto copy = traced.deepcopy();
  const auto file = load_tensors(path);
  const auto replace = [&](const std::string& name, const at::Tensor& target) {
    const auto weights = file.find(name);
    if (!weights.defined() || weights.sizes() != target.sizes())
      throw ExportFailed("the file read back lacks '" + name + "'");
    target.copy_(weights);
  };
  for (const auto& entry : copy.named_parameters(true)) replace(entry.name, entry.value);
  for (const auto& entry : copy.named_buffers(true)) replace(entry.name, entry.value);
  return copy;
}

/// Calls `write` and `verify` for a temporary file, which then replaces `path`.
void write_verified(const std::filesystem::path& path,
                    const std::function<void(const std::filesystem::path&)>& write,
                    const std::function<void(const std::filesystem::path&)>& verify) {
  require_replaceable(path);
  auto temporary = path;
  temporary += ".unverified";
  std::error_code error;
  try {
    write(temporary);
    verify(temporary);
    put_in_place(temporary, path);
  } catch (const ExportFailed& failure) {
    std::filesystem::remove(temporary, error);
    throw ExportFailed(path.string() + ": not written: " + failure.what());
  } catch (...) {
    std::filesystem::remove(temporary, error);
    throw;
  }
}

/// A network that normalises its images: takes RGB images (N, 3, height, width) of values from 0 to
/// 255, uint8 or float. Shares the network's layers and their names; the normalisation has the
/// buffers `normalize.mean` and `normalize.std`. Other sizes work unless the mean is a mean image.
class RawInputNetwork : public torch::nn::Module {
 public:
  RawInputNetwork(Network& network, const Normalization& normalization, std::int64_t height,
                  std::int64_t width)
      : network_(network) {
    if (const auto channels = network.spec().in_channels; channels != 3)
      throw InvalidInput("raw images have 3 channels, the network takes " +
                         std::to_string(channels));
    const bool per_pixel = normalization.mean.size() != 3;
    mean_ = at::tensor(normalization.mean)
                .view({per_pixel ? height : 1, per_pixel ? width : 1, 3})
                .permute({2, 0, 1})
                .contiguous();
    std_ = at::tensor(at::ArrayRef<float>(normalization.std)).view({3, 1, 1});

    for (const auto& entry : network.named_parameters(false))
      register_parameter(entry.key(), entry.value());
    for (const auto& entry : network.named_buffers(false))
      register_buffer(entry.key(), entry.value());
    for (const auto& child : network.named_children()) register_module(child.key(), child.value());
    auto normalize = std::make_shared<torch::nn::Module>();
    normalize->register_buffer("mean", mean_);
    normalize->register_buffer("std", std_);
    register_module("normalize", normalize);
    eval();
  }

  at::Tensor forward(const at::Tensor& images) {
    return network_.forward(images.to(at::kFloat).div(255).sub(mean_).div(std_));
  }

 private:
  Network& network_;
  at::Tensor mean_;  // (3, 1, 1) or (3, height, width)
  at::Tensor std_;   // (3, 1, 1)
};

torch::jit::Module traced_network(Network& network, const ExportOptions& options) {
  const std::vector<std::int64_t> shape{kTracedBatch, network.spec().in_channels, options.height,
                                        options.width};
  if (!options.raw_input)
    return trace(
        network, [&](const at::Tensor& x) { return network.forward(x); }, at::zeros(shape));
  RawInputNetwork raw(network, *options.raw_input, options.height, options.width);
  return trace(
      raw, [&](const at::Tensor& x) { return raw.forward(x); }, at::zeros(shape, at::kByte));
}

/// Keeps a network on the CPU and in evaluation mode while it is traced and compared.
class ExportScope {
 public:
  explicit ExportScope(Network& network) : network_(network), was_training_(network.is_training()) {
    const auto parameters = network.parameters();
    if (!parameters.empty()) device_ = parameters.front().device();
    network.to(at::kCPU);
    network.eval();
  }
  ~ExportScope() {
    network_.to(device_);
    network_.train(was_training_);
  }
  ExportScope(const ExportScope&) = delete;
  ExportScope& operator=(const ExportScope&) = delete;

 private:
  Network& network_;
  at::Device device_{at::kCPU};
  bool was_training_;
};

}  // namespace

void export_network(const std::shared_ptr<Network>& network, ExportFormat format,
                    const std::filesystem::path& path, const ExportOptions& options) {
  if (format == ExportFormat::safetensors && options.raw_input)
    throw InvalidInput("a safetensors file holds only weights; it cannot normalise raw images");
  const torch::NoGradGuard no_grad;
  const ExportScope scope(*network);
  require_finite(state_of(*network), path.string() + ": not written");
  const auto inputs = probes(*network, options);
  const auto traced = traced_network(*network, options);
  using Path = std::filesystem::path;
  switch (format) {
    case ExportFormat::torchscript:
      return write_verified(
          path, [&](const Path& file) { save_torchscript(file, traced, options.metadata); },
          [&](const Path& file) { verify_logits(load_torchscript(file).module, inputs); });
    case ExportFormat::onnx: {
      const auto model = to_onnx(traced, options.metadata);
      const auto bytes = onnx::to_bytes(model);
      return write_verified(
          path, [&](const Path& file) { write_text(file, bytes); },
          [&](const Path& file) {
            if (const auto lines = onnx::errors(model); !lines.empty())
              throw ExportFailed(lines.front());
            if (read_text(file) != bytes) throw ExportFailed("the file read back differs");
          });
    }
    case ExportFormat::safetensors:
      return write_verified(
          path, [&](const Path& file) { save_tensors(file, state_of(*network), options.metadata); },
          [&](const Path& file) { verify_logits(with_weights(traced, file), inputs); });
  }
}

}  // namespace reslab

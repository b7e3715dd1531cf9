#include "reslab/kernels/fused_norm.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include "reslab/kernels/processor_kernels.h"

namespace reslab {
namespace {

thread_local bool fused_here = false;

/// Rows that one thread goes through at a time. Sums are made of each such piece and then in the
/// pieces' order, so that they do not depend on the threads.
constexpr std::int64_t kPieceElements = 1 << 16;

/// Images (N, C, H, W) as a matrix of pixels and channels.
struct Matrix {
  std::int64_t rows, channels;
  const NormKernels& kernels;

  explicit Matrix(const at::Tensor& x)
      : rows(x.numel() / x.size(1)),
        channels(x.size(1)),
        kernels(norm_kernels(x.scalar_type() == at::kFloat ? Element::float32 : Element::bfloat16)),
        element_size_(static_cast<std::int64_t>(x.element_size())),
        piece_(std::max<std::int64_t>(kPieceElements / channels, 1)) {}

  /// Calls work(first row, rows) for each piece, on all threads; each goes from its last piece to
  /// its first: those that `sums` came to last are still in the caches.
  template <class Work>
  void for_each_piece(const Work& work) const {
    at::parallel_for(0, pieces(), 1, [&](std::int64_t first, std::int64_t last) {
      for (auto piece = last; piece-- > first;) work(piece * piece_, rows_of(piece));
    });
  }

  /// Σ over all rows of two sums of each channel: work(first row, rows, sum, sum) adds to them.
  template <class Work>
  std::pair<std::vector<double>, std::vector<double>> sums(const Work& work) const {
    const auto width = static_cast<std::size_t>(padded(channels));
    std::vector<double> parts(static_cast<std::size_t>(pieces()) * 2 * width);
    at::parallel_for(0, pieces(), 1, [&](std::int64_t first_piece, std::int64_t last_piece) {
      for (auto piece = first_piece; piece < last_piece; ++piece) {
        auto* part = parts.data() + static_cast<std::size_t>(piece) * 2 * width;
        work(piece * piece_, rows_of(piece), part, part + width);
      }
    });
    std::pair all{std::vector<double>(width), std::vector<double>(width)};
    for (std::size_t part = 0; part < parts.size(); part += 2 * width)
      for (std::size_t i = 0; i < width; ++i) {
        all.first[i] += parts[part + i];
        all.second[i] += parts[part + width + i];
      }
    return all;
  }

  /// Where a row of a matrix of this shape begins; null of an undefined one.
  void* at(const at::Tensor& matrix, std::int64_t row) const {
    if (!matrix.defined()) return nullptr;
    return static_cast<char*>(matrix.data_ptr()) + row * channels * element_size_;
  }

 private:
  std::int64_t pieces() const { return (rows + piece_ - 1) / piece_; }
  std::int64_t rows_of(std::int64_t piece) const { return std::min(piece_, rows - piece * piece_); }

  std::int64_t element_size_;
  std::int64_t piece_;  // rows
};

/// A number for each channel, padded for the kernels.
at::Tensor float_tensor(std::int64_t channels) { return at::zeros({padded(channels)}, at::kFloat); }

double value(const at::Tensor& floats, std::int64_t channel) {
  return static_cast<double>(floats.data_ptr<float>()[channel]);
}

void set(at::Tensor& floats, std::int64_t channel, double value) {
  floats.data_ptr<float>()[channel] = static_cast<float>(value);
}

ChannelLines lines_of(const at::Tensor& scale, const at::Tensor& offset) {
  return {scale.data_ptr<float>(), offset.data_ptr<float>()};
}

/// The first row, as what is subtracted before summing: numbers near the mean keep the digits of
/// the variance.
at::Tensor first_row(const at::Tensor& x) {
  auto row = float_tensor(x.size(1));
  row.narrow(0, 0, x.size(1)).copy_(x.select(0, 0).select(1, 0).select(1, 0));
  return row;
}

struct Moments {
  std::vector<double> mean, variance;  // of each channel; the variance is the biased one
};

Moments moments_of(const at::Tensor& x, const Matrix& matrix) {
  const auto shift = first_row(x);
  auto [mean, variance] =
      matrix.sums([&](std::int64_t first, std::int64_t rows, double* sum, double* squares) {
        matrix.kernels.add_moments(matrix.at(x, first), rows, matrix.channels,
                                   shift.data_ptr<float>(), sum, squares);
      });
  const auto rows = static_cast<double>(matrix.rows);
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const auto shifted = mean[i] / rows;
    variance[i] = std::max(variance[i] / rows - shifted * shifted, 0.0);
    mean[i] = value(shift, static_cast<std::int64_t>(i)) + shifted;
  }
  return {std::move(mean), std::move(variance)};
}

void remember(NormTensors norm, const Moments& moments, std::int64_t rows, double momentum) {
  const auto unbiased = static_cast<double>(rows) / static_cast<double>(rows - 1);
  for (std::int64_t i = 0; i < norm.running_mean.numel(); ++i) {
    const auto channel = static_cast<std::size_t>(i);
    const auto move = [&](at::Tensor& running, double newest) {
      set(running, i, (1 - momentum) * value(running, i) + momentum * newest);
    };
    move(norm.running_mean, moments.mean[channel]);
    move(norm.running_var, moments.variance[channel] * unbiased);
  }
}

at::Tensor laid_out(const at::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

class FusedNormRelu : public torch::autograd::Function<FusedNormRelu> {
 public:
  /// `shortcuts` is one or none: LibTorch takes no undefined tensor here.
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const at::Tensor& weight, const at::Tensor& bias,
                            const NormTensors& norm, double momentum, double eps,
                            at::TensorList shortcuts) {
    const auto x = laid_out(given);
    const auto shortcut = shortcuts.empty() ? at::Tensor() : laid_out(shortcuts[0]);
    const Matrix matrix(x);
    const auto moments = moments_of(x, matrix);
    remember(norm, moments, matrix.rows, momentum);

    auto inverse_std = float_tensor(matrix.channels);
    auto scale = float_tensor(matrix.channels);
    auto offset = float_tensor(matrix.channels);
    for (std::int64_t i = 0; i < matrix.channels; ++i) {
      const auto channel = static_cast<std::size_t>(i);
      const auto inverse = 1 / std::sqrt(moments.variance[channel] + eps);
      const auto factor = value(weight, i) * inverse;
      set(inverse_std, i, inverse);
      set(scale, i, factor);
      set(offset, i, value(bias, i) - moments.mean[channel] * factor);
    }
    auto y = at::empty_like(x);
    matrix.for_each_piece(
        [&, lines = lines_of(scale, offset)](std::int64_t first, std::int64_t rows) {
          matrix.kernels.apply(matrix.at(x, first), matrix.at(shortcut, first), rows,
                               matrix.channels, lines, matrix.at(y, first));
        });
    auto mean = float_tensor(matrix.channels);
    for (std::int64_t i = 0; i < matrix.channels; ++i)
      set(mean, i, moments.mean[static_cast<std::size_t>(i)]);
    // Without a shortcut x tells where y is above zero.
    context->save_for_backward(
        {x, shortcut.defined() ? y : at::Tensor(), weight, mean, inverse_std, scale, offset});
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &y = saved[1], &weight = saved[2], &mean = saved[3],
               &inverse_std = saved[4];
    const auto lines = lines_of(saved[5], saved[6]);
    const auto dy = laid_out(gradients[0].to(x.scalar_type()));
    const Matrix matrix(x);
    const auto* means = mean.data_ptr<float>();
    // What goes on along the shortcut is what the BatchNorm gets, too: made once, read again.
    const auto g = y.defined() ? at::empty_like(x) : at::Tensor();
    const auto [sums, products] =
        matrix.sums([&](std::int64_t first, std::int64_t rows, double* sum, double* product) {
          matrix.kernels.add_gradient_moments(matrix.at(dy, first), matrix.at(x, first),
                                              matrix.at(y, first), rows, matrix.channels, lines,
                                              means, matrix.at(g, first), sum, product);
        });

    auto of_weight = float_tensor(matrix.channels);
    auto of_bias = float_tensor(matrix.channels);
    auto slope = float_tensor(matrix.channels);
    auto offset = float_tensor(matrix.channels);
    const auto count = static_cast<double>(matrix.rows);
    for (std::int64_t i = 0; i < matrix.channels; ++i) {
      const auto channel = static_cast<std::size_t>(i);
      const auto inverse = value(inverse_std, i);
      const auto factor = value(weight, i) * inverse;
      set(of_weight, i, products[channel] * inverse);
      set(of_bias, i, sums[channel]);
      set(slope, i, -factor * inverse * inverse * products[channel] / count);
      set(offset, i, -factor * sums[channel] / count);
    }
    auto dx = at::empty_like(x);
    matrix.for_each_piece([&](std::int64_t first, std::int64_t rows) {
      matrix.kernels.gradient(matrix.at(g.defined() ? g : dy, first), matrix.at(x, first), rows,
                              matrix.channels, g.defined() ? ChannelLines() : lines, means,
                              slope.data_ptr<float>(), offset.data_ptr<float>(), lines.scale,
                              matrix.at(dx, first));
    });
    const auto channels = matrix.channels;
    torch::autograd::variable_list all = {
        dx, of_weight.narrow(0, 0, channels), of_bias.narrow(0, 0, channels), {}, {}, {}};
    if (g.defined()) all.push_back(g);
    return all;
  }
};

}  // namespace

bool has_fused_norm(const at::Tensor& x) {
  return x.device().is_cpu() && x.dim() == 4 && x.numel() > x.size(1) &&
         (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

at::Tensor fused_norm_relu(const at::Tensor& x, const NormTensors& norm, double momentum,
                           double eps, const at::Tensor& shortcut) {
  std::vector<at::Tensor> shortcuts;
  if (shortcut.defined()) shortcuts.push_back(shortcut);
  return FusedNormRelu::apply(x, norm.weight, norm.bias, norm, momentum, eps,
                              at::TensorList(shortcuts));
}

FusedScope::FusedScope(bool fused) : before_(std::exchange(fused_here, fused)) {}

FusedScope::~FusedScope() { fused_here = before_; }

bool FusedScope::fused() { return fused_here; }

}  // namespace reslab

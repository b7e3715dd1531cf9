#include <gmock/gmock.h>
#include <torch/torch.h>

#include "reslab/kernels/cpu_kernels.h"

namespace reslab {
namespace {

/// The results of all kernels of one instruction set for the same inputs.
std::vector<at::Tensor> results(const NormKernels& kernels, at::ScalarType type, std::int64_t rows,
                                std::int64_t channels) {
  torch::manual_seed(7);
  const auto made = [&] { return torch::randn({rows, channels}).to(type); };
  const auto per_channel = [&] { return torch::randn({padded(channels)}); };
  const auto sums = [&] { return torch::zeros({padded(channels)}, at::kDouble); };
  const auto x = made(), shortcut = made(), dy = made(), y = made().relu();
  const auto a = per_channel(), b = per_channel(), c = per_channel(), d = per_channel();
  const auto value = [](const at::Tensor& tensor) { return tensor.data_ptr<float>(); };
  std::vector<at::Tensor> made_of = {sums(), sums(), made(), made(), sums(), sums(),
                                     made(), made(), made(), sums(), sums()};
  const auto sum = [&](std::size_t i) { return made_of[i].data_ptr<double>(); };
  const auto out = [&](std::size_t i) { return made_of[i].data_ptr(); };
  kernels.add_moments(x.data_ptr(), rows, channels, value(a), sum(0), sum(1));
  const ChannelAffine affine{value(a), value(b)};
  kernels.apply(x.data_ptr(), shortcut.data_ptr(), rows, channels, affine, out(2));
  kernels.apply(x.data_ptr(), nullptr, rows, channels, affine, out(3));
  kernels.add_gradient_moments(dy.data_ptr(), x.data_ptr(), y.data_ptr(), rows, channels, affine,
                               value(c), out(6), sum(4), sum(5));
  kernels.add_gradient_moments(dy.data_ptr(), x.data_ptr(), nullptr, rows, channels, affine,
                               value(c), nullptr, sum(9), sum(10));
  kernels.gradient(dy.data_ptr(), x.data_ptr(), rows, channels, affine, value(c), value(d),
                   value(b), value(a), out(7));
  kernels.gradient(dy.data_ptr(), x.data_ptr(), rows, channels, {}, value(c), value(d), value(b),
                   value(a), out(8));
  for (const auto i : std::vector<std::size_t>{0, 1, 4, 5, 9, 10})
    made_of[i] = made_of[i].narrow(0, 0, channels);
  return made_of;
}

TEST(NormKernels, AllInstructionSetsComputeTheSame) {
  const auto& list = supported_kernels();
  ASSERT_FALSE(list.empty());
  for (const auto type : {at::kFloat, at::kBFloat16})
    for (const std::int64_t channels : {1, 15, 16, 17, 48, 2100})
      for (const std::int64_t rows : {1, 2, 65, 130}) {
        const auto element = type == at::kFloat ? Element::float32 : Element::bfloat16;
        const auto index = static_cast<int>(element);
        const auto plain = results(list.back().norm[index], type, rows, channels);
        for (const auto& entry : list) {
          const auto fast = results(entry.norm[index], type, rows, channels);
          for (std::size_t i = 0; i < plain.size(); ++i) {
            const auto wanted = plain[i].to(at::kDouble);
            const auto error = (fast[i].to(at::kDouble) - wanted).abs().max().item<double>();
            // Sums of products, contracted or not; a bfloat16 has 8 bits.
            const double precision = fast[i].scalar_type() == at::kBFloat16 ? 1.0 / 256 : 1e-6;
            EXPECT_LE(error, precision * wanted.abs().max().item<double>() + 1e-6)
                << entry.instructions << ", " << rows << " x " << channels << ", result " << i;
          }
        }
      }
}

TEST(NormKernels, RoundBfloat16AsLibTorchDoes) {
  // Every upper half of a float, with lower halves below, at and above the middle, and NaN.
  auto bits = torch::arange(0, 1 << 16, at::kInt).mul(1 << 16).unsqueeze(1);
  bits = bits.add(torch::tensor({0, 1, 0x7fff, 0x8000, 0x8001, 0xffff}, at::kInt)).contiguous();
  const auto x = bits.view(at::kFloat).abs().reshape({-1, 16}).contiguous();
  const auto wanted = x.to(at::kBFloat16);
  // max(0, 0·1 + 0 + x) of a bfloat16 kernel reads bfloat16 only, so x comes as the offset.
  for (const auto& entry : supported_kernels()) {
    auto y = torch::empty_like(wanted);
    const auto zero = torch::zeros({16}, at::kBFloat16);
    const auto scale = torch::zeros({16});
    for (std::int64_t row = 0; row < x.size(0); ++row)
      entry.norm[static_cast<int>(Element::bfloat16)].apply(
          zero.data_ptr(), nullptr, 1, 16, {scale.data_ptr<float>(), x[row].data_ptr<float>()},
          y[row].data_ptr());
    const auto same = y.view(at::kShort).eq(wanted.view(at::kShort));
    EXPECT_TRUE(same.logical_or(y.isnan().logical_and(wanted.isnan())).all().item<bool>())
        << entry.instructions;
  }
}

}  // namespace
}  // namespace reslab

#include "reslab/kernels/convolution.h"

#include <sstream>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/kernels/expect_accurate.h"
#include "reslab/kernels/cpu_kernels.h"

namespace reslab {
namespace {

struct ConvolutionCase {
  std::int64_t images, in, out, height, width;
};

std::string name_of(const ConvolutionCase& c) {
  std::ostringstream text;
  text << c.images << " x " << c.in << " x " << c.height << " x " << c.width << " to " << c.out;
  return text.str();
}

/// Images that 4×4 tiles fill and do not fill, more and less than a block of tiles, equal and
/// different numbers of channels, and few input channels.
const std::vector<ConvolutionCase>& cases() {
  static const std::vector<ConvolutionCase> list = {
      {1, 16, 16, 1, 1},  {2, 16, 32, 3, 7},  {3, 32, 16, 4, 4},     {5, 48, 80, 9, 5},
      {2, 16, 16, 33, 8}, {40, 64, 64, 8, 8}, {1, 128, 128, 14, 14}, {3, 3, 16, 9, 13},
      {2, 1, 48, 5, 4},   {1, 4, 32, 1, 1}};
  return list;
}

constexpr at::ScalarType kTypes[] = {at::kFloat, at::kBFloat16};

/// The rounding error of results of this type, relative to the largest one. Sums are float32.
double rounding_of(at::ScalarType type) { return type == at::kBFloat16 ? 1.0 / 256 : 1e-5; }

Algorithm algorithm_for(const ConvolutionCase& c) {
  return c.in < kChannelBlock ? Algorithm::direct : Algorithm::winograd;
}

at::Tensor images(const ConvolutionCase& c, std::int64_t channels, at::ScalarType type) {
  return torch::randn({c.images, channels, c.height, c.width})
      .to(type)
      .contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor exact_convolution(const at::Tensor& x, const at::Tensor& weight) {
  return at::conv2d(x, weight, {}, 1, 1);
}

TEST(Convolution, AgreesWithFloat64ToThePrecisionsRounding) {
  torch::manual_seed(3);
  for (const auto type : kTypes)
    for (const auto& c : cases()) {
      SCOPED_TRACE(name_of(c) + (type == at::kFloat ? ", float32" : ", bfloat16"));
      const auto x = images(c, c.in, type).requires_grad_();
      const auto weight = torch::randn({c.out, c.in, 3, 3}).requires_grad_();
      const auto dy = images(c, c.out, type);
      const auto y = convolve(algorithm_for(c), x, weight);
      y.backward(dy);
      EXPECT_TRUE(y.is_contiguous(at::MemoryFormat::ChannelsLast));
      EXPECT_EQ(y.scalar_type(), type);

      const auto x64 = x.detach().to(at::kDouble).requires_grad_();
      const auto weight64 = weight.detach().to(at::kDouble).requires_grad_();
      const auto y64 = exact_convolution(x64, weight64);
      y64.backward(dy.to(at::kDouble));
      expect_accurate("y", y, y64, rounding_of(type));
      expect_accurate("dx", x.grad(), x64.grad(), rounding_of(type));
      expect_accurate("dweight", weight.grad(), weight64.grad(), rounding_of(at::kFloat));
    }
}

TEST(Convolution, TakesAnyLayoutOfItsTensors) {
  torch::manual_seed(4);
  const auto x = torch::randn({2, 16, 9, 6}), weight = torch::randn({16, 16, 3, 3});
  const auto y = convolve(Algorithm::winograd, x, weight);
  const auto again = convolve(Algorithm::winograd, x.contiguous(at::MemoryFormat::ChannelsLast),
                              weight.contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(y.equal(again));
}

TEST(Convolution, InferenceAppliesPostOps) {
  torch::manual_seed(5);
  for (const auto type : kTypes)
    for (const auto& c : cases()) {
      SCOPED_TRACE(name_of(c) + (type == at::kFloat ? ", float32" : ", bfloat16"));
      const auto x = images(c, c.in, type), addend = images(c, c.out, type);
      const auto weight = torch::randn({c.out, c.in, 3, 3}), bias = torch::randn({c.out});
      const auto wide = [](const at::Tensor& tensor) { return tensor.to(at::kDouble); };
      const auto sum = exact_convolution(wide(x), wide(weight));
      const auto biased = sum + wide(bias).view({-1, 1, 1});
      const auto rounding = rounding_of(type);
      expect_accurate("nothing", convolve_inference(algorithm_for(c), x, weight, {}), sum,
                      rounding);
      expect_accurate("bias, ReLU",
                      convolve_inference(algorithm_for(c), x, weight, {bias, {}, true}),
                      biased.relu(), rounding);
      expect_accurate("all", convolve_inference(algorithm_for(c), x, weight, {bias, addend, true}),
                      (biased + wide(addend)).relu(), rounding);
    }
}

TEST(Convolution, KeepsNaN) {
  auto x = torch::zeros({1, 16, 8, 8});
  x[0][3][2][2] = std::nan("");
  EXPECT_TRUE(convolve_inference(Algorithm::winograd, x, torch::ones({16, 16, 3, 3}),
                                 {{}, {}, true})[0][0][2][2]
                  .isnan()
                  .item<bool>());
}

TEST(Convolution, GivesEqualBitsForAnyNumberOfThreads) {
  const auto threads = at::get_num_threads();
  std::vector<at::Tensor> first;
  for (const int count : {1, 2, 3}) {
    at::set_num_threads(count);
    torch::manual_seed(5);
    const auto x = torch::randn({30, 32, 13, 13}).requires_grad_();
    const auto weight = torch::randn({32, 32, 3, 3}).requires_grad_();
    const auto y = convolve(Algorithm::winograd, x, weight);
    y.backward(torch::randn(y.sizes()));
    const std::vector<at::Tensor> all = {y, x.grad(), weight.grad()};
    if (first.empty()) first = all;
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(all[i].equal(first[i])) << i;
  }
  at::set_num_threads(threads);
}

TEST(Convolution, RefusesWhatItDoesNotTake) {
  const auto refused = [](Algorithm algorithm, const at::Tensor& x, const at::Tensor& weight) {
    EXPECT_THROW(convolve(algorithm, x, weight), c10::Error) << x.sizes() << weight.sizes();
  };
  const auto x = torch::zeros({2, 16, 8, 8}), weight = torch::zeros({32, 16, 3, 3});
  refused(Algorithm::winograd, x.to(at::kDouble), weight.to(at::kDouble));
  refused(Algorithm::winograd, x, weight.to(at::kBFloat16));
  refused(Algorithm::winograd, x[0], weight);
  refused(Algorithm::winograd, x, torch::zeros({32, 16, 1, 1}));
  refused(Algorithm::winograd, x, torch::zeros({32, 32, 3, 3}));
  refused(Algorithm::winograd, x, torch::zeros({24, 16, 3, 3}));
  refused(Algorithm::winograd, torch::zeros({1, 144, 4, 4}), torch::zeros({16, 144, 3, 3}));
  refused(Algorithm::winograd, x, torch::zeros({144, 16, 3, 3}));
  refused(Algorithm::direct, x, weight);
  refused(Algorithm::direct, torch::zeros({2, 3, 8, 8}), torch::zeros({10, 3, 3, 3}));
}

TEST(Convolution, RefusesASecondDerivative) {
  for (const std::int64_t channels : {3, 16}) {
    const ConvolutionCase c{1, channels, 16, 4, 4};
    const auto x = images(c, channels, at::kFloat).requires_grad_();
    const auto y = convolve(algorithm_for(c), x, torch::ones({16, channels, 3, 3}));
    EXPECT_THROW(torch::autograd::grad({y.sum()}, {x}, {}, true, /*create_graph=*/true),
                 c10::Error);
  }
}

/// The convolutions and their gradients by the loops for one instruction set.
std::vector<at::Tensor> results(const CpuKernels& cpu, at::ScalarType type, TileRange tiles) {
  torch::manual_seed(7);
  constexpr std::int64_t kIn = 32, kOut = 48;
  const auto made = [](std::int64_t rows, std::int64_t columns) {
    return torch::randn({kWinogradPoints, rows, columns});
  };
  const auto of_tiles = [=](std::int64_t channels) {
    return made(1, tiles.plane_stride(channels));
  };
  const TileGrid in{7, 9, kIn}, out{7, 9, kOut};
  const auto x = torch::randn({4, 7, 9, kIn}).to(type), dy = torch::randn({4, 7, 9, kOut}).to(type);
  const auto w = torch::randn({kOut, 3, 3, kIn});
  const auto element = static_cast<int>(element_of(x));
  const auto& kernels = cpu.winograd[element];
  auto inputs = of_tiles(kIn), gradients = of_tiles(kOut), products = of_tiles(kOut),
       sums = made(kOut, kIn), weights = made(kIn, kOut), rotated = made(kOut, kIn);
  auto y = torch::zeros_like(dy), dw = torch::zeros_like(w);
  const auto data = [](const at::Tensor& tensor) { return tensor.data_ptr<float>(); };
  kernels.input(x.data_ptr(), in, tiles, data(inputs));
  kernels.gradient(dy.data_ptr(), out, tiles, data(gradients));
  kernels.weights(data(w), kIn, kOut, data(weights));
  kernels.rotated_weights(data(w), kIn, kOut, data(rotated));
  kernels.multiply(data(inputs), data(weights), tiles, kIn, kOut, data(products));
  for (const bool add : {false, true})
    kernels.multiply_transposed(data(gradients), data(inputs), tiles, kOut, kIn, add, data(sums));
  kernels.output(data(products), out, tiles, {nullptr, dy.data_ptr(), true}, y.data_ptr());
  kernels.weight_gradient(data(sums), kIn, kOut, data(dw));

  auto padded = torch::zeros({9, 11, 3}), direct = torch::empty({7, 9, kOut}, type);
  cpu.direct[element](x.data_ptr(), 7, 9, 3, data(w), kOut, {data(weights), dy.data_ptr(), true},
                      data(padded), direct.data_ptr());
  return {inputs, gradients, weights, rotated, products, sums, y, dw, direct};
}

TEST(ConvolutionKernels, AllInstructionSetsComputeTheSame) {
  const auto& list = supported_kernels();
  for (const auto type : kTypes)
    for (const std::int64_t tiles : {1, 5, 13}) {
      const auto plain = results(list.back(), type, {3, tiles});
      for (const auto& entry : list) {
        const auto fast = results(entry, type, {3, tiles});
        for (std::size_t i = 0; i < plain.size(); ++i) {
          SCOPED_TRACE(entry.instructions + std::string(", result ") + std::to_string(i));
          expect_accurate(
              "result", fast[i], plain[i].to(at::kDouble),
              plain[i].scalar_type() == at::kBFloat16 ? rounding_of(at::kBFloat16) : 2e-6);
        }
      }
    }
}

}  // namespace
}  // namespace reslab

#include "reslab/kernels/fused_layer.h"

#include <sstream>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "reslab/kernels/convolution.h"

namespace reslab {
namespace {

constexpr double kLayerMomentum = 0.3;
constexpr double kLayerEps = 1e-5;

struct LayerCase {
  std::int64_t images, in, out, height, width;
  bool shortcut;
  at::ScalarType type = at::kFloat;
};

/// One call with its gradients, fused or as two operators.
struct LayerCall {
  at::Tensor x, weight, shortcut, dy, y;
  NormState norm;

  explicit LayerCall(const LayerCase& c) {
    torch::manual_seed(3);
    const auto images = [&](std::int64_t channels) {
      return torch::randn({c.images, channels, c.height, c.width})
          .to(c.type)
          .contiguous(at::MemoryFormat::ChannelsLast);
    };
    x = (images(c.in) + 2).requires_grad_();
    weight = torch::randn({c.out, c.in, 3, 3}).requires_grad_();
    if (c.shortcut) shortcut = images(c.out).requires_grad_();
    dy = images(c.out);
    norm = {torch::randn({c.out}).requires_grad_(),
            torch::randn({c.out}).requires_grad_(),
            torch::randn({c.out}),
            torch::rand({c.out}),
            kLayerMomentum,
            kLayerEps};
  }

  void run(bool fused) {
    y = fused ? fused_layer(x, weight, norm, shortcut)
              : fused_norm_relu(convolve(Algorithm::winograd, x, weight), norm, shortcut);
    y.backward(dy);
  }

  std::vector<std::pair<const char*, at::Tensor>> results() const {
    std::vector<std::pair<const char*, at::Tensor>> all = {{"y", y},
                                                           {"dx", x.grad()},
                                                           {"dweight", weight.grad()},
                                                           {"dscale", norm.weight.grad()},
                                                           {"dshift", norm.bias.grad()},
                                                           {"running mean", norm.running_mean},
                                                           {"running variance", norm.running_var}};
    if (shortcut.defined()) all.emplace_back("dshortcut", shortcut.grad());
    return all;
  }
};

/// Other tests compare both parts with float64.
TEST(FusedLayer, GivesWhatItsTwoPartsGive) {
  for (const bool shortcut : {false, true})
    for (const LayerCase& c :
         {LayerCase{1, 16, 16, 2, 3, shortcut}, LayerCase{7, 16, 16, 32, 32, shortcut},
          LayerCase{20, 32, 48, 9, 11, shortcut}, LayerCase{128, 64, 64, 8, 8, shortcut},
          LayerCase{7, 16, 16, 32, 32, shortcut, at::kBFloat16},
          LayerCase{20, 32, 48, 9, 11, shortcut, at::kBFloat16}}) {
      std::ostringstream name;
      name << c.images << " images, " << c.in << " to " << c.out << (shortcut ? ", shortcut" : "")
           << (c.type == at::kFloat ? "" : ", bfloat16");
      SCOPED_TRACE(name.str());
      LayerCall parts(c), whole(c);
      parts.run(false);
      whole.run(true);
      const auto expected = parts.results(), found = whole.results();
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto& wanted = expected[i].second;
        EXPECT_LE((found[i].second - wanted).abs().max().item<double>(),
                  (c.type == at::kFloat ? 1e-5 : 1.0 / 256) * wanted.abs().max().item<double>())
            << expected[i].first;
      }
    }
}

TEST(FusedLayer, GivesEqualBitsForAnyNumberOfThreads) {
  const auto threads = at::get_num_threads();
  std::vector<std::pair<const char*, at::Tensor>> first;
  for (const int count : {1, 2, 3}) {
    at::set_num_threads(count);
    LayerCall call({50, 32, 32, 13, 13, true});
    call.run(true);
    const auto all = call.results();
    if (first.empty()) first = all;
    for (std::size_t i = 0; i < all.size(); ++i)
      EXPECT_TRUE(all[i].second.equal(first[i].second)) << all[i].first;
  }
  at::set_num_threads(threads);
}

/// The variance is small compared with the mean.
TEST(FusedLayer, KeepsTheDigitsOfTheVariance) {
  LayerCall call({30, 16, 16, 8, 8, false});
  {
    const torch::NoGradGuard no_grad;
    call.weight.zero_();
    for (std::int64_t i = 0; i < 16; ++i) call.weight[i][i][1][1].fill_(1);  // the identity
    call.x.add_(1000);
  }
  const auto exact = call.x.detach().to(at::kDouble).var({0, 2, 3});
  const auto before = call.norm.running_var.clone();
  call.run(true);
  const auto found = (call.norm.running_var - (1 - kLayerMomentum) * before) / kLayerMomentum;
  EXPECT_LE((found / exact - 1).abs().max().item<double>(), 1e-3);
}

TEST(FusedLayer, RefusesASecondDerivative) {
  LayerCall call({2, 16, 16, 4, 4, true});
  const auto y = fused_layer(call.x, call.weight, call.norm, call.shortcut);
  EXPECT_THROW(torch::autograd::grad({y.sum()}, {call.weight}, {}, true, /*create_graph=*/true),
               c10::Error);
}

TEST(FusedLayer, ComputesNoGradientOfAnInputThatNeedsNone) {
  std::vector<at::Tensor> weight_gradients;
  for (const bool needed : {false, true}) {
    LayerCall call({7, 16, 32, 9, 9, true});
    call.x.requires_grad_(needed);
    const auto y = fused_layer(call.x, call.weight, call.norm, call.shortcut);
    const torch::NoGradGuard no_grad;
    const auto gradients = (*y.grad_fn())({call.dy});
    EXPECT_EQ(gradients[0].defined(), needed);
    weight_gradients.push_back(gradients[1]);
  }
  EXPECT_TRUE(weight_gradients[0].equal(weight_gradients[1]));
}

}  // namespace
}  // namespace reslab

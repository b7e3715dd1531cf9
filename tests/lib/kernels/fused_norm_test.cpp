#include <cmath>
#include <sstream>

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "lib/kernels/expect_accurate.h"
#include "reslab/kernels/fused_layer.h"

namespace reslab {
namespace {

constexpr double kMomentum = 0.3;
constexpr double kEps = 1e-5;

struct NormCase {
  std::vector<std::int64_t> shape;
  at::ScalarType type;
  bool shortcut;
  double mean;  // of x, whose standard deviation is 1
};

std::string name_of(const NormCase& c) {
  std::ostringstream text;
  text << c.shape << ' ' << c.type << (c.shortcut ? ", shortcut" : "") << ", mean " << c.mean;
  return text.str();
}

/// One call with its gradients.
struct NormCall {
  at::Tensor x, shortcut, dy;
  NormState norm;
  at::Tensor y;

  explicit NormCall(const NormCase& c) {
    const auto made = [&](double mean) {
      return (torch::randn(c.shape) + mean).to(c.type).contiguous(at::MemoryFormat::ChannelsLast);
    };
    const auto channels = c.shape[1];
    x = made(c.mean).requires_grad_();
    if (c.shortcut) shortcut = made(0).requires_grad_();
    dy = made(0.1);
    norm = {torch::randn({channels}).requires_grad_(),
            torch::randn({channels}).requires_grad_(),
            torch::randn({channels}),
            torch::rand({channels}),
            kMomentum,
            kEps};
  }

  void run() {
    y = fused_norm_relu(x, norm, shortcut);
    y.backward(dy);
  }
};

/// The same by LibTorch in float64, from the statistics that were remembered before; the gradient
/// passes where the call's result is above zero.
NormCall in_float64(const NormCall& call, const NormState& before) {
  NormCall exact = call;
  const auto copied = [](const at::Tensor& tensor) {
    return tensor.detach().to(at::kDouble).clone();
  };
  for (auto* tensor : {&exact.x, &exact.shortcut, &exact.norm.weight, &exact.norm.bias})
    if (tensor->defined()) *tensor = copied(*tensor).requires_grad_();
  exact.norm.running_mean = copied(before.running_mean);
  exact.norm.running_var = copied(before.running_var);
  auto sum = at::batch_norm(exact.x, exact.norm.weight, exact.norm.bias, exact.norm.running_mean,
                            exact.norm.running_var, true, kMomentum, kEps, false);
  if (exact.shortcut.defined()) sum = sum + exact.shortcut;
  exact.y = sum.relu();
  (sum * call.y.gt(0)).backward(copied(call.dy));
  return exact;
}

TEST(FusedNorm, AgreesWithFloat64ToThePrecisionsRounding) {
  std::vector<NormCase> cases;
  for (const auto type : {at::kFloat, at::kBFloat16})
    for (const bool shortcut : {false, true})
      for (const auto& shape : std::vector<std::vector<std::int64_t>>{{2, 1, 3, 5},
                                                                      {5, 3, 7, 9},
                                                                      {128, 16, 8, 8},
                                                                      {3, 19, 33, 17},
                                                                      {16, 64, 8, 8},
                                                                      {4, 130, 6, 5},
                                                                      {2, 2050, 1, 2}})
        for (const double mean : {0.0, 30.0}) cases.push_back({shape, type, shortcut, mean});
  for (const auto& c : cases) {
    SCOPED_TRACE(name_of(c));
    torch::manual_seed(3);
    NormCall call(c);
    auto before = call.norm;
    before.running_mean = before.running_mean.clone();
    before.running_var = before.running_var.clone();
    call.run();
    const auto exact = in_float64(call, before);
    // Half a unit in the last place of a bfloat16; float32 sums round often.
    const double rounding = c.type == at::kBFloat16 ? 1.0 / 256 : 1e-5;
    expect_accurate("y", call.y, exact.y, rounding);
    expect_accurate("dx", call.x.grad(), exact.x.grad(), rounding);
    expect_accurate("dweight", call.norm.weight.grad(), exact.norm.weight.grad(), 1e-5);
    expect_accurate("dbias", call.norm.bias.grad(), exact.norm.bias.grad(), 1e-5);
    expect_accurate("running mean", call.norm.running_mean, exact.norm.running_mean, 1e-6);
    expect_accurate("running variance", call.norm.running_var, exact.norm.running_var, 1e-5);
    if (c.shortcut) expect_accurate("ds", call.shortcut.grad(), exact.shortcut.grad(), 1e-9);
  }
}

TEST(FusedNorm, GivesEqualBitsForAnyNumberOfThreads) {
  const auto threads = at::get_num_threads();
  std::vector<at::Tensor> first;
  for (const int count : {1, 2, 3}) {
    at::set_num_threads(count);
    torch::manual_seed(5);
    NormCall call({{9, 24, 40, 40}, at::kFloat, true, 0.5});
    call.run();
    const std::vector<at::Tensor> all = {call.y, call.x.grad(), call.shortcut.grad(),
                                         call.norm.weight.grad(), call.norm.running_var};
    if (first.empty()) first = all;
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(all[i].equal(first[i])) << i;
  }
  at::set_num_threads(threads);
}

TEST(FusedNorm, KeepsWhatIsNotANumber) {
  NormCall call({{4, 16, 4, 4}, at::kFloat, false, 0});
  call.x.detach()[1][3][2][0] = std::nan("");
  call.run();
  EXPECT_TRUE(call.y.isnan().any().item<bool>());
}

TEST(FusedNorm, RefusesASecondDerivative) {
  NormCall call({{2, 3, 4, 4}, at::kFloat, true, 0});
  const auto y = fused_norm_relu(call.x, call.norm, call.shortcut);
  EXPECT_THROW(torch::autograd::grad({y.sum()}, {call.x}, {}, true, /*create_graph=*/true),
               c10::Error);
}

TEST(FusedNorm, ComputesNoGradientOfAnInputThatNeedsNone) {
  NormCall call({{2, 3, 4, 4}, at::kFloat, false, 0});
  call.x.requires_grad_(false);
  const auto y = fused_norm_relu(call.x, call.norm, {});
  const torch::NoGradGuard no_grad;
  const auto gradients = (*y.grad_fn())({call.dy});
  EXPECT_FALSE(gradients[0].defined());
  EXPECT_TRUE(gradients[1].defined());
}

TEST(FusedNorm, RefusesAChannelWithOneValue) {
  NormCall call({{1, 3, 1, 1}, at::kFloat, false, 0});
  EXPECT_THROW(fused_norm_relu(call.x, call.norm, {}), c10::Error);
}

}  // namespace
}  // namespace reslab

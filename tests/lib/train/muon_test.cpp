#include "reslab/train/muon.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/train/muon_reference.h"

namespace reslab {
namespace {

std::vector<std::vector<std::int64_t>> shapes() {
  return {{16, 3, 3, 3}, {64, 32, 3, 3}, {1, 5}, {5, 1}, {40, 8}, {7, 7}, {96, 4, 3, 3}};
}

TEST(Muon, ActsOnTheSingularValuesAlone) {
  torch::manual_seed(1);
  for (const auto& shape : shapes()) {
    const auto weights = torch::randn(shape);
    const auto actual = orthogonalized(weights);
    ASSERT_EQ(actual.sizes(), weights.sizes());
    EXPECT_TRUE(torch::allclose(actual.to(at::kDouble), muon_reference(weights), 1e-3, 1e-4))
        << weights.sizes();
  }
}

TEST(Muon, IsNearlyOrthogonalWhateverTheSizeOfTheGradient) {
  torch::manual_seed(2);
  for (const double size : {1e-4, 1.0, 1e4}) {
    const auto rows = orthogonalized(torch::randn({16, 16, 3, 3}) * size).flatten(1);
    const auto s = torch::linalg_svdvals(rows);
    EXPECT_GT(s.min().item<double>(), 0.6) << size;
    EXPECT_LT(s.max().item<double>(), 1.3) << size;
  }
}

TEST(Muon, TakesWeightsInAnyMemoryFormat) {
  torch::manual_seed(3);
  const auto weights = torch::randn({8, 4, 3, 3});
  EXPECT_TRUE(torch::allclose(orthogonalized(weights.contiguous(at::MemoryFormat::ChannelsLast)),
                              orthogonalized(weights), 1e-4, 1e-5));
}

TEST(Muon, GivesTheSameBitsForAnyNumberOfThreads) {
  torch::manual_seed(4);
  std::vector<at::Tensor> weights;
  for (const auto& shape : shapes()) weights.push_back(torch::randn(shape));
  const auto before = at::get_num_threads();
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    const auto all = orthogonalized(weights);
    at::set_num_threads(1);
    for (std::size_t i = 0; i < weights.size(); ++i)
      EXPECT_TRUE(all[i].equal(orthogonalized(weights[i]))) << weights[i].sizes();
  }
  at::set_num_threads(before);
}

TEST(Muon, LeavesZerosZero) {
  EXPECT_TRUE(orthogonalized(torch::zeros({4, 2, 3, 3})).equal(torch::zeros({4, 2, 3, 3})));
}

}  // namespace
}  // namespace reslab

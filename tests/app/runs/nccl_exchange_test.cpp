#include "app/runs/nccl_exchange.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "lib/ranks/thread_ranks.h"
#include "lib/test_device.h"

namespace reslab::app {
namespace {

TEST(NcclExchange, JoinsRanksWithGpusOfTheirOwn) {
  EXPECT_EQ(reason_against_nccl({"a 1", "a 2", "b 1", "b 2"}), "");
  EXPECT_EQ(reason_against_nccl({"a 1", "a 2", "b 1", "a 2"}), "ranks 1 and 3 share a GPU");
  EXPECT_EQ(reason_against_nccl({"a 1", ""}), "rank 1 was built without NCCL");
  EXPECT_EQ(reason_against_nccl({"", ""}), "rank 0 was built without NCCL");
}

TEST(NcclExchange, LeavesCpusAlone) {
  ThreadRanks(2).run([](RankGroup& group) {
    join_gpus(group, at::kCPU, std::chrono::seconds(60));
    EXPECT_EQ(group.devices(), nullptr);
  });
}

TEST(NcclExchange, CarriesTheMemoryOfAGpu) {
  const auto device = test_device();
  if (device.is_cpu()) GTEST_SKIP() << "RESLAB_TEST_DEVICE names no GPU";
  ThreadRanks(1).run([device](RankGroup& group) {
    join_gpus(group, device, std::chrono::seconds(60));
    if (group.devices() == nullptr) GTEST_SKIP() << "built without NCCL";
    const auto sent = torch::randn({100'000}, at::device(device));
    const auto received = torch::zeros_like(sent);
    const auto bytes = [](const at::Tensor& tensor) {
      return std::span(static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes());
    };
    for (int i = 0; i < 3; ++i) {
      sent.add_(1);
      group.devices()->exchange(0, bytes(sent), bytes(received));
      group.devices()->wait();
      EXPECT_TRUE(received.equal(sent));
    }
  });
}

}  // namespace
}  // namespace reslab::app

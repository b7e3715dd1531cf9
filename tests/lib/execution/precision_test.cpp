#include "reslab/execution/precision.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/model/small_networks.h"
#include "lib/model/uneven_network.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

/// On every processor, with or without instructions for it.
TEST(Precision, NetworksInBfloat16AreNearFloat32) {
  for (const auto& name : small_networks()) {
    const auto network = uneven_network(parse_network(name));
    const auto size = test_image_size(network->spec().family);
    const auto images = torch::randn({4, network->spec().in_channels, size, size});
    for (const bool training : {false, true}) {
      SCOPED_TRACE(name + (training ? ", training" : ", evaluation"));
      network->train(training);
      const auto run = [&](Precision precision) {
        const ExecutionScope scope({precision, Kernels::fused, at::kCPU});
        torch::manual_seed(1);  // of dropout
        return network->forward(images).to(at::kFloat);
      };
      const torch::AutoGradMode with_gradients(training);
      const auto wanted = run(Precision::float32).detach(), found = run(Precision::bfloat16);
      EXPECT_FALSE(found.equal(wanted));
      EXPECT_LE((found - wanted).norm().item<double>(), 0.1 * wanted.norm().item<double>());
      if (training) found.square().sum().backward();
    }
    for (const auto& entry : network->named_parameters())
      EXPECT_TRUE(entry.value().grad().isfinite().all().item<bool>()) << name << entry.key();
  }
}

}  // namespace
}  // namespace reslab

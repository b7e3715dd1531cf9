#include "reslab/interchange/tensors.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "folder.h"
#include "reslab/base/error.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

TEST(Tensors, EveryTypeComesBackBitByBit) {
  torch::manual_seed(1);
  NamedTensors tensors;
  for (const auto type : {at::kBool, at::kByte, at::kChar, at::kShort, at::kInt, at::kLong,
                          at::kHalf, at::kBFloat16, at::kFloat, at::kDouble})
    tensors.emplace_back(c10::toString(type), (torch::randn({3, 4}) * 50).to(type));
  tensors.emplace_back("scalar", torch::tensor(2.5));
  tensors.emplace_back("empty", torch::zeros({0, 3}));
  tensors.emplace_back("channels_last",
                       torch::randn({2, 3, 4, 5}).contiguous(at::MemoryFormat::ChannelsLast));
  const Folder folder;
  save_tensors(folder / "types.safetensors", tensors, {{"key", "value"}});
  const auto file = load_tensors(folder / "types.safetensors");
  EXPECT_EQ(file.metadata.at("key"), "value");
  EXPECT_EQ(file.tensors.size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    EXPECT_EQ(file.find(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(file.find(name).equal(tensor)) << name;
  }
}

TEST(Tensors, ANetworkTakesAnothersStateWhateverItsLayout) {
  const auto one = make_network(parse_network("resnet-8"), 1);
  const auto two = make_network(parse_network("resnet-8"), 2);
  move_to_device(*one, at::kCPU);
  const Folder folder;
  save_tensors(folder / "network.safetensors", state_of(*one));
  set_state(*two, load_tensors(folder / "network.safetensors").tensors, "file");
  const auto images = torch::randn({2, 3, 16, 16});
  one->eval();
  two->eval();
  EXPECT_TRUE(torch::allclose(one->forward(images), two->forward(images), 1e-5, 1e-6));
}

TEST(Tensors, NamesEveryEntryThatDoesNotFitAndChangesNothing) {
  const auto network = make_network(parse_network("resnet-8"), 1);
  NamedTensors state;
  for (const auto& [name, tensor] : state_of(*network))
    state.emplace_back(name, tensor.clone() + 1);
  std::erase_if(state, [](const auto& entry) { return entry.first == "fc.bias"; });
  for (auto& [name, tensor] : state)
    if (name == "conv1.weight") tensor = torch::zeros({16, 1, 3, 3});
  state.emplace_back("fc2.bias", torch::zeros({10}));
  const auto before = network->named_parameters()["fc.weight"].clone();
  try {
    set_state(*network, state, "w");
    FAIL() << "accepted";
  } catch (const InvalidInput& error) {
    EXPECT_THAT(
        error.lines(),
        testing::UnorderedElementsAre(
            "w: 'conv1.weight' has the shape [16, 1, 3, 3], the network needs [16, 3, 3, 3]",
            "w: 'fc.bias' [10] is missing", "w: 'fc2.bias' [10] is not part of the network"));
  }
  EXPECT_TRUE(network->named_parameters()["fc.weight"].equal(before));
}

}  // namespace
}  // namespace reslab

// Compares every kind of network with the same network in Python (tests/reference), with exchanged
// weights: logits, loss, every gradient and, in training mode, BatchNorm's statistics.

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "folder.h"
#include "lib/model/small_networks.h"
#include "lib/model/uneven_network.h"
#include "lib/python.h"
#include "lib/test_device.h"
#include "reslab/interchange/tensors.h"
#include "reslab/model/network.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

struct Case {
  std::string file;  // without its ending
  std::string network;
  at::ScalarType type;
  bool training;
};

/// All networks in both types and both modes, with three exceptions: ImageNet networks have one
/// mode for each type, networks that draw random numbers have evaluation only, and the largest
/// networks have one case.
std::vector<Case> cases() {
  std::vector<Case> all;
  const auto add = [&all](const std::string& network, at::ScalarType type, bool training) {
    all.push_back({"case-" + std::to_string(all.size()), network, type, training});
  };
  for (const auto& network : small_networks())
    for (const auto type : {at::kFloat, at::kDouble})
      for (const bool training : {true, false}) {
        const auto spec = parse_network(network);
        if (spec.family == Family::imagenet && training != (type == at::kDouble)) continue;
        if (!training || !is_random(spec)) add(network, type, training);
      }
  for (const auto& network : large_networks()) add(network, at::kFloat, false);
  return all;
}

/// Whether float32 gradients are too far from the reference to compare. In a deep network, rounding
/// moves the input of some ReLU to the other side of zero, where the gradient jumps. Without
/// shortcuts the jump reaches all earlier layers.
bool has_jumps(const Case& c) {
  const auto spec = parse_network(c.network);
  const std::int64_t deepest = spec.connection == Connection::plain ? 40 : 60;
  return c.type == at::kFloat && spec.depth > deepest;
}

std::shared_ptr<Network> network_of(const Case& c) {
  auto network = uneven_network(parse_network(c.network));
  network->to(c.type);
  network->train(c.training);
  return network;
}

std::map<std::string, std::string> metadata_of(const Case& c) {
  std::map<std::string, std::string> metadata{{"mode", c.training ? "train" : "eval"}};
  const auto spec = parse_network(c.network);
  for (const auto& setting : network_settings())
    metadata[setting.name] = to_text(network_settings().get(setting, spec));
  return metadata;
}

NamedTensors inputs_of(const Case& c, const NetworkSpec& spec) {
  torch::manual_seed(7);
  const auto size = test_image_size(spec);
  return {{"input", torch::randn({4, spec.in_channels, size, size + 2}, c.type)},
          {"target", torch::tensor({0, 6, 3, 3})}};
}

void expect_near(const std::string& what, const at::Tensor& ours, const at::Tensor& theirs,
                 double tolerance) {
  ASSERT_EQ(ours.sizes(), theirs.sizes()) << what;
  const auto scale = theirs.to(at::kDouble).abs().max().item<double>();
  const auto error =
      (ours.cpu().to(at::kDouble) - theirs.to(at::kDouble)).abs().max().item<double>();
  EXPECT_LE(error, tolerance * scale) << what << ", largest value " << scale;
}

void compare(const Case& c, const std::filesystem::path& folder) {
  const auto device = test_device();
  // A GPU sums in another order than the CPU that the reference is computed on.
  const auto tolerance = c.type == at::kDouble ? 1e-9 : device.is_cuda() ? 1e-4 : 1e-5;
  const auto network = network_of(c);
  network->to(device);
  auto inputs = inputs_of(c, network->spec());
  const auto images = inputs[0].second.to(device).requires_grad_();
  const auto theirs = load_tensors(folder / (c.file + ".out.safetensors"));

  const auto output = network->forward(images);
  const auto loss = at::cross_entropy_loss(output, inputs[1].second.to(device));
  loss.backward();
  expect_near("output", output, theirs.find("output"), tolerance);
  expect_near("loss", loss, theirs.find("loss"), tolerance);
  if (c.training)
    for (const auto& entry : network->named_buffers())
      expect_near(entry.key(), entry.value(), theirs.find("buffer." + entry.key()), tolerance);
  if (has_jumps(c)) return;
  expect_near("the images' gradient", images.grad(), theirs.find("grad.input"), tolerance);
  // The tolerance is relative to the largest gradient of all parameters. Before a BatchNorm, the
  // exact gradient can be zero and both results are rounding errors.
  double largest = 0;
  for (const auto& parameter : network->parameters())
    largest = std::max(largest, parameter.grad().abs().max().item<double>());
  for (const auto& entry : network->named_parameters()) {
    const auto reference = theirs.find("grad." + entry.key());
    ASSERT_TRUE(reference.defined()) << entry.key();
    const auto error = (entry.value().grad().cpu() - reference).abs().max().item<double>();
    EXPECT_LE(error, tolerance * largest) << entry.key();
    EXPECT_GT(reference.abs().max().item<double>(), 0) << entry.key() << " has no effect";
  }
}

TEST(Reference, EveryKindOfNetworkComputesWhatPythonDoes) {
  if (const auto lacks = python_lacks("safetensors torch"); !lacks.empty()) GTEST_SKIP() << lacks;
  const Folder temporary;
  const auto& folder = temporary.path();
  for (const auto& c : cases()) {
    const auto network = network_of(c);
    auto tensors = state_of(*network);
    for (const auto& input : inputs_of(c, network->spec())) tensors.push_back(input);
    save_tensors(folder / (c.file + ".in.safetensors"), tensors, metadata_of(c));
  }
  const std::string command =
      std::string("\"" RESLAB_PYTHON "\" -B \"" RESLAB_REFERENCE "\" \"") + folder.string() + "\"";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  for (const auto& c : cases()) {
    SCOPED_TRACE(c.network + (c.type == at::kFloat ? " float32" : " float64") +
                 (c.training ? " training" : " evaluation"));
    compare(c, folder);
  }
}

}  // namespace
}  // namespace reslab

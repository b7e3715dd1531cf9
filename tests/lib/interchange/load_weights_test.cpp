// Networks that load Python checkpoints compute the same logits as in Python.

#include "reslab/interchange/load_weights.h"

#include <cmath>

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "folder.h"
#include "lib/interchange/checkpoint_files.h"
#include "lib/model/small_networks.h"
#include "refusal.h"
#include "reslab/interchange/tensors.h"
#include "reslab/interchange/weights_network.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LoadWeights, PythonsCheckpointsGivePythonsLogits) {
  if (const auto lacks = python_lacks(kCheckpointPackages); !lacks.empty()) GTEST_SKIP() << lacks;
  const CheckpointFiles files("networks");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"torchvision", "resnet-8:shortcut=B"},
      {"bottleneck", "resnet-11:block=bottleneck,shortcut=B,stride_in=3x3"},
      {"old", "resnet-8"},
      {"reference-a", "resnet-8:padding=both"},
      {"reference-b", "resnet-8:shortcut=B"},
      {"kuangliu", "resnet-18:stem=3x3,classes=10"},
      {"weiaicunzai", "resnet-18:stem=3x3,classes=10"},
      {"weiaicunzai-bottleneck", "resnet-11:block=bottleneck,shortcut=B,stride_in=3x3"},
      {"chenyaofo", "resnet-20:shortcut=B"},
      {"counters", "resnet-8"},
      {"half", "resnet-8"},
      {"bfloat16", "resnet-8"},
  };
  for (const auto& [file, text] : cases) {
    SCOPED_TRACE(file);
    const auto network = make_network(parse_network(text), 1);
    for (auto& entry : network->named_buffers())  // loading must replace all of these
      if (!entry.value().is_floating_point()) entry.value().fill_(99);
    const auto weights = read_weights(files / (file + ".pth"));
    EXPECT_TRUE(load_weights(*network, weights).empty());
    if (const auto shown = network_of(entries_of(weights)); shown && file == "reference-a") {
      EXPECT_EQ(name(*shown), text);
    }
    network->eval();
    const torch::NoGradGuard no_grad;
    const auto expected = load_tensors(files / (file + ".expected.safetensors"));
    const auto output = network->forward(expected.find("input"));
    const auto scale = expected.find("output").abs().max().item<double>();
    EXPECT_LE((output - expected.find("output")).abs().max().item<double>(), 1e-5 * scale);
    const auto counter = network->named_buffers()["bn1.num_batches_tracked"].item<std::int64_t>();
    EXPECT_EQ(counter, file == "old" ? 0 : 3);
  }
}

TEST(LoadWeights, EveryKindOfNetworkTakesItsOwnFile) {
  const Folder folder;
  for (const auto& text : small_networks()) {
    if (parse_network(text).family == Family::imagenet) continue;  // no new code, but large
    SCOPED_TRACE(text);
    const auto one = make_network(parse_network(text), 1);
    const auto two = make_network(parse_network(text), 2);
    save_tensors(folder / "w", state_of(*one));
    const auto file = read_weights(folder / "w");
    load_weights(*two, file);
    EXPECT_EQ(class_count(wanted_by(*two).layer, file), two->spec().classes);
    const auto expected = state_of(*one);
    const auto state = state_of(*two);
    for (std::size_t i = 0; i < state.size(); ++i)
      EXPECT_TRUE(state[i].second.equal(expected[i].second)) << state[i].first;
  }
}

TEST(LoadWeights, TheHeadOfOtherClassesStaysRandomWhereThatIsAskedFor) {
  const Folder folder;
  for (const std::string text :
       {"resnet-8", "resnet-8:activation=full-pre-activation", "highway-19"}) {
    SCOPED_TRACE(text);
    auto spec = parse_network(text);
    const auto many = make_network(spec, 1);
    spec.classes = 7;
    const auto few = make_network(spec, 2);
    const auto fresh = make_network(spec, 2);
    save_tensors(folder / "w", state_of(*many));
    const auto file = read_weights(folder / "w");
    EXPECT_EQ(refusal([&] { load_weights(*few, file); }).size(), 1);
    EXPECT_THAT(load_weights(*few, file, Head::may_differ),
                ElementsAre(HasSubstr("the head is new")));
    const auto state = state_of(*few);
    const auto random = state_of(*fresh);
    const auto loaded = state_of(*many);
    int own = 0;
    for (std::size_t i = 0; i < state.size(); ++i) {
      const bool is_head = state[i].second.sizes() != loaded[i].second.sizes();
      EXPECT_TRUE(state[i].second.equal((is_head ? random : loaded)[i].second)) << state[i].first;
      own += is_head ? 1 : 0;
    }
    EXPECT_EQ(own, 2);
  }
}

TEST(LoadWeights, WhatDoesNotFitChangesNothing) {
  const Folder folder;
  save_tensors(folder / "w", state_of(*make_network(parse_network("resnet-14"), 1)));
  const auto network = make_network(parse_network("resnet-8"), 2);
  const auto before = network->named_parameters()["conv1.weight"].clone();
  const auto lines = refusal([&] { load_weights(*network, read_weights(folder / "w")); });
  EXPECT_THAT(lines, ElementsAre(HasSubstr("holds 80 tensors"),
                                 HasSubstr("not part of it 36: 'layer1.1.conv1.weight'"),
                                 HasSubstr("the nearest network is resnet-14")));
  EXPECT_THAT(lines, testing::Each(testing::StartsWith(folder / "w: ")));
  EXPECT_TRUE(network->named_parameters()["conv1.weight"].equal(before));
}

TEST(LoadWeights, RefusesValuesThatAreNotFinite) {
  const Folder folder;
  for (const double value : {std::nan(""), HUGE_VAL, 1e300}) {
    const auto source = make_network(parse_network("resnet-8"), 1);
    source->to(at::kDouble);
    auto state = state_of(*source);
    for (const auto& [name, tensor] : state)
      if (name == "layer2.0.bn1.running_var") tensor.detach()[3] = value;
    save_tensors(folder / "w", state);
    const auto network = make_network(parse_network("resnet-8"), 2);
    const auto before = network->named_parameters()["conv1.weight"].clone();
    for (const auto head : {Head::must_fit, Head::may_differ})
      EXPECT_THAT(refusal([&] { load_weights(*network, read_weights(folder / "w"), head); }),
                  ElementsAre(HasSubstr("'layer2.0.bn1.running_var' has 1 of 32 values that are "
                                        "not finite")));
    EXPECT_TRUE(network->named_parameters()["conv1.weight"].equal(before));
  }
}

TEST(LoadWeights, TheNearestNetworkOfItsWeightsIsANetworkItself) {
  const Folder folder;
  for (const std::string text :
       {"resnet-20", "resnet-20:shortcut=B", "resnet-14:shortcut=C",
        "resnet-11:block=bottleneck,shortcut=B", "resnet-8:width=2",
        "resnet-8:classes=7,in_channels=1", "resnet-8:batch_norm=false",
        "resnet-8:activation=full-pre-activation", "highway-8", "highway-8:gate=3x3", "resnet-18",
        "resnet-18:stem=3x3", "resnet-34:classes=5"}) {
    const auto network = make_network(parse_network(text), 1);
    const auto shown = network_of(entries_of(state_of(*network)));
    ASSERT_TRUE(shown) << text;
    EXPECT_EQ(name(*shown), name(parse_network(text)));
  }
  for (const std::string text : {"highway-19", "wide-10"})
    if (const auto shown =
            network_of(entries_of(state_of(*make_network(parse_network(text), 1))))) {
      EXPECT_NE(name(*shown), text);
    }
  EXPECT_FALSE(network_of({{"features.0.weight", "F32", {64, 3, 3, 3}}}));
  EXPECT_FALSE(network_of({}));
}

}  // namespace
}  // namespace reslab

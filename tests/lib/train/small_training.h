#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/test_device.h"
#include "reslab/data/options.h"
#include "reslab/interchange/tensors.h"
#include "reslab/model/network_name.h"
#include "reslab/train/trainer.h"

namespace reslab {

/// A small training of the embedded images, and all that it needs.
struct Training {
  std::string network_name = "resnet-8";
  DataOptions options;
  DataSet data;
  std::optional<Transform> transform;
  Recipe recipe;
  at::Device device = test_device();
  std::shared_ptr<Network> network;
  std::optional<Trainer> trainer;

  Training() {
    shapes().train = 40;
    shapes().test = 20;
    options.augment = {2, true};
    recipe.iterations = 9;
    recipe.batch = 8;
    recipe.record_every = 4;
    recipe.evaluate_every = 6;
  }

  ShapesOptions& shapes() { return std::get<ShapesOptions>(options.source); }
  Steps& steps() { return std::get<Steps>(recipe.learning_rate.schedule); }

  Trainer& begin(std::uint64_t seed = 1, RankGroup* group = nullptr) {
    data = load(options);
    transform.emplace(make_transform(data, options));
    network = make_network(parse_network(network_name), seed, recipe.batch_norm);
    return trainer.emplace(network, data, *transform, recipe, seed, device, group);
  }

  /// How evaluations of the network are computed.
  Execution execution() const { return {Precision::float32, Kernels::fused, device}; }

  std::vector<Record> finish() {
    std::vector<Record> records;
    while (!trainer->done())
      if (auto record = trainer->advance()) records.push_back(*record);
    return records;
  }
};

/// The default options of every kind of optimizer.
inline std::vector<OptimizerOptions> every_optimizer() {
  const auto table = OptimizerOptions::settings();
  const auto& kind = *kind_row(table.list());
  std::vector<OptimizerOptions> all;
  for (const auto& name : kind.choices) table.set(kind, all.emplace_back(), name);
  return all;
}

inline void expect_equal_weights(const Network& a, const Network& b) {
  const auto first = state_of(a);
  const auto second = state_of(b);
  for (std::size_t i = 0; i < first.size(); ++i)
    EXPECT_TRUE(first[i].second.equal(second[i].second)) << first[i].first;
}

}  // namespace reslab

#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "app/config/json.h"
#include "app/program.h"
#include "lib/data/image_writer.h"
#include "reslab/base/random.h"
#include "reslab/interchange/tensors.h"
#include "reslab/model/network.h"
#include "reslab/model/network_name.h"

namespace reslab::app {

inline const std::string kColors = "runs/colors/resnet-8/seed-1";

/// A PNG file of one color with noise.
inline std::string picture(const std::string& name, std::uint64_t key, int divisor = 1,
                           int size = 32) {
  static const std::map<std::string, std::array<int, 3>> colors = {{"cat", {200, 40, 40}},
                                                                   {"dog", {40, 200, 40}},
                                                                   {"horse", {40, 40, 200}},
                                                                   {"zebra", {200, 200, 40}}};
  Image image{size, size, {}};
  Random random{key};
  for (int i = 0; i < size * size * 3; ++i) {
    const auto value = colors.at(name)[static_cast<std::size_t>(i % 3)] - 40 + random.below(80);
    image.pixels.push_back(
        static_cast<std::uint8_t>(std::clamp<std::int64_t>(value, 0, 255) / divisor));
  }
  return png_bytes(image);
}

class Weights : public ProgramTest {
 protected:
  /// Writes an image folder; the pixels of its training images are divided by `divisor`.
  void write_folder(const std::string& root, const std::vector<std::string>& classes,
                    int divisor = 1, int size = 32) {
    for (const auto& name : classes) {
      for (std::uint64_t i = 0; i < 8; ++i)
        write(root + "/train/" + name + "/" + std::to_string(i) + ".png",
              picture(name, i, divisor, size));
      for (std::uint64_t i = 0; i < 4; ++i)
        write(root + "/val/" + name + "/" + std::to_string(i) + ".png",
              picture(name, 100 + i, 1, size));
    }
  }

  /// Trains ResNet-8 on a folder, which has no size: the network's is taken.
  Result train(const std::string& root, const std::string& more = "") {
    write("e.json", R"({"name": "colors", "data": {"name": "folder", "root": ")" + root +
                        R"("}, "networks": {"connection": "residual", "depth": 8},
        "recipe": {"iterations": 30, "batch": 8, "evaluate_every": 30, "precision": "float32",
                   "learning_rate": {"schedule": "constant", "start": 0.05}}})");
    return reslab("run e.json --out runs --threads 1 " + more);
  }

  /// Writes the state of a network of the name, after `change` has changed it.
  template <class Change>
  void write_weights(const std::string& file, const std::string& network, const Change& change,
                     const std::map<std::string, std::string>& metadata = {}) {
    NamedTensors state;
    for (const auto& [name, tensor] : state_of(*make_network(parse_network(network), 1)))
      state.emplace_back(name, tensor.detach());
    change(state);
    save_tensors(folder_ / file, state, metadata);
  }
  void write_weights(const std::string& file, const std::string& network,
                     const std::map<std::string, std::string>& metadata = {}) {
    write_weights(file, network, [](NamedTensors&) {}, metadata);
  }

  double error_of(const std::string& arguments) {
    const auto result = reslab("evaluate " + arguments + " --json");
    EXPECT_THAT(result.code, testing::AnyOf(0, 1)) << arguments << ": " << result.err;
    return result.out.empty() ? -1 : Json::parse(result.out)[0]["test_error"].get<double>();
  }

  /// The error message of a command that must refuse its input with one line and print no result.
  /// A line about the data that were read may precede it.
  std::string refused(const std::string& arguments) {
    const auto result = reslab(arguments);
    EXPECT_EQ(result.code, 2) << arguments << ": " << result.err << result.out;
    const auto lines = std::ranges::count(result.err, '\n');
    EXPECT_EQ(lines, result.err.starts_with("data: ") ? 2 : 1) << arguments << ": " << result.err;
    EXPECT_EQ(result.out, "") << arguments;
    return result.err;
  }
};

}  // namespace reslab::app

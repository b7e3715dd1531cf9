// Compares exported files with the original networks, in this process and in Python's PyTorch, ONNX
// Runtime and safetensors (tests/reference/exported.py).

#include "reslab/interchange/export.h"

#include <cstdlib>
#include <filesystem>
#include <limits>

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "folder.h"
#include "lib/model/small_networks.h"
#include "lib/model/uneven_network.h"
#include "lib/python.h"
#include "lib/test_device.h"
#include "refusal.h"
#include "reslab/base/file.h"
#include "reslab/data/transform.h"
#include "reslab/interchange/tensors.h"
#include "reslab/interchange/torchscript.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The metadata that tests/reference/exported.py expects.
const std::map<std::string, std::string> kMetadata = {{"network", "the name of the network"},
                                                      {"classes", R"(["cat", "dog"])"}};

constexpr auto kScript = RESLAB_REFERENCE_FOLDER "/exported.py";
constexpr auto kPackages = "numpy onnx onnxruntime safetensors torch";

/// Image sizes that are smaller than in the papers, and higher than wide.
ExportOptions small_images(const NetworkSpec& spec) {
  ExportOptions options;
  options.width = test_image_size(spec);
  options.height = options.width + 2;
  options.metadata = kMetadata;
  return options;
}

void expect_near(const at::Tensor& ours, const at::Tensor& theirs, const std::string& what) {
  ASSERT_EQ(ours.sizes(), theirs.sizes()) << what;
  EXPECT_LE((ours - theirs).abs().max().item<double>(), 1e-5 * theirs.abs().max().item<double>())
      << what;
}

/// Images in two batch sizes and in another image size, with the network's logits.
NamedTensors batches_of(Network& network, const ExportOptions& options) {
  NamedTensors batches;
  const auto channels = network.spec().in_channels;
  for (const auto& [key, shape] : std::vector<std::pair<std::string, std::vector<std::int64_t>>>{
           {"one", {1, channels, options.height, options.width}},
           {"five", {5, channels, options.height, options.width}},
           {"larger", {2, channels, options.height + 9, options.width + 5}}}) {
    const auto images = torch::randn(shape);
    batches.emplace_back("input." + key, images);
    batches.emplace_back("output." + key, network.forward(images));
  }
  return batches;
}

void check_exports(const std::string& name, Python& python) try {
  SCOPED_TRACE(name);
  const torch::NoGradGuard no_grad;
  const Folder folder;
  const auto network = uneven_network(parse_network(name));
  network->eval();
  const auto options = small_images(network->spec());
  network->to(test_device());
  for (const auto& entry : export_formats())
    export_network(network, entry.format, folder / ("model" + entry.ending), options);
  network->to(at::kCPU);
  const auto batches = batches_of(*network, options);
  save_tensors(folder / "batches.safetensors", batches);

  EXPECT_EQ(python.ask(folder.path().string()), "ok");
  const auto again = load_tensors(folder / "again.safetensors");
  for (const auto& [entry, tensor] : state_of(*network))
    EXPECT_TRUE(again.find(entry).equal(tensor)) << entry;
  for (const auto* file : {"model.pt", "again.pt"}) {
    auto read = load_torchscript(folder / file, {"classes", "recipe"});
    EXPECT_THAT(read.metadata, ElementsAre(std::pair("classes", kMetadata.at("classes"))));
    for (std::size_t i = 0; i < batches.size(); i += 2)
      expect_near(read.module.forward({batches[i].second}).toTensor(), batches[i + 1].second,
                  std::string(file) + ": " + batches[i].first);
  }
} catch (const std::exception& error) {
  ADD_FAILURE() << name << ": " << error.what();
}

TEST(Export, EveryKindOfNetworkGivesTheSameNumbersInOtherTools) {
  if (const auto lacks = python_lacks(kPackages); !lacks.empty()) GTEST_SKIP() << lacks;
  Python python(kScript);
  for (const auto& name : small_networks()) check_exports(name, python);
  if (std::getenv("RESLAB_TEST_ALL") == nullptr) return;  // scripts/test --all
  for (const auto& name : large_networks()) check_exports(name, python);
}

/// Random bytes (count, 3, height, width).
at::Tensor random_bytes(std::int64_t count, const ExportOptions& options) {
  return torch::randint(0, 256, {count, 3, options.height, options.width}, at::kByte);
}

/// The network's logits for images that `Transform` normalises.
at::Tensor transformed_logits(Network& network, const at::Tensor& bytes,
                              const Normalization& normalization) {
  const auto height = static_cast<int>(bytes.size(2));
  const auto width = static_cast<int>(bytes.size(3));
  const Transform transform(height, width, normalization, {});
  const auto rows = bytes.permute({0, 2, 3, 1}).contiguous();
  auto images = torch::empty(rows.sizes());
  for (std::int64_t i = 0; i < rows.size(0); ++i)
    transform.evaluation({height, width, rows[i].data_ptr<std::uint8_t>()},
                         images[i].data_ptr<float>());
  return network.forward(images.permute({0, 3, 1, 2}));
}

TEST(Export, AModelOfRawImagesNormalisesThemItself) {
  const torch::NoGradGuard no_grad;
  if (const auto lacks = python_lacks(kPackages); !lacks.empty()) GTEST_SKIP() << lacks;
  Python python(kScript);
  const auto network = uneven_network(parse_network("resnet-8:classes=7"));
  network->eval();
  auto options = small_images(network->spec());
  Normalization by_place{{}, {1, 1, 1}};
  for (std::int64_t i = 0; i < 3 * options.height * options.width; ++i)
    by_place.mean.push_back(static_cast<float>(i % 251) / 251);
  const Normalization by_channel{{0.1F, 0.2F, 0.7F}, {0.3F, 0.2F, 0.1F}};

  for (const auto& normalization : {by_place, by_channel}) {
    const Folder folder;
    options.raw_input = normalization;
    export_network(network, ExportFormat::torchscript, folder / "model.pt", options);
    export_network(network, ExportFormat::onnx, folder / "model.onnx", options);
    NamedTensors batches;
    for (const std::int64_t count : {1, 4}) {
      const auto bytes = random_bytes(count, options);
      batches.emplace_back("input." + std::to_string(count), bytes);
      batches.emplace_back("output." + std::to_string(count),
                           transformed_logits(*network, bytes, normalization));
    }
    save_tensors(folder / "batches.safetensors", batches);
    EXPECT_EQ(python.ask(folder.path().string()), "ok");
    auto read = load_torchscript(folder / "model.pt");
    for (std::size_t i = 0; i < batches.size(); i += 2)
      for (const auto type : {at::kByte, at::kFloat})
        expect_near(read.module.forward({batches[i].second.to(type)}).toTensor(),
                    batches[i + 1].second, batches[i].first);
    if (normalization.mean.size() > 3) continue;
    auto larger = options;
    larger.height += 6;
    const auto bytes = random_bytes(2, larger);
    expect_near(read.module.forward({bytes}).toTensor(),
                transformed_logits(*network, bytes, normalization), "larger images");
  }
}

TEST(Export, LeavesTheNetworkInTheModeItWasIn) {
  const Folder folder;
  const auto network = make_network(parse_network("resnet-8:classes=7"), 1);
  auto options = small_images(network->spec());
  options.raw_input = Normalization{{0, 0, 0}, {1, 1, 1}};
  for (const bool training : {true, false}) {
    network->train(training);
    export_network(network, ExportFormat::torchscript, folder / "model.pt", options);
    for (const auto& module : network->modules()) EXPECT_EQ(module->is_training(), training);
  }
}

/// A layer whose output differs at every call.
class ChangingNetwork : public Network {
 public:
  ChangingNetwork() : Network(parse_network("resnet-8")) {}
  at::Tensor forward(const at::Tensor& images) override {
    return images.flatten(1).slice(1, 0, 10) * ++calls_;
  }

 private:
  int calls_ = 0;
};

/// A layer that accepts only the batch size with which it was traced.
class FixedBatchNetwork : public Network {
 public:
  FixedBatchNetwork() : Network(parse_network("resnet-8")) {}
  at::Tensor forward(const at::Tensor& images) override {
    return images.view({images.size(0), -1}).slice(1, 0, 10);
  }
};

TEST(Export, AFileThatFailsItsVerificationIsNotPutInItsPlace) {
  const torch::NoGradGuard no_grad;
  const auto failure = [](const std::shared_ptr<Network>& network, const std::string& path) {
    try {
      export_network(network, ExportFormat::torchscript, path, small_images(network->spec()));
    } catch (const ExportFailed& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  for (const std::shared_ptr<Network>& network : std::initializer_list<std::shared_ptr<Network>>{
           std::make_shared<ChangingNetwork>(), std::make_shared<FixedBatchNetwork>()}) {
    const Folder folder;
    EXPECT_THAT(failure(network, folder / "new.pt"), HasSubstr("new.pt: not written"));
    const auto old = folder.write("old.pt", "what was there before");
    EXPECT_THAT(failure(network, old), HasSubstr("old.pt: not written"));
    EXPECT_EQ(std::filesystem::file_size(old), 21);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  }
}

TEST(Export, NotANumberIsNeverExported) {
  const torch::NoGradGuard no_grad;
  for (const auto& entry : export_formats()) {
    const Folder folder;
    const auto network = make_network(parse_network("resnet-8"), 1);
    const auto refused = [&] {
      return refusal([&] {
        export_network(network, entry.format, folder / "model", small_images(network->spec()));
      });
    };
    const auto variance = network->named_buffers()["layer1.0.bn1.running_var"];
    variance.fill_(-1);  // all weights are finite, but not the outputs
    EXPECT_THAT(refused(), ElementsAre(HasSubstr("outputs for sample images are not finite")));
    variance[0] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_THAT(refused(), ElementsAre(HasSubstr("'layer1.0.bn1.running_var' has 1 of 16 values")));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  }
}

TEST(Export, RefusesWhatAFormatCannotHold) {
  const Folder folder;
  const auto refused = [&](const std::string& network, ExportFormat format) {
    auto options = small_images(parse_network(network));
    options.raw_input = Normalization{{0, 0, 0}, {1, 1, 1}};
    return refusal([&] {
      export_network(make_network(parse_network(network), 1), format, folder / "model", options);
    });
  };
  EXPECT_THAT(refused("resnet-8", ExportFormat::safetensors),
              ElementsAre(HasSubstr("only weights")));
  EXPECT_THAT(refused("resnet-8:in_channels=1", ExportFormat::onnx),
              ElementsAre(HasSubstr("the network takes 1")));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(TorchScript, RefusesOtherFilesInOneLine) {
  const Folder folder;
  const auto network = make_network(parse_network("resnet-8"), 1);
  export_network(network, ExportFormat::torchscript, folder / "model.pt", {});
  std::string bytes;
  for (const auto byte : read_file(folder / "model.pt")) bytes += static_cast<char>(byte);
  for (const auto& path : {folder / "missing.pt", folder.write("text.pt", "no model"),
                           folder.write("cut.pt", bytes.substr(0, bytes.size() / 2))}) {
    const auto lines = refusal([&] { load_torchscript(path); });
    ASSERT_THAT(lines, ElementsAre(HasSubstr(path)));
    EXPECT_THAT(lines.front(), testing::Not(HasSubstr("\n")));
  }
}

}  // namespace
}  // namespace reslab

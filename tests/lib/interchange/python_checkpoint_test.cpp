// Reads checkpoints of all PyTorch formats, damaged ones, and ones that would do harm if their
// pickles were executed.

#include "reslab/interchange/python_checkpoint.h"

#include <cstring>
#include <map>
#include <memory>
#include <random>

#include <gmock/gmock.h>

#include "lib/interchange/checkpoint_files.h"
#include "refusal.h"
#include "reslab/base/file.h"
#include "reslab/interchange/weights_file.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

class PythonCheckpointTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    lacks = python_lacks(kCheckpointPackages);
    if (lacks.empty()) files = std::make_unique<CheckpointFiles>("formats");
  }
  static void TearDownTestSuite() { files.reset(); }

  void SetUp() override {
    if (!files) GTEST_SKIP() << lacks;
  }

  static std::filesystem::path file(const std::string& name) { return *files / name; }

 private:
  static std::string lacks;
  static std::unique_ptr<CheckpointFiles> files;
};
std::string PythonCheckpointTest::lacks;
std::unique_ptr<CheckpointFiles> PythonCheckpointTest::files;

Bytes elements(const StoredTensor& tensor) {
  Bytes bytes(byte_count(tensor));
  copy_elements(tensor, bytes.data());
  return bytes;
}

std::map<std::string, StoredTensor> by_name(const WeightsFile& file) {
  std::map<std::string, StoredTensor> tensors;
  for (const auto& tensor : file.tensors) tensors[tensor.name] = tensor;
  EXPECT_EQ(tensors.size(), file.tensors.size());
  return tensors;
}

void expect_tensors(const WeightsFile& weights,
                    const std::map<std::string, StoredTensor>& expected) {
  const auto tensors = by_name(weights);
  EXPECT_EQ(tensors.size(), expected.size());
  for (const auto& [name, tensor] : expected) {
    ASSERT_TRUE(tensors.contains(name)) << name;
    EXPECT_EQ(tensors.at(name).dtype, tensor.dtype) << name;
    EXPECT_EQ(tensors.at(name).shape, tensor.shape) << name;
    EXPECT_EQ(elements(tensors.at(name)), elements(tensor)) << name;
  }
}

/// The lines of the error if the bytes are refused; empty if they load and all tensors are valid.
std::vector<std::string> outcome(const Bytes& bytes) {
  return refusal([&] {
    for (const auto& tensor :
         parse_weights(std::make_shared<const Bytes>(bytes), "x.pth").tensors) {
      ASSERT_EQ(stored_tensor_error(tensor), "");
      if (byte_count(tensor) < 1'000'000) elements(tensor);
    }
  });
}

void expect_one_line(const std::vector<std::string>& lines) {
  ASSERT_EQ(lines.size(), 1);
  EXPECT_THAT(lines.front(), testing::StartsWith("x.pth: "));
  EXPECT_EQ(lines.front().find('\n'), std::string::npos) << lines.front();
  EXPECT_LT(lines.front().size(), 500) << lines.front();
  for (const auto* libzip : {"CRC error", "Not a zip archive", "Zip archive inconsistent"})
    EXPECT_THAT(lines.front(), testing::Not(HasSubstr(libzip)));
}

TEST_F(PythonCheckpointTest, EveryShapeOfFileHoldsThePythonValues) {
  const auto expected = by_name(read_weights(file("expected.safetensors")));
  ASSERT_GT(expected.size(), 15);
  for (const std::string kind : {"zip", "legacy"})
    for (const std::string section : {"bare", "state_dict", "model", "net"})
      for (const std::string names : {"plain", "module"}) {
        SCOPED_TRACE(kind + " " + section + " " + names);
        const auto weights = read_weights(file(kind + "-" + section + "-" + names + ".pth"));
        EXPECT_EQ(weights.format,
                  kind == "zip" ? ModelFormat::checkpoint_zip : ModelFormat::checkpoint_legacy);
        EXPECT_EQ(weights.section, section == "bare" ? "" : section);
        expect_tensors(weights, expected);
      }
}

TEST_F(PythonCheckpointTest, FilesAsPeopleHaveThemHoldTheSame) {
  const auto expected = by_name(read_weights(file("expected.safetensors")));
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(file("same"))) {
    SCOPED_TRACE(entry.path().filename());
    EXPECT_EQ(entry.path().extension(), ".pth");  // no pickle has run: it would make a file
    const auto weights = read_weights(entry.path());
    EXPECT_EQ(weights.note, "");
    expect_tensors(weights, expected);
    ++count;
  }
  EXPECT_EQ(count, 29);
}

TEST_F(PythonCheckpointTest, SaysWhichOfSeveralSetsItTook) {
  const auto first_value = [](const WeightsFile& weights) {
    float value = 0;
    const auto bytes = elements(by_name(weights).at("a"));
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  };
  const auto path = file("sets.pth");
  const auto weights = read_weights(path);
  EXPECT_EQ(weights.section, "state_dict_ema");
  EXPECT_EQ(first_value(weights), 1);
  EXPECT_EQ(weights.note, path.string() +
                              ": used the weights 'state_dict_ema'; it also has 'state_dict', "
                              "'teacher': choose with FILE:SECTION");
  for (int i = 0; const std::string section : {"state_dict", "state_dict_ema", "teacher"}) {
    const auto chosen = read_weights(path, section);
    EXPECT_EQ(first_value(chosen), i++);
    EXPECT_EQ(chosen.note, "");
  }
  EXPECT_THAT(refusal([&] { read_weights(path, "teachers"); }),
              ElementsAre(HasSubstr("has no weights 'teachers'")));
  EXPECT_EQ(split_section(path.string() + ":teacher"),
            std::pair(path.string(), std::string("teacher")));
  EXPECT_EQ(split_section(path.string()), std::pair(path.string(), std::string()));
  EXPECT_EQ(split_section("nowhere:x"), std::pair(std::string("nowhere:x"), std::string()));
}

TEST_F(PythonCheckpointTest, ASectionMayBeTheBeginningOfNames) {
  const auto path = file("prefixes.pth");
  EXPECT_EQ(by_name(read_weights(path)).count("encoder_q.conv.w"), 1);
  const auto weights = read_weights(path, "module.encoder_k");
  ASSERT_EQ(weights.tensors.size(), 1);
  EXPECT_EQ(weights.tensors.front().name, "conv.w");
}

TEST_F(PythonCheckpointTest, RefusesWhatIsNoStateDictWithOneLineThatSaysWhy) {
  const std::map<std::string, std::string> reasons = {{"eval", "eval' (a whole model?)"},
                                                      {"model", "whole model?)"},
                                                      {"section", "its keys: epoch, loss"},
                                                      {"optimizer", "only an optimizer's tensors"},
                                                      {"negative", "'w' is a negative view"},
                                                      {"complex", "'w' has complex numbers"},
                                                      {"sparse", "'w' is sparse"},
                                                      {"meta", "'w' has no values"},
                                                      {"tensor", "contains a single tensor"},
                                                      {"bytes", "its keys: b'w'"},
                                                      {"list", "no dict"}};
  for (const auto& [name, reason] : reasons)
    for (const std::string kind : {"zip", "legacy"}) {
      SCOPED_TRACE(name + " " + kind);
      const auto path = file("refused/" + name + "-" + kind + ".pth");
      const auto lines = refusal([&] { read_weights(path); });
      EXPECT_THAT(lines, ElementsAre(HasSubstr(reason)));
      EXPECT_THAT(lines, ElementsAre(testing::StartsWith(path.string() + ": ")));
    }
  EXPECT_THAT(refusal([&] { read_weights(file("refused/torchscript.pth")); }),
              ElementsAre(HasSubstr("TorchScript")));
}

TEST_F(PythonCheckpointTest, RefusesEveryTruncatedFile) {
  for (const auto* name : {"zip-bare-plain.pth", "legacy-bare-plain.pth", "expected.safetensors"}) {
    SCOPED_TRACE(name);
    const auto whole = read_file(file(name));
    for (std::size_t size = 0; size < whole.size(); ++size)
      expect_one_line(outcome({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}));
  }
}

TEST_F(PythonCheckpointTest, AWrongElementIsNoticed) {
  auto bytes = read_file(file("zip-bare-plain.pth"));
  const auto tensors = by_name(read_weights(file("zip-bare-plain.pth")));
  const auto element = elements(tensors.at("type.torch.float64"));
  const auto found = std::ranges::search(bytes, element);
  ASSERT_FALSE(found.empty());
  found.front() ^= std::byte{1};
  EXPECT_THAT(outcome(bytes), ElementsAre(HasSubstr("is damaged: its checksum is wrong")));
}

TEST_F(PythonCheckpointTest, ABitThatFlippedIsRefusedOrHarmless) {
  constexpr int kTries = 3000;
  for (const auto* name :
       {"zip-state_dict-module.pth", "legacy-state_dict-module.pth", "expected.safetensors"}) {
    SCOPED_TRACE(name);
    const auto whole = read_file(file(name));
    std::mt19937 random(1);
    int refused = 0;
    for (int i = 0; i < kTries; ++i) {
      auto bytes = whole;
      bytes[random() % bytes.size()] ^= std::byte{1} << random() % 8;
      if (const auto lines = outcome(bytes); !lines.empty()) {
        expect_one_line(lines);
        ++refused;
      }
    }
    EXPECT_GT(refused, kTries / 20);
  }
}

}  // namespace
}  // namespace reslab

// Runs every fuzzer on its seeds and on seeds that are cut or changed, without libFuzzer.

#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include "folder.h"
#include "fuzz/targets.h"
#include "reslab/base/file.h"

namespace reslab {
namespace {

using Bytes = std::vector<std::byte>;

class Accidents {
 public:
  Bytes damaged(Bytes bytes) {
    for (auto count = 1 + below(4); count > 0; --count) damage(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void damage(Bytes& bytes) {
    const auto at = below(bytes.size());
    const auto length = below(std::min<std::size_t>(bytes.size() - at, 64));
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto last = first + static_cast<std::ptrdiff_t>(length);
    switch (below(6)) {
      case 0:
        if (!bytes.empty()) bytes[at] ^= std::byte{1} << below(8);
        break;
      case 1:
        if (!bytes.empty()) bytes[at] = static_cast<std::byte>(below(256));
        break;
      case 2:
        bytes.erase(first, last);
        break;
      case 3:
        bytes.insert(first, length, static_cast<std::byte>(below(256)));
        break;
      case 4: {
        const Bytes again(first, last);
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size())),
                     again.begin(), again.end());
        break;
      }
      default:
        std::fill(first, last, std::byte{0xff});
    }
  }

  std::mt19937 random_{1};
};

class Fuzz : public testing::TestWithParam<FuzzTarget> {};

TEST_P(Fuzz, EverySeedAndItsAccidents) {
  constexpr int kTries = 500;
  const Folder folder;
  int seeds = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(RESLAB_CORPUS) / GetParam().name)) {
    SCOPED_TRACE(entry.path());
    const auto seed = read_file(entry.path());
    ++seeds;
    EXPECT_NO_THROW(GetParam().read(seed, folder.path()));
    EXPECT_NO_THROW(GetParam().read({}, folder.path()));
    Accidents accidents;
    for (int i = 0; i < kTries; ++i) {
      const auto bytes = accidents.damaged(seed);
      EXPECT_NO_THROW(GetParam().read(bytes, folder.path())) << "accident " << i;
    }
  }
  EXPECT_GT(seeds, 0);
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, testing::ValuesIn(fuzz_targets()),
                         [](const auto& target) { return target.param.name; });

}  // namespace
}  // namespace reslab

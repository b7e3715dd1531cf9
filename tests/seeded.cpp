// Every test starts with LibTorch's generators seeded, whichever tests ran before it.

#include <gtest/gtest.h>
#include <torch/utils.h>

namespace reslab {
namespace {

class SeedEachTest : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { torch::manual_seed(1); }
};

[[maybe_unused]] const bool kAppended = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new SeedEachTest);
  return true;
}();

}  // namespace
}  // namespace reslab

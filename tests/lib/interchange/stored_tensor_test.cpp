#include "reslab/interchange/stored_tensor.h"

#include <cstring>
#include <limits>

#include <gtest/gtest.h>

namespace reslab {
namespace {

/// A view of `elements` int32 values 0, 1, 2, …
StoredTensor view(std::vector<std::int64_t> shape, std::vector<std::int64_t> strides,
                  std::size_t first, std::int32_t elements) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(elements) * 4);
  for (std::int32_t i = 0; i < elements; ++i)
    std::memcpy(bytes.data() + static_cast<std::size_t>(i) * 4, &i, 4);
  return {"x",
          "I32",
          std::move(shape),
          std::move(strides),
          first * 4,
          std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
}

std::vector<std::int32_t> int32_elements(const StoredTensor& tensor) {
  EXPECT_EQ(stored_tensor_error(tensor), "");
  std::vector<std::int32_t> values(byte_count(tensor) / 4);
  copy_elements(tensor, reinterpret_cast<std::byte*>(values.data()));
  return values;
}

TEST(StoredTensor, CopiesEveryLayoutInCOrder) {
  EXPECT_EQ(int32_elements(view({2, 3}, {3, 1}, 1, 7)), (std::vector{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(int32_elements(view({3, 2}, {1, 3}, 0, 6)), (std::vector{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(int32_elements(view({2, 2}, {0, 5}, 2, 8)), (std::vector{2, 7, 2, 7}));
  EXPECT_EQ(int32_elements(view({2, 2, 2}, {1, 4, 2}, 0, 8)),
            (std::vector{0, 2, 4, 6, 1, 3, 5, 7}));
  EXPECT_EQ(int32_elements(view({}, {}, 3, 4)), std::vector{3});
  EXPECT_EQ(int32_elements(view({0, 5}, {5, 1}, 0, 0)), std::vector<std::int32_t>());
  constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(int32_elements(view({1, 2}, {kHuge, 1}, 0, 2)), (std::vector{0, 1}));
}

TEST(StoredTensor, TellsWhatLiesOutsideOfItsStorage) {
  constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();
  const StoredTensor impossible[] = {
      view({7}, {1}, 0, 6),
      view({6}, {1}, 1, 6),
      view({2, 3}, {4, 1}, 0, 6),
      view({2}, {6}, 0, 6),
      view({2}, {-1}, 1, 6),
      view({-1}, {1}, 0, 6),
      view({2, 3}, {1}, 0, 6),
      view({}, {}, 6, 6),
      view({2}, {kHuge}, 0, 6),
      view({kHuge}, {1}, 0, 6),
      view({3, 3}, {kHuge / 2, kHuge / 2}, 0, 6),
      view({kHuge / 2, 4}, {0, 0}, 0, 6),
      view({2}, {kHuge / 4}, 0, 6),
  };
  for (const auto& tensor : impossible)
    EXPECT_NE(stored_tensor_error(tensor), "")
        << shape_text(tensor.shape) << shape_text(tensor.strides);
  auto unknown = view({6}, {1}, 0, 6);
  unknown.dtype = "";
  EXPECT_NE(stored_tensor_error(unknown), "");
}

}  // namespace
}  // namespace reslab

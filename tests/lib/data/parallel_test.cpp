#include "reslab/data/parallel.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reslab/base/random.h"
#include "reslab/data/prefetch.h"

namespace reslab {
namespace {

TEST(InPieces, VisitsEveryNumberOnce) {
  for (const std::int64_t count : {0, 1, 7, 100})
    for (const std::int64_t piece : {1, 3, 100})
      for (const int threads : {1, 2, 8}) {
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
        for_each_chunk(count, piece, threads, [&](std::int64_t first, std::int64_t last) {
          EXPECT_LE(last - first, piece);
          for (auto i = first; i < last; ++i) ++visits[static_cast<std::size_t>(i)];
        });
        for (const auto& visit : visits) EXPECT_EQ(visit, 1);
      }
}

TEST(InPieces, ThrowsTheFirstMistakeWhateverTheThreads) {
  for (const int threads : {1, 2, 8}) {
    std::string message;
    try {
      for_each_chunk(100, 1, threads, [](std::int64_t first, std::int64_t) {
        if (first >= 13) throw std::runtime_error(std::to_string(first));
      });
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    EXPECT_EQ(message, "13");
  }
}

TEST(RandomPermutation, DependsOnlyOnItsKey) {
  auto order = random_permutation(50, Random{1, 2});
  EXPECT_EQ(order, random_permutation(50, Random{1, 2}));
  EXPECT_NE(order, random_permutation(50, Random{1, 3}));
  std::sort(order.begin(), order.end());
  for (std::int64_t i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(RandomPermutation, IsUniform) {
  constexpr int kTries = 6000;
  std::vector<int> first_is(6);
  for (std::uint64_t i = 0; i < kTries; ++i)
    ++first_is[static_cast<std::size_t>(random_permutation(6, Random{9, i})[0])];
  for (const int count : first_is) EXPECT_NEAR(count, kTries / 6.0, 150);  // 5 standard deviations
}

TEST(Prefetch, GivesEverythingInOrderThenNothing) {
  int made = 0;
  Prefetch<int> prefetch([&]() -> std::optional<int> {
    if (made == 100) return std::nullopt;
    return made++;
  });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(prefetch.next(), i);
  EXPECT_EQ(prefetch.next(), std::nullopt);
  EXPECT_EQ(prefetch.next(), std::nullopt);
}

TEST(Prefetch, ThrowsAfterTheResultsBeforeTheMistake) {
  int made = 0;
  Prefetch<int> prefetch([&]() -> std::optional<int> {
    if (made == 3) throw std::runtime_error("the fourth");
    return made++;
  });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(prefetch.next(), i);
  EXPECT_THROW(prefetch.next(), std::runtime_error);
  EXPECT_THROW(prefetch.next(), std::runtime_error);
}

TEST(Prefetch, WorksOnlySoFarAheadAndStopsWhenNobodyWantsMore) {
  std::atomic<int> made = 0;
  {
    Prefetch<int> prefetch([&]() -> std::optional<int> { return made++; }, 2);
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(prefetch.next(), i);
      EXPECT_LE(made, i + 4);  // i + 1 taken, two ready, one being made
    }
  }
  EXPECT_LE(made, 13);
}

}  // namespace
}  // namespace reslab

#include "reslab/ranks/collectives.h"

#include <gmock/gmock.h>

#include "lib/ranks/thread_ranks.h"
#include "reslab/base/random.h"

namespace reslab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<float> numbers_of(int rank, std::size_t count) {
  Random random{static_cast<std::uint64_t>(rank)};
  std::vector<float> numbers(count);
  for (auto& number : numbers) number = static_cast<float>(random.normal());
  return numbers;
}

/// The sum of the ranks `first` up to `last` in a binary tree.
std::vector<float> tree_sum(int first, int last, std::size_t count) {
  if (last - first == 1) return numbers_of(first, count);
  const int middle = (first + last) / 2;
  auto sum = tree_sum(first, middle, count);
  const auto others = tree_sum(middle, last, count);
  for (std::size_t i = 0; i < count; ++i) sum[i] += others[i];
  return sum;
}

TEST(Collectives, SumInABinaryTreeToTheSameBitsOnEveryRank) {
  for (const int size : {1, 2, 4, 8})
    for (const std::size_t count : {1, 7, 2048, 2049, 5003}) {
      const auto expected = tree_sum(0, size, count);
      ThreadRanks(size).run([&](RankGroup& group) {
        auto values = numbers_of(group.rank(), count);
        sum_over_ranks(group, std::span(values));
        EXPECT_EQ(values, expected) << size << ' ' << count << ' ' << group.rank();
      });
    }
}

TEST(Collectives, SendLessThanTwiceTheValues) {
  constexpr std::size_t kCount = 100'000;
  ThreadRanks ranks(4);
  ranks.run([&](RankGroup& group) {
    auto values = numbers_of(group.rank(), kCount);
    sum_over_ranks(group, std::span(values));
  });
  EXPECT_EQ(ranks.bytes_sent(), 4 * kCount * sizeof(float) * 3 / 2);
}

TEST(Collectives, BroadcastWhatRankZeroHas) {
  for (const int size : {1, 2, 3, 4, 7}) {
    ThreadRanks(size).run([&](RankGroup& group) {
      const auto own = group.rank() == 0 ? std::string(3000, 'x') : "something else";
      EXPECT_EQ(broadcast_text(group, own), std::string(3000, 'x'));
      EXPECT_EQ(broadcast_text(group, group.rank() == 0 ? "" : "else"), "");
    });
  }
}

TEST(Collectives, GatherTextsOnRankZero) {
  ThreadRanks(3).run([&](RankGroup& group) {
    const auto texts = gather_texts(group, "rank " + std::to_string(group.rank()));
    if (group.rank() == 0)
      EXPECT_THAT(texts, ElementsAre("rank 0", "rank 1", "rank 2"));
    else
      EXPECT_THAT(texts, IsEmpty());
  });
}

TEST(Collectives, ShareValuesOfWholeBatches) {
  for (const int size : {1, 2, 4, 5}) {
    ThreadRanks(size).run([&](RankGroup& group) {
      std::vector<std::int64_t> values(23);  // three batches of ten, the last one with three
      const auto share = share_of(3, group.rank(), size);
      for (auto i = share.first * 10; i < std::min<std::int64_t>(share.last * 10, 23); ++i)
        values[static_cast<std::size_t>(i)] = i * i;
      share_values(group, values, 3, 10);
      for (std::size_t i = 0; i < values.size(); ++i)
        EXPECT_EQ(values[i], static_cast<std::int64_t>(i * i)) << size << ' ' << i;
    });
  }
}

}  // namespace
}  // namespace reslab

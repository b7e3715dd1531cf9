#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "reslab/base/share.h"
#include "reslab/ranks/rank_group.h"

namespace reslab {

/// Replaces the values by their sums over all ranks. The ranks are added pairwise in a binary tree,
/// ((0 + 1) + (2 + 3)) + …, so every rank gets the same bits, and so would a single process that
/// adds in this order. The number of ranks must be a power of two. Each rank sends less than twice
/// the size of the values (Thakur, Rabenseifner and Gropp 2005, recursive halving and doubling).
/// Throws RankLost.
void sum_over_ranks(RankGroup& group, std::span<float> values);
void sum_over_ranks(RankGroup& group, std::span<double> values);

/// The operations of a sum: `exchange` sends `out` to another rank and receives `in` from it; `add`
/// adds `others` to `values`.
template <class Number>
struct SumSteps {
  std::function<void(int peer, std::span<const Number> out, std::span<Number> in)> exchange;
  std::function<void(std::span<Number> values, std::span<const Number> others)> add;
};

/// The same sum for values outside the CPU's memory, which only `steps` reads and writes. `others`:
/// memory for as many values, in the same place.
void sum_over_ranks(const RankGroup& group, std::span<float> values, std::span<float> others,
                    const SumSteps<float>& steps);

/// Gives every rank the bytes of rank 0. Throws RankLost.
void broadcast(RankGroup& group, std::span<std::byte> bytes,
               RankGroup::Patience patience = RankGroup::Patience::limited);

/// Returns the text of rank 0. Throws RankLost.
std::string broadcast_text(RankGroup& group, const std::string& text,
                           RankGroup::Patience patience = RankGroup::Patience::limited);

/// Returns the texts of all ranks on rank 0, in the order of the ranks, and nothing on the others.
/// Throws RankLost.
std::vector<std::string> gather_texts(RankGroup& group, const std::string& text);

/// Gives every rank the values that the others have computed. A rank has computed those of its
/// `share_of(batches, rank, size)`. `in_batch`: values in a batch; the last one may have fewer.
/// Throws RankLost.
template <class Value>
void share_values(RankGroup& group, std::vector<Value>& values, std::int64_t batches,
                  std::int64_t in_batch) {
  static_assert(std::is_trivially_copyable_v<Value>);
  for (int rank = 0; rank < group.size(); ++rank) {
    const auto share = share_of(batches, rank, group.size());
    const auto end = std::min(share.last * in_batch, static_cast<std::int64_t>(values.size()));
    const auto bytes = std::as_writable_bytes(
        std::span(values.data() + share.first * in_batch, values.data() + end));
    for (int other = 0; other < group.size(); ++other) {
      if (other == rank) continue;
      if (group.rank() == rank) group.exchange(other, bytes, {});
      if (group.rank() == other) group.exchange(rank, {}, bytes);
    }
  }
}

}  // namespace reslab

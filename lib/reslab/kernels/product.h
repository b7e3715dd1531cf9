#pragma once

// Matrix products and post-ops. Included only by files that are compiled once for each instruction
// set, like lanes.h.

#include "reslab/kernels/lanes.h"

namespace reslab {
namespace {

/// A block of a product has kRows × kColumns vectors, as many as fit into the registers.
constexpr int kColumns = kChannelBlock / kLanes;
constexpr int kRows = kLaneBytes == 64 ? 12 : kLaneBytes == 32 ? 6 : 2;

/// A matrix; element (row, column) is at row·row_stride + column·column_stride.
struct Factor {
  const float* data;
  std::int64_t row_stride, column_stride;
};

/// `Rows` rows and kColumns vectors of a product, in registers.
template <int Rows>
struct ProductBlock {
  Lanes sum[Rows][kColumns] = {};

  /// Adds left · right, (Rows × inner) times (inner × columns).
  RESLAB_INLINE void add(const Factor& left, const float* right, std::int64_t inner,
                         std::int64_t columns) {
    const auto* from = left.data;
    for (std::int64_t k = 0; k < inner; ++k, right += columns, from += left.column_stride) {
      Lanes line[kColumns];
#pragma GCC unroll 4
      for (int j = 0; j < kColumns; ++j) load(right + j * kLanes, line[j]);
#pragma GCC unroll 12
      for (int i = 0; i < Rows; ++i)
#pragma GCC unroll 4
        for (int j = 0; j < kColumns; ++j) sum[i][j] += from[i * left.row_stride] * line[j];
    }
  }

  /// Calls visit(row, first column, vector) for each vector.
  template <class Visit>
  RESLAB_INLINE void for_each(const Visit& visit) {
#pragma GCC unroll 12
    for (int i = 0; i < Rows; ++i)
#pragma GCC unroll 4
      for (int j = 0; j < kColumns; ++j) visit(i, j * kLanes, sum[i][j]);
  }
};

template <int Rows, class Work>
RESLAB_INLINE void last_rows(std::int64_t first, std::int64_t count, const Work& work) {
  if constexpr (Rows > 0) {
    if (count == Rows)
      work(first, ProductBlock<Rows>());
    else
      last_rows<Rows - 1>(first, count, work);
  }
}

/// Divides `rows` into blocks and calls work(first row, zero block) for each.
template <class Work>
RESLAB_INLINE void for_each_block(std::int64_t rows, const Work& work) {
  std::int64_t row = 0;
  for (; row + kRows <= rows; row += kRows) work(row, ProductBlock<kRows>());
  last_rows<kRows - 1>(row, rows - row, work);
}

/// Applies post-ops to vectors of output channels that begin at `channel`. T is the element type of
/// the output.
template <class T>
class Finish {
 public:
  RESLAB_INLINE Finish(const RawPostOps& post_ops, std::int64_t channel)
      : addend_(static_cast<const T*>(post_ops.addend)),
        least_(Lanes{} + (post_ops.relu ? 0 : -__builtin_inff())) {
    if (post_ops.bias) load(post_ops.bias + channel, bias_);
  }

  /// The final values of the vector that is stored at index `at` of the output.
  RESLAB_INLINE Lanes operator()(std::int64_t at, Lanes values) const {
    values += bias_;
    if (addend_) {
      Lanes addend;
      load(addend_ + at, addend);
      values += addend;
    }
    return values < least_ ? least_ : values;  // NaN stays NaN
  }

 private:
  const T* addend_;
  Lanes bias_ = {}, least_;
};

}  // namespace
}  // namespace reslab

#pragma once

// Products of matrices and what follows them; as lanes.h, for files that are compiled for each kind
// of processor.

#include "reslab/kernels/convolution_loops.h"
#include "reslab/kernels/lanes.h"

namespace reslab {
namespace {

/// The columns of a product that are computed together, and the rows: as many as registers hold.
constexpr int kColumns = kConvolutionChannels / kLanes;
constexpr int kRows = kLaneBytes == 64 ? 12 : kLaneBytes == 32 ? 6 : 2;

/// A matrix whose element (row, column) is at row·down + column·right.
struct Factor {
  const float* data;
  std::int64_t down, right;
};

/// Some rows and kColumns vectors of a product.
template <int Rows>
struct ProductBlock {
  Lanes sum[Rows][kColumns] = {};

  /// Adds left · right, (Rows × inner) times (inner × columns).
  RESLAB_INLINE void add(const Factor& left, const float* right, std::int64_t inner,
                         std::int64_t columns) {
    const auto* from = left.data;
    for (std::int64_t k = 0; k < inner; ++k, right += columns, from += left.right) {
      Lanes line[kColumns];
#pragma GCC unroll 4
      for (int j = 0; j < kColumns; ++j) load(right + j * kLanes, line[j]);
#pragma GCC unroll 12
      for (int i = 0; i < Rows; ++i)
#pragma GCC unroll 4
        for (int j = 0; j < kColumns; ++j) sum[i][j] += from[i * left.down] * line[j];
    }
  }

  /// Calls visit(row, first column, values) for each vector.
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

/// Calls work(first row, an empty block) for all rows.
template <class Work>
RESLAB_INLINE void for_each_block(std::int64_t rows, const Work& work) {
  std::int64_t row = 0;
  for (; row + kRows <= rows; row += kRows) work(row, ProductBlock<kRows>());
  last_rows<kRows - 1>(row, rows - row, work);
}

/// What happens to vectors of a convolution's output of elements T, of channels from `channel` on.
template <class T>
class Finish {
 public:
  RESLAB_INLINE Finish(const ConvolutionEnd& end, std::int64_t channel)
      : addend_(static_cast<const T*>(end.addend)),
        least_(Lanes{} + (end.relu ? 0 : -__builtin_inff())) {
    if (end.bias) load(end.bias + channel, bias_);
  }

  /// The values that belong to place `at` of the output.
  RESLAB_INLINE Lanes operator()(std::int64_t at, Lanes values) const {
    values += bias_;
    if (addend_) {
      Lanes addend;
      load(addend_ + at, addend);
      values += addend;
    }
    return values < least_ ? least_ : values;  // not a number stays so
  }

 private:
  const T* addend_;
  Lanes bias_ = {}, least_;
};

}  // namespace
}  // namespace reslab

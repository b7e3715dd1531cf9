// Compiled once for each instruction set, like norm_loops.cpp. RESLAB_DIRECT_KERNELS is the name
// of the table.
#include "reslab/kernels/convolution_loops.h"
#include "reslab/kernels/product.h"

namespace reslab {
namespace {

template <class T>
void direct(const void* image, std::int64_t height, std::int64_t width, std::int64_t in,
            const float* w, std::int64_t out, const RawPostOps& post_ops, float* padded,
            void* result) {
  const auto* x = static_cast<const T*>(image);
  auto* y = static_cast<T*>(result);
  const auto row_size = (width + 2) * in;
  for (std::int64_t row = 0; row < height; ++row)
    for (std::int64_t i = 0; i < width * in; ++i)
      padded[(row + 1) * row_size + in + i] = to_float(x[row * width * in + i]);
  for (std::int64_t row = 0; row < height; ++row)
    for (std::int64_t channel = 0; channel < out; channel += kChannelBlock)
      for_each_block(width, [&](std::int64_t column, auto block) {
        // The 3·in inputs in a row of the window are contiguous.
        const auto* window = padded + row * row_size + column * in;
        for (std::int64_t i = 0; i < 3; ++i)
          block.add({window + i * row_size, in, 1}, w + i * 3 * in * out + channel, 3 * in, out);
        const auto first = (row * width + column) * out + channel;
        block.for_each([&](int place, int lane, Lanes& value) {
          const auto at = first + place * out + lane;
          store(Finish<T>(post_ops, channel + lane)(at, value), y + at);
        });
      });
}

}  // namespace

extern const DirectKernel RESLAB_DIRECT_KERNELS[2];
const DirectKernel RESLAB_DIRECT_KERNELS[2] = {direct<float>, direct<Bfloat16>};

}  // namespace reslab

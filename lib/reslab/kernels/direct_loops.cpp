// Compiled once for each kind of processor, with RESLAB_DIRECT_KERNEL the name of its function; as
// norm_loops.cpp.
#include <cstddef>

#include "reslab/kernels/convolution_loops.h"
#include "reslab/kernels/product.h"

namespace reslab {
namespace {

void direct(const float* x, std::int64_t height, std::int64_t width, std::int64_t in,
            const float* w, std::int64_t out, const ConvolutionEnd& end, float* padded, float* y) {
  const auto row_size = (width + 2) * in;
  for (std::int64_t row = 0; row < height; ++row)
    __builtin_memcpy(padded + (row + 1) * row_size + in, x + row * width * in,
                     static_cast<std::size_t>(width * in) * sizeof(float));
  for (std::int64_t row = 0; row < height; ++row)
    for (std::int64_t channel = 0; channel < out; channel += kConvolutionChannels)
      for_each_block(width, [&](std::int64_t column, auto block) {
        // The 3·in numbers of a row of the window lie side by side.
        const auto* window = padded + row * row_size + column * in;
        for (std::int64_t i = 0; i < 3; ++i)
          block.add({window + i * row_size, in, 1}, w + i * 3 * in * out + channel, 3 * in, out);
        const auto first = (row * width + column) * out + channel;
        block.for_each([&](int place, int lane, Lanes& value) {
          const auto at = first + place * out + lane;
          store(Finish(end, channel + lane)(at, value), y + at);
        });
      });
}

}  // namespace

extern const DirectKernel RESLAB_DIRECT_KERNEL;
const DirectKernel RESLAB_DIRECT_KERNEL = direct;

}  // namespace reslab

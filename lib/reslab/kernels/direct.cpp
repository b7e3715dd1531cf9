#include "reslab/kernels/direct.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "reslab/kernels/pixel_matrix.h"

namespace reslab {
namespace {

constexpr std::int64_t kFewChannels = 4;

}  // namespace

bool has_direct(const at::Tensor& weight) {
  return weight.size(1) <= kFewChannels && weight.size(0) % kConvolutionChannels == 0;
}

at::Tensor direct_convolution(const at::Tensor& x, const at::Tensor& weight,
                              const ConvolutionEnd& end) {
  const auto k = weight.size(0), c = weight.size(1), height = x.size(2), width = x.size(3);
  const auto taps = weight.permute({2, 3, 1, 0}).contiguous();
  const auto kernel = direct_kernel(element_of(x));
  auto y = at::empty({x.size(0), k, height, width}, x.options(), at::MemoryFormat::ChannelsLast);
  const PixelMatrix images(x), results(y);
  at::parallel_for(0, x.size(0), 1, [&](std::int64_t first, std::int64_t last) {
    const auto padded = at::zeros({height + 2, width + 2, c}, at::kFloat);
    for (auto image = first; image < last; ++image) {
      const auto place = image * height * width;
      auto of_image = end;
      of_image.addend = results.at(end.addend, place);
      kernel(images.at(x, place), height, width, c, taps.data_ptr<float>(), k, of_image,
             padded.data_ptr<float>(), results.at(y, place));
    }
  });
  return y;
}

}  // namespace reslab

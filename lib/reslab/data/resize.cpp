#include "reslab/data/resize.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace reslab {
namespace {

// What each output position along one axis takes from the input: `count` neighbours from `first`
// on.
struct Taps {
  struct Position {
    int first = 0;
    int count = 0;
    std::size_t weights = 0;  // where they start
  };
  std::vector<Position> positions;
  std::vector<float> weights;
};

Taps taps(int from, int to) {
  const double scale = static_cast<double>(from) / to;
  const double support = std::max(scale, 1.0);
  Taps result;
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(centre - support + 0.5));
    const int last = std::min(from, static_cast<int>(centre + support + 0.5));
    const auto start = result.weights.size();
    double total = 0;
    for (int k = first; k < last; ++k)
      total += std::max(0.0, 1 - std::abs(k + 0.5 - centre) / support);
    for (int k = first; k < last; ++k)
      result.weights.push_back(
          static_cast<float>(std::max(0.0, 1 - std::abs(k + 0.5 - centre) / support) / total));
    result.positions.push_back({first, last - first, start});
  }
  return result;
}

void resize_row(const std::uint8_t* row, const Taps& taps, float* out) {
  for (const auto& position : taps.positions) {
    const auto* from = row + std::size_t{3} * static_cast<std::size_t>(position.first);
    const auto* weights = taps.weights.data() + position.weights;
    float red = 0;
    float green = 0;
    float blue = 0;
    for (int k = 0; k < position.count; ++k, from += 3) {
      red += weights[k] * static_cast<float>(from[0]);
      green += weights[k] * static_cast<float>(from[1]);
      blue += weights[k] * static_cast<float>(from[2]);
    }
    *out++ = red;
    *out++ = green;
    *out++ = blue;
  }
}

}  // namespace

Image resized(const ImageView& image, int height, int width) {
  const auto row = static_cast<std::size_t>(width) * 3;
  const auto from_row = static_cast<std::size_t>(image.width) * 3;
  const auto across = taps(image.width, width);
  std::vector<float> rows(static_cast<std::size_t>(image.height) * row);
  for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y)
    resize_row(image.pixels + y * from_row, across, rows.data() + y * row);

  Image result{height, width, std::vector<std::uint8_t>(static_cast<std::size_t>(height) * row)};
  const auto down = taps(image.height, height);
  std::vector<float> sum(row);
  auto* out = result.pixels.data();
  for (const auto& position : down.positions) {
    std::fill(sum.begin(), sum.end(), 0.5F);
    for (int k = 0; k < position.count; ++k) {
      const float weight = down.weights[position.weights + static_cast<std::size_t>(k)];
      const auto* from = rows.data() + static_cast<std::size_t>(position.first + k) * row;
      for (std::size_t x = 0; x < row; ++x) sum[x] += weight * from[x];
    }
    for (std::size_t x = 0; x < row; ++x)
      *out++ = static_cast<std::uint8_t>(std::min(sum[x], 255.0F));
  }
  return result;
}

Size with_short_side(const ImageView& image, int short_side) {
  const std::int64_t height = image.height;
  const std::int64_t width = image.width;
  if (height < width) return {short_side, short_side * width / height};
  return {short_side * height / width, short_side};
}

}  // namespace reslab

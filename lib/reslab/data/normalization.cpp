#include "reslab/data/normalization.h"

#include <cmath>
#include <mutex>
#include <string>

#include "reslab/data/parallel.h"
#include "reslab/data/resize.h"

namespace reslab {
namespace {

// Sums over images for each pixel and channel. Integer sums do not depend on their order.
struct Moments {
  std::vector<std::uint64_t> sum;
  std::vector<std::uint64_t> square;
};

// Images that one thread sums up in 32 bits, which hold the sum of up to 65,536 squares of a byte.
constexpr std::int64_t kPiece = 256;

constexpr std::array<float, 3> kImagenetMean = {0.485F, 0.456F, 0.406F};
constexpr std::array<float, 3> kImagenetStd = {0.229F, 0.224F, 0.225F};

Moments moments(const Images& images, int height, int width) {
  const auto row = static_cast<std::size_t>(width) * 3;
  const auto size = static_cast<std::size_t>(height) * row;
  Moments total{std::vector<std::uint64_t>(size), std::vector<std::uint64_t>(size)};
  std::mutex mutex;
  for_each_chunk(images.size(), kPiece, worker_count(), [&](std::int64_t first, std::int64_t last) {
    std::vector<std::uint32_t> sum(size);
    std::vector<std::uint32_t> square(size);
    std::vector<std::uint8_t> buffer;
    Image cut;
    for (auto i = first; i < last; ++i) {
      const auto image = images.view(i, buffer);
      const auto part = view_window(image,
                                    {centre_crop_begin(image.height, height),
                                     centre_crop_begin(image.width, width), height, width},
                                    cut);
      for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
        const auto* pixels = part.pixels + y * part.stride;
        for (std::size_t x = 0; x < row; ++x) {
          const std::uint32_t pixel = pixels[x];
          sum[y * row + x] += pixel;
          square[y * row + x] += pixel * pixel;
        }
      }
    }
    const std::lock_guard lock(mutex);
    for (std::size_t k = 0; k < size; ++k) {
      total.sum[k] += sum[k];
      total.square[k] += square[k];
    }
  });
  return total;
}

Normalization pixel_mean(const Moments& moments, std::int64_t images) {
  Normalization result{{}, {1, 1, 1}};
  result.mean.reserve(moments.sum.size());
  for (const auto sum : moments.sum)
    result.mean.push_back(
        static_cast<float>(static_cast<double>(sum) / (255.0 * static_cast<double>(images))));
  return result;
}

Normalization channel_mean(const Moments& moments, std::int64_t images) {
  std::array<std::uint64_t, 3> sum{};
  std::array<std::uint64_t, 3> square{};
  for (std::size_t k = 0; k < moments.sum.size(); ++k) {
    sum[k % 3] += moments.sum[k];
    square[k % 3] += moments.square[k];
  }
  const auto places = moments.sum.size() / 3;
  const auto count = static_cast<double>(images) * static_cast<double>(places);
  Normalization result;
  for (std::size_t c = 0; c < 3; ++c) {
    const double mean = static_cast<double>(sum[c]) / count;
    const double variance = static_cast<double>(square[c]) / count - mean * mean;
    result.mean.push_back(static_cast<float>(mean / 255));
    // If two bytes differ, variance · count is at least 0.5; anything less is rounding.
    result.std[c] = variance * count < 0.5 ? 1.0F : static_cast<float>(std::sqrt(variance) / 255);
  }
  return result;
}

}  // namespace

Settings<Normalize> Normalize::settings() {
  return {
      kind_choice("name", &Normalize::kind,
                  {{"per-pixel-mean", Kind::per_pixel_mean},
                   {"per-channel", Kind::per_channel},
                   {"imagenet", Kind::imagenet},
                   {"none", Kind::none},
                   {"given", Kind::given}}),
      number("mean", "subtracted from red, green, blue pixels of 0 to 1", &Normalize::mean, 0, 1)
          .only("given"),
      number("std", "divisors of red, green, blue", &Normalize::std, 0.001, 1).only("given")};
}

std::vector<std::string> errors(const Normalize& normalize) {
  std::vector<std::string> lines;
  const auto check = [&](const char* name, const std::vector<double>& list) {
    if (list.size() != 3 && list.size() != 1)
      lines.push_back("normalize/" + std::string(name) + ": " + std::to_string(list.size()) +
                      " numbers; it should be three, for red, green and blue, or one");
  };
  if (normalize.kind != Normalize::Kind::given) return lines;
  check("mean", normalize.mean);
  check("std", normalize.std);
  return lines;
}

Normalization measure(const Normalize& normalize, const Images& train, int height, int width) {
  switch (normalize.kind) {
    case Normalize::Kind::per_pixel_mean:
      return pixel_mean(moments(train, height, width), train.size());
    case Normalize::Kind::per_channel:
      return channel_mean(moments(train, height, width), train.size());
    case Normalize::Kind::imagenet:
      return {{kImagenetMean.begin(), kImagenetMean.end()}, kImagenetStd};
    case Normalize::Kind::none:
      return {{0, 0, 0}, {1, 1, 1}};
    case Normalize::Kind::given:
      break;
  }
  Normalization given;
  for (std::size_t c = 0; c < 3; ++c) {
    given.mean.push_back(static_cast<float>(normalize.mean.at(c % normalize.mean.size())));
    given.std[c] = static_cast<float>(normalize.std.at(c % normalize.std.size()));
  }
  return given;
}

}  // namespace reslab

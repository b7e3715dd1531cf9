#include "reslab/data/color_jitter.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "reslab/base/setting_rows.h"

namespace reslab {
namespace {

constexpr float kWhite = 255;

/// The luminance of a pixel (ITU-R BT.601).
float gray(const float* pixel) {
  return 0.2989F * pixel[0] + 0.587F * pixel[1] + 0.114F * pixel[2];
}

/// other + factor · (value − other), within the range of bytes.
float blend(float value, float other, float factor) {
  return std::clamp(factor * value + (1 - factor) * other, 0.0F, kWhite);
}

void blend_all(std::vector<float>& pixels, float other, float factor) {
  for (auto& value : pixels) value = blend(value, other, factor);
}

void change_contrast(std::vector<float>& pixels, float factor) {
  double sum = 0;
  for (std::size_t k = 0; k < pixels.size(); k += 3) sum += gray(&pixels[k]);
  const auto count = pixels.size() / 3;
  blend_all(pixels, static_cast<float>(sum / static_cast<double>(count)), factor);
}

void change_saturation(std::vector<float>& pixels, float factor) {
  for (std::size_t k = 0; k < pixels.size(); k += 3) {
    const auto luminance = gray(&pixels[k]);
    for (std::size_t c = 0; c < 3; ++c) pixels[k + c] = blend(pixels[k + c], luminance, factor);
  }
}

/// Turns the hue of a pixel by `shift` of the color circle. Value and saturation (of HSV) stay.
void turn_hue(float* pixel, float shift) {
  const auto [least, largest] = std::minmax({pixel[0], pixel[1], pixel[2]});
  const float range = largest - least;
  if (range == 0) return;
  float hue = 0;  // in sixths of the circle
  if (largest == pixel[0])
    hue = (pixel[1] - pixel[2]) / range;
  else if (largest == pixel[1])
    hue = 2 + (pixel[2] - pixel[0]) / range;
  else
    hue = 4 + (pixel[0] - pixel[1]) / range;
  hue += 6 * shift;
  // Channel n of HSV as in Smith 1978: full within one sixth of its own hue, none beyond two.
  for (int n = 0; n < 3; ++n) {
    const float distance = std::abs(std::remainder(hue - 2 * static_cast<float>(n), 6.0F));
    pixel[n] = least + range * std::clamp(2 - distance, 0.0F, 1.0F);
  }
}

double draw_factor(double value, Random& random) {
  return value > 0 ? random.uniform(std::max(0.0, 1 - value), 1 + value) : 1;
}

}  // namespace

Settings<ColorJitter> ColorJitter::settings() {
  using Jitter = ColorJitter;
  return {number("brightness", "largest change of the brightness; 0.4: factors of 0.6 to 1.4",
                 &Jitter::brightness, 0, 10),
          number("contrast", "largest change of the contrast", &Jitter::contrast, 0, 10),
          number("saturation", "largest change of the saturation", &Jitter::saturation, 0, 10),
          number("hue", "largest shift of the hue; 0.5: half of the color circle", &Jitter::hue, 0,
                 0.5)};
}

void ColorChange::apply(Image& image) const {
  std::vector<float> pixels(image.pixels.begin(), image.pixels.end());
  for (const auto step : order) {
    if (step == Step::brightness && brightness != 1)
      blend_all(pixels, 0, static_cast<float>(brightness));
    if (step == Step::contrast && contrast != 1)
      change_contrast(pixels, static_cast<float>(contrast));
    if (step == Step::saturation && saturation != 1)
      change_saturation(pixels, static_cast<float>(saturation));
    if (step == Step::hue && hue != 0)
      for (std::size_t k = 0; k < pixels.size(); k += 3)
        turn_hue(&pixels[k], static_cast<float>(hue));
  }
  std::ranges::transform(pixels, image.pixels.begin(),
                         [](float value) { return static_cast<std::uint8_t>(value + 0.5F); });
}

ColorChange ColorJitter::draw(Random& random) const {
  ColorChange change;
  for (auto left = std::ssize(change.order); left > 1; --left)  // Fisher-Yates
    std::swap(change.order[static_cast<std::size_t>(left - 1)],
              change.order[static_cast<std::size_t>(random.below(left))]);
  change.brightness = draw_factor(brightness, random);
  change.contrast = draw_factor(contrast, random);
  change.saturation = draw_factor(saturation, random);
  if (hue > 0) change.hue = random.uniform(-hue, hue);
  return change;
}

}  // namespace reslab

#pragma once

#include <array>

#include "reslab/base/random.h"
#include "reslab/base/setting.h"
#include "reslab/data/image.h"

namespace reslab {

/// The color change of one image. Factors of 1 and a hue shift of 0 change nothing.
struct ColorChange {
  enum class Step { brightness, contrast, saturation, hue };

  std::array<Step, 4> order = {Step::brightness, Step::contrast, Step::saturation, Step::hue};
  double brightness = 1;  // factors
  double contrast = 1;
  double saturation = 1;
  double hue = 0;  // shift, −0.5 … 0.5 of the color circle

  /// Changes the image as torchvision's functions of the same names do. Rounds once, at the end.
  void apply(Image& image) const;
};

/// Random brightness, contrast, saturation and hue in a random order, as torchvision's ColorJitter
/// draws them. A factor is uniform from max(0, 1 − value) to 1 + value.
struct ColorJitter {
  double brightness = 0;
  double contrast = 0;
  double saturation = 0;
  double hue = 0;  // the shift is uniform from −hue to hue

  ColorChange draw(Random& random) const;

  static Settings<ColorJitter> settings();
  bool operator==(const ColorJitter&) const = default;
};

}  // namespace reslab

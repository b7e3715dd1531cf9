#pragma once

#include <string>
#include <vector>

#include "reslab/base/random.h"
#include "reslab/base/setting.h"
#include "reslab/data/image.h"

namespace reslab {

/// A random part of an image, to be resized to the network's input (Szegedy et al. 2015, section
/// 6). Parameters, distribution and fallback are those of torchvision's RandomResizedCrop.
struct RandomResizedCrop {
  std::vector<double> scale = {0.08, 1};          // least and largest share of the image's area
  std::vector<double> ratio = {0.75, 4.0 / 3.0};  // least and largest width / height

  /// Draws a part of an image of `height` × `width` pixels.
  Window draw(int height, int width, Random& random) const;

  static Settings<RandomResizedCrop> settings();
  bool operator==(const RandomResizedCrop&) const = default;
};

/// One line, which begins with the setting's name, for each pair whose first number is the larger.
std::vector<std::string> errors(const RandomResizedCrop& crop);

}  // namespace reslab

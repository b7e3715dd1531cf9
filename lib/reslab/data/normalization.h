#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "reslab/base/setting.h"
#include "reslab/data/images.h"

namespace reslab {

/// How pixels, scaled to 0 … 1, become a network's input.
struct Normalize {
  enum class Kind { per_pixel_mean, per_channel, imagenet, none, given };
  Kind kind = Kind::per_channel;
  std::vector<double> mean = {0, 0, 0};  // of `given`: red, green, blue
  std::vector<double> std = {1, 1, 1};
};

/// The description of `normalize`: a kind's name, or {"mean": […], "std": […]}.
Setting normalize_setting(Normalize& normalize);

/// Lists that are not three numbers, one line each.
std::vector<std::string> mistakes(const Normalize& normalize);

/// Numbers that normalise: input = (pixel / 255 − mean) / std.
struct Normalization {
  std::vector<float> mean;  // 3 (red, green, blue), or height × width × 3, one for each place
  std::array<float, 3> std{};
};

/// The numbers, measured on the training images where the kind asks for it, as they are evaluated
/// (cut at the centre); exact, so independent of threads. `per_pixel_mean` does not divide. A
/// channel that never changes is not divided either. Throws InvalidInput where an image does not
/// decode.
Normalization measure(const Normalize& normalize, const Images& train, int height, int width);

}  // namespace reslab

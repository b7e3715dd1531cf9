#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "reslab/base/setting_rows.h"
#include "reslab/data/images.h"

namespace reslab {

/// How pixels, scaled to 0 … 1, become the input of a network.
struct Normalize {
  enum class Kind { per_pixel_mean, per_channel, imagenet, none, given };
  Kind kind = Kind::per_channel;
  std::vector<double> mean = {0, 0, 0};  // red, green, blue; `given` only, like std
  std::vector<double> std = {1, 1, 1};

  static Settings<Normalize> settings();
  bool operator==(const Normalize&) const = default;
};

/// The row `normalize` of a table: the name of a kind, or {"mean": […], "std": […]}.
template <class T>
SettingOf<T> normalize_setting(Normalize T::* member) {
  auto setting =
      group("normalize",
            "how pixels of 0 to 1 are normalised: per-pixel-mean (subtracts the mean training "
            "image, as the paper does), per-channel (mean and std of the training images), "
            "imagenet (mean and std of ImageNet), none, or {\"mean\": [3 numbers, or 1], \"std\": "
            "[3 or 1]}",
            member, Normalize::settings());
  setting.kind_without_word = "given";
  return setting;
}

/// One line for each list that has neither three numbers nor one for all channels.
std::vector<std::string> errors(const Normalize& normalize);

/// The constants of a normalisation: input = (pixel / 255 − mean) / std.
struct Normalization {
  std::vector<float> mean;  // 3 (red, green, blue), or height × width × 3
  std::array<float, 3> std{};
};

/// Returns the constants of the normalisation. Kinds that need training images measure their centre
/// crops, as in evaluation. Sums are exact, so the result does not depend on threads. A std is 1
/// for `per_pixel_mean` and for a channel that never changes. Throws InvalidInput if an image
/// cannot be decoded.
Normalization measure(const Normalize& normalize, const Images& train, int height, int width);

}  // namespace reslab

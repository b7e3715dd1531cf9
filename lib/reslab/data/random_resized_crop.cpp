#include "reslab/data/random_resized_crop.h"

#include <cmath>

#include "reslab/base/setting_rows.h"

namespace reslab {
namespace {

/// Rounds halves to even, as Python does.
int rounded(double value) { return static_cast<int>(std::nearbyint(value)); }

/// The largest centred part whose ratio is allowed.
Window centre(int height, int width, double least_ratio, double largest_ratio) {
  const auto ratio = static_cast<double>(width) / height;
  Window part{0, 0, height, width};
  if (ratio < least_ratio) part.height = rounded(width / least_ratio);
  if (ratio > largest_ratio) part.width = rounded(height * largest_ratio);
  part.top = (height - part.height) / 2;
  part.left = (width - part.width) / 2;
  return part;
}

}  // namespace

Settings<RandomResizedCrop> RandomResizedCrop::settings() {
  using Crop = RandomResizedCrop;
  return {number("scale", "least and largest share of the image's area", &Crop::scale, 0.01, 1)
              .of_length(2),
          number("ratio", "least and largest width / height; its logarithm is uniform",
                 &Crop::ratio, 0.01, 100)
              .of_length(2)};
}

Window RandomResizedCrop::draw(int height, int width, Random& random) const {
  constexpr int kTries = 10;
  const auto area = static_cast<double>(height) * width;
  for (int i = 0; i < kTries; ++i) {
    const auto part_area = area * random.uniform(scale[0], scale[1]);
    const auto part_ratio = std::exp(random.uniform(std::log(ratio[0]), std::log(ratio[1])));
    const int part_width = rounded(std::sqrt(part_area * part_ratio));
    const int part_height = rounded(std::sqrt(part_area / part_ratio));
    if (part_width < 1 || part_width > width || part_height < 1 || part_height > height) continue;
    const auto top = static_cast<int>(random.below(height - part_height + 1));
    const auto left = static_cast<int>(random.below(width - part_width + 1));
    return {top, left, part_height, part_width};
  }
  return centre(height, width, ratio[0], ratio[1]);
}

std::vector<std::string> errors(const RandomResizedCrop& crop) {
  std::vector<std::string> lines;
  const auto check = [&lines](const std::string& name, const std::vector<double>& pair) {
    if (pair[0] > pair[1])
      lines.push_back(name + ": got " + to_text(pair) + ", expected the smaller number first");
  };
  check("scale", crop.scale);
  check("ratio", crop.ratio);
  return lines;
}

}  // namespace reslab

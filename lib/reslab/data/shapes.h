#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/base/random.h"
#include "reslab/base/setting.h"
#include "reslab/data/source.h"

namespace reslab {

constexpr int kShapeSide = 32;  // height and width of the images in pixels
constexpr std::int64_t kShapeBytes = std::int64_t{3} * kShapeSide * kShapeSide;

/// The names of the shapes that can be drawn: disc, ring, square, …
std::vector<std::string> shape_names();

/// Draws an image of shape number `shape`, a function of `random`: a background with a colour
/// gradient, strokes, the shape with a random position, size, angle and colour, and noise over
/// everything. `pixels`: 32 × 32 × 3 bytes (RGB).
void draw_shape(std::int64_t shape, Random random, std::uint8_t* pixels);

/// Ten shapes of 32 × 32 pixels, drawn from a seed.
struct ShapesOptions {
  static constexpr const char* kName = "shapes";
  std::int64_t train = 20000;
  std::int64_t test = 2000;
  std::int64_t seed = 1;

  static Settings<ShapesOptions> settings();
  std::unique_ptr<const DataSource> source() const;
  bool operator==(const ShapesOptions&) const = default;
};

/// A data set that needs no download: drawn images of ten shapes. Image i of a split is a function
/// of (seed, split, i); its class is i modulo 10.
class ShapesSource : public DataSource {
 public:
  explicit ShapesSource(const ShapesOptions& options) : options_(options) {}

  std::optional<DataOutline> outline() const override;
  std::string describe(Splits splits) const override;
  DataSet load(Splits splits) const override;

 private:
  ShapesOptions options_;
};

}  // namespace reslab

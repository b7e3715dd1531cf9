#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/base/random.h"

namespace reslab {

constexpr int kShapeSide = 32;  // height and width of the images in pixels
constexpr std::int64_t kShapeBytes = std::int64_t{3} * kShapeSide * kShapeSide;

/// The names of the shapes that can be drawn: disc, ring, square, …
std::vector<std::string> shape_names();

/// Draws an image of shape number `shape`, a function of `random`: a background with a colour
/// gradient, strokes, the shape with a random position, size, angle and colour, and noise over
/// everything. `pixels`: 32 × 32 × 3 bytes (RGB).
void draw_shape(std::int64_t shape, Random random, std::uint8_t* pixels);

}  // namespace reslab

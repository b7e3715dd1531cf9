#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/base/random.h"

namespace reslab {

constexpr int kShapeSide = 32;  // pixels, of the square images
constexpr std::int64_t kShapeBytes = std::int64_t{3} * kShapeSide * kShapeSide;

/// The names of the shapes that can be drawn: disc, ring, square, …
std::vector<std::string> shape_names();

/// Draws one shape, a function of `random` alone: colours independent of the shape, a background
/// that changes gradually, strokes behind the shape, its place, size and angle drawn at random,
/// noise over everything. `pixels`: kShapeBytes bytes, 32 × 32 × 3 (RGB).
void draw_shape(std::int64_t shape, Random random, std::uint8_t* pixels);

}  // namespace reslab

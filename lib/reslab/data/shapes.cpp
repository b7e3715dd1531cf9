#include "reslab/data/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <utility>

#include "reslab/base/setting_rows.h"
#include "reslab/base/text.h"
#include "reslab/data/parallel.h"

namespace reslab {
namespace {

// Parameters that determine how hard the images are. Unit of lengths: half the image's side; of
// angles: radians; colours are from 0 to 1.
constexpr double kRotation = 0.4;   // largest rotation of the shape, in both directions
constexpr double kSmallest = 0.5;   // smallest radius of the shape
constexpr double kLargest = 0.75;   // largest radius
constexpr double kShift = 0.25;     // largest shift of the shape's centre along each axis
constexpr double kContrast = 0.25;  // least difference in brightness between shape and background
constexpr double kGradient = 0.12;  // change of the background's colour from the centre to an edge
constexpr int kStrokes = 2;         // largest number of strokes
constexpr double kNoise = 0.05;     // standard deviation
constexpr double kPixelsPerUnit = kShapeSide / 2.0;

/// A shape, given by the signed distance to its edge (negative inside). Its radius is about 1.
struct Shape {
  const char* name;
  float (*distance)(float u, float v);
};

float length(float u, float v) { return std::sqrt(u * u + v * v); }
float box(float u, float v, float width, float height) {
  return std::max(std::abs(u) - width, std::abs(v) - height);
}

float disc(float u, float v) { return length(u, v) - 1; }
float ring(float u, float v) { return std::abs(length(u, v) - 0.72F) - 0.26F; }
float square(float u, float v) { return box(u, v, 0.85F, 0.85F); }
float frame(float u, float v) { return std::abs(box(u, v, 0.66F, 0.66F)) - 0.22F; }
float triangle(float u, float v) {
  constexpr float kHeight = 0.8660254F;  // sin 60°
  return std::max(0.5F * u + kHeight * std::abs(v), -u) - 0.55F;
}
float cross(float u, float v) { return std::min(box(u, v, 0.3F, 1), box(u, v, 1, 0.3F)); }
float star(float u, float v) {
  const float radius = length(u, v);
  const float c = u / std::max(radius, 1e-6F);
  const float cos5 = c * (5 + c * c * (16 * c * c - 20));  // cos 5θ from c = cos θ
  return radius - (0.72F + 0.38F * cos5);
}
float crescent(float u, float v) { return std::max(length(u, v) - 1, 0.8F - length(u - 0.5F, v)); }
float half_disc(float u, float v) { return std::max(length(u, v) - 1.1F, -u - 0.15F); }
float corner(float u, float v) {
  return std::min(box(u + 0.55F, v, 0.3F, 1), box(u, v - 0.7F, 0.85F, 0.3F));
}

constexpr std::array<Shape, 10> kShapes = {{{"disc", disc},
                                            {"ring", ring},
                                            {"square", square},
                                            {"frame", frame},
                                            {"triangle", triangle},
                                            {"cross", cross},
                                            {"star", star},
                                            {"crescent", crescent},
                                            {"half-disc", half_disc},
                                            {"corner", corner}}};

using Colour = std::array<float, 3>;
using Canvas = std::array<Colour, std::size_t{kShapeSide} * kShapeSide>;

float number(Random& random, double low, double high) {
  return static_cast<float>(random.uniform(low, high));
}

Colour colour(Random& random, double low = 0, double high = 1) {
  return {number(random, low, high), number(random, low, high), number(random, low, high)};
}

float brightness(const Colour& c) { return 0.3F * c[0] + 0.6F * c[1] + 0.1F * c[2]; }

/// Position, size and angle in the image.
struct Pose {
  float x, y, scale, cosine, sine;
};

Pose pose(float x, float y, float scale, float angle) {
  return {x, y, scale, std::cos(angle), std::sin(angle)};
}

/// The coordinate of a pixel's centre along one axis, from −1 to 1.
float coordinate(int pixel) {
  return (static_cast<float>(pixel) + 0.5F) / static_cast<float>(kPixelsPerUnit) - 1;
}

/// Paints the inside of a shape, with its edge smoothed over one pixel.
template <class Distance>
void paint(Canvas& canvas, const Pose& pose, const Colour& paint_colour, Distance distance) {
  auto pixel = canvas.begin();
  for (int row = 0; row < kShapeSide; ++row)
    for (int column = 0; column < kShapeSide; ++column, ++pixel) {
      const float x = coordinate(column) - pose.x;
      const float y = coordinate(row) - pose.y;
      const float u = (x * pose.cosine + y * pose.sine) / pose.scale;
      const float v = (y * pose.cosine - x * pose.sine) / pose.scale;
      const float pixels_outside = static_cast<float>(kPixelsPerUnit) * pose.scale * distance(u, v);
      const float cover = std::clamp(0.5F - pixels_outside, 0.0F, 1.0F);
      for (std::size_t c = 0; c < 3; ++c) (*pixel)[c] += cover * (paint_colour[c] - (*pixel)[c]);
    }
}

void paint_background(Canvas& canvas, const Colour& background, Random& random) {
  const auto across = colour(random, -kGradient, kGradient);
  const auto down = colour(random, -kGradient, kGradient);
  auto pixel = canvas.begin();
  for (int row = 0; row < kShapeSide; ++row)
    for (int column = 0; column < kShapeSide; ++column, ++pixel)
      for (std::size_t c = 0; c < 3; ++c)
        (*pixel)[c] = background[c] + across[c] * coordinate(column) + down[c] * coordinate(row);
}

void paint_strokes(Canvas& canvas, Random& random) {
  const auto count = random.below(kStrokes + 1);
  for (std::int64_t i = 0; i < count; ++i) {
    const float x = number(random, -1, 1);
    const float y = number(random, -1, 1);
    const float half_length = number(random, 0.2, 0.6);
    const float half_width = number(random, 0.04, 0.09);
    const auto where = pose(x, y, 1, number(random, -std::numbers::pi, std::numbers::pi));
    paint(canvas, where, colour(random),
          [=](float u, float v) { return box(u, v, half_length, half_width); });
  }
}

/// A nearly normal number with mean 0 and standard deviation 1: a sum of four uniform numbers.
/// Needs no function of the math library, whose results differ in the last digit between systems.
float noise(Random& random) {
  constexpr std::uint64_t kPart = 0xffff;
  const auto bits = random.next();
  const auto sum = (bits & kPart) + (bits >> 16 & kPart) + (bits >> 32 & kPart) + (bits >> 48);
  return (static_cast<float>(sum) / 65536.0F - 2) * std::numbers::sqrt3_v<float>;
}

enum class Split : std::uint64_t { train = 0, test = 1 };

std::shared_ptr<const Images> draw_images(std::int64_t seed, Split split, std::int64_t count) {
  const auto shapes = std::ssize(shape_names());
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(count * kShapeBytes));
  std::vector<std::int64_t> labels(static_cast<std::size_t>(count));
  for_each_chunk(count, 256, worker_count(), [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) {
      labels[static_cast<std::size_t>(i)] = i % shapes;
      draw_shape(i % shapes,
                 Random{static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(split),
                        static_cast<std::uint64_t>(i)},
                 pixels.data() + i * kShapeBytes);
    }
  });
  return std::make_shared<MemoryImages>(kShapeSide, kShapeSide, std::move(pixels),
                                        std::move(labels));
}

}  // namespace

std::vector<std::string> shape_names() {
  std::vector<std::string> names;
  for (const auto& shape : kShapes) names.emplace_back(shape.name);
  return names;
}

void draw_shape(std::int64_t shape, Random random, std::uint8_t* pixels) {
  Colour background;
  Colour foreground;
  do {
    background = colour(random);
    foreground = colour(random);
  } while (std::abs(brightness(background) - brightness(foreground)) < kContrast);

  Canvas canvas;
  paint_background(canvas, background, random);
  paint_strokes(canvas, random);
  const float x = number(random, -kShift, kShift);
  const float y = number(random, -kShift, kShift);
  const float scale = number(random, kSmallest, kLargest);
  const auto where = pose(x, y, scale, number(random, -kRotation, kRotation));
  paint(canvas, where, foreground, kShapes[static_cast<std::size_t>(shape)].distance);

  for (const auto& pixel : canvas)
    for (const float value : pixel) {
      const float noisy = value + static_cast<float>(kNoise) * noise(random);
      *pixels++ = static_cast<std::uint8_t>(std::clamp(noisy, 0.0F, 1.0F) * 255 + 0.5F);
    }
}

Settings<ShapesOptions> ShapesOptions::settings() {
  using Options = ShapesOptions;
  return {number("train", "number of training images", &Options::train, 10, 10'000'000),
          number("test", "number of test images", &Options::test, 10, 10'000'000),
          number("seed", "seed of the images; it does not depend on the run's seed", &Options::seed,
                 0, 1e15)};
}

std::unique_ptr<const DataSource> ShapesOptions::source() const {
  return std::make_unique<ShapesSource>(*this);
}

std::optional<DataOutline> ShapesSource::outline() const {
  return DataOutline{.classes = std::ssize(shape_names()),
                     .height = kShapeSide,
                     .width = kShapeSide,
                     .train_images = options_.train,
                     .test_images = options_.test};
}

std::string ShapesSource::describe(Splits splits) const {
  const auto training = splits == Splits::all ? grouped(options_.train) + " training and " : "";
  return "shapes: " + training + grouped(options_.test) +
         " test images of 32x32, drawn from seed " + std::to_string(options_.seed) + ", 10 classes";
}

DataSet ShapesSource::load(Splits splits) const {
  DataSet data;
  if (splits == Splits::all) data.train = draw_images(options_.seed, Split::train, options_.train);
  data.test = draw_images(options_.seed, Split::test, options_.test);
  data.classes = shape_names();
  data.height = data.width = kShapeSide;
  return data;
}

}  // namespace reslab

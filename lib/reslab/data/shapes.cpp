#include "reslab/data/shapes.h"

#include <memory>
#include <utility>
#include <vector>

#include "reslab/data/parallel.h"
#include "reslab/data/shape_image.h"

namespace reslab {
namespace {

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
  return DataOutline{std::ssize(shape_names()), kShapeSide, kShapeSide, options_.train, false};
}

std::string ShapesSource::describe() const {
  return "shapes: " + std::to_string(options_.train) + " training and " +
         std::to_string(options_.test) + " test images of 32x32, drawn from seed " +
         std::to_string(options_.seed) + ", 10 classes";
}

DataSet ShapesSource::load() const {
  DataSet data;
  data.train = draw_images(options_.seed, Split::train, options_.train);
  data.test = draw_images(options_.seed, Split::test, options_.test);
  data.classes = shape_names();
  data.height = data.width = kShapeSide;
  return data;
}

}  // namespace reslab

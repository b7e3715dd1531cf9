#include "reslab/data/image_folder.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include "reslab/base/error.h"
#include "reslab/base/setting_rows.h"
#include "reslab/data/image_file.h"
#include "reslab/data/jpeg.h"
#include "reslab/data/resize.h"

namespace reslab {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;

/// The sorted paths of the images in each class folder, by class name.
using Tree = std::map<std::string, std::vector<std::string>>;

bool is_image_name(const fs::path& path) {
  auto ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return (ending == ".jpg" || ending == ".jpeg" || ending == ".png") &&
         !path.filename().string().starts_with('.');
}

std::vector<std::string> class_names(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    auto name = entry.path().filename().string();
    if (entry.is_directory() && !name.starts_with('.')) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Tree scan(const std::string& folder, std::vector<std::string>& errors) {
  Tree tree;
  try {
    for (const auto& name : class_names(folder)) {
      auto& files = tree[name];
      const auto path = fs::path(folder) / name;
      for (const auto& entry : fs::directory_iterator(path))
        if (is_image_name(entry.path()) && entry.is_regular_file())
          files.push_back(entry.path().string());
      std::sort(files.begin(), files.end());
      if (files.empty())
        errors.push_back(path.string() +
                         ": an empty class folder; it should hold .jpg, .jpeg or "
                         ".png files, or not be there");
    }
  } catch (const fs::filesystem_error& error) {
    errors.push_back(error.path1().string() + ": cannot be read (" + error.code().message() + ")");
    return tree;
  }
  if (tree.empty())
    errors.push_back(folder + ": holds no class folders; images belong in " + folder + "/<class>/");
  return tree;
}

/// The classes in `a` that are not in `b`, as a text: "x, y and 3 more".
std::string difference(const Tree& a, const Tree& b) {
  constexpr int kShown = 5;
  std::string text;
  int count = 0;
  for (const auto& entry : a) {
    if (b.contains(entry.first) || ++count > kShown) continue;
    text += (text.empty() ? "" : ", ") + entry.first;
  }
  if (count > kShown) text += " and " + std::to_string(count - kShown) + " more";
  return text;
}

void compare_classes(const Tree& train, const Tree& other, const std::string& folder,
                     std::vector<std::string>& errors) {
  if (const auto extra = difference(other, train); !extra.empty())
    errors.push_back(folder + ": classes that train/ does not have: " + extra);
  if (const auto lacking = difference(train, other); !lacking.empty())
    errors.push_back(folder + ": lacks classes that train/ has: " + lacking);
}

std::shared_ptr<const Images> images(const Tree& tree, const DecodingOptions& options) {
  std::vector<FolderImages::File> files;
  std::int64_t label = 0;
  for (const auto& [name, paths] : tree) {
    for (const auto& path : paths) files.push_back({path, label});
    ++label;
  }
  return std::make_shared<FolderImages>(std::move(files), options);
}

}  // namespace

std::vector<std::string> image_files(const std::string& folder) {
  std::vector<std::string> files;
  try {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (is_image_name(entry.path()) && entry.is_regular_file())
        files.push_back(entry.path().string());
  } catch (const fs::filesystem_error& error) {
    throw InvalidInput(folder + ": cannot be read (" + error.code().message() + ")");
  }
  std::sort(files.begin(), files.end());
  return files;
}

FolderImages::FolderImages(std::vector<File> files, const DecodingOptions& options)
    : files_(std::move(files)),
      options_(options),
      cache_(static_cast<std::int64_t>(files_.size()), options.cache) {
  options_.largest_short_side = std::max(options_.short_side, options_.largest_short_side);
}

LazyImage FolderImages::view(std::int64_t index, std::vector<std::uint8_t>& buffer) const {
  return load(index, options_.short_side, buffer);
}

LazyImage FolderImages::training_view(std::int64_t index, Random& random,
                                      std::vector<std::uint8_t>& buffer) const {
  const auto more = random.below(options_.largest_short_side - options_.short_side + 1);
  return load(index, options_.short_side + static_cast<int>(more), buffer);
}

LazyImage FolderImages::load(std::int64_t index, int short_side,
                             std::vector<std::uint8_t>& buffer) const {
  if (const auto* cached = cache_.find(index)) return scaled(cached->view(), short_side, index);
  const auto& path = this->path(index);
  const int largest =
      options_.exact ? 0 : std::max(options_.largest_short_side, options_.decoded_short_side);
  auto bytes = read_image_file(path);
  if (!options_.exact && is_jpeg(bytes)) {
    const auto size = jpeg_size(bytes, path, largest);
    auto view = scaled({size.height, size.width, nullptr}, short_side, index);
    if (!cache_.has_room(cached_bytes(view))) {
      view.file = std::make_shared<const JpegFile>(JpegFile{std::move(bytes), path, size.divisor});
      return view;
    }
  }
  auto image = decode_image(bytes, path, largest);
  const auto view = scaled(image.view(), short_side, index);
  if (caches_resized() && cache_.has_room(cached_bytes(view))) image = resized(view);
  if (const auto* cached = cache_.keep(index, image))
    return scaled(cached->view(), short_side, index);
  buffer = std::move(image.pixels);
  return scaled({image.height, image.width, buffer.data()}, short_side, index);
}

/// Caches resized images if only one size is requested, decoded images otherwise.
bool FolderImages::caches_resized() const {
  return options_.short_side == options_.largest_short_side && options_.decoded_short_side == 0;
}

std::int64_t FolderImages::cached_bytes(const LazyImage& image) const {
  return caches_resized() ? std::int64_t{3} * image.height * image.width
                          : std::int64_t{3} * image.stored.height * image.stored.width;
}

LazyImage FolderImages::scaled(const ImageView& image, int short_side, std::int64_t index) const {
  const auto size = with_short_side(image.height, image.width, short_side);
  if (std::max(size.height, size.width) > kLargestSide)
    throw InvalidInput(
        path(index) + ": " + std::to_string(image.width) + "x" + std::to_string(image.height) +
        " pixels; too long and narrow for a short side of " + std::to_string(short_side));
  return {image, static_cast<int>(size.height), static_cast<int>(size.width)};
}

std::string FolderSource::part(const char* name) const {
  return (fs::path(options_.root) / name).string();
}

bool FolderSource::has(const char* name) const {
  std::error_code error;
  return fs::is_directory(part(name), error);
}

Settings<FolderOptions> FolderOptions::settings() {
  using Options = FolderOptions;
  return {text("root", "folder with train/<class>/<image>, and val/ or test/ of the same layout",
               &Options::root),
          number("short_side", "pixels of an image's shorter side after resizing",
                 &Options::short_side, 8, 4096),
          number("largest_short_side",
                 "pixels; in training the shorter side is random from short_side to this; 0: "
                 "always short_side (the paper: 256 to 480)",
                 &Options::largest_short_side, 0, 4096),
          number("size",
                 "pixels of the square crop's side; random crop in training, centre crop otherwise",
                 &Options::size, 8, 4096),
          number("cache", "MiB of decoded training images kept in memory", &Options::cache, 0,
                 1 << 24)};
}

std::unique_ptr<const DataSource> FolderOptions::source(const Augment& augment) const {
  return std::make_unique<FolderSource>(*this, augment);
}

std::vector<std::string> FolderSource::errors() const {
  std::vector<std::string> lines;
  if (options_.size > options_.short_side)
    lines.push_back("size: " + std::to_string(options_.size) +
                    " does not fit into images of short_side " +
                    std::to_string(options_.short_side) + "; it should be at most that");
  if (options_.largest_short_side != 0 && options_.largest_short_side < options_.short_side)
    lines.push_back("largest_short_side: " + std::to_string(options_.largest_short_side) +
                    " is below short_side, " + std::to_string(options_.short_side) +
                    "; it should be at least that, or 0");
  if (options_.largest_short_side != 0 && augment_.random_resized_crop)
    lines.push_back(
        "largest_short_side: has no effect with random_resized_crop, which chooses "
        "sizes itself; it should be 0");
  return lines;
}

std::vector<std::string> FolderSource::file_errors() const {
  std::error_code error;
  if (!fs::is_directory(options_.root, error))
    return {options_.root +
            ": no such folder; root should hold train/<class>/<image>, and val/ or test/"};
  std::vector<std::string> lines;
  if (!has("train"))
    lines.push_back(part("train") + ": no such folder; it should hold <class>/<image>");
  if (!has("test") && !has("val"))
    lines.push_back(options_.root +
                    ": has neither test/ nor val/; one of them should hold <class>/<image>");
  return lines;
}

std::optional<DataOutline> FolderSource::outline() const {
  if (!file_errors().empty()) return std::nullopt;
  std::vector<std::string> errors;
  const auto tree = scan(part("train"), errors);
  const auto side = static_cast<int>(options_.size);
  DataOutline outline{std::ssize(tree), side, side, 0, has("val") && has("test")};
  for (const auto& entry : tree) outline.train_images += std::ssize(entry.second);
  return outline;
}

std::string FolderSource::describe() const {
  const auto side = std::to_string(options_.size);
  return "images in " + options_.root + ": shorter side " + std::to_string(options_.short_side) +
         ", cut to " + side + "x" + side;
}

DataSet FolderSource::load() const {
  auto errors = file_errors();
  const auto setting_errors = this->errors();
  errors.insert(errors.end(), setting_errors.begin(), setting_errors.end());
  std::map<std::string, Tree> parts;
  for (const char* name : {"train", "val", "test"})
    if (has(name)) parts[name] = scan(part(name), errors);
  if (has("train"))
    for (const char* name : {"val", "test"})
      if (has(name)) compare_classes(parts["train"], parts[name], part(name), errors);
  if (!errors.empty()) throw InvalidInput(errors);

  DataSet data;
  DecodingOptions decoding{static_cast<int>(options_.short_side), 0, true, 0};
  if (has("test") && has("val")) data.validation = images(parts["val"], decoding);
  data.test = images(parts[has("test") ? "test" : "val"], decoding);
  decoding.largest_short_side = static_cast<int>(options_.largest_short_side);
  decoding.exact = false;
  if (const auto& crop = augment_.random_resized_crop)  // so that the smallest part is not enlarged
    decoding.decoded_short_side = static_cast<int>(
        std::ceil(static_cast<double>(options_.size) / std::sqrt(crop->scale.front())));
  decoding.cache = options_.cache * kMebibyte;
  data.train = images(parts["train"], decoding);
  for (const auto& entry : parts["train"]) data.classes.push_back(entry.first);
  data.height = data.width = static_cast<int>(options_.size);
  return data;
}

}  // namespace reslab

#include "reslab/data/image_folder.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "reslab/base/error.h"
#include "reslab/base/setting_rows.h"
#include "reslab/base/text.h"
#include "reslab/data/image_file.h"

namespace reslab {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;

using Classes = std::map<std::string, FoundImages>;

/// The classes in `a` that are not in `b`, as a text: "x, y and 3 more".
std::string difference(const Classes& a, const Classes& b) {
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

/// Adds a line for each way in which the classes in `folder` are not those of the split `expected`.
void compare_classes(const Classes& classes, const std::string& folder, const Classes& expected,
                     const std::string& expected_name, std::vector<std::string>& errors) {
  if (const auto extra = difference(classes, expected); !extra.empty())
    errors.push_back(folder + ": classes that " + expected_name + "/ does not have: " + extra);
  if (const auto lacking = difference(expected, classes); !lacking.empty())
    errors.push_back(folder + ": lacks classes that " + expected_name + "/ has: " + lacking);
}

std::int64_t count_images(const Classes& classes) {
  std::int64_t count = 0;
  for (const auto& entry : classes) count += std::ssize(entry.second.paths);
  return count;
}

/// The images that can be decoded. Adds a line for each of the others to `lines`.
std::shared_ptr<const Images> readable(const std::shared_ptr<const FolderImages>& images,
                                       std::vector<std::string>& lines) {
  auto unreadable = images->unreadable();
  if (unreadable.empty()) return images;
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < images->size(); ++i)
    if (!unreadable.contains(i)) indices.push_back(i);
  for (auto& [index, line] : unreadable) lines.push_back(std::move(line));
  return std::make_shared<Subset>(images, std::move(indices));
}

}  // namespace

void FolderOptions::set_default_size(std::int64_t pixels) {
  constexpr std::int64_t kSmall = 64;
  if (size == 0) size = pixels;
  if (short_side == 0) short_side = size <= kSmall ? size : size * 8 / 7;
}

Settings<FolderOptions> FolderOptions::settings() {
  using Options = FolderOptions;
  return {
      text("root", "folder with train/<class>/<image>, and val/ or test/ of the same layout",
           &Options::root),
      number("short_side",
             "pixels of an image's shorter side after resizing; 0: the size up to 64 pixels, "
             "otherwise 8/7 of it",
             &Options::short_side, 0, kLargestInput),
      number("largest_short_side",
             "pixels; in training the shorter side is random from short_side to this; 0: "
             "always short_side (the paper: 256 to 480)",
             &Options::largest_short_side, 0, kLargestInput),
      number("size",
             "pixels of the square crop's side; random crop in training, centre crop otherwise; 0: "
             "32 for CIFAR networks, 224 for ImageNet's",
             &Options::size, 0, kLargestInput),
      number("channels", "3 (RGB), or 1: images are made grey for networks with in_channels=1",
             &Options::channels, 1, 3),
      flag("exif_orientation", "turn images as their EXIF data say, as viewers do",
           &Options::exif_orientation),
      choice("unreadable",
             "what a file does that cannot be read or decoded: stop (it ends the run), or skip "
             "(all files are decoded before the training, and such files are left out and named)",
             &Options::unreadable, {{"stop", Unreadable::stop}, {"skip", Unreadable::skip}}),
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
    lines.emplace_back(
        "largest_short_side: has no effect with random_resized_crop, which chooses "
        "sizes itself; it should be 0");
  if (options_.channels == 2) lines.emplace_back("channels: expected 1 or 3, found 2");
  return lines;
}

std::string FolderSource::path(const std::string& name) const {
  return (fs::path(options_.root) / name).string();
}

bool FolderSource::has(const std::string& name) const {
  std::error_code error;
  return fs::is_directory(path(name), error);
}

const FolderSource::Split& FolderSource::split(const std::string& name) const {
  if (const auto known = splits_.find(name); known != splits_.end()) return known->second;
  auto& split = splits_[name];
  const auto folder = path(name);
  try {
    split.classes = find_class_images(folder, split.left_out);
  } catch (const InvalidInput& error) {
    split.errors = error.lines();
    return split;
  }
  std::map<std::string, std::string> shown;
  for (const auto& [label, found] : split.classes) {
    if (found.paths.empty())
      split.errors.push_back(path(name + "/" + label) +
                             ": an empty class folder; it should hold images (" + image_endings() +
                             "), or not be there");
    if (!shown.emplace(visible_text(label), label).second)
      split.errors.push_back(path(name + "/" + label) +
                             ": its name has characters that cannot be shown, and looks like "
                             "another class; rename it");
  }
  if (split.classes.empty())
    split.errors.push_back(folder + ": holds no class folders; images belong in " + folder +
                           "/<class>/");
  return split;
}

std::vector<std::string> FolderSource::split_names(Splits splits) const {
  std::vector<std::string> names;
  if (splits == Splits::all && has("train")) names.emplace_back("train");
  for (const auto* name : {"val", "test"})
    if (has(name)) names.emplace_back(name);
  return names;
}

std::vector<std::string> FolderSource::file_errors(Splits splits) const {
  std::error_code error;
  if (!fs::is_directory(options_.root, error))
    return {options_.root +
            ": no such folder; root should hold train/<class>/<image>, and val/ or test/"};
  std::vector<std::string> lines;
  if (splits == Splits::all && !has("train"))
    lines.push_back(path("train") + ": no such folder; it should hold <class>/<image>");
  if (!has("test") && !has("val"))
    lines.push_back(options_.root +
                    ": has neither test/ nor val/; one of them should hold <class>/<image>");
  if (!lines.empty()) return lines;
  const auto names = split_names(splits);
  for (const auto& name : names)
    lines.insert(lines.end(), split(name).errors.begin(), split(name).errors.end());
  const std::string first = splits == Splits::all ? "train" : test_name();
  for (const auto& name : names)
    if (name != first && !split(first).classes.empty() && !split(name).classes.empty())
      compare_classes(split(name).classes, path(name), split(first).classes, first, lines);
  return lines;
}

std::optional<DataOutline> FolderSource::outline() const {
  if (!file_errors(Splits::all).empty()) return std::nullopt;
  const auto& train = split("train");
  const auto side = static_cast<int>(options_.size);
  const bool has_validation = has("val") && has("test");
  return DataOutline{.classes = std::ssize(train.classes),
                     .height = side,
                     .width = side,
                     .channels = options_.channels,
                     .train_images = count_images(train.classes),
                     .validation_images = has_validation ? count_images(split("val").classes) : 0,
                     .test_images = count_images(split(test_name()).classes),
                     .has_validation = has_validation};
}

std::string FolderSource::describe(Splits splits) const {
  auto text = "images in " + options_.root;
  if (!file_errors(splits).empty()) return text;
  std::vector<std::string> counts;
  std::int64_t last = 0;
  LeftOut left_out;
  for (const auto& name : split_names(splits)) {
    const auto& found = split(name);
    const auto* word = name == "train" ? "training" : name == test_name() ? "test" : "validation";
    last = count_images(found.classes);
    counts.push_back(grouped(last) + " " + word);
    for (const auto& [reason, count] : found.left_out) left_out[reason] += count;
  }
  const auto& classes = split(splits == Splits::all ? "train" : test_name()).classes;
  text += ": ";
  for (std::size_t i = 0; i < counts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == counts.size() ? " and " : ", ") + counts[i];
  text += last == 1 ? " image, " : " images, ";
  text += grouped(std::ssize(classes)) + (classes.size() == 1 ? " class" : " classes");
  if (!left_out.empty()) text += "; " + left_out_text(left_out);
  return visible_text(text);
}

std::shared_ptr<const FolderImages> FolderSource::images(
    const std::string& name, const std::vector<std::string>& classes) const {
  DecodingOptions decoding{.short_side = static_cast<int>(options_.short_side),
                           .upright = options_.exif_orientation,
                           .grey = options_.channels == 1};
  if (name == "train") {
    decoding.largest_short_side = static_cast<int>(options_.largest_short_side);
    decoding.exact = false;
    decoding.cache = options_.cache * kMebibyte;
    if (const auto& crop = augment_.random_resized_crop)  // so that small parts are not enlarged
      decoding.decoded_short_side = static_cast<int>(
          std::ceil(static_cast<double>(options_.size) / std::sqrt(crop->scale.front())));
  }
  std::vector<FolderImages::File> files;
  for (const auto& [label, found] : split(name).classes)
    for (const auto& file : found.paths)
      files.push_back({file, std::ranges::find(classes, label) - classes.begin()});
  return std::make_shared<FolderImages>(std::move(files), decoding);
}

DataSet FolderSource::load(Splits splits) const {
  auto errors = file_errors(splits);
  const auto setting_errors = this->errors();
  errors.insert(errors.end(), setting_errors.begin(), setting_errors.end());
  if (!errors.empty()) throw InvalidInput(errors);

  std::vector<std::string> classes;
  for (const auto& entry : split(splits == Splits::all ? "train" : test_name()).classes)
    classes.push_back(entry.first);
  DataSet data;
  for (const auto& name : split_names(splits)) {
    const auto all = images(name, classes);
    auto& kept = name == "train" ? data.train : name == test_name() ? data.test : data.validation;
    kept = all;
    if (options_.unreadable != FolderOptions::Unreadable::skip) continue;
    kept = readable(all, data.unreadable);
    std::set<std::int64_t> labels;
    for (std::int64_t i = 0; i < kept->size(); ++i) labels.insert(kept->label(i));
    for (std::size_t i = 0; i < classes.size(); ++i)
      if (!labels.contains(static_cast<std::int64_t>(i)))
        errors.push_back(path(name + "/" + classes[i]) + ": none of its images can be read");
  }
  if (!errors.empty()) throw InvalidInput(errors);
  for (const auto& label : classes) data.classes.push_back(visible_text(label));
  data.height = data.width = static_cast<int>(options_.size);
  data.channels = options_.channels;
  return data;
}

std::vector<std::string> FolderSource::unreadable_images() const {
  std::vector<std::string> lines;
  for (const auto& name : split_names(Splits::all))
    for (auto& [index, line] : images(name, {})->unreadable()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace reslab

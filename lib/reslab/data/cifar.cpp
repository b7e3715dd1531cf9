#include "reslab/data/cifar.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <sstream>
#include <system_error>
#include <utility>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/setting_rows.h"
#include "reslab/base/text.h"

namespace reslab {
namespace {

constexpr int kSide = 32;
constexpr std::size_t kPlane = std::size_t{kSide} * kSide;
constexpr std::size_t kPixels = 3 * kPlane;
constexpr std::size_t kLargestClassFile = 1 << 20;  // bytes

// Returns the error if a file of this size does not have `records` records of `record` bytes.
std::string size_error(std::uint64_t size, std::uint64_t record, std::int64_t records) {
  const auto right = record * static_cast<std::uint64_t>(records);
  if (size == right) return {};
  auto text =
      std::to_string(size) + " bytes, " + (size < right ? "truncated" : "larger than it should be");
  if (size % record != 0) text += " and not a whole number of records";
  return text + "; " + std::to_string(records) + " records of " + std::to_string(record) +
         " bytes are " + std::to_string(right);
}

// Converts the archive's planes (red, green, blue) to RGB pixels.
void interleave(const std::byte* planes, std::uint8_t* pixels) {
  for (std::size_t i = 0; i < kPlane; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      pixels[3 * i + c] = std::to_integer<std::uint8_t>(planes[c * kPlane + i]);
}

std::vector<std::string> numbered(std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i) names.push_back("class " + std::to_string(i));
  return names;
}

template <class Options>
Settings<Options> common_settings(const CifarFormat& format) {
  const auto count = [&format](const char* name, const char* split, std::int64_t Options::* member,
                               std::int64_t all) {
    return number(name,
                  std::string("number of ") + split +
                      " images; fewer than all: the first ones of each class, equally many",
                  member, static_cast<double>(format.classes), static_cast<double>(all))
        .omit_default();
  };
  return {text("root", "folder of the unpacked " + format.archive, &Options::root),
          count("train", "training", &Options::train, kCifarTrainImages),
          count("test", "test", &Options::test, kCifarTestImages)};
}

/// "2,000 of 50,000", or "50,000" if all images are used.
std::string share_text(std::int64_t count, std::int64_t all) {
  return count == all ? grouped(all) : grouped(count) + " of " + grouped(all);
}

}  // namespace

const CifarFormat& cifar10_format() {
  static const CifarFormat format = {
      .title = "CIFAR-10",
      .archive = "cifar-10-binary.tar.gz",
      .folder = "cifar-10-batches-bin",
      .train_files = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                      "data_batch_4.bin", "data_batch_5.bin"},
      .test_file = "test_batch.bin",
      .class_file = "batches.meta.txt",
      .class_names = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse",
                      "ship", "truck"},
      .classes = 10,
      .label_bytes = 1,
      .train_file_records = 10000,
      .test_file_records = 10000};
  return format;
}

const CifarFormat& cifar100_format() {
  static const CifarFormat format = {.title = "CIFAR-100",
                                     .archive = "cifar-100-binary.tar.gz",
                                     .folder = "cifar-100-binary",
                                     .train_files = {"train.bin"},
                                     .test_file = "test.bin",
                                     .class_file = "fine_label_names.txt",
                                     .class_names = numbered(100),
                                     .classes = 100,
                                     .label_bytes = 2,
                                     .label_at = 1,
                                     .train_file_records = 50000,
                                     .test_file_records = 10000};
  return format;
}

const CifarFormat& cifar100_coarse_format() {
  static const CifarFormat format = [] {
    auto coarse = cifar100_format();
    coarse.title = "CIFAR-100 with coarse labels";
    coarse.class_file = "coarse_label_names.txt";
    coarse.class_names = numbered(20);
    coarse.classes = 20;
    coarse.label_at = 0;
    return coarse;
  }();
  return format;
}

void parse_cifar(std::span<const std::byte> bytes, const CifarFormat& format, std::int64_t records,
                 const std::string& where, CifarImages& images, std::vector<std::string>& errors) {
  const auto record = format.label_bytes + kPixels;
  if (auto error = size_error(bytes.size(), record, records); !error.empty()) {
    errors.push_back(where + ": " + error);
    return;
  }
  const auto count = static_cast<std::size_t>(records);
  const auto before = images.pixels.size();
  images.pixels.resize(before + count * kPixels);
  std::int64_t wrong = 0;
  std::string first_wrong;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* at = bytes.data() + i * record;
    const auto label = std::to_integer<std::int64_t>(at[format.label_at]);
    if (label >= format.classes && wrong++ == 0)
      first_wrong = "record " + std::to_string(i) + " has label " + std::to_string(label);
    images.labels.push_back(label);
    interleave(at + format.label_bytes, images.pixels.data() + before + i * kPixels);
  }
  if (wrong > 0)
    errors.push_back(where + ": " + counted(wrong, "label") + " out of range (" + first_wrong +
                     "); " + format.title + " has 0 to " + std::to_string(format.classes - 1));
}

void keep_balanced(CifarImages& images, std::int64_t count, std::int64_t classes) {
  const auto size = std::ssize(images.labels);
  if (count >= size) return;
  std::vector<std::int64_t> left(static_cast<std::size_t>(classes), count / classes);
  for (std::int64_t i = 0; i < count % classes; ++i) ++left[static_cast<std::size_t>(i)];
  std::vector<bool> kept(images.labels.size());
  std::int64_t total = 0;
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (left[static_cast<std::size_t>(images.labels[i])]-- > 0) {
      kept[i] = true;
      ++total;
    }
  for (std::size_t i = 0; total < count; ++i)
    if (!kept[i]) {
      kept[i] = true;
      ++total;
    }
  CifarImages chosen;
  chosen.labels.reserve(static_cast<std::size_t>(count));
  chosen.pixels.reserve(static_cast<std::size_t>(count) * kPixels);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    chosen.labels.push_back(images.labels[i]);
    const auto* const first = images.pixels.data() + i * kPixels;
    chosen.pixels.insert(chosen.pixels.end(), first, first + kPixels);
  }
  images = std::move(chosen);
}

std::string CifarSource::path(const std::string& file) const {
  return (std::filesystem::path(root_) / file).string();
}

Settings<Cifar10Options> Cifar10Options::settings() {
  return common_settings<Cifar10Options>(cifar10_format());
}

std::unique_ptr<const DataSource> Cifar10Options::source() const {
  return std::make_unique<CifarSource>(cifar10_format(), root, train, test);
}

Settings<Cifar100Options> Cifar100Options::settings() {
  using Options = Cifar100Options;
  return common_settings<Options>(cifar100_format())
      .add({choice("labels", "fine (100 classes) or coarse (20)", &Options::labels,
                   {{"fine", Labels::fine}, {"coarse", Labels::coarse}})});
}

std::unique_ptr<const DataSource> Cifar100Options::source() const {
  return std::make_unique<CifarSource>(
      labels == Labels::fine ? cifar100_format() : cifar100_coarse_format(), root, train, test);
}

std::vector<std::string> CifarSource::file_errors(Splits splits) const {
  const std::string name =
      format_.label_bytes == 1 ? Cifar10Options::kName : Cifar100Options::kName;
  const auto remedy = "expected the folder " + format_.folder + ", which `reslab fetch " + name +
                      "` downloads (or " + format_.archive +
                      " of https://www.cs.toronto.edu/~kriz/cifar.html, unpacked)";
  std::error_code error;
  if (!std::filesystem::is_directory(root_, error)) return {root_ + ": no such folder; " + remedy};
  std::vector<std::string> files;
  if (splits == Splits::all) files = format_.train_files;
  files.push_back(format_.test_file);
  std::vector<std::string> lines;
  for (const auto& file : files)
    if (!std::filesystem::is_regular_file(path(file), error))
      lines.push_back(path(file) + ": no such file; " + remedy);
  return lines;
}

std::optional<DataOutline> CifarSource::outline() const {
  return DataOutline{.classes = format_.classes,
                     .height = kSide,
                     .width = kSide,
                     .train_images = train_,
                     .test_images = test_};
}

std::string CifarSource::describe(Splits splits) const {
  if (!file_errors(splits).empty()) return format_.title + " in " + root_;
  const auto training =
      splits == Splits::all ? share_text(train_, kCifarTrainImages) + " training and " : "";
  return format_.title + " in " + root_ + ": " + training + share_text(test_, kCifarTestImages) +
         " test images of 32x32, " + std::to_string(format_.classes) + " classes";
}

std::vector<std::string> parse_class_names(std::string_view text, const CifarFormat& format,
                                           const std::string& where,
                                           std::vector<std::string>& errors) {
  std::vector<std::string> names;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  const auto cannot_be_shown = [](const std::string& name) { return visible_text(name) != name; };
  if (const auto name = std::ranges::find_if(names, cannot_be_shown); name != names.end())
    errors.push_back(where + ": a class has the name '" + printable(*name) +
                     "'; expected UTF-8 without control characters");
  if (const auto twice = repeated(names))
    errors.push_back(where + ": two classes have the name '" + printable(*twice) +
                     "'; expected a name for each");
  if (std::ssize(names) != format.classes)
    errors.push_back(where + ": " + counted(std::ssize(names), "class name") + "; " + format.title +
                     " has " + std::to_string(format.classes));
  return names;
}

std::vector<std::string> CifarSource::class_names(std::vector<std::string>& errors) const {
  std::error_code error;
  const auto file = path(format_.class_file);
  if (!std::filesystem::exists(file, error)) return format_.class_names;
  return parse_class_names(read_text(file, kLargestClassFile), format_, file, errors);
}

DataSet CifarSource::load(Splits splits) const {
  auto errors = file_errors(splits);
  const auto read = [&](const std::vector<std::string>& files, std::int64_t records) {
    CifarImages images;
    const auto count = files.size() * static_cast<std::size_t>(records);
    images.pixels.reserve(count * kPixels);
    images.labels.reserve(count);
    for (const auto& file : files) {
      std::error_code absent;
      const auto size = std::filesystem::file_size(path(file), absent);
      if (absent) continue;  // file_errors() reports it
      // Checks the size first so that a huge file of another kind is not read into memory.
      const auto error = size_error(size, format_.label_bytes + kPixels, records);
      if (error.empty())
        parse_cifar(read_file(path(file)), format_, records, path(file), images, errors);
      else
        errors.push_back(path(file) + ": " + error);
    }
    return images;
  };
  const bool with_train = splits == Splits::all;
  auto train = with_train ? read(format_.train_files, format_.train_file_records) : CifarImages();
  auto test = read({format_.test_file}, format_.test_file_records);
  DataSet data;
  data.classes = class_names(errors);
  if (!errors.empty()) throw InvalidInput(errors);
  const auto in_memory = [this](CifarImages& images, std::int64_t count) {
    keep_balanced(images, count, format_.classes);
    return std::make_shared<MemoryImages>(kSide, kSide, std::move(images.pixels),
                                          std::move(images.labels));
  };
  if (with_train) data.train = in_memory(train, train_);
  data.test = in_memory(test, test_);
  data.height = data.width = kSide;
  return data;
}

}  // namespace reslab

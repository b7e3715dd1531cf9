#include "reslab/data/options.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "reslab/base/error.h"
#include "reslab/base/random.h"
#include "reslab/base/setting_rows.h"
#include "reslab/base/text.h"

namespace reslab {
namespace {

constexpr std::uint64_t kSplitKey = 0x73706c6974;

/// Returns a line for each reason why `count` images cannot be moved to a validation split: no
/// training image would be left, or the data set already has a validation split.
std::vector<std::string> split_errors(std::int64_t train_images, bool has_validation,
                                      std::int64_t count) {
  std::vector<std::string> lines;
  if (count != 0 && has_validation)
    lines.push_back(
        "validation: expected 0, because the data have a validation split (val/); "
        "found " +
        std::to_string(count));
  if (count < 0 || (count > 0 && count >= train_images))
    lines.push_back("validation: expected at most " + std::to_string(train_images - 1) + " of " +
                    std::to_string(train_images) + " training images, found " +
                    std::to_string(count));
  return lines;
}

std::vector<std::string> errors(const DataOptions& options, const DataSource& source,
                                Splits splits) {
  auto lines = source.errors();
  for (auto& line : errors(options.normalize)) lines.push_back(std::move(line));
  if (const auto outline = splits == Splits::all ? source.outline() : std::nullopt)
    for (auto& line :
         split_errors(outline->train_images, outline->has_validation, options.validation))
      lines.push_back(std::move(line));
  if (const auto& crop = options.augment.random_resized_crop)
    for (const auto& line : errors(*crop)) lines.push_back("augment/random_resized_crop/" + line);
  const auto* folder = std::get_if<FolderOptions>(&options.source);
  if (folder && folder->channels == 1 && options.augment.color > 0)
    lines.emplace_back("augment/color: shifts colours, but channels is 1; it should be 0");
  if (options.test_crops != 1 && options.test_crops != 10)
    lines.push_back("test_crops: " + std::to_string(options.test_crops) +
                    " views are not defined; it should be 1 or 10");
  return lines;
}

}  // namespace

const Settings<DataOptions>& data_settings() {
  using Options = DataOptions;
  static const auto table =
      kinds("name", &Options::source)
          .add({number("validation",
                       "number of training images set apart for validation; the same ones for "
                       "every seed",
                       &Options::validation, 0, 1e9),
                normalize_setting(&Options::normalize),
                group("augment", "random changes of training images", &Options::augment,
                      Augment::settings()),
                number("test_crops",
                       "crops of an image over which an evaluation averages the probabilities: 1 "
                       "(centre), or 10 (corners and centre, each also flipped)",
                       &Options::test_crops, 1, 10)});
  return table;
}

std::string data_name(const DataOptions& options) {
  return std::visit([](const auto& source) { return source.kName; }, options.source);
}

std::string* data_root(DataOptions& options) {
  return std::visit(
      [](auto& source) -> std::string* {
        if constexpr (requires { source.root; })
          return &source.root;
        else
          return nullptr;
      },
      options.source);
}

void set_default_size(DataOptions& options, std::int64_t size) {
  if (auto* const folder = std::get_if<FolderOptions>(&options.source))
    folder->set_default_size(size);
}

std::unique_ptr<const DataSource> make_source(const DataOptions& options) {
  return std::visit(
      [&options](const auto& source) {
        if constexpr (requires { source.source(options.augment); })
          return source.source(options.augment);
        else
          return source.source();
      },
      options.source);
}

std::vector<std::string> errors(const DataOptions& options) {
  return errors(options, *make_source(options), Splits::all);
}

std::string describe(const DataOptions& options, const DataSource& source, Splits splits) {
  auto text = source.describe(splits);
  const auto outline = source.outline();
  if (splits != Splits::all || options.validation == 0 || !outline) return text;
  return text + "; " + grouped(options.validation) + " of the training images for validation, " +
         grouped(outline->train_images - options.validation) + " to train on";
}

DataSet load(const DataOptions& options, const DataSource& source, Splits splits) {
  auto lines = errors(options, source, splits);
  for (auto& line : source.file_errors(splits)) lines.push_back(std::move(line));
  if (!lines.empty()) throw InvalidInput(lines);
  auto data = source.load(splits);
  if (data.train) split_validation(data, options.validation);
  return data;
}

void split_validation(DataSet& data, std::int64_t count) {
  const auto size = data.train->size();
  if (auto lines = split_errors(size, data.validation != nullptr, count); !lines.empty())
    throw InvalidInput(lines);
  if (count == 0) return;
  auto train = random_permutation(size, Random{kSplitKey});
  std::vector<std::int64_t> validation(train.end() - count, train.end());
  train.resize(static_cast<std::size_t>(size - count));
  std::ranges::sort(train);
  std::ranges::sort(validation);
  data.validation = std::make_shared<Subset>(data.train, std::move(validation));
  data.train = std::make_shared<Subset>(data.train, std::move(train));
}

Transform make_transform(const DataSet& data, const DataOptions& options) {
  const auto normalization = measure(options.normalize, *data.train, data.height, data.width);
  return {data.height,
          data.width,
          normalization,
          options.augment,
          static_cast<int>(options.test_crops),
          static_cast<int>(data.channels)};
}

}  // namespace reslab

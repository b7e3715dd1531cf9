#include "reslab/data/options.h"

#include <utility>

#include "reslab/base/error.h"
#include "reslab/data/split.h"

namespace reslab {

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

const std::string* data_root(const DataOptions& options) {
  return std::visit(
      [](const auto& source) -> const std::string* {
        if constexpr (requires { source.root; })
          return &source.root;
        else
          return nullptr;
      },
      options.source);
}

void set_data_root(DataOptions& options, const std::string& root) {
  std::visit(
      [&root](auto& source) {
        if constexpr (requires { source.root; }) source.root = root;
      },
      options.source);
}

std::unique_ptr<const DataSource> make_source(const DataOptions& options) {
  return std::visit([](const auto& source) { return source.source(); }, options.source);
}

std::vector<std::string> errors(const DataOptions& options) {
  const auto source = make_source(options);
  auto lines = source->errors();
  for (auto& line : errors(options.normalize)) lines.push_back(std::move(line));
  if (const auto outline = source->outline())
    for (auto& line :
         split_errors(outline->train_images, outline->has_validation, options.validation))
      lines.push_back(std::move(line));
  if (options.test_crops != 1 && options.test_crops != 10)
    lines.push_back("test_crops: " + std::to_string(options.test_crops) +
                    " views are not defined; it should be 1 or 10");
  return lines;
}

DataSet load(const DataOptions& options) {
  const auto source = make_source(options);
  auto lines = errors(options);
  for (auto& line : source->file_errors()) lines.push_back(std::move(line));
  if (!lines.empty()) throw InvalidInput(std::move(lines));
  auto data = source->load();
  split_validation(data, options.validation);
  return data;
}

Transform make_transform(const DataSet& data, const DataOptions& options) {
  const auto normalization = measure(options.normalize, *data.train, data.height, data.width);
  return {data.height, data.width, normalization, options.augment,
          static_cast<int>(options.test_crops)};
}

}  // namespace reslab

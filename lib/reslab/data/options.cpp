#include "reslab/data/options.h"

#include <map>
#include <utility>

#include "reslab/base/error.h"
#include "reslab/data/split.h"

namespace reslab {
namespace {

Settings members(DataOptions& options) {
  auto settings = options.source->settings();
  settings.push_back(integer("validation",
                             "training images taken out, to choose the model on; always the same "
                             "ones, whatever the run's seed",
                             options.validation, 0, 1e9));
  settings.push_back(normalize_setting(options.normalize));
  settings.push_back(augment_setting(options.augment));
  settings.push_back(integer("test_crops",
                             "views of an image whose probabilities an evaluation takes the mean "
                             "of: 1, the centre; 10, corners and centre, flipped too",
                             options.test_crops, 1, 10));
  return settings;
}

}  // namespace

Setting data_setting(DataOptions& options) {
  Setting setting;
  setting.name = "data";
  setting.meaning = "the images to learn from and to be tested on";
  setting.type = Setting::Type::group;
  setting.kind_key = "name";
  for (const auto& entry : data_sources()) setting.choices.push_back(entry.name);
  setting.get = [&options]() -> SettingValue { return options.name; };
  // Sources stay alive as long as the description, since settings of theirs may be in use
  // elsewhere.
  const auto made = std::make_shared<std::map<std::string, std::shared_ptr<DataSource>>>();
  (*made)[options.name] = options.source;
  setting.set = [&options, made](const SettingValue& wanted) {
    for (const auto& entry : data_sources()) {
      if (entry.name != std::get<std::string>(wanted)) continue;
      auto& source = (*made)[entry.name];
      if (!source) source = entry.make();
      options.name = entry.name;
      options.source = source;
    }
  };
  setting.members = [&options] { return members(options); };
  return setting;
}

std::vector<std::string> mistakes(const DataOptions& options) {
  auto lines = options.source->mistakes();
  for (auto& line : mistakes(options.normalize)) lines.push_back(std::move(line));
  if (const auto outline = options.source->outline())
    for (auto& line :
         split_errors(outline->train_images, outline->has_validation, options.validation))
      lines.push_back(std::move(line));
  if (options.test_crops != 1 && options.test_crops != 10)
    lines.push_back("test_crops: " + std::to_string(options.test_crops) +
                    " views are not defined; it should be 1 or 10");
  return lines;
}

DataSet load(const DataOptions& options) {
  auto lines = mistakes(options);
  for (auto& line : options.source->missing()) lines.push_back(std::move(line));
  if (!lines.empty()) throw InvalidInput(std::move(lines));
  auto data = options.source->load();
  split_validation(data, options.validation);
  return data;
}

Transform make_transform(const DataSet& data, const DataOptions& options) {
  const auto normalization = measure(options.normalize, *data.train, data.height, data.width);
  return {data.height, data.width, normalization, options.augment,
          static_cast<int>(options.test_crops)};
}

}  // namespace reslab

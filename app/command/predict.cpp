#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/command/model_arguments.h"
#include "app/config/input_errors.h"
#include "app/config/json.h"
#include "app/inference/predictor.h"
#include "app/runs/messages.h"
#include "reslab/base/error.h"
#include "reslab/data/folder_scan.h"

namespace reslab::app {
namespace {

/// Images of the arguments, and a line for each folder that says what was found in it.
struct GivenImages {
  std::vector<std::string> paths;
  std::vector<std::string> found;
};

/// Finds the images in the arguments: files, and folders that contain some. Throws InvalidInput
/// with a line for each argument without an image.
GivenImages images_in(const std::vector<std::string>& arguments) {
  GivenImages images;
  InputErrors errors;
  for (const auto& argument : arguments) {
    if (!std::filesystem::is_directory(argument)) {
      images.paths.push_back(argument);
      if (!std::filesystem::exists(argument)) errors.add(argument, "no such image");
      continue;
    }
    const auto [paths, left_out] = find_images(argument);
    const auto rest = left_out.empty() ? "" : "; " + left_out_text(left_out);
    if (paths.empty())
      errors.add(argument, "contains no image, expected " + image_endings() + rest);
    images.paths.insert(images.paths.end(), paths.begin(), paths.end());
    images.found.push_back(visible_text(argument) + ": " + counted(std::ssize(paths), "image") +
                           rest);
  }
  errors.raise();
  return images;
}

void print_line(const Prediction& prediction) {
  if (!prediction.error.empty()) {
    std::fflush(stdout);
    fmt::print(stderr, "reslab: {}\n", prediction.error);
    return;
  }
  std::string text;
  for (const auto& [label, name, probability] : prediction.classes)
    text +=
        fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", printable(name), 100 * probability);
  fmt::print("{}: {}\n", visible_text(prediction.path), text);
}

Json json_of(const Prediction& prediction) {
  if (!prediction.error.empty())
    return {{"image", visible_text(prediction.path)}, {"error", prediction.error}};
  Json classes = Json::array();
  for (const auto& [label, name, probability] : prediction.classes)
    classes.push_back({{"class", name}, {"label", label}, {"probability", probability}});
  return {{"image", visible_text(prediction.path)}, {"predictions", std::move(classes)}};
}

}  // namespace

int predict_command(int argc, const char* const* argv) {
  const auto arguments = parse_model_arguments("predict", argc, argv);
  if (!arguments) return kDone;
  const auto& parsed = arguments->parsed;
  if (arguments->rest.empty())
    throw InvalidInput("no image given, expected reslab predict MODEL IMAGE|DIR…");
  const auto top = integer_of(parsed, "top", 1, 1'000'000);
  const auto [paths, found] = images_in(arguments->rest);
  const auto compute = read_compute_options(parsed);
  const auto predictor = load_predictor(arguments->source, compute.device);
  for (const auto& line : predictor.notes) note(line);
  for (const auto& line : found) note(line);
  const bool json = parsed.count("json") > 0;
  Json list = Json::array();
  std::int64_t unreadable = 0;
  const auto start = std::chrono::steady_clock::now();
  Predictions predictions(predictor, paths, top);
  for (auto batch = predictions.next(); !batch.empty(); batch = predictions.next())
    for (const auto& prediction : batch) {
      unreadable += prediction.error.empty() ? 0 : 1;
      if (json)
        list.push_back(json_of(prediction));
      else
        print_line(prediction);
    }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (json) fmt::print("{}\n", indented(list));
  note(fmt::format("{} in {:.2f} s", counted(std::ssize(paths), "image"), seconds.count()));
  detail(fmt::format("waited {:.2f} s for decoded images", predictions.seconds_waited()));
  return unreadable > 0 ? kInvalidInput : kDone;
}

}  // namespace reslab::app

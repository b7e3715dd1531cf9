#include "app/command/predict.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/command/model_arguments.h"
#include "app/config/json.h"
#include "app/inference/predictions.h"
#include "app/inference/predictor.h"
#include "app/report/numbers.h"
#include "reslab/base/error.h"
#include "reslab/data/image_file.h"
#include "reslab/data/image_folder.h"

namespace reslab::app {
namespace {

/// Every image that the arguments name. Throws InvalidInput with a line for each that names none.
std::vector<std::string> paths_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> paths;
  std::vector<std::string> mistakes;
  for (const auto& argument : arguments) {
    if (!std::filesystem::is_directory(argument)) {
      paths.push_back(argument);
      if (!std::filesystem::exists(argument)) mistakes.push_back(argument + ": no such image");
      continue;
    }
    const auto files = image_files(argument);
    if (files.empty()) mistakes.push_back(argument + ": holds no .jpg, .jpeg or .png file");
    paths.insert(paths.end(), files.begin(), files.end());
  }
  if (!mistakes.empty()) throw InvalidInput(mistakes);
  return paths;
}

void print_line(const Prediction& prediction) {
  if (!prediction.problem.empty()) {
    std::fflush(stdout);
    fmt::print(stderr, "reslab: {}\n", prediction.problem);
    return;
  }
  std::string text;
  for (const auto& guess : prediction.guesses)
    text +=
        fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", guess.name, 100 * guess.probability);
  fmt::print("{}: {}\n", prediction.path, text);
}

Json to_json(const Prediction& prediction) {
  if (!prediction.problem.empty())
    return {{"image", prediction.path}, {"problem", prediction.problem}};
  Json guesses = Json::array();
  for (const auto& guess : prediction.guesses)
    guesses.push_back(
        {{"class", guess.name}, {"label", guess.label}, {"probability", guess.probability}});
  return {{"image", prediction.path}, {"predictions", std::move(guesses)}};
}

int checked(const cxxopts::ParseResult& given, const char* option, int low, int high) {
  const auto value = given[option].as<int>();
  if (value < low || value > high)
    throw InvalidInput(
        fmt::format("reslab predict: --{}: expected {} to {}, found {}", option, low, high, value));
  return value;
}

}  // namespace

int predict(int argc, const char* const* argv) {
  cxxopts::Options options("reslab predict",
                           "The most probable classes of images. MODEL is as for evaluate, or a "
                           "TorchScript file of reslab export.");
  options.positional_help("MODEL IMAGE|DIR…")
      .add_options()("top", "how many classes of each image",
                     cxxopts::value<int>()->default_value("5"), "K")(
          "resize",
          "scale the shorter side to it before the centre is cut out; 0: to the input's "
          "size",
          cxxopts::value<int>()->default_value("0"), "PIXELS")("json", "print everything as JSON");
  add_surroundings(options);
  const auto arguments = parse_model_arguments(options, argc, argv);
  if (!arguments) return kDone;
  const auto& given = arguments->given;
  if (arguments->others.empty())
    throw InvalidInput("reslab predict: no image given, expected reslab predict MODEL IMAGE|DIR…");
  const auto top = checked(given, "top", 1, 1'000'000);
  const auto paths = paths_of(arguments->others);
  const auto surroundings = read_surroundings(given);
  const auto predictor = load_predictor(arguments->source, surroundings.device);
  for (const auto& line : predictor.notes) fmt::print(stderr, "{}\n", line);
  const auto side = std::max(predictor.input.height, predictor.input.width);
  const bool scaled = given.count("resize") > 0;
  const auto short_side = scaled ? checked(given, "resize", side, kLargestSide) : side;

  const bool json = given.count("json") > 0;
  Json list = Json::array();
  std::int64_t unreadable = 0;
  const auto start = std::chrono::steady_clock::now();
  Predictions predictions(predictor, paths, short_side, top);
  for (auto batch = predictions.next(); !batch.empty(); batch = predictions.next())
    for (const auto& prediction : batch) {
      unreadable += prediction.problem.empty() ? 0 : 1;
      if (json)
        list.push_back(to_json(prediction));
      else
        print_line(prediction);
    }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  // Names of files need not be UTF-8, which JSON is.
  if (json) fmt::print("{}\n", list.dump(2, ' ', false, Json::error_handler_t::replace));
  fmt::print(stderr, "{} images in {:.1f} s, {:.1f} of them waiting for images: {:.0f} images/s\n",
             grouped(std::ssize(paths)), seconds.count(), predictions.seconds_waited(),
             static_cast<double>(paths.size()) / seconds.count());
  return unreadable > 0 ? kWrong : kDone;
}

}  // namespace reslab::app

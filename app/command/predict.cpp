#include "app/command/predict.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <torch/torch.h>

#include "app/command/command.h"
#include "app/command/model_arguments.h"
#include "app/command/surroundings.h"
#include "app/experiment/json.h"
#include "app/experiment/predictor.h"
#include "app/report/numbers.h"
#include "reslab/data/batches.h"
#include "reslab/data/image_file.h"
#include "reslab/data/image_folder.h"
#include "reslab/error.h"

namespace reslab::app {
namespace {

constexpr std::int64_t kBatch = 32;  // images; small, so that decoding soon has a head start

/// Images in files, black where one cannot be read.
class ReadableImages : public Images {
 public:
  ReadableImages(const std::vector<std::string>& paths, int short_side, int height, int width)
      : files_(files_of(paths), {short_side, 0, true, 0}), height_(height), width_(width) {}

  std::int64_t size() const override { return files_.size(); }
  std::int64_t label(std::int64_t index) const override { return files_.label(index); }
  bool in_memory() const override { return false; }

  ImageView view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    try {
      return files_.view(index, buffer);
    } catch (const std::exception& error) {  // InvalidInput, IoError: both name the file
      const std::lock_guard lock(mutex_);
      problems_[index] = error.what();
    }
    buffer.assign(static_cast<std::size_t>(height_) * static_cast<std::size_t>(width_) * 3, 0);
    return {height_, width_, buffer.data()};
  }

  /// Why the image could not be read; empty where it could. After it was viewed only.
  std::string problem(std::int64_t index) const {
    const std::lock_guard lock(mutex_);
    const auto found = problems_.find(index);
    return found == problems_.end() ? "" : found->second;
  }

 private:
  static std::vector<FolderImages::File> files_of(const std::vector<std::string>& paths) {
    std::vector<FolderImages::File> files;
    for (const auto& path : paths) files.push_back({path, 0});
    return files;
  }

  FolderImages files_;
  int height_;
  int width_;
  mutable std::mutex mutex_;
  mutable std::map<std::int64_t, std::string> problems_;
};

struct Guess {
  std::int64_t label = 0;
  std::string name;
  double probability = 0;
};

/// What came of one image: guesses, the most probable first, or a problem.
struct Prediction {
  std::string path;
  std::vector<Guess> guesses;
  std::string problem;
};

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

std::vector<Guess> guesses_of(const at::Tensor& probabilities,
                              const std::vector<std::string>& classes, std::int64_t top) {
  const auto [values, labels] = probabilities.topk(std::min(top, probabilities.size(0)));
  std::vector<Guess> guesses;
  for (std::int64_t i = 0; i < labels.size(0); ++i) {
    const auto label = labels[i].item<std::int64_t>();
    const bool named = label < std::ssize(classes);
    guesses.push_back({label,
                       named ? classes[static_cast<std::size_t>(label)] : std::to_string(label),
                       values[i].item<double>()});
  }
  return guesses;
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

/// Calls `take` with what came of each image, in order. Images are decoded ahead of the network,
/// by as many threads as there are processors. Returns the seconds that the network had to wait for
/// them.
template <class Take>
double predict_each(const Predictor& predictor, const std::vector<std::string>& paths,
                    int short_side, std::int64_t top, const Take& take) {
  const torch::NoGradGuard no_grad;
  const auto& input = predictor.input;
  const ReadableImages images(paths, short_side, input.height, input.width);
  const Transform transform(input.height, input.width, input.normalization, {});
  EvaluationBatches batches(images, transform, kBatch);
  std::int64_t index = 0;
  while (const auto batch = batches.next()) {
    const auto probabilities = predictor.probabilities(batch->images);
    for (std::int64_t i = 0; i < probabilities.size(0); ++i, ++index) {
      Prediction prediction{paths[static_cast<std::size_t>(index)], {}, images.problem(index)};
      if (prediction.problem.empty())
        prediction.guesses = guesses_of(probabilities[i], input.classes, top);
      take(prediction);
    }
  }
  return batches.seconds_waited();
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
  add_model_arguments(options);
  add_surroundings(options);
  options.parse_positional("model");
  const auto given = parse_arguments(options, argc, argv);
  if (!given) return kDone;
  const auto source = read_model_arguments(*given, options);
  const auto arguments = values_of(*given, "model");
  if (arguments.size() < 2)
    throw InvalidInput("reslab predict: no image given, expected reslab predict MODEL IMAGE|DIR…");
  const auto top = checked(*given, "top", 1, 1'000'000);
  const auto paths = paths_of({arguments.begin() + 1, arguments.end()});
  const auto surroundings = read_surroundings(*given);
  const auto predictor = load_predictor(source, surroundings.device);
  for (const auto& line : predictor.notes) fmt::print(stderr, "{}\n", line);
  const auto side = std::max(predictor.input.height, predictor.input.width);
  const bool scaled = given->count("resize") > 0;
  const auto short_side = scaled ? checked(*given, "resize", side, kLargestSide) : side;

  const bool json = given->count("json") > 0;
  Json list = Json::array();
  std::int64_t unreadable = 0;
  const auto start = std::chrono::steady_clock::now();
  const auto waited =
      predict_each(predictor, paths, short_side, top, [&](const Prediction& prediction) {
        unreadable += prediction.problem.empty() ? 0 : 1;
        if (json)
          list.push_back(to_json(prediction));
        else
          print_line(prediction);
      });
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  // Names of files need not be UTF-8, which JSON is.
  if (json) fmt::print("{}\n", list.dump(2, ' ', false, Json::error_handler_t::replace));
  fmt::print(stderr, "{} images in {:.1f} s, {:.1f} of them waiting for images: {:.0f} images/s\n",
             grouped(std::ssize(paths)), seconds.count(), waited,
             static_cast<double>(paths.size()) / seconds.count());
  return unreadable > 0 ? kWrong : kDone;
}

}  // namespace reslab::app

#include "app/command/evaluate.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/surroundings.h"
#include "app/experiment/stored_run.h"
#include "app/report/csv.h"
#include "app/report/table.h"
#include "reslab/error.h"
#include "reslab/interchange/tensors.h"
#include "reslab/model/memory_format.h"
#include "reslab/train/evaluation.h"
#include "reslab/train/precision.h"

namespace reslab::app {
namespace {

/// Weights of a run, with what was recorded when they were saved.
struct SavedWeights {
  std::string name;  // "last iteration" or "best on validation"
  std::filesystem::path file;
  Record record;
};

struct Evaluated {
  SavedWeights weights;
  std::string split;  // "test" or "validation"
  std::int64_t images = 0;
  Score recorded;
  Score measured;

  bool reproduced() const { return measured.error == recorded.error; }
};

std::vector<SavedWeights> saved_weights(const RunDirectory& run) {
  const auto records = read_csv<Record>(run.metrics());
  std::vector<SavedWeights> saved;
  if (std::filesystem::exists(run.weights()) && !records.empty())
    saved.push_back({"last iteration", run.weights(), records.back()});
  if (std::filesystem::exists(run.best_weights())) {
    std::optional<Record> best;
    for (const auto& record : records)
      if (record.validation && (!best || record.validation->error < best->validation->error))
        best = record;
    if (best) saved.push_back({"best on validation", run.best_weights(), *best});
  }
  if (saved.empty())
    throw InvalidInput(run.path().string() +
                       ": the run has no weights yet; `reslab run` goes on with it");
  return saved;
}

/// "cifar10:DIR" on the command line: the run's own data set, found elsewhere.
void move_data(DataOptions& data, const std::string& text) {
  const auto colon = text.find(':');
  if (text.substr(0, colon) != data.name)
    throw InvalidInput("reslab evaluate: --data: the network was trained on '" + data.name +
                       "', expected " + data.name + ":DIR, found '" + text + "'");
  if (colon == std::string::npos) return;
  for (const auto& setting : data.source->settings())
    if (setting.name == "root") setting.set(text.substr(colon + 1));
}

std::vector<Evaluated> evaluate_run(StoredRun& stored, const Surroundings& surroundings) {
  const auto data = load(stored.data);
  const auto transform = make_transform(data, stored.data);
  const auto precision = stored.run.value("precision", "float32") == "bfloat16"
                             ? Precision::bfloat16
                             : Precision::float32;
  Network network(stored.network, stored.recipe.batch_norm);
  std::vector<Evaluated> results;
  for (const auto& weights : saved_weights(stored.directory)) {
    set_state(network, load_tensors(weights.file).tensors, weights.file.string());
    prepare(network, surroundings.device);
    const auto measure = [&](const char* split, const Images& images, const Score& recorded) {
      results.push_back({weights, split, images.size(), recorded,
                         evaluate(network, images, transform, precision, surroundings.device)});
    };
    if (weights.record.validation)
      measure("validation", *data.validation, *weights.record.validation);
    if (weights.record.test) measure("test", *data.test, *weights.record.test);
  }
  return results;
}

void print_results(const std::vector<Evaluated>& results, bool json) {
  Json list = Json::array();
  Table table;
  table.add_column("weights", Table::Align::left);
  table.add_column("split", Table::Align::left);
  for (const auto* heading : {"images", "loss", "error %", "recorded %"})
    table.add_column(heading, Table::Align::right);
  table.add_column("", Table::Align::left);
  for (const auto& result : results) {
    list.push_back({{"weights", result.weights.name},
                    {"iteration", result.weights.record.iteration},
                    {"split", result.split},
                    {"images", result.images},
                    {result.split + "_loss", result.measured.loss},
                    {result.split + "_error", result.measured.error},
                    {"recorded_error", result.recorded.error}});
    table.add_row(
        {result.weights.name, result.split, std::to_string(result.images),
         fmt::format("{:.4f}", result.measured.loss), fmt::format("{:.2f}", result.measured.error),
         fmt::format("{:.2f}", result.recorded.error), result.reproduced() ? "equal" : "differs"});
  }
  if (json)
    fmt::print("{}\n", list.dump(2));
  else
    fmt::print("{}", table.text());
}

}  // namespace

int evaluate(int argc, const char* const* argv) {
  cxxopts::Options options("reslab evaluate",
                           "Measures the trained network of a run directory again.");
  options.positional_help("DIR").add_options()("data", "the run's data set and where it is now",
                                               cxxopts::value<std::string>(),
                                               "NAME:DIR")("json", "print the results as JSON")(
      "directory", "", cxxopts::value<std::vector<std::string>>());
  add_surroundings(options);
  options.parse_positional("directory");
  const auto given = parse_arguments(options, argc, argv);
  if (!given) return kDone;
  const auto directories = values_of(*given, "directory");
  if (directories.size() != 1)
    throw InvalidInput(
        "reslab evaluate: expected one run directory, as runs/demo/resnet-20/seed-1");

  auto stored = read_stored_run(directories.front());
  if (given->count("data") > 0) move_data(stored.data, (*given)["data"].as<std::string>());
  const auto results = evaluate_run(stored, read_surroundings(*given));
  print_results(results, given->count("json") > 0);
  const bool equal = std::ranges::all_of(results, &Evaluated::reproduced);
  if (!equal)
    fmt::print(stderr,
               "reslab: not what the run recorded; it ran with {} threads on {}, instructions {}\n",
               stored.run.value("threads", 0), stored.run.value("device", "?"),
               stored.run["environment"].value("instructions", "?"));
  return equal ? kDone : kFailed;
}

}  // namespace reslab::app

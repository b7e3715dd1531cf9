#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/command/model_arguments.h"
#include "app/inference/class_match.h"
#include "app/report/evaluation_report.h"
#include "app/report/numbers.h"
#include "app/report/summary.h"
#include "app/report/table.h"
#include "app/runs/csv.h"
#include "app/runs/data_files.h"
#include "app/runs/environment.h"
#include "app/runs/messages.h"
#include "app/runs/saved_state.h"
#include "app/runs/terminal.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"
#include "reslab/execution/execution.h"
#include "reslab/interchange/load_weights.h"
#include "reslab/train/evaluation.h"

namespace reslab::app {
namespace {

/// The evaluation of one set of weights on one split.
struct EvaluatedSplit {
  std::string weights;                    // "last iteration", "best on validation" or a file
  std::optional<std::int64_t> iteration;  // of the weights; empty for a file
  std::string split;                      // "test" or "validation"
  std::int64_t images = 0;
  Evaluation measured;
  std::optional<Score> recorded;  // what the run recorded for these weights

  bool reproduced() const { return !recorded || measured.score.error == recorded->error; }
};

struct EvaluationResults {
  std::vector<EvaluatedSplit> splits;
  std::vector<std::string> classes;  // names, by label
  // How the data files differ from those that the run recorded; empty if they are equal.
  std::optional<std::string> data_change = {};
};

/// A weights file of a run, with the record of the iteration that wrote it.
struct SavedWeights {
  std::string name;
  std::filesystem::path file;
  Record record;
};

std::vector<SavedWeights> saved_weights(const StoredRun& stored) {
  const auto& run = stored.directory;
  const auto records = read_csv<Record>(run.metrics());
  const bool finished = stored.run.value("status", "") == "finished";
  if (finished && records.empty())
    throw InvalidInput(run.metrics().string() + ": has no rows, but the run has finished; " +
                       restore_or_remove(run));
  std::vector<SavedWeights> saved;
  const auto add = [&](const std::string& name, const std::filesystem::path& file,
                       const Record& record) {
    if (finished) require_of_finished(run, file);
    if (has_entry(file)) saved.push_back({name, file, record});
  };
  if (!records.empty()) add("last iteration", run.weights(), records.back());
  if (const auto* best = best_on_validation(records))
    add("best on validation", run.best_weights(), *best);
  if (saved.empty())
    throw InvalidInput(run.path().string() +
                       ": the run has no weights yet; `reslab run` continues it");
  return saved;
}

/// Sets the directory of the run's data set to that in `text`, DATASET[:DIR].
void move_data(DataOptions& data, const std::string& text) {
  auto moved = parse_data(text, "--data");
  const auto name = data_name(data);
  if (data_name(moved) != name)
    throw InvalidInput("--data: the network was trained on '" + name + "', expected " + name +
                       "[:DIR], found '" + text + "'");
  if (const auto* root = data_root(moved)) *data_root(data) = *root;
}

std::optional<std::string> data_change(const StoredRun& stored) {
  const auto files = data_files(stored.data);
  const auto recorded = stored.run.value("data_files", Json());
  if (files == recorded) return std::nullopt;
  if (recorded.is_null() || files.is_null() || recorded["count"] == files["count"])
    return "the data changed: other names or sizes of files";
  return fmt::format("the data changed: {} files then, {} now",
                     recorded["count"].get<std::int64_t>(), files["count"].get<std::int64_t>());
}

EvaluationResults evaluate_run(const StoredRun& stored, const ModelSource& source,
                               std::optional<Precision> precision, const ComputeOptions& compute) {
  const auto saved = saved_weights(stored);
  auto input = input_of_run(read_weights(saved.front().file), source);
  // Images that the validation split took from the training images need both.
  const auto splits = stored.data.validation > 0 ? Splits::all : Splits::without_training;
  const auto data = load_for(input, stored.data, splits, stored.network.in_channels);
  const Transform transform(input.height, input.width, input.normalization, {},
                            static_cast<int>(stored.data.test_crops),
                            static_cast<int>(data.channels));
  const auto classes = match_classes(input.classes, stored.network.classes, data.classes,
                                     stored.directory.path().string());
  for (const auto& line : classes.notes) note(line);
  const auto trained = stored.run.value("precision", "float32") == "bfloat16" ? Precision::bfloat16
                                                                              : Precision::float32;
  const auto chosen = precision.value_or(trained);
  auto change = data_change(stored);
  const bool other_data = change && !source.data.empty();  // the user chose other data
  if (other_data) fmt::print(stderr, "not compared with the run's record: {}\n", *change);
  const bool comparable = chosen == trained && !source.changes_input() && !other_data;
  const Execution execution{chosen, stored.recipe.kernels, compute.device};
  const auto network = make_network(stored.network, 0, stored.recipe.batch_norm);
  EvaluationResults results{{}, classes.classes, std::move(change)};
  for (const auto& weights : saved) {
    load_weights(*network, read_weights(weights.file));
    move_to_device(*network, compute.device);
    const auto measure = [&](const char* split, const std::shared_ptr<const Images>& images,
                             const Score& recorded) {
      results.splits.push_back(
          {weights.name, weights.record.iteration, split, images->size(),
           evaluate(*network, *relabelled(images, classes), transform, execution),
           comparable ? std::optional(recorded) : std::nullopt});
    };
    if (weights.record.validation)
      measure("validation", data.validation, *weights.record.validation);
    if (weights.record.test) measure("test", data.test, *weights.record.test);
  }
  return results;
}

EvaluationResults evaluate_model(const ModelSource& source, std::optional<Precision> precision,
                                 const ComputeOptions& compute) {
  auto model = load_model(source);
  if (source.data.empty())
    throw InvalidInput("no data set given, expected --data DATASET[:DIR]; only runs record theirs");
  const auto& spec = model.network->spec();
  const auto data = load_for(model.input, parse_data(source.data, "--data"),
                             Splits::without_training, spec.in_channels, model.size_assumed);
  const auto classes = match_classes(model.input.classes, spec.classes, data.classes, model.name);
  model.notes.insert(model.notes.end(), classes.notes.begin(), classes.notes.end());
  for (const auto& line : model.notes) note(line);
  const Transform transform(model.input.height, model.input.width, model.input.normalization, {}, 1,
                            static_cast<int>(data.channels));
  move_to_device(*model.network, compute.device);
  const auto chosen = precision.value_or(Precision::float32);
  EvaluationResults results{{}, classes.classes};
  results.splits.push_back({source.weights.empty() ? source.model : source.weights,
                            {},
                            "test",
                            data.test->size(),
                            evaluate(*model.network, *relabelled(data.test, classes), transform,
                                     {chosen, Kernels::fused, compute.device}),
                            {}});
  return results;
}

/// Throws InvalidInput if a network's output is not a number.
void require_finite(const EvaluationResults& results) {
  for (const auto& result : results.splits)
    if (!std::isfinite(result.measured.score.loss))
      throw InvalidInput(
          fmt::format("{}: the network's outputs for the {} images are not finite numbers",
                      result.weights, result.split));
}

void print_text(const EvaluationResults& results) {
  Table table;
  table.add_columns(Table::Align::left, {"weights", "split"});
  table.add_columns(Table::Align::right, {"images", "loss", "top-1 error %", "top-5 error %"});
  const bool recorded = std::ranges::any_of(
      results.splits, [](const EvaluatedSplit& result) { return result.recorded.has_value(); });
  if (recorded) {
    table.add_column("recorded %", Table::Align::right);
    table.add_column("", Table::Align::left);
  }
  for (const auto& result : results.splits) {
    const auto& score = result.measured.score;
    std::vector<std::string> row = {
        result.weights,
        result.split,
        grouped(result.images),
        fmt::format("{:.4f}", score.loss),
        fmt::format("{:.2f}", score.error),
        score.top5_error ? fmt::format("{:.2f}", *score.top5_error) : ""};
    if (recorded) {
      row.push_back(result.recorded ? fmt::format("{:.2f}", result.recorded->error) : "");
      row.emplace_back(!result.recorded       ? ""
                       : !result.reproduced() ? "differs"
                       : results.data_change  ? "equal, though the data changed"
                                              : "equal");
    }
    table.add_row(std::move(row));
  }
  fmt::print("{}", table.text(text_columns(STDOUT_FILENO)));
  for (const auto& result : results.splits) {
    auto names = class_names(results.classes, result.measured);
    for (auto& name : names) name = printable(name);
    if (results.splits.size() > 1) fmt::print("\n{}, {} images\n", result.weights, result.split);
    const auto columns = text_columns(STDOUT_FILENO);
    fmt::print("\n{}\n{}", class_table(result.measured, names).text(columns),
               confusion_table(result.measured, names).text(columns));
  }
}

void print_json(const EvaluationResults& results) {
  Json list = Json::array();
  for (const auto& result : results.splits) {
    const auto& score = result.measured.score;
    Json json = {{"weights", result.weights}};
    if (result.iteration) json["iteration"] = *result.iteration;
    json["split"] = result.split;
    json["images"] = result.images;
    json[result.split + "_loss"] = score.loss;
    json[result.split + "_error"] = score.error;
    if (score.top5_error) json[result.split + "_top5_error"] = *score.top5_error;
    if (result.recorded) json["recorded_error"] = result.recorded->error;
    json["classes"] = class_results(result.measured, class_names(results.classes, result.measured));
    json["confusion"] = result.measured.confusion;
    list.push_back(std::move(json));
  }
  fmt::print("{}\n", indented(list));
}

/// The differences between the run and this evaluation, as a sentence for people.
std::string difference(const StoredRun& stored, const EvaluationResults& results,
                       const ComputeOptions& compute) {
  if (results.data_change) return *results.data_change;
  const std::vector<std::array<std::string, 3>> facts = {
      {"threads", std::to_string(stored.run.value("threads", 0)), std::to_string(compute.threads)},
      {"device", stored.run.value("device", "?"), compute.device.str()},
      {"instructions", object_at(stored.run, "environment").value("instructions", "?"),
       read_environment().instructions}};
  std::string text;
  for (const auto& [what, then, now] : facts)
    if (then != now)
      text += fmt::format("{}{}: {} then, {} now", text.empty() ? "" : ", ", what, then, now);
  return text.empty() ? "neither the data's files nor the threads, the device or the instructions "
                        "differ; are these the run's weights?"
                      : text;
}

}  // namespace

int evaluate_command(int argc, const char* const* argv) {
  const auto arguments = parse_model_arguments("evaluate", argc, argv);
  if (!arguments) return kDone;
  const auto& [parsed, source, rest] = *arguments;
  const auto compute = read_compute_options(parsed);
  const auto precision = read_precision(parsed, compute.device);

  std::optional<StoredRun> run;
  if (is_run(source)) {
    run = read_stored_run(source.model);
    if (!source.data.empty()) move_data(run->data, source.data);
  }
  const auto results = run ? evaluate_run(*run, source, precision, compute)
                           : evaluate_model(source, precision, compute);
  require_finite(results);
  parsed.count("json") > 0 ? print_json(results) : print_text(results);
  const bool equal = std::ranges::all_of(results.splits, &EvaluatedSplit::reproduced);
  if (!equal)
    fmt::print(stderr, "reslab: the run's record is not reproduced: {}\n",
               difference(*run, results, compute));
  return equal ? kDone : kFailed;
}

}  // namespace reslab::app

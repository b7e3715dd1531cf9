#include "app/config/experiment.h"

#include <algorithm>

#include "app/config/settings_reader.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/setting_rows.h"
#include "reslab/interchange/export_format.h"
#include "reslab/train/diagnostics_options.h"

namespace reslab::app {
namespace {

constexpr std::size_t kLongestName = 100;

std::vector<std::string> diagnostics_names() {
  std::vector<std::string> names;
  for (const auto& entry : diagnostics()) names.push_back(entry.name);
  return names;
}

/// The names of all formats but safetensors, which every run has.
std::vector<std::string> export_names() {
  std::vector<std::string> names;
  for (const auto& entry : export_formats())
    if (entry.format != ExportFormat::safetensors) names.push_back(entry.name);
  return names;
}

class ExperimentReader {
 public:
  explicit ExperimentReader(const Document& document) : document_(document) {}

  Experiment read() {
    Experiment experiment;
    experiment.file = document_.file();
    read_top_level(experiment);
    check_name(experiment.name);
    check_seeds(experiment.seeds, document_.place("/seeds"), errors_);
    check_data(experiment.data);
    InputErrors of_runs;
    experiment.runs = expand_runs(document_, experiment.data, experiment.seeds, of_runs);
    errors_.add_lines(of_runs.lines());
    set_image_size(experiment);
    if (of_runs.empty()) resolve_recipes(experiment);
    experiment.expectations = read_expectations(document_, experiment.runs, of_runs.empty(),
                                                experiment.diagnostics, errors_);
    errors_.raise();
    return experiment;
  }

 private:
  void add(std::string_view pointer, const std::string& what) {
    errors_.add(document_.place(pointer), what);
  }

  /// Reads everything but `networks` and `expect`. The shared network and recipe are checked here
  /// so that their errors show even if every entry overrides them.
  void read_top_level(Experiment& experiment) {
    read_settings(experiment_settings(), experiment, document_.root(), "", places_, errors_,
                  {"networks", "vary", "expect", "extends"});
    if (document_.root().contains("extends"))
      add("/extends", "is read before --set, expected it in the file");
  }

  void check_name(const std::string& name) {
    if (!document_.root().contains("name"))
      return add("", "missing key 'name', expected a text, for example \"my-experiment\"");
    if (!document_.root()["name"].is_string()) return;
    const bool allowed =
        name.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_,=") == name.npos;
    if (name.empty() || name.size() > kLongestName || !allowed)
      add("/name", "got " + shown(name) + ", expected 1 to " + std::to_string(kLongestName) +
                       " letters, digits, '-', '_', ',' and '=': it names a folder");
  }

  void check_data(DataOptions& data) {
    UnusedSettings unused;
    finish_data(data, document_, {document_.root(), {}}, unused, errors_);
    unused.report(errors_);
  }

  /// Sets the size of a folder's images to that of the networks unless the file gives it.
  void set_image_size(Experiment& experiment) {
    if (experiment.runs.empty()) return;
    const auto size = default_image_size(experiment.runs.front().network);
    for (auto& run : experiment.runs) {
      const auto* const folder = std::get_if<FolderOptions>(&run.data.source);
      if (folder != nullptr && folder->size == 0 && default_image_size(run.network) != size)
        return add("/data", "its networks are for images of " + std::to_string(size) + " and " +
                                std::to_string(default_image_size(run.network)) +
                                " pixels, expected a \"size\" for all");
      set_default_size(run.data, size);
    }
    set_default_size(experiment.data, size);
  }

  /// Number of images to train on. Returns 1 after an error.
  std::int64_t count_train_images(const DataOptions& data) {
    const auto source = make_source(data);
    const auto outline = source->outline();
    if (!outline)
      for (const auto& line : source->file_errors(Splits::all))
        add("/recipe/epochs", "needs the number of training images; " + line);
    return outline ? std::max<std::int64_t>(1, outline->train_images - data.validation) : 1;
  }

  /// Replaces `epochs` by iterations and sets the values that follow from the length of a training.
  void resolve_recipes(Experiment& experiment) {
    const DataOptions* data = nullptr;  // whose images are counted
    std::int64_t train_images = 1;
    for (auto& run : experiment.runs) {
      if (run.recipe.epochs > 0 && (data == nullptr || *data != run.data)) {
        train_images = count_train_images(run.data);
        data = &run.data;
      }
      try {
        run.recipe = resolved(std::move(run.recipe), train_images);
      } catch (const InvalidInput& error) {
        for (const auto& line : error.lines()) add("/recipe", line);
        return;
      }
    }
  }

  const Document& document_;
  const Places places_ = [this](std::string_view pointer) { return document_.place(pointer); };
  InputErrors errors_;
};

Settings<CheckpointTimes> checkpoint_settings() {
  return {number("seconds", "seconds from one checkpoint to the next; 0: not by time",
                 &CheckpointTimes::seconds, 0, 1e9),
          number("iterations", "iterations from one checkpoint to the next; 0: not by iterations",
                 &CheckpointTimes::iterations, 0, 1e9)};
}

const Settings<Claims>& claims_settings() {
  static const Settings<Claims> table = {
      text("name", "name of the experiment", &Claims::name),
      text("why", "purpose of the experiment, for readers", &Claims::why),
      number("seeds", "seeds of each network", &Claims::seeds, 0, kLargestSeed)};
  return table;
}

void read_own_seeds(const Document& document, const Places& places, Claims& claims,
                    InputErrors& errors) {
  const auto all = object_at(document.root(), "own_seeds");
  for (const auto& [run, seeds] : all.items()) {
    Claims own;
    read_settings(claims_settings(), own, {{"seeds", seeds}}, below("/own_seeds", run), places,
                  errors);
    claims.own_seeds[run] = own.seeds;
  }
}

std::filesystem::path file_in(const std::filesystem::path& directory) {
  return directory / "experiment.json";
}

}  // namespace

const Settings<Experiment>& experiment_settings() {
  static const Settings<Experiment> table = {
      text("$schema", "the JSON Schema of this file, for editors", &Experiment::schema),
      text("name", "name of the experiment and its folder", &Experiment::name),
      text("why", "purpose of the experiment, for readers", &Experiment::why),
      group("data", "training and test images, or the name of a data set alone", &Experiment::data,
            data_settings())
          .or_bare("name"),
      group("network", "settings that all networks share", &Experiment::network,
            network_settings()),
      group("recipe", "how the networks are trained", &Experiment::recipe, recipe_settings()),
      choices("diagnostics", "values that layers.csv records for every layer",
              &Experiment::diagnostics, diagnostics_names()),
      choices("export",
              "formats besides safetensors that trained networks are written in: torchscript "
              "(model.pt), onnx (model.onnx)",
              &Experiment::exports, export_names()),
      group("checkpoint_every",
            "when a run saves its state, besides at evaluations; a number alone is seconds",
            &Experiment::checkpoint_every, checkpoint_settings())
          .or_bare("seconds"),
      number("seeds", "each network is trained once for each seed", &Experiment::seeds, 0,
             kLargestSeed),
  };
  return table;
}

Experiment read_experiment(const Document& document) { return ExperimentReader(document).read(); }

Experiment load_experiment(const std::string& file, const std::vector<std::string>& assignments) {
  auto document = Document::load(file);
  document.assign(assignments, [](std::string_view pointer) {
    return is_text(experiment_settings().list(), pointer);
  });
  return read_experiment(document);
}

const std::vector<std::int64_t>& Claims::seeds_of(const std::string& run) const {
  const auto own = own_seeds.find(run);
  return own == own_seeds.end() ? seeds : own->second;
}

Claims claims_of(const Experiment& experiment) {
  Claims claims{experiment.name, experiment.why, experiment.seeds, {}, experiment.expectations};
  std::map<std::string, std::vector<std::int64_t>> seeds;
  for (const auto& run : experiment.runs) seeds[run.name].push_back(run.seed);
  for (const auto& [run, own] : seeds)
    if (own != experiment.seeds) claims.own_seeds[run] = own;
  return claims;
}

void write_claims(const std::filesystem::path& directory, const Claims& claims) {
  auto json = to_json(claims_settings(), claims);
  if (!claims.own_seeds.empty()) json["own_seeds"] = claims.own_seeds;
  json["expect"] = Json::array();
  for (const auto& expectation : claims.expectations)
    json["expect"].push_back(to_json(expectation));
  make_directories(directory);
  write_text(file_in(directory), indented(json) + "\n");
}

std::optional<Claims> read_claims(const std::filesystem::path& directory) {
  const auto file = file_in(directory).string();
  if (!std::filesystem::exists(file)) return {};
  const auto document = Document::load(file);
  const Places places = [&document](std::string_view pointer) { return document.place(pointer); };
  InputErrors errors;
  Claims claims;
  read_settings(claims_settings(), claims, document.root(), "", places, errors,
                {"own_seeds", "expect"});
  if (claims.seeds.empty()) errors.add(places("/seeds"), "expected at least one seed");
  read_own_seeds(document, places, claims, errors);
  claims.expectations = read_expectations(document, {}, false, {}, errors);
  errors.raise();
  return claims;
}

}  // namespace reslab::app

#include "app/config/expectation.h"

#include <algorithm>

#include "app/config/metric.h"
#include "app/config/settings_reader.h"

namespace reslab::app {
namespace {

/// What the experiment must keep for a metric of layers.
std::string diagnostics_of(const std::string& metric) {
  return metric == "response_std" ? "layer_response" : metric;
}

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// A number that is absent unless the file gives it.
template <class T>
Setting optional_number(std::string name, std::string meaning, std::optional<T>& value,
                        double low = -kUnlimited, double high = kUnlimited) {
  Setting setting;
  setting.name = std::move(name);
  setting.meaning = std::move(meaning);
  setting.type = std::is_integral_v<T> ? Setting::Type::integer : Setting::Type::number;
  setting.low = low;
  setting.high = high;
  if (!value) setting.unused = "not given";
  setting.get = [&value]() -> SettingValue { return value.value_or(T()); };
  setting.set = [&value](const SettingValue& given) { value = std::get<T>(given); };
  return setting;
}

/// Where and when the runs of a file measure something.
class Measurable {
 public:
  Measurable(const std::vector<RunPlan>& runs, const DataOptions& data,
             const std::vector<std::string>& diagnostics)
      : data_(data), diagnostics_(diagnostics) {
    for (const auto& run : runs) {
      if (recipe_of_.try_emplace(run.name, &run.recipe).second) names_.push_back(run.name);
    }
  }

  /// Adds what keeps the measure from ever having a value.
  void check(const Measure& measure, const std::string& pointer, const Places& places,
             Mistakes& mistakes) const {
    const auto recipe = recipe_of_.find(measure.run);
    if (recipe == recipe_of_.end())
      return mistakes.add(places(below(pointer, "run")), "no network of the file is named '" +
                                                             measure.run + "'" +
                                                             suggestion(measure.run, names_));
    if (measure.metric.starts_with("validation") && data_.validation == 0)
      mistakes.add(places(below(pointer, "metric")),
                   "no images are set apart for validation, expected /data/validation above 0");
    const auto kept = diagnostics_of(measure.metric);
    if (is_of_layers(measure) && std::ranges::find(diagnostics_, kept) == diagnostics_.end())
      mistakes.add(places(below(pointer, "metric")),
                   "the experiment does not keep it, expected '" + kept + "' in /diagnostics");
    if (measure.at && measure.over_last)
      mistakes.add(places(pointer), "has both 'at' and 'over_last', expected one of them");
    if (measure.at && !is_recorded(*recipe->second, measure))
      mistakes.add(places(below(pointer, "at")), no_record(*recipe->second, measure));
  }

 private:
  /// Measured with every record, also where nothing is evaluated.
  static bool is_of_training(const Measure& measure) {
    return measure.metric.starts_with("train") || is_of_layers(measure);
  }

  static bool is_recorded(const Recipe& recipe, const Measure& measure) {
    const auto at = *measure.at;
    return at == recipe.iterations ||
           (at < recipe.iterations && (at % recipe.evaluate_every == 0 ||
                                       (is_of_training(measure) && at % recipe.record_every == 0)));
  }

  static std::string no_record(const Recipe& recipe, const Measure& measure) {
    const auto every = is_of_training(measure)
                           ? std::min(recipe.record_every, recipe.evaluate_every)
                           : recipe.evaluate_every;
    return measure.metric + " is not measured at iteration " + std::to_string(*measure.at) +
           ", expected a multiple of " + std::to_string(every) + " up to " +
           std::to_string(recipe.iterations);
  }

  std::vector<std::string> names_;
  std::map<std::string, const Recipe*> recipe_of_;
  const DataOptions& data_;
  const std::vector<std::string>& diagnostics_;
};

/// Reads one claim.
class ClaimReader {
 public:
  ClaimReader(const Json& claim, std::string pointer, const Places& places)
      : claim_(claim), pointer_(std::move(pointer)), places_(places) {}

  /// What is wrong with the claim's form is in `mistakes`.
  Expectation read(Mistakes& mistakes) {
    Expectation expectation;
    std::vector<double> ends;
    read_settings(settings(expectation, ends), claim_, pointer_, places_, mistakes,
                  {"above", "below"});
    require(claim_, {"claim", "value"}, pointer_, mistakes);
    if (has("value")) check(claim_["value"], expectation.value, below(pointer_, "value"), mistakes);
    read_relation(expectation, ends, mistakes);
    return expectation;
  }

 private:
  bool has(const std::string& key) const { return claim_.contains(key) && !claim_[key].is_null(); }

  void add(const std::string& pointer, const std::string& what, Mistakes& mistakes) const {
    mistakes.add(places_(pointer), what);
  }

  void require(const Json& object, const std::vector<std::string>& keys, const std::string& pointer,
               Mistakes& mistakes) const {
    if (!object.is_object()) return;
    for (const auto& key : keys)
      if (!object.contains(key)) add(pointer, "missing key '" + key + "'", mistakes);
  }

  /// What was read of a measure, for keys that are missing or have no effect.
  void check(const Json& object, Measure& measure, const std::string& pointer,
             Mistakes& mistakes) const {
    require(object, {"run", "metric"}, pointer, mistakes);
    if (!mistakes.empty()) return;
    visit_given(settings(measure), object, pointer,
                [&](const std::string& at, const Setting& setting) {
                  if (!setting.unused.empty() && setting.name == "layers")
                    add(at, setting.unused, mistakes);
                });
  }

  void read_relation(Expectation& expectation, const std::vector<double>& ends,
                     Mistakes& mistakes) const {
    if (has("above") + has("below") + has("between") != 1)
      return add(pointer_, "expected one of 'above', 'below', 'between'", mistakes);
    if (has("between")) {
      expectation.relation = Expectation::Relation::between;
      if (ends.size() != 2 || ends[0] > ends[1])
        return add(below(pointer_, "between"),
                   "got " + shown(claim_["between"]) + ", expected [lowest, highest]", mistakes);
      if (has("by"))
        add(below(pointer_, "by"), "belongs to 'above' or 'below', not to 'between'", mistakes);
      expectation.low = ends[0];
      expectation.high = ends[1];
      return;
    }
    const std::string key = has("above") ? "above" : "below";
    if (key == "below") expectation.relation = Expectation::Relation::below;
    read_other(expectation, claim_[key], below(pointer_, key), mistakes);
  }

  void read_other(Expectation& expectation, const Json& other, const std::string& pointer,
                  Mistakes& mistakes) const {
    if (other.is_number()) {
      expectation.low = other.get<double>();
    } else if (other.is_object()) {
      read_settings(settings(expectation.other.emplace()), other, pointer, places_, mistakes);
      check(other, *expectation.other, pointer, mistakes);
    } else {
      add(pointer,
          "got " + shown(other) + ", expected a number or a value as {\"run\": …, " +
              "\"metric\": …}",
          mistakes);
    }
  }

  const Json& claim_;
  std::string pointer_;
  const Places& places_;
};

/// A text that must be one of the choices.
Setting chosen_text(std::string name, std::string meaning, std::string& value,
                    std::vector<std::string> choices) {
  auto setting = text(std::move(name), std::move(meaning), value);
  setting.type = Setting::Type::choice;
  setting.choices = std::move(choices);
  return setting;
}

}  // namespace

bool is_of_layers(const Measure& measure) {
  return std::ranges::find(layer_metric_names(), measure.metric) != layer_metric_names().end();
}

Settings settings(Measure& measure) {
  auto metrics = metric_names();
  metrics.insert(metrics.end(), layer_metric_names().begin(), layer_metric_names().end());
  auto layers =
      choice<Measure::Layers>("layers", "which of the layers that have the metric", measure.layers,
                              {{"mean", Measure::Layers::mean},
                               {"first", Measure::Layers::first},
                               {"last", Measure::Layers::last}});
  if (!is_of_layers(measure)) layers.unused = "belongs to the metrics of layers.csv";
  return {text("run", "the network's name", measure.run),
          chosen_text("metric", "the column of metrics.csv or layers.csv", measure.metric, metrics),
          optional_number("at", "the iteration of the record", measure.at, 1),
          optional_number("over_last", "mean over the last fraction of the iterations",
                          measure.over_last, 1e-9, 1),
          layers};
}

Settings settings(Expectation& expectation, std::vector<double>& ends) {
  return {
      text("claim", "what is expected, for people", expectation.claim),
      group("value", "what is measured", [&expectation] { return settings(expectation.value); }),
      numbers("between", "lowest and highest value", ends, -kUnlimited, kUnlimited),
      optional_number("by", "points", expectation.by),
      optional_number("paper", "the paper's number", expectation.paper)};
}

Json to_json(const Expectation& expectation) {
  auto copy = expectation;
  const bool between = copy.relation == Expectation::Relation::between;
  std::vector<double> ends = {copy.low, copy.high};
  auto json = to_json(settings(copy, ends));
  if (between) return json;
  json.erase("between");
  json[copy.relation == Expectation::Relation::above ? "above" : "below"] =
      copy.other ? to_json(settings(*copy.other)) : Json(copy.low);
  return json;
}

std::vector<Expectation> read_expectations(const Document& document,
                                           const std::vector<RunPlan>& runs, bool runs_complete,
                                           const DataOptions& data,
                                           const std::vector<std::string>& diagnostics,
                                           Mistakes& mistakes) {
  const Places places = [&document](std::string_view pointer) { return document.place(pointer); };
  const auto found = document.root().find("expect");
  if (found == document.root().end()) return {};
  if (!found->is_array()) {
    mistakes.add(places("/expect"), "got " + shown(*found) + ", expected a list of claims");
    return {};
  }
  std::vector<Expectation> expectations;
  const Measurable measurable(runs, data, diagnostics);
  for (std::size_t i = 0; i < found->size(); ++i) {
    const Json& claim = (*found)[i];
    const auto pointer = below("/expect", i);
    if (!claim.is_object()) {
      mistakes.add(places(pointer), "got " + shown(claim) + ", expected an object");
      continue;
    }
    Mistakes own;
    auto expectation = ClaimReader(claim, pointer, places).read(own);
    if (own.empty() && runs_complete) {
      measurable.check(expectation.value, below(pointer, "value"), places, own);
      const bool above = expectation.relation == Expectation::Relation::above;
      if (expectation.other)
        measurable.check(*expectation.other, below(pointer, above ? "above" : "below"), places,
                         own);
    }
    mistakes.add_lines(own.lines());
    expectations.push_back(std::move(expectation));
  }
  return expectations;
}

std::map<std::string, double> paper_numbers(const std::vector<Expectation>& expectations,
                                            const std::string& run) {
  std::map<std::string, double> numbers;
  for (const auto& [claim, value, relation, other, low, high, by, paper] : expectations)
    if (paper && value.run == run && !is_of_layers(value) && !value.at && !value.over_last)
      numbers.emplace(value.metric, *paper);
  return numbers;
}

}  // namespace reslab::app

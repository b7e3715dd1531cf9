#include "app/config/expectation.h"

#include <algorithm>

#include "app/config/metric.h"
#include "app/config/settings_reader.h"
#include "reslab/base/setting_rows.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

/// The entry of `diagnostics` that a metric of layers needs.
std::string diagnostics_of(const std::string& metric) {
  return metric == "response_std" ? "layer_response" : metric;
}

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// A number that is absent unless the file gives it.
template <class T, class Number>
SettingOf<T> optional_number(std::string name, std::string meaning,
                             std::optional<Number> T::* member, double low = -kUnlimited,
                             double high = kUnlimited) {
  const auto type = std::is_integral_v<Number> ? Setting::Type::integer : Setting::Type::number;
  auto setting = setting_of<T>(
      type, std::move(name), std::move(meaning),
      [member](const T& value) -> SettingValue { return (value.*member).value_or(Number()); },
      [member](T& value, const SettingValue& new_value) {
        value.*member = std::get<Number>(new_value);
      });
  return with_range(std::move(setting), low, high)
      .used_if([member](const T& value) { return (value.*member).has_value(); }, "not given");
}

/// Knows where and when the runs of a file measure something.
class Measurable {
 public:
  Measurable(const std::vector<RunPlan>& runs, const std::vector<std::string>& diagnostics)
      : diagnostics_(diagnostics) {
    for (const auto& run : runs)
      if (run_of_.try_emplace(run.name, &run).second) names_.push_back(run.name);
  }

  /// Adds the reasons why the measure would never have a value.
  void check(const Measure& measure, const std::string& pointer, const Places& places,
             InputErrors& errors) const {
    const auto run = run_of_.find(measure.run);
    if (run == run_of_.end())
      return errors.add(
          places(below(pointer, "run")),
          "no run of the file is named '" + measure.run + "'" + suggestion(measure.run, names_));
    if (measure.metric.starts_with("validation") && run->second->data.validation == 0)
      errors.add(places(below(pointer, "metric")),
                 "no images are set apart for validation, expected /data/validation above 0");
    const auto kept = diagnostics_of(measure.metric);
    if (is_of_layers(measure) && std::ranges::find(diagnostics_, kept) == diagnostics_.end())
      errors.add(places(below(pointer, "metric")),
                 "the experiment does not keep it, expected '" + kept + "' in /diagnostics");
    if (measure.at && measure.over_last)
      errors.add(places(pointer), "has both 'at' and 'over_last', expected one of them");
    if (measure.at && !is_recorded(run->second->recipe, measure))
      errors.add(places(below(pointer, "at")), no_record(run->second->recipe, measure));
  }

 private:
  /// Whether every record has the metric, also records without an evaluation.
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
  std::map<std::string, const RunPlan*> run_of_;
  const std::vector<std::string>& diagnostics_;
};

/// Whether the value is [lowest, highest].
bool is_interval(const Json& json) {
  return json.is_array() && json.size() == 2 && json[0].is_number() && json[1].is_number() &&
         json[0] <= json[1];
}

/// Reads one claim. Adds a line to `errors` for each error in its form.
class ClaimReader {
 public:
  ClaimReader(const Json& claim, std::string pointer, const Places& places, InputErrors& errors)
      : claim_(claim), pointer_(std::move(pointer)), places_(places), errors_(errors) {}

  Expectation read() {
    Expectation expectation;
    read_settings(expectation_settings(), expectation, claim_, pointer_, places_, errors_,
                  {"above", "below"});
    require(claim_, {"claim", "value"}, pointer_);
    if (has("value")) check(claim_["value"], expectation.value, below(pointer_, "value"));
    read_relation(expectation);
    return expectation;
  }

 private:
  bool has(const std::string& key) const { return claim_.contains(key) && !claim_[key].is_null(); }

  void add(const std::string& pointer, const std::string& what) {
    errors_.add(places_(pointer), what);
  }

  void require(const Json& object, const std::vector<std::string>& keys,
               const std::string& pointer) {
    if (!object.is_object()) return;
    for (const auto& key : keys)
      if (object.value(key, Json()).is_null()) add(pointer, "missing key '" + key + "'");
  }

  /// Checks a measure for absent keys and for keys without effect.
  void check(const Json& object, const Measure& measure, const std::string& pointer) {
    require(object, {"run", "metric"}, pointer);
    if (!errors_.empty() || object.value("layers", Json()).is_null()) return;
    const auto unused = measure_settings().unused(*measure_settings().find("layers"), measure);
    if (!unused.empty()) add(below(pointer, "layers"), unused);
  }

  void read_relation(Expectation& expectation) {
    if (has("above") + has("below") + has("between") != 1)
      return add(pointer_, "expected one of 'above', 'below', 'between'");
    if (has("between")) {
      expectation.relation = Expectation::Relation::between;
      if (!is_interval(claim_["between"]))
        return add(below(pointer_, "between"),
                   "got " + shown(claim_["between"]) + ", expected [lowest, highest]");
      if (has("by")) add(below(pointer_, "by"), "belongs to 'above' or 'below', not to 'between'");
      return;
    }
    const std::string key = has("above") ? "above" : "below";
    if (key == "below") expectation.relation = Expectation::Relation::below;
    read_other(expectation, claim_[key], below(pointer_, key));
  }

  void read_other(Expectation& expectation, const Json& other, const std::string& pointer) {
    if (other.is_number()) {
      expectation.low = other.get<double>();
    } else if (other.is_object()) {
      read_settings(measure_settings(), expectation.other.emplace(), other, pointer, places_,
                    errors_);
      check(other, *expectation.other, pointer);
    } else {
      add(pointer,
          "got " + shown(other) + ", expected a number or a value as {\"run\": …, \"metric\": …}");
    }
  }

  const Json& claim_;
  std::string pointer_;
  const Places& places_;
  InputErrors& errors_;
};

SettingOf<Measure> metric_setting() {
  auto setting = text("metric", "column of metrics.csv or layers.csv", &Measure::metric);
  setting.type = Setting::Type::choice;
  setting.choices = metric_names();
  setting.choices.insert(setting.choices.end(), layer_metric_names().begin(),
                         layer_metric_names().end());
  return setting;
}

/// The ends of `between`. The reader of claims reports an error unless there are two numbers.
SettingOf<Expectation> between_setting() {
  return setting_of<Expectation>(
      Setting::Type::numbers, "between", "lowest and highest value",
      [](const Expectation& expectation) -> SettingValue {
        return std::vector{expectation.low, expectation.high};
      },
      [](Expectation& expectation, const SettingValue& new_value) {
        const auto& ends = std::get<std::vector<double>>(new_value);
        if (ends.size() != 2) return;
        expectation.low = ends[0];
        expectation.high = ends[1];
      });
}

}  // namespace

bool is_of_layers(const Measure& measure) {
  return std::ranges::find(layer_metric_names(), measure.metric) != layer_metric_names().end();
}

const Settings<Measure>& measure_settings() {
  static const Settings<Measure> table = {
      text("run", "name of the run, for example resnet-20 or resnet-20@start=0.05", &Measure::run),
      metric_setting(), optional_number("at", "iteration of the record", &Measure::at, 1),
      optional_number("over_last", "mean over the last fraction of the iterations",
                      &Measure::over_last, 1e-9, 1),
      choice("layers", "which of the layers that have the metric", &Measure::layers,
             {{"mean", Measure::Layers::mean},
              {"first", Measure::Layers::first},
              {"last", Measure::Layers::last}})
          .used_if(is_of_layers, "belongs to the metrics of layers.csv")};
  return table;
}

const Settings<Expectation>& expectation_settings() {
  static const Settings<Expectation> table = {
      text("claim", "text of the claim, for readers", &Expectation::claim),
      group("value", "what is measured", &Expectation::value, measure_settings()),
      between_setting(), optional_number("by", "smallest difference in points", &Expectation::by),
      optional_number("paper", "the paper's number", &Expectation::paper)};
  return table;
}

Json to_json(const Expectation& expectation) {
  auto json = to_json(expectation_settings(), expectation);
  if (expectation.relation == Expectation::Relation::between) return json;
  json.erase("between");
  json[expectation.relation == Expectation::Relation::above ? "above" : "below"] =
      expectation.other ? to_json(measure_settings(), *expectation.other) : Json(expectation.low);
  return json;
}

std::vector<Expectation> read_expectations(const Document& document,
                                           const std::vector<RunPlan>& runs, bool runs_complete,
                                           const std::vector<std::string>& diagnostics,
                                           InputErrors& errors) {
  const Places places = [&document](std::string_view pointer) { return document.place(pointer); };
  const auto found = document.root().find("expect");
  if (found == document.root().end()) return {};
  if (!found->is_array()) {
    errors.add(places("/expect"), "got " + shown(*found) + ", expected a list of claims");
    return {};
  }
  std::vector<Expectation> expectations;
  const Measurable measurable(runs, diagnostics);
  for (std::size_t i = 0; i < found->size(); ++i) {
    const Json& claim = (*found)[i];
    const auto pointer = below("/expect", i);
    if (!claim.is_object()) {
      errors.add(places(pointer), "got " + shown(claim) + ", expected an object");
      continue;
    }
    InputErrors claim_errors;
    auto expectation = ClaimReader(claim, pointer, places, claim_errors).read();
    if (claim_errors.empty() && runs_complete) {
      measurable.check(expectation.value, below(pointer, "value"), places, claim_errors);
      const bool above = expectation.relation == Expectation::Relation::above;
      if (expectation.other)
        measurable.check(*expectation.other, below(pointer, above ? "above" : "below"), places,
                         claim_errors);
    }
    errors.add_lines(claim_errors.lines());
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

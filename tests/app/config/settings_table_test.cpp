// Walks the table of every value type.

#include <cmath>
#include <set>

#include <gmock/gmock.h>

#include "app/config/experiment.h"
#include "app/config/settings_reader.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

using testing::IsEmpty;

template <class T>
void round_trip(const Settings<T>& settings, const T& value, const std::string& what) {
  const T copy = value;  // NOLINT(performance-unnecessary-copy*)
  EXPECT_TRUE(copy == value) << what;
  const auto json = to_json(settings, value);
  T again;
  InputErrors errors;
  const Places places = [](std::string_view pointer) { return std::string(pointer); };
  read_settings(settings, again, json, "", places, errors);
  EXPECT_THAT(errors.lines(), IsEmpty()) << what << json;
  EXPECT_TRUE(again == value) << what << json;
  EXPECT_EQ(to_json(settings, again), json) << what;
}

/// Values that the setting takes: its limits and all of its choices.
std::vector<SettingValue> valid_values(const Setting& setting) {
  const auto low = std::isfinite(setting.low) ? setting.low : 0;
  const auto high = std::isfinite(setting.high) ? setting.high : low + 1;
  const auto whole = [](double value) { return static_cast<std::int64_t>(value); };
  switch (setting.type) {
    case Setting::Type::boolean:
      return {false, true};
    case Setting::Type::integer:
      return {whole(low), whole(high)};
    case Setting::Type::number:
      return {low, high};
    case Setting::Type::text:
      return {std::string("x")};
    case Setting::Type::choice:
      return {setting.choices.begin(), setting.choices.end()};
    case Setting::Type::integers:
      return {std::vector{whole(low), whole(high)}};
    case Setting::Type::numbers:
      return {std::vector{low, high}};
    case Setting::Type::choices:
      return {setting.choices};
    case Setting::Type::group:
      return setting.optional ? std::vector<SettingValue>{true, false}
                              : std::vector<SettingValue>{};
  }
  return {};
}

/// Sets each setting of the value, alone, to each of its valid values.
template <class T>
void walk(const Settings<T>& settings, const std::vector<Setting>& table, const T& value,
          const std::string& place) {
  std::vector<const Setting*> rows = rows_of(table, &value);
  if (const auto* kind = kind_row(table)) rows.push_back(kind);
  std::set<std::string> names;
  for (const auto* row : rows) {
    const auto what = place + "/" + row->name;
    EXPECT_TRUE(names.insert(row->name).second) << what;
    EXPECT_FALSE(row->name.empty() || row->meaning.empty()) << what;
    for (const auto& wanted : valid_values(*row)) {
      EXPECT_EQ(error_of(*row, wanted), std::nullopt) << what;
      T changed = value;
      row->set(&changed, wanted);
      if (row->unused && !row->unused(&changed).empty()) continue;
      EXPECT_EQ(row->get(&changed), wanted) << what;
      round_trip(settings, changed, what + " = " + to_text(wanted) + " ");
      if (row->is_kind) {
        for (const auto* own : rows_of(table, &changed)) {
          if (own->kind.empty() || !own->get) continue;
          EXPECT_EQ(own->get(&changed), own->initial) << what << "/" << own->name;
          EXPECT_EQ(error_of(*own, own->initial), std::nullopt) << what << "/" << own->name;
        }
      }
    }
    if (row->optional || !row->members.empty()) {
      T present = value;
      if (row->optional) row->set(&present, true);
      walk(settings, row->members, present, what);
    }
  }
}

/// The table describes the value, whose settings are the defaults.
template <class T>
void check_table(const Settings<T>& settings, const T& value = T()) {
  round_trip(settings, value, "the defaults ");
  walk(settings, settings.list(), value, "");
}

void expect_defaults(const std::vector<Setting>& table, const void* object) {
  for (const auto* row : rows_of(table, object)) {
    if (row->type != Setting::Type::group) {
      EXPECT_EQ(row->get(object), row->initial) << row->name;
      EXPECT_EQ(error_of(*row, row->initial), std::nullopt) << row->name;
    } else if (!row->optional) {
      expect_defaults(row->members, object);
    }
  }
}

TEST(SettingsTable, KnowsTheDefaults) {
  const Experiment experiment;
  expect_defaults(experiment_settings().list(), &experiment);
}

TEST(SettingsTable, DescribesNetworks) {
  check_table(network_settings());
  for (const auto* name : {"plain-20", "highway-19", "resnet-50", "wide-28", "vgg-16", "alexnet"})
    check_table(network_settings(), parse_network(name));
}

TEST(SettingsTable, DescribesRecipes) { check_table(recipe_settings()); }

TEST(SettingsTable, DescribesData) { check_table(data_settings()); }

TEST(SettingsTable, DescribesExperiments) { check_table(experiment_settings()); }

TEST(SettingsTable, DescribesMeasuresAndExpectations) {
  const Measure measure{"resnet-20", "gradient_norm", 3, 0.5};
  check_table(measure_settings(), measure);
  Expectation expectation;
  expectation.value = measure;
  check_table(expectation_settings(), expectation);
}

}  // namespace
}  // namespace reslab::app

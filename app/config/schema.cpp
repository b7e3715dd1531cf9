#include "app/config/schema.h"

#include <cmath>

#include "app/config/experiment.h"
#include "app/config/settings_reader.h"

namespace reslab::app {
namespace {

using Type = Setting::Type;

Json object_of(Json properties) {
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

Json number_of(const Setting& setting, const char* type) {
  Json json = {{"type", type}};
  const auto bound = [](double value) {
    return value == std::floor(value) && std::abs(value) <= 1e15
               ? Json(static_cast<std::int64_t>(value))
               : Json(value);
  };
  if (std::isfinite(setting.low)) json["minimum"] = bound(setting.low);
  if (std::isfinite(setting.high)) json["maximum"] = bound(setting.high);
  return json;
}

Json list_of(const Setting& setting, const char* type) {
  Json json = {{"type", "array"}, {"items", number_of(setting, type)}};
  if (setting.length != 0)
    json.update({{"minItems", setting.length}, {"maxItems", setting.length}});
  return json;
}

Json schema_of(const Setting& setting);

Json properties_of(const std::vector<Setting>& table) {
  Json properties = Json::object();
  for (const auto& setting : table) properties[setting.name] = schema_of(setting);
  return properties;
}

/// Adds a setting of one kind. If another kind has a setting of this name, joins the descriptions.
void add_setting(Json& properties, const Setting& setting, const std::string& prefix) {
  const auto meaning = prefix + setting.meaning;
  if (!properties.contains(setting.name)) {
    properties[setting.name] = schema_of(setting);
    properties[setting.name]["description"] = meaning;
    return;
  }
  auto& known = properties[setting.name];
  const auto earlier = known["description"].get<std::string>();
  known["description"] = earlier.ends_with(": " + setting.meaning) ? setting.meaning
                         : earlier == setting.meaning              ? earlier
                                                                   : earlier + "; " + meaning;
}

/// An object with the settings of all kinds, because a file that extends another need not repeat
/// the kind.
Json object_of_kinds(const std::vector<Setting>& table) {
  const auto& kind = table.front();
  Json properties = Json::object();
  properties[kind.name] = {{"enum", kind.choices}, {"description", kind.meaning}};
  for (const auto& name : kind.choices)
    for (const auto* setting : rows_of_kind(table, name))
      add_setting(properties, *setting, "with " + kind.name + " '" + name + "': ");
  return object_of(std::move(properties));
}

Json schema_without_null(const Setting& setting) {
  switch (setting.type) {
    case Type::boolean:
      return {{"type", "boolean"}};
    case Type::integer:
      return number_of(setting, "integer");
    case Type::number:
      return number_of(setting, "number");
    case Type::text:
      return {{"type", "string"}};
    case Type::choice:
      return {{"enum", setting.choices}};
    case Type::integers:
      return list_of(setting, "integer");
    case Type::numbers:
      return list_of(setting, "number");
    case Type::choices:
      return {{"type", "array"}, {"items", {{"enum", setting.choices}}}, {"uniqueItems", true}};
    case Type::group:
      break;
  }
  const auto* kind = kind_row(setting.members);
  if (kind == nullptr) return object_of(properties_of(setting.members));
  auto object = object_of_kinds(setting.members);
  const auto* bare = setting.kind_without_word ? kind : bare_member(setting);
  if (bare == nullptr) return object;
  return {{"anyOf", {schema_without_null(*bare), std::move(object)}}};
}

Json or_null(Json json) {
  if (json.contains("anyOf"))
    json["anyOf"].push_back({{"type", "null"}});
  else if (json.contains("enum"))
    json["enum"].push_back(nullptr);
  else
    json["type"] = {json["type"], "null"};
  return json;
}

Json schema_of(const Setting& setting) {
  Json json = {{"description", setting.meaning}};
  json.update(or_null(schema_without_null(setting)));
  return json;
}

Json reference(const std::string& definition) { return {{"$ref", "#/definitions/" + definition}}; }

/// A value that fits any of the schemas.
Json any_of(const std::string& description, std::vector<Json> schemas) {
  return {{"description", description}, {"anyOf", std::move(schemas)}};
}

/// An entry of `networks`: every setting, or a list of its values to multiply by.
Json entry_schema() {
  Json properties = Json::object();
  for (const auto& setting : network_settings()) {
    const Json value = schema_without_null(setting);
    properties[setting.name] =
        any_of(setting.meaning,
               {value, {{"type", "array"}, {"items", value}, {"minItems", 1}}, {{"type", "null"}}});
  }
  properties["recipe"] = reference("recipe");
  return any_of("a network's name, for example resnet-56:shortcut=B, or its settings",
                {{{"type", "string"}}, object_of(std::move(properties))});
}

Json claim_schema() {
  Json properties = properties_of(expectation_settings().list());
  for (const std::string side : {"above", "below"})
    properties[side] = any_of("the value must be " + side + " this number or other value",
                              {{{"type", "number"}}, reference("measure")});
  properties["value"] = reference("measure");
  return object_of(std::move(properties));
}

}  // namespace

Json schema() {
  Json properties = properties_of(experiment_settings().list());
  Json definitions = {{"recipe", properties["recipe"]},
                      {"measure", object_of(properties_of(measure_settings().list()))},
                      {"entry", entry_schema()},
                      {"claim", claim_schema()}};
  properties["recipe"] = reference("recipe");
  properties["extends"] = {
      {"type", "string"},
      {"description", "file that this one changes; the path is relative to this file"}};
  properties["networks"] =
      any_of("networks to train; lists inside an entry multiply",
             {reference("entry"),
              {{"type", "array"}, {"items", reference("entry")}, {"minItems", 1}},
              {{"type", "null"}}});
  properties["expect"] = {{"description", "claims about the results, checked at the end"},
                          {"type", {"array", "null"}},
                          {"items", reference("claim")}};
  Json json = {{"$schema", "http://json-schema.org/draft-07/schema#"},
               {"title", "ResLab experiment"},
               {"definitions", std::move(definitions)}};
  json.update(object_of(std::move(properties)));
  return json;
}

}  // namespace reslab::app

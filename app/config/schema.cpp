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

/// A reference to the part of this schema at `pointer`.
Json reference_to(const std::string& pointer) { return {{"$ref", "#" + pointer}}; }

Json reference(const std::string& definition) { return reference_to("/definitions/" + definition); }

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
  properties["seeds"] = reference_to("/properties/seeds");
  return any_of("a network's name, for example resnet-56:shortcut=B, or its settings",
                {{{"type", "string"}}, object_of(std::move(properties))});
}

/// Adds the schema of a list of values for each setting of an object. `pointer` leads to the object
/// in an experiment file, `schema_pointer` to its schema.
void add_lists(const Json& object, const std::string& pointer, const std::string& schema_pointer,
               Json& lists) {
  if (object.contains("anyOf"))
    for (std::size_t i = 0; i < object["anyOf"].size(); ++i)
      add_lists(object["anyOf"][i], pointer, below(below(schema_pointer, "anyOf"), i), lists);
  const auto properties = object_at(object, "properties");
  for (const auto& [key, value] : properties.items()) {
    const auto inner = below(pointer, key);
    const auto place = below(below(schema_pointer, "properties"), key);
    lists[inner] = {{"type", {"array", "null"}}, {"minItems", 1}, {"items", reference_to(place)}};
    add_lists(value, inner, place, lists);
  }
}

/// The schema of `vary`, which maps JSON pointers to lists of values.
Json vary_schema(const Json& experiment) {
  Json lists = Json::object();
  add_lists(experiment["recipe"], "/recipe", "/definitions/recipe", lists);
  for (const std::string part : {"network", "data"})
    add_lists(experiment[part], "/" + part, "/properties/" + part, lists);
  auto json = or_null(object_of(std::move(lists)));
  json["description"] = "values of any settings, by JSON pointer; every combination is trained";
  return json;
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
  properties["vary"] = vary_schema(properties);
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

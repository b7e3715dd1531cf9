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

Json schema_of(const Setting& setting);

Json properties_of(const Settings& settings) {
  Json properties = Json::object();
  for (const auto& setting : settings) properties[setting.name] = schema_of(setting);
  return properties;
}

/// Adds a kind's member to the members of other kinds, one of which may have the same name.
void add_member(Json& properties, const Setting& member, const Setting& group,
                const std::string& kind) {
  const auto meaning = "with " + group.kind_key + " '" + kind + "': " + member.meaning;
  if (!properties.contains(member.name)) {
    properties[member.name] = schema_of(member);
    properties[member.name]["description"] = meaning;
    return;
  }
  auto& known = properties[member.name];
  const auto earlier = known["description"].get<std::string>();
  known["description"] = earlier.ends_with(": " + member.meaning) ? member.meaning
                         : earlier == member.meaning              ? earlier
                                                                  : earlier + "; " + meaning;
}

/// The members of all kinds together: a file that extends another need not say the kind again.
/// Tries every kind, so the group must be of an object that nobody needs.
Json object_of_kinds(const Setting& group) {
  Json properties = Json::object();
  properties[group.kind_key] = {{"enum", group.choices}, {"description", "which kind"}};
  for (const auto& kind : group.choices) {
    group.set(kind);
    for (const auto& member : group.members()) add_member(properties, member, group, kind);
  }
  group.set(group.choices.front());
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
      return {{"type", "array"}, {"items", number_of(setting, "integer")}};
    case Type::numbers:
      return {{"type", "array"}, {"items", number_of(setting, "number")}};
    case Type::choices:
      return {{"type", "array"}, {"items", {{"enum", setting.choices}}}, {"uniqueItems", true}};
    case Type::group:
      break;
  }
  if (setting.kind_key.empty()) return object_of(properties_of(setting.members()));
  auto object = object_of_kinds(setting);
  if (!setting.text_is_kind) return object;
  return {{"anyOf", {Json{{"enum", setting.choices}}, std::move(object)}}};
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

Json any_of(std::vector<Json> schemas) { return {{"anyOf", std::move(schemas)}}; }

/// An entry of `networks`: every setting, or a list of its values to multiply by.
Json entry_schema() {
  NetworkSpec spec;
  Json properties = Json::object();
  for (const auto& setting : settings(spec)) {
    const Json value = schema_without_null(setting);
    properties[setting.name] = {{"description", setting.meaning}};
    properties[setting.name].update(any_of(
        {value, {{"type", "array"}, {"items", value}, {"minItems", 1}}, {{"type", "null"}}}));
  }
  properties["recipe"] = reference("recipe");
  return object_of(std::move(properties));
}

Json claim_schema() {
  Expectation expectation;
  std::vector<double> ends;
  Json properties = properties_of(settings(expectation, ends));
  for (const std::string side : {"above", "below"}) {
    properties[side] = {
        {"description", "what the value is " + side + ": a number or another value"}};
    properties[side].update(any_of({{{"type", "number"}}, reference("measure")}));
  }
  properties["value"] = reference("measure");
  return object_of(std::move(properties));
}

}  // namespace

Json schema() {
  Experiment experiment;
  SharedSettings shared;
  Measure measure;
  Json properties = properties_of(settings(experiment, shared));
  Json definitions = {{"recipe", properties["recipe"]},
                      {"measure", object_of(properties_of(settings(measure)))},
                      {"entry", entry_schema()},
                      {"claim", claim_schema()}};
  properties["recipe"] = reference("recipe");
  properties["extends"] = {{"type", "string"},
                           {"description", "the file that this one changes, relative to this one"}};
  properties["networks"] = {{"description", "what to train; inside an entry lists multiply"}};
  properties["networks"].update(
      any_of({reference("entry"),
              {{"type", "array"}, {"items", reference("entry")}, {"minItems", 1}},
              {{"type", "null"}}}));
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

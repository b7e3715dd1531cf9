#include "app/config/settings_reader.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace reslab::app {
namespace {

std::vector<std::string> names_of(const Settings& settings) {
  std::vector<std::string> names;
  for (const auto& setting : settings) names.push_back(setting.name);
  return names;
}

bool has(const Settings& settings, const std::string& name) {
  return std::ranges::find(settings, name, &Setting::name) != settings.end();
}

std::optional<SettingValue> list_of(const Json& json) {
  const auto whole = [](const Json& item) { return item.is_number_integer(); };
  const auto number = [](const Json& item) { return item.is_number(); };
  if (std::all_of(json.begin(), json.end(), whole)) return json.get<std::vector<std::int64_t>>();
  if (std::all_of(json.begin(), json.end(), number)) return json.get<std::vector<double>>();
  if (std::all_of(json.begin(), json.end(), [](const Json& item) { return item.is_string(); }))
    return json.get<std::vector<std::string>>();
  return std::nullopt;
}

/// The JSON value as settings hold it, or nothing where none holds such a thing.
std::optional<SettingValue> setting_value_of(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX) return json.get<double>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) return list_of(json);
  return std::nullopt;
}

std::string not_expected(const Setting& setting, const Json& json) {
  return "got " + shown(json) + ", expected " + expected(setting);
}

class Reader {
 public:
  Reader(const Places& places, Mistakes& mistakes) : places_(places), mistakes_(mistakes) {}

  /// `kind` is the group, where the object is of one of several kinds.
  void read(const Settings& settings, const Json& object, const std::string& pointer,
            const std::vector<std::string>& other_keys, const Setting* kind = nullptr) {
    for (const auto& setting : settings)
      if (const auto found = object.find(setting.name); found != object.end())
        read_one(setting, *found, below(pointer, setting.name));
    auto known = names_of(settings);
    known.insert(known.end(), other_keys.begin(), other_keys.end());
    for (const auto& item : object.items())
      if (std::ranges::find(known, item.key()) == known.end())
        add(below(pointer, item.key()), "unknown key" + other_kind(kind, item.key(), known));
  }

 private:
  void add(const std::string& pointer, const std::string& what) {
    mistakes_.add(places_(pointer), what);
  }

  void read_one(const Setting& setting, const Json& json, const std::string& pointer) {
    if (setting.type == Setting::Type::group) return read_group(setting, json, pointer);
    if (json.is_null()) return;
    const auto value = setting_value_of(json);
    if (!value) return add(pointer, not_expected(setting, json));
    if (const auto mistake = complaint(setting, *value)) return add(pointer, *mistake);
    setting.set(converted(setting, *value));
  }

  void read_group(const Setting& group, const Json& json, const std::string& pointer) {
    if (json.is_null()) {
      if (group.optional) group.set(false);
      return;
    }
    if (json.is_string() && group.text_is_kind) {
      read_kind(group, json, pointer);
      return;
    }
    if (!json.is_object()) return add(pointer, not_expected(group, json));
    if (group.optional) group.set(true);
    const bool several_kinds = !group.kind_key.empty();
    if (several_kinds) {
      const auto found = json.find(group.kind_key);
      // Nobody knows which keys an unknown kind would have.
      if (found != json.end() && !read_kind(group, *found, below(pointer, group.kind_key))) return;
      if (found == json.end() && !group.object_kind.empty()) group.set(group.object_kind);
    }
    if (several_kinds)
      read(group.members(), json, pointer, {group.kind_key}, &group);
    else
      read(group.members(), json, pointer, {});
  }

  /// Whether the kind is a known one.
  bool read_kind(const Setting& group, const Json& json, const std::string& pointer) {
    Setting word;
    word.type = Setting::Type::choice;
    word.choices = group.choices;
    const auto value = setting_value_of(json);
    const auto mistake = value ? complaint(word, *value) : not_expected(word, json);
    if (mistake) add(pointer, *mistake);
    if (!mistake) group.set(*value);
    return !mistake;
  }

  /// What to say about an unknown key. Where it belongs to another kind, as after changing the kind
  /// of what a file extends, that; else the nearest known key. The object is lost already, so
  /// trying its kinds does no harm.
  static std::string other_kind(const Setting* kind, const std::string& key,
                                const std::vector<std::string>& known) {
    if (kind == nullptr) return suggestion(key, known);
    const SettingValue present = kind->get();
    std::string owner;
    for (const auto& choice : kind->choices) {
      kind->set(choice);
      if (owner.empty() && has(kind->members(), key)) owner = choice;
    }
    kind->set(present);
    if (owner.empty()) return suggestion(key, known);
    return ", it belongs to " + kind->kind_key + " '" + owner + "'; null removes it";
  }

  const Places& places_;
  Mistakes& mistakes_;
};

Json value_to_json(const SettingValue& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

Json group_to_json(const Setting& group) {
  if (group.optional && !std::get<bool>(group.get())) return nullptr;
  Json object = Json::object();
  if (!group.kind_key.empty()) {
    auto kind = std::get<std::string>(group.get());
    if (group.text_is_kind && group.members().empty()) return kind;
    if (kind != group.object_kind) object[group.kind_key] = kind;
  }
  object.update(to_json(group.members()));
  return object;
}

}  // namespace

void read_settings(const Settings& settings, const Json& object, const std::string& pointer,
                   const Places& places, Mistakes& mistakes,
                   const std::vector<std::string>& other_keys) {
  Reader(places, mistakes).read(settings, object, pointer, other_keys);
}

Json to_json(const Settings& settings) {
  Json object = Json::object();
  for (const auto& setting : settings) {
    if (!setting.unused.empty()) continue;
    object[setting.name] = setting.type == Setting::Type::group ? group_to_json(setting)
                                                                : value_to_json(setting.get());
  }
  return object;
}

void visit_given(const Settings& settings, const Json& object, const std::string& pointer,
                 const std::function<void(const std::string&, const Setting&)>& visit) {
  for (const auto& setting : settings) {
    const auto found = object.find(setting.name);
    if (found == object.end() || found->is_null()) continue;
    visit(below(pointer, setting.name), setting);
    if (setting.type == Setting::Type::group && found->is_object())
      visit_given(setting.members(), *found, below(pointer, setting.name), visit);
  }
}

}  // namespace reslab::app
